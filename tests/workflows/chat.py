"""One visitor's conversation without HTTP: accepted, rung and operated by the api's own code."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from omnisupport import temporal
from omnisupport.activities.receiving import ring_for
from omnisupport.api.operations import EngineUnavailable, operate
from omnisupport.api.services import Services
from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.domain.conversation import Operation, OperationResult, Person, Ring, Row
from omnisupport.scenario_dsl import match_pattern
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.queries.inbox import Inbox
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.session import Database
from tests.reliability.checker import Ack, History
from tests.reliability.collect import collect, holds_of
from tests.support.tenants import TestTenant

OLGA = Person(id=str(UUID(int=1)), name="Ольга")
IVAN = Person(id=str(UUID(int=2)), name="Иван")
PATIENCE_S = 90.0
LOOK_EVERY_S = 0.02
LOOK_AT_LEAST_EVERY_S = 0.25


class Chat:
    """What a visitor and his operators do with one conversation."""

    def __init__(
        self,
        client: Client,
        conversations: Conversations,
        database: Database,
        tenant: TestTenant,
        visitor: bytes,
    ) -> None:
        self.client = client
        self.tenant_id = tenant.id
        self.conversation_id = ""
        self.acks: list[Ack] = []
        self._conversations = conversations
        self._database = database
        self._visitor = visitor
        at = SimpleNamespace(client=client, bell=temporal.Bell(client), inbox=Inbox(database))
        self._at = cast(Services, at)

    @classmethod
    async def begin(
        cls, client: Client, conversations: Conversations, database: Database, tenant: TestTenant, locale: str
    ) -> Chat:
        """A visitor who has opened the widget and written nothing."""
        visitors = Visitors(database)
        home = await visitors.home(tenant.slug)
        assert home is not None
        _, digest = new_token(TokenKind.VISITOR, tenant.id)
        await visitors.create(home, digest, locale=locale, page=None)
        return cls(client, conversations, database, tenant, digest)

    @property
    def workflow_id(self) -> str:
        """The id of the conversation's workflow."""
        return temporal.conversation_workflow_id(self.tenant_id, self.conversation_id)

    @property
    def handle(self) -> WorkflowHandle[Any, Any]:
        """The conversation's newest run."""
        return self.client.get_workflow_handle(self.workflow_id)

    # The visitor ---------------------------------------------------------------------------------

    async def accept(
        self, text: str, *, button: str | None = None, id: str | None = None, **content: Any
    ) -> dict[str, Any]:
        """Commit a message as the api does, without a ring; what `accept_message` answered."""
        began = monotonic()
        accepted = await self._conversations.accept(
            self.tenant_id,
            self._visitor,
            client_message_id=id or str(uuid4()),
            text=text,
            content=content if button is None else {"button": button},
            stop_word=button is None and match_pattern(text, "ru") is not None,
        )
        message = accepted["message"]
        self.conversation_id = message["conversation_id"]
        self.acks.append(Ack(text, message["id"], message["seq"], began, monotonic()))
        return accepted

    async def ring(self, accepted: dict[str, Any]) -> None:
        """Ring for an accepted message as the api does: only when a decision is due."""
        await ring_for(self._at.bell, self.tenant_id, accepted, channel_type="widget")

    async def ring_for(self, ring: Ring) -> None:
        """Ring by hand, as the sweeper does, or as a repeated or late signal would."""
        while not await self._at.bell.ring(self.tenant_id, UUID(self.conversation_id), ring):
            await asyncio.sleep(LOOK_EVERY_S)

    async def say(self, text: str, *, button: str | None = None, **content: Any) -> int:
        """Send a message; its seq."""
        accepted = await self.accept(text, button=button, **content)
        await self.ring(accepted)
        return int(accepted["message"]["seq"])

    async def ask(self, text: str, *, button: str | None = None, count: int = 1) -> list[str]:
        """Send a message and wait for so many answers; their texts."""
        seq = await self.say(text, button=button)
        return [row["text"] for row in await self.until_said(after=seq, count=count)]

    async def press(self, label: str) -> int:
        """Press the newest button of this label."""
        for row in reversed(await self.rows()):
            for button in row["content"]["buttons"]:
                if button["label"] == label:
                    return await self.say(label, button=button["id"])
        raise AssertionError(f"no button '{label}' was shown")

    # The operator --------------------------------------------------------------------------------

    async def do(
        self, kind: str, *, by: Person = OLGA, id: str | None = None, **fields: Any
    ) -> OperationResult:
        """An operator's action through the api's own code, repeated under its id while the engine is busy.

        Raises:
            Conflict: it was refused.
        """
        operation = Operation(id=id or str(uuid4()), by=by, **fields)
        deadline = monotonic() + PATIENCE_S
        while monotonic() < deadline:
            with contextlib.suppress(EngineUnavailable):
                return await operate(self._at, self.tenant_id, UUID(self.conversation_id), kind, operation)
        raise AssertionError(f"{kind} was never taken")

    async def reply(self, text: str, *, by: Person = OLGA) -> OperationResult:
        """An operator's reply."""
        return await self.do("reply", by=by, text=text, client_message_id=str(uuid4()))

    # What there is -------------------------------------------------------------------------------

    async def row(self) -> Row:
        """The conversation's row as a workflow would load it."""
        loaded = await self._conversations.load(self.tenant_id, self.conversation_id)
        assert loaded is not None
        return loaded.row

    async def rows(self) -> list[dict[str, Any]]:
        """Every message, note and event, oldest first."""
        page = await self._conversations.read_after(
            self.tenant_id, UUID(self.conversation_id), 0, limit=10_000, visitor=False
        )
        assert page is not None
        messages: list[dict[str, Any]] = page["messages"]
        return messages

    async def said(self, *, after: int = 0) -> list[dict[str, Any]]:
        """What the customer was told."""
        return [row for row in await self.rows() if row["direction"] == "outbound" and row["seq"] > after]

    async def texts(self) -> list[str]:
        """The texts that the customer was told."""
        return [row["text"] for row in await self.said()]

    async def events(self) -> list[str]:
        """The kinds of events, oldest first."""
        return [row["content"]["event"]["type"] for row in await self.rows() if row["direction"] == "event"]

    async def until_said(self, *, after: int = 0, count: int = 1) -> list[dict[str, Any]]:
        """Wait for so many answers after a seq."""

        async def told() -> list[dict[str, Any]] | None:
            said = await self.said(after=after)
            return said if len(said) >= count else None

        return cast(list[dict[str, Any]], await until(told, f"{count} answers after {after}"))

    async def until_sent(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many answers were said and none of them waits for its provider."""

        async def look() -> list[dict[str, Any]] | None:
            said = await self.said()
            waits = any(row["status"] in ("pending", "sending") for row in said)
            return said if len(said) >= count and not waits else None

        return cast(list[dict[str, Any]], await until(look, f"{count} sends to end"))

    async def until_row(self, wanted: Callable[[Row], bool], what: str) -> Row:
        """Wait until the row is as wanted."""

        async def look() -> Row | None:
            row = await self.row()
            return row if wanted(row) else None

        return cast(Row, await until(look, what))

    async def quiet(self) -> Row:
        """Wait until nothing is due: every message is behind the cursor, or the operator's."""
        return await self.until_row(
            lambda row: row.cursor >= row.last_in or (row.controller == "operator" and row.status == "open"),
            "every message to be taken",
        )

    async def ended(self) -> None:
        """Wait until the workflow has completed."""

        async def look() -> bool | None:
            status = (await self.handle.describe()).status
            return True if status == WorkflowExecutionStatus.COMPLETED else None

        await until(look, "the workflow's end")

    async def history(self) -> History:
        """Everything stored, for the checker; an operator's times are read from the event rows."""
        listed = await self.rows()
        found = await collect(
            self._database, self.tenant_id, self.conversation_id, acks=self.acks, listed=listed
        )
        return History(
            name=found.name,
            acks=found.acks,
            rows=found.rows,
            turns=found.turns,
            holds=holds_of(found.rows),
            last_turn=found.last_turn,
        )


async def until(look: Callable[[], Any], what: str, *, patience: float = PATIENCE_S) -> Any:
    """Look until something is there.

    Raises:
        AssertionError: nothing came within the patience; `what` names it.
    """
    deadline, pause = monotonic() + patience, LOOK_EVERY_S
    while True:
        found = await look()
        if found is not None:
            return found
        assert monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(pause)
        pause = min(1.5 * pause, LOOK_AT_LEAST_EVERY_S)  # many who look all the time are what is waited for


async def all_quiet(chats: Sequence[Chat]) -> None:
    """Wait until nothing is due in any of them."""
    for chat in chats:
        await chat.quiet()
