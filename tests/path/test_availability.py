"""Availability: one's own word, a supervisor's for another, and states of the tenant's own."""

from __future__ import annotations

from uuid import uuid4

import pytest

from omnisupport.domain.availability import AvailabilityKind, kind_of
from omnisupport.settings import Settings
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.team import audit_of, id_of, make, refused
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


@pytest.mark.parametrize(
    ("state", "kind"), [("online", "online"), ("lunch", "away"), ("gone", "offline"), ("strange", "offline")]
)
def test_a_state_comes_to_one_of_three(state: str, kind: str) -> None:
    assert kind_of(state, {"lunch": "away", "strange": "galaxy"}) == AvailabilityKind(kind)


async def test_one_says_how_one_stands_and_open_consoles_hear_of_it(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    anna = Operator(product.url, await add_person(settings, tenant, role="operator"))
    await anna.sign_in()
    async with Operator(product.url, tenant) as owner, desk(product.url, owner) as console:
        me = await id_of(anna)
        first = (await anna.request("GET", "/team/availability")).json()
        assert first == {"user_id": me, "availability": {"state": "online", "kind": "online", "since": None}}
        said = (await anna.request("PUT", "/team/availability", json={"state": "away"})).json()
        assert said["availability"]["kind"] == "away"
        frame = await console.await_frame("team")
        assert frame == {"type": "team", "what": "availability", "id": me}
        again = (await anna.request("PUT", "/team/availability", json={"state": "away"})).json()
        assert again == said, "it goes on since when it began"
        listed = (await owner.request("GET", "/team/members", params={"availability": "away"})).json()
        assert [each["availability"] for each in listed["items"]] == [said["availability"]]
        (line,) = await audit_of(settings, tenant, "availability.set")
        assert (line.before, line.after) == ({"state": "online"}, {"state": "away"})
        gone = (404, "availability_not_found")
        assert await refused(anna, "PUT", "/team/availability", json={"state": "gone"}) == gone
        for wrong in ({}, {"state": "\x00"}, {"state": 1}, {"state": "away", "until": 1}):
            assert await refused(anna, "PUT", "/team/availability", json=wrong) == (422, "invalid")
    await anna.__aexit__()


async def test_a_state_of_ones_own_counts_as_its_kind_until_it_is_taken_away(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        lunch = await make(owner, "/team/availability-states", "state", name="Обед", kind="away")
        assert lunch == {"key": "obed", "name": "Обед", "kind": "away", "built_in": False}
        keys = [
            each["key"] for each in (await owner.request("GET", "/team/availability-states")).json()["items"]
        ]
        assert keys == ["online", "away", "offline", "obed"]
        said = (await owner.request("PUT", "/team/availability", json={"state": "obed"})).json()
        assert said["availability"]["kind"] == "away"
        listed = (await owner.request("GET", "/team/members", params={"availability": "away"})).json()
        assert len(listed["items"]) == 1, "found by its kind too"
        path = "/team/availability-states/obed"
        changed = (await owner.request("PATCH", path, json={"kind": "offline"})).json()["state"]
        assert changed == {**lunch, "kind": "offline"}
        assert (await owner.request("DELETE", path)).status_code == 204
        now = (await owner.request("GET", "/team/availability")).json()["availability"]
        assert (now["state"], now["kind"]) == ("offline", "offline")
        for taken in ("Offline", "online"):
            body = {"name": taken, "kind": "away"}
            answer = await refused(owner, "POST", "/team/availability-states", json=body)
            assert answer == (409, "availability_exists")
        for method in ("PATCH", "DELETE"):
            assert await refused(owner, method, path, json={}) == (404, "availability_not_found")
        wrong = {"name": "x", "kind": "galaxy"}
        assert await refused(owner, "POST", "/team/availability-states", json=wrong) == (422, "invalid")
        for action in ("created", "updated", "deleted"):
            (line,) = await audit_of(settings, tenant, f"availability_state.{action}")
            assert line.target_id == "obed"


async def test_a_supervisor_sets_anothers_and_an_operator_does_not(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    people = [
        Operator(product.url, await add_person(settings, tenant, role=role))
        for role in ("supervisor", "operator")
    ]
    for each in people:
        await each.sign_in()
    supervisor, operator = people
    path = f"/team/members/{await id_of(operator)}/availability"
    assert await refused(operator, "PUT", path, json={"state": "away"}) == (403, "forbidden")
    said = await supervisor.request("PUT", path, json={"state": "offline"})
    assert said.json()["availability"]["state"] == "offline"
    assert (await operator.request("GET", "/team/availability")).json() == said.json()
    absent = f"/team/members/{uuid4()}/availability"
    assert await refused(supervisor, "PUT", absent, json={"state": "away"}) == (404, "member_not_found")
    new = {"name": "Обед", "kind": "away"}
    assert await refused(supervisor, "POST", "/team/availability-states", json=new) == (403, "forbidden")
    for each in people:
        await each.__aexit__()
