"""Versions of a scenario over real HTTP: the gate, canaries, going back, and the runs that are in each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnisupport.domain.releases import is_in_canary
from omnisupport.settings import Settings
from tests.path.test_scenarios import document, make, new, with_etag
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import add_scoped
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

BYE = """
omni: scenario/v1
id: {id}
kind: dialog
name: {{ru: Пока, en: Bye}}
channels: [widget]
locale: {{default: ru, supported: [ru, en]}}
timezone: Europe/Moscow
triggers:
  - {{id: word, type: keyword, any: [{id}], priority: 10}}
on_error: {{next: done}}
start: ask
nodes:
  ask:
    type: ask
    text: {{ru: Имя?, en: Name?}}
    input: {{kind: text}}
    timeout: 24h
    next: thanks
    exits: {{timeout: done, invalid: done}}
  thanks: {{type: message, text: {{ru: Спасибо., en: Thanks.}}, next: done}}
  done: {{type: end, outcome: resolved}}
"""


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with one scenario."""
    return await make_tenant(settings, ECHO)


@pytest.fixture(scope="module")
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as signed_in:
        yield signed_in


async def ask(product: Product, tenant: TestTenant, *texts: str) -> tuple[str, list[str]]:
    """Say things as a new visitor; the conversation, and what was answered last to each."""
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        answers = [(await visitor.ask(text))[-1]["text"] for text in texts]
        return visitor.conversation_id or "", answers


async def publish(owner: Operator, path: str, text: str | None = None, **body: Any) -> dict[str, Any]:
    """Save a draft if there is one, and publish it."""
    if text is not None:
        etag = (await owner.request("GET", path)).headers["etag"]
        saved = await with_etag(owner, "PUT", path, etag, document=text)
        assert saved.status_code == 200, saved.text
    done = await owner.publish(path, **body)
    assert done.status_code == 200, done.text
    found: dict[str, Any] = done.json()
    return found


async def test_a_warning_is_taken_on_by_its_code_and_kept_with_the_version(owner: Operator) -> None:
    path, _ = await make(owner, document(new()))
    findings = (await owner.request("GET", path)).json()["findings"]
    codes = sorted({each["code"] for each in findings})
    assert "W142" in codes and all(code.startswith("W") for code in codes), "it asks without end"
    shut = await owner.request("POST", f"{path}/publish")
    assert (shut.status_code, shut.json()["code"]) == (409, "warnings_not_acknowledged")
    assert codes[0] in shut.json()["detail"] and shut.json()["errors"]
    done = await publish(owner, path, acknowledge=codes, message="Первая")
    found = (await owner.request("GET", f"{path}/versions/{done['version']}")).json()["version"]
    assert found["message"] == "Первая" and found["acknowledged"]["codes"] == codes
    assert found["acknowledged"]["name"] and found["published_at"]
    assert found["report"]["checks"]["warnings"] == len(findings)
    assert found["signature"]["kind"] == "dialog"


async def test_only_the_draft_that_was_read_is_published_if_the_request_says_so(owner: Operator) -> None:
    key = new()
    path, first = await make(owner, document(key))
    await with_etag(owner, "PUT", path, first, document=document(key, "потом"))
    stale = await with_etag(owner, "POST", f"{path}/publish", first)
    assert (stale.status_code, stale.json()["code"]) == (412, "draft_changed")
    assert (await owner.request("GET", path)).json()["scenario"]["live_version"] is None


