"""What routes reach the world through; built once per process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from omnisupport import temporal
from omnisupport.activities.receiving import Receiver
from omnisupport.activities.trials import Trials
from omnisupport.api.afterwards import Afterwards
from omnisupport.api.embedding import Embedding
from omnisupport.api.limits import Limits
from omnisupport.api.names import Names
from omnisupport.api.refusals import Refusals
from omnisupport.auth import access, limits, links, passwords, totp
from omnisupport.auth.callbacks import PURPOSE as CALLBACKS
from omnisupport.auth.callbacks import CallbackLinks
from omnisupport.auth.links import FileLinks
from omnisupport.auth.permits import PermitOffice
from omnisupport.mail.mailer import Mailer
from omnisupport.net.sealing import Sealer
from omnisupport.net.tracing import Tracing
from omnisupport.settings import Settings
from omnisupport.storage import redis as hints
from omnisupport.storage.access.security import PURPOSE as IDENTITY_KEYS
from omnisupport.storage.files import FileStore
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.presence import Presence
from omnisupport.storage.queries.accounts import SEEDS
from omnisupport.storage.queries.api_keys import ApiKeys
from omnisupport.storage.queries.channels import PURPOSE as CHANNEL_SECRETS
from omnisupport.storage.queries.channels import Accounts, webhook_address
from omnisupport.storage.queries.connections import PURPOSE as CONNECTION_SECRETS
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.queries.erased import ErasedAddresses
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.queries.inbox import Inbox
from omnisupport.storage.queries.members import Members
from omnisupport.storage.queries.scenarios import PublishedScenarios
from omnisupport.storage.queries.sessions import Sessions
from omnisupport.storage.queries.tenants import Tenants
from omnisupport.storage.queries.webhooks import PURPOSE as WEBHOOK_SECRETS
from omnisupport.storage.session import Database

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from temporalio.client import Client

    from omnisupport.api.hub import Hub


@dataclass
class Services:
    """One process's adapters. `public_origin` is where browsers find us."""

    settings: Settings
    database: Database
    keys: DatabaseKeyRing
    conversations: Conversations
    inbox: Inbox
    scenarios: PublishedScenarios
    sessions: Sessions
    api_keys: ApiKeys
    redis: Redis
    hints: hints.Hints
    client: Client
    bell: temporal.Bell
    mailer: Mailer
    presence: Presence
    hub: Hub
    passwords: passwords.Passwords
    access_tokens: access.AccessTokens
    limiter: limits.Limiter
    permits: PermitOffice
    local_limiter: limits.Limiter
    """Of this process: for the message path, where a round trip to Redis would be dear."""
    refusals: Refusals
    connection_sealer: Sealer
    channel_sealer: Sealer
    accounts: Accounts
    receiver: Receiver
    webhook_sealer: Sealer
    files: FileStore
    file_links: FileLinks
    bundle_links: FileLinks
    callback_links: CallbackLinks
    limits: Limits
    embedding: Embedding
    identity_sealer: Sealer
    public_origin: str
    seeds: totp.Seeds
    tenants: Tenants
    afterwards: Afterwards
    tracing: Tracing | None = None
    trials: Trials = field(default_factory=Trials)
    accepting: int = 0
    """Messages of visitors under way."""
    taking: int = 0
    """Webhooks under way."""

    async def close(self) -> None:
        """Give connections back."""
        await self.hub.close()
        await self.refusals.close()
        await self.afterwards.close()
        await self.database.close()
        await self.redis.aclose()
        self.passwords.close()
        if self.tracing is not None:
            await asyncio.to_thread(self.tracing.stop)


async def build_services(settings: Settings, tracing: Tracing | None = None) -> Services:
    """Connect to everything; Temporal is dialled at its first use, so the api accepts while it is away."""
    from omnisupport.api.hub import Hub

    assert settings.database_url and settings.redis_url and settings.temporal_address
    master = parse_master_key(settings.master_key)
    database = Database(settings.database_url)
    keys = DatabaseKeyRing(database, master)
    redis = hints.connect(settings.redis_url)
    client = await temporal.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        keys=keys,
        lazy=True,
        interceptors=[tracing.interceptor()] if tracing is not None else [],
    )
    conversations = Conversations(database)
    inbox = Inbox(database)
    presence = Presence(redis)
    sessions = Sessions(database)
    limiter = limits.RedisLimiter(redis, fallback=limits.MemoryLimiter())
    public_origin = settings.public_origin
    channel_sealer = Sealer(master.derive(CHANNEL_SECRETS))
    scenarios, bell, told = PublishedScenarios(database), temporal.Bell(client), hints.Hints(redis)
    afterwards = Afterwards()
    return Services(
        settings=settings,
        database=database,
        keys=keys,
        conversations=conversations,
        inbox=inbox,
        scenarios=scenarios,
        sessions=sessions,
        api_keys=ApiKeys(database),
        redis=redis,
        hints=told,
        client=client,
        bell=bell,
        mailer=Mailer(client, public_origin=public_origin, is_configured=bool(settings.smtp_url)),
        presence=presence,
        hub=Hub(settings.redis_url, conversations, inbox, presence, sessions, Names(Members(database))),
        passwords=passwords.Passwords(),
        access_tokens=access.AccessTokens(master.derive(access.PURPOSE)),
        limiter=limiter,
        permits=PermitOffice(limiter),
        local_limiter=limits.MemoryLimiter(),
        connection_sealer=Sealer(master.derive(CONNECTION_SECRETS)),
        channel_sealer=channel_sealer,
        accounts=Accounts(database, channel_sealer, webhook_address(public_origin)),
        receiver=Receiver(
            InboundStore(database),
            scenarios,
            told,
            bell,
            afterwards,
            erased=ErasedAddresses(database, keys),
        ),
        webhook_sealer=Sealer(master.derive(WEBHOOK_SECRETS)),
        files=FileStore(settings.files_url, settings.files_dir),
        file_links=FileLinks(master.derive(links.PURPOSE)),
        bundle_links=FileLinks(master.derive(links.BUNDLES)),
        callback_links=CallbackLinks(master.derive(CALLBACKS), public_origin),
        refusals=Refusals(database),
        limits=Limits(settings.rate_limits),
        embedding=Embedding(database),
        identity_sealer=Sealer(master.derive(IDENTITY_KEYS)),
        tracing=tracing,
        seeds=totp.Seeds(Sealer(master.derive(SEEDS))),
        tenants=Tenants(database, master),
        afterwards=afterwards,
        public_origin=public_origin,
    )
