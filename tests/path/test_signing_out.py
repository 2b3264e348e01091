"""A socket lives no longer than what it was opened with (reliability_security.md I19, S7)."""

from __future__ import annotations

from typing import Any

import pytest
import websockets
from sqlalchemy import text

from omnisupport.api.realtime import WidgetSocket
from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from tests.support.desk import desk, ticket_of
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

SIGNED_OUT = 4401
AT_ONCE_S = 2.0
LOOKED_S = 5.0
"""Within so long each socket's right is looked at again (S7)."""
LATE_S = 10.0
"""What a busy machine may add to it."""

REVOKED = "update session set revoked_at = now()"
EXPIRED = "update session set expires_at = now()"
IDLE = "update session set kind = 'cookie', last_seen_at = now() - interval '13 hours'"
ANOTHER_ROLE = (
    "update user_tenant set role = 'operator' where tenant_id = current_setting('app.tenant')::uuid"
)
NO_MEMBER = "delete from user_tenant where tenant_id = current_setting('app.tenant')::uuid"


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own: its people lose their sessions."""
    return await make_tenant(settings, ECHO)


async def change(settings: Settings, tenant: TestTenant, sql: str) -> None:
    """Write what another process would, and tell nobody."""
    database = Database(settings.database_url or "", pool_size=1)
    async with database.session(tenant.id) as session:
        await session.exec(text(sql))  # type: ignore[call-overload]
    await database.close()


async def test_signing_out_closes_the_consoles_of_every_api_at_once(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with second_api(settings) as other:
        for _ in range(3):  # the look at every few seconds is not so quick thrice
            async with (
                Operator(product.url, tenant) as operator,
                Operator(product.url, tenant) as colleague,
                desk(product.url, operator) as here,
                desk(other.url, operator) as there,
                desk(product.url, colleague) as stays,
            ):
                assert (await operator.request("POST", "/auth/logout")).status_code == 204
                assert await here.until_closed(within=AT_ONCE_S) == SIGNED_OUT
                assert await there.until_closed(within=AT_ONCE_S) == SIGNED_OUT
                await stays.say("ping")
                await stays.await_frame("pong")


@pytest.mark.parametrize("sql", [REVOKED, EXPIRED, IDLE, ANOTHER_ROLE, NO_MEMBER])
async def test_a_session_that_ends_without_a_word_closes_its_console(
    product: Product, settings: Settings, tenant: TestTenant, sql: str
) -> None:
    async with Operator(product.url, tenant) as operator, desk(product.url, operator) as console:
        await change(settings, tenant, sql)
        assert await console.until_closed(within=LOOKED_S + LATE_S) == SIGNED_OUT


@pytest.mark.parametrize(
    ("policy", "role", "closes"),
    [
        ("everybody", "operator", True),
        ("admins", "owner", True),
        ("admins", "operator", False),
        ("nobody", "owner", False),
    ],
)
async def test_who_owes_a_second_factor_from_now_on_loses_his_console(
    product: Product, settings: Settings, tenant: TestTenant, policy: str, role: str, closes: bool
) -> None:
    someone = tenant if role == "owner" else await add_person(settings, tenant, role=role)
    async with Operator(product.url, someone) as person, desk(product.url, person) as console:
        sql = f'update tenant set settings = \'{{"require_two_factor": "{policy}"}}\''
        await change(settings, tenant, sql)
        if closes:
            assert await console.until_closed(within=LOOKED_S + LATE_S) == SIGNED_OUT
            assert (await person.request("POST", "/ws-ticket")).json()["code"] == "two_factor_required"
        else:
            with pytest.raises(TimeoutError):
                await console.until_closed(within=LOOKED_S)


async def test_the_setting_closes_the_consoles_of_who_owes_at_once(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    colleague = await add_person(settings, tenant, role="operator")
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, colleague) as other,
        desk(product.url, other) as console,
    ):
        wanted = {"allowed_domains": [], "require_two_factor": "everybody", "identity_mode": "optional"}
        assert (await owner.request("PUT", "/settings/security", json=wanted)).status_code in (200, 403)
        assert await console.until_closed(within=AT_ONCE_S) == SIGNED_OUT


async def test_a_refresh_token_used_twice_closes_the_console_of_its_family(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as operator, desk(product.url, operator) as console:
        refresh: dict[str, Any] = {"refresh_token": operator.refresh_token}
        assert (await operator.request("POST", "/auth/refresh", json=refresh)).status_code == 200
        await change(
            settings,
            tenant,
            "update session set rotated_at = now() - interval '1 hour' where rotated_at < now()",
        )
        assert (await operator.request("POST", "/auth/refresh", json=refresh)).status_code == 401
        assert await console.until_closed(within=LOOKED_S + LATE_S) == SIGNED_OUT


async def test_a_ticket_of_a_session_that_has_ended_opens_nothing(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as operator:
        ticket = await ticket_of(operator)
        await change(settings, tenant, REVOKED)
        address = f"{product.url.replace('http', 'ws')}/api/v1/ws?ticket={ticket}"
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(address, origin=product.url)  # type: ignore[arg-type]


async def test_a_visitors_socket_ends_with_his_token(
    settings: Settings, tenant: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WidgetSocket, "recheck_every_s", 0.0)
    async with second_api(settings) as api, Visitor(api.url, tenant.slug) as visitor:
        await visitor.connect()
        await change(settings, tenant, "update identity set expires_at = now()")
        assert await visitor.until_closed(within=LOOKED_S + LATE_S) == SIGNED_OUT
