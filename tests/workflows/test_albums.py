"""Ten photos are one thing that a customer has said: they stay ten messages and get one answer."""

from __future__ import annotations

import asyncio
from typing import Any

from omnisupport.domain.conversation import Ring
from omnisupport.scenario_dsl.events import Inbound
from omnisupport.workflows.albums import as_one, is_open
from tests.support.tenants import ECHO
from tests.workflows.budget import cost_of, hold_to_budget
from tests.workflows.chat import Chat
from tests.workflows.stage import Stage


def photo(seq: int, text: str = "", album: str | None = "a", **content: Any) -> Inbound:
    """One message."""
    files = {"attachments": [{"id": str(seq)}]}
    return Inbound(seq=seq, text=text, content=files | content, album=album)


async def send_album(chat: Chat, *texts: str) -> int:
    """Messages of one album, a little apart; the seq before them."""
    first = 0
    for place, text in enumerate(texts):
        file = {"id": str(place), "name": f"{place}.jpg", "mime": "image/jpeg", "size": 1, "kind": "image"}
        seq = await chat.say(text, album="al-1", attachments=[file])
        first = first or seq
        await asyncio.sleep(0.1)
    return first - 1


def test_messages_of_one_album_are_one_with_all_words_and_files() -> None:
    [one] = as_one([photo(4, "шкаф"), photo(5), photo(7, "царапина", location={"lat": 1})])
    assert (one.seq, one.text, one.album) == (7, "шкаф\nцарапина", "a")
    assert one.content == {"attachments": [{"id": "4"}, {"id": "5"}, {"id": "7"}], "location": {"lat": 1}}


def test_what_is_of_no_album_or_of_another_one_stays_alone() -> None:
    due = [photo(1, album=None), photo(2, album=None), photo(3), photo(4, album="b"), photo(5, album="b")]
    assert [each.seq for each in as_one(due)] == [1, 2, 3, 5]
    assert as_one(due[:3]) == due[:3] and as_one([]) == []


def test_only_the_newest_message_says_whether_more_may_come() -> None:
    assert is_open([Ring(1), Ring(3, album="a"), Ring(2)])
    assert not is_open([Ring(1, album="a"), Ring(2)]) and not is_open([])


async def test_an_album_is_answered_once_and_costs_one_timer(stage: Stage) -> None:
    tenant = await stage.tenant(ECHO)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("раз")
        before = await cost_of(stage.client, chat.workflow_id)
        after = await send_album(chat, "шкаф", "", "царапина")
        [answer] = await chat.until_said(after=after)
        await chat.quiet()
        assert answer["text"] == "эхо: шкаф\nцарапина"
        cost = (await cost_of(stage.client, chat.workflow_id)).since(before)
        await chat.ask("два")
    rows = await chat.rows()
    assert [row["direction"] for row in rows].count("inbound") == 5
    assert await chat.texts() == ["эхо: раз", "эхо: шкаф\nцарапина", "эхо: два"]
    hold_to_budget(cost, 3, size=None)


async def test_an_operator_need_not_wait_for_an_album_to_end(stage: Stage) -> None:
    tenant = await stage.tenant(ECHO)
    async with stage.working():
        chat = await stage.chat(tenant)
        await chat.ask("раз")
        await chat.say("шкаф", album="al-2")
        taken = await chat.do("take_over")
        assert taken.ok
        await asyncio.sleep(1.5)
    assert await chat.texts() == ["эхо: раз"]
