"""Gathers what is known of a conversation, from the API as a person sees it and from the tables beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import select

from omnisupport import temporal
from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Message
from omnisupport.storage.tables import Turn as TurnRow
from omnisupport.worker import Adapters
from tests.reliability.checker import Ack, History, Hold, Row, Turn


async def collect(
    database: Database,
    tenant_id: UUID,
    conversation_id: str,
    *,
    acks: Sequence[Ack],
    listed: Sequence[dict[str, Any]] | None = None,
    holds: Sequence[Hold] = (),
    live: Sequence[str] | None = None,
) -> History:
    """The history of one conversation.

    `listed` are its messages as the API pages them (their order is judged); without it the table's own.
    """
    async with database.session(tenant_id) as session:
        of = UUID(conversation_id)
        stored = (await session.exec(select(Message).where(Message.conversation_id == of))).all()
        turns = (await session.exec(select(TurnRow).where(TurnRow.conversation_id == of))).all()
        row = (await session.exec(select(Conversation).where(Conversation.id == of))).one()
    by_id = {str(message.id): message for message in stored}
    order = [message["id"] for message in listed] if listed is not None else _by_seq(stored)
    assert set(order) == set(by_id), "the API lists other rows than the table holds"
    return History(
        name=conversation_id,
        acks=list(acks),
        rows=[_row(by_id[id]) for id in order],
        turns=[_turn(turn) for turn in turns],
        holds=list(holds),
        live=list(live) if live is not None else None,
        last_turn=row.turn,
    )


async def given_up(settings: Settings, tenant_id: UUID) -> list[str]:
    """Workflows of a tenant that failed, as the engine lists them: no outage is a reason to give up."""
    adapters = Adapters(settings)
    engine = await temporal.connect(
        settings.temporal_address or "", namespace=settings.temporal_namespace, keys=adapters.keys
    )
    failed = f"TenantId = '{tenant_id}' and ExecutionStatus = 'Failed'"
    found = [run.id async for run in engine.list_workflows(failed)]
    await adapters.close()
    return found


def holds_of(rows: Sequence[Row]) -> list[Hold]:
    """An operator's times, by the event rows that the conversation itself keeps."""
    holds: list[Hold] = []
    for row in rows:
        if row.direction != "event":
            continue
        if row.author == "taken_over" and (not holds or holds[-1].before is not None):
            holds.append(Hold(row.seq))
        elif row.author in ("handed_back", "resolved") and holds and holds[-1].before is None:
            holds[-1] = Hold(holds[-1].after, row.seq)
    return holds


def _by_seq(stored: Sequence[Message]) -> list[str]:
    return [str(message.id) for message in sorted(stored, key=lambda message: message.seq)]


def _row(message: Message) -> Row:
    event = (message.content or {}).get("event")
    return Row(
        id=str(message.id),
        seq=message.seq,
        direction=message.direction,
        author=event["type"] if event else message.author_kind,
        text=message.text,
        key=message.key,
        turn=message.turn,
        status=message.status,
    )


def _turn(turn: TurnRow) -> Turn:
    decided = sum(command["command"] == "Send" for command in turn.commands)
    dropped = sum("dropped" in step for step in turn.trace)
    return Turn(
        turn=turn.turn,
        through_seq=turn.through_seq,
        sends=decided - dropped,
        calls=tuple(result["call"] for result in turn.results),
    )
