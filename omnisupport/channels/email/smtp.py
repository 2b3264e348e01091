"""One mail to one address over a tenant's SMTP server; a failure says whether the mail may have left."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from omnisupport.channels.base import (
    Account,
    Ambiguous,
    AuthFailed,
    BadPayload,
    NotSent,
    RecipientGone,
    Transient,
)
from omnisupport.channels.email.charsets import one_line
from omnisupport.channels.email.ids import address_of, domain_of
from omnisupport.channels.email.letter import Letter
from omnisupport.channels.email.server import Doors, Misconfigured, Server, Untrusted, is_untrusted, server_of
from omnisupport.channels.email.tokens import Tokens, uses_oauth

DATA_S = 60.0
"""For the mail itself: servers look for spam before they answer."""
LATER_S = 300.0
"""A server that knows neither us nor the customer lets the first attempts wait for minutes."""
PERMANENT = range(500, 600)
TOO_LARGE = 552
NEEDS_LOGIN = (530, 534, 535, 538)
WORDS_OF_SERVER = 200


class TooLarge(BadPayload):
    """The server takes no mail of this size."""


class Smtp:
    """Signs in for each mail anew: a kept connection is a broken one, and then nobody knows what arrived."""

    def __init__(self, doors: Doors, tokens: Tokens, *, command_s: float, data_s: float = DATA_S) -> None:
        self._doors = doors
        self._tokens = tokens
        self._command_s = command_s
        self._data_s = data_s

    async def deliver(self, letter: Letter, account: Account) -> None:
        """Hand a mail over.

        Raises:
            NotSent: the server certainly has not got it (see its kinds).
            Ambiguous: the mail was sent and no answer came.
        """
        async with self.signed_in(account) as smtp:
            await _address(smtp, letter, account)
            try:
                await smtp.data(letter.content, timeout=self._data_s)
            except SMTPDataError as refused:
                raise _sorted(refused, letter.recipient, account) from None
            except (SMTPException, OSError) as lost:
                raise Ambiguous("The mail server gave no answer to the mail.") from lost
            # QUIT is not waited for: the mail is taken.

    @asynccontextmanager
    async def signed_in(self, account: Account) -> AsyncIterator[SMTP]:
        """A connection on which mails may be sent.

        Raises:
            AuthFailed: the server does not let us in, or is not the one that it says it is.
            Transient: it is not there now.
        """
        server = server_of(account, "smtp")
        token = await self._tokens.of(account) if uses_oauth(account) else None
        smtp = self._client(server, await self._doors.open(server), account)
        try:
            await self._open(smtp, server, account, token)
            yield smtp
        finally:
            smtp.close()  # the socket too: it is the transport's since `connect`

    def _client(self, server: Server, sock: socket.socket, account: Account) -> SMTP:
        return SMTP(
            hostname=server.host,
            sock=sock,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            timeout=self._command_s,
            tls_context=self._doors.tls(),
            local_hostname=domain_of(address_of(account)),
        )

    async def _open(self, smtp: SMTP, server: Server, account: Account, token: str | None) -> None:
        try:
            await smtp.connect()
            if token is not None:
                await smtp.auth_xoauth2(server.user, token)
            elif password := str(account.secrets.get("smtp_password") or ""):
                await smtp.login(server.user, password)
        except SMTPAuthenticationError as refused:
            self._tokens.forget(account)
            if refused.code not in PERMANENT:
                raise Transient(f"{server.host} cannot check the login now: {refused.code}.") from None
            raise AuthFailed(f"{server.host} refuses the login: {refused.code}.") from None
        except SMTPConnectResponseError as refused:
            raise Transient(
                f"{server.host} takes no mails now: {refused.code}.", retry_after=LATER_S
            ) from None
        except (SMTPException, OSError, ValueError) as away:
            if is_untrusted(away):
                raise Untrusted(f"The certificate of {server.host} is not valid.") from None
            if type(away) is SMTPException:  # what the library needs and the server does not offer
                raise Misconfigured(f"{server.host} does not offer the login or the encryption.") from None
            raise Transient(f"{server.host} cannot be used now.") from away


async def _address(smtp: SMTP, letter: Letter, account: Account) -> None:
    is_wide = not (letter.sender + letter.recipient).isascii()
    if is_wide and not smtp.supports_extension("smtputf8"):
        raise BadPayload("The mail server takes no addresses with letters beyond ASCII.")
    encoding = "utf-8" if is_wide else "ascii"
    try:
        await smtp.mail(letter.sender, options=["SMTPUTF8"] if is_wide else None, encoding=encoding)
        await smtp.rcpt(letter.recipient, encoding=encoding)
    except (SMTPSenderRefused, SMTPRecipientRefused) as refused:
        raise _sorted(refused, letter.recipient, account) from None
    except (SMTPException, OSError, ValueError) as away:
        raise Transient("The mail server broke the connection before the mail.") from away


def _sorted(refused: SMTPResponseException, recipient: str, account: Account) -> NotSent:
    said = _words(refused, recipient, account)
    detail = (
        f"The mail server answered {refused.code}: {said}"
        if said
        else f"The mail server answered {refused.code}."
    )
    if refused.code in NEEDS_LOGIN:
        return AuthFailed(detail)
    if refused.code == TOO_LARGE and not isinstance(refused, SMTPRecipientRefused):
        return TooLarge(detail)
    if refused.code not in PERMANENT:
        return Transient(detail, retry_after=LATER_S)
    return RecipientGone(detail) if isinstance(refused, SMTPRecipientRefused) else BadPayload(detail)


def _words(refused: SMTPResponseException, recipient: str, account: Account) -> str:
    """What the server said, on one line, without the address and without anything that is secret."""
    said = one_line(refused.message)
    hidden = {recipient: "the address"} | {str(each): "…" for each in account.secrets.values() if each}
    for written, instead in hidden.items():
        said = said.replace(written, instead)
    return said[:WORDS_OF_SERVER]
