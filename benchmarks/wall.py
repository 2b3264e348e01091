"""What the wall between tenants and a role's scope cost: lists at 200,000 conversations, and the hot functions.

    .venv/bin/python -m benchmarks.wall [--conversations 200000] [--runs 200] [--out benchmarks/results]

A database of its own on the embedded Postgres. Prints, and with `--out` writes `wall.md` with the plans.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson

from benchmarks.report import markdown_table, percentile
from omnisupport.auth.tokens import TokenKind, new_token
from omnisupport.devstack.embedded import EmbeddedServers
from omnisupport.devstack.postgres import OWNER, SUPERUSER
from omnisupport.devstack.state import StateDir
from omnisupport.domain.reach import Reach
from omnisupport.net.sealing import MasterKey
from omnisupport.storage.access.conversations import COUNTED_TO
from omnisupport.storage.migrate import upgrade
from omnisupport.storage.queries.conversations import Conversations
from omnisupport.storage.queries.inbox import Inbox, scope_of
from omnisupport.storage.queries.sessions import Login, Sessions
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.session import Database, driver_url

DEPARTMENTS = ("support", "sales", "archive")
NEIGHBOURS = 50
EACH_NEIGHBOUR = 400
OPERATORS = 40
BUDGET_MS = 50.0
BUDGET_SHARE = 0.10
TURNS = Path("benchmarks/results/turns.json")
CREDENTIALS = re.compile(r"//[^@]*@")

# The department `archive` has old conversations only, and few: whoever reaches no more than it must not
# wait for a walk past everybody else's newer ones.
FILL = """
with n as (select g as n, md5($1::uuid || '/' || g)::uuid as id from generate_series(1, $2::int) g),
customers as (
  insert into customer (tenant_id, id, name) select $1, n.id, 'Customer ' || n.n from n),
identities as (
  insert into identity (tenant_id, id, channel_id, customer_id, external_id)
    select $1, n.id, $3, n.id, n.n::text from n)
insert into conversation (tenant_id, id, channel_id, identity_id, customer_id, status, controller, assignee_id,
    assignee_name, department_id, last_seq, last_in, cursor_seq, last_message, created_at, updated_at, resolved_at)
  select $1, n.id, $3, n.id, n.id, q.status, case when n.n % 5 < 2 then 'operator' else 'assistant' end,
    case when n.n % 5 = 0 then md5('operator' || n.n / 5 % 40)::uuid end,
    case when n.n % 5 = 0 then 'Operator' end,
    case when n.n > $2 * 0.9 then ($4::uuid[])[3] when n.n % 10 < 6 then ($4::uuid[])[1]
      when n.n % 10 < 9 then ($4::uuid[])[2] end,
    2, 1, 1, '{"text": "hello", "direction": "inbound", "seq": 1,
      "author": {"kind": "customer", "id": null, "name": null}, "created_at": "2026-11-26T00:00:00.000000Z"}',
    now(), now() - make_interval(secs => n.n * 30), case when q.status = 'resolved' then now() end
  from n, lateral (select case when n.n % 40 = 0 or n.n < 2000 then 'open' when n.n % 97 = 0 then 'snoozed'
    when n.n % 89 = 0 then 'pending' else 'resolved' end as status) q
"""
MESSAGES = """
insert into message (tenant_id, conversation_id, seq, direction, author_kind, text, status, key)
  select c.tenant_id, c.id, s.seq, case s.seq when 1 then 'inbound' else 'outbound' end, 'customer', 'hello', 'sent',
    c.id || ':' || s.seq
  from conversation c, generate_series(1, 2) s (seq) where c.tenant_id = $1