async def test_rolling_back_is_for_new_runs_and_leaves_those_that_go_on(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, document(key, "один"))
    first = await publish(owner, path)
    await publish(owner, path, document(key, "два"))
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        assert (await visitor.ask(key))[-1]["text"] == f"два: {key}"
        back = await owner.request("POST", f"{path}/rollback", json={"to": first["version"]})
        assert back.json()["scenario"]["live_version"] == first["version"], back.text
        assert (await visitor.ask("дальше"))[-1]["text"] == "два: дальше"
    assert (await ask(product, tenant, key))[1] == [f"один: {key}"]
    absent = await owner.request("POST", f"{path}/rollback", json={"to": 99})
    assert (absent.status_code, absent.json()["code"]) == (404, "version_not_found")
    waiting = (await owner.request("GET", f"{path}/waiting")).json()["items"]
    assert {(each["version"], each["node"], each["count"]) for each in waiting} == {
        (1, "listen", 1),
        (2, "listen", 1),
    }
    listed = (await owner.request("GET", f"{path}/versions", params={"limit": 1})).json()
    assert [each["version"] for each in listed["items"]] == [2] and listed["next_cursor"]
    rest = await owner.request("GET", f"{path}/versions", params={"cursor": listed["next_cursor"]})
    assert [each["version"] for each in rest.json()["items"]] == [1]
    audit = (await owner.request("GET", "/audit", params={"limit": 20})).json()["items"]
    line = next(each for each in audit if each["action"] == "scenario.rolled_back")
    assert (line["before"], line["after"]) == ({"live_version": 2}, {"live_version": 1})


async def test_a_diff_is_between_any_two_of_draft_pointers_and_versions(owner: Operator) -> None:
    key = new()
    path, _ = await make(owner, document(key, "один"))
    none = await owner.request("GET", f"{path}/diff")
    assert (none.status_code, none.json()["code"]) == (404, "version_not_found")
    await publish(owner, path)
    await publish(owner, path, document(key, "два"))
    diff = (await owner.request("GET", f"{path}/diff", params={"from": "1", "to": "live"})).json()
    assert (diff["before"], diff["after"], diff["lines_added"], diff["lines_removed"]) == ("1", "live", 1, 1)
    assert (await owner.request("GET", f"{path}/diff")).json()["text"] == ""
    wrong = await owner.request("GET", f"{path}/diff", params={"from": "newest"})
    assert wrong.status_code == 422


async def test_a_canary_takes_its_share_and_always_the_same_customers(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, document(key, "все"))
    early = await owner.publish(path, to="canary", percent=50)
    assert (early.status_code, early.json()["code"]) == (409, "nothing_live")
    await publish(owner, path)
    done = await publish(owner, path, document(key, "немногие"), to="canary", percent=50)
    scenario = (await owner.request("GET", path)).json()["scenario"]
    assert (scenario["live_version"], scenario["canary_version"], scenario["canary_percent"]) == (1, 2, 50)
    assert done["to"] == "canary"
    asked = await asyncio.gather(*(ask(product, tenant, key) for _ in range(12)))
    for conversation_id, answers in asked:
        row = await owner.conversation(conversation_id)
        expected = "немногие" if is_in_canary(scenario["id"], row["customer"]["id"], 50) else "все"
        assert answers == [f"{expected}: {key}"]
    assert len({answers[0] for _, answers in asked}) == 2, "one share has got nobody"
    ended = await owner.request("PUT", f"{path}/canary", json={"percent": 0})
    assert ended.json()["scenario"]["canary_version"] is None
    again = await owner.request("PUT", f"{path}/canary", json={"percent": 5})
    assert (again.status_code, again.json()["code"]) == (409, "no_canary")
    assert (await ask(product, tenant, key))[1] == [f"все: {key}"]
    for body in ({"to": "canary"}, {"percent": 5}, {"to": "canary", "percent": 100}):
        assert (await owner.request("POST", f"{path}/publish", json=body)).status_code == 422


