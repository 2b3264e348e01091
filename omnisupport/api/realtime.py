"""WebSockets of widget and console: woken by hints, fed from Postgres by cursor.

Typing and presence never touch Temporal or Postgres: they are frames on Redis, and may be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from uuid import UUID

import orjson
from fastapi import WebSocket, WebSocketDisconnect
from redis.exceptions import RedisError

from omnisupport.api.audience import EVERYTHING, Audience
from omnisupport.api.presence import Presence
from omnisupport.errors import OmniError
from omnisupport.observability import WS_CONNECTIONS, get_logger
from omnisupport.storage import redis as hints
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.queries.inbox import Inbox

log = get_logger(__name__)

RESYNC_EVERY_S = 20.0
"""A client also reads by cursor so often, whatever hints were lost."""
READ_AGAIN_S = 1.0
"""After a read that failed: the hint that asked for it does not come again."""
SUBSCRIBE_AGAIN_S = 0.5
PAGE = 200
MOST_FRAMES = 64
"""Transient frames that wait for a slow client; one more and they are dropped, with a `resync`."""
MOST_FRAME_BYTES = 64 * 1024
FRAMES_PER_SECOND = 20
MOST_WATCHED = 20
NOBODY = UUID(int=0)
"""In the place of a conversation, in hints that concern the whole tenant."""
ANSWERED_WITHIN_S = 0.15
"""A message that the bot answers within this is told of by the answer's hint: one publish and one read less a turn."""
OWN_MESSAGE_S = 0.15
"""How long a visitor's other tabs wait for his message, so that one read brings it with its answer."""


class Hub:
    """One Redis subscription per process; wakes the sockets that a hint concerns."""

    def __init__(
        self, redis_url: str, conversations: Conversations, inbox: Inbox, presence: Presence
    ) -> None:
        self.conversations = conversations
        self.inbox = inbox
        self.presence = presence
        self._redis = hints.connect(redis_url, blocking=True)
        self._pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
        self._audience: Audience[Socket] = Audience()
        self._listener: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._later: dict[tuple[UUID, str], asyncio.TimerHandle] = {}
        self._telling: set[asyncio.Future[None]] = set()

    def start(self) -> None:
        """Listen in the background until `close`."""
        self._listener = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Send every client away and stop listening."""
        if self._listener is not None:
            self._listener.cancel()
        for socket in list(self.sockets()):
            socket.stop()
        with contextlib.suppress(RedisError, OSError):
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]
            await self._redis.aclose()

    def sockets(self) -> Iterable[Socket]:
        """Every open socket."""
        return self._audience.everyone()

    async def join(self, socket: Socket) -> None:
        """Let a socket hear what concerns it of its tenant's hints."""
        if self._audience.add(socket.tenant_id, socket, socket.topics()):
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.subscribe(hints.channel_of(socket.tenant_id))
            self._changed.set()

    def tune(self, socket: Socket, old: UUID | None, new: UUID) -> None:
        """Let a socket hear another conversation than before."""
        if old is not None:
            self._audience.ignore(socket.tenant_id, socket, str(old))
        self._audience.hear(socket.tenant_id, socket, str(new))

    async def leave(self, socket: Socket) -> None:
        """Forget a socket; the last one of a tenant ends the subscription."""
        if self._audience.remove(socket.tenant_id, socket):
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.unsubscribe(hints.channel_of(socket.tenant_id))

    async def _listen(self) -> None:
        while True:
            if not self._audience.tenants():
                self._changed.clear()
                await self._changed.wait()
            try:
                message = await self._pubsub.get_message(timeout=None)
            except (RedisError, OSError, RuntimeError) as lost:  # RuntimeError: its connection was never made
                log.warning("hints_lost", reason=str(lost))
                await self._subscribe_again()
                continue
            if message is not None and message.get("type") == "message":
                self._dispatch(message)

    async def _subscribe_again(self) -> None:
        """After Redis was away: subscribe anew, and let everybody read what was missed."""
        subscribed = False
        while not subscribed:
            await asyncio.sleep(SUBSCRIBE_AGAIN_S)
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.aclose()  # type: ignore[no-untyped-call]
            self._pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
            with contextlib.suppress(RedisError, OSError):
                for tenant_id in self._audience.tenants():
                    await self._pubsub.subscribe(hints.channel_of(tenant_id))
                subscribed = True
        for socket in self.sockets():
            socket.wake()

    def tell_unless_answered(
        self, tenant_id: UUID, conversation_id: str, tell: Callable[[], Awaitable[None]]
    ) -> None:
        """Publish a hint in a moment, unless the answer's own hint, which says more, is heard before."""
        key = (tenant_id, conversation_id)
        if key not in self._later:
            self._later[key] = asyncio.get_running_loop().call_later(ANSWERED_WITHIN_S, self._tell, key, tell)

    def _tell(self, key: tuple[UUID, str], tell: Callable[[], Awaitable[None]]) -> None:
        self._later.pop(key, None)
        task = asyncio.ensure_future(tell())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    def _dispatch(self, message: dict[str, Any]) -> None:
        tenant_id = UUID(bytes(message["channel"]).decode().removeprefix("omni:"))
        hint = orjson.loads(message["data"])
        if hint["k"] == "commit" and (later := self._later.pop((tenant_id, hint["c"]), None)) is not None:
            later.cancel()
        if hint["k"] == "presence":
            concerned: Iterable[Socket] = self._audience.everyone(tenant_id)
        else:
            concerned = self._audience.of(tenant_id, [hint["c"], *([hint["u"]] if "u" in hint else [])])
        for socket in concerned:
            socket.hear(hint)


