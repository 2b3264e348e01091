"""Builds the adapters, hands them to activities, and runs the Temporal worker of every queue."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    SchedulePolicy,
    ScheduleSpec,
)
from temporalio.common import VersioningBehavior
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Worker, WorkerDeploymentConfig, WorkerDeploymentVersion

from omnisupport import temporal
from omnisupport.activities.alerting import Alerts
from omnisupport.activities.answer_checks import AnswerChecks
from omnisupport.activities.answering import AnswerActivities
from omnisupport.activities.asking import AskActivities
from omnisupport.activities.beating import BeatInterceptor
from omnisupport.activities.breaker import Services
from omnisupport.activities.channels import ChannelActivities
from omnisupport.activities.codes import MailCodes
from omnisupport.activities.effects import EffectActivities
from omnisupport.activities.erasure import ErasureActivities
from omnisupport.activities.executions import Executions
from omnisupport.activities.export import ExportActivities
from omnisupport.activities.fallback import FallbackActivities
from omnisupport.activities.http import HttpActivities
from omnisupport.activities.impersonation import ImpersonationActivities
from omnisupport.activities.interceptor import ErrorInterceptor
from omnisupport.activities.knowledge import KnowledgeActivities
from omnisupport.activities.look_ups import LookUps
from omnisupport.activities.mail import MailActivities
from omnisupport.activities.messaging import MessagingActivities
from omnisupport.activities.messaging import Outlets as WaysOut
from omnisupport.activities.pricing import PriceKeeper
from omnisupport.activities.receiving import Receiver
from omnisupport.activities.retention import RetentionActivities
from omnisupport.activities.runs import RunActivities
from omnisupport.activities.sampling import SampleActivities
from omnisupport.activities.scenario_jobs import ScenarioJobActivities
from omnisupport.activities.scenario_material import ScenarioMaterial
from omnisupport.activities.scenario_migration import MigrationActivities
from omnisupport.activities.sent_files import SentFiles
from omnisupport.activities.signs import SignBearer
from omnisupport.activities.sweeping import SweepActivities
from omnisupport.activities.templates import TemplateKeeper
from omnisupport.activities.tools import Toolbox
from omnisupport.activities.trials import Trials
from omnisupport.activities.triggers import TriggerActivities, TriggerListener
from omnisupport.activities.turns import TurnActivities
from omnisupport.activities.watching import Watch
from omnisupport.activities.webhooks import WebhookActivities, WebhookListener
from omnisupport.ai.answering import Answerer
from omnisupport.ai.classify import Classifier
from omnisupport.ai.knowledge.knowledge_base import KnowledgeBase
from omnisupport.ai.llm import OpenAIModel
from omnisupport.ai.writer import Writer
from omnisupport.auth.callbacks import PURPOSE as CALLBACKS
from omnisupport.auth.callbacks import CallbackLinks
from omnisupport.auth.links import PURPOSE as FILE_LINKS
from omnisupport.auth.links import FileLinks
from omnisupport.channels.outlets import Outlets
from omnisupport.channels.transport import Transport, read_proxies
from omnisupport.errors import OmniError, Unavailable, refusals_in_words
from omnisupport.mail.mailer import Mailer
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher
from omnisupport.net.sealing import Sealer
from omnisupport.net.smtp import SmtpServer, SmtpTransport
from omnisupport.net.tracing import Tracing, start_tracing
from omnisupport.observability import get_logger, serve_metrics, setup_logging
from omnisupport.settings import Settings, settle_heap
from omnisupport.storage import redis as hints
from omnisupport.storage.access import platform
from omnisupport.storage.access.files import find_file
from omnisupport.storage.bundles.packer import Packer
from omnisupport.storage.files import FileStore
from omnisupport.storage.keys import DatabaseKeyRing, parse_master_key
from omnisupport.storage.leases import Leases
from omnisupport.storage.lock import IndexLock
from omnisupport.storage.open_files import OpenFiles
from omnisupport.storage.pacing import SendPacer
from omnisupport.storage.presence import Presence
from omnisupport.storage.queries.bundles import Bundles
from omnisupport.storage.queries.callbacks import Callbacks
from omnisupport.storage.queries.channel_care import ChannelCare
from omnisupport.storage.queries.channels import PURPOSE as CHANNEL_SECRETS
from omnisupport.storage.queries.channels import Accounts, webhook_address
from omnisupport.storage.queries.codes import PURPOSE as CODES
from omnisupport.storage.queries.codes import Codes
from omnisupport.storage.queries.connections import PURPOSE as CONNECTION_SECRETS
from omnisupport.storage.queries.connections import Connections
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.queries.customer_facts import CustomerFacts
from omnisupport.storage.queries.departments import Departments
from omnisupport.storage.queries.effects import Effects
from omnisupport.storage.queries.erased import ErasedAddresses
from omnisupport.storage.queries.erasing import Erasures
from omnisupport.storage.queries.fallback import Fallbacks
from omnisupport.storage.queries.inbound import InboundStore
from omnisupport.storage.queries.knowledge import KnowledgeBases
from omnisupport.storage.queries.messages import Sends
from omnisupport.storage.queries.operators import Operators
from omnisupport.storage.queries.originals import Originals
from omnisupport.storage.queries.prices import Prices
from omnisupport.storage.queries.recordings import Recordings
from omnisupport.storage.queries.retention import Sweeps
from omnisupport.storage.queries.runs import Runs
from omnisupport.storage.queries.scenario_jobs import ScenarioJobs
from omnisupport.storage.queries.scenario_runs import ScenarioRuns
from omnisupport.storage.queries.scenario_tests import ScenarioTests
from omnisupport.storage.queries.scenarios import PublishedScenarios
from omnisupport.storage.queries.signs import Recipients
from omnisupport.storage.queries.subflows import Subflows
from omnisupport.storage.queries.sweeping import SweeperQueries
from omnisupport.storage.queries.template_sync import TemplateSync
from omnisupport.storage.queries.triggers import Triggers
from omnisupport.storage.queries.webhooks import PURPOSE as WEBHOOK_SECRETS
from omnisupport.storage.queries.webhooks import Webhooks
from omnisupport.storage.session import Database
from omnisupport.storage.signs import SignTurns
from omnisupport.workflows.channel import ChannelWorkflow
from omnisupport.workflows.conversation import ConversationWorkflow
from omnisupport.workflows.erasure import ErasureWorkflow
from omnisupport.workflows.export import ExportWorkflow
from omnisupport.workflows.footprint import LeanInterceptor, LeanRunner
from omnisupport.workflows.impersonation import ImpersonationWorkflow
from omnisupport.workflows.mail import MailWorkflow
from omnisupport.workflows.retention import RetentionWorkflow
from omnisupport.workflows.scenario_job import ScenarioJobWorkflow
from omnisupport.workflows.scenario_migration import ScenarioMigrationWorkflow
from omnisupport.workflows.scenario_run import ScenarioRunWorkflow
from omnisupport.workflows.sweeper import SweeperWorkflow
from omnisupport.workflows.triggers import TriggersWorkflow
from omnisupport.workflows.webhooks import WebhookWorkflow

log = get_logger(__name__)

WORKFLOWS: Sequence[type] = (
    ConversationWorkflow,
    SweeperWorkflow,
    WebhookWorkflow,
    MailWorkflow,
    ChannelWorkflow,
    ScenarioRunWorkflow,
    TriggersWorkflow,
    ImpersonationWorkflow,
    ErasureWorkflow,
    RetentionWorkflow,
    ExportWorkflow,
    ScenarioJobWorkflow,
    ScenarioMigrationWorkflow,
)
SWEEP_EVERY = timedelta(seconds=10)
SWEEP_AT_MOST = timedelta(minutes=1)
"""One that hangs, on a build whose workers have gone for instance, would hold every later one up."""
RETENTION_EVERY = timedelta(hours=6)
"""Terms are days; what one sweep leaves, the next ends."""
RETENTION_AT_MOST = timedelta(days=1)
GRACEFUL_STOP = timedelta(seconds=30)
KB_PER_CONVERSATION = 150
CACHE_SHARE = 0.25
"""Of the machine's memory, for cached conversations (90 KB after two turns, 155 after twenty; benchmarks/)."""
MOST_CACHED = 20_000
DEFAULT_MODEL = "gpt-4o-mini"
PRECOMPUTED = Path(__file__).parents[1] / "examples" / "demo" / "knowledge"
"""Vectors of the demo's articles, so that a first start does not compute what is known."""


