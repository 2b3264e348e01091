"""One mail to one address over SMTP, by the deployment's server; a failure says whether the mail may have left."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from omnisupport.errors import OmniError

CONNECT_S = 15.0
"""For the connection, TLS, the greeting and each command before the mail itself."""
DATA_S = 60.0
"""For the mail itself: servers look for spam before they answer."""
PERMANENT = range(500, 600)
WORDS_OF_SERVER = 200


class MailNotTaken(OmniError):
    """The server has not got the mail, and another attempt may end otherwise."""

    code = "mail_not_taken"
    status = 503
    retryable = True


class MailRefused(OmniError):
    """The server will not have this mail, now or later."""

    code = "mail_refused"
    status = 502


class MailUncertain(OmniError):
    """The mail was handed over and the answer is lost: the server may have it."""

    code = "mail_uncertain"
    status = 502


@dataclass(frozen=True)
class SmtpServer:
    """Where mail goes and how."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False
    """TLS from the first byte; otherwise by STARTTLS."""
    may_be_plain: bool = False
    """Without STARTTLS where the server has none: this machine, or `?tls=off`."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `smtp://user:password@host:587` or `smtps://…`; ports are 587 and 465 unless named.

        The URL's form is checked by the settings. `smtp://` needs STARTTLS but for this machine and with `?tls=off`.
        """
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        host = parts.hostname or "localhost"
        return cls(
            host=host,
            port=parts.port or (465 if tls else 587),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or "") if parts.username else None,
            tls=tls,
            may_be_plain=not tls and (_is_here(host) or parts.query == "tls=off"),
        )


class SmtpTransport:
    """Delivers over a connection of its own each time: mail is rare, and a kept connection is a broken one."""

    def __init__(self, server: SmtpServer, *, tls_context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._tls_context = tls_context

    async def deliver(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand a mail over; envelope addresses are bare, `content` is the whole mail with CRLF line ends.

        Raises:
            MailNotTaken: no connection, no TLS, a login refused, a 4xx answer, or a timeout before the mail was sent.
            MailRefused: a 5xx answer to the sender, the recipient or the mail.
            MailUncertain: the mail was sent and no answer came.
        """
        smtp = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            use_tls=self._server.tls,
            start_tls=None if self._server.tls or self._server.may_be_plain else True,
            username=self._server.user,
            password=self._server.password,
            timeout=CONNECT_S,
            tls_context=self._tls_context,
            local_hostname=sender.rpartition("@")[2],
        )
        try:
            await self._hand_over(smtp, sender, recipient, content)
        finally:
            smtp.close()

    async def _hand_over(self, smtp: SMTP, sender: str, recipient: str, content: bytes) -> None:
        wide = not recipient.isascii()
        try:
            await smtp.connect()
            if wide and not smtp.supports_extension("smtputf8"):
                raise MailRefused(f"{self._server.host} takes no address with letters beyond ASCII.")
            encoding = "utf-8" if wide else "ascii"
            await smtp.mail(sender, options=["SMTPUTF8"] if wide else None, encoding=encoding)
            await smtp.rcpt(recipient, encoding=encoding)
        except SMTPAuthenticationError as refused:
            # Somebody has to mend the settings; the mail waits for it.
            raise MailNotTaken(f"{self._server.host} refuses the login: {refused.code}.") from None
        except (SMTPSenderRefused, SMTPRecipientRefused) as refused:
            raise self._answered(refused, recipient) from None
        except (SMTPException, OSError) as away:
            raise MailNotTaken(f"{self._server.host} cannot be used: {_words(away)}") from None
        try:
            await smtp.data(content, timeout=DATA_S)
        except SMTPDataError as refused:
            raise self._answered(refused, recipient) from None
        except (SMTPException, OSError) as lost:
            raise MailUncertain(f"{self._server.host} gave no answer to the mail: {_words(lost)}") from None
        # QUIT is not waited for: the mail is taken.

    def _answered(self, refused: SMTPResponseException, recipient: str) -> OmniError:
        kind = MailRefused if refused.code in PERMANENT else MailNotTaken
        said = _words(refused).replace(recipient, "the address")  # it goes to the log
        return kind(f"{self._server.host} answered {refused.code}: {said}")


def _words(error: Exception) -> str:
    """What the server or the system said, short and on one line."""
    said = error.message if isinstance(error, SMTPException) else f"{type(error).__name__}: {error}"
    return " ".join(str(said).split())[:WORDS_OF_SERVER]


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
