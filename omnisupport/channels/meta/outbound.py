"""Calls of the Cloud API: a send, signs of life, files, and the connection of a number."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

import httpx2

from omnisupport.channels.base import (
    Account,
    Adapter,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Health,
    NotSent,
    Problem,
    Rates,
    RecipientGone,
    SendResult,
    Transient,
)
from omnisupport.channels.meta.graph import PROVIDER, UNKNOWN_OBJECT, Graph, bearer
from omnisupport.channels.meta.reading import Told, inner, number, rows, text
from omnisupport.channels.meta.render import file_of, plainer
from omnisupport.channels.meta.templates import templates
from omnisupport.channels.transport import Transport
from omnisupport.channels.uploads import Uploads, in_plainer_form
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.domain.message import Native
from omnisupport.domain.template import Template
from omnisupport.net.egress import EgressError

THROUGHPUT = 80
"""Messages a second of a number, both ways; 1,000 after Meta's upgrade, 20 beside WhatsApp's own program."""
PAIR_EVERY_S, PAIR_BURST = 6, 45
"""To one customer; what goes at once is lent by the time after it (Cloud API, pair rate limits)."""
FILE_MAX = 100 * 2**20
CHUNK = 64 * 2**10
META_HOSTS = (".fbsbx.com", ".facebook.com", ".whatsapp.net")
"""Where files lie that want the token; no other host gets it."""
NUMBER_FIELDS = ",".join(
    (
        "id",
        "verified_name",
        "display_phone_number",
        "quality_rating",
        "status",
        "throughput",
        "is_on_biz_app",
        "webhook_configuration",
    )
)
_LEVELS = {"STANDARD": 80, "HIGH": 1000}
_HOBBLED = ("FLAGGED", "RATE_LIMITED", "RESTRICTED", "WARNED")
"""States of a number in which something still gets through."""


class MetaAdapter(Adapter):
    """Speaks for every number; statuses, not questions, tell what became of an unknown send."""

    idempotent: ClassVar[bool] = False
    reconcilable: ClassVar[bool] = False

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._graph = Graph(transport)
        self._uploads = Uploads()

    def rates(self, account: Account) -> Rates:
        """Of the number, and to one customer."""
        told = number(account.settings, "throughput")
        throughput = told if told and told > 0 else THROUGHPUT
        return Rates(account=throughput, chat=1 / PAIR_EVERY_S, chat_burst=PAIR_BURST)

    async def send(self, part: Native, key: str, account: Account) -> SendResult:
        """One call; the key comes back in the statuses of what was sent. A file of ours is handed over before."""
        try:
            payload = await self._with_file(part, key, account)
        except NotSent as refused:
            raise in_plainer_form(refused, plainer(part, account.locale)) from refused
        body = {**payload, "biz_opaque_callback_data": key}
        try:
            told = await self._graph.ask("POST", account, account.external_id, "messages", json=body)
        except BadPayload as refused:
            fallback = plainer(part, account.locale)
            raise BadPayload(refused.detail, fallback=fallback) from refused
        sent = next((id for each in rows(told, "messages") if (id := text(each, "id"))), None)
        if sent is None:
            raise Ambiguous("WhatsApp answered without the id of a message.")
        return SendResult(sent)

    async def _with_file(self, part: Native, key: str, account: Account) -> dict[str, Any]:
        """The body with the id that Meta gave to a file of ours."""
        payload = deepcopy(part.payload)
        content = file_of(replace(part, payload=payload))
        if content is None or not isinstance(content.get("id"), Mapping):
            return payload
        ref = content["id"]

        async def upload() -> str:
            async with self._transport.file(ref, account) as file:
                told = await self._graph.upload(account, file)
            if not text(told, "id"):
                raise Ambiguous("WhatsApp did not say what the file is called.")
            return text(told, "id")

        content["id"] = await self._uploads.once(account, key, ref, upload)
        return payload

    async def templates(self, account: Account) -> Sequence[Template]:
        """Those of its WhatsApp Business Account."""
        return await templates(account, self._transport)

    async def reconcile(self, part: Native, key: str, account: Account, since: datetime) -> SendResult | None:
        """The Cloud API shows nobody what was sent."""
        return None

    async def signal(
        self, what: Literal["typing", "read"], chat: str, ref: str | None, account: Account
    ) -> None:
        """Read up to a message; typing is shown below it for 25 seconds, and reads it too."""
        if ref is None:
            return
        body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": ref}
        if what == "typing":
            body["typing_indicator"] = {"type": "text"}
        await self._graph.ask("POST", account, account.external_id, "messages", json=body)

    async def fetch_media(self, ref: MediaRef, account: Account) -> AsyncIterator[bytes]:
        """Bytes of a file: its address is good for five minutes, so it is asked for each time."""
        try:
            told = await self._graph.get(account, str(ref.ref["media_id"]))
        except (BadPayload, RecipientGone) as refused:
            raise _gone() from refused
        except AuthFailed as refused:
            raise _gone() if refused.code == UNKNOWN_OBJECT else refused from refused
        if (number(told, "file_size") or 0) > FILE_MAX:
            raise NotSent("The file is larger than WhatsApp says it may be.", code="media_too_large")
        body = await self._download(text(told, "url"), account)
        for start in range(0, len(body), CHUNK):
            yield body[start : start + CHUNK]

    async def connect(self, account: Account) -> Health:
        """Look at the number, subscribe to its account, and lead its webhooks here."""
        try:
            told = await self._graph.get(account, account.external_id, fields=NUMBER_FIELDS)
            token = await self._token(account)
            problems = [*_of_number(told), *await self._subscribe(account, text(token, "app_id"))]
            problems += await self._lead_here(account, inner(told, "webhook_configuration"))
        except AuthFailed as refused:
            return Health("down", (Problem("unauthorized", refused.detail, "reauthorize"),))
        except (NotSent, Ambiguous) as away:
            return Health("degraded", (Problem("provider_unreachable", away.detail),))
        routed = not any(each.code in ("webhook_refused", "permission_missing") for each in problems)
        facts = _facts(told) | ({"webhook_mark": _mark(account)} if routed else {})
        ends = number(token, "expires_at") or 0
        return Health(
            _state(problems),
            tuple(problems),
            facts,
            external_id=text(told, "id") or None,
            expires_at=datetime.fromtimestamp(ends, UTC) if 0 < ends < 32_503_680_000 else None,
        )

    async def disconnect(self, account: Account) -> None:
        """Lead the number's webhooks away from here, and end the subscription to its account."""
        ours = {"webhook_configuration": {"override_callback_uri": ""}}
        try:
            await self._graph.ask("POST", account, account.external_id, json=ours)
            if business := _business(account):
                await self._graph.ask("DELETE", account, business, "subscribed_apps")
        except (AuthFailed, BadPayload):
            return  # nothing is ours any more

    async def backfill(self, account: Account, since: datetime) -> Sequence[InboundEvent]:
        """Meta keeps what was not taken for seven days and brings it itself."""
        return ()

    async def close(self) -> None:
        """Connections are the transport's."""

    async def _download(self, address: str, account: Account) -> bytes:
        if not gets_token(address, self._transport.whatsapp_url):
            return await self._download_elsewhere(address)
        try:
            answer = await self._transport.call(
                "GET", address, provider=PROVIDER, account=account.external_id, headers=bearer(account)
            )
        except Ambiguous as silent:
            raise Transient("The file could not be fetched from WhatsApp.") from silent
        if answer.status_code == 200:
            return answer.content
        # The address may just have run out: another try gets a new one, or hears that the file is gone.
        raise Transient(f"WhatsApp answered the fetch of a file with status {answer.status_code}.")

    async def _download_elsewhere(self, address: str) -> bytes:
        try:
            answer = await self._transport.fetcher.fetch("GET", address, timeout=60, max_bytes=FILE_MAX)
        except EgressError as refused:
            kind = Transient if refused.retryable else NotSent
            raise kind("The file's address cannot be fetched.", code=refused.code) from refused
        if answer.status != 200:
            raise Transient(f"The file's address answered with status {answer.status}.")
        return answer.body

    async def _token(self, account: Account) -> Told:
        """What Meta tells of the token: its app and its end; empty where it does not tell."""
        try:
            token = str(account.secrets.get("token", ""))
            return inner(await self._graph.get(account, "debug_token", input_token=token), "data")
        except (NotSent, Ambiguous):
            return {}

    async def _subscribe(self, account: Account, app: str) -> list[Problem]:
        """Without a subscription of the app to the business account no webhook comes at all."""
        business = _business(account)
        if not business:
            return [Problem("business_account_missing", "The WhatsApp Business Account's id is not set.")]
        try:
            told = rows(await self._graph.get(account, business, "subscribed_apps"), "data")
            apps = [
                text(inner(each, "whatsapp_business_api_data"), "id") or text(each, "id") for each in told
            ]
            # Asked for without need it would take back another address that somebody has set there.
            if not (app in apps if app else apps):
                await self._graph.ask("POST", account, business, "subscribed_apps")
        except AuthFailed as refused:
            return [Problem("permission_missing", refused.detail, "reauthorize")]
        except BadPayload as refused:
            return [Problem("webhook_refused", refused.detail, "resubscribe")]
        return []

    async def _lead_here(self, account: Account, told: Told) -> list[Problem]:
        """The number's own address for webhooks, which goes before its account's and its app's."""
        levels = [text(told, name) for name in ("phone_number", "whatsapp_business_account", "application")]
        used = next(filter(None, levels), "")
        marked = not used and account.settings.get("webhook_mark") == _mark(account)
        if not account.webhook_url or used == account.webhook_url or marked:
            return []
        token = account.secrets.get("verify_token")
        ours = {"override_callback_uri": account.webhook_url, "verify_token": token}
        try:
            await self._graph.ask("POST", account, account.external_id, json={"webhook_configuration": ours})
        except AuthFailed as refused:
            return [Problem("permission_missing", refused.detail, "reauthorize")]
        except BadPayload as refused:
            return [Problem("webhook_refused", refused.detail, "resubscribe")]
        return []


