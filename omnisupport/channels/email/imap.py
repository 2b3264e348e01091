"""A signed-in IMAP connection, for the threads of `mailbox.py`: it reads, and changes nothing in the mailbox."""

from __future__ import annotations

import imaplib
import re
import select
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError
from imap_tools.mailbox import BaseMailBox

from omnisupport.channels.base import AuthFailed, Transient
from omnisupport.channels.email.server import Misconfigured, Server

MAX_MAIL = 50 * 2**20
"""Bytes of a mail; of a longer one only the beginning is fetched."""
MAX_LINE = 4 * 2**20
MAX_ANSWER = MAX_MAIL + 4 * MAX_LINE
"""Bytes of all that a server says to one command."""
LINE_COST = 200
"""Bytes that a line takes here, however short it is."""
BATCH_BYTES = 64 * 2**20
"""Mails are fetched until they are so much together, one at least."""
_BUSY = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)
_UID = re.compile(rb"\bUID (\d+)")
_BYTES = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was when it was opened; `uid_next` is what the next mail will be called at least."""

    uid_validity: int
    uid_next: int


@dataclass(frozen=True, slots=True)
class Login:
    """A password, or a token of OAuth 2."""

    user: str
    secret: str
    is_token: bool = False


class _Client(imaplib.IMAP4):
    """imaplib's over a socket that is there already, with bounds on what a server may send."""

    def __init__(self, sock: socket.socket, host: str, port: int) -> None:
        self._ready = sock
        self._room = MAX_ANSWER
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self._ready

    def _new_tag(self) -> bytes:
        self._room = MAX_ANSWER
        return cast(bytes, super()._new_tag())  # type: ignore[misc]

    def read(self, size: int) -> bytes:
        """Bytes of a literal."""
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        """A line."""
        line = cast(bytes, self.file.readline(MAX_LINE + 1))
        self._take(len(line) + LINE_COST if len(line) <= MAX_LINE else MAX_ANSWER)
        return line

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise self.abort("The server sends more than was asked for.")


class _MailBox(BaseMailBox):
    def __init__(self, client: _Client) -> None:
        self._given = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._given