class Adapters:
    """Everything concrete that the activities of this process use."""

    def __init__(self, settings: Settings) -> None:
        assert settings.database_url and settings.redis_url and settings.temporal_address
        master = parse_master_key(settings.master_key)
        self.settings = settings
        self.database = Database(settings.database_url)
        self.keys = DatabaseKeyRing(self.database, master)
        self.conversations = Conversations(self.database)
        self.scenarios = PublishedScenarios(self.database)
        self.connections = Connections(self.database, Sealer(master.derive(CONNECTION_SECRETS)))
        self.hints = hints.Hints(hints.connect(settings.redis_url))
        self.callback_links = CallbackLinks(master.derive(CALLBACKS), settings.public_origin)
        self.codes = Codes(self.database, master.derive(CODES))
        self.post: Mailer | None = None
        self.fetcher = Fetcher(EgressPolicy.parse(settings.egress_allow))
        self.services = Services(self.fetcher)
        self.webhooks = Webhooks(self.database, Sealer(master.derive(WEBHOOK_SECRETS)))
        self.files = FileStore(settings.files_url, settings.files_dir)
        self.mail_transport = (
            SmtpTransport(SmtpServer.parse(settings.smtp_url)) if settings.smtp_url else None
        )
        self.channel_sealer = Sealer(master.derive(CHANNEL_SECRETS))
        self.pacer = SendPacer(hints.connect(settings.redis_url))
        self.leases = Leases(hints.connect(settings.redis_url))
        self.sent_files = SentFiles(
            FileLinks(master.derive(FILE_LINKS)), settings.public_origin, partial(find_file, self.database)
        )
        transport = transport_of(settings, self.fetcher)
        transport.files = OpenFiles(self.database, self.files)
        self.outlets: WaysOut = Outlets(transport)
        self.sweeper = (
            SweeperQueries(settings.database_sweeper_url) if settings.database_sweeper_url else None
        )

    def turn_activities(self) -> TurnActivities:
        """The local activities of a turn."""
        operators = Operators(self.database, Presence(hints.connect(self.settings.redis_url or "")))
        codes = MailCodes(self.codes, self.post) if self.post is not None else None
        look_ups = LookUps(Departments(self.database), operators, AnswerChecks(codes=codes))
        return TurnActivities(self.conversations, self.scenarios, look_ups, self.hints)

    def effect_activities(self, client: Client) -> EffectActivities:
        """What turns decide beyond their conversations."""
        return EffectActivities(Effects(self.database), self.post_by(client), temporal.Bell(client))

    def messaging_activities(self, client: Client) -> MessagingActivities:
        """Sends to providers."""
        accounts = Accounts(self.database, self.channel_sealer, webhook_address(self.settings.public_origin))
        return MessagingActivities(
            Sends(self.database),
            accounts,
            self.outlets,
            self.sent_files,
            self.pacer,
            self.hints,
            temporal.Bell(client),
        )

    def sample_activities(self) -> SampleActivities:
        """Test messages."""
        accounts = Accounts(self.database, self.channel_sealer, webhook_address(self.settings.public_origin))
        return SampleActivities(accounts, self.outlets, self.pacer)

    def sign_bearer(self) -> SignBearer:
        """Signs that hints ask for."""
        accounts = Accounts(self.database, self.channel_sealer, webhook_address(self.settings.public_origin))
        turns = SignTurns(hints.connect(self.settings.redis_url or ""))
        return SignBearer(Recipients(self.database), turns, accounts, self.outlets, self.pacer)

    def fallback_activities(self, client: Client) -> FallbackActivities:
        """Messages that go over another channel."""
        return FallbackActivities(Fallbacks(self.database), temporal.Bell(client), self.hints)

    def channel_activities(self, client: Client) -> ChannelActivities:
        """The care for connections."""
        care = self._care()
        return ChannelActivities(
            care,
            self.outlets,
            self._receiver(client),
            self.hints,
            self.leases,
            TemplateKeeper(TemplateSync(self.database)),
            Alerts(care, self.post_by(client)),
            temporal.Bell(client),
            PriceKeeper(Prices(self.database)),
        )

    def watch(self, client: Client) -> Watch:
        """The waiting for what comes in where no provider calls."""
        return Watch(self._care(), self.outlets, self._receiver(client), self.leases, temporal.Bell(client))

    def _care(self) -> ChannelCare:
        address = webhook_address(self.settings.public_origin)
        return ChannelCare(self.database, self.channel_sealer, self.files, address)

    def _receiver(self, client: Client) -> Receiver:
        store, originals = InboundStore(self.database), Originals(self.database, self.files)
        erased = ErasedAddresses(self.database, self.keys)
        bell = temporal.Bell(client)
        return Receiver(store, self.scenarios, self.hints, bell, originals=originals, erased=erased)

    def post_by(self, client: Client) -> Mailer:
        """Who hands mail over; made once there is a client of the engine."""
        if self.post is None:
            origin, has_mail = self.settings.public_origin, self.settings.smtp_url is not None
            self.post = Mailer(client, public_origin=origin, is_configured=has_mail)
        return self.post

    async def close(self) -> None:
        """Give connections back."""
        await self.outlets.close()
        await self.database.close()
        if self.sweeper is not None:
            await self.sweeper.close()


