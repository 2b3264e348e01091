"""What keeps a draft from going live beside others, beside its callers, and over those who are talking; over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnisupport.settings import Settings
from tests.path.test_scenario_versions import publish
from tests.path.test_scenarios import document, make, new
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

SUBFLOW = """omni: scenario/v1
id: {id}
kind: subflow
name: {{ru: Имя, en: Name}}
channels: [widget]
locale: {{default: ru, supported: [ru, en]}}
timezone: Europe/Moscow
on_error: {{next: back}}
start: say
nodes:
  say: {{type: message, text: {{ru: Привет, en: Hello}}, next: back}}
  back: {{type: return}}
"""
CALLER = """omni: scenario/v1
id: {id}
kind: dialog
name: {{ru: Зовёт, en: Calls}}
channels: [widget]
locale: {{default: ru, supported: [ru, en]}}
timezone: Europe/Moscow
triggers:
  - {{id: word, type: keyword, any: [{id}], priority: 10}}
on_error: {{next: done}}
start: ask
nodes:
  ask: {{type: call, scenario: {callee}@1, next: done}}
  done: {{type: end, outcome: resolved}}
"""


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with one scenario, which takes every message."""
    return await make_tenant(settings, ECHO)


@pytest.fixture(scope="module")
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as signed_in:
        yield signed_in


async def validate(owner: Operator, text: str) -> dict[str, list[dict[str, Any]]]:
    """What the checks say, by code."""
    told = await owner.request("POST", "/scenarios/validate", json={"document": text})
    found: dict[str, list[dict[str, Any]]] = {}
    for each in told.json()["findings"]:
        found.setdefault(each["code"], []).append(each)
    return found


async def test_a_draft_is_checked_against_the_triggers_of_what_is_live(owner: Operator) -> None:
    first, second = new(), new()
    path, _ = await make(owner, document(first))
    await publish(owner, path)
    same = document(second).replace(f"any: [{second}]", f"any: [{first}]")
    [finding] = (await validate(owner, same))["W180"]
    assert f"'{first}'" in finding["message"]["en"] and finding["line"] > 1
    assert "W180" not in await validate(owner, document(second))
    assert "W180" not in await validate(owner, document(first)), "not against its own live version"
    other, _ = await make(owner, same)
    shut = await owner.request("POST", f"{other}/publish", json={"acknowledge": ["W142", "W304"]})
    assert (shut.status_code, shut.json()["code"]) == (409, "warnings_not_acknowledged"), shut.text
    done = await publish(owner, other, acknowledge=["W142", "W304", "W180"])
    version = (await owner.request("GET", f"{other}/versions/{done['version']}")).json()["version"]
    assert "W180" in version["acknowledged"]["codes"]
    assert version["acknowledged"]["name"] and "W180" in str(version["report"]["checks"]["findings"])
    proved = {each["name"]: each["holds"] for each in version["report"]["checks"]["guarantees"]}
    assert proved == {"ends": True, "answers": True}


async def test_a_run_that_leaves_a_message_without_an_answer_is_not_published(owner: Operator) -> None:
    key = new()
    text = document(key).replace(
        "nodes:\n",
        "nodes:\n  pause: {type: wait, for: 1h, next: listen, exits: {message: silent}}\n"
        "  silent: {type: tag, add: [wrote], next: over}\n  over: {type: end, outcome: resolved}\n",
    )
    path, _ = await make(owner, text.replace("start: listen", "start: pause"))
    shut = await owner.publish(path)
    assert (shut.status_code, shut.json()["code"]) == (422, "scenario_has_errors"), shut.text
    assert "silent -> over" in shut.text and "E106" in shut.text


async def test_a_change_of_what_is_called_names_its_callers(owner: Operator) -> None:
    callee, caller = new(), new()
    path, _ = await make(owner, SUBFLOW.format(id=callee))
    calls = CALLER.format(id=caller, callee=callee)
    assert set(await validate(owner, calls)) >= {"E703"}
    await publish(owner, path)
    assert "E703" not in await validate(owner, calls)
    assert set(await validate(owner, calls.replace("@1", "@2"))) >= {"E704"}
    breaking = SUBFLOW.format(id=callee).replace("start: say", "inputs: {who: {type: string}}\nstart: say")
    assert "W903" not in await validate(owner, breaking), "nobody calls it yet"
    calling, _ = await make(owner, calls)
    await publish(owner, calling)
    [finding] = (await validate(owner, breaking))["W903"]
    assert caller in finding["message"]["ru"] and finding["field"] == "inputs"
    assert "W903" not in await validate(owner, breaking.replace("kind: subflow", "kind: subflow\nmajor: 2"))


async def test_those_who_are_talking_need_a_place_in_the_version_that_they_are_moved_to(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, document(key))
    await publish(owner, path)
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        assert (await visitor.ask(key))[-1]["text"] == f"эхо: {key}"
        renamed = document(key).replace("listen", "hear")
        await publish_refused(owner, path, renamed)
        mapped = renamed.replace(
            "start: hear", "migrations:\n  - {from: 1, nodes: {listen: hear}}\nstart: hear"
        )
        done = await publish(owner, path, mapped, migrate="at_next_wait")
        version = (await owner.request("GET", f"{path}/versions/{done['version']}")).json()["version"]
        [moved] = version["report"]["migration"]
        assert (moved["version"], moved["count"]) == (1, 1)
        assert [(each["node"], each["way"], each["to"]) for each in moved["nodes"]] == [
            ("listen", "mapped", "hear")
        ]


async def publish_refused(owner: Operator, path: str, text: str) -> None:
    """Save a draft that has no place for one conversation, and try to move it; keeping its version would be allowed."""
    etag = (await owner.request("GET", path)).headers["etag"]
    headers = {"If-Match": etag, "Authorization": f"Bearer {owner._token}"}
    await owner._http.request("PUT", path, json={"document": text}, headers=headers)
    shut = await owner.publish(path, migrate="at_next_wait")
    assert (shut.status_code, shut.json()["code"]) == (422, "scenario_has_errors"), shut.text
    assert "E901" in shut.text and "listen" in shut.text
    plan = (await owner.request("POST", f"{path}/migrate", json={})).json()["items"]
    assert plan[0]["nodes"][0]["way"] == "refused" and "goto" in plan[0]["skeleton"]
