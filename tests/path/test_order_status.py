"""Where is my order: one scenario, on every channel, over the product's own adapters and the doubles of providers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.channels.mail_servers import certificate_for, dovecot, dovecot_or_skip, find_dovecot
from tests.path.ordering import TITLES, Ports, World, page, world
from tests.support.product import Product

pytestmark = pytest.mark.long

PAGES = Path(__file__).parents[2] / "docs" / "channels"


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """With a mailbox, where dovecot is installed."""
    if find_dovecot()[1]:
        yield Ports.free()
        return
    with dovecot(certificate_for(tmp_path_factory.mktemp("tls") / "mail.pem", "127.0.0.1")) as mailbox:
        yield Ports.free(mailbox)


@pytest.fixture(scope="module")
def product(ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose providers are doubles."""
    with Product(tmp_path_factory.mktemp("order") / "state", env=ports.environment()) as running:
        yield running


@pytest.fixture(scope="module")
async def here(product: Product, ports: Ports) -> AsyncIterator[World]:
    """The doubles and the shop."""
    async with world(product, ports) as made:
        yield made


@pytest.mark.parametrize("channel", TITLES)
async def test_a_customer_asks_for_his_order(here: World, channel: str) -> None:
    """As the page of the channel shows it; `python -m tests.path.ordering docs/channels` writes it anew."""
    if channel == "email":
        dovecot_or_skip()
    lines = await here.talk(channel)
    assert lines[-1] == "Shop      Хорошего дня!"
    assert page(channel, lines) == (PAGES / f"{channel}.md").read_text("utf-8")


def test_every_page_is_in_the_index() -> None:
    index = (PAGES / "README.md").read_text("utf-8")
    assert [path.name for path in sorted(PAGES.glob("*.md")) if f"({path.name})" not in index] == [
        "README.md"
    ]
