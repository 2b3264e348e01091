"""Roles of a tenant's own: made of what one has oneself, changed for all who have them, and never above."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from omnisupport.domain.granting import exceeds
from omnisupport.domain.permissions import Grant, Permission, Role, Scope
from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from omnisupport.texts.permissions import AVAILABILITY_NAMES, GROUPS, PERMISSIONS, ROLE_NAMES
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.team import audit_of, id_of, make, refused
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant

READ = frozenset({Permission.TEAM_READ})


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


@pytest.mark.parametrize(
    ("given", "is_more"),
    [
        (Grant(READ, Scope.DEPARTMENTS), False),
        (Grant(frozenset(), Scope.OWN), False),
        (Grant(READ | {Permission.TEAM_MANAGE}, Scope.OWN), True),
        (Grant(frozenset(), Scope.ALL), True),
    ],
)
def test_a_grant_is_more_by_one_permission_or_by_its_reach(given: Grant, is_more: bool) -> None:
    assert exceeds(given, Grant(READ, Scope.DEPARTMENTS)) is is_more


def test_every_permission_role_and_group_has_its_words_in_both_languages() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert set(GROUPS) == {each.value.partition(".")[0] for each in Permission}
    assert set(ROLE_NAMES) == set(Role)
    explained = [words for each in PERMISSIONS.values() for words in (each.title, each.description)]
    for words in [*explained, *GROUPS.values(), *ROLE_NAMES.values(), *AVAILABILITY_NAMES.values()]:
        assert words.keys() == {"ru", "en"}
        assert all(words.values())


async def test_the_permissions_are_listed_with_their_words(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        listed = (await owner.request("GET", "/team/permissions")).json()
        assert {each["key"] for each in listed["items"]} == set(Permission)
        assert {each["group"] for each in listed["items"]} == {each["key"] for each in listed["groups"]}


async def test_a_role_is_made_given_changed_and_taken_away(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        permissions = ["team.read", "conversations.read"]
        made = await make(
            owner, "/team/roles", "role", name="Ночная смена", permissions=permissions, scope="own"
        )
        assert made == {
            "key": "nochnaya-smena",
            "name": "Ночная смена",
            "built_in": False,
            "permissions": sorted(permissions),
            "scope": "own",
            "members": 0,
        }
        same = {"name": "ночная СМЕНА", "permissions": []}
        assert await refused(owner, "POST", "/team/roles", json=same) == (409, "role_exists")
        anna = Operator(product.url, await add_person(settings, tenant, role=made["key"]))
        await anna.sign_in()
        assert (await anna.request("GET", "/me")).json()["permissions"] == sorted(permissions)
        listed = {each["key"]: each for each in (await owner.request("GET", "/team/roles")).json()["items"]}
        assert list(listed)[:6] == list(Role)
        assert (listed["owner"]["name"], listed["owner"]["members"]) == ("Владелец", 1)
        assert listed[made["key"]]["members"] == 1

        path = f"/team/roles/{made['key']}"
        async with desk(product.url, anna) as console:
            body = {"permissions": ["team.read"], "scope": "departments", "name": "Смена"}
            changed = (await owner.request("PATCH", path, json=body)).json()["role"]
            assert (changed["key"], changed["name"], changed["scope"]) == (
                made["key"],
                "Смена",
                "departments",
            )
            assert await console.until_closed() == 4401, "his rights are not what they were"
        assert (await anna.request("GET", "/me")).json()["permissions"] == ["team.read"]
        assert (await owner.request("GET", path)).json()["role"] == changed

        assert await refused(owner, "DELETE", path) == (409, "role_in_use")
        for move_to, refusal in (
            (made["key"], (409, "move_to_itself")),
            ("nobody", (404, "role_not_found")),
        ):
            assert await refused(owner, "DELETE", path, params={"move_to": move_to}) == refusal
        gone = await owner.request("DELETE", path, params={"move_to": "analyst"})
        assert gone.status_code == 204, gone.text
        assert (await anna.request("GET", "/me")).json()["role"] == "analyst"
        assert await refused(owner, "GET", path) == (404, "role_not_found")
        for action in ("role.created", "role.updated", "role.deleted"):
            (line,) = await audit_of(settings, tenant, action)
            assert line.target_id == made["key"]
        assert line.after == {"moved_to": "analyst", "members": 1}
        await anna.__aexit__()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "а\u202eб"},
        {"permissions": ["no.such"]},
        {"permissions": "team.read"},
        {"scope": "galaxy"},
        {"key": "chosen"},
    ],
)
async def test_a_role_that_cannot_be_is_refused_with_its_field(
    product: Product, tenant: TestTenant, wrong: dict[str, object]
) -> None:
    async with Operator(product.url, tenant) as owner:
        answer = await owner.request("POST", "/team/roles", json={"name": "Роль", "permissions": [], **wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["errors"][0]["field"].startswith(next(iter(wrong)))
        assert await refused(owner, "GET", "/team/roles/%00") == (422, "invalid")


async def test_built_in_roles_stay_as_they_are(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        for name in ("Owner", "operator", "API key"):
            body = {"name": name, "permissions": []}
            assert await refused(owner, "POST", "/team/roles", json=body) == (409, "role_reserved")
        built_in = (409, "role_built_in")
        assert await refused(owner, "PATCH", "/team/roles/operator", json={"name": "x"}) == built_in
        assert await refused(owner, "DELETE", "/team/roles/operator") == built_in
        assert await refused(owner, "PATCH", "/team/roles/nobody", json={}) == (404, "role_not_found")


async def test_nobody_makes_changes_or_deletes_a_role_beyond_his_own(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        above = await make(owner, "/team/roles", "role", name="Above", permissions=["codec.decode"])
        small = await make(owner, "/team/roles", "role", name="Small", permissions=["team.read"])
        async with Operator(product.url, await add_person(settings, tenant, role="admin")) as admin:
            exceeds_his = (403, "role_exceeds_yours")
            body = {"name": "Mine", "permissions": ["codec.decode"]}
            assert await refused(admin, "POST", "/team/roles", json=body) == exceeds_his
            for key, change in (
                (small["key"], {"permissions": ["team.read", "codec.decode"]}),
                (above["key"], {"permissions": []}),
                (above["key"], {"name": "Mine"}),
            ):
                assert await refused(admin, "PATCH", f"/team/roles/{key}", json=change) == exceeds_his
            assert await refused(admin, "DELETE", f"/team/roles/{above['key']}") == exceeds_his
            params = {"move_to": "owner"}
            assert await refused(admin, "DELETE", f"/team/roles/{small['key']}", params=params) == exceeds_his
            assert (await admin.request("DELETE", f"/team/roles/{small['key']}")).status_code == 204
            me = await id_of(admin)
            given = {"role": above["key"]}
            assert await refused(admin, "PATCH", f"/team/members/{me}", json=given) == exceeds_his
        assert (await owner.request("GET", f"/team/roles/{above['key']}")).json()["role"] == above


async def test_roles_ask_for_the_password_again_after_a_while(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        database = Database(settings.database_url or "", pool_size=1)
        async with database.session(tenant.id) as session:
            await session.exec(text("update session set verified_at = now() - interval '11 minutes'"))  # type: ignore[call-overload]
        await database.close()
        body = {"name": "Late", "permissions": []}
        assert await refused(owner, "POST", "/team/roles", json=body) == (403, "reauthentication_required")
