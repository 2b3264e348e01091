"""Templates over real HTTP: a draft of each on a tenant of its first day, its tests, and what is to be set up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from omnisupport.scenario_dsl.templates import list_templates
from omnisupport.settings import Settings
from tests.path.test_scenario_versions import publish
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import TestTenant, make_tenant
from tests.support.visitor import Visitor

MISSING = {"order_status", "returns"}
"""Those that need a connection."""


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant that has set nothing up."""
    return await make_tenant(settings)


@pytest.fixture(scope="module")
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as signed_in:
        yield signed_in


async def test_every_template_is_offered_with_its_tests(owner: Operator) -> None:
    offered = (await owner.request("GET", "/templates")).json()["items"]
    assert [each["id"] for each in offered] == [each.id for each in list_templates()] and len(offered) == 10
    assert all(each["tests"] and each["description"]["ru"] and each["description"]["en"] for each in offered)


@pytest.mark.parametrize("name", [each.id for each in list_templates()])
async def test_a_draft_of_a_template_has_its_tests_and_they_pass(owner: Operator, name: str) -> None:
    made = await owner.request("POST", "/scenarios", json={"template": name})
    assert made.status_code == 201, made.text
    said = [each["message"] for each in made.json()["findings"]]
    if name in MISSING:
        assert {each["en"] for each in said} == {"there is no connection 'shop'"}
        assert {each["ru"] for each in said} == {"подключения 'shop' нет"}
        fix = made.json()["findings"][0]["fix"]
        assert fix["en"].startswith("set it up in the settings") and fix["ru"].startswith("заведите его")
    else:
        assert said == []
    path = f"/scenarios/{made.json()['scenario']['id']}"
    [beside] = (await owner.request("GET", f"{path}/tests")).json()["items"]
    assert (beside["name"], beside["revision"]) == (f"{name}.test.yaml", 1)
    tried = await owner.request("POST", f"{path}/test", json={"cases": {}})
    assert tried.status_code == 200, tried.text
    [report] = tried.json()["report"]["tests"]
    assert report["passed"] and report["cases"] and report["short"] == [], report
    assert report["coverage"]["percent"]["nodes"] >= 90


async def test_it_may_be_called_otherwise_and_goes_live_as_it_stands(
    product: Product, owner: Operator, tenant: TestTenant
) -> None:
    made = await owner.request("POST", "/scenarios", json={"template": "greeting", "id": "hello_shop"})
    assert made.status_code == 201 and made.json()["scenario"]["key"] == "hello_shop", made.text
    path = f"/scenarios/{made.json()['scenario']['id']}"
    done = await publish(owner, path, acknowledge=[])
    kept = (await owner.request("GET", f"{path}/versions/{done['version']}")).json()["version"]["report"]
    assert [each["file"] for each in kept["tests"]] == ["greeting.test.yaml"] and kept["tests"][0]["passed"]
    async with Visitor(product.url, tenant.slug, locale="en") as visitor:
        await visitor.connect()
        assert "Choose a topic" in (await visitor.ask("hello"))[-1]["text"]


async def test_what_needs_a_connection_does_not_go_live_before_there_is_one(owner: Operator) -> None:
    made = await owner.request("POST", "/scenarios", json={"template": "returns", "id": "returns_later"})
    path = f"/scenarios/{made.json()['scenario']['id']}"
    shut = await owner.publish(path)
    assert (shut.status_code, shut.json()["code"]) == (422, "scenario_has_errors"), shut.text
    assert "connection 'shop'" in shut.text


async def test_a_template_that_is_none_and_two_beginnings_are_refused(owner: Operator) -> None:
    none = await owner.request("POST", "/scenarios", json={"template": "handoff"})
    assert (none.status_code, none.json()["code"]) == (404, "template_not_found")
    document = {"document": "omni: scenario/v1\nid: x\n"}
    for body in (
        {},
        {**document, "template": "faq"},
        {**document, "id": "y"},
        {"template": "faq", "id": "a b"},
    ):
        refused = await owner.request("POST", "/scenarios", json=body)
        assert refused.status_code == 422, (body, refused.text)
    twice = await owner.request("POST", "/scenarios", json={"template": "faq", "id": "twice"})
    again = await owner.request("POST", "/scenarios", json={"template": "faq", "id": "twice"})
    assert (twice.status_code, again.status_code, again.json()["code"]) == (201, 409, "scenario_exists")
