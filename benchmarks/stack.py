"""One running product with everything that measures it: processes, tenants, histories, the check of rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from temporalio.client import Client

from benchmarks.cpu import Usage, take_snapshot, usage_between
from benchmarks.floor import connect as connect_plain
from benchmarks.floor import make_tables
from benchmarks.helper import Helper
from omnisupport.devstack.control import ask_supervisor
from omnisupport.devstack.state import StateDir
from omnisupport.settings import Settings
from omnisupport.storage.session import driver_url
from omnisupport.temporal import conversation_workflow_id
from tests.support.product import Product
from tests.support.tenants import TestTenant, make_tenant

PARTS = ("api", "worker", "temporal", "postgres", "valkey")
UNLIMITED = {
    "OMNI_WIDGET_MESSAGES_PER_MINUTE": "10000000",
    "OMNI_WIDGET_SESSIONS_PER_MINUTE": "10000000",
    "OMNI_RATE_LIMITS": "read.person=10000000,read.tenant=10000000,write.person=10000000,write.tenant=10000000,"
    "widget.person=10000000",
    "OMNI_LOG_FORMAT": "json",
}
SETTLE_S = 0.3
"""After the last answer the engine still closes its tasks; that belongs to the turns."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    seconds: float
    rounds: int
    idle: int
    """Conversations for the memory of an idle one."""
    warm: float
    repeats: int
    """Of what is measured one by one: takeovers, restarts, import times."""

    @classmethod
    def of(cls, *, seconds: float, quick: bool) -> Size:
        """`quick` is for writing the benchmark: its figures say nothing."""
        if quick:
            return cls(seconds=min(seconds, 2.0), rounds=1, idle=100, warm=0.5, repeats=2)
        return cls(seconds=seconds, rounds=3, idle=600, warm=1.5, repeats=5)


