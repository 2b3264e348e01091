"""What a provider tells, taken: committed first, then hinted at, then rung for. Webhooks and backfills share it."""

from __future__ import annotations

from collections.abc import Collection, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid5

import orjson

from omnisupport.domain.account import Account
from omnisupport.domain.conversation import Ring
from omnisupport.domain.inbound import EventKind, InboundEvent, MediaRef
from omnisupport.domain.message import TEXT_MAX, carried
from omnisupport.domain.releases import Published
from omnisupport.observability import RINGS, fault_point, get_logger
from omnisupport.scenario_dsl import match_pattern
from omnisupport.texts import DEFAULT_LOCALE, LOCALES

log = get_logger(__name__)

RING_TEXT_BYTES = 4096
MOST_REFERENCES = 20
LATE = timedelta(minutes=1)
"""What is older than this when it comes may be of somebody who was erased meanwhile."""
MOST_FILES = 20
"""Of one message; the rest is named in the log."""
SHOWN = ("image", "audio", "video")
IN_ORIGINAL = ("full_text", "html", "cids")
"""What is read from the original when somebody wants to see it, and is too long for a row."""
TOLD = ("subject", "dmarc", "transcript")
"""Of what only one channel knows, what operators see; the rest is kept for adapters."""
AS_SHOWN = {"voice": "audio", "sticker": "image"}


