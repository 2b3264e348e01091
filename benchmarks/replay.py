"""How long the last thousand conversations take: read from a real Postgres, replayed on a new version, compared.

Run: `python -m benchmarks.replay`. It starts a Postgres of its own, writes conversations of ten turns as the product
keeps them, and runs the trial that a publish runs, in its own process. Nothing else should run on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import null
from sqlmodel import col, select

from benchmarks.report import Budget, Figure, absolute, figures_table
from benchmarks.timing import speed_of_machine
from omnisupport.activities.scenario_material import ScenarioMaterial
from omnisupport.activities.trials import Trials
from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.devstack.embedded import EmbeddedServers
from omnisupport.domain.scenario_jobs import JobKind
from omnisupport.net.sealing import MasterKey
from omnisupport.scenario_dsl import (
    IR,
    Event,
    Message,
    Result,
    Start,
    compile_document,
    load_document,
    new_state,
    step,
)
from omnisupport.scenario_dsl.notes import World, note_event, note_result, world_of
from omnisupport.scenario_dsl.sim.walk import Walker
from omnisupport.storage.migrate import upgrade
from omnisupport.storage.queries.recordings import Recordings
from omnisupport.storage.queries.scenario_tests import ScenarioTests
from omnisupport.storage.queries.subflows import Subflows
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Customer, Identity, Scenario, ScenarioRun, Turn
from omnisupport.storage.tables import Message as MessageRow
from tests.support.tenants import publish

SCENARIO = Path(__file__).parent.parent / "examples" / "scenarios" / "order_status.yaml"
CONVERSATIONS, TURNS = 1_000, 10
DIFFERENT = 100
"""Conversations that are not alike; each is there ten times."""
PAGE = 100
REPLAYED = Budget(10, "{:.1f} s")


@dataclass(frozen=True)
class Measured:
    """Seconds of the clock, and of processors while they went by; `counts` by what was found."""

    read_s: float
    whole_s: float
    cpu_s: float
    counts: dict[str, int]
    left_out: dict[str, int]


def dialogs(ir: IR, count: int, turns: int) -> list[list[Event]]:
    """The events of conversations with at least so many turns after their first message, most of which have ended."""
    walker, found, seed = Walker(ir), [], 0
    while len(found) < count:
        seed += 1
        walker.player.log = []
        walker.walk(seed)
        if len(walker.player.log) > turns and not any(map(_has_nul, walker.player.log)):
            found.append(walker.player.log[: turns + 1])
    walker.ir.program.path.clear()
    return found


def _has_nul(event: Event) -> bool:
    """Whether it is one that no door lets in."""
    said = event.message if isinstance(event, Message | Start) else None
    return said is not None and "\0" in said.text


def turns_of(
    ir: IR, events: Sequence[Event]
) -> tuple[list[dict[str, Any]], list[Message | Start], dict[str, Any]]:
    """What the product writes of a run: a turn for each event, the messages, and the state at the end."""
    state: dict[str, Any] = new_state(ir, run=1)
    turns, said = [], []
    world: World | None = None
    for event in events:
        state, commands = step(ir, state, event)
        noted = note_event(event, run=1, ir_hash=ir["hash"], inputs=state["inputs"], before=world)
        world = world_of(event.context)
        results = [note_result(event.call_id, event.exit, event.value)] if isinstance(event, Result) else []
        traced = [{**noted, "node": state["node_label"]}]
        done = [{"command": type(command).__name__} for command in commands]
        turns.append({"state": state, "trace": traced, "results": results, "commands": done})
        if isinstance(event, Message | Start) and event.message is not None:
            said.append(event)
    return turns, said, state


async def fill(database: Database, slug: str, tenant_id: UUID, ir: IR, conversations: int) -> UUID:
    """Write the conversations, each of a customer of his own; the scenario's id."""
    visitors = Visitors(database)
    home = await visitors.home(slug)
    assert home is not None
    _, digest = new_token(TokenKind.VISITOR, tenant_id)
    await visitors.create(home, digest, locale="ru", page=None)
    async with database.session(tenant_id) as session:
        scenario_id = (await session.exec(select(Scenario.id).where(Scenario.key == ir["id"]))).one()
        channel_id = (await session.exec(select(Identity.channel_id).order_by(col(Identity.id)))).first()
    assert channel_id is not None
    written = [turns_of(ir, events) for events in dialogs(ir, min(DIFFERENT, conversations), TURNS)]
    for begins in range(0, conversations, PAGE):
        async with database.session(tenant_id) as session:
            rows: list[Any] = []
            for number in range(begins, min(begins + PAGE, conversations)):
                rows += rows_of(
                    tenant_id, scenario_id, channel_id, ir, number, *written[number % len(written)]
                )
            for kind in (Customer, Identity, Conversation, MessageRow, Turn, ScenarioRun):
                session.add_all([row for row in rows if isinstance(row, kind)])
                await session.flush()
    return scenario_id


