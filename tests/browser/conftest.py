"""One running demo and one browser for all tests here; windows of its own for each."""

from __future__ import annotations

import os
import shutil
import time
import warnings
from collections.abc import AsyncIterator, Generator

import pytest
from playwright.async_api import Browser, StorageState, async_playwright, expect

from tests.browser.demo import SECOND_OPERATOR, Demo, look_at
from tests.browser.desk import Desk
from tests.browser.windows import ARTEFACTS, FLAGS, PATIENCE_MS, Windows
from tests.support import product as support
from tests.support.product import Product

CHROMIUM = ("chromium-headless-shell", "chromium")
"""Debian's names of it: without the parts that draw a window it takes half the time."""
NO_CHROMIUM = "Chromium is not installed, so no browser test ran: apt-get install chromium-headless-shell"
FIRST_START_S = 300
"""Of the demo's first start on a loaded machine: it imports forty articles."""
AN_HOUR_S = 3600
OUTCOME = pytest.StashKey[bool]()

expect.set_options(timeout=PATIENCE_MS)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is here: one worker runs it all (with `--dist loadgroup`), the demo is started once."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test failed, for its windows."""
    report = yield
    if report.failed:
        item.stash[OUTCOME] = True
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is. Without it the tests are skipped aloud; on CI that is a failure."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(NO_CHROMIUM)
    warnings.warn(pytest.PytestWarning(NO_CHROMIUM), stacklevel=1)
    pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="session")
async def demo(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """The whole product with the demo tea shop, its departments open around the clock."""
    support.START_S = FIRST_START_S
    # No address of a provider: the demo's are the doubles of its simulator.
    providers = dict.fromkeys(support.PROVIDERS, "")
    product = Product(tmp_path_factory.mktemp("demo") / "state", demo=True, env=providers)
    try:
        product.start()
        running = await look_at(product)
        await running.open_departments()
        yield running
    finally:
        product.stop()


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium, without a window; the last looks of earlier runs' failures are cleared away."""
    for picture in ARTEFACTS.glob("failed-*.png"):
        if time.time() - picture.stat().st_mtime > AN_HOUR_S:
            picture.unlink(missing_ok=True)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        await running.close()


@pytest.fixture
async def windows(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Windows]:
    """The test's windows; what any of their pages complained of fails the test."""
    opened = Windows(browser)
    yield opened
    failed = request.node.stash.get(OUTCOME, False)
    await opened.close(failed=request.node.name if failed else None)
    assert opened.troubles == []


async def _sign_in(browser: Browser, demo: Demo, email: str) -> StorageState:
    windows = Windows(browser)
    page = await windows.page()
    await Desk(page, demo).sign_in(email)
    state = await page.context.storage_state()
    await windows.close()
    return state


@pytest.fixture(scope="session")
async def owner(browser: Browser, demo: Demo) -> StorageState:
    """The cookie of Ольга, the owner."""
    return await _sign_in(browser, demo, demo.owner.email)


@pytest.fixture(scope="session")
async def anna(browser: Browser, demo: Demo) -> StorageState:
    """The cookie of Анна, an operator."""
    return await _sign_in(browser, demo, SECOND_OPERATOR)
