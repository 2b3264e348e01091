"""`omni scenario` on files that cannot be read as what they should be: every finding, each on a line of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from omnisupport.cli import app

GOOD = """omni: scenario/v1
id: hello
name: {ru: Привет, en: Hello}
locale: {default: ru, supported: [ru, en]}
start: a
nodes:
  a: {type: message, text: {ru: Привет, en: Hi}, next: b}
  b: {type: end, outcome: done}
"""
TWO_FAULTS = GOOD.replace("next: b", "next: c").replace("start: a", "start: d")
TESTS = """omni: scenario-test/v1
scenario: hello
cases: [{name: a, steps: [{expect: {never: [handof], tags: {hass: [x]}}}]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "good.test.yaml").write_text(TESTS, "utf-8")
    (tmp_path / "two.yaml").write_text(TWO_FAULTS, "utf-8")
    (tmp_path / "two.test.yaml").write_text(TESTS, "utf-8")
    (tmp_path / "twice.yaml").write_text(GOOD + "start: b\n", "utf-8")
    (tmp_path / "cp1251.yaml").write_bytes(GOOD.encode("cp1251"))
    return tmp_path


def omni(*words: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["scenario", *(str(word) for word in words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    ("command", "file", "names"),
    [
        ("test", "two.yaml", ["E120", "E120"]),
        ("walk", "two.yaml", ["E120", "E120"]),
        ("test", "good.yaml", ["T020", "T001"]),
    ],
)
def test_each_finding_has_a_line(folder: Path, command: str, file: str, names: list[str]) -> None:
    code, _, said = omni(command, folder / file)
    lines = said.splitlines()
    assert (code, len(lines)) == (1, len(names)), said
    for line, name in zip(lines, names, strict=True):
        assert line.startswith(f"{folder}/{file.split('.')[0]}.") and f" error {name} " in line


@pytest.mark.parametrize(
    ("command", "file", "name", "more"),
    [
        ("test", "two.yaml", "two.yaml", ()),
        ("test", "good.yaml", "good.test.yaml", ()),
        ("test", "good.yaml", "good.test.yaml", ("--mutants",)),
    ],
)
def test_a_test_that_cannot_run_is_json_where_json_is_asked(
    folder: Path, command: str, file: str, name: str, more: tuple[str, ...]
) -> None:
    code, told, _ = omni(command, folder / file, "--json", *more)
    [report] = json.loads(told)
    assert (code, report["file"], report["passed"]) == (1, str(folder / name), False)
    assert len(report["findings"]) == 2 and all(each["message"]["ru"] for each in report["findings"])


def test_a_walk_of_a_faulty_scenario_is_json_too_and_its_words_are_in_the_language_asked(
    folder: Path,
) -> None:
    assert len(json.loads(omni("walk", folder / "two.yaml", "--json")[1])["findings"]) == 2
    assert "нет команды 'handof'" in omni("test", folder / "good.yaml", "--locale", "ru")[2]


@pytest.mark.parametrize(
    "words", [("fmt", "twice.yaml"), ("diff", "good.yaml", "twice.yaml"), ("diff", "twice.yaml", "good.yaml")]
)
def test_a_finding_names_the_file_that_was_given(folder: Path, words: tuple[str, ...]) -> None:
    command, *files = words
    code, _, said = omni(command, *(folder / file for file in files))
    assert code == 1 and said.startswith(f"{folder / 'twice.yaml'}:") and "error E003" in said


def test_a_file_that_is_not_in_utf_8_has_a_finding_with_its_place(folder: Path) -> None:
    file = folder / "cp1251.yaml"
    code, said, _ = omni("check", file)
    line = next(number for number, text in enumerate(GOOD.splitlines(), 1) if not text.isascii())
    assert code == 1 and said.startswith(f"{file}:{line}:1: error E002 "), said
    assert "не" in omni("check", file, "--locale", "ru")[1]
    [found] = json.loads(omni("check", file, "--json")[1])
    assert (found["code"], found["line"]) == ("E002", line)
    [result] = json.loads(omni("check", file, "--sarif")[1])["runs"][0]["results"]
    assert result["ruleId"] == "E002"
    for command in ("test", "walk", "fmt"):
        assert "error E002" in omni(command, file)[2]
