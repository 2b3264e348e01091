"""Calls of the API by a community's key: one request each, the key in the form and never in an address."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

import orjson

from omnisupport.channels.base import (
    Account,
    Adapter,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Health,
    NotSent,
    Problem,
    RateLimited,
    Rates,
    SendResult,
)
from omnisupport.channels.transport import Transport
from omnisupport.channels.uploads import Uploads, in_plainer_form
from omnisupport.channels.vk.errors import NO_KEYBOARD, sorted_error
from omnisupport.channels.vk.files import upload, without_file
from omnisupport.channels.vk.inbound import EVENTS, event_of_history, ref_of
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native
from omnisupport.texts import say

VERSION = "5.199"
TITLE = "OmniSupport"
"""Of our server among a community's, at most 14 characters."""
SECRET_LENGTH = 24
"""Of letters and digits: VK refuses other characters in a secret key."""
PAGE, PAGES = 200, 5


class VkAdapter(Adapter):
    """One for every community."""

    idempotent: ClassVar[bool] = True
    reconcilable: ClassVar[bool] = False

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._uploads = Uploads()

    def rates(self, account: Account) -> Rates:
        """20 calls a second of a community's key."""
        return Rates(account=20)

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One call; by its `random_id` VK drops a repeat. A file is handed over before."""
        fields = await self._with_file(part, key, account)
        told = await self._ask(part.method, account, random_id=random_id(key), **fields)
        if "error" in told:
            raise _refused(*_error(told["error"], account), part, account)
        sent = told["response"]
        # With `peer_ids` the answer is a list, and each of its items may be an error of its own.
        item = sent[0] if isinstance(sent, list) and sent and isinstance(sent[0], dict) else {}
        if "error" in item:
            raise _refused(*_error(item["error"], account), part, account)
        peer, number = item.get("peer_id"), item.get("conversation_message_id") or item.get("message_id")
        if not isinstance(peer, int) or not isinstance(number, int):
            raise Ambiguous("VK did not say which message it made.")
        return SendResult(ref_of(peer, number))

    async def _with_file(self, part: Native, key: str, account: Account) -> dict[str, Any]:
        ref = part.payload.get("attachment")
        if not isinstance(ref, Mapping):
            return part.payload
        try:
            name = await self._uploads.once(
                account,
                key,
                ref,
                lambda: upload(self._call, self._transport, part, account),
            )
        except NotSent as refused:
            raise in_plainer_form(refused, without_file(part)) from refused
        return {**part.payload, "attachment": name}

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """A send is repeated instead: its `random_id` is the same."""
        return None

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """Typing for some seconds, or read up to a message."""
        if what == "typing":
            await self._call("messages.setActivity", account, peer_id=chat, type="typing")
            return
        number = (ref or "").rpartition(":")[2]
        up_to = {"up_to_cmid": number} if number else {"mark_conversation_as_read": 1}
        await self._call("messages.markAsRead", account, peer_id=chat, **up_to)

    async def answer_press(self, extra: Mapping[str, Any], account: Account) -> None:
        """Let a callback button stop turning; `extra` is that of its event, good for a minute."""
        if "event_id" not in extra:
            return  # a text button: it sends its words, and none turns
        pressed = {name: extra[name] for name in ("event_id", "user_id", "peer_id")}
        await self._call("messages.sendMessageEventAnswer", account, **pressed)

    async def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """The bytes of a file at VK's storage, 25 MiB at most."""
        yield await self._transport.fetch_file(str(ref.ref.get("url", "")))

    async def connect(self, account: Account) -> Health:
        """Make our server exist at the community, once it is known what to answer to VK's question.

        VK asks the address while it is registered, so the confirmation code has to be kept before: the first
        call only learns it, the next one registers.
        """
        try:
            return await self._connected(account)
        except AuthFailed as refused:
            return Health("down", (Problem("unauthorized", refused.detail, "reauthorize"),))
        except BadPayload as refused:
            return Health("down", (Problem("webhook_refused", refused.detail, "resubscribe"),))
        except (NotSent, Ambiguous) as away:
            return Health("degraded", (Problem("provider_unreachable", away.detail),))

    async def disconnect(self, account: Account) -> None:
        """Take our servers away from the community."""
        try:
            for server in await self._servers(account.external_id, account):
                fields = {"group_id": account.external_id, "server_id": server.get("id")}
                await self._call("groups.deleteCallbackServer", account, **fields)
        except (AuthFailed, BadPayload):
            return  # nothing is ours any more, or it is gone

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """The last message of each conversation that nobody has read, oldest first."""
        found: list[InboundEvent] = []
        for page in range(PAGES):
            asked = {"filter": "unread", "count": PAGE, "offset": page * PAGE}
            items = _items(await self._call("messages.getConversations", account, **asked))
            events = (event_of_history(item.get("last_message")) for item in items)
            found += [event for event in events if event is not None and event.at >= since]
            if len(items) < PAGE:
                break
        return sorted(found, key=lambda event: event.at)

    async def close(self) -> None:
        """Connections belong to the transport."""

    async def _connected(self, account: Account) -> Health:
        group, name = await self._group(account)
        code = _text(await self._call("groups.getCallbackConfirmationCode", account, group_id=group), "code")
        facts: dict[str, Any] = {"confirmation": code, "group_name": name}
        answers = account.settings.get("confirmation") == code and account.external_id == group
        server = next(iter(await self._servers(group, account)), None)
        if server is None or _needs_mending(server, account):
            if not answers:
                waits = Problem("confirming", "The confirmation code has just been learned.", "resubscribe")
                return Health("degraded", (waits,), facts, external_id=group)
            await self._register(server, group, account)
            server = next(iter(await self._servers(group, account)), None)
            if server is None:
                raise Ambiguous("VK does not list the address that it was given.")
        facts["server_id"] = server.get("id")
        await self._choose_events(group, server, account)
        problems = _problems(server)
        return Health("degraded" if problems else "ok", problems, facts, external_id=group)

    async def _group(self, account: Account) -> tuple[str, str]:
        try:
            told = await self._call("groups.getById", account)
        except BadPayload:  # the key of a person asks for nobody in particular
            raise AuthFailed("This is not the key of a community.") from None
        groups = told.get("groups") if isinstance(told, dict) else told
        group = groups[0] if isinstance(groups, list) and groups else {}
        if not isinstance(group, dict) or not isinstance(group.get("id"), int):
            raise AuthFailed("This is not the key of a community.")
        return str(group["id"]), str(group.get("name", ""))

    async def _servers(self, group: str, account: Account) -> list[dict[str, Any]]:
        items = _items(await self._call("groups.getCallbackServers", account, group_id=group))
        return [each for each in items if each.get("url") == account.webhook_url]

    async def _register(self, server: Mapping[str, Any] | None, group: str, account: Account) -> None:
        secret = str(account.secrets["secret"][0])
        fields = {"group_id": group, "url": account.webhook_url, "title": TITLE, "secret_key": secret}
        if server is None:
            await self._call("groups.addCallbackServer", account, **fields)
        else:  # VK asks an address anew when it is edited
            await self._call("groups.editCallbackServer", account, server_id=server.get("id"), **fields)

    async def _choose_events(self, group: str, server: Mapping[str, Any], account: Account) -> None:
        which = {"group_id": group, "server_id": server.get("id")}
        told = await self._call("groups.getCallbackSettings", account, **which)
        events = told.get("events") if isinstance(told, dict) else None
        version = _version(account)
        chosen = isinstance(events, dict) and all(events.get(name) for name in EVENTS)
        if not chosen or told.get("api_version") != version:
            wanted = dict.fromkeys(EVENTS, 1) | {"api_version": version}
            await self._call("groups.setCallbackSettings", account, **which, **wanted)

    async def _call(self, method: str, account: Account, **fields: Any) -> Any:
        told = await self._ask(method, account, **fields)
        if "error" in told:
            raise sorted_error(*_error(told["error"], account))
        return told["response"]

    async def _ask(self, method: str, account: Account, **fields: Any) -> dict[str, Any]:
        """An answer of the API, with `response` or `error`: VK says 200 to both."""
        form = {name: _written(value) for name, value in fields.items() if value is not None}
        form |= {"access_token": str(account.secrets["token"]), "v": _version(account)}
        address = f"{self._transport.vk_url}/method/{method}"
        answer = await self._transport.call(
            "POST", address, provider="vk", account=account.external_id, data=form
        )
        if answer.status_code == 429:
            wait = _seconds(answer.headers.get("Retry-After"))
            raise RateLimited("VK asks to wait.", scope="account", retry_after=wait)
        try:
            told = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            told = None
        if not isinstance(told, dict) or not told.keys() & {"response", "error"}:
            raise Ambiguous("VK did not answer in the form of its API.")
        return told


