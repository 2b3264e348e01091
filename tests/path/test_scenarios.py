"""Drafts of scenarios over real HTTP: saved, missed, compared, put away; their test files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

TEST_FILE = "omni: scenario-test/v1\nscenario: echo\ncases: []\n"


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with one scenario."""
    return await make_tenant(settings, ECHO)


@pytest.fixture(scope="module")
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as signed_in:
        yield signed_in


def document(id: str, text: str = "эхо") -> str:
    """The echo scenario under another id; one that nothing but this test triggers."""
    renamed = ECHO.replace("id: echo", f"id: {id}", 1).replace("эхо:", f"{text}:")
    return renamed.replace(
        "{id: any, type: message, match: any}", f"{{id: word, type: keyword, any: [{id}], priority: 10}}"
    )


async def make(owner: Operator, text: str) -> tuple[str, str]:
    """Create a scenario; its path, and the etag of its draft."""
    made = await owner.request("POST", "/scenarios", json={"document": text})
    assert made.status_code == 201, made.text
    return f"/scenarios/{made.json()['scenario']['id']}", made.headers["etag"]


async def with_etag(owner: Operator, method: str, path: str, etag: str, **body: Any) -> Any:
    """A request that names what it was made from."""
    headers = {"If-Match": etag, "Authorization": f"Bearer {owner._token}"}
    return await owner._http.request(method, path, json=body, headers=headers)


def new() -> str:
    return f"s_{uuid4().hex[:8]}"


async def test_a_stale_save_is_refused_and_told_what_it_has_missed(owner: Operator) -> None:
    key = new()
    path, etag = await make(owner, document(key))
    theirs = await with_etag(owner, "PUT", f"{path}/draft", etag, document=document(key, "слышу"))
    assert theirs.status_code == 200, theirs.text
    stale = await with_etag(owner, "PUT", f"{path}/draft", etag, document=document(key, "вижу"))
    assert (stale.status_code, stale.json()["code"], stale.json()["revision"]) == (412, "draft_changed", 2)
    diff = stale.json()["diff"]
    assert (diff["before"], diff["after"], diff["lines_added"]) == ("draft 1", "draft 2", 1)
    assert '+    text: {ru: "слышу' in diff["text"] and '-    text: {ru: "эхо' in diff["text"]
    assert [each["kind"] for each in diff["changes"]] == ["text.changed"]
    assert diff["changes"][0]["node"] == "listen" and "слышу" in diff["changes"][0]["message"]["ru"]
    assert stale.json()["merged"] is None
    assert [each["path"] for each in stale.json()["conflicts"]] == ["nodes.listen.text.ru"]
    now = await owner.request("GET", f"{path}/draft")
    assert "слышу" in now.json()["document"] and now.headers["etag"] == theirs.headers["etag"]


async def test_a_stale_save_of_something_else_is_told_how_both_go_together(owner: Operator) -> None:
    key = new()
    path, etag = await make(owner, document(key))
    await with_etag(owner, "PUT", f"{path}/draft", etag, document=document(key, "слышу"))
    mine = document(key).replace("en: Echo", "en: Parrot")
    stale = await with_etag(owner, "PUT", f"{path}/draft", etag, document=mine)
    assert (stale.status_code, stale.json()["conflicts"]) == (412, [])
    merged = stale.json()["merged"]
    assert "слышу" in merged and "Parrot" in merged
    saved = await with_etag(owner, "PUT", f"{path}/draft", '"2"', document=merged)
    assert saved.status_code == 200, saved.text


async def test_of_a_draft_that_is_kept_no_more_the_client_says_what_it_was(owner: Operator) -> None:
    key = new()
    path, first = await make(owner, document(key))
    etag = first
    for number in range(21):
        saved = await with_etag(owner, "PUT", path, etag, document=document(key, f"раз {number}"))
        assert saved.status_code == 200, saved.text
        etag = saved.headers["etag"]
    late = {"document": document(key, "поздно")}
    assert (await with_etag(owner, "PUT", path, first, **late)).json()["diff"] is None
    told = await with_etag(owner, "PUT", path, first, **late, base=document(key))
    assert '+    text: {ru: "раз 20' in told.json()["diff"]["text"]
    assert (await with_etag(owner, "PUT", path, '"999"', **late)).status_code == 412


