"""The simulator's page: what it shows, what it refuses, and that nobody else's page can use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from omnisupport.devstack.simulator.double import Heard, Hook, Line, Shown
from omnisupport.devstack.simulator.pages import Owner, Pages
from omnisupport.devstack.simulator.server import Simulator, make_simulator
from omnisupport.devstack.simulator.words import WORDS
from omnisupport.devstack.state import StateDir

URL = "http://127.0.0.1:1"
HERE = {"lang": "ru", "provider": "telegram", "account": "7", "person": "79161234567"}


@pytest.fixture
def simulator() -> Simulator:
    """With a bot that has told its address; what is posted there is taken."""
    made = Simulator(URL)
    telegram = made.doubles["telegram"]
    telegram.lines["7"] = Line("7", hook=f"{URL}/hook", secret="s")

    async def taken(hook: Hook) -> Heard:
        return Heard(200, "")

    telegram.call = taken
    return made


@pytest.fixture
async def page(simulator: Simulator, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at it; no demo is there."""
    owner = Owner(URL, StateDir(tmp_path))
    app = make_simulator(simulator, *Pages(simulator, owner).routes())
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def test_what_is_typed_is_shown_as_it_is_typed(page: httpx2.AsyncClient, simulator: Simulator) -> None:
    evil = "<script>alert(1)</script>"
    answer = await page.post("/simulator/write", data=HERE | {"text": evil})
    assert answer.status_code == 303
    shown = await page.get(answer.headers["location"])
    assert evil not in shown.text and "&lt;script&gt;alert(1)" in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert [each.text for each in simulator.doubles["telegram"].shown] == [evil]


async def test_a_file_is_kept_and_given_as_a_download(page: httpx2.AsyncClient, simulator: Simulator) -> None:
    file = {"file": ("счёт.html", b"<script>1</script>", "text/html")}
    await page.post("/simulator/write", data=HERE | {"text": ""}, files=file)
    [message] = simulator.doubles["telegram"].shown
    given = await page.get(f"/telegram/files/{message.files[0]}")
    assert given.content == b"<script>1</script>"
    assert given.headers["content-disposition"] == "attachment"
    assert given.headers["content-type"] == "application/octet-stream"


async def test_a_picture_is_shown_and_what_only_says_that_it_is_one_is_not(
    page: httpx2.AsyncClient, simulator: Simulator
) -> None:
    telegram = simulator.doubles["telegram"]
    for name, content in (("a.png", b"\x89PNG\r\n"), ("<b>.png", b"<script>1</script>")):
        file = telegram.keep(name, "image/png", content)
        telegram.show(Shown(f"1:{name}", "7", HERE["person"], "вот", files=(file,)))
    shown = (await page.get("/simulator/", params=HERE)).text
    [good, bad] = telegram.files
    assert f'<img src="/telegram/files/{good}" alt="a.png">' in shown
    assert f'<a href="/telegram/files/{bad}" download="&lt;b&gt;.png">' in shown and "<b>.png" not in shown
    assert (await page.get(f"/telegram/files/{good}")).headers["content-type"] == "image/png"
    assert (await page.get(f"/telegram/files/{bad}")).headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("form", ["write", "press", "tell", "fault", "connect"])
async def test_a_form_of_another_site_does_nothing(
    page: httpx2.AsyncClient, simulator: Simulator, form: str
) -> None:
    told = HERE | {"text": "раз", "fault": "busy", "type": "sms", "by": "twilio"}
    answer = await page.post(f"/simulator/{form}", data=told, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert simulator.doubles["telegram"].shown == [] and simulator.faults == {}


async def test_another_name_of_this_machine_reads_nothing(page: httpx2.AsyncClient) -> None:
    assert (await page.get("/simulator/", headers={"Host": "evil.example"})).status_code == 400


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("write", {"account": "8", "text": "раз"}),
        ("press", {"message": "nobody's", "label": "Да"}),
        ("tell", {"message": "nobody's", "status": "delivered"}),
        ("connect", {"type": "fax", "by": "fax"}),
    ],
)
async def test_what_is_not_there_is_said(page: httpx2.AsyncClient, form: str, told: dict[str, str]) -> None:
    answer = await page.post(f"/simulator/{form}", data=HERE | told)
    assert answer.status_code == 404 and WORDS["ru"]["not_there"] in answer.text


async def test_a_fault_is_set_and_taken_back(page: httpx2.AsyncClient, simulator: Simulator) -> None:
    await page.post("/simulator/fault", data=HERE | {"fault": "silent"})
    assert simulator.faults == {"telegram": "silent"}
    shown = await page.get("/simulator/", params=HERE)
    assert '<option value="silent" selected>' in shown.text
    await page.post("/simulator/fault", data=HERE | {"fault": "well"})
    assert simulator.faults == {}


async def test_without_a_demo_an_account_is_shown_to_enter_by_hand(page: httpx2.AsyncClient) -> None:
    answer = await page.post("/simulator/connect", data=HERE | {"lang": "en", "type": "vk", "by": "vk"})
    assert WORDS["en"]["no_login"] in answer.text and "vk1.simulated." in answer.text


async def test_the_language_is_the_one_that_is_asked_for_or_the_browsers(page: httpx2.AsyncClient) -> None:
    async def title(**options: Any) -> str:
        return (await page.get("/simulator/", **options)).text.split("<title>")[1].split("<")[0]

    assert await title(headers={"Accept-Language": "ru-RU,ru"}) == WORDS["ru"]["title"]
    assert await title(headers={"Accept-Language": "de"}) == WORDS["en"]["title"]
    assert await title(params={"lang": "ru"}, headers={"Accept-Language": "de"}) == WORDS["ru"]["title"]


def test_every_text_is_there_in_both_languages() -> None:
    assert WORDS["ru"].keys() == WORDS["en"].keys()
    assert all(text for words in WORDS.values() for text in words.values())