class Connection:
    """Every method blocks, and raises what imaplib and sockets raise, unless it says otherwise.

    `end` may be called from another thread: whoever waits then gets an error.
    """

    def __init__(self, sock: socket.socket, server: Server, tls: ssl.SSLContext, timeout: float) -> None:
        self.sock = sock
        self._server = server
        self._tls = tls
        self._timeout = timeout
        self._client: Any = None
        self._box: Any = None
        self._idle_tag: bytes = b""

    def sign_in(self, login: Login) -> None:
        """Encrypt as the settings say, and sign in.

        Raises:
            AuthFailed: the server does not let us in.
            Transient: it cannot say.
        """
        self.sock.settimeout(self._timeout)
        if self._server.tls == "implicit":
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._server.host)
        self._client = _Client(self.sock, self._server.host, self._server.port)
        if self._server.tls == "starttls":
            if "STARTTLS" not in self._client.capabilities:
                raise Misconfigured(f"{self._server.host} does not offer the encryption.")
            self._client.starttls(self._tls)
            self.sock = self._client.sock
        self._box = _MailBox(self._client)
        try:
            self._log_in(login)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, ImapToolsError) as refused:
            if _BUSY.search(str(refused)):
                raise Transient(f"{self._server.host} cannot check the login now.") from None
            raise AuthFailed(f"{self._server.host} refuses the login.") from None

    def _log_in(self, login: Login) -> None:
        if not login.user.isprintable() or not login.secret.isprintable():
            raise AuthFailed("The name or password of the mailbox has characters that none can have.")
        if login.is_token:
            written = f"user={login.user}\x01auth=Bearer {login.secret}\x01\x01".encode()
            # What a server says to a token that it refuses is answered with nothing.
            words = iter([written])
            self._client.authenticate("XOAUTH2", lambda _: next(words, b""))
        elif (login.user + login.secret).isascii():
            self._box.login(login.user, login.secret, initial_folder=None)
        else:
            self._box.login_utf8(login.user, login.secret, initial_folder=None)

    def open(self, folder: str) -> Folder:
        """Look at a folder: to read only, so that no mail becomes a read one.

        Raises:
            Misconfigured: there is none of this name.
            Transient: the server cannot open it now.
        """
        try:
            self._box.folder.set(folder, readonly=True)
        except MailboxFolderSelectError as refused:
            if _BUSY.search(str(refused)):
                raise Transient(f"{self._server.host} cannot open the mailbox now.") from None
            raise Misconfigured(f"The mailbox has no folder {folder!r} that can be read.") from None
        validity, following = (self._number(name) for name in ("UIDVALIDITY", "UIDNEXT"))
        if following is None:
            uids = self._search("ALL")
            following = uids[-1] + 1 if uids else 1
        if validity is None:
            raise Misconfigured("The server gives its mails no lasting numbers.")
        return Folder(validity, following)

    def after(self, uid: int) -> list[int]:
        """Numbers of the mails after this one, in order."""
        for _ in range(3):
            self._client.untagged_responses.pop("EXISTS", None)
            # A server answers `n:*` with its last mail, though it may be before n.
            found = [each for each in self._search(f"UID {uid + 1}:*") if each > uid]
            # What came in during a search is told beside its result, and never again.
            if found or not self._client.untagged_responses.get("EXISTS"):
                break
        return found

    def since(self, at: datetime) -> list[int]:
        """Numbers of the mails that came in on this day or later; a day earlier, as the server's clock may be."""
        day = at.astimezone(UTC) - timedelta(days=1)
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def arrived(self, uids: Sequence[int]) -> dict[int, datetime]:
        """When mails came in."""
        found = {}
        for line in self._fetch_lines(uids, "(UID INTERNALDATE)"):
            uid, written = _UID.search(line), _ARRIVED.search(line)
            if uid and written:
                with suppress(ValueError):
                    at = datetime.strptime(
                        written[1].decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z"
                    )
                    found[int(uid[1])] = at.astimezone(UTC)
        return found

    def mails(self, uids: Sequence[int]) -> list[tuple[int, bytes]]:
        """Mails in their order, at most 64 MB of them together; one that is gone meanwhile is left out."""
        sizes = {}
        for line in self._fetch_lines(uids, "(UID RFC822.SIZE)"):
            uid, size = _UID.search(line), _BYTES.search(line)
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
        found: list[tuple[int, bytes]] = []
        room = BATCH_BYTES
        for each in uids:
            room -= min(sizes.get(each, 0), MAX_MAIL)
            if found and room < 0:
                break
            raw = self._mail(each, sizes.get(each, 0)) if each in sizes else None
            if raw is not None:
                found.append((each, raw))
        return found

    def start_idle(self) -> bool:
        """Ask to be told of news; False: the server would rather be asked."""
        if "IDLE" not in self._client.capabilities:
            return False
        self._client.untagged_responses.pop("EXISTS", None)
        self._idle_tag = self._client._new_tag()
        self._client.send(self._idle_tag + b" IDLE\r\n")
        while self._client._get_response():
            if self._client.tagged_commands[self._idle_tag]:
                return False
        return True

    def hears(self) -> bool:
        """Whether the server has said something meanwhile; reads nothing off, and does not wait.

        TLS has words of its own that make a socket readable and say nothing.
        """
        if self._client.untagged_responses.get("EXISTS"):
            return True
        try:
            self.sock.settimeout(0)
            heard = bool(self._client.file.peek(1))
            self.sock.settimeout(self._timeout)
            # Nothing to read where something should be: the connection is over.
            is_over = isinstance(self.sock, ssl.SSLSocket) or bool(select.select([self.sock], [], [], 0)[0])
        except ssl.SSLWantReadError:
            self.sock.settimeout(self._timeout)
            return False
        except (OSError, ValueError):
            return True  # whoever reads next is told what is wrong
        return heard or is_over

    def stop_idle(self) -> None:
        """End it; what was said is read off."""
        self._client.send(b"DONE\r\n")
        self._client._command_complete("IDLE", self._idle_tag)

    def ask(self) -> None:
        """See whether the connection still stands."""
        self._client.noop()

    def end(self) -> None:
        """Let go of it, whatever is going on."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self.sock.close()

    def sign_out(self) -> None:
        """Say goodbye and let go."""
        with suppress(Exception):
            self._client.logout()
        self.end()

    def _number(self, name: str) -> int | None:
        written = self._client.untagged_responses.get(name) or [None]
        return int(written[-1]) if written[-1] and written[-1].isdigit() else None

    def _search(self, what: str) -> list[int]:
        kind, found = self._client.uid("SEARCH", what)
        if kind != "OK":
            raise self._client.abort("The server searches nothing.")
        return sorted({int(each) for line in found if line for each in line.split() if each.isdigit()})

    def _fetch_lines(self, uids: Sequence[int], what: str) -> list[bytes]:
        if not uids:
            return []
        kind, found = self._client.uid("FETCH", ",".join(map(str, uids)), what)
        if kind != "OK":
            raise self._client.abort("The server gives no mails.")
        return [line for line in found if isinstance(line, bytes)]

    def _mail(self, uid: int, size: int) -> bytes | None:
        cut = f"<0.{MAX_MAIL}>" if size > MAX_MAIL else ""
        kind, found = self._client.uid("FETCH", str(uid), f"(UID BODY.PEEK[]{cut})")
        if kind != "OK":
            raise self._client.abort("The server does not give the mail.")
        return next((each[1] for each in found if isinstance(each, tuple) and b"BODY[" in each[0]), None)