class InboundStore(Protocol):
    """`storage/queries/inbound.py`."""

    async def accept(self, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
        """Take a customer's message once."""

    async def said_last(
        self, tenant_id: UUID, channel_id: UUID, conversation_id: UUID, chat: str
    ) -> str | None:
        """The provider's id of what we said last in a conversation of this customer's."""

    async def revise(
        self, tenant_id: UUID, channel_id: UUID, external_id: str, *, text: str = "", gone: bool = False
    ) -> dict[str, Any] | None:
        """A message was changed or taken back."""

    async def react(
        self, tenant_id: UUID, channel_id: UUID, external_id: str, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Somebody has reacted to a message, or taken that back."""

    async def take_status(
        self, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """How far a part of ours got."""

    async def take_echo(
        self, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """What somebody else wrote on the account."""

    async def take_membership(self, tenant_id: UUID, channel_id: UUID, body: dict[str, Any]) -> None:
        """Whether an address takes anything from us, or where it has moved."""

    async def writing(self, tenant_id: UUID, channel_id: UUID, chat: str) -> dict[str, str] | None:
        """Whose conversation goes on in a chat."""

    async def take_read(self, tenant_id: UUID, channel_id: UUID, chat: str) -> dict[str, Any] | None:
        """The customer has read what was said so far."""


class Originals(Protocol):
    """`storage/queries/originals.py`."""

    async def keep(self, tenant_id: UUID, customer_id: UUID, file_id: UUID, content: bytes) -> None:
        """Keep a message as it came as a file of its customer, once."""


class Erased(Protocol):
    """`storage/queries/erased.py`."""

    async def had_written(
        self, tenant_id: UUID, channel_type: str, addresses: Collection[str], at: datetime
    ) -> bool:
        """Whether one of these is of somebody who was erased after this moment."""


class Hints(Protocol):
    """`storage/redis.py`."""

    async def publish(
        self, tenant_id: UUID | str, kind: str, conversation_id: UUID | str, **data: Any
    ) -> None:
        """Tell the tenant's listeners that something of a conversation changed."""


class Bell(Protocol):
    """`temporal.Bell`."""

    async def ring(
        self,
        tenant_id: UUID,
        conversation_id: UUID,
        ring: Ring,
        *,
        channel_type: str = "widget",
        scenario: str | None = None,
        runs: bool = False,
    ) -> bool:
        """Tell a conversation that a decision is due."""

    async def resend(self, tenant_id: UUID, conversation_id: UUID, message_id: UUID) -> bool:
        """A message waits for its provider again."""

    async def ring_channel(self, tenant_id: UUID, channel_id: UUID) -> bool:
        """Have a connection looked at."""


LONGEST_SIGN = 32
"""Of a reaction: an emoji of several code points, or a few of them."""


class Scenarios(Protocol):
    """`storage/queries/scenarios.py`."""

    async def published(self, tenant_id: UUID) -> Sequence[Published]:
        """What is published."""


class Behind(Protocol):
    """`api/afterwards.Afterwards`."""

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a piece of work that nobody waits for."""


class Receiver:
    """Takes events of accounts. Raises where nothing was committed, so that the provider comes again.

    What is committed is rung for: `behind` the provider's back where it waits for an answer, for the engine's pace is
    not the provider's affair and a ring that is lost is left to the sweeper.
    """

    def __init__(
        self,
        store: InboundStore,
        scenarios: Scenarios,
        hints: Hints,
        bell: Bell,
        behind: Behind | None = None,
        originals: Originals | None = None,
        erased: Erased | None = None,
    ) -> None:
        self._erased = erased
        self._store = store
        self._scenarios = scenarios
        self._hints = hints
        self._bell = bell
        self._behind = behind
        self._originals = originals

    async def take(self, account: Account, events: Sequence[InboundEvent]) -> None:
        """Take what one webhook told, in its order; what is of another account is left alone."""
        for event in events:
            if event.account is not None and event.account != account.external_id:
                log.warning("event_of_another_account", channel_id=str(account.channel_id))
                continue
            await self._take(account, event)

    async def _take(self, account: Account, event: InboundEvent) -> None:
        match event.kind:
            case EventKind.MESSAGE:
                await self._message(account, event)
            case EventKind.EDIT | EventKind.DELETE:
                await self._revised(account, event)
            case EventKind.STATUS:
                await self._status(account, event)
            case EventKind.ECHO:
                await self._echo(account, event)
            case EventKind.READ:
                await self._tell(account, await self._store.take_read(*_place(account), event.chat))
            case EventKind.MEMBERSHIP | EventKind.MOVED:
                body = {
                    "chat": event.chat,
                    "aliases": list(event.sender.aliases),
                    "reachable": event.reachable,
                    "moved_to": event.moved_to,
                }
                await self._store.take_membership(*_place(account), body)
            case EventKind.TYPING:
                await self._typing(account, event)
            case EventKind.REACTION:
                await self._reaction(account, event)

    async def _was_erased(self, account: Account, event: InboundEvent) -> bool:
        """What a backfill brings of somebody who was erased since he wrote it; what comes at once is not looked up."""
        if self._erased is None or datetime.now(UTC) - event.at < LATE:
            return False
        addresses = [event.chat, *event.sender.aliases]
        return await self._erased.had_written(account.tenant_id, account.type, addresses, event.at)

    async def _message(self, account: Account, event: InboundEvent) -> None:
        if await self._was_erased(account, event):
            log.info("message_of_an_erased_customer", channel_id=str(account.channel_id))
            return
        text, files = _clean(event.text), _files(account, event)
        accepted = await self._store.accept(
            *_place(account),
            {
                **_who(account, event),
                "key": event.dedupe_key,
                "external_id": event.ref,
                "text": text,
                "content": _content(event, files) | self._original(account, event),
                "button": event.button,
                "menu": await self._menu(account) if event.button else None,
                "stop": event.button is None and match_pattern(text, DEFAULT_LOCALE) is not None,
                "reply_to": await self._answered(account, event),
                "thread": _thread(event),
                "files": files or None,
            },
        )
        if "error" in accepted:
            log.warning("channel_closed", channel_id=str(account.channel_id))
            return
        message = accepted["message"]
        if event.original is not None and self._originals is not None:
            customer_id = UUID(message["author"]["id"])
            file_id = _original_id(account, event)
            await self._originals.keep(account.tenant_id, customer_id, file_id, event.original)
        fault_point("before_ring")
        extra = {"u": message["author"]["id"]} if accepted["created"] else {}
        await self._hints.publish(
            account.tenant_id, "message", message["conversation_id"], s=message["seq"], **extra
        )
        if event.button and event.extra:
            await self._hints.publish(account.tenant_id, "press", message["conversation_id"], m=message["id"])
        await self._do(self._ring(account, accepted, has_files=bool(files)))

    async def _answered(self, account: Account, event: InboundEvent) -> str | None:
        """What it answers to: by its own word, else our last word in the conversation whose address it came to."""
        conversation = event.extra.get("conversation")
        if not conversation:
            return event.reply_to
        last = await self._store.said_last(*_place(account), UUID(conversation), event.chat)
        return last or event.reply_to

    async def _ring(self, account: Account, accepted: dict[str, Any], *, has_files: bool) -> None:
        await ring_for(self._bell, account.tenant_id, accepted, channel_type=account.type)
        if has_files:
            await self._bell.ring_channel(*_place(account))
        fault_point("after_ring")

    async def _do(self, work: Coroutine[Any, Any, None]) -> None:
        if self._behind is None:
            await work
        else:
            self._behind.do(work)

    async def _typing(self, account: Account, event: InboundEvent) -> None:
        """Show operators that the customer writes."""
        found = await self._store.writing(*_place(account), event.chat)
        if found is not None:
            await self._hints.publish(
                account.tenant_id,
                "typing",
                found["conversation_id"],
                who="customer",
                id=found["customer_id"],
                on=True,
            )

    def _original(self, account: Account, event: InboundEvent) -> dict[str, Any]:
        if event.original is None or self._originals is None:
            return {}
        return {"original": {"id": str(_original_id(account, event)), "size": len(event.original)}}

    async def _menu(self, account: Account) -> list[str]:
        """Buttons that scenarios of this channel begin by, wherever they are shown."""
        return [
            trigger["button"]
            for one in await self._scenarios.published(account.tenant_id)
            for trigger in one.ir["triggers"]
            if trigger["type"] == "button"
            and account.type in (trigger.get("channels") or one.ir["channels"] or [account.type])
        ]

    async def _revised(self, account: Account, event: InboundEvent) -> None:
        if event.ref is not None:
            gone = event.kind is EventKind.DELETE
            told = await self._store.revise(*_place(account), event.ref, text=_clean(event.text), gone=gone)
            await self._tell(account, told)

    async def _reaction(self, account: Account, event: InboundEvent) -> None:
        """Kept on the message that it is about: it is no turn, and wakes nobody."""
        if event.ref is None:
            return
        body = {
            "who": next(iter(event.sender.aliases), event.chat),
            "emoji": _clean(event.text)[:LONGEST_SIGN].strip() or None,
            "at": event.at.isoformat(),
        }
        await self._tell(account, await self._store.react(*_place(account), event.ref, body))

    async def _status(self, account: Account, event: InboundEvent) -> None:
        body = {
            "part_key": event.part_key,
            "external_id": event.ref,
            "status": event.status,
            "code": event.code,
            "reason": event.detail,
        }
        told = await self._store.take_status(*_place(account), body)
        await self._tell(account, told)
        if told is not None and (told["resume"] or told["status"] == "failed"):
            await self._do(self._resend(account, told))

    async def _echo(self, account: Account, event: InboundEvent) -> None:
        """Our own message come back: it has arrived. Anybody else's is an operator's who wrote outside of here."""
        if event.ref is None:
            return
        own = {"part_key": event.part_key, "external_id": event.ref, "status": "sent"}
        told = await self._store.take_status(*_place(account), own)
        if told is not None:
            await self._tell(account, told)
            if told["resume"]:
                await self._do(self._resend(account, told))
            return
        if event.part_key is not None:
            return  # ours, and known to have arrived
        body = {
            "chat": event.chat,
            "external_id": event.ref,
            "text": _clean(event.text),
            "name": event.sender.name,
        }
        await self._tell(account, await self._store.take_echo(*_place(account), body))

    async def _resend(self, account: Account, told: dict[str, Any]) -> None:
        await self._bell.resend(account.tenant_id, UUID(told["conversation_id"]), UUID(told["message_id"]))

    async def _tell(self, account: Account, told: dict[str, Any] | None) -> None:
        if told is not None:
            await self._hints.publish(account.tenant_id, "commit", told["conversation_id"])


async def ring_for(bell: Bell, tenant_id: UUID, accepted: dict[str, Any], *, channel_type: str) -> None:
    """Ring for a committed message, if a decision is due; one that is not taken in time is left to the sweeper."""
    if not accepted["ring"]:
        return
    message = accepted["message"]
    told = carried({**message["content"], "attachments": message["attachments"]})
    short = len(message["text"].encode()) + (len(orjson.dumps(told)) if told else 0) <= RING_TEXT_BYTES
    rung = await bell.ring(
        tenant_id,
        message["conversation_id"],
        Ring(
            seq=message["seq"],
            prev=accepted["prev"],
            text=message["text"] if short else None,
            button=message["content"].get("button"),
            unattended=accepted["unattended"],
            content=told if short else None,
            album=message["content"].get("album"),
        ),
        channel_type=channel_type,
        scenario=accepted["scenario"],
        runs=accepted["runs"],
    )
    RINGS.labels("taken" if rung else "left_to_sweeper").inc()


def _place(account: Account) -> tuple[UUID, UUID]:
    return account.tenant_id, account.channel_id


def _who(account: Account, event: InboundEvent) -> dict[str, Any]:
    who = event.sender
    language = (who.locale or "")[:2].lower()
    vouched = f"phone:{who.phone}" if who.verified and who.phone else None
    if vouched is None and who.verified and who.email:
        vouched = f"email:{who.email.lower()}"
    name = _clean(who.name or "")[:200] or (f"@{who.username}"[:200] if who.username else None)
    return {
        "chat": event.chat,
        "aliases": list(who.aliases),
        "vouched": vouched,
        "name": name,
        "phone": who.phone,
        "email": who.email,
        "locale": language if language in LOCALES else account.locale,
    }


def _content(event: InboundEvent, files: Sequence[dict[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if files:
        content["attachments"] = [_attachment(file) for file in files]
    for name in ("location", "contact"):
        if value := getattr(event, name):
            content[name] = dict(value)
    if event.referral:
        content["referral"] = str(event.referral.get("ref") or event.referral.get("source") or "")[:200]
    if event.album:
        content["album"] = event.album
    if event.automatic:
        content["automatic"] = True
    content |= {name: event.extra[name] for name in TOLD if event.extra.get(name)}
    read_again = IN_ORIGINAL if event.original is not None else ()
    kept = {name: value for name, value in event.extra.items() if name not in (*TOLD, *read_again)}
    return content | ({"provider": kept} if kept else {})


def _thread(event: InboundEvent) -> dict[str, Any] | None:
    """What an answer by mail continues: the subject as it was, and the ids of what was said, the newest last."""
    if "subject" not in event.extra and "references" not in event.extra:
        return None
    told = [*event.extra.get("references", ()), *([event.ref] if event.ref else [])]
    return {"subject": event.extra.get("subject"), "references": told[-MOST_REFERENCES:]}


def _original_id(account: Account, event: InboundEvent) -> UUID:
    """The same in every delivery."""
    return uuid5(account.channel_id, f"{event.dedupe_key}/original")


def _files(account: Account, event: InboundEvent) -> list[dict[str, Any]]:
    """What lies with the provider yet; the ids are the same in every delivery."""
    if len(event.media) > MOST_FILES:
        log.warning("too_many_files", count=len(event.media), channel_id=str(account.channel_id))
    return [_file(account, event, place, ref) for place, ref in enumerate(event.media[:MOST_FILES])]


def _file(account: Account, event: InboundEvent, place: int, ref: MediaRef) -> dict[str, Any]:
    return {
        "id": str(uuid5(account.channel_id, f"{event.dedupe_key}/{place}")),
        "ref": dict(ref.ref),
        "kind": ref.kind,
        "name": _clean(ref.name or "")[:200] or None,
        "type": ref.type,
        "size": ref.size,
    }


def _attachment(file: dict[str, Any]) -> dict[str, Any]:
    kind = AS_SHOWN.get(file["kind"], file["kind"])
    return {
        "id": file["id"],
        "name": file["name"] or kind,
        "mime": file["type"] or "application/octet-stream",
        "size": file["size"] or 0,
        "kind": kind if kind in SHOWN else "file",
        "scan": "not_checked",
        "state": "waiting",
    }


def _clean(text: str) -> str:
    """A provider's text as ours may be: no NUL, no halves of a letter, at most 8,000 characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()[:TEXT_MAX]