"""


@dataclass(frozen=True)
class Place:
    """The tenant with the many conversations."""

    tenant_id: UUID
    departments: dict[str, UUID]
    user_id: UUID

    def reaches(self) -> dict[str, Reach | None]:
        """Each scope, and the worst of them: a department whose conversations are all old."""
        me = str(self.user_id)
        of = {name: [str(self.departments[each]) for each in names] for name, names in PEOPLE.items()}
        return {
            "all": None,
            **{name: Reach("departments", me, found) for name, found in of.items()},
            "own": Reach("own", me),
            "own, of nobody": Reach("own", str(uuid4())),
        }


PEOPLE = {
    "departments: one": ["sales"],
    "departments: all three": list(DEPARTMENTS),
    "departments: an old one": ["archive"],
}


async def fill(owner: asyncpg.Connection, database: Database, conversations: int) -> Place:
    """One large tenant with its neighbours."""
    found: Place | None = None
    for number in range(NEIGHBOURS + 1):
        slug = f"wall-{number}"
        person = NewPerson(email=f"{slug}@example.com", name="Owner", password_hash="-", role="owner")
        tenant_id = await Tenants(database, MasterKey(bytes(32))).create(slug, slug, owner=person)
        channel = await owner.fetchval("select id from channel where tenant_id = $1", tenant_id)
        departments = {}
        for key in DEPARTMENTS:
            departments[key] = await owner.fetchval(
                "insert into department values ($1, $2, $3, '{}', 'UTC', '{}')"
                " on conflict (tenant_id, key) do update set name = '{}' returning id",
                tenant_id,
                uuid4(),
                key,
            )
        size = conversations if number == 0 else EACH_NEIGHBOUR
        await owner.execute(FILL, tenant_id, size, channel, list(departments.values()), timeout=600)
        await owner.execute(MESSAGES, tenant_id, timeout=600)
        if number == 0:
            mine = await owner.fetchval("select md5('operator3')::uuid")
            found = Place(tenant_id, departments, mine)
    await owner.execute("vacuum analyze", timeout=600)
    assert found is not None
    return found


async def timed(runs: int, ask: Callable[[], Awaitable[Any]]) -> list[float]:
    """Milliseconds of each run, the first ones left out."""
    for _ in range(10):
        await ask()
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - began) * 1000)
    return took


def filters_of(place: Place) -> dict[str, dict[str, str]]:
    """What the console asks for, and one page far down."""
    return {
        "everything": {},
        "open": {"status": "open"},
        "mine, open": {"status": "open", "assigned_to": str(place.user_id)},
        "unassigned": {"status": "open", "assigned_to": "none", "controller": "operator"},
        "with the bot": {"status": "open", "controller": "bot"},
        "resolved": {"status": "resolved"},
        "by channel": {"channel": "widget"},
        "far down": {"before": "2026-10-20T00:00:00+00:00", "before_id": str(UUID(int=0))},
    }


async def measure_lists(database: Database, place: Place, runs: int) -> list[dict[str, Any]]:
    """Each list for each scope, and the counts."""
    inbox, found = Inbox(database), []
    for scope, reach in place.reaches().items():
        for name, filters in filters_of(place).items():

            async def ask(filters: dict[str, str] = filters, reach: Reach | None = reach) -> Any:
                return await inbox.page(place.tenant_id, filters, 50, reach)

            lines = len(await ask())
            found.append(_row(scope, name, lines, await timed(runs, ask)))

        async def count(reach: Reach | None = reach) -> Any:
            return await inbox.counts(place.tenant_id, place.user_id, COUNTED_TO, reach)

        found.append(_row(scope, "counts", (await count())["all"], await timed(runs, count)))
    return found


def _row(scope: str, name: str, lines: int, took: Sequence[float]) -> dict[str, Any]:
    p50, p95 = percentile(took, 50), percentile(took, 95)
    holds = "yes" if p95 <= BUDGET_MS else "**no**"
    return {"scope": scope, "list": name, "lines": lines, "p50 ms": p50, "p95 ms": p95, "holds?": holds}


async def explain(superuser: asyncpg.Connection, place: Place) -> dict[str, str]:
    """The plans that the lists run by, as the app role under the policy and with a hot connection's settings."""
    plans: list[str] = []
    superuser.add_log_listener(lambda _, message: plans.append(message.message))
    for setting in (
        "load 'auto_explain'",
        "set auto_explain.log_min_duration = 0",
        "set auto_explain.log_analyze = on",
        "set auto_explain.log_buffers = on",
        "set auto_explain.log_nested_statements = on",
        "set client_min_messages = log",
        "set plan_cache_mode = force_generic_plan",
        "set role omni_app",
    ):
        await superuser.execute(setting)
    told: dict[str, str] = {}
    for scope in ("all", "departments: an old one", "own"):
        reach = place.reaches()[scope]
        for name in ("everything", "unassigned"):
            plans.clear()
            async with superuser.transaction():
                await superuser.execute("select set_config('app.tenant', $1, true)", str(place.tenant_id))
                await superuser.fetchval(
                    "select inbox_page($1, $2::jsonb, 50, $3::jsonb)",
                    place.tenant_id,
                    orjson.dumps(filters_of(place)[name]).decode(),
                    scope_of(reach),
                )
            await asyncio.sleep(0.05)
            of_lists = [plan for plan in plans if "lateral" in plan]
            told[f"{scope}: {name}"] = "\n".join(of_lists)
    return told


