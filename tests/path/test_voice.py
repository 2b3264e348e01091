"""Files and voice messages of visitors: taken by what is in them, opened by who is shown them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.sounds import mp4, ogg, webm
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import change_widget, png

FILES = "/api/v1/widget/files"


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as operator:
        yield operator


@pytest.fixture
async def visitor(product: Product, tenant: TestTenant) -> AsyncIterator[Visitor]:
    """A visitor of its."""
    async with Visitor(product.url, tenant.slug) as visitor:
        yield visitor


async def upload(visitor: Visitor, content: bytes, name: str, *, voice: bool = True) -> Any:
    """Upload; the raw answer."""
    params = {"name": name, "voice": str(voice).lower()}
    return await visitor._http.post(FILES, params=params, content=content, headers=visitor.headers)


async def send(visitor: Visitor, file_id: str) -> dict[str, Any]:
    """Send a file; the message."""
    body = {"client_message_id": str(uuid4()), "attachments": [file_id]}
    answer = await visitor._http.post("/api/v1/widget/messages", json=body, headers=visitor.headers)
    assert answer.status_code == 202, answer.text
    message: dict[str, Any] = answer.json()["message"]
    return message


@pytest.mark.parametrize(
    ("content", "name", "kept", "media"),
    [
        (webm(3), "voice.webm", "voice.weba", "audio/webm"),
        (ogg(3), "voice.ogg", "voice.ogg", "audio/ogg"),
        (mp4(3), "voice.mp4", "voice.m4a", "audio/mp4"),
    ],
    ids=["webm", "ogg", "mp4"],
)
async def test_a_voice_message_arrives_as_one_and_both_sides_can_play_it(
    owner: Operator, visitor: Visitor, content: bytes, name: str, kept: str, media: str
) -> None:
    file = (await upload(visitor, content, name)).json()["file"]
    assert (file["name"], file["type"], file["duration_ms"] // 1000) == (
        kept,
        media,
        2 if "webm" in name else 3,
    )
    [attachment] = (await send(visitor, file["id"]))["attachments"]
    assert (attachment["kind"], attachment["voice"]) == ("audio", True)
    assert attachment["duration_ms"] == file["duration_ms"]
    [line] = await owner.conversations()
    shown = await owner.request("GET", f"/conversations/{line['id']}/files/{file['id']}")
    mine = await visitor._http.get(f"{FILES}/{file['id']}", headers=visitor.headers)
    for answer in (shown, mine):
        assert answer.status_code == 200, answer.text
        link = answer.json()["file"]["url"]
        whole = await visitor._http.get(link)
        assert (whole.content, whole.headers["content-type"]) == (content, media)
        assert whole.headers["accept-ranges"] == "bytes"


async def test_a_player_gets_the_span_that_it_asks_for(visitor: Visitor) -> None:
    content = bytes(range(256)) * 4
    file = (await upload(visitor, b"text " + content.hex().encode(), "x.txt", voice=False)).json()["file"]
    whole = (await visitor._http.get(file["url"])).content
    size = len(whole)
    for asked, first, last in (
        ("bytes=0-1", 0, 1),
        ("bytes=5-", 5, size - 1),
        ("bytes=-3", size - 3, size - 1),
        ("bytes=7-999999", 7, size - 1),
    ):
        part = await visitor._http.get(file["url"], headers={"Range": asked})
        assert (part.status_code, part.content) == (206, whole[first : last + 1]), asked
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert part.headers["content-length"] == str(len(part.content))
    for strange in ("bytes=9-2", f"bytes={size}-", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=-0", "x"):
        part = await visitor._http.get(file["url"], headers={"Range": strange})
        assert (part.status_code, part.content) == (200, whole), strange


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (webm(301), "voice_too_long"),
        (webm(1, track=1), "voice_invalid"),
        (png(), "voice_invalid"),
        (b"RIFF0000WAVEfmt ", "voice_invalid"),
        (b"<script>", "voice_invalid"),
        (b"", "file_empty"),
    ],
)
async def test_what_is_no_voice_message_is_refused(visitor: Visitor, content: bytes, code: str) -> None:
    refused = await upload(visitor, content, "voice.webm")
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_a_widget_that_takes_none_says_so(owner: Operator, visitor: Visitor) -> None:
    await change_widget(owner, features={"voice": False})
    off = await upload(visitor, webm(1), "voice.webm")
    assert (off.status_code, off.json()["code"]) == (403, "voice_off")
    assert (await upload(visitor, b"x", "x.txt", voice=False)).status_code == 201
    await change_widget(owner, features={"files": False})
    off = await upload(visitor, b"x", "x.txt", voice=False)
    assert (off.status_code, off.json()["code"]) == (403, "files_off")
    assert (await upload(visitor, webm(1), "voice.webm")).status_code == 201


async def test_a_file_opens_for_who_is_shown_it_and_for_nobody_else(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator, visitor: Visitor
) -> None:
    file_id = (await upload(visitor, b"x", "x.txt", voice=False)).json()["file"]["id"]
    alone = (await owner.request("POST", "/files", params={"name": "y.txt"}, content=b"y")).json()["file"]
    conversation_id = (await send(visitor, file_id))["conversation_id"]
    assert (
        await owner.request("GET", f"/conversations/{conversation_id}/files/{alone['id']}")
    ).status_code == 404
    mine = await visitor._http.get(f"{FILES}/{alone['id']}", headers=visitor.headers)
    assert mine.status_code == 404, "nobody has sent it to him"
    other = await make_tenant(settings, ECHO)
    async with (
        Visitor(product.url, tenant.slug) as second,
        Visitor(product.url, other.slug) as foreign,
        Operator(product.url, other) as stranger,
        Operator(product.url, await add_person(settings, tenant, role="builder")) as builder,
    ):
        for one in (second, foreign):
            refused = await one._http.get(f"{FILES}/{file_id}", headers=one.headers)
            assert refused.status_code == 404
        path = f"/conversations/{conversation_id}/files/{file_id}"
        assert (await stranger.request("GET", path)).status_code == 404
        assert (await builder.request("GET", path)).status_code == 403