def transport_of(settings: Settings, fetcher: Fetcher) -> Transport:
    """How adapters reach their providers, as the deployment says."""
    transport = Transport(
        fetcher,
        proxies=read_proxies(settings.channel_proxies),
        polls_telegram=settings.polls_telegram,
    )
    for provider in ("telegram", "twilio", "whatsapp", "vk", "max"):
        told = getattr(settings, f"{provider}_api_url")
        if told:
            setattr(transport, f"{provider}_url", told.rstrip("/"))
    return transport


async def own_index(settings: Settings, stop: asyncio.Event) -> asyncio.Future[None]:
    """Hold the deployment's lock on the embedded index until the task is cancelled; a lost lock sets `stop`.

    Raises:
        Conflict: another worker holds it (code `knowledge_in_use`).
    """
    if settings.qdrant_url is not None:
        return asyncio.get_running_loop().create_future()
    lock = IndexLock(settings.database_url or "")
    await lock.take()
    keeping = asyncio.create_task(lock.keep())
    keeping.add_done_callback(lambda _: stop.set())
    return keeping


async def open_knowledge(settings: Settings) -> KnowledgeBase:
    """The vector engine and the embedder of this process; the embedded engine is opened by one process only."""
    return await KnowledgeBase.open(
        settings.knowledge_dir, qdrant_url=settings.qdrant_url, precomputed=sorted(PRECOMPUTED.glob("*.npz"))
    )