async def measure_turn(app: Database, bypass: Database, place: Place, runs: int) -> dict[str, float]:
    """Median milliseconds of a turn's hot functions for either role, in turns of one and the other."""
    took: dict[str, dict[str, list[float]]] = {"app": {}, "bypass": {}}
    doors = {"app": app, "bypass": bypass}
    tokens = {name: await _visitor(app, place.tenant_id) for name in doors}
    states: dict[str, dict[str, int]] = {name: {"turn": 0, "cursor": 0} for name in doors}
    for number in range(runs + 20):
        for name in sorted(doors, reverse=bool(number % 2)):
            steps = await _turn(Conversations(doors[name]), place.tenant_id, tokens[name], states[name])
            if number >= 20:
                for step, ms in steps.items():
                    took[name].setdefault(step, []).append(ms)
    return {
        f"{name} {step}": statistics.median(values)
        for name, steps in took.items()
        for step, values in steps.items()
    }


async def _visitor(database: Database, tenant_id: UUID) -> bytes:
    home = await Visitors(database).home("wall-0")
    assert home is not None
    _, digest = new_token(TokenKind.VISITOR, tenant_id)
    await Visitors(database).create(home, digest, locale="ru", page=None)
    return digest


async def _turn(
    conversations: Conversations, tenant_id: UUID, token: bytes, state: dict[str, int]
) -> dict[str, float]:
    steps: dict[str, float] = {}
    began = time.perf_counter()
    accepted = await conversations.accept(
        tenant_id, token, client_message_id=str(uuid4()), text="hello", content={}, stop_word=False
    )
    steps["accept"] = (time.perf_counter() - began) * 1000
    message = accepted["message"]
    reply = {
        "direction": "outbound",
        "author_kind": "scenario",
        "text": "hello",
        "status": "sent",
        "key": str(uuid4()),
    }
    body = {
        "turn": state["turn"],
        "epoch": 0,
        "cursor": message["seq"],
        "rows": [reply],
        "set": {"state": {}},
    }
    began = time.perf_counter()
    committed = await conversations.commit(tenant_id, message["conversation_id"], orjson.dumps(body))
    steps["commit"] = (time.perf_counter() - began) * 1000
    assert committed.committed, committed
    state["turn"] = committed.turn
    began = time.perf_counter()
    await conversations.read_after(
        tenant_id, UUID(message["conversation_id"]), message["seq"] - 1, limit=200, visitor=True
    )
    steps["read"] = (time.perf_counter() - began) * 1000
    return steps


