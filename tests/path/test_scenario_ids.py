"""A scenario keeps its id, and no two of a tenant have one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant


@pytest.fixture
async def owner(product: Product, settings: Settings) -> AsyncIterator[Operator]:
    """The owner of a tenant without scenarios."""
    async with Operator(product.url, await make_tenant(settings)) as signed_in:
        yield signed_in


def document(id: str) -> str:
    """The echo scenario under another id."""
    return ECHO.replace("id: echo", f"id: {id}", 1)


async def test_a_draft_with_another_id_is_refused_and_changes_nothing(owner: Operator) -> None:
    made = await owner.request("POST", "/scenarios", json={"document": document("first")})
    path = f"/scenarios/{made.json()['scenario']['id']}"

    async def put(text: str) -> Any:
        headers = {"If-Match": made.headers["etag"], "Authorization": f"Bearer {owner._token}"}
        return await owner._http.put(path, json={"document": text}, headers=headers)

    refused = await put(document("second"))
    assert (refused.status_code, refused.json()["code"]) == (422, "scenario_id_changed")
    assert refused.json()["errors"][0]["field"] == "document"
    same = await put(document("first") + "\n")
    assert same.status_code == 200, same.text


async def test_one_of_two_scenarios_made_at_once_under_one_id_is_refused(owner: Operator) -> None:
    body = {"document": document(f"id_{uuid4().hex[:8]}")}
    answers = await asyncio.gather(*(owner.request("POST", "/scenarios", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"scenario_exists"}