class Socket:
    """One client: a reader of its frames and a pump of ours."""

    def __init__(self, hub: Hub, socket: WebSocket, tenant_id: UUID, publish: hints.Hints) -> None:
        self.tenant_id = tenant_id
        self._hub = hub
        self._socket = socket
        self._publish = publish
        self._news = asyncio.Event()
        self._frames: deque[dict[str, Any]] = deque()
        self._overflowed = False
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Serve until the client leaves or the process stops."""
        await self._hub.join(self)
        open_sockets = WS_CONNECTIONS.labels("console" if isinstance(self, ConsoleSocket) else "widget")
        open_sockets.inc()
        self._tasks = [asyncio.create_task(self._pump()), asyncio.create_task(self._read())]
        try:
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if not task.cancelled() and (error := task.exception()) is not None:
                    _tell_unexpected(error)
        finally:
            open_sockets.dec()
            self.stop()
            await self._hub.leave(self)
            await self.left()
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await self._socket.close()

    def stop(self) -> None:
        """End both loops; a handler that waits would block the server's graceful stop."""
        for task in self._tasks:
            task.cancel()

    def wake(self) -> None:
        """Something may have been committed: read by cursor."""
        self._news.set()

    def topics(self) -> Iterable[str]:
        """What it hears from the first: ids of conversations and customers, or everything."""
        raise NotImplementedError

    def hear(self, hint: dict[str, Any]) -> None:
        """Take a hint of one of its topics; subclasses decide what it means for them."""
        raise NotImplementedError

    def queue(self, frame: dict[str, Any]) -> None:
        """Leave a transient frame for the pump; a slow client loses them all and is told to resync."""
        if len(self._frames) >= MOST_FRAMES:
            self._frames.clear()
            self._overflowed = True
        else:
            self._frames.append(frame)
        self._news.set()

    async def send(self, frame: dict[str, Any]) -> None:
        """Send one frame now."""
        await self._socket.send_text(orjson.dumps(frame).decode())

    async def _pump(self) -> None:
        await self.greet()
        while True:
            # Cleared before the read: a hint that arrives during it makes another round (path_trials.md 4.9).
            self._news.clear()
            if self._overflowed:
                self._overflowed = False
                await self.send({"type": "resync"})
            again = RESYNC_EVERY_S
            try:
                await self.catch_up()
            except OmniError as away:
                log.warning("socket_read_failed", code=away.code)
                again = READ_AGAIN_S
            while self._frames:
                await self.send(self._frames.popleft())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), again)

    async def _read(self) -> None:
        allowance, window = FRAMES_PER_SECOND, asyncio.get_running_loop().time()
        while True:
            text = await self._socket.receive_text()
            now = asyncio.get_running_loop().time()
            if now - window >= 1:
                allowance, window = FRAMES_PER_SECOND, now
            allowance -= 1
            if allowance < 0 or len(text) > MOST_FRAME_BYTES:
                return
            try:
                frame = orjson.loads(text)
            except orjson.JSONDecodeError:
                return
            if isinstance(frame, dict):
                await self.take(frame)

    async def greet(self) -> None:
        """Say where the stream stands."""
        raise NotImplementedError

    async def left(self) -> None:
        """After the client has gone."""

    async def catch_up(self) -> None:
        """Send what was committed after the cursor."""
        raise NotImplementedError

    async def take(self, frame: dict[str, Any]) -> None:
        """Act on a client's frame; an unknown type is ignored, so that clients may be newer."""
        raise NotImplementedError