async def measure_authorization(app: Database, place: Place, runs: int) -> dict[str, float]:
    """Median milliseconds of finding who a request speaks for: read anew, and remembered as for three seconds."""
    sessions = Sessions(app)
    [login] = await sessions.find_logins("wall-0@example.com", None)
    digest = uuid4().bytes
    await sessions.begin(
        Login(login.user_id, place.tenant_id, "", "owner", "-"),
        digest,
        kind="cookie",
        life=timedelta(hours=1),
        user_agent=None,
        rehashed=None,
    )

    async def anew() -> None:
        sessions.forget()
        assert await sessions.of_token(place.tenant_id, digest)

    async def remembered() -> None:
        assert await sessions.of_token(place.tenant_id, digest)

    return {
        "session, member, rights: read anew": statistics.median(await timed(runs, anew)),
        "session, member, rights: remembered": statistics.median(await timed(runs, remembered)),
    }


def report(lists: list[dict[str, Any]], turn: dict[str, float], who: dict[str, float], size: int) -> str:
    """The page without the plans."""
    total = {
        role: sum(ms for name, ms in turn.items() if name.startswith(role)) for role in ("app", "bypass")
    }
    wall = total["app"] - total["bypass"]
    whole = _whole_turn()
    rows = [{"figure": name, "ms": ms} for name, ms in {**turn, **who}.items()]
    rows += [
        {"figure": "policy, a turn", "ms": wall},
        {"figure": "one turn alone, p50 (turns.md)", "ms": whole},
    ]
    share = wall / whole
    asked = (wall + who["session, member, rights: read anew"]) / whole
    verdict = (
        f"The policy adds {share:.1%} to a turn (budget {BUDGET_SHARE:.0%}: "
        f"{'holds' if share <= BUDGET_SHARE else 'missed'}). With a session that is read anew for an operator's "
        f"request it is {asked:.1%} of a turn; a session is read once in three seconds and process."
    )
    table = markdown_table(list(lists[0]), [[_figure(value) for value in row.values()] for row in lists])
    figures = markdown_table(["figure", "ms"], [[str(row["figure"]), f"{row['ms']:.3f}"] for row in rows])
    return (
        f"# What the wall and the scope cost\n\n{size:,} conversations in {len(DEPARTMENTS)} departments, "
        f"{NEIGHBOURS} tenants beside them. Lists of 50 lines as the app role, "
        f"budget p95 ≤ {BUDGET_MS:.0f} ms.\n\n{table}\n\n"
        "## A turn under the policy and without it\n\nMedians of the hot functions, taken by turns in one run.\n\n"
        f"{figures}\n\n{verdict}\n"
    )


def _figure(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _whole_turn() -> float:
    figures = json.loads(TURNS.read_text())["figures"]
    for figure in figures:
        if figure.get("name") == "one turn alone, p50":
            return float(figure["shown"].split()[0])
    raise RuntimeError("turns.json has no 'one turn alone, p50'")


async def run(size: int, runs: int, out: Path | None) -> None:
    """Fill, measure, tell."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        async with EmbeddedServers(state, parts=("postgres",)) as servers:
            urls = servers.urls
            assert urls.database and urls.database_owner
            await upgrade(urls.database_owner)
            secret = StateDir.open(state).secret("secrets", SUPERUSER)
            above = CREDENTIALS.sub(f"//{SUPERUSER}:{secret}@", urls.database_owner)
            superuser = await asyncpg.connect(driver_url(above))
            app, bypass = Database(urls.database, pool_size=2), Database(above, pool_size=2)
            began = time.perf_counter()
            place = await fill(superuser, app, size)
            print(f"filled in {time.perf_counter() - began:.0f} s as {SUPERUSER}, beside {OWNER}", flush=True)
            who = await measure_authorization(app, place, runs)
            turn = await measure_turn(app, bypass, place, runs * 3)
            lists = await measure_lists(app, place, runs)
            plans = await explain(superuser, place)
            page = report(lists, turn, who, size)
            print(page, flush=True)
            if out is not None:
                kept = "\n".join(f"### {name}\n\n```\n{plan}\n```\n" for name, plan in plans.items())
                (out / "wall.md").write_text(f"{page}\n## Plans\n\n`EXPLAIN (ANALYZE, BUFFERS)`\n\n{kept}")
            await superuser.close()
            await app.close()
            await bypass.close()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    asyncio.run(run(options.conversations, options.runs, options.out))


if __name__ == "__main__":
    main()
