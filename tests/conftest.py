"""Fixtures that start the real thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from omnisupport.settings import Settings
from tests.support.mailbox import Mailbox, mailbox
from tests.support.product import Product


@pytest.fixture(scope="session")
def post() -> Iterator[Mailbox]:
    """Where the product's mail arrives."""
    with mailbox() as box:
        yield box


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, post: Mailbox) -> Iterator[Product]:
    """The whole product without demo data, one for all tests of a process."""
    state: Path = tmp_path_factory.mktemp("product") / "state"
    with Product(
        state, env={"OMNI_WIDGET_MESSAGES_PER_MINUTE": "100000", "OMNI_SMTP_URL": post.url}
    ) as running:
        yield running


@pytest.fixture(scope="session")
def settings(product: Product) -> Settings:
    """The running product's settings."""
    return product.settings()
