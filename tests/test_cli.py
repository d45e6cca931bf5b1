"""The command line as a user meets it: every command, its JSON, its exit status, its messages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from piles import write_pile
from typer.testing import CliRunner

from backstory.cli import app

RUN = [sys.executable, "-m", "backstory.cli"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments, input=None):
        return CliRunner().invoke(app, list(arguments), input=input)

    return run


@pytest.fixture
def built(run, tmp_path):
    write_pile(tmp_path / "pile", 26)
    result = run("build", "pile", "--jobs", "1", "--until", "clean")
    assert result.exit_code == 0
    return result


def json_of(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_build_ends_with_one_line_that_counts(built, tmp_path):
    assert built.stdout.count("\n") == 1
    assert built.stdout.startswith("news.desk: ")
    assert "26 new of 26 sources read, 1 with problems" in built.stdout
    assert "024.txt is a PNG image, not text" in built.stderr
    assert (tmp_path / "news.desk").exists()


def test_a_second_build_says_that_nothing_changed(run, built):
    assert "0 new of 0 sources read, 26 files unchanged" in run("build", "pile", "--until", "clean").stdout


def test_build_answers_in_json(run, built):
    (told,) = json_of(run("build", "pile", "--json", "--desk", "other.desk", "--until", "clean"))
    assert (told["files"], told["new"], len(told["problems"])) == (26, 26, 1)


def test_build_reads_standard_input(run):
    result = run("build", "-", input="Rain floods Sele\nHeavy rain flooded the old town of Sele on Monday.\n")
    assert result.exit_code == 0
    assert "1 new of 1 sources" in result.stdout


def test_build_fails_where_nothing_could_be_read(run, tmp_path):
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert run("build", "picture.txt").exit_code == 1


def test_a_missing_path_is_named_and_nothing_is_done(tmp_path):
    done = subprocess.run([*RUN, "build", "nowhere"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stderr == "backstory: nowhere is not there: check the name\n"


def test_status_sources_and_articles_tell_what_the_desk_holds(run, built):
    assert "26, 1 with problems" in run("status").stdout
    (held,) = json_of(run("status", "--json"))
    assert held["sources"] == 26
    problems = json_of(run("sources", "--problems", "--json"))
    assert [row["uri"] for row in problems] == ["pile/024.txt"]
    assert "024.txt" in run("sources", "--problems").stdout
    assert len(json_of(run("sources", "--json", "-n", "3"))) == 3
    found = json_of(run("articles", "--json", "--title", "plan 3"))
    assert found
    assert all("plan" in row["title"] and "3" in row["title"] for row in found)
    assert len(found) < len(json_of(run("articles", "--json")))
    assert "sea wall" in run("articles", "--limit", "5").stdout
    assert "no articles" in run("articles", "--outlet", "nobody").stdout


def test_show_prints_the_clean_article_or_the_whole_source(run, built):
    article = json_of(run("articles", "--json"))[0]
    shown = run("show", article["article_id"][:8]).stdout
    assert article["title"] in shown
    assert "cookies" not in shown
    (told,) = json_of(run("show", article["article_id"], "--json"))
    assert told["paragraphs"]
    lines = run("show", article["source_id"], "--source", "--why").stdout
    assert "body" in lines
    assert "|" in lines
    rows = json_of(run("show", article["article_id"], "--source", "--json"))
    assert {"kind", "confidence", "evidence", "text"} <= set(rows[0])


def test_show_of_an_unknown_id_says_where_to_look(run, built):
    result = run("show", "abcdefabcdef")
    assert "`backstory articles` lists them" in str(result.exception)


def test_verify_holds_then_fails_with_exit_status_1(run, built, tmp_path):
    held = run("verify")
    assert held.exit_code == 0
    assert "26 sources made anew" in held.stdout
    assert "all hold" in held.stdout
    import apsw

    connection = apsw.Connection(str(tmp_path / "news.desk"))
    connection.execute('UPDATE blocks SET "end" = "end" + 1 WHERE kind = \'body\'')
    connection.close()
    failed = run("verify")
    assert failed.exit_code == 1
    assert "broken: blocks" in failed.stdout
    assert json_of(run("verify", "--json"))[-1]["broken"] > 0


def test_export_writes_a_file_a_table(run, built, tmp_path):
    (counts,) = json_of(run("export", "--to", "out", "--texts", "--json"))
    assert counts["sources"] == 26
    assert sorted(os.listdir(tmp_path / "out"))[:2] == ["articles.jsonl", "blocks.jsonl"]
    assert run("export", "--to", "out", "--format", "parquet").exit_code == 0


def test_version_and_help_are_answered(run):
    assert run("--version").stdout.startswith("backstory ")
    assert "build" in run("--help").stdout
    assert "build" in run().output


def test_ctrl_c_loses_nothing_and_says_how_to_go_on(tmp_path):
    write_pile(tmp_path / "pile", 400)
    process = subprocess.Popen(
        [*RUN, "build", "pile", "--until", "clean"], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    deadline = time.monotonic() + 20
    while not (tmp_path / "news.desk").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode in (0, 130, -signal.SIGINT)  # the last where it came while the interpreter ended
    if process.returncode == 130:
        assert b"the same command goes on from here" in stderr
    done = subprocess.run(
        [*RUN, "build", "pile", "--json", "--until", "clean"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["articles"] >= 384
    assert subprocess.run([*RUN, "verify"], cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_hostile_text_cannot_command_the_terminal(run, tmp_path):
    (tmp_path / "a.txt").write_text(
        "Title with \x1b[31m colour [bold]markup[/bold]\nThe body of it says nothing much.\n"
    )
    run("build", "a.txt")
    for command in (["articles"], ["show", json_of(run("articles", "--json"))[0]["article_id"]]):
        assert "\x1b[31m" not in run(*command).stdout