def build(transport: Transport) -> VkAdapter:
    """The adapter for a worker."""
    return VkAdapter(transport)


def new_secrets() -> dict[str, Any]:
    """What we make ourselves for a new account."""
    letters = string.ascii_letters + string.digits
    return {"secret": ["".join(secrets.choice(letters) for _ in range(SECRET_LENGTH))]}


def random_id(key: str) -> int:
    """31 bits of a key's digest; never 0, which would switch VK's check off."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") & 0x7FFF_FFFF or 1


def _written(value: Any) -> str:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else str(value)


def _version(account: Account) -> str:
    return str(account.settings.get("api_version") or VERSION)


def _error(told: Any, account: Account) -> tuple[int, str]:
    """Code and words of an error, of a whole answer or of one recipient."""
    fault = told if isinstance(told, dict) else {}
    code = fault.get("error_code", fault.get("code"))
    words = str(fault.get("error_msg", fault.get("description", "")))[:200]
    return code if isinstance(code, int) else 1, words.replace(str(account.secrets["token"]), "…")


def _refused(code: int, words: str, part: Native, account: Account) -> NotSent | Ambiguous:
    error = sorted_error(code, words)
    keyboard = part.payload.get("keyboard")
    if code not in NO_KEYBOARD or not keyboard:
        has_file = isinstance(error, BadPayload) and isinstance(part.payload.get("attachment"), Mapping)
        return BadPayload(error.detail, fallback=without_file(part)) if has_file else error
    return BadPayload(error.detail, fallback=_without_keyboard(part, keyboard, account.locale))


def _without_keyboard(part: Native, keyboard: Mapping[str, Any], locale: str) -> Native:
    """The same in words: choices by their numbers, links by their addresses."""
    actions = [key["action"] for row in keyboard["buttons"] for key in row]
    choices = [each["label"] for each in actions if each["type"] == "text"]
    links = [f"{each['label']}: {each['link']}" for each in actions if each["type"] == "open_link"]
    lines = [f"{number}) {label}" for number, label in enumerate(choices, 1)]
    lost = ["choices_numbered"] if choices else []
    if choices:
        lines.append(say("reply_with_number", locale))
    if links:
        lost.append("form_as_text")
    payload = {name: value for name, value in part.payload.items() if name != "keyboard"}
    payload["message"] = "\n\n".join(filter(None, [payload["message"], "\n".join(links), "\n".join(lines)]))
    return Native(part.index, part.method, payload, tuple(dict.fromkeys([*part.lossy, *lost])))


def _needs_mending(server: Mapping[str, Any], account: Account) -> bool:
    has_secret = server.get("secret_key") in (None, str(account.secrets["secret"][0]))
    return not has_secret or server.get("status") in ("failed", "unconfigured")


def _problems(server: Mapping[str, Any]) -> tuple[Problem, ...]:
    match server.get("status"):
        case "ok":
            return ()
        case "failed":
            detail = "VK could not reach the address, or did not get the answer that it expected."
            return (Problem("webhook_failing", detail, "resubscribe"),)
    return (Problem("confirming", "VK has not confirmed the address yet."),)


def _items(told: Any) -> list[dict[str, Any]]:
    items = told.get("items") if isinstance(told, dict) else None
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


def _text(told: Any, name: str) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    if not isinstance(value, str) or not value:
        raise Ambiguous("VK did not answer in the form of its API.")
    return value


def _seconds(header: str | None) -> float:
    try:
        return max(0.0, float(header or 1))
    except ValueError:
        return 1.0
