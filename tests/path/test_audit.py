"""The audit log: what stands in it, who reads it, how it is taken out, and that nobody changes it."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from omnisupport.api import refusals
from omnisupport.api.csv_stream import cell
from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.settings import Settings
from omnisupport.storage import audit
from omnisupport.storage.access import audit as access
from omnisupport.storage.access.scenarios import compare
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import database_of
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

MENU = ECHO.replace("id: echo", "id: menu")


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own, so that its log holds nothing else."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Who may read the log."""
    async with Operator(product.url, tenant) as signed_in:
        yield signed_in


async def lines_of(operator: Operator, **filters: str) -> list[dict[str, Any]]:
    """A page of the log."""
    answer = await operator.request("GET", "/audit", params=filters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def write(settings: Settings, tenant: TestTenant, *actions: str, **fields: Any) -> None:
    """Lines, one transaction each, oldest first."""
    async with database_of(settings) as database:
        for action in actions:
            async with database.session(tenant.id) as session:
                audit.record(session, tenant.id, fields.pop("actor", ADMIN), action, **fields)


ADMIN = Actor(ActorKind.USER, id=uuid4(), name="Админ", address="192.0.2.1", user_agent="tests")


async def test_each_operation_of_a_person_is_a_line_and_a_repeat_is_none(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
    me = (await owner.request("GET", "/me")).json()["user"]["id"]
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("take-over", {}, "taken_over"),
        ("assign", {"user_id": me}, "assigned"),
        ("transfer", {"user_id": me, "note": "тебе"}, "transferred"),
        ("snooze", {"until": until}, "snoozed"),
        ("reopen", {}, "reopened"),
        ("hand-back", {}, "handed_back"),
        ("resolve", {}, "resolved"),
    ]
    for action, body, _ in steps:
        key = str(uuid4())
        for _repeat in range(2):
            path = f"/conversations/{conversation_id}/{action}"
            answer = await owner.request("POST", path, key=key, json=body)
            assert answer.status_code == 200, answer.text
    await owner.reply(conversation_id, "между нами", note=True)
    refused = await owner.try_to(conversation_id, "take-over")
    assert refused.status_code == 409
    lines = await lines_of(owner, action="conversation.", target=f"conversation:{conversation_id}")
    assert [line["action"] for line in reversed(lines)] == [f"conversation.{word}" for _, _, word in steps]
    taken = lines[-1]
    assert taken["actor"] == {"kind": "user", "id": me, "name": "Ольга"}
    assert taken["target"] == {"kind": "conversation", "id": conversation_id}
    assert (taken["outcome"], taken["address"]) == ("done", "127.0.0.1")
    assert taken["after"] == {
        "status": "open",
        "controller": "operator",
        "assignee_id": me,
        "department_id": None,
    }
    assert "тебе" not in str(lines), "what was said is a message, not a line"


async def test_drafts_and_versions_of_scenarios_are_lines(owner: Operator) -> None:
    made = (await owner.request("POST", "/scenarios", json={"document": MENU})).json()["scenario"]
    changed = MENU.replace("эхо:", "отклик:")
    headers = {"Authorization": f"Bearer {owner._token}", "If-Match": '"1"'}
    await owner._http.put(f"/scenarios/{made['id']}", json={"document": changed}, headers=headers)
    stale = await owner._http.put(f"/scenarios/{made['id']}", json={"document": MENU}, headers=headers)
    assert stale.status_code == 412
    for _ in range(2):  # what is live already is no news
        published = await owner.publish(f"/scenarios/{made['id']}")
        assert published.status_code == 200, published.text
    lines = await lines_of(owner, action="scenario.", target=f"scenario:{made['id']}")
    told = [(line["action"], line["before"], line["after"]) for line in reversed(lines)]
    count = len(MENU.splitlines())
    assert told == [
        ("scenario.created", None, {"key": "menu", "lines_added": count, "lines_removed": 0}),
        ("scenario.drafted", {"revision": 1}, {"revision": 2, "lines_added": 1, "lines_removed": 1}),
        (
            "scenario.published",
            {"live_version": None},
            {
                "live_version": 1,
                "ir_hash": published.json()["ir_hash"],
                "lines_added": count,
                "lines_removed": 0,
                "acknowledged": ["W142", "W180"],
            },
        ),
    ]


def test_a_line_that_moved_is_no_difference() -> None:
    assert compare("a\nb\nc", "c\na\nd") == {"lines_added": 1, "lines_removed": 1}


async def test_the_command_line_is_the_systems_actor(
    product: Product, settings: Settings, tmp_path: Path
) -> None:
    slug = f"cli-{uuid4().hex[:8]}"
    made = product.omni("tenant", "create", slug, "--owner", f"me@{slug}.example")
    assert made.returncode == 0, made.stderr
    (tmp_path / "delivery.md").write_text("# Доставка\n\nДоставляем за два дня по всей стране.\n")
    for _ in range(2):  # the second time nothing has changed
        imported = product.omni("knowledge", "import", str(tmp_path), "--tenant", slug)
        assert imported.returncode == 0, imported.stderr
    login = TestTenant(uuid4(), slug, f"me@{slug}.example", made.stdout.split()[-1])
    async with Operator(product.url, login) as operator:
        lines = await lines_of(operator)
    told = {line["action"]: line for line in lines if line["actor"]["kind"] == "system"}
    assert told.keys() == {"tenant.created", "member.added", "knowledge.imported"}
    assert told["tenant.created"]["after"] == {"slug": slug, "name": slug}
    assert told["knowledge.imported"]["after"] == {"imported": 1, "refused": 0}
    assert [line["action"] for line in lines].count("knowledge.imported") == 1


# --- reading ----------------------------------------------------------------------------------------------


async def test_lines_come_newest_first_page_by_page(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    await write(settings, tenant, *(f"probe.n{n}" for n in range(5)))
    found: list[str] = []
    params = {"action": "probe.", "limit": "2"}
    while True:
        page = (await owner.request("GET", "/audit", params=params)).json()
        found += [line["action"] for line in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert found == [f"probe.n{n}" for n in (4, 3, 2, 1, 0)]


async def test_each_filter_narrows(settings: Settings, tenant: TestTenant, owner: Operator) -> None:
    started = datetime.now(UTC)
    await write(settings, tenant, "probe.one", target=("tag", "7"))
    other = Actor(ActorKind.API_KEY, id=uuid4(), name="Ключ")
    await write(settings, tenant, "probe_two.x", target=("tag", "8"), outcome="refused", actor=other)
    both = {"probe.one", "probe_two.x"}
    expected: list[tuple[dict[str, str], set[str]]] = [
        ({"actor": str(ADMIN.id)}, {"probe.one"}),
        ({"actor": str(uuid4())}, set()),
        ({"action": "probe"}, both),
        ({"action": "probe_"}, {"probe_two.x"}),
        ({"action": "probe."}, {"probe.one"}),
        ({"target": "tag"}, both),
        ({"target": "tag:8"}, {"probe_two.x"}),
        ({"outcome": "refused"}, {"probe_two.x"}),
        ({"target": "tag", "from": started.isoformat()}, both),
        ({"target": "tag", "to": started.isoformat()}, set()),
        ({"target": "tag", "from": "9999-12-31T23:59:59+00:00"}, set()),
    ]
    for filters, actions in expected:
        assert {line["action"] for line in await lines_of(owner, **filters)} == actions, filters


@pytest.mark.parametrize(
    "params",
    [
        {"actor": "me"},
        {"action": "Probe"},
        {"action": "a\x00"},
        {"action": "%"},
        {"target": "tag:\x00"},
        {"target": "tag:" + "x" * 300},
        {"outcome": "maybe"},
        {"from": "2026-01-01T00:00:00"},
        {"to": "0001-01-01T00:00:00+14:00"},
        {"cursor": "x"},
        {"cursor": "WzEsMl0="},
        {"limit": "0"},
        {"limit": "101"},
    ],
)
async def test_what_is_no_filter_is_refused_with_its_field(owner: Operator, params: dict[str, str]) -> None:
    answer = await owner.request("GET", "/audit", params=params)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == next(iter(params))


async def test_another_tenants_lines_are_not_there(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    other = await make_tenant(settings)
    await write(settings, other, "probe.foreign", target=("tag", "7"))
    assert await lines_of(owner, action="probe.") == []
    assert await lines_of(owner, target="tag:7") == []
    exported = await owner.request("POST", "/audit/export", json={})
    assert "probe.foreign" not in exported.text
    async with Operator(product.url, other) as stranger:
        assert len(await lines_of(stranger, action="probe.")) == 1


# --- taking out -------------------------------------------------------------------------------------------


async def test_an_export_is_a_file_in_which_nothing_runs_and_a_line_itself(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    evil = Actor(ActorKind.USER, id=uuid4(), name='=HYPERLINK("http://evil.example")', user_agent="+1")
    await write(settings, tenant, "probe.evil", actor=evil, target=("tag", "@SUM(1)"), after={"a": "ё"})
    answer = await owner.request("POST", "/audit/export", json={"action": "probe."})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    [header, line] = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    told = dict(zip(header, line, strict=True))
    assert told["actor_name"] == '\'=HYPERLINK("http://evil.example")'
    assert (told["user_agent"], told["target_id"]) == ("'+1", "'@SUM(1)")
    assert (told["action"], told["after"]) == ("probe.evil", '{"a":"ё"}')
    [noted] = await lines_of(owner, action="audit.exported")
    assert noted["after"] == {"action": "probe.", "lines": 1}


async def test_an_export_has_every_line_once_and_no_more_than_may_be(
    settings: Settings, tenant: TestTenant, owner: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(settings, tenant, *(f"probe.n{n}" for n in range(7)))
    monkeypatch.setattr(access, "EXPORT_PAGE", 3)
    wanted = access.AuditFilter(action="probe.")
    async with database_of(settings) as database:
        pages = [page async for page in access.export_audit(database, tenant.id, wanted)]
        assert [line.action for page in pages for line in page] == [f"probe.n{n}" for n in range(6, -1, -1)]
        assert [len(page) for page in pages] == [3, 3, 1]
    monkeypatch.setattr(access, "MOST_EXPORTED", 6)
    async with second_api(settings) as api, Operator(api.url, tenant) as here:
        refused = await here.request("POST", "/audit/export", json={"action": "probe."})
        assert (refused.status_code, refused.json()["code"]) == (409, "export_too_large")
        assert await lines_of(owner, action="audit.") == [], "nothing was taken out"


@pytest.mark.parametrize("body", [{"limit": 1}, {"action": "%"}, {"from": "yesterday"}, {"actor": 7}])
async def test_what_is_no_export_is_refused(owner: Operator, body: dict[str, Any]) -> None:
    answer = await owner.request("POST", "/audit/export", json=body)
    assert answer.status_code == 422
    assert await lines_of(owner, action="audit.") == []


async def test_exports_are_counted(owner: Operator) -> None:
    statuses = [(await owner.request("POST", "/audit/export", json={})).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1", "'=1"),
        (" =1", "' =1"),
        ("-1", "'-1"),
        ("＝1", "'＝1"),
        ("\t=1", "'\t=1"),
        ("a=1", "a=1"),
        (None, ""),
    ],
)
def test_a_cell_is_no_formula(value: str | None, expected: str) -> None:
    assert cell(value) == expected


# --- nobody changes it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "update audit set outcome = 'done'",
        "delete from audit",
        "truncate audit",
        "alter table audit disable trigger all",
        "drop table audit",
    ],
)
async def test_the_app_role_adds_lines_and_changes_none(
    settings: Settings, tenant: TestTenant, sql: str
) -> None:
    await write(settings, tenant, "probe.kept")
    async with database_of(settings) as database:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            async with database.session(tenant.id) as session:
                await session.exec(text(sql))  # type: ignore[call-overload]
        async with database.session(tenant.id) as session:
            kept = text("select count(*) from audit where action = 'probe.kept'")
            assert await session.scalar(kept) == 1


async def test_a_line_falls_with_the_transaction_that_it_tells_of(
    settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    async def break_down() -> None:
        async with database_of(settings) as database, database.session(tenant.id) as session:
            audit.record(session, tenant.id, ADMIN, "probe.fallen")
            await session.flush()
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await break_down()
    assert await lines_of(owner, action="probe.") == []


# --- refused authorizations -------------------------------------------------------------------------------


async def test_a_refusal_is_a_line_and_a_flood_of_them_is_one_more(
    product: Product, settings: Settings, tenant: TestTenant, owner: Operator
) -> None:
    analyst = await add_person(settings, tenant, role="analyst")
    async with second_api(settings) as api, Operator(api.url, analyst) as person:
        answers = await asyncio.gather(
            *(person.request("GET", "/audit") for _ in range(refusals.MOST_A_MINUTE + 15))
        )
        assert {answer.status_code for answer in answers} == {403}
        lines = await lines_of(owner, action="authorization.", limit="100")
        assert len(lines) == refusals.MOST_A_MINUTE
        assert lines[0]["target"] == {"kind": "permission", "id": "audit.read"}
        assert (lines[0]["outcome"], lines[0]["actor"]["name"]) == ("refused", "Анна")
    lines = await lines_of(owner, action="authorization.", limit="100")
    assert len(lines) == refusals.MOST_A_MINUTE + 1
    assert lines[0]["after"] == {"more": 15}


async def test_the_rest_of_a_minute_is_written_when_it_is_over(
    settings: Settings, tenant: TestTenant, owner: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MOST_A_MINUTE", 1)
    async with database_of(settings) as database:
        counting = refusals.Refusals(database, window_s=0.3)
        for _ in range(3):
            await counting.write(tenant.id, ADMIN, "audit.read")
        await asyncio.sleep(0.6)
        lines = await lines_of(owner, action="authorization.")
        assert [line["after"] for line in lines] == [{"more": 2}, None]
        await counting.write(tenant.id, ADMIN, "audit.read")
        assert len(await lines_of(owner, action="authorization.")) == 3
        await counting.close()