def rows_of(
    tenant_id: UUID,
    scenario_id: UUID,
    channel_id: UUID,
    ir: IR,
    number: int,
    turns: list[dict[str, Any]],
    said: list[Message | Start],
    state: dict[str, Any],
) -> list[Any]:
    """Every row of one conversation."""
    mine = {"tenant_id": tenant_id}
    customer_id, identity_id, conversation_id = uuid4(), uuid4(), uuid4()
    at = datetime.now(UTC) - timedelta(minutes=number)
    ended = state["ended"]
    of_run = {"run": 1, "ir_hash": ir["hash"]}
    rows: list[Any] = [
        Customer(**mine, id=customer_id, name=f"Клиент {number}"),
        Identity(
            **mine,
            id=identity_id,
            channel_id=channel_id,
            customer_id=customer_id,
            external_id=str(identity_id),
        ),
        Conversation(
            **mine,
            id=conversation_id,
            channel_id=channel_id,
            identity_id=identity_id,
            customer_id=customer_id,
            turn=len(turns),
            state=null() if ended else state,
            scenario_key=ir["id"],
            updated_at=at,
            **of_run,
        ),
    ]
    rows += [
        MessageRow(
            **mine,
            conversation_id=conversation_id,
            seq=event.message.seq,
            id=uuid4(),
            direction="inbound",
            author_kind="customer",
            text=event.message.text,
            content={
                **({"button": event.message.button} if event.message.button else {}),
                **(event.message.content or {}),
            },
            status="received",
            key=f"{conversation_id}:{event.message.seq}",
        )
        for event in said
        if event.message is not None
    ]
    rows += [
        Turn(
            **mine,
            conversation_id=conversation_id,
            turn=turn,
            through_seq=turn,
            run=1,
            ir_hash=ir["hash"],
            **values,
        )
        for turn, values in enumerate(turns, 1)
    ]
    if ended:
        rows.append(
            ScenarioRun(
                **mine,
                id=uuid4(),
                scenario_id=scenario_id,
                version=1,
                engine=ir["engine"],
                mode="dialog",
                status="ended",
                outcome=ended["outcome"],
                conversation_id=conversation_id,
                turn=len(turns),
                ended_at=at,
                **of_run,
            )
        )
    return rows


async def measure(database: Database, tenant_id: UUID, scenario_id: UUID, text: str, last: int) -> Measured:
    """Read and replay the last conversations on this document."""
    material = ScenarioMaterial(Subflows(database), ScenarioTests(database), Recordings(database))
    spent, begun = _cpu(), time.perf_counter()
    request = await material.request(tenant_id, scenario_id, text, JobKind.REPLAY, {"last": last})
    read = time.perf_counter() - begun
    report = await Trials().run(request, cpu_s=600, timeout_s=600)
    whole = time.perf_counter() - begun
    return Measured(read, whole, _cpu() - spent, report["counts"], report["left_out"])


def _cpu() -> float:
    """Seconds of processors that this process and its ended children have used; the database's are its own."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


async def run(conversations: int) -> list[Measured]:
    """On the same version, and on one that says something else at the end."""
    text = SCENARIO.read_text("utf-8")
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServers(Path(folder) / "state", parts=("postgres",)) as servers,
    ):
        assert servers.urls.database and servers.urls.database_owner
        await upgrade(servers.urls.database_owner)
        database = Database(servers.urls.database, pool_size=2)
        try:
            owner = NewPerson(email="owner@example.com", name="Owner", password_hash="-", role="owner")
            tenant_id = await Tenants(database, MasterKey(bytes(32))).create("bench", "Bench", owner=owner)
            await publish(database, tenant_id, text)
            scenario_id = await fill(database, "bench", tenant_id, _compiled(text), conversations)
            other = text.replace("Хорошего дня!", "Всего доброго!")
            return [
                await measure(database, tenant_id, scenario_id, each, conversations) for each in (text, other)
            ]
        finally:
            await database.close()


def _compiled(text: str) -> IR:
    document = load_document(text).document
    assert document is not None
    return compile_document(document)


def figures_of(same: Measured, other: Measured, conversations: int) -> list[Figure]:
    """What is judged, and what it is made of."""
    name = f"{conversations:,} conversations of {TURNS} turns read, replayed and compared"
    return [
        absolute(f"{name}: on the same version", same.whole_s, REPLAYED),
        absolute(f"{name}: on a version with another text", other.whole_s, REPLAYED),
        absolute("of it reading them from Postgres", other.read_s, None, unit="{:.1f} s"),
        absolute("time of processors, without Postgres", other.cpu_s, None, unit="{:.1f} s"),
    ]


def main() -> int:
    """Measure and print; 1 when a budget does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS)
    conversations = parser.parse_args().conversations
    same, other = asyncio.run(run(conversations))
    figures = figures_of(same, other, conversations)
    print(figures_table(figures))
    print(f"\n{speed_of_machine():.0f} million rounds of an empty loop a second")
    print(f"same version: {asdict(same)}\nother text: {asdict(other)}")
    replayed = [sum(each.counts.values()) for each in (same, other)]
    if replayed != [conversations] * 2:
        print(f"{replayed} of {conversations} were replayed: the figures say nothing.")
        return 1
    return 0 if all(figure.holds is not False for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