def build_model(settings: Settings) -> OpenAIModel | None:
    """The configured language model, or None: answers are then the best passage with its source."""
    if not settings.openai_base_url and not settings.openai_api_key:
        return None
    return OpenAIModel.connect(
        model=settings.openai_model or DEFAULT_MODEL,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
    )


def build_workers(
    client: Client, adapters: Adapters, queues: Collection[str] = temporal.QUEUES
) -> list[Worker]:
    """One worker a queue, but for queue `ai`, which waits for knowledge (`build_ai_worker`)."""
    messaging = adapters.messaging_activities(client)
    workers = []
    if temporal.CONVERSATIONS in queues:
        workers.append(_conversations(client, adapters, messaging))
    if temporal.CHANNELS in queues:
        workers.append(_channels(client, adapters, messaging))
    return workers


def _conversations(client: Client, adapters: Adapters, messaging: MessagingActivities) -> Worker:
    adapters.post_by(client)
    turns, effects = adapters.turn_activities(), adapters.effect_activities(client)
    runs = RunActivities(Runs(adapters.database), temporal.Bell(client))
    decide: list[Callable[..., Any]] = [
        turns.load_conversation,
        turns.read_inbound,
        turns.read_version,
        turns.choose_scenario,
        turns.look_up,
        turns.commit_turn,
        effects.carry_out,
        runs.load_run,
        runs.commit_run,
        messaging.give_up,
        adapters.fallback_activities(client).fall_back,
    ]
    if adapters.sweeper is not None:
        decide.append(SweepActivities(adapters.sweeper, temporal.Bell(client)).sweep)
    return Worker(
        client,
        task_queue=temporal.CONVERSATIONS,
        workflows=WORKFLOWS,
        activities=decide,
        workflow_runner=LeanRunner(),
        deployment_config=deployment_of(adapters.settings.build_id),
        interceptors=[ErrorInterceptor(), LeanInterceptor()],
        max_cached_workflows=cache_size(),
        max_concurrent_workflow_task_polls=20,
        nonsticky_to_sticky_poll_ratio=0.6,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
        graceful_shutdown_timeout=GRACEFUL_STOP,
    )