class WidgetSocket(Socket):
    """A visitor: the messages of his conversation, never its notes."""

    def __init__(
        self,
        hub: Hub,
        socket: WebSocket,
        publish: hints.Hints,
        *,
        tenant_id: UUID,
        customer_id: str,
        name: str | None,
        conversation_id: UUID | None,
        after: int,
        find: Callable[[], Awaitable[dict[str, Any] | None]],
    ) -> None:
        super().__init__(hub, socket, tenant_id, publish)
        self._find = find
        self._customer_id = customer_id
        self._name = name
        self._conversation_id = conversation_id
        self._after = after
        self._later: asyncio.TimerHandle | None = None
        self._told = 0
        """The newest message that a hint has named."""

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
                author = {"kind": hint["who"], "name": hint.get("name")}
                self.queue({"type": "typing", "author": author, "on": hint["on"]})
        elif hint["k"] == "message":
            self._wake_soon(hint["s"])
        elif hint["k"] != "seen":
            self.wake()

    def _go_over_to(self, conversation_id: UUID) -> None:
        self._hub.tune(self, self._conversation_id, conversation_id)
        self._conversation_id = conversation_id
        self._after = self._told = 0

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
                self.tenant_id, self._conversation_id, 2**31 - 1, limit=1, visitor=True
            )
            last = page["last_seq"] if page else 0
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
            messages = page["messages"] if page else []
            for message in messages:
                await self.send({"type": "message", "message": message})
                self._after = message["seq"]
            is_over = page is not None and page["status"] == "resolved" and len(messages) < PAGE
            if len(messages) < PAGE and not (is_over and await self._find_current()):
                return

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
                    name=self._name,
                    on=bool(frame.get("on")),
                )
            case "seen" if self._conversation_id is not None and isinstance(frame.get("seq"), int):
                await self._publish.publish(self.tenant_id, "seen", self._conversation_id, seq=frame["seq"])


