"""The README's pictures of the scenario language, drawn from what commands print.

After a deliberate change: `python -m tests.scenario_dsl.pictures` draws them anew (it starts a product).
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from contextlib import chdir
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from tests.scenario_dsl.support import ROOT
from tests.scenario_dsl.terminal import picture
from tests.scenario_dsl.tutorial import commands, parts, prepare, run_offline
from tests.support.product import Product
from tests.support.visitor import Visitor

IMAGES = ROOT / "docs" / "images"
FAULTS, BEHAVIOUR = IMAGES / "scenario-check.svg", IMAGES / "scenario-replay.svg"
BROKEN = Path(__file__).parent / "data" / "broken.yaml"
SHOP = "my-shop"
TALKS = (
    *(("hi", "=order", "020 7946 0958"),) * 7,
    *(("hi", "=prices"),) * 2,
    *(("hi", "=order", "as soon as you can", "today?", "hm"),) * 2,
    ("hi",),
)
"""What customers of the tutorial's shop have said to its first version."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def faults() -> str:
    """`omni scenario check` of a scenario with eight planted faults."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        shutil.copy(BROKEN, "lead.yaml")
        command = "omni scenario check lead.yaml"
        printed = f"$ {command}\n{run_offline(command)}"
    return picture(
        printed, title="omni scenario check finds eight faults, each with its place and its mending"
    )


async def behaviour(product: Product) -> str:
    """What the tutorial's change means, and how real conversations would have gone with it."""
    with tempfile.TemporaryDirectory() as folder:
        _shop_files(Path(folder))
        made = product.omni("tenant", "create", SHOP, "--owner", "owner@my-shop.example")
        assert made.returncode == 0, made.stderr
        live = product.omni("scenario", "publish", "before.yaml", "--tenant", SHOP, cwd=Path(folder))
        assert live.returncode == 0, live.stderr
        for talk in TALKS:
            await _talk(product, talk)
        said = []
        for command in (
            "omni scenario diff before.yaml flowers.yaml",
            f"omni scenario replay flowers.yaml --tenant {SHOP} --last 1000",
        ):
            ran = product.omni(*command.split()[1:], cwd=Path(folder))
            assert not ran.stderr, ran.stderr
            said.append(f"$ {command}\n{ran.stdout}")
    return picture(
        _steady("\n".join(said)), title="omni scenario replay: how real conversations would have gone"
    )


def _shop_files(folder: Path) -> None:
    """The tutorial's shop before and after its change."""
    page = (ROOT / "docs" / "scenarios" / "tutorial.md").read_text("utf-8")
    with chdir(folder):
        for part in parts(page):
            if part.kind in ("file", "edit"):
                prepare(part)
            for command, _ in commands(part.text) if part.kind == "console" else ():
                if command.startswith("cp "):
                    run_offline(command)


async def _talk(product: Product, talk: tuple[str, ...]) -> None:
    async with Visitor(product.url, SHOP, locale="en") as visitor:
        await visitor.connect()
        for move in talk:
            if move.startswith("="):
                shown = visitor.received[-1]["content"]["buttons"]
                await visitor.ask(
                    button=next(each["id"] for each in shown if each["id"].endswith(f".{move[1:]}"))
                )
            else:
                await visitor.ask(move)


def _steady(text: str) -> str:
    """Ids of conversations are different each time; here they are told apart by their order."""
    ids = list(dict.fromkeys(_ID.findall(text)))
    for number, each in enumerate(ids):
        text = text.replace(each, str(uuid5(NAMESPACE_URL, f"conversation {number}")))
    return text


async def _draw() -> None:
    FAULTS.write_text(faults(), "utf-8")
    with tempfile.TemporaryDirectory() as folder, Product(Path(folder) / "state") as product:
        BEHAVIOUR.write_text(await behaviour(product), "utf-8")


if __name__ == "__main__":
    asyncio.run(_draw())
