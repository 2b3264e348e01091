"""Live connections: one Redis subscription a process wakes the sockets that a hint concerns; each reads by cursor.

Typing and presence never touch Temporal or Postgres: they are frames on Redis, and may be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, ClassVar
from uuid import UUID

import orjson
from fastapi import WebSocket, WebSocketDisconnect
from redis.exceptions import RedisError
from starlette.websockets import WebSocketDisconnected

from omnisupport.api.audience import Audience
from omnisupport.api.names import Names
from omnisupport.errors import OmniError
from omnisupport.observability import WS_CONNECTIONS, get_logger
from omnisupport.storage import redis as hints
from omnisupport.storage.presence import Presence
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.queries.inbox import Inbox
from omnisupport.storage.queries.sessions import Credential, Sessions

log = get_logger(__name__)

RESYNC_EVERY_S = 20.0
"""A client also reads by cursor so often, whatever hints were lost."""
READ_AGAIN_S = 1.0
"""After a read that failed: the hint that asked for it does not come again."""
SUBSCRIBE_AGAIN_S = 0.5
RECHECK_EVERY_S = 4.0
"""A console whose session has ended is closed within 5 s, also when the hint that tells it was lost (I19)."""
SIGNED_OUT = 4401
"""The code of a close: the credential is not what it was; ask who you are before you come back."""
CLOSED_WITHIN_S = 1.0
"""A client that does not read does not take its close either."""
MOST_FRAMES = 64
"""Transient frames that wait for a slow client; one more and they are dropped, with a `resync`."""
MOST_FRAME_BYTES = 64 * 1024
FRAMES_PER_SECOND = 20
MOST_SEQ = 2**31 - 1
CURSOR = re.compile("([0-9]{1,20})[.]([0-9]{1,19})")
ANSWERED_WITHIN_S = 0.15
"""A message that the bot answers within this is told of by the answer's hint: one publish and one read less a turn."""


