"""The page on reading: its worked example runs, and it names every format and rule."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from backstory.read import exports, feed, formats, mail, pdf, read_file, tables, text_of

PAGE = (Path(__file__).parents[1] / "docs" / "reading.md").read_text("utf-8")
SUBTITLES = """1
00:00:01,000 --> 00:00:03,500
The vote was put off.

2
00:00:04,000 --> 00:00:06,000
It will be held in May.
"""


@pytest.fixture
def _with_subtitles(monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    module = ModuleType("backstory.read.subtitles")
    exec(compile(code[1], "docs/reading.md", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "backstory.read.subtitles", module)
    monkeypatch.setattr(formats, "FORMATS", ("subtitles", *formats.FORMATS))


@pytest.mark.usefixtures("_with_subtitles")
def test_the_worked_example_reads_and_its_text_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "evening.srt"
    path.write_text(SUBTITLES)
    (source,) = read_file(str(path))
    assert source.text == "The vote was put off.\n\nIt will be held in May.\n"
    assert text_of(source.raw, source.rule, source.encoding) == source.text


@pytest.mark.parametrize("name", formats.FORMATS)
def test_every_format_is_on_the_page(name: str) -> None:
    assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize("rule", [rule for module in (exports, feed, mail, pdf, tables) for rule in module.RULES])
def test_every_rule_is_on_the_page(rule: str) -> None:
    assert f"`{rule}`" in PAGE
