"""Taking a message: once, in order, in one conversation, whatever comes at the same time."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import orjson

from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.session import Database
from tests.storage.conftest import Home


async def accept(
    conversations: Conversations, home: Home, text: str = "привет", id: str | None = None
) -> dict[str, Any]:
    return await conversations.accept(
        home.tenant_id,
        home.token,
        client_message_id=id or str(uuid4()),
        text=text,
        content={},
        stop_word=False,
    )


async def test_the_same_message_five_times_at_once_is_one_row(
    conversations: Conversations, home: Home
) -> None:
    same = str(uuid4())
    answers = await asyncio.gather(*(accept(conversations, home, id=same) for _ in range(5)))
    assert {answer["message"]["id"] for answer in answers} == {answers[0]["message"]["id"]}
    assert sorted(answer["repeat"] for answer in answers) == [False, True, True, True, True]
    assert all(answer["ring"] for answer in answers), "a repeat rings again: free repair"


async def test_two_tabs_at_once_share_one_conversation_without_a_hole(
    conversations: Conversations, home: Home
) -> None:
    answers = await asyncio.gather(*(accept(conversations, home, f"m{n}") for n in range(16)))
    assert len({answer["message"]["conversation_id"] for answer in answers}) == 1
    by_seq = sorted(answers, key=lambda answer: answer["message"]["seq"])
    assert [answer["message"]["seq"] for answer in by_seq] == list(range(1, 17))
    assert [answer["prev"] for answer in by_seq] == list(range(16)), "prev is the inbound message before"
    assert sum(answer["created"] for answer in answers) == 1


async def test_a_forged_token_changes_nothing(conversations: Conversations, home: Home) -> None:
    forged = Home(home.tenant_id, home.slug, bytes(32))
    assert await accept(conversations, forged) == {"error": "visitor_token_invalid"}


async def test_a_message_to_a_resolved_conversation_opens_it_again(
    conversations: Conversations, home: Home
) -> None:
    first = await accept(conversations, home)
    conversation_id = first["message"]["conversation_id"]
    await commit(conversations, home, conversation_id, 0, cursor=1, set={"status": "resolved"})
    again = await accept(conversations, home)
    assert again["message"]["conversation_id"] == conversation_id
    assert again["status"] == "open"
    assert again["message"]["seq"] == 2


async def test_after_the_reopen_window_a_new_conversation_begins(
    conversations: Conversations, database: Database, home: Home
) -> None:
    first = await accept(conversations, home)
    conversation_id = first["message"]["conversation_id"]
    await commit(conversations, home, conversation_id, 0, cursor=1, set={"status": "resolved"})
    await run(database, home, "update conversation set resolved_at = now() - interval '25 hours'")
    again = await accept(conversations, home)
    assert again["message"]["conversation_id"] != conversation_id
    assert again["message"]["seq"] == 1


async def test_nothing_is_rung_while_an_operator_looks(
    conversations: Conversations, database: Database, home: Home
) -> None:
    first = await accept(conversations, home)
    operator = {"controller": "operator", "assignee_id": str(uuid4()), "assignee_name": "Анна"}
    await commit(conversations, home, first["message"]["conversation_id"], 0, cursor=1, set=operator)
    assert (await accept(conversations, home))["ring"] is False
    await run(database, home, "update conversation set assignee_seen_at = now() - interval '61 seconds'")
    assert (await accept(conversations, home))["ring"] is True, "nobody has looked for a minute"


async def test_a_turn_commits_once_and_a_stale_one_gets_the_row(
    conversations: Conversations, home: Home
) -> None:
    first = await accept(conversations, home)
    conversation_id = first["message"]["conversation_id"]
    rows = [
        {
            "direction": "outbound",
            "author_kind": "scenario",
            "text": "да",
            "status": "sent",
            "key": f"{conversation_id}:1:0:0",
        }
    ]
    done = await commit(
        conversations, home, conversation_id, 0, cursor=1, rows=rows, set={"state": {"run": 1}}
    )
    assert done.committed
    assert (done.turn, done.cursor) == (1, 1)
    repeat = await commit(conversations, home, conversation_id, 0, cursor=1, rows=rows)
    assert not repeat.committed
    assert repeat.row is not None
    assert (repeat.row.turn, repeat.row.state) == (1, {"run": 1})
    page = await conversations.read_after(home.tenant_id, UUID(conversation_id), 0, limit=10, visitor=True)
    assert page is not None
    assert [(m["seq"], m["text"]) for m in page["messages"]] == [(1, "привет"), (2, "да")]


async def test_a_commit_of_an_older_epoch_changes_nothing(conversations: Conversations, home: Home) -> None:
    first = await accept(conversations, home)
    conversation_id = first["message"]["conversation_id"]
    await commit(conversations, home, conversation_id, 0, set={"controller": "operator", "epoch": 1})
    stale = await commit(conversations, home, conversation_id, 1, epoch=0, cursor=1)
    assert not stale.committed
    assert stale.row is not None
    assert (stale.row.epoch, stale.row.controller) == (1, "operator")


async def test_hand_back_leaves_what_came_after_the_last_reply(
    conversations: Conversations, home: Home
) -> None:
    conversation_id = (await accept(conversations, home, "раз"))["message"]["conversation_id"]
    reply = {"direction": "outbound", "author_kind": "operator", "text": "тут", "status": "sent", "key": "op"}
    await commit(conversations, home, conversation_id, 0, rows=[reply], set={"controller": "operator"})
    await accept(conversations, home, "после")
    back = await commit(
        conversations, home, conversation_id, 1, through_operator=True, set={"controller": "assistant"}
    )
    assert (back.cursor, back.last_in) == (2, 3)
    left = await conversations.inbound_after(home.tenant_id, conversation_id, back.cursor, 10)
    assert [row.text for row in left] == ["после"]


async def commit(
    conversations: Conversations, home: Home, conversation_id: str, turn: int, **body: Any
) -> Any:
    whole = {"turn": turn, "epoch": 0, "cursor": 0, "rows": [], "set": {}, **body}
    return await conversations.commit(home.tenant_id, conversation_id, orjson.dumps(whole))


async def run(database: Database, home: Home, sql: str) -> None:
    from sqlalchemy import text

    async with database.session(home.tenant_id) as session:
        await session.exec(text(sql))  # type: ignore[call-overload]