async def test_a_run_is_listed_while_it_goes_on_and_after_its_end_and_can_be_traced(
    product: Product, settings: Settings, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, BYE.format(id=key))
    await publish(owner, path)
    conversation, _ = await ask(product, tenant, key)
    over, answers = await ask(product, tenant, key, "Анна")
    assert answers[-1] == "Спасибо."
    going = (await owner.request("GET", f"{path}/runs")).json()["items"]
    assert [(each["id"], each["node"], each["status"]) for each in going] == [
        (f"{conversation}:1", "ask", "waiting")
    ]
    assert going[0]["since"] and going[0]["version"] == 1
    ended = (await owner.request("GET", f"{path}/runs", params={"status": "ended"})).json()["items"]
    assert [(each["id"], each["outcome"], each["status"]) for each in ended] == [
        (f"{over}:1", "resolved", "ended")
    ]
    assert ended[0]["started_at"] < ended[0]["ended_at"]
    trace = (await owner.request("GET", f"/scenarios/runs/{over}:1/trace")).json()
    assert [turn["turn"] for turn in trace["items"]] == [1, 2] and not trace["more"]
    assert trace["items"][0]["state"]["node"] == "ask" and trace["items"][1]["state"] is None
    page = await owner.request("GET", f"/scenarios/runs/{over}:1/trace", params={"limit": 1})
    assert page.json()["more"] is True
    for absent in (f"{over}:7", over, "nothing", f"{over}:01"):
        answer = await owner.request("GET", f"/scenarios/runs/{absent}/trace")
        assert (answer.status_code, answer.json()["code"]) == (404, "run_not_found"), absent
    narrow = await add_scoped(settings, tenant, "own")
    async with Operator(product.url, narrow) as operator:
        assert (await operator.request("GET", f"{path}/runs")).json()["code"] == "scope_too_narrow"
        hidden = await operator.request("GET", f"/scenarios/runs/{over}:1/trace")
        assert (hidden.status_code, hidden.json()["code"]) == (404, "run_not_found")


async def test_runs_come_page_by_page(product: Product, owner: Operator, tenant: TestTenant) -> None:
    key = new()
    path, _ = await make(owner, BYE.format(id=key))
    await publish(owner, path)
    made = {(await ask(product, tenant, key))[0] for _ in range(3)}
    seen: Counter[str] = Counter()
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = (await owner.request("GET", f"{path}/runs", params=params)).json()
        seen.update(each["conversation_id"] for each in page["items"])
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert seen == Counter(made)


async def test_a_run_that_an_operator_resolved_has_ended_without_an_outcome(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, BYE.format(id=key))
    await publish(owner, path)
    conversation, _ = await ask(product, tenant, key)
    await owner.act(conversation, "resolve")
    ended = (await owner.request("GET", f"{path}/runs", params={"status": "ended"})).json()["items"]
    assert [(each["id"], each["outcome"]) for each in ended] == [(f"{conversation}:1", None)]
    assert (await owner.request("GET", f"{path}/runs")).json()["items"] == []


async def test_a_migration_is_foreseen_by_version_and_node(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, BYE.format(id=key))
    await publish(owner, path)
    for _ in range(2):
        await ask(product, tenant, key)
    same = await owner.request("POST", f"{path}/migrate", json={})
    assert same.json()["items"] == [], "it is the version that they are in"
    for text, expected in (
        (BYE.format(id=key).replace("Имя?", "Как вас зовут?"), ("automatic", "ask", None)),
        (
            BYE.format(id=key).replace("start: ask", "start: name").replace("  ask:", "  name:"),
            ("refused", None, "node_gone"),
        ),
    ):
        etag = (await owner.request("GET", path)).headers["etag"]
        assert (await with_etag(owner, "PUT", path, etag, document=text)).status_code == 200
        foreseen = (await owner.request("POST", f"{path}/migrate", json={"to": "draft"})).json()["items"]
        assert [(each["version"], each["count"]) for each in foreseen] == [(1, 2)]
        node = foreseen[0]["nodes"][0]
        assert (node["node"], node["count"]) == ("ask", 2)
        assert (node["way"], node["to"], node["reason"]) == expected
    assert "ask: {goto: ?}" in foreseen[0]["skeleton"]
    etag = (await owner.request("GET", path)).headers["etag"]
    await with_etag(owner, "PUT", path, etag, document=text.replace("next: thanks", "next: thank"))
    broken = await owner.request("POST", f"{path}/migrate", json={})
    assert (broken.status_code, broken.json()["code"]) == (422, "scenario_has_errors")
    assert (await owner.request("POST", f"{path}/migrate", json={"dry_run": False})).status_code == 422
