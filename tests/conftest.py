"""Fixtures that start the real thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from omnisupport.settings import Settings
from tests.support.mailbox import Mailbox
from tests.support.product import Product


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin first: one that begins last is waited for by workers that have nothing left to do."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The whole product without demo data, one for all tests of a process."""
    state: Path = tmp_path_factory.mktemp("product") / "state"
    env = {
        "OMNI_WIDGET_MESSAGES_PER_MINUTE": "100000",
        "OMNI_RATE_LIMITS": "widget.person=100000,export.tenant=1000",
    }
    with Product(state, env=env) as running:
        yield running


@pytest.fixture(scope="session")
def post(product: Product) -> Mailbox:
    """Where the product's mail arrives."""
    return Mailbox(product.ready["urls"]["mailbox"], product.settings().smtp_url or "")


@pytest.fixture(scope="session")
def settings(product: Product) -> Settings:
    """The running product's settings."""
    return product.settings()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how often the wall between tenants was probed (tests/security/test_wall_probes.py)."""
    probes: Counter[str] = Counter()
    for report in terminalreporter.getreports(""):
        for name, value in report.user_properties:
            if name == "probes" and report.when == "teardown":
                probes.update(value)
    if probes:
        kinds = ", ".join(f"{count} {kind}" for kind, count in probes.most_common())
        terminalreporter.write_line(f"{probes.total()} probes: {kinds}")