async def test_a_scenario_that_is_put_away_answers_nobody_until_it_is_taken_out(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    key = new()
    path, _ = await make(owner, document(key, key))
    assert (await owner.publish(path)).status_code == 200
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        assert (await visitor.ask(key))[-1]["text"] == f"{key}: {key}"
        refused = await owner.request("DELETE", path)
        assert (refused.status_code, refused.json()["code"]) == (409, "scenario_running")
        await owner.act(visitor.conversation_id or "", "resolve")
    assert (await owner.request("DELETE", path)).status_code == 204
    assert path.rpartition("/")[2] not in [
        each["id"] for each in (await owner.request("GET", "/scenarios")).json()["items"]
    ]
    away = (await owner.request("GET", "/scenarios", params={"archived": True})).json()["items"]
    assert path.rpartition("/")[2] in [each["id"] for each in away]
    refused = await owner.request("POST", f"{path}/publish")
    assert (refused.status_code, refused.json()["code"]) == (409, "scenario_archived")
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        assert (await visitor.ask(key))[-1]["text"] == f"эхо: {key}"
    back = await owner.request("PATCH", path, json={"archived": False})
    assert (back.status_code, back.json()["scenario"]["archived_at"]) == (200, None)
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        assert (await visitor.ask(key))[-1]["text"] == f"{key}: {key}"


async def test_test_files_are_kept_with_their_scenario(owner: Operator) -> None:
    path, _ = await make(owner, document(new()))
    body = {"name": "happy.yaml", "document": TEST_FILE}
    made = await owner.request("POST", f"{path}/tests", json=body)
    assert made.status_code == 201, made.text
    twice = await owner.request("POST", f"{path}/tests", json=body)
    assert (twice.status_code, twice.json()["code"]) == (409, "test_exists")
    one = f"{path}/tests/{made.json()['test']['id']}"
    changed = await with_etag(
        owner, "PUT", one, made.headers["etag"], **body | {"document": TEST_FILE + "\n"}
    )
    assert (changed.status_code, changed.json()["test"]["revision"]) == (200, 2)
    stale = await with_etag(owner, "PUT", one, made.headers["etag"], **body)
    assert (stale.status_code, stale.json()["code"]) == (412, "test_changed")
    assert (await owner.request("PUT", one, json=body)).status_code == 428
    other, _ = await make(owner, document(new()))
    elsewhere = await owner.request("GET", f"{other}/tests/{made.json()['test']['id']}")
    assert elsewhere.status_code == 404
    listed = (await owner.request("GET", f"{path}/tests")).json()["items"]
    assert [each["name"] for each in listed] == ["happy.yaml"]
    assert (await owner.request("DELETE", one)).status_code == 204
    assert (await owner.request("GET", one)).status_code == 404


@pytest.mark.parametrize("name", ["../x.yaml", "a/b", ".hidden", "", "x" * 101])
async def test_the_name_of_a_test_file_leads_nowhere(owner: Operator, name: str) -> None:
    path, _ = await make(owner, document(new()))
    body = {"name": name, "document": TEST_FILE}
    assert (await owner.request("POST", f"{path}/tests", json=body)).status_code == 422


async def test_whoever_may_not_publish_puts_nothing_away(
    product: Product, settings: Settings, owner: Operator, tenant: TestTenant
) -> None:
    path, etag = await make(owner, document(new()))
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        assert (await operator.request("GET", f"{path}/draft")).status_code == 200
        for method, place in (("DELETE", path), ("POST", f"{path}/publish"), ("POST", f"{path}/rollback")):
            body = {"json": {"to": 1}} if place.endswith("rollback") else {}
            assert (await operator.request(method, place, **body)).status_code == 403, place
        assert (await with_etag(operator, "PUT", path, etag, document="x")).status_code == 403