def build(transport: Transport) -> MetaAdapter:
    """The adapter for a worker."""
    return MetaAdapter(transport)


def new_secrets() -> dict[str, Any]:
    """What we make ourselves for a new account."""
    return {"verify_token": secrets.token_urlsafe(32)}


def gets_token(address: str, graph_url: str) -> bool:
    """Whether the token goes along: to Meta's hosts over https, and to where the deployment has the Graph API."""
    try:
        url, graph = httpx2.URL(address), httpx2.URL(graph_url)
    except httpx2.InvalidURL:
        return False
    if (url.scheme, url.host, url.port) == (graph.scheme, graph.host, graph.port):
        return True
    return url.scheme == "https" and url.port in (None, 443) and f".{url.host}".endswith(META_HOSTS)


def _business(account: Account) -> str:
    return str(account.settings.get("business_account_id") or "")


def _mark(account: Account) -> str:
    # The address of a webhook is not for everybody who may read settings.
    return hashlib.sha256(account.webhook_url.encode()).hexdigest()[:12]


def _gone() -> NotSent:
    return NotSent("WhatsApp does not give this file any more.", code="media_gone")


def _of_number(told: Told) -> list[Problem]:
    found = []
    state, quality = text(told, "status").upper(), text(told, "quality_rating").upper()
    if state not in ("", "CONNECTED"):
        code = "number_limited" if state in _HOBBLED else "number_not_connected"
        found.append(Problem(code, f"WhatsApp says of this number: {state}."))
    if quality == "RED":
        found.append(Problem("quality_low", "Customers block or report this number: its quality is low."))
    return found


def _state(problems: Sequence[Problem]) -> Literal["ok", "degraded", "down"]:
    if any(each.code in ("webhook_refused", "number_not_connected") for each in problems):
        return "down"
    return "degraded" if problems else "ok"


def _facts(told: Told) -> dict[str, Any]:
    names = ("verified_name", "display_phone_number", "quality_rating")
    found: dict[str, Any] = {name: value for name in names if (value := text(told, name))}
    level = _LEVELS.get(text(inner(told, "throughput"), "level").upper())
    if told.get("is_on_biz_app") is True:
        level = 20
    return found | ({"throughput": level} if level else {})
