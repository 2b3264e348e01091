"""Temporal for this product: ids, encryption of every payload by the tenant's key, and the client."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import threading
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, Protocol, Self
from uuid import UUID

import orjson
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client, Interceptor
from temporalio.common import (
    HeaderCodecBehavior,
    Priority,
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDReusePolicy,
)
from temporalio.converter import (
    ActivitySerializationContext,
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from omnisupport.domain.conversation import DEFAULT_ANSWER, Begin, Happened, Instruct, Move, Moved, Ring
from omnisupport.errors import Conflict, OmniError

CONVERSATIONS = "conversations"
CHANNELS = "channels"
AI = "ai"
QUEUES = (CONVERSATIONS, CHANNELS, AI)

DEPLOYMENT = "omnisupport"
"""Workers of every build of ours, where `OMNI_BUILD_ID` tells them apart."""

TENANT_ID = SearchAttributeKey.for_keyword("TenantId")
CHANNEL_TYPE = SearchAttributeKey.for_keyword("ChannelType")
STATUS = SearchAttributeKey.for_keyword("Status")
SCENARIO = SearchAttributeKey.for_keyword("Scenario")

ENCODING = b"binary/omni-aes256gcm"
COMPRESS_ABOVE = 512
"""Bytes; below it zstd does not pay. A run's engine keeps the arguments of each turn's commit, 1 to 2 KB of JSON."""
FIRST_KEY = "1"
"""The id of a tenant's first data key; a payload under it names no key."""
NONCE_BYTES = 12
RING_DEADLINE_S = 1.0
"""A ring that takes longer is left to the sweeper; it never changes the answer to the customer."""
MOVE_DEADLINE_S = 10.0
"""A conversation that does not answer by then is counted as failed: the next migration asks it again."""
TASK_TIMEOUT = timedelta(seconds=3)
"""Of every start: a workflow task in flight at a kill waits this long (path_trials.md 4.1)."""
SYSTEM_TENANT = UUID(int=0)
"""Whose key seals payloads of platform workflows, such as the sweeper's: they carry ids only."""


class KeyRing(Protocol):
    """Where data keys come from (`storage/keys.py`)."""

    async def data_key(self, tenant_id: UUID, key_id: str) -> bytes:
        """One of the tenant's 32-byte keys: what was sealed before a rotation names an older one."""

    async def current_key(self, tenant_id: UUID) -> tuple[str, bytes]:
        """The key for what is sealed now, with its id."""


