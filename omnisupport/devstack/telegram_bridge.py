"""`python -m omnisupport.devstack.telegram_bridge`: Telegram without a public address, for development only.

Telegram posts to public https addresses and to no other; on a developer's machine this process asks for updates
(`getUpdates`) and posts each to our own webhook, as Telegram would. The worker knows (`OMNI_TELEGRAM_BRIDGE`) and takes
webhooks away instead of registering them, for one excludes the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson
from sqlmodel import select

from omnisupport.channels.base import Account, Ambiguous, Transient
from omnisupport.channels.telegram.inbound import ALLOWED_UPDATES
from omnisupport.channels.transport import Transport, read_proxies
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher
from omnisupport.net.sealing import Sealer
from omnisupport.observability import get_logger
from omnisupport.settings import Settings
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.channels import PURPOSE, Accounts, webhook_address
from omnisupport.storage.session import Database
from omnisupport.storage.tables import ChannelRoute

log = get_logger(__name__)

POLL_S = 25
"""How long Telegram keeps a question open while there is nothing."""
LOOK_S = 3.0
"""Between two looks for bots that were connected or taken away."""
AGAIN_S = 3.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


class Bot:
    """One connected bot, whose updates are carried over while it is connected."""

    def __init__(self, account: Account, transport: Transport, api_url: str) -> None:
        self._account = account
        self._transport = transport
        self._webhook = api_url + urlsplit(account.webhook_url).path
        self._offset: int | None = None

    async def run(self) -> None:
        """Ask, post, ask again; ends when Telegram no longer knows the token."""
        async with httpx2.AsyncClient(timeout=20, trust_env=False) as own:
            while await self._carry_over(own):
                pass
        log.warning("bot_signed_out", channel_id=str(self._account.channel_id))

    async def _carry_over(self, own: httpx2.AsyncClient) -> bool:
        """One question and all that came of it; false: there is nothing to ask any more."""
        wanted = {"timeout": POLL_S, "allowed_updates": list(ALLOWED_UPDATES)}
        if self._offset is not None:
            wanted["offset"] = self._offset
        status, told = await self._call("getUpdates", wanted)
        if status in (401, 404):
            return False
        updates = told.get("result") if status == 200 else None
        if not isinstance(updates, list):
            await asyncio.sleep(AGAIN_S)  # 409: the worker has not taken the webhook away yet
            return True
        for update in updates:
            if not await self._post(own, update):
                await asyncio.sleep(AGAIN_S)  # ours is not there: Telegram keeps it
                return True
            self._offset = int(update["update_id"]) + 1
        return True

    async def _post(self, own: httpx2.AsyncClient, update: Mapping[str, Any]) -> bool:
        """Post an update to ourselves; whether it is done with. A method in the answer is called, as Telegram does."""
        headers = {
            SECRET_HEADER: str(self._account.secrets["webhook"][0]),
            "Content-Type": "application/json",
        }
        try:
            answer = await own.post(self._webhook, content=orjson.dumps(update), headers=headers)
        except httpx2.HTTPError:
            return False
        if answer.status_code >= 500 or answer.status_code == 429:
            return False
        if answer.status_code >= 400:
            log.warning("update_refused", status=answer.status_code, channel_id=str(self._account.channel_id))
        elif answer.content:
            called = orjson.loads(answer.content)
            await self._call(called.pop("method"), called)
        return True

    async def _call(self, method: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """A method of the Bot API: its status (0: no answer) and what it told."""
        url = f"{self._transport.telegram_url}/bot{self._account.secrets['token']}/{method}"
        account = self._account.external_id
        try:
            answer = await self._transport.call("POST", url, provider="telegram", account=account, json=body)
            told = orjson.loads(answer.content)
        except (Transient, Ambiguous, orjson.JSONDecodeError):
            return 0, {}
        return answer.status_code, told if isinstance(told, dict) else {}


class Bridge:
    """Every bot of the deployment, found by looking."""

    def __init__(self, database: Database, accounts: Accounts, transport: Transport, api_url: str) -> None:
        self._database = database
        self._accounts = accounts
        self._transport = transport
        self._api_url = api_url
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Look for bots until cancelled; each is asked by a task of its own."""
        try:
            while True:
                try:
                    await self._look()
                except Exception:  # the database is not there yet, or no more: the stack brings it back
                    log.warning("bots_not_read", exc_info=True)
                await asyncio.sleep(LOOK_S)
        finally:
            for task in self._running.values():
                task.cancel()

    async def _look(self) -> None:
        found = await self._connected()
        for gone in self._running.keys() - found.keys():
            self._running.pop(gone).cancel()
        for key, account in found.items():
            if key not in self._running:
                bot = Bot(account, self._transport, self._api_url)
                self._running[key] = asyncio.create_task(bot.run())

    async def _connected(self) -> dict[tuple[str, str], Account]:
        """Bots by token and address: credentials that were replaced begin anew."""
        async with self._database.session(None) as session:
            routes = (await session.exec(select(ChannelRoute))).all()
        found = [await self._accounts.read(each.tenant_id, each.channel_id) for each in routes]
        return {
            (str(each.secrets["token"]), each.webhook_url): each
            for each in found
            if each is not None and each.type == "telegram" and each.secrets
        }


async def serve(settings: Settings) -> None:
    """Carry over until SIGTERM."""
    assert settings.master_key and settings.database_url
    database = Database(settings.database_url)
    sealer = Sealer(parse_master_key(settings.master_key).derive(PURPOSE))
    accounts = Accounts(database, sealer, webhook_address(settings.public_origin))
    transport = Transport(
        Fetcher(EgressPolicy()), proxies=read_proxies(settings.channel_proxies), call_s=POLL_S + 10
    )
    if settings.telegram_api_url:
        transport.telegram_url = settings.telegram_api_url.rstrip("/")
    own = f"http://127.0.0.1:{settings.port}"
    running = asyncio.create_task(Bridge(database, accounts, transport, own).run())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await transport.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(serve(Settings()))
