"""The tutorial as something that runs: its files, edits, talks and commands, with what they print.

Comments in the page say what a block is: `file: NAME` is written, `edit: NAME` replaces lines, `product` is run
against a running product, `talk: hi | =order | ~` is a customer who types, presses a button and goes (`~`: stays).
A console block without a comment is run by itself. After a deliberate change of the page, or of what commands
print: `python -m tests.scenario_dsl.tutorial docs/scenarios/tutorial.md`.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from omnisupport.cli import app
from omnisupport.errors import OmniError
from omnisupport.scenario_dsl import ScenarioInvalid

_PART = re.compile(
    r"^<!-- (?P<kind>file|edit|talk|product)(?:: (?P<name>[^\n]*?))? -->\n"
    r"(?=(?:```\w+\n(?P<text>.*?)^```$)?)"
    r"|^```console\n(?P<console>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A file, an edit, a talk, or commands with what they print; `start` and `end` are the text's place in the page."""

    kind: str
    name: str
    text: str
    start: int
    end: int


def parts(page: str) -> Iterator[Part]:
    """What the page does, in its order."""
    pending = None
    for match in _PART.finditer(page):
        if match["console"] is not None:
            kind = pending or "console"
            pending = None
            yield Part(kind, "", match["console"], *match.span("console"))
        elif match["kind"] == "product":
            pending = "product"
        elif match["kind"] == "talk":
            yield Part("talk", match["name"], "", match.start(), match.start())
        else:
            yield Part(match["kind"], match["name"], match["text"], *match.span("text"))


def prepare(part: Part) -> None:
    """Write the file, or change its lines, in the current folder."""
    file = Path(part.name)
    if part.kind == "file":
        file.write_text(part.text, "utf-8")
        return
    text = file.read_text("utf-8")
    old, new = (
        "".join(f"{line[1:]}\n" for line in part.text.splitlines() if line[:1] in (" ", sign))
        for sign in ("-", "+")
    )
    assert text.count(old) == 1, f"{part.name} has not once:\n{old}"
    file.write_text(text.replace(old, new), "utf-8")


def commands(console: str) -> list[tuple[str, str]]:
    """The commands of a block, each with what is printed below it."""
    found = [each.partition("\n") for each in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]]
    return [(command, printed) for command, _, printed in found]


def run_offline(command: str) -> str:
    """What a command prints that needs no product."""
    words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)]
    if words[0] == "cp":
        shutil.copy(words[1], words[2])
        return ""
    assert words[0] == "omni", command
    result = CliRunner().invoke(app, words[1:])
    said = result.output
    if isinstance(result.exception, ScenarioInvalid):
        said += "".join(f"{finding}\n" for finding in result.exception.findings)
    elif isinstance(result.exception, OmniError):
        said += f"{result.exception.detail}\n"
    elif result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return said


def rewritten(page: str) -> str:
    """The page with what its commands print now; what needs a product is left as it is."""
    made, at = [], 0
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for part in parts(page):
            if part.kind in ("file", "edit"):
                prepare(part)
            elif part.kind == "console":
                said = "".join(f"$ {command}\n{run_offline(command)}" for command, _ in commands(part.text))
                made += [page[at : part.start], said]
                at = part.end
    return "".join([*made, page[at:]])


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(rewritten(path.read_text("utf-8")), "utf-8")