class FixedKeyRing:
    """One key for everyone: recorded histories and tests."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    async def data_key(self, tenant_id: UUID, key_id: str) -> bytes:
        """The fixed key, whoever asks."""
        return self._key

    async def current_key(self, tenant_id: UUID) -> tuple[str, bytes]:
        """The fixed key, whoever asks."""
        return FIRST_KEY, self._key


def workflow_id(tenant_id: UUID | str, noun: str, thing_id: UUID | str) -> str:
    """`{tenant_id}/{noun}/{thing_id}`: the codec reads the tenant from it, so every workflow has this shape."""
    return f"{tenant_id}/{noun}/{thing_id}"


def conversation_workflow_id(tenant_id: UUID | str, conversation_id: UUID | str) -> str:
    """The id of the one workflow of a conversation."""
    return workflow_id(tenant_id, "conversation", conversation_id)


@lru_cache(maxsize=4096)
def parse_workflow_id(value: str) -> tuple[UUID, str]:
    """Tenant and thing of a workflow id.

    Raises:
        OmniError: not of our shape (code `workflow_id_invalid`).
    """
    parts = value.split("/", 2)
    try:
        return UUID(parts[0]), parts[2]
    except (ValueError, IndexError) as wrong:
        raise OmniError(
            f"'{value}' is not the id of a workflow of ours.", code="workflow_id_invalid"
        ) from wrong


class TenantCodec(PayloadCodec, WithSerializationContext):
    """AES-256-GCM with the key of the tenant that the workflow's id names; zstd above half a KB."""

    def __init__(self, keys: KeyRing, tenant_id: UUID = SYSTEM_TENANT) -> None:
        self._keys = keys
        self._tenant_id = tenant_id

    def with_context(self, context: SerializationContext) -> TenantCodec:
        """The codec of the context's tenant."""
        return TenantCodec(self._keys, tenant_of(context))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal each payload; the tenant's id is authenticated with it."""
        key_id, key = await self._keys.current_key(self._tenant_id)
        cipher = _cipher(key)
        return [self._seal(cipher, key_id, payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open what is ours; anything else passes as it is."""
        return [await self._decode(p) if p.metadata.get("encoding") == ENCODING else p for p in payloads]

    async def _decode(self, payload: Payload) -> Payload:
        key_id = (
            payload.metadata["key"].decode("ascii", "replace") if "key" in payload.metadata else FIRST_KEY
        )
        return self._open(_cipher(await self._keys.data_key(self._tenant_id, key_id)), payload)

    def _seal(self, cipher: AESGCM, key_id: str, payload: Payload) -> Payload:
        plain = payload.SerializeToString()
        metadata = {"encoding": ENCODING}
        if key_id != FIRST_KEY:
            metadata["key"] = key_id.encode()
        if len(plain) > COMPRESS_ABOVE:
            plain = _ZSTD.compressor.compress(plain)
            metadata["zip"] = b"zstd"
        nonce = os.urandom(NONCE_BYTES)
        return Payload(metadata=metadata, data=nonce + cipher.encrypt(nonce, plain, self._tenant_id.bytes))

    def _open(self, cipher: AESGCM, payload: Payload) -> Payload:
        plain = cipher.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], self._tenant_id.bytes)
        if payload.metadata.get("zip") == b"zstd":
            plain = _ZSTD.decompressor.decompress(plain)
        return Payload.FromString(plain)


class _Zstd(threading.local):
    """Work areas of a thread, made once: some hundred KB each, which would leave holes between what stays."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor()
        self.decompressor = zstandard.ZstdDecompressor()


_ZSTD = _Zstd()


@lru_cache(maxsize=1024)
def _cipher(key: bytes) -> AESGCM:
    """A key made ready once."""
    return AESGCM(key)


class CompactJson(JSONPlainPayloadConverter):
    """JSON by orjson: Cyrillic in two bytes a letter instead of six, and half the time."""

    def to_payload(self, value: Any) -> Payload | None:
        """Encode dataclasses, enums, UUIDs and plain values; what is as its class has it anyway is left out."""
        data = orjson.dumps(value, default=_without_defaults, option=orjson.OPT_PASSTHROUGH_DATACLASS)
        return Payload(metadata={"encoding": b"json/plain"}, data=data)

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Decode, and rebuild the type that is asked for; what it has no field for is left out."""
        return (
            orjson.loads(payload.data)
            if type_hint is None
            else _reader(type_hint).validate_json(payload.data)
        )


@lru_cache(maxsize=512)
def _reader(kind: Any) -> TypeAdapter[Any]:
    """How a type is read, found out once: the SDK's own way asks its annotations each time (0.1 ms a payload)."""
    return TypeAdapter(kind)


def _without_defaults(value: Any) -> dict[str, Any]:
    """A dataclass as the fields that differ from their defaults: half of an answer's bytes in history."""
    return {
        name: kept
        for name, usual in _fields(type(value))  # type: ignore[arg-type]
        if (kept := getattr(value, name)) != usual
    }


@lru_cache(maxsize=512)
def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    """Names and defaults of a dataclass; a field without one has a default that nothing equals.

    Raises:
        TypeError: not a dataclass, so JSON has no form for it.
    """
    return tuple((field.name, _default(field)) for field in dataclasses.fields(kind))


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return object() if field.default is dataclasses.MISSING else field.default


_CONVERTERS = tuple(
    CompactJson() if type(each) is JSONPlainPayloadConverter else each
    for each in DefaultPayloadConverter.default_encoding_payload_converters
)


class Converters(CompositePayloadConverter):
    """The SDK's converters, with our JSON in the place of its own."""

    def __init__(self) -> None:
        super().__init__(*_CONVERTERS)


def tenant_of(context: SerializationContext) -> UUID:
    """The tenant that a serialization context names, by the only thing it gives: the workflow's id."""
    if (
        isinstance(context, WorkflowSerializationContext | ActivitySerializationContext)
        and context.workflow_id
    ):
        return parse_workflow_id(context.workflow_id)[0]
    return SYSTEM_TENANT


@dataclasses.dataclass(frozen=True)
class TenantConverter(DataConverter):
    """A converter that keeps one copy per tenant: the SDK clones it at every use (13 % of a worker)."""

    by_tenant: dict[UUID, DataConverter] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    def with_context(self, context: SerializationContext) -> Self:
        """The cached converter of the context's tenant."""
        tenant_id = tenant_of(context)
        bound = self.by_tenant.get(tenant_id)
        if bound is None:
            bound = self.by_tenant[tenant_id] = super().with_context(context)
        return bound  # type: ignore[return-value]


def data_converter(keys: KeyRing) -> DataConverter:
    """The product's converter: payloads, failures and their stack traces are all sealed."""
    return TenantConverter(
        payload_converter_class=Converters,
        payload_codec=TenantCodec(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(
    address: str,
    *,
    namespace: str,
    keys: KeyRing,
    lazy: bool = False,
    interceptors: Sequence[Interceptor] = (),
) -> Client:
    """A client whose payloads and headers are sealed. `lazy` does not dial before its first call.

    With interceptors headers are in clear, for the SDK seals those of a client's call without the context that names
    the tenant (temporalio 1.35): ours carry the id of a trace and nothing else.
    """
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=data_converter(keys),
        header_codec_behavior=HeaderCodecBehavior.NO_CODEC if interceptors else HeaderCodecBehavior.CODEC,
        lazy=lazy,
        interceptors=interceptors,
    )


async def make_current(client: Client, build_id: str) -> None:
    """Let new conversations, and those that continue as new, run on this build's workers from now on.

    Raises:
        Conflict: no worker of this build has asked for work yet, or it leaves a queue of ours unserved.
    """
    wanted = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name=DEPLOYMENT, build_id=build_id
    )
    try:
        await client.workflow_service.set_worker_deployment_current_version(wanted)
    except RPCError as refused:
        if refused.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
            raise
        raise Conflict(
            f"Build '{build_id}' cannot take over: {refused.message}. "
            f"Start its workers for every queue (OMNI_BUILD_ID={build_id} omni worker) and try again.",
            code="build_not_ready",
        ) from refused


async def decode_payloads(keys: KeyRing, tenant_id: UUID, payloads: Iterable[Payload]) -> list[Payload]:
    """What the codec endpoint answers for a person of this tenant."""
    return await TenantCodec(keys, tenant_id).decode(list(payloads))


def fairness_of(tenant_id: UUID) -> Priority:
    """No tenant's backlog holds another's up."""
    return Priority(fairness_key=str(tenant_id))


def start_options(
    tenant_id: UUID, *, channel_type: str, status: str, scenario: str | None = None
) -> dict[str, Any]:
    """What every start of a conversation carries: ops find it by these, and no tenant starves another.

    Status and scenario may be older than the row: the run's first turn mends them.
    """
    return {
        "task_queue": CONVERSATIONS,
        "task_timeout": TASK_TIMEOUT,
        "priority": fairness_of(tenant_id),
        "search_attributes": TypedSearchAttributes(
            [
                SearchAttributePair(TENANT_ID, str(tenant_id)),
                SearchAttributePair(CHANNEL_TYPE, channel_type),
                SearchAttributePair(STATUS, status),
                SearchAttributePair(SCENARIO, scenario or DEFAULT_ANSWER),
            ]
        ),
    }


class Bell:
    """Rings conversations: signal-with-start, within a deadline."""

    def __init__(self, client: Client) -> None:
        self._client = client

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
        """Tell a conversation's workflow that a decision is due; false when the engine did not take it in time.

        `runs` says that the workflow has been seen at work: a plain signal is then tried first, which is less to
        build and to send than a start with its search attributes.
        """
        workflow_id = conversation_workflow_id(tenant_id, conversation_id)
        try:
            async with asyncio.timeout(RING_DEADLINE_S):
                if runs and await self._signal(workflow_id, ring):
                    return True
                await self._client.start_workflow(
                    "ConversationWorkflow",
                    id=workflow_id,
                    start_signal="ring",
                    start_signal_args=[ring],
                    **start_options(tenant_id, channel_type=channel_type, status="open", scenario=scenario),
                )
        except (TimeoutError, RPCError, RuntimeError):
            return False
        return True

    async def begin_in_conversation(self, tenant_id: UUID, conversation_id: UUID, begin: Begin) -> None:
        """A conversation begins a scenario; raises where the engine does not take it."""
        await self._tell(tenant_id, conversation_id, "begin", begin)

    async def instruct(self, tenant_id: UUID, conversation_id: UUID, instruct: Instruct) -> None:
        """A conversation obeys commands of a run that is about it; raises where the engine does not take it."""
        await self._tell(tenant_id, conversation_id, "instruct", instruct)

    async def resend(self, tenant_id: UUID, conversation_id: UUID, message_id: UUID) -> bool:
        """A message waits for its provider again; false when the engine did not take it in time."""
        try:
            async with asyncio.timeout(RING_DEADLINE_S):
                await self._tell(tenant_id, conversation_id, "resend", str(message_id))
        except (TimeoutError, RPCError, RuntimeError):
            return False
        return True

    async def ring_channel(self, tenant_id: UUID, channel_id: UUID) -> bool:
        """Have a connection looked at; false when the engine did not take it in time: it looks by itself, later."""
        try:
            async with asyncio.timeout(RING_DEADLINE_S):
                await self._client.start_workflow(
                    "ChannelWorkflow",
                    id=workflow_id(tenant_id, "channel", channel_id),
                    task_queue=CONVERSATIONS,
                    task_timeout=TASK_TIMEOUT,
                    start_signal="ring",
                    priority=fairness_of(tenant_id),
                    search_attributes=TypedSearchAttributes([SearchAttributePair(TENANT_ID, str(tenant_id))]),
                )
        except (TimeoutError, RPCError, RuntimeError):
            return False
        return True

    async def _tell(self, tenant_id: UUID, conversation_id: UUID, signal: str, told: Any) -> None:
        await self._client.start_workflow(
            "ConversationWorkflow",
            id=conversation_workflow_id(tenant_id, conversation_id),
            start_signal=signal,
            start_signal_args=[told],
            **start_options(tenant_id, channel_type="widget", status="open"),
        )

    async def start_run(self, tenant_id: UUID, run_id: UUID) -> None:
        """Start the workflow of a run; one that is there already is left alone."""
        try:
            await self._client.start_workflow(
                "ScenarioRunWorkflow",
                id=workflow_id(tenant_id, "run", run_id),
                task_queue=CONVERSATIONS,
                task_timeout=TASK_TIMEOUT,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                priority=fairness_of(tenant_id),
                search_attributes=TypedSearchAttributes([SearchAttributePair(TENANT_ID, str(tenant_id))]),
            )
        except WorkflowAlreadyStartedError:
            return

    async def start_job(self, tenant_id: UUID, job_id: UUID, *, migration: bool = False) -> None:
        """Start the workflow of a job about a scenario; one that is there already is left alone."""
        try:
            async with asyncio.timeout(RING_DEADLINE_S):
                await self._client.start_workflow(
                    "ScenarioMigrationWorkflow" if migration else "ScenarioJobWorkflow",
                    id=workflow_id(tenant_id, "migration" if migration else "job", job_id),
                    task_queue=CONVERSATIONS,
                    task_timeout=TASK_TIMEOUT,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    priority=fairness_of(tenant_id),
                    search_attributes=TypedSearchAttributes([SearchAttributePair(TENANT_ID, str(tenant_id))]),
                )
        except WorkflowAlreadyStartedError:
            return

    async def move(self, tenant_id: UUID, conversation_id: UUID, move: Move) -> Moved:
        """Take a conversation's run over to another version; `gone` when nothing runs there any more."""
        handle = self._client.get_workflow_handle(conversation_workflow_id(tenant_id, conversation_id))
        try:
            async with asyncio.timeout(MOVE_DEADLINE_S):
                moved: Moved = await handle.execute_update("move", move, id=move.id, result_type=Moved)
        except RPCError as failed:
            if failed.status != RPCStatusCode.NOT_FOUND:
                raise
            return Moved("gone")
        return moved

    async def happen(self, workflow_id: str, happened: Happened) -> bool:
        """Tell a running workflow what has happened; false when it has ended meanwhile."""
        try:
            await self._client.get_workflow_handle(workflow_id).signal("happen", happened)
        except RPCError as failed:
            if failed.status != RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True

    async def report(self, tenant_id: UUID, thing_id: UUID, happened: Happened, *, is_run: bool) -> bool:
        """Tell the run that an event is for; false when it has ended meanwhile. Raises where the engine is away."""
        if is_run:
            return await self.happen(workflow_id(tenant_id, "run", thing_id), happened)
        await self._tell(tenant_id, thing_id, "happen", happened)
        return True

    async def ring_triggers(self, tenant_id: UUID) -> bool:
        """Let a tenant's triggers look; false when the engine did not take it in time."""
        try:
            async with asyncio.timeout(RING_DEADLINE_S):
                await self._client.start_workflow(
                    "TriggersWorkflow",
                    id=workflow_id(tenant_id, "triggers", "main"),
                    task_queue=CONVERSATIONS,
                    task_timeout=TASK_TIMEOUT,
                    priority=fairness_of(tenant_id),
                    search_attributes=TypedSearchAttributes([SearchAttributePair(TENANT_ID, str(tenant_id))]),
                    start_signal="ring",
                )
        except (TimeoutError, RPCError, RuntimeError):
            return False
        return True

    async def ring_webhook(self, tenant_id: UUID, webhook_id: UUID) -> bool:
        """Tell a webhook's workflow that something has changed; false when the engine did not take it in time."""
        try:
            async with asyncio.timeout(RING_DEADLINE_S):
                await self._client.start_workflow(
                    "WebhookWorkflow",
                    id=workflow_id(tenant_id, "webhook", webhook_id),
                    task_queue=CONVERSATIONS,
                    task_timeout=TASK_TIMEOUT,
                    priority=fairness_of(tenant_id),
                    search_attributes=TypedSearchAttributes([SearchAttributePair(TENANT_ID, str(tenant_id))]),
                    start_signal="ring",
                )
        except (TimeoutError, RPCError, RuntimeError):
            return False
        return True

    async def ring_erasure(self, tenant_id: UUID, erasure_id: UUID) -> bool:
        """Start the workflow of an erasure, or let it look again; false when the engine did not take it in time."""
        try:
            async with asyncio.timeout(RING_DEADLINE_S):
                await self._client.start_workflow(
                    "ErasureWorkflow",
                    id=workflow_id(tenant_id, "erasure", erasure_id),
                    task_queue=CONVERSATIONS,
                    task_timeout=TASK_TIMEOUT,
                    priority=fairness_of(tenant_id),
                    search_attributes=TypedSearchAttributes([SearchAttributePair(TENANT_ID, str(tenant_id))]),
                    start_signal="ring",
                )
        except (TimeoutError, RPCError, RuntimeError):
            return False
        return True

    async def _signal(self, workflow_id: str, ring: Ring) -> bool:
        """Signal a running workflow; false when it has ended meanwhile."""
        try:
            await self._client.get_workflow_handle(workflow_id).signal("ring", ring)
        except RPCError as failed:
            if failed.status != RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True
