"""The sockets of widget and console: what each is told, from which cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

from fastapi import WebSocket

from omnisupport.api.audience import EVERYTHING
from omnisupport.api.hub import MOST_SEQ, READ_AGAIN_S, Hub, Socket, seq_of
from omnisupport.domain.reach import Reach
from omnisupport.domain.sign import SIGNS
from omnisupport.storage import presence
from omnisupport.storage import redis as hints
from omnisupport.storage.queries.sessions import Credential

PAGE = 200
MOST_WATCHED = 20
NOBODY = UUID(int=0)
"""In the place of a conversation, in hints that concern the whole tenant."""
LOOKED_EVERY_S = 10.0
"""A console in sight says so with its pings, every 20 s; more often is written down no more often than this."""
OWN_MESSAGE_S = 0.15
"""How long a visitor's other tabs wait for his message, so that one read brings it with its answer."""


class WidgetSocket(Socket):
    """A visitor: the messages of his conversation, never its notes."""

    kind = "widget"
    recheck_every_s = 60.0

    def __init__(
        self,
        hub: Hub,
        socket: WebSocket,
        publish: hints.Hints,
        *,
        credential: Credential,
        customer_id: str,
        conversation_id: UUID | None,
        after: int,
        find: Callable[[], Awaitable[dict[str, Any] | None]],
        read_line: Callable[[UUID], Awaitable[dict[str, Any] | None]],
    ) -> None:
        super().__init__(hub, socket, credential, publish)
        self._find = find
        self._read_line = read_line
        self._customer_id = customer_id
        self._conversation_id = conversation_id
        self._after = after
        self._seen = 0
        self._later: asyncio.TimerHandle | None = None
        self._told = 0
        """The newest message that a hint has named."""
        self._line: dict[str, Any] | None = None
        """His conversation, as he was told of it last."""
        self._line_is_old = True
        self._status: str | None = None

    def topics(self) -> Iterable[str]:
        """Himself, and his conversation."""
        return [self._customer_id, *([str(self._conversation_id)] if self._conversation_id else [])]

    def hear(self, hint: dict[str, Any]) -> None:
        """His own conversation, or the beginning of one."""
        if hint["k"] == "presence":
            self.queue({"type": "presence", "operators_online": hint["on"]})
        elif hint.get("u") == self._customer_id and hint["c"] != str(self._conversation_id):
            self._go_over_to(UUID(hint["c"]))
            self.queue({"type": "welcome", "conversation_id": hint["c"], "last_seq": hint.get("s", 0)})
        elif hint["c"] != str(self._conversation_id):
            return
        elif hint["k"] == "typing":
            if hint["who"] != "customer":
                author = {"kind": hint["who"], "name": None}
                frame = {"type": "typing", "author": author, "on": hint["on"]}
                self.queue(frame, operator_id=UUID(hint["id"]))
        elif hint["k"] == "message":
            self._wake_soon(hint["s"])
        elif hint["k"] not in ("customer_seen", *SIGNS):
            self._line_is_old = self._line_is_old or hint["k"] in ("seen", "rated")
            self.wake()
            if "typing" in hint:  # frames go out after what is read: the message before it does not end it
                author = {"kind": "scenario", "name": None}
                self.queue({"type": "typing", "author": author, "on": True, "for_ms": hint["typing"]})

    def _go_over_to(self, conversation_id: UUID) -> None:
        self._hub.tune(self, self._conversation_id, conversation_id)
        self._conversation_id = conversation_id
        self._after = self._told = self._seen = 0
        self._line_is_old = True

    def _wake_soon(self, seq: int) -> None:
        """His own message is on his screen already; a moment later one read brings it with the answer."""
        self._told = max(self._told, seq)
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(OWN_MESSAGE_S, self._wake_late)

    def _wake_late(self) -> None:
        self._later = None
        if self._after < self._told:  # else the read for the answer has brought it
            self.wake()

    async def greet(self) -> None:
        last = 0
        if self._conversation_id is not None:
            page = await self._hub.conversations.read_after(
                self.tenant_id, self._conversation_id, MOST_SEQ, limit=1, visitor=True
            )
            last = page["last_seq"] if page else 0
        if self._after > last:  # of the conversation before this one: its rows do not count here
            self._after = 0
        conversation_id = str(self._conversation_id) if self._conversation_id else None
        await self.send({"type": "welcome", "conversation_id": conversation_id, "last_seq": last})
        online = await self._hub.presence.online(self.tenant_id)
        await self.send({"type": "presence", "operators_online": bool(online)})

    async def catch_up(self) -> None:
        if self._conversation_id is None:
            await self._find_current()
        while self._conversation_id is not None:
            page = await self._hub.conversations.read_after(
                self.tenant_id, self._conversation_id, self._after, limit=PAGE, visitor=True
            )
            if page is None:  # erased, and his token with it
                self.end()
                return
            messages = page["messages"]
            for message in messages:
                await self.send({"type": "message", "message": message})
                self._after = message["seq"]
            if page["status"] != self._status:
                self._status, self._line_is_old = page["status"], True
            is_over = page["status"] == "resolved" and len(messages) < PAGE
            if len(messages) < PAGE and not (is_over and await self._find_current()):
                await self._tell_line()
                return

    async def _tell_line(self) -> None:
        """What of his conversation is no message: that it is over, how far operators have read, his score."""
        if not self._line_is_old or self._conversation_id is None:
            return
        self._line_is_old = False
        line = await self._read_line(self._conversation_id)
        if line is not None and _told(line) != _told(self._line):
            self._line = line
            await self.send({"type": "conversation", "conversation": line})

    async def _find_current(self) -> bool:
        """A conversation began and its hint, which names it, was lost: go over to it."""
        found = await self._find()
        current = found["conversation_id"] if found else None
        if current is None or current == str(self._conversation_id):
            return False
        self._go_over_to(UUID(current))
        await self.send({"type": "welcome", "conversation_id": current, "last_seq": 0})
        return True

    async def take(self, frame: dict[str, Any]) -> None:
        match frame.get("type"):
            case "ping":
                self.queue({"type": "pong"})
            case "typing" if self._conversation_id is not None:
                await self._publish.publish(
                    self.tenant_id,
                    "typing",
                    self._conversation_id,
                    who="customer",
                    id=self._customer_id,
                    on=bool(frame.get("on")),
                )
            case "seen" if self._conversation_id is not None and (seq := seq_of(frame, "seq")):
                await self._take_seen(self._conversation_id, min(seq, self._after))

    async def _take_seen(self, conversation_id: UUID, seq: int) -> None:
        """Written once for each message that he was shown, and told to who looks at the conversation."""
        if seq > self._seen:
            self._seen = seq
            if await self._hub.inbox.mark_customer_seen(self.tenant_id, conversation_id, seq):
                await self._publish.publish(self.tenant_id, "customer_seen", conversation_id, s=seq)


