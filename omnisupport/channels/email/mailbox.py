"""A mailbox that is watched: what is new in it, and when something is. One caller for each mailbox at a time."""

from __future__ import annotations

import asyncio
import hashlib
import json
import ssl
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from omnisupport.channels.base import Account, AuthFailed, Transient
from omnisupport.channels.email.imap import Connection, Folder, Login
from omnisupport.channels.email.server import Doors, Untrusted, is_untrusted, server_of
from omnisupport.channels.email.tokens import Tokens, uses_oauth
from omnisupport.channels.transport import Transport
from omnisupport.errors import OmniError

COMMAND_S = 15.0
"""How long a server may be silent within an answer."""
WORK_S = 240.0
"""For one batch of mails, all of it."""
IDLE_S = 540.0
"""A server may hang up after 29 minutes (RFC 2177), what stands between earlier; and some forget to tell."""
POLL_S = 30.0
"""How often a server is asked that does not tell."""
REST_S = 1.0
"""After news that were none."""
RESCAN_DAYS = 7
# Threads of our own: a slow mail server must not take those of the default executor.
_THREADS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="imap")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a mailbox was read: its numbering, and the last mail. Zeros: not at all.

    What came in before `begun` is nothing of ours, however the mailbox numbers its mails.
    """

    uidvalidity: int = 0
    uid: int = 0
    begun: datetime | None = None


class Mailbox:
    """Keeps a connection for each mailbox between calls. While nothing happens in one it takes no thread."""

    def __init__(
        self,
        transport: Transport,
        *,
        tokens: Tokens | None = None,
        tls: ssl.SSLContext | None = None,
        poll_s: float = POLL_S,
        idle_s: float = IDLE_S,
    ) -> None:
        self._doors = Doors(transport.fetcher, tls)
        self._tokens = tokens or Tokens(transport.fetcher)
        self._poll_s = poll_s
        self._idle_s = idle_s
        self._kept: dict[UUID, tuple[str, Connection]] = {}

    async def fetch(
        self, account: Account, cursor: Cursor, limit: int = 50
    ) -> tuple[list[tuple[str, bytes]], Cursor]:
        """The next mails with their names, oldest first, and how far they go; at most `limit`, and 64 MB.

        In a mailbox that numbers anew, the mails of the last days (settings `rescan_days`) come once more: the same
        ones have the same Message-ID. No mail is marked as read.

        Raises:
            AuthFailed: the server does not let us in, or there is no such folder.
            Transient: it is not there now.
        """
        async with self._connection(account) as connection:
            folder = await work(connection, lambda: connection.open(folder_of(account)))
            return await work(connection, lambda: _next(connection, folder, cursor, _rescan(account), limit))

    async def begin(self, account: Account, since: datetime) -> Cursor:
        """Where the mails begin that came in since then.

        Raises:
            AuthFailed: as `fetch`.
            Transient: as `fetch`.
        """
        async with self._connection(account) as connection:
            folder = await work(connection, lambda: connection.open(folder_of(account)))
            uid = await work(connection, lambda: _before(connection, folder, since))
            return Cursor(folder.uid_validity, uid, since)

    async def wait(self, account: Account, cursor: Cursor, seconds: float) -> bool:
        """Wait until there is a mail after the cursor, for so long at most; whether there is one.

        Raises:
            AuthFailed: as `fetch`.
            Transient: as `fetch`.
        """
        until, heard = time.monotonic() + seconds, False
        async with self._connection(account) as connection:
            folder = await work(connection, lambda: connection.open(folder_of(account)))
            if folder.uid_validity != cursor.uidvalidity:
                return True
            while not await work(connection, lambda: connection.after(cursor.uid)):
                left = until - time.monotonic()
                if left <= 0:
                    return False
                await asyncio.sleep(min(left, REST_S) if heard else 0)
                heard = await self._rest(connection, left)
            return True

    async def leave(self, account: Account) -> None:
        """Give up the connection to a mailbox that somebody else watches now."""
        _, connection = self._kept.pop(account.channel_id, ("", None))
        if connection is not None:
            await asyncio.get_running_loop().run_in_executor(_THREADS, connection.sign_out)

    async def close(self) -> None:
        """Give up every connection."""
        for _, connection in self._kept.values():
            connection.end()
        self._kept.clear()

    @asynccontextmanager
    async def opened(self, account: Account) -> AsyncIterator[tuple[Connection, Folder]]:
        """A connection of one's own to the folder of an account, beside the one that is kept."""
        connection = await self._sign_in(account)
        try:
            yield connection, await work(connection, lambda: connection.open(folder_of(account)))
        except BaseException:
            connection.end()
            raise
        await asyncio.get_running_loop().run_in_executor(_THREADS, connection.sign_out)

    @asynccontextmanager
    async def _connection(self, account: Account) -> AsyncIterator[Connection]:
        name = _fingerprint(account)
        known, connection = self._kept.pop(account.channel_id, ("", None))
        if connection is not None and (known != name or not await _stands(connection)):
            connection.end()
            connection = None
        connection = connection or await self._sign_in(account)
        try:
            yield connection
        except BaseException:
            connection.end()
            raise
        _, beside = self._kept.pop(account.channel_id, ("", None))
        self._kept[account.channel_id] = name, connection
        if beside is not None:  # of somebody who was here at the same time
            await asyncio.get_running_loop().run_in_executor(_THREADS, beside.sign_out)

    async def _sign_in(self, account: Account) -> Connection:
        server = server_of(account, "imap")
        is_token = uses_oauth(account)
        secret = (
            await self._tokens.of(account) if is_token else str(account.secrets.get("imap_password") or "")
        )
        connection = Connection(await self._doors.open(server), server, self._doors.tls(), COMMAND_S)
        try:
            await work(connection, lambda: connection.sign_in(Login(server.user, secret, is_token)))
        except BaseException as failed:
            connection.end()
            if isinstance(failed, AuthFailed):
                self._tokens.forget(account)
            raise
        return connection

    async def _rest(self, connection: Connection, seconds: float) -> bool:
        """Wait until the server says something; whether it did."""
        if not await work(connection, connection.start_idle):
            await asyncio.sleep(min(seconds, self._poll_s))
            await work(connection, connection.ask)  # a search alone may show what was there before
            return False
        heard = await _listen(connection, min(seconds, self._idle_s))
        await work(connection, connection.stop_idle)
        return heard