def _channels(client: Client, adapters: Adapters, messaging: MessagingActivities) -> Worker:
    http = HttpActivities(
        adapters.connections, adapters.services, Callbacks(adapters.database), adapters.callback_links
    )
    runs = RunActivities(Runs(adapters.database), temporal.Bell(client))
    triggers = TriggerActivities(
        Triggers(adapters.database),
        Runs(adapters.database),
        adapters.scenarios,
        Departments(adapters.database),
        temporal.Bell(client),
    )
    webhooks = WebhookActivities(adapters.webhooks, adapters.fetcher)
    mail = MailActivities(adapters.mail_transport, adapters.settings.mail_sender)
    impersonation = ImpersonationActivities(partial(platform.expire_impersonation, adapters.database))
    exports = ExportActivities(
        Bundles(adapters.database),
        Packer(adapters.database, adapters.files),
        adapters.files,
        sends_mail=adapters.mail_transport is not None,
    )
    return Worker(
        client,
        task_queue=temporal.CHANNELS,
        activities=[
            http.call,
            runs.begin_run,
            runs.start_beside,
            triggers.look,
            messaging.send_message,
            adapters.sample_activities().send_sample,
            adapters.channel_activities(client).look_after,
            webhooks.deliver_due,
            mail.send_mail,
            impersonation.expire_impersonation,
            *_privacy(client, adapters),
            *_scenario_jobs(client, adapters),
            exports.make_bundle,
            exports.fail_bundle,
            exports.expire_bundle,
        ],
        deployment_config=deployment_of(adapters.settings.build_id),
        interceptors=[ErrorInterceptor(), BeatInterceptor()],
        graceful_shutdown_timeout=GRACEFUL_STOP,
    )