def _told(line: dict[str, Any] | None) -> tuple[Any, ...]:
    """What of a visitor's conversation is told anew when it changes; messages are told by themselves."""
    names = ("id", "status", "operators_seen_seq", "csat")
    return tuple(line[name] for name in names) if line is not None else ()


class ConsoleSocket(Socket):
    """An operator: lines of the inbox as they change, and the messages of conversations he watches.

    With a reach he hears of what is in it, and of what goes out of it, or is erased, that it has gone.
    """

    kind = "console"

    def __init__(
        self,
        hub: Hub,
        socket: WebSocket,
        publish: hints.Hints,
        *,
        credential: Credential,
        user_id: UUID,
        replies: bool,
        cursor: str | None,
        reach: Reach | None = None,
    ) -> None:
        super().__init__(hub, socket, credential, publish)
        self.user_id = user_id
        self._reach = reach
        self._reached: set[UUID] = set()
        """Of what was told or is watched: what is in reach as last read. Used with a reach only."""
        self._doubtful: asyncio.TimerHandle | None = None
        self._replies = replies
        self._cursor = cursor
        self._watched: dict[UUID, int] = {}
        self._customers: dict[UUID, str | None] = {}
        """Names in what is watched, by conversation."""
        self._dirty: set[UUID] = set()
        self._say_here_at = self._look_at = 0.0

    def topics(self) -> Iterable[str]:
        """Every conversation is in his inbox."""
        return [EVERYTHING]

    def hear(self, hint: dict[str, Any]) -> None:
        """Everything of the tenant; what the customer types and reads only where he looks."""
        if hint["k"] == "presence":
            self.queue({"type": "presence", "operators_online": hint["on"]})
            return
        if hint["k"] == "team":
            self.queue({"type": "team", "what": hint["what"], "id": hint["id"]})
            return
        if hint["k"] == "channel":
            self.queue({"type": "channel", "id": hint["c"]})
            return
        conversation_id = UUID(hint["c"])
        if hint["k"] == "typing":
            if hint["id"] != str(self.user_id) and self._follows(conversation_id):
                name = self._customers.get(conversation_id) if hint["who"] == "customer" else None
                author = {"kind": hint["who"], "id": hint["id"], "name": name}
                self.queue(
                    {"type": "typing", "conversation_id": hint["c"], "author": author, "on": hint["on"]},
                    operator_id=UUID(hint["id"]) if hint["who"] == "operator" else None,
                )
        elif hint["k"] == "customer_seen":
            if self._follows(conversation_id):
                self.queue({"type": "seen", "conversation_id": hint["c"], "seq": hint["s"]})
        elif hint["k"] not in SIGNS:
            self._dirty.add(conversation_id)
            self.wake()

    def _follows(self, conversation_id: UUID) -> bool:
        return conversation_id in self._watched and self._may_act_on(conversation_id)

    def _may_act_on(self, conversation_id: UUID) -> bool:
        return self._reach is None or conversation_id in self._reached

    async def greet(self) -> None:
        if self._cursor is None:
            self._cursor = (await self._hub.inbox.changes(self.tenant_id, None, 1))["cursor"]
        await self.send({"type": "welcome", "cursor": self._cursor})
        await self._say_here()
        await self._publish.publish(self.tenant_id, "presence", NOBODY, on=True)

    async def _say_here(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._say_here_at:
            self._say_here_at = now + presence.SAID_EVERY_S
            await self._hub.presence.here(self.tenant_id, self.user_id)

    async def _look(self) -> None:
        """He has what he watches on a visible screen: the conversations that he holds need no bell."""
        now = asyncio.get_running_loop().time()
        if self._watched and now >= self._look_at:
            self._look_at = now + LOOKED_EVERY_S
            await self._hub.inbox.mark_looked(self.tenant_id, list(self._watched), self.user_id)

    async def left(self) -> None:
        if self._doubtful is not None:
            self._doubtful.cancel()
        others = [
            s for s in self._hub.sockets() if isinstance(s, ConsoleSocket) and s.user_id == self.user_id
        ]
        if not others:
            await self._hub.presence.gone(self.tenant_id, self.user_id)
            on = bool(await self._hub.presence.online(self.tenant_id))
            await self._publish.publish(self.tenant_id, "presence", NOBODY, on=on)

    async def catch_up(self) -> None:
        await self._say_here()
        dirty, self._dirty = self._dirty, set()
        moved: set[UUID] = set()
        more = True
        while more:
            feed = await self._hub.inbox.changes(self.tenant_id, self._cursor, PAGE, self._reach)
            dirty |= {UUID(found) for found in feed["conversations"]}
            moved |= {UUID(found) for found in feed["left"]}
            self._cursor, more = feed["cursor"], feed["more"]
        if dirty:
            found = await self._hub.inbox.get(self.tenant_id, sorted(dirty), self._reach)
            await self._tell_gone(dirty, {UUID(each["id"]) for each in found}, moved)
            for summary in found:
                if (conversation_id := UUID(summary["id"])) in self._watched:
                    self._customers[conversation_id] = summary["customer"]["name"]
                await self.send(
                    {
                        "type": "change",
                        "cursor": self._cursor,
                        "kind": "conversation",
                        "conversation": summary,
                    }
                )
        for conversation_id in [each for each in self._watched if each in dirty or not dirty]:
            await self._send_messages(conversation_id)

    async def _tell_gone(self, dirty: set[UUID], found: set[UUID], moved: set[UUID]) -> None:
        """Say what was erased or went out of reach. Of what never was in it nothing is said, not even its id."""
        for conversation_id in (dirty - found) & (moved | self._reached):
            self._reached.discard(conversation_id)
            self._customers.pop(conversation_id, None)
            self._drop_frames(str(conversation_id))
            await self.send({"type": "gone", "cursor": self._cursor, "conversation_id": str(conversation_id)})
        if self._reach is not None:
            self._reached |= found
        if dirty - found - moved and self._doubtful is None:
            # A move that a hint tells of may be in the feed a moment later, after older transactions.
            self._doubtful = asyncio.get_running_loop().call_later(READ_AGAIN_S, self._look_again)

    def _look_again(self) -> None:
        self._doubtful = None
        self.wake()

    def _drop_frames(self, conversation_id: str) -> None:
        kept = [each for each in self._frames if each[0].get("conversation_id") != conversation_id]
        self._frames.clear()
        self._frames.extend(kept)

    async def _send_messages(self, conversation_id: UUID) -> None:
        while conversation_id in self._watched:
            page = await self._hub.conversations.read_after(
                self.tenant_id,
                conversation_id,
                self._watched[conversation_id],
                limit=PAGE,
                visitor=False,
                reach=self._reach,
            )
            messages = page["messages"] if page else []
            for message in messages:
                await self.send({"type": "message", "message": message})
                if conversation_id not in self._watched:
                    return
                self._watched[conversation_id] = message["seq"]
            if len(messages) < PAGE:
                return

    async def take(self, frame: dict[str, Any]) -> None:
        kind = frame.get("type")
        if kind == "ping":
            self.queue({"type": "pong"})
            if frame.get("visible") is True:
                await self._look()
            return
        try:
            conversation_id = UUID(str(frame.get("conversation_id")))
        except ValueError:
            return
        match kind:
            case "watch" if len(self._watched) < MOST_WATCHED:
                self._watched[conversation_id] = seq_of(frame, "after") or 0
                self._dirty.add(conversation_id)
                self.wake()
            case "unwatch":
                self._watched.pop(conversation_id, None)
                self._customers.pop(conversation_id, None)
            case "typing" if self._replies and self._may_act_on(conversation_id):
                await self._publish.publish(
                    self.tenant_id,
                    "typing",
                    conversation_id,
                    who="operator",
                    id=str(self.user_id),
                    on=bool(frame.get("on")),
                )
            case "seen" if (seq := seq_of(frame, "seq")) is not None:
                if await self._hub.inbox.mark_seen(
                    self.tenant_id, conversation_id, seq, self.user_id, self._reach
                ):
                    await self._publish.publish(self.tenant_id, "seen", conversation_id)
