"""What an adapter of a provider is: a pure way in, a pure rendering, and one network call out.

A provider has one folder with three modules, found by their names (`registry.py`): `inbound.py` has the functions of
`Inbound`, `render.py` that of `Render`, `outbound.py` a function `build(transport) -> Adapter`. The api loads the first
two, which import no provider's SDK; the worker loads all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable
from uuid import UUID

from omnisupport.domain.account import Account as Account
from omnisupport.domain.files import OpenFile
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native, Outbound
from omnisupport.domain.price import Price
from omnisupport.domain.template import Template
from omnisupport.errors import OmniError

# How a send can end badly -----------------------------------------------------------------------------------------


MOST_WORDS = 500
"""Characters of what a provider says of itself."""


class NotSent(OmniError):
    """The provider certainly has nothing; `retryable` and `retry_after` say whether another try helps."""

    code = "not_sent"
    status = 502


class Transient(NotSent):
    """Nothing arrived, and the same send may be tried again soon."""

    code = "provider_unavailable"
    retryable = True


class RateLimited(NotSent):
    """Too many for the account, or for this chat: nothing arrived; `retry_after` in seconds."""

    code = "provider_rate_limited"
    retryable = True

    def __init__(self, detail: str, *, scope: Literal["account", "chat"], retry_after: float) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.scope = scope


class WindowClosed(NotSent):
    """The channel takes free texts for some time after the customer's last message only; that time is over."""

    code = "window_closed"


class RecipientGone(NotSent):
    """This address takes nothing from us: blocked, opted out, or never was."""

    code = "recipient_gone"


class Moved(NotSent):
    """The chat has another address now, `to`: what was sent to the old one did not arrive."""

    code = "chat_moved"

    def __init__(self, detail: str, *, to: str) -> None:
        super().__init__(detail)
        self.to = to


class BadPayload(NotSent):
    """The provider refuses what is sent, whoever it is for; `fallback` is a plainer form that it may take."""

    code = "payload_refused"

    def __init__(self, detail: str, *, fallback: Native | None = None) -> None:
        super().__init__(detail)
        self.fallback = fallback


class AuthFailed(NotSent):
    """The account's credentials are no longer good, or need a person: every send of it would end so."""

    code = "channel_unauthorized"


def in_words(ours: str, theirs: str) -> str:
    """Our sentence, and what the provider itself says: it may know better what is wrong with an account."""
    theirs = " ".join(theirs.split())[:MOST_WORDS]
    return f"{ours} ({theirs})" if theirs else ours


class Ambiguous(OmniError):
    """The request left and no answer came: the message may have arrived, so it is not sent again."""

    code = "send_uncertain"
    status = 502


# The way in ------------------------------------------------------------------------------------------------------


class Forged(OmniError):
    """A webhook that its provider has not sent, or not to this account."""

    code = "signature_invalid"
    status = 401


class Unreadable(OmniError):
    """A signed webhook that is not in the provider's form."""

    code = "webhook_unreadable"
    status = 400


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook as it came: `body` to the byte, header names in lower case.

    `public_url` is the address as the provider knows it, from our configuration and never from the request; `query` is
    the raw query string without its question mark.
    """

    method: str
    public_url: str
    headers: Mapping[str, str]
    body: bytes
    query: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider wants to hear."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


class Inbound(Protocol):
    """The functions of an `inbound.py`: all pure."""

    def verify(self, request: RawRequest, account: Account) -> None:
        """Compare in constant time with every secret that is good.

        Raises:
            Forged: it is not of this provider for this account, or no secret is configured.
        """

    def parse(self, request: RawRequest, account: Account) -> Sequence[InboundEvent]:
        """What a verified request tells of, in its order; what is not of interest is left out.

        Raises:
            Unreadable: not in the provider's form.
        """

    def ack(self, request: RawRequest, account: Account) -> Reply:
        """What the provider wants to hear once everything is committed; also to a handshake, which tells of nothing."""


class Addressing(Protocol):
    """What an `inbound.py` has besides where people can be written to who have not written: by phone, or by mail."""

    CONTACT: Literal["phone", "email"]
    """What an address is made of."""

    def address_at(self, channel_type: str, contact: str) -> str:
        """The address of a phone (E.164) or a mail address, as `InboundEvent.chat` will have it when he answers."""


# The way out -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chat:
    """What is known of the one who is written to: `last_in_at` is when he last wrote, in UTC."""

    address: str
    last_in_at: datetime | None = None
    subject: str | None = None
    references: tuple[str, ...] = ()
    """The provider's ids of what was said before, oldest first: what a mail answers to."""


class Render(Protocol):
    """The function of a `render.py`: pure."""

    def render(self, message: Outbound, account: Account, chat: Chat) -> list[Native]:
        """A message in the provider's own form, one native payload for each network call, in order."""


class Files(Protocol):
    """Where the bytes of our own files are (`storage/open_files.py`)."""

    def opened(self, tenant_id: UUID, file_id: UUID) -> AbstractAsyncContextManager[OpenFile]:
        """A file, for as long as it is sent.

        Raises:
            NotFound: it was deleted.
            Unavailable: the file store does not answer.
        """