def _privacy(client: Client, adapters: Adapters) -> list[Callable[..., Any]]:
    """The activities that end data of customers."""
    runs = Executions(client)
    erasures = Erasures(adapters.database, adapters.keys)
    erasing = ErasureActivities(erasures, runs, adapters.files, adapters.hints)
    retention = RetentionActivities(
        Sweeps(adapters.database),
        adapters.sweeper,
        runs,
        adapters.files,
        temporal.Bell(client),
        adapters.hints,
    )
    return [
        erasing.begin_erasure,
        erasing.erase_rows,
        erasing.erase_files,
        erasing.erase_executions,
        erasing.erase_traces,
        erasing.finish_erasure,
        erasing.give_up_erasure,
        retention.list_tenants,
        retention.sweep_tenant,
    ]


def _scenario_jobs(client: Client, adapters: Adapters) -> list[Callable[..., Any]]:
    """The activities of long runs about a scenario."""
    database = adapters.database
    jobs, tests = ScenarioJobs(database), ScenarioTests(database)
    material = ScenarioMaterial(Subflows(database), tests, Recordings(database))
    trying = ScenarioJobActivities(jobs, tests, material, Trials())
    moving = MigrationActivities(jobs, tests, ScenarioRuns(database), temporal.Bell(client))
    return [trying.run_job, trying.fail_job, moving.move_page, moving.finish_migration]


def build_ai_worker(client: Client, adapters: Adapters, knowledge: KnowledgeBase) -> Worker:
    """The worker of queue `ai`: answers from what the tenants' documents say, their import, and what scenarios ask."""
    bases, model = KnowledgeBases(adapters.database), build_model(adapters.settings)
    answers = AnswerActivities(Answerer(knowledge, model), adapters.conversations, bases, adapters.hints)
    asking = AskActivities(
        Classifier(knowledge.embedder),
        Writer(knowledge, model) if model is not None else None,
        bases,
        Toolbox(adapters.connections, CustomerFacts(adapters.database), adapters.services),
    )
    documents = KnowledgeActivities(knowledge, bases)
    return Worker(
        client,
        task_queue=temporal.AI,
        activities=[answers.answer, asking.ask, documents.search, documents.ingest, documents.forget],
        deployment_config=deployment_of(adapters.settings.build_id),
        interceptors=[ErrorInterceptor()],
        graceful_shutdown_timeout=GRACEFUL_STOP,
    )


def deployment_of(build_id: str | None) -> WorkerDeploymentConfig | None:
    """Conversations stay with the build that began them until they continue as new; None: one build at a time."""
    if not build_id:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(temporal.DEPLOYMENT, build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def cache_size() -> int:
    """Conversations to keep in memory; a smaller cache makes each turn of the rest a replay."""
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return max(500, min(MOST_CACHED, int(pages * page * CACHE_SHARE / 1024 / KB_PER_CONVERSATION)))


async def ensure_sweeper(client: Client) -> None:
    """Make the Schedules of the sweeper and of retention, once."""
    await _ensure_schedule(client, "sweeper", "SweeperWorkflow", every=SWEEP_EVERY, at_most=SWEEP_AT_MOST)
    await _ensure_schedule(
        client, "retention", "RetentionWorkflow", every=RETENTION_EVERY, at_most=RETENTION_AT_MOST
    )


async def _ensure_schedule(
    client: Client, noun: str, workflow: str, *, every: timedelta, at_most: timedelta
) -> None:
    schedule_id = temporal.workflow_id(temporal.SYSTEM_TENANT, noun, "main")
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            workflow,
            id=schedule_id,
            task_queue=temporal.CONVERSATIONS,
            task_timeout=temporal.TASK_TIMEOUT,
            execution_timeout=at_most,
            priority=temporal.fairness_of(temporal.SYSTEM_TENANT),
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(catchup_window=timedelta(seconds=10)),
    )
    with contextlib.suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(schedule_id, schedule)


