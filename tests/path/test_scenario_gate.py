"""The gate over real HTTP: trials at once and as jobs, what blocks a publish, and moving those who are talking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.domain.permissions import Permission
from omnisupport.settings import Settings
from tests.path.test_scenario_cli import TESTS
from tests.path.test_scenario_versions import publish
from tests.path.test_scenarios import document, make, new
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import add_scoped
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

PATIENCE_S = 60


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with one scenario."""
    return await make_tenant(settings, ECHO)


@pytest.fixture(scope="module")
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as signed_in:
        yield signed_in


async def trial(owner: Operator, path: str, **body: Any) -> dict[str, Any]:
    """Try it; the report, of a job once it is done."""
    asked = await owner.request("POST", f"{path}/test", json=body)
    if asked.status_code == 200:
        return dict(asked.json()["report"])
    assert asked.status_code == 202, asked.text
    job = await until_over(owner, path, asked.json()["job"]["id"])
    assert job["status"] == "done", job
    return dict(job["report"])


async def until_over(owner: Operator, path: str, job_id: str) -> dict[str, Any]:
    """Wait for a job."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            job: dict[str, Any] = (await owner.request("GET", f"{path}/jobs/{job_id}")).json()["job"]
            if job["status"] not in ("waiting", "running"):
                return job
            await asyncio.sleep(0.2)


async def add_test(owner: Operator, path: str, text: str) -> str:
    """Keep a test file; its path."""
    made = await owner.request("POST", f"{path}/tests", json={"name": f"{new()}.yaml", "document": text})
    assert made.status_code == 201, made.text
    return f"{path}/tests/{made.json()['test']['id']}"


async def talk(product: Product, tenant: TestTenant, *texts: str) -> list[str]:
    """Say things as a new visitor."""
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        return [(await visitor.ask(text))[-1]["text"] for text in texts]


async def test_cases_and_a_transcript_are_answered_at_once(owner: Operator) -> None:
    key = new()
    path, _ = await make(owner, document(key))
    report = await trial(owner, path, cases={"document": TESTS.format(key=key)})
    assert report["passed"] and report["tests"][0]["cases"][0]["passed"]
    assert report["tests"][0]["coverage"]["percent"]["nodes"]
    bad = await trial(owner, path, cases={"document": TESTS.format(key=key).replace("эхо: да", "эха")})
    [failure] = bad["tests"][0]["cases"][0]["failures"]
    assert not bad["passed"] and failure["line"] == 10
    unread = await trial(owner, path, cases={"document": "omni: scenario-test/v1\n"})
    assert not unread["passed"] and unread["tests"][0]["findings"]
    steps = [{"user": key}, {"user": "да"}, {"advance": "30d"}]
    seen = await trial(owner, path, transcript={"steps": steps})
    said = [line for line in seen["tests"][0]["cases"][0]["transcript"] if "эхо: да" in str(line)]
    assert said, seen
    none = await owner.request("POST", f"{path}/test", json={})
    assert none.status_code == 422
    many = "\n".join(f"  - {{name: c{number}, steps: [{{user: {key}}}]}}" for number in range(201))
    full = f"omni: scenario-test/v1\nscenario: {key}\ncases:\n{many}\n"
    refused = await owner.request("POST", f"{path}/test", json={"cases": {"document": full}})
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_cases")


async def test_a_draft_with_errors_is_not_tried(owner: Operator) -> None:
    path, _ = await make(owner, document(new()).replace("next: listen", "next: lisen"))
    for body in ({"walks": {}}, {"transcript": {"steps": [{"user": "x"}]}}):
        refused = await owner.request("POST", f"{path}/test", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "scenario_has_errors"), refused.text


async def test_failing_tests_keep_a_draft_from_going_live(owner: Operator) -> None:
    key = new()
    path, _ = await make(owner, document(key))
    wrong = await add_test(owner, path, TESTS.format(key=key).replace("эхо: да", "эха"))
    shut = await owner.publish(path)
    assert (shut.status_code, shut.json()["code"]) == (422, "trial_failed"), shut.text
    assert [each["field"] for each in shut.json()["errors"]] == ["G102"]
    await owner.request("DELETE", wrong)
    little = await add_test(owner, path, TESTS.format(key=key) + "coverage: {nodes: 100}\n")
    assert [each["field"] for each in (await owner.publish(path)).json()["errors"]] == ["G103"]
    await owner.request("DELETE", little)
    await add_test(owner, path, TESTS.format(key=key))
    done = await publish(owner, path)
    kept = (await owner.request("GET", f"{path}/versions/{done['version']}")).json()["version"]["report"]
    assert kept["walks"]["walks"] == 1_000 and kept["tests"][0]["passed"] and done["points"] == []
    assert kept["tests"][0]["coverage"]["missed"], "with its line numbers"


async def test_the_last_conversations_are_replayed_and_what_differs_is_acknowledged(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, document(key))
    await publish(owner, path)
    for _ in range(2):
        assert await talk(product, tenant, key, "да") == [f"эхо: {key}", "эхо: да"]
    same = await trial(owner, path, replay={"last": 10})
    assert same["counts"]["same"] == 2 and same["left_out"] == {}, same
    etag = (await owner.request("GET", path)).headers["etag"]
    headers = {"If-Match": etag, "Authorization": f"Bearer {owner._token}"}
    body = {"document": document(key, "слышу")}
    assert (await owner._http.request("PUT", path, json=body, headers=headers)).status_code == 200
    gate = await trial(owner, path, gate={"walks": 200, "last": 10})
    assert [(each["code"], each["count"]) for each in gate["points"]] == [("G204", 2)]
    assert gate["replay"]["samples"]["text"][0]["texts"][0] == {
        "before": f"эхо: {masked(key)}",
        "after": f"слышу: {masked(key)}",
    }
    shut = await owner.publish(path, acknowledge=["W142"])
    assert (shut.status_code, shut.json()["code"]) == (409, "warnings_not_acknowledged")
    assert "G204" in shut.json()["detail"]
    done = await publish(owner, path, acknowledge=["W142", "G204"])
    version = (await owner.request("GET", f"{path}/versions/{done['version']}")).json()["version"]
    assert version["acknowledged"]["codes"] == ["G204", "W142"] and version["acknowledged"]["name"]
    replayed = version["report"]["replay"]
    assert replayed["counts"]["text"] == 2 and "job_id" not in version["report"], (
        "a small job is not the gate"
    )
    assert "samples" not in replayed, "a version stays, and so would what it quotes of people"


async def test_a_whole_gate_of_this_very_draft_is_what_a_publish_takes(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, document(key))
    asked = await owner.request("POST", f"{path}/test", json={"gate": {"walks": 1_000}})
    job = await until_over(owner, path, asked.json()["job"]["id"])
    assert job["progress"] == {"done": 1_000, "total": 1_000}
    done = await publish(owner, path)
    version = (await owner.request("GET", f"{path}/versions/{done['version']}")).json()["version"]
    assert version["report"]["job_id"] == job["id"]
    assert version["report"]["replay"]["total"] == 0 and version["report"]["tests"] == []


def masked(key: str) -> str:
    """A word as samples show it."""
    return "".join("0" if letter.isdigit() else letter for letter in key)


async def test_a_job_is_watched_and_cancelled(owner: Operator) -> None:
    path, _ = await make(owner, document(new()))
    asked = await owner.request("POST", f"{path}/test", json={"walks": {"walks": 100_000}})
    assert asked.status_code == 202, asked.text
    one = f"{path}/jobs/{asked.json()['job']['id']}"
    async with asyncio.timeout(PATIENCE_S):
        while True:
            job = (await owner.request("GET", one)).json()["job"]
            if job["progress"]:
                break
            await asyncio.sleep(0.1)
    assert job["status"] == "running" and job["progress"]["total"] == 100_000
    stopped = (await owner.request("DELETE", one)).json()["job"]
    assert stopped["status"] == "cancelled" and stopped["finished_at"]
    await asyncio.sleep(1)
    assert (await owner.request("GET", one)).json()["job"]["progress"]["done"] < 100_000
    absent = await owner.request("GET", f"{path}/jobs/{uuid4()}")
    assert (absent.status_code, absent.json()["code"]) == (404, "job_not_found")


async def test_replays_are_for_those_who_see_every_conversation(
    product: Product, owner: Operator, tenant: TestTenant, settings: Settings
) -> None:
    path, _ = await make(owner, document(new()))
    asked = await owner.request("POST", f"{path}/test", json={"replay": {}})
    builds = [Permission.SCENARIOS_READ, Permission.SCENARIOS_WRITE]
    scoped = await add_scoped(settings, tenant, "own", permissions=builds)
    async with Operator(product.url, scoped) as builder:
        refused = await builder.request("POST", f"{path}/test", json={"replay": {}})
        assert refused.status_code == 403, refused.text
        hidden = await builder.request("GET", f"{path}/jobs/{asked.json()['job']['id']}")
        assert hidden.status_code == 404


async def test_a_publish_moves_those_who_are_talking_where_it_is_asked_to(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, document(key, "один"))
    await publish(owner, path)
    async with (
        Visitor(product.url, tenant.slug, locale="ru") as first,
        Visitor(product.url, tenant.slug, locale="ru") as second,
    ):
        for visitor in (first, second):
            await visitor.connect()
            assert (await visitor.ask(key))[-1]["text"] == f"один: {key}"
        done = await publish(owner, path, document(key, "два"), migrate="at_next_wait")
        job = await until_over(owner, path, done["job_id"])
        assert (job["kind"], job["status"], job["report"]) == (
            "migration",
            "done",
            {"counts": {"moved": 2}, "refused": [], "kept": 0},
        )
        assert job["progress"] == {"done": 2, "total": 2}
        for visitor in (first, second):
            assert (await visitor.ask("дальше"))[-1]["text"] == "два: дальше"
        await publish(owner, path, document(key, "три"))
        asked = await owner.request(
            "POST",
            f"{path}/migrate",
            json={"to": "live", "dry_run": False, "policy": "finish", "farewell": "Пока"},
        )
        assert asked.status_code == 202 and asked.json()["items"][0]["count"] == 2, asked.text
        assert asked.json()["kept"] == 0
        ended = await until_over(owner, path, asked.json()["job_id"])
        assert ended["report"]["counts"] == {"moved": 2}
    draft = await owner.request("POST", f"{path}/migrate", json={"to": "draft", "dry_run": False})
    assert draft.status_code == 422
