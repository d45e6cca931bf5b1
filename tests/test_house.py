"""The house itself: what is exported, what importing loads, how large files and functions are, what docs must name."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import backstory
from backstory.cli import app
from backstory.desk.tables import TABLES

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
HEAVY = {
    "numpy",
    "apsw",
    "onnxruntime",
    "tokenizers",
    "trafilatura",
    "pyarrow",
    "fastapi",
    "rich",
    "py3langid",
    "zstandard",
}


def loaded_by(statement):
    code = f"import sys, json; {statement}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_backstory_loads_no_model_no_engine_no_web_framework():
    assert loaded_by("import backstory") & HEAVY == set()


def test_the_command_line_starts_without_what_only_some_commands_need():
    assert loaded_by("import backstory.cli") & (HEAVY - {"rich"}) == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_every_exported_name_is_there_and_no_file_is_longer_than_400_lines(path):
    name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    if not name.endswith("__main__"):
        module = import_module(name)
        for exported in getattr(module, "__all__", ()):
            assert getattr(module, exported, None) is not None
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_functions_are_short():
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[len(lengths) // 2] <= 12
    assert lengths[len(lengths) * 9 // 10] <= 35
    assert lengths[-1] <= 60


def test_every_command_and_option_is_in_the_docs():
    docs = "\n".join(path.read_text("utf-8") for path in DOCS)
    import typer.main

    for name, command in typer.main.get_command(app).commands.items():
        assert f"backstory {name}" in docs, name
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert option in docs, f"{name} {option}"


def test_every_table_and_column_is_in_the_docs():
    docs = (ROOT / "docs" / "tables.md").read_text("utf-8")
    for table in TABLES.values():
        section = docs[docs.index(f"**{table.name}**") :]
        section = section[: section.find("\n\n- **") if "\n\n- **" in section else None]
        for column in table.columns:
            assert re.search(rf"\b{column}\b", section), f"{table.name}.{column}"


def test_every_link_between_the_docs_leads_somewhere():
    for path in DOCS:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_version_is_the_changelog_s_newest():
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest
    assert newest[1] == backstory.__version__