class ConsoleSocket(Socket):
    """An operator: lines of the inbox as they change, and the messages of conversations he watches."""

    def __init__(
        self,
        hub: Hub,
        socket: WebSocket,
        publish: hints.Hints,
        *,
        tenant_id: UUID,
        user_id: UUID,
        name: str,
        cursor: str | None,
    ) -> None:
        super().__init__(hub, socket, tenant_id, publish)
        self.user_id = user_id
        self._name = name
        self._cursor = cursor
        self._watched: dict[UUID, int] = {}
        self._dirty: set[UUID] = set()

    def topics(self) -> Iterable[str]:
        """Every conversation is in his inbox."""
        return [EVERYTHING]

    def hear(self, hint: dict[str, Any]) -> None:
        """Everything of the tenant; typing only where he looks."""
        if hint["k"] == "presence":
            self.queue({"type": "presence", "operators_online": hint["on"]})
            return
        conversation_id = UUID(hint["c"])
        if hint["k"] == "typing":
            if hint.get("id") != str(self.user_id) and conversation_id in self._watched:
                author = {"kind": hint["who"], "id": hint.get("id"), "name": hint.get("name")}
                self.queue(
                    {"type": "typing", "conversation_id": hint["c"], "author": author, "on": hint["on"]}
                )
        else:
            self._dirty.add(conversation_id)
            self.wake()

    async def greet(self) -> None:
        if self._cursor is None:
            self._cursor = (await self._hub.inbox.changes(self.tenant_id, None, 1))["cursor"]
        await self.send({"type": "welcome", "cursor": self._cursor})
        await self._hub.presence.here(self.tenant_id, self.user_id)
        await self._publish.publish(self.tenant_id, "presence", NOBODY, on=True)

    async def left(self) -> None:
        others = [
            s for s in self._hub.sockets() if isinstance(s, ConsoleSocket) and s.user_id == self.user_id
        ]
        if not others:
            await self._hub.presence.gone(self.tenant_id, self.user_id)
            on = bool(await self._hub.presence.online(self.tenant_id))
            await self._publish.publish(self.tenant_id, "presence", NOBODY, on=on)

    async def catch_up(self) -> None:
        dirty, self._dirty = self._dirty, set()
        if not dirty:  # a quiet round: whoever watches a conversation is looking at it
            await self._hub.presence.here(self.tenant_id, self.user_id)
            for conversation_id in self._watched:
                await self._hub.inbox.mark_seen(self.tenant_id, conversation_id, 0, self.user_id)
        more = True
        while more:
            feed = await self._hub.inbox.changes(self.tenant_id, self._cursor, PAGE)
            dirty |= {UUID(found) for found in feed["conversations"]}
            self._cursor, more = feed["cursor"], feed["more"]
        if dirty:
            for summary in await self._hub.inbox.get(self.tenant_id, sorted(dirty)):
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

    async def _send_messages(self, conversation_id: UUID) -> None:
        while conversation_id in self._watched:
            page = await self._hub.conversations.read_after(
                self.tenant_id, conversation_id, self._watched[conversation_id], limit=PAGE, visitor=False
            )
            messages = page["messages"] if page else []
            for message in messages:
                await self.send({"type": "message", "message": message})
                self._watched[conversation_id] = message["seq"]
            if len(messages) < PAGE:
                return

    async def take(self, frame: dict[str, Any]) -> None:
        kind = frame.get("type")
        if kind == "ping":
            self.queue({"type": "pong"})
            return
        try:
            conversation_id = UUID(str(frame.get("conversation_id")))
        except ValueError:
            return
        match kind:
            case "watch" if len(self._watched) < MOST_WATCHED:
                after = frame.get("after")
                self._watched[conversation_id] = after if isinstance(after, int) else 0
                self._dirty.add(conversation_id)
                self.wake()
            case "unwatch":
                self._watched.pop(conversation_id, None)
            case "typing":
                await self._publish.publish(
                    self.tenant_id,
                    "typing",
                    conversation_id,
                    who="operator",
                    id=str(self.user_id),
                    name=self._name,
                    on=bool(frame.get("on")),
                )
            case "seen" if isinstance(frame.get("seq"), int):
                await self._hub.inbox.mark_seen(self.tenant_id, conversation_id, frame["seq"], self.user_id)


def _tell_unexpected(error: BaseException) -> None:
    if not isinstance(error, WebSocketDisconnect | RuntimeError | asyncio.CancelledError):
        log.error("socket_failed", exc_info=error)
