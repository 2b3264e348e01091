"""The README's pictures show what the commands print today."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.scenario_dsl import pictures
from tests.scenario_dsl.support import ROOT
from tests.support.product import Product

README = (ROOT / "README.md").read_text("utf-8")
ANEW = "python -m tests.scenario_dsl.pictures"


def test_the_picture_of_faults_is_what_check_prints() -> None:
    drawn = pictures.faults()
    assert drawn == pictures.FAULTS.read_text("utf-8"), ANEW
    assert len(re.findall(r"error E\d{3}", "".join(ElementTree.fromstring(drawn).itertext()))) == 8


async def test_the_picture_of_behaviour_is_what_replay_prints(product: Product) -> None:
    drawn = await pictures.behaviour(product)
    assert drawn == pictures.BEHAVIOUR.read_text("utf-8"), ANEW


@pytest.mark.parametrize("path", [pictures.FAULTS, pictures.BEHAVIOUR], ids=lambda path: path.name)
def test_the_readme_shows_the_picture_and_says_what_is_on_it(path: Path) -> None:
    name = f"docs/images/{path.name}"
    shown = re.search(rf"!\[([^\]]+)\]\({re.escape(name)}\)", README)
    assert shown is not None and len(shown[1]) > 20