@dataclass(frozen=True, slots=True)
class SendResult:
    """`provider_message_id` names what arrived; `deduplicated`: the provider had it already."""

    provider_message_id: str
    deduplicated: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a connection: `code` for machines and texts, `detail` the provider's words, without secrets.

    `mends` names what a person can press: reauthorize, resubscribe, backfill; None: nothing that helps.
    """

    code: str
    detail: str = ""
    mends: Literal["reauthorize", "resubscribe", "backfill"] | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a connection is: `down`: nothing gets through; `degraded`: something does.

    `settings` are facts of the account that were learned (a bot's name), to be kept; `expires_at` is when its
    credentials end; `external_id` names the account. `secrets` are credentials that the provider gave in place of
    those of the same name: the old ones may be good no longer.
    """

    state: Literal["ok", "degraded", "down"]
    problems: tuple[Problem, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    external_id: str | None = None
    expires_at: datetime | None = None
    secrets: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Rates:
    """How many sends a second a provider allows: of the account, and into one chat (`burst` at once).

    `automatic` is how many messages of bots may go into one chat in an hour: two machines that answer each other stop.
    """

    account: float
    chat: float | None = None
    chat_burst: int = 1
    automatic: int | None = None


class Adapter(Protocol):
    """The network side of a provider. No method retries: whoever calls knows whether a repeat is safe."""

    idempotent: ClassVar[bool]
    """The provider drops a second send with the same key, so an unknown outcome may be tried again."""
    reconcilable: ClassVar[bool]
    """Whether `reconcile` can find out; else only an echo or a status tells what became of an unknown send."""

    def rates(self, account: Account) -> Rates:
        """What the account may send."""

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One network call that shows something; what it needs (a file that is uploaded first) shows nothing.

        Raises:
            NotSent: nothing arrived (see its kinds).
            Ambiguous: it is not known whether it arrived.
        """

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """Look whether a send of unknown outcome has arrived; None: it cannot be found there.

        Raises:
            Transient: it could not be looked up now.
        """

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """Show that somebody writes, or has read up to `ref`; nothing where the channel has no such sign."""

    async def answer_press(self, extra: Mapping[str, Any], account: Account) -> None:
        """Let a pressed button stop turning; `extra` is that of its event. Nothing where no button waits for that."""
        return None

    def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """The bytes of a file that a customer sent.

        Raises:
            Transient: not now.
            NotSent: the provider has it no more, or does not give it.
        """

    async def connect(self, account: Account) -> Health:
        """Register the webhook where it is not registered as it should be, and tell how the connection is."""

    async def disconnect(self, account: Account) -> None:
        """Take the webhook back; one that is gone already is no error."""

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """What came in since then and can be asked for; nothing where the provider keeps nothing."""

    async def close(self) -> None:
        """Give connections back."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that was read (a mail), as it came: what it tells of, and the cursor behind it.

    `name` is the same at every reading. `fault` is a code: why nobody can read it; then it tells of nothing.
    """

    name: str
    raw: bytes = field(repr=False)
    events: Sequence[InboundEvent]
    cursor: Mapping[str, Any]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What lay behind a cursor, in its order, and how far it goes; `is_all`: nothing more is there now."""

    pieces: Sequence[Piece]
    cursor: Mapping[str, Any]
    is_all: bool


@runtime_checkable
class Watched(Adapter, Protocol):
    """An adapter whose provider calls nobody: it is read from a cursor on, and waited for. A cursor is JSON.

    Its `backfill` gives nothing: whoever wants more goes back to an earlier cursor.
    """

    async def begin(self, account: Account, since: datetime) -> Mapping[str, Any]:
        """The cursor before which lies all that came in earlier.

        Raises:
            NotSent: it cannot be looked at now, or not with these credentials.
        """

    async def read_on(self, account: Account, cursor: Mapping[str, Any]) -> Reading:
        """What comes next; the same cursor gives the same again, with the same keys.

        Raises:
            NotSent: as `begin`.
        """

    def plain(self, account: Account, piece: Piece) -> InboundEvent | None:
        """Who wrote this and by what key, and nothing of what it says; None: not even that can be read."""

    async def wait(self, account: Account, cursor: Mapping[str, Any], seconds: float) -> bool:
        """Wait until something lies behind the cursor, for so long at most; whether it does.

        Raises:
            NotSent: as `begin`.
        """


@runtime_checkable
class Templated(Protocol):
    """An adapter of a channel that has approved templates."""

    async def templates(self, account: Account) -> Sequence[Template]:
        """All of the account, in whatever state they are.

        Raises:
            NotSent: the provider does not show them, or not now.
            Ambiguous: it did not answer as it should.
        """


@runtime_checkable
class Charged(Protocol):
    """An adapter of a provider that charges by the message and tells how much, some time after."""

    async def prices(self, account: Account, since: datetime) -> Sequence[Price]:
        """Of what has left since then, as far as it is known by now.

        Raises:
            NotSent: the provider does not show it, or not now.
            Ambiguous: it did not answer as it should.
        """
