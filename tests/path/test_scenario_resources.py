"""What a document names and the tenant has not: told with its place, until somebody makes it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnisupport.settings import Settings
from tests.path.test_scenarios import document, new
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant

HANDOFF = "{type: handoff, target: {department: support, skills: [NAME]}, wait_for: none, next: over}"
HAVING: dict[str, tuple[str, str, dict[str, Any]]] = {
    "target.skills": (HANDOFF, "/team/skills", {"name": "x"}),
    "add": ("{type: tag, add: [NAME], next: over}", "/settings/tags", {"name": "x"}),
    "remove": ("{type: tag, remove: [NAME], next: over}", "/settings/tags", {"name": "x"}),
}


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with one scenario."""
    return await make_tenant(settings, ECHO)


@pytest.fixture(scope="module")
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as signed_in:
        yield signed_in


async def unknown(owner: Operator, text: str) -> list[tuple[str, str | None]]:
    """The fields that name what is not there."""
    answer = await owner.request("POST", "/scenarios/validate", json={"document": text})
    return [(each["code"], each["field"]) for each in answer.json()["findings"] if each["code"] == "E701"]


@pytest.mark.parametrize("field", HAVING)
async def test_a_name_is_unknown_until_it_is_made(owner: Operator, field: str) -> None:
    node, path, body = HAVING[field]
    name = new().replace("_", "-")
    text = document(new()).replace("timeout: done", "timeout: mark")
    text = text.replace("nodes:\n", f"nodes:\n  mark: {node.replace('NAME', name)}\n")
    text += "  over: {type: end, outcome: over}\n"
    assert await unknown(owner, text) == [("E701", field)]
    made = await owner.request("POST", path, json={"key": name, **body})
    assert made.status_code == 201, made.text
    assert await unknown(owner, text) == []


async def test_a_draft_of_a_template_brings_its_tags_along_and_leaves_those_that_are_there(
    product: Product, settings: Settings
) -> None:
    async with Operator(product.url, await make_tenant(settings)) as owner:
        mine = {"key": "hot", "name": "Горячий", "color": "red"}
        assert (await owner.request("POST", "/settings/tags", json=mine)).status_code == 201
        made = await owner.request("POST", "/scenarios", json={"template": "lead_capture"})
        assert made.status_code == 201, made.text
        assert "E701" not in {each["code"] for each in made.json()["findings"]}
        items = (await owner.request("GET", "/settings/tags")).json()["items"]
        tags = {each["key"]: (each["name"], each["color"]) for each in items}
        assert tags["hot"] == ("Горячий", "red") and tags["lead_abandoned"][0] == "lead_abandoned"
        written = await owner.request("POST", "/scenarios", json={"document": document(new())})
        assert written.status_code == 201
        assert (await owner.request("GET", "/settings/tags")).json()["items"] == items