def folder_of(account: Account) -> str:
    """The folder that mails come to."""
    return str(account.settings.get("folder") or "INBOX")


def name_of(folder: Folder, uid: int) -> str:
    """A mail's name in its mailbox, for as long as the mailbox does not number anew."""
    return f"{folder.uid_validity}:{uid}"


async def work(connection: Connection, do: Callable[[], Found]) -> Found:
    """Let a thread do what blocks; whoever gives up waiting ends the connection, and the thread with it.

    Raises:
        AuthFailed: as it comes.
        Transient: the connection broke, or the server says what no server should.
    """
    try:
        async with asyncio.timeout(WORK_S):
            return await asyncio.get_running_loop().run_in_executor(_THREADS, do)
    except OmniError:
        raise
    except asyncio.CancelledError:
        connection.end()
        raise
    except Exception as away:  # the library fails in many ways on what a server may say
        connection.end()
        if is_untrusted(away):
            raise Untrusted("The certificate of the mail server is not valid.") from None
        raise Transient("The mailbox cannot be read now.") from away


async def _listen(connection: Connection, seconds: float) -> bool:
    loop, socket = asyncio.get_running_loop(), connection.sock.fileno()
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not connection.hears():
                ready = asyncio.Event()
                loop.add_reader(socket, ready.set)
                try:
                    await ready.wait()
                finally:
                    loop.remove_reader(socket)
            return True
    return False


async def _stands(connection: Connection) -> bool:
    try:
        await work(connection, connection.ask)
    except Transient:
        return False
    return True


def _next(
    connection: Connection, folder: Folder, cursor: Cursor, since: datetime, limit: int
) -> tuple[list[tuple[str, bytes]], Cursor]:
    goes_on = cursor.uidvalidity == folder.uid_validity
    if goes_on:
        wanted = connection.after(cursor.uid)[:limit]
    else:
        wanted = _arrived_since(connection, max(since, cursor.begun or since))[:limit]
    mails = connection.mails(wanted)
    if mails:
        last = mails[-1][0]
    elif wanted:  # all of them are gone meanwhile
        last = wanted[-1]
    else:
        last = cursor.uid if goes_on else folder.uid_next - 1
    return [(name_of(folder, uid), raw) for uid, raw in mails], Cursor(
        folder.uid_validity, last, cursor.begun
    )


def _before(connection: Connection, folder: Folder, since: datetime) -> int:
    """The number before the first mail that came in since then."""
    return min([*_arrived_since(connection, since), folder.uid_next]) - 1


def _arrived_since(connection: Connection, since: datetime) -> list[int]:
    """Numbers of the mails that came in since then; a server looks for whole days only."""
    uids = connection.since(since)
    arrived = connection.arrived(uids)
    return [uid for uid in uids if arrived.get(uid, since) >= since]


def _rescan(account: Account) -> datetime:
    days = account.settings.get("rescan_days")
    return datetime.now(UTC) - timedelta(
        days=days if isinstance(days, int) and 0 < days < 366 else RESCAN_DAYS
    )


def _fingerprint(account: Account) -> str:
    known = json.dumps([account.settings, account.secrets], sort_keys=True, default=str)
    return hashlib.sha256(known.encode()).hexdigest()