@dataclass
class Bench:
    """The stack under measurement. `invalid` collects what makes a figure worthless."""

    product: Product
    settings: Settings
    size: Size
    load: Helper
    floor_worker: Helper
    floor_client: Helper
    rows: asyncpg.Connection
    temporal: Client
    runs: list[dict[str, Any]] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)

    def pid(self, part: str) -> int:
        """The process of a part as it runs now."""
        return int(self.product.part(part)["pid"])

    def product_pids(self) -> dict[str, int]:
        """What counts as the product."""
        return {part: self.pid(part) for part in PARTS}

    def floor_pids(self, *, engine: bool) -> dict[str, int]:
        """What counts as the floor; its client stands for its api."""
        servers = {part: self.pid(part) for part in ("temporal", "postgres", "valkey")}
        own = {"client": self.floor_client.pid, "worker": self.floor_worker.pid}
        return own | servers if engine else own | {k: v for k, v in servers.items() if k != "temporal"}

    async def measure(
        self, helper: Helper, pids: Mapping[str, int], do: str, **order: Any
    ) -> tuple[dict[str, Any], Usage]:
        """Give an order, and read the clocks before and after it."""
        counted = {**pids, "(load)": helper.pid}
        before = take_snapshot(counted)
        result = await helper.ask(do, **order)
        await asyncio.sleep(SETTLE_S)
        used = usage_between(before, take_snapshot(counted))
        load = used.parts["(load)"]
        parts = {name: ms for name, ms in used.parts.items() if name in pids}
        result["load_ms"] = load / max(1, int(result.get("turns", 1)))
        return result, Usage(used.seconds, parts, used.ours, used.others)

    async def tenant(self, *scenarios: str) -> TestTenant:
        """A tenant of its own for one run."""
        return await make_tenant(self.settings, *scenarios)

    async def visitors(self, slug: str, count: int, *, streams: bool = True) -> list[int]:
        """So many open widgets."""
        opened: list[int] = (await self.load.ask("open", slug=slug, count=count, streams=streams))["visitors"]
        return opened

    async def sign_in(self, tenant: TestTenant) -> str:
        """An access token of the tenant's owner."""
        body = {"email": tenant.email, "password": tenant.password, "tenant": tenant.slug, "grant": "token"}
        answer = await self.call("POST", "/api/v1/auth/login", body, token=None)
        return str(answer["answer"]["access_token"])

    async def call(self, method: str, path: str, body: Any, *, token: str | None) -> dict[str, Any]:
        """One request of an operator, timed."""
        return await self.load.ask("call", method=method, path=path, body=body, token=token)

    async def select(self, tenant_id: UUID, sql: str, *args: Any) -> list[Any]:
        """Rows of a tenant, through its wall; `$1` is the tenant."""
        async with self.rows.transaction():
            await self.rows.execute("select set_config('app.tenant', $1, true)", str(tenant_id))
            found: list[Any] = await self.rows.fetch(sql, tenant_id, *args)
            return found

    async def history(self, workflow_id: str) -> tuple[int, int]:
        """Events and bytes of a workflow, over all of its runs."""
        events = size = 0
        run_id: str | None = None
        while run_id != "":
            handle = self.temporal.get_workflow_handle(workflow_id, run_id=run_id)
            info = (await handle.describe()).raw_description.workflow_execution_info
            events, size = events + info.history_length, size + info.history_size_bytes
            first = await anext(handle.fetch_history_events(page_size=1))
            run_id = first.workflow_execution_started_event_attributes.continued_execution_run_id
        return events, size

    async def histories(self, tenant_id: UUID, conversations: list[str]) -> tuple[int, int]:
        """Events and bytes of these conversations together."""
        ids = [conversation_workflow_id(tenant_id, each) for each in conversations]
        found = [await self.history(each) for each in ids]
        return sum(events for events, _ in found), sum(size for _, size in found)

    async def order(self, do: str, part: str) -> None:
        """`omni dev stop|start PART`."""
        state = StateDir(self.product.state_dir)
        await asyncio.to_thread(ask_supervisor, state, {"do": do, "part": part})

    async def fresh_worker(self) -> None:
        """Stop the worker gracefully and start another; returns when it is ready."""
        await self.order("stop", "worker")
        await self.order("start", "worker")
        await asyncio.sleep(0.2)  # the part's event comes on another pipe

    async def analyse(self) -> None:
        """Give the planner its statistics, as autovacuum does within a minute of a new database's first rows.

        Until then plans are guesses about empty tables, and a connection keeps them: no steady state to measure.
        """
        connection = await asyncpg.connect(driver_url(self.settings.database_owner_url or ""))
        try:
            await connection.execute("analyze")
        finally:
            await connection.close()

    def refuse(self, reason: str) -> None:
        """Mark a figure as worthless; the run ends with exit code 1."""
        self.invalid.append(reason)


@asynccontextmanager
async def open_bench(state_dir: Path, size: Size) -> AsyncIterator[Bench]:
    """Start the product without demo data, the floor beside it, and the load."""
    async with AsyncExitStack() as stack:
        product = stack.enter_context(Product(state_dir, env=UNLIMITED))
        settings = product.settings()
        assert settings.database_url and settings.database_owner_url
        await make_tables(settings.database_owner_url)
        env = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url or "",
            "TEMPORAL_ADDRESS": settings.temporal_address or "",
        }
        rows = await asyncpg.connect(driver_url(settings.database_url))
        stack.push_async_callback(rows.close)
        yield Bench(
            product=product,
            settings=settings,
            size=size,
            load=await stack.enter_async_context(Helper("benchmarks.load", str(product.port), env={})),
            floor_worker=await stack.enter_async_context(Helper("benchmarks.floor", env=env)),
            floor_client=await stack.enter_async_context(Helper("benchmarks.floor_client", env=env)),
            rows=rows,
            temporal=await connect_plain(env["TEMPORAL_ADDRESS"]),
        )