class Hub:
    """One Redis subscription per process; wakes the sockets that a hint concerns."""

    def __init__(
        self,
        redis_url: str,
        conversations: Conversations,
        inbox: Inbox,
        presence: Presence,
        sessions: Sessions,
        names: Names,
    ) -> None:
        self.conversations = conversations
        self.inbox = inbox
        self.presence = presence
        self.names = names
        self._sessions = sessions
        self._redis = hints.connect(redis_url, blocking=True)
        self._pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
        self._audience: Audience[Socket] = Audience()
        self._loops: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self._doubted = asyncio.Event()
        self._later: dict[tuple[UUID, str], asyncio.TimerHandle] = {}
        self._telling: set[asyncio.Future[None]] = set()

    def start(self) -> None:
        """Listen in the background until `close`."""
        self._loops = [asyncio.create_task(self._listen()), asyncio.create_task(self._recheck())]

    async def close(self) -> None:
        """Send every client away and stop listening."""
        for loop in self._loops:
            loop.cancel()
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

    async def _recheck(self) -> None:
        """Close sockets whose credential has ended: at once when a hint says so, and all the same in a while."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._doubted.wait(), RECHECK_EVERY_S)
            self._doubted.clear()
            try:
                await self._close_ended()
            except Exception:  # whatever it was, sessions go on ending
                log.exception("recheck_failed")

    async def _close_ended(self) -> None:
        now = asyncio.get_running_loop().time()
        due = [socket for socket in self.sockets() if now - socket.checked_at >= socket.recheck_every_s]
        if not due:
            return
        ended = set(await self._sessions.ended([socket.credential for socket in due]))
        for socket in due:
            socket.checked_at = now
            if socket.credential in ended:
                socket.end()

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
                try:
                    self._dispatch(message)
                except Exception:  # the one subscription of the process outlives whatever is published on it
                    log.exception("hint_malformed", channel=message["channel"])

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
        if hint["k"] == "sessions":
            self._sessions.forget()
            self._doubted.set()
            return
        if hint["k"] == "commit" and (later := self._later.pop((tenant_id, hint["c"]), None)) is not None:
            later.cancel()
        if hint["k"] == "presence":
            concerned: Iterable[Socket] = self._audience.everyone(tenant_id)
        else:
            concerned = self._audience.of(tenant_id, [hint["c"], *([hint["u"]] if "u" in hint else [])])
        for socket in concerned:
            socket.hear(hint)


class Socket:
    """One client: a reader of its frames and a pump of ours. `kind` is its name in metrics."""

    kind: ClassVar[str]
    recheck_every_s: ClassVar[float] = 0.0
    """How old the last look at its credential may be; 0: look at every round."""

    def __init__(self, hub: Hub, socket: WebSocket, credential: Credential, publish: hints.Hints) -> None:
        self.tenant_id = credential.tenant_id
        self.credential = credential
        self.checked_at = asyncio.get_running_loop().time()
        self._hub = hub
        self._socket = socket
        self._publish = publish
        self._news = asyncio.Event()
        self._frames: deque[tuple[dict[str, Any], UUID | None]] = deque()
        self._overflowed = False
        self._ended = self._stopped = False
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Serve until the client leaves or the process stops."""
        await self._hub.join(self)
        open_sockets = WS_CONNECTIONS.labels(self.kind)
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
            await self._close()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.left()

    async def _close(self) -> None:
        code, reason = (SIGNED_OUT, "signed_out") if self._ended else (1000, None)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
            async with asyncio.timeout(CLOSED_WITHIN_S):
                await self._socket.close(code, reason)

    def end(self) -> None:
        """Its credential is good no more: nothing is sent from here on."""
        self._ended = True
        self.stop()

    def stop(self) -> None:
        """End both loops; a handler that waits would block the server's graceful stop."""
        # A driver may swallow a cancellation that meets its answer; the loop would outlive its socket for good.
        self._stopped = True
        self._news.set()
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

    def queue(self, frame: dict[str, Any], *, operator_id: UUID | None = None) -> None:
        """Leave a transient frame for the pump; a slow client loses them all and is told to resync.

        With an operator's id the pump puts his name into the frame's author.
        """
        if len(self._frames) >= MOST_FRAMES:
            self._frames.clear()
            self._overflowed = True
        else:
            self._frames.append((frame, operator_id))
        self._news.set()

    async def send(self, frame: dict[str, Any]) -> None:
        """Send one frame now.

        Raises:
            WebSocketDisconnect: the client has gone.
        """
        text = orjson.dumps(frame).decode()
        try:
            await self._socket.send_text(text)
        except RuntimeError as closed:  # the server's word for a connection that is closing already
            raise WebSocketDisconnect(1006) from closed

    async def _pump(self) -> None:
        await self.greet()
        while not self._stopped:
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
                frame, operator_id = self._frames.popleft()
                if operator_id is not None:
                    frame["author"]["name"] = await self._hub.names.of(self.tenant_id, operator_id)
                await self.send(frame)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), again)

    async def _read(self) -> None:
        allowance, window = FRAMES_PER_SECOND, asyncio.get_running_loop().time()
        while not self._stopped:
            try:
                text = await self._socket.receive_text()
            except KeyError:  # a binary frame
                return
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
                try:
                    await self.take(frame)
                except OmniError as away:
                    log.warning("socket_frame_failed", code=away.code)

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


def seq_of(frame: dict[str, Any], name: str) -> int | None:
    """A seq that a client named; None for what cannot be one."""
    value = frame.get(name)
    return value if type(value) is int and 0 <= value <= MOST_SEQ else None


def cursor_of(text: str | None) -> str | None:
    """The place in the change feed that a client named; None for what cannot be one: it begins anew."""
    found = CURSOR.fullmatch(text or "")
    is_one = found is not None and int(found[1]) < 2**64 and int(found[2]) < 2**63
    return text if is_one else None


def _tell_unexpected(error: BaseException) -> None:
    if not isinstance(error, WebSocketDisconnect | WebSocketDisconnected):
        log.error("socket_failed", exc_info=error)
