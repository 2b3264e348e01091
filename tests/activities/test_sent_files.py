"""Files of ours in a message: named by their ids, with a link that lasts; what is another's stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from omnisupport.activities.sent_files import SentFiles
from omnisupport.auth.links import CONTENT_PATH, LIFETIME, FileLinks
from omnisupport.domain.message import Outbound
from omnisupport.errors import NotFound

OURS, THEIRS, FILE = UUID(int=1), UUID(int=2), UUID(int=3)
ORIGIN = "https://support.example.com"
LINKS = FileLinks([b"k" * 32])
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


@dataclass
class Row:
    id: UUID = FILE
    name: str = "счёт.pdf"
    type: str = "application/pdf"
    size: int = 9


async def find(tenant_id: UUID, file_id: UUID) -> Row:
    if (tenant_id, file_id) != (OURS, FILE):
        raise NotFound("There is no such file.")
    return Row()


async def named(**content: Any) -> dict[str, Any]:
    message = Outbound("1", "2", "k", "ru", "telegram", "1001", "x", content)
    return (await SentFiles(LINKS, ORIGIN, find).named(OURS, message)).content


def token_of(address: str) -> str:
    return address.removeprefix(ORIGIN + CONTENT_PATH)


async def test_attachments_are_files_with_links_for_a_month() -> None:
    given = {"id": str(FILE), "kind": "file", "name": "счёт.pdf", "mime": "application/pdf", "size": 9}
    content = await named(attachments=[given])
    [file] = content["files"]
    assert (file["file"], file["name"], file["mime"]) == (str(FILE), "счёт.pdf", "application/pdf")
    soon, late = datetime.now(UTC) + timedelta(days=29), datetime.now(UTC) + timedelta(days=31)
    assert LINKS.read(token_of(file["url"]), soon) == (OURS, FILE)
    try:
        LINKS.read(token_of(file["url"]), late)
    except NotFound:
        return
    raise AssertionError("the link never ends")


async def test_a_link_of_ours_in_a_scenario_is_its_file_though_it_is_over() -> None:
    address = ORIGIN + CONTENT_PATH + LINKS.sign(OURS, FILE, LONG_AGO)
    content = await named(forms={"media": {"kind": "file", "url": address, "name": None, "alt": "Счёт"}})
    media = content["forms"]["media"]
    assert (media["file"], media["kind"], media["name"], media["alt"]) == (
        str(FILE),
        "file",
        "счёт.pdf",
        "Счёт",
    )
    assert LINKS.read(token_of(media["url"]), datetime.now(UTC) + LIFETIME) == (OURS, FILE)


async def test_what_is_not_ours_stays_an_address() -> None:
    forged = LINKS.sign(OURS, FILE, LONG_AGO)[:-4] + "AAAA"
    for address in (
        "https://shop.example/a.pdf",
        ORIGIN + CONTENT_PATH + LINKS.sign(THEIRS, FILE, LONG_AGO),
        ORIGIN + CONTENT_PATH + LINKS.sign(OURS, THEIRS, LONG_AGO),
        ORIGIN + CONTENT_PATH + forged,
        ORIGIN + CONTENT_PATH,
    ):
        media = {"kind": "file", "url": address}
        assert (await named(forms={"media": media}))["forms"]["media"] == media
