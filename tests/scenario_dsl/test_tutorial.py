"""The tutorial is true: its files compile at each step, its commands print what the page says, its talks go so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.scenario_dsl.support import ROOT, codes, compiled
from tests.scenario_dsl.tutorial import Part, commands, parts, prepare, run_offline
from tests.support.product import Product
from tests.support.visitor import Visitor

pytestmark = pytest.mark.long
PAGES = [ROOT / "docs" / "scenarios" / name for name in ("tutorial.md", "tutorial.ru.md")]
# Step 5 breaks the file on purpose.
BROKEN = ["E120", "E130"]
STEPS = re.compile(r"^## (?:Step|Шаг) ([0-9]+)\.", re.MULTILINE)


@pytest.fixture(params=PAGES, ids=lambda path: path.name)
def page(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page in one language, read in an empty folder."""
    monkeypatch.chdir(tmp_path)
    text: str = request.param.read_text("utf-8")
    return text


def test_the_steps_lead_from_an_empty_file_to_a_new_version(page: str) -> None:
    assert STEPS.findall(page) == [str(number) for number in range(1, 11)]
    said = [command for part in parts(page) for command, _ in commands(part.text)]
    for verb in ("check", "test", "walk", "diff", "replay", "publish"):
        assert any(f"scenario {verb}" in command for command in said), verb


def test_both_languages_take_the_same_steps() -> None:
    english, russian = (list(parts(path.read_text("utf-8"))) for path in PAGES)
    assert [part.kind for part in english] == [part.kind for part in russian]
    for one, other in zip(english, russian, strict=True):
        assert [each.split()[:3] for each, _ in commands(one.text)] == [
            each.split()[:3] for each, _ in commands(other.text)
        ]


def test_every_step_compiles_and_every_command_prints_what_the_page_says(page: str) -> None:
    ran, broken = 0, []
    for part in parts(page):
        if part.kind in ("file", "edit"):
            prepare(part)
            text = Path(part.name).read_text("utf-8")
            if text.startswith("omni: scenario/"):
                errors = [code for code in codes(text) if code.startswith("E")]
                broken += [code for code in errors if code not in broken]
                assert errors or compiled(text)["nodes"]
        for command, printed in commands(part.text) if part.kind == "console" else ():
            assert run_offline(command) == printed, (
                "python -m tests.scenario_dsl.tutorial docs/scenarios/tutorial*.md"
            )
            ran += 1
    assert ran >= 10 and broken == BROKEN


async def test_with_a_product_it_goes_as_the_page_says(page: str, product: Product, tmp_path: Path) -> None:
    staying: list[Visitor] = []
    slug = _slug(page)
    for part in parts(page):
        if part.kind in ("file", "edit"):
            prepare(part)
        elif part.kind == "talk":
            visitor = staying.pop() if part.name.startswith("+") else await _arrive(product, slug)
            await _talk(visitor, part)
            if part.name.endswith("~"):
                staying.append(visitor)
            else:
                await visitor.close()
        elif part.kind == "product":
            for command, printed in commands(part.text):
                ran = product.omni(*shlex.split(command)[1:], cwd=tmp_path)
                _compare(ran.stdout + ran.stderr, printed)
    assert not staying
    assert f"http://127.0.0.1:8080/widget/{slug}" in page


def _slug(page: str) -> str:
    found = re.search(r"omni tenant create (\S+)", page)
    assert found is not None
    return found[1]


async def _arrive(product: Product, slug: str) -> Visitor:
    visitor = Visitor(product.url, slug)
    await visitor.open()
    await visitor.connect()
    return visitor


async def _talk(visitor: Visitor, part: Part) -> None:
    """Type, or press a button by its name; `→ words` stand in the answer."""
    for move in part.name.split(" | "):
        said, _, wanted = move.partition(" → ")
        if said in ("+", "~"):
            continue
        if said.startswith("="):
            buttons = [button["id"] for message in visitor.received for button in _buttons(message)]
            [wire] = [each for each in buttons[-2:] if each.endswith(f".{said[1:]}")]
            answer = await visitor.ask(button=wire)
        else:
            answer = await visitor.ask(said)
        assert wanted in answer[0]["text"], (move, answer)


def _buttons(message: dict[str, object]) -> list[dict[str, str]]:
    content = message.get("content")
    found = content.get("buttons") if isinstance(content, dict) else None
    return list(found or [])


def _compare(said: str, printed: str) -> None:
    """Line by line; `…` stands for what is different each time."""
    pattern = "".join(re.escape(line).replace("…", ".+") for line in printed.splitlines(keepends=True))
    assert re.fullmatch(pattern, said), f"the page says:\n{printed}\nprinted was:\n{said}"