async def run(settings: Settings, queues: Collection[str] = temporal.QUEUES) -> None:
    """Work on these queues until SIGTERM or SIGINT, then stop gracefully.

    Conversations go on first: who waits since the last worker's end does not wait for models and indexes.
    """
    assert settings.temporal_address
    adapters = Adapters(settings)
    await adapters.database.check_role()
    stop = asyncio.Event()
    knows = temporal.AI in queues
    lock = await own_index(settings, stop) if knows else None
    tracing = start_tracing(settings.otlp_endpoint, "worker")
    client = await connect_patiently(settings, adapters, tracing)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    async def is_ready() -> bool:
        return not stop.is_set()

    async with AsyncExitStack() as stack:
        stack.push_async_callback(adapters.close)
        for worker in build_workers(client, adapters, queues):
            await stack.enter_async_context(worker)
        await ensure_sweeper(client)
        listening = triggering = watching = showing = None
        if temporal.CHANNELS in queues:
            watching = asyncio.create_task(adapters.watch(client).run())
            by_triggers = TriggerListener(adapters.scenarios, temporal.Bell(client))
            triggering = asyncio.create_task(
                by_triggers.listen(hints.tenants_that_changed(settings.redis_url or ""))
            )
            listener = WebhookListener(adapters.webhooks, temporal.Bell(client))
            listening = asyncio.create_task(
                listener.listen(hints.tenants_that_changed(settings.redis_url or ""))
            )
            showing = asyncio.create_task(
                adapters.sign_bearer().listen(hints.every_hint(settings.redis_url or ""))
            )
        warming = None
        if knows:
            knowledge = await open_knowledge(settings)
            stack.push_async_callback(knowledge.close)
            await stack.enter_async_context(build_ai_worker(client, adapters, knowledge))
            warming = asyncio.create_task(knowledge.warm())
        if settings.worker_metrics_port:
            await stack.enter_async_context(serve_metrics(settings.worker_metrics_port, ready=is_ready))
        settle_heap()
        print("worker ready", flush=True)
        await stop.wait()
        for task in (listening, triggering, watching, showing, warming):
            if task:
                task.cancel()
        if watching:
            await asyncio.wait([watching])
        if warming:
            warming.cancel()
    if tracing is not None:
        await asyncio.to_thread(tracing.stop)
    if lock:
        if lock.done():
            lock.result()
        lock.cancel()


def parse_queues(names: Sequence[str]) -> Collection[str]:
    """The queues to serve; all of them when none is named.

    Raises:
        OmniError: no queue of ours has this name (code `queue_unknown`).
    """
    for name in names:
        if name not in temporal.QUEUES:
            known = ", ".join(temporal.QUEUES)
            raise OmniError(f"There is no queue '{name}'. The queues are {known}.", code="queue_unknown")
    return names or temporal.QUEUES


async def connect_patiently(
    settings: Settings, adapters: Adapters, tracing: Tracing | None = None, *, attempts: int = 60
) -> Client:
    """Dial Temporal until it is up: parts start in any order."""
    runtime = Runtime(telemetry=TelemetryConfig())
    Runtime.set_default(runtime)
    for attempt in range(attempts):
        try:
            return await temporal.connect(
                settings.temporal_address or "",
                namespace=settings.temporal_namespace,
                keys=adapters.keys,
                interceptors=[tracing.interceptor()] if tracing is not None else [],
            )
        except RuntimeError as absent:
            if attempt == attempts - 1:
                raise Unavailable(
                    f"Temporal does not answer at {settings.temporal_address}: start it, or set TEMPORAL_ADDRESS.",
                    code="engine_unavailable",
                ) from absent
            log.info("temporal_awaited", reason=str(absent)[:120])
            await asyncio.sleep(0.5)
    raise AssertionError("unreachable")


def main() -> None:
    """Run a worker from the environment, on the queues that are named, else on all (`omni worker`)."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with refusals_in_words():
        settings = Settings()
        setup_logging(settings.log_format)
        uvloop.run(run(settings, parse_queues(sys.argv[1:])))
    # A process with a Temporal client may abort at interpreter exit (performance.md, conclusion 11).
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
