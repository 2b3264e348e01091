"""The `http` node's call over a real socket: what goes out, and what each answer is to the scenario."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from temporalio.testing import ActivityEnvironment

from omnisupport.activities.breaker import FAILURES, Breakers, Services
from omnisupport.activities.http import HttpActivities, HttpRequest
from omnisupport.activities.tools import ToolsInReach
from omnisupport.domain.calls import CallResult, Target
from omnisupport.domain.tools import Operation
from omnisupport.errors import NotFound
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher
from tests.workflows.shop import Shop, open_shop

TENANT = UUID(int=1)


class Connections:
    """One connection, `shop`, at an address."""

    def __init__(self, url: str, secret: str = "") -> None:
        self.url = url
        self.secret = secret

    async def connection(self, tenant_id: UUID, key: str) -> Target:
        """The shop, and nothing else."""
        if key != "shop":
            raise NotFound("There is no such connection.")
        return Target(self.url, {"X-Key": self.secret} if self.secret else {})


class Callbacks:
    """Remembers nothing: the same address for everything."""

    async def make(self, tenant_id: UUID, **wanted: Any) -> tuple[UUID, datetime]:
        return UUID(int=3), datetime.now(UTC) + wanted["ttl"]


class Links:
    """Addresses that anybody can read."""

    def address(self, tenant_id: UUID, callback_id: UUID, until: datetime) -> str:
        return f"https://here/{callback_id.int}"


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


def activities_for(
    shop: Shop, allow: str | None = None, secret: str = "", breakers: Breakers | None = None
) -> HttpActivities:
    policy = EgressPolicy.parse(f"127.0.0.1:{shop.port}" if allow is None else allow)
    services = Services(Fetcher(policy), breakers)
    return HttpActivities(Connections(shop.url, secret), services, Callbacks(), Links())


async def call(shop: Shop, *, allow: str | None = None, **request: Any) -> CallResult:
    return await asked(activities_for(shop, allow), **request)


async def asked(activities: HttpActivities, **request: Any) -> CallResult:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, workflow_id=f"{TENANT}/conversation/{UUID(int=2)}")
    wanted = {"connection": "shop", "method": "POST", "path": "/x", **request}
    return await environment.run(activities.call, HttpRequest(wanted, "key", 5_000))


@pytest.mark.parametrize(
    ("status", "exit"),
    [(200, "ok"), (204, "ok"), (302, "http_error"), (304, "http_error"), (404, "http_error")],
)
async def test_only_a_status_of_200_to_299_is_an_answer(shop: Shop, status: int, exit: str) -> None:
    shop.status = status
    found = await call(shop)
    assert (found.exit, found.value["status"]) == (exit, status)


async def test_a_list_in_the_query_is_the_parameter_repeated(shop: Shop) -> None:
    await call(shop, query={"tag": ["чай", "a&b"], "one": "1", "no": None, "none": []})
    assert shop.asked == ["/x?tag=%D1%87%D0%B0%D0%B9&tag=a%26b&one=1"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"connection": "other"}, "http.blocked"),
        ({"allow": ""}, "http.blocked"),
        ({"headers": {"Host": "other"}}, "http.blocked"),
    ],
)
async def test_what_is_not_allowed_is_said_by_its_code(shop: Shop, wrong: dict[str, Any], code: str) -> None:
    found = await call(shop, **wrong)
    assert (found.exit, found.value["code"]) == ("error", code)


async def test_an_answer_that_is_too_large_has_its_code(shop: Shop) -> None:
    shop.body = b"x" * 300_000
    assert (await call(shop)).value["code"] == "http.too_large"


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        ({"json": {"a": 1}}, {"a": 1, "to": "https://here/3"}),
        ({"json": {"data": {"a": 1}}, "field": "data.to"}, {"data": {"a": 1, "to": "https://here/3"}}),
        ({"json": {"data": 5}, "field": "data.to"}, {"data": {"to": "https://here/3"}}),
    ],
)
async def test_the_address_to_report_to_goes_along_in_its_field(
    shop: Shop, request_: dict[str, Any], sent: dict[str, Any]
) -> None:
    callback = {"field": request_.get("field", "to"), "event": "a.b", "ttl_s": 60}
    assert (await call(shop, json=request_["json"], callback=callback)).exit == "ok"
    assert shop.bodies == [sent]


async def test_without_a_body_it_goes_along_in_the_query(shop: Shop) -> None:
    callback = {"field": "to", "event": "a.b", "ttl_s": 60}
    assert (await call(shop, query={"a": "1"}, callback=callback)).exit == "ok"
    assert shop.asked == ["/x?a=1&to=https%3A%2F%2Fhere%2F3"]


async def test_the_answer_to_the_same_question_is_used_again_where_the_scenario_lets_it(shop: Shop) -> None:
    activities, get = activities_for(shop), {"method": "GET", "cache_s": 60}
    for path in ("/a", "/a", "/b", "/a"):
        assert (await asked(activities, **get, path=path)).exit == "ok"
    assert shop.asked == ["/a", "/b"]
    await asked(activities, method="GET", path="/a")
    await asked(activities, method="GET", path="/a", query={"page": "2"}, cache_s=60)
    await asked(activities, method="POST", path="/a", cache_s=60)
    assert shop.asked[2:] == ["/a", "/a?page=2", "/a"]


async def test_a_failure_is_asked_for_again(shop: Shop) -> None:
    activities, get = activities_for(shop), {"method": "GET", "cache_s": 60, "path": "/a"}
    shop.status = 404
    assert (await asked(activities, **get)).exit == "http_error"
    shop.status = 200
    assert (await asked(activities, **get)).exit == "ok"


async def test_who_has_another_secret_does_not_see_the_answer(shop: Shop) -> None:
    activities = activities_for(shop, secret="one")
    await asked(activities, method="GET", path="/a", cache_s=60)
    activities._connections.secret = "two"
    await asked(activities, method="GET", path="/a", cache_s=60)
    assert shop.asked == ["/a", "/a"]


async def test_a_service_that_is_down_is_left_alone_and_asked_again_later(shop: Shop) -> None:
    now = [0.0]
    activities = activities_for(shop, breakers=Breakers(clock=lambda: now[0]))
    shop.status = 500
    for _ in range(FAILURES):
        assert (await asked(activities)).value["status"] == 500
    shut = await asked(activities)
    assert (shut.exit, shut.value["code"]) == ("error", "http.blocked")
    assert "asked again in 30 s" in shut.value["detail"]
    assert len(shop.asked) == FAILURES
    shop.status, now[0] = 200, 30.0
    assert [(await asked(activities)).exit for _ in range(2)] == ["ok", "ok"]


async def test_an_assistant_leaves_alone_what_scenarios_have_found_down(shop: Shop) -> None:
    services = Services(Fetcher(EgressPolicy.parse(f"127.0.0.1:{shop.port}")))
    connections = Connections(shop.url)
    shop.status = 503
    for _ in range(FAILURES):
        await asked(HttpActivities(connections, services, Callbacks(), Links()))
    reads = {"shop.read": Operation("read", "", "/y", ())}
    tools = ToolsInReach(connections, services, TENANT, reads, {})
    assert (await tools.call_tool("shop.read", {}, timeout=5)).status == "http.blocked"
    assert shop.asked == ["/x"] * FAILURES


async def test_a_wrong_question_shuts_nobody_out(shop: Shop) -> None:
    activities = activities_for(shop)
    shop.status = 404
    for _ in range(FAILURES + 1):
        assert (await asked(activities)).value["status"] == 404
    assert len(shop.asked) == FAILURES + 1
