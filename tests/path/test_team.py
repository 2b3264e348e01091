"""Members: who is listed, who may change whom, and what ends with a membership."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from omnisupport.settings import Settings
from omnisupport.storage.access.members import MemberFilter, list_members
from omnisupport.storage.access.team import lock_team
from omnisupport.storage.queries.sessions import REMEMBERED_S
from omnisupport.storage.session import Database
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.team import audit_of, id_of, make, refused
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own: its people come and go."""
    return await make_tenant(settings, ECHO)


async def person(product: Product, settings: Settings, tenant: TestTenant, role: str, name: str) -> Operator:
    """Another person of the tenant, signed in."""
    found = Operator(product.url, await add_person(settings, tenant, role=role, name=name))
    await found.sign_in()
    return found


async def test_the_team_is_read_page_by_page_and_by_what_is_looked_for(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    for name in ("Анна", "Борис_1", "Вера"):
        await add_person(settings, tenant, role="operator", name=name)
    async with Operator(product.url, tenant) as owner:
        names: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await owner.request("GET", "/team/members", params={"limit": "2", **cursor})).json()
            names += [each["name"] for each in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert names == ["Анна", "Борис_1", "Вера", "Ольга"]

        async def found(**params: str) -> list[str]:
            answer = await owner.request("GET", "/team/members", params=params)
            assert answer.status_code == 200, answer.text
            return [each["name"] for each in answer.json()["items"]]

        assert await found(q="ЕР") == ["Вера"]
        assert await found(q="_") == ["Борис_1"], "a wildcard is a letter like others"
        assert await found(q=tenant.email) == ["Ольга"]
        assert await found(role="owner") == ["Ольга"]
        assert await found(disabled="true") == []
        assert len(await found(availability="online")) == 4
        assert await found(availability="away") == []
        assert await found(department_id=str(uuid4())) == []
        for wrong in ({"q": "\x00"}, {"cursor": "x"}, {"role": "\x00"}, {"limit": "0"}, {"limit": "501"}):
            assert await refused(owner, "GET", "/team/members", params=wrong) == (422, "invalid")


async def test_a_member_is_changed_in_one_step_and_the_log_tells_what(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        anna = await person(product, settings, tenant, "operator", "Анна")
        user_id = await id_of(anna)
        skill = await make(owner, "/team/skills", "skill", name="Возвраты")
        department = await make(owner, "/team/departments", "department", name={"ru": "Продажи"})
        body = {
            "role": "supervisor",
            "department_ids": [department["id"]],
            "skills": [{"skill_id": skill["id"], "level": 4}],
            "capacity": {"any": 5, "widget": 3},
        }
        changed = await owner.request("PATCH", f"/team/members/{user_id}", json=body)
        assert changed.status_code == 200, changed.text
        member = changed.json()["member"]
        assert member["role"] == "supervisor"
        assert member["departments"] == [department["id"]]
        assert member["skills"] == [{"skill_id": skill["id"], "level": 4}]
        assert member["capacity"] == {"any": 5, "widget": 3}
        assert (await owner.request("GET", f"/team/members/{user_id}")).json()["member"] == member
        by_department = {"department_id": department["id"]}
        listed = (await owner.request("GET", "/team/members", params=by_department)).json()["items"]
        assert [each["id"] for each in listed] == [user_id]

        same = await owner.request("PATCH", f"/team/members/{user_id}", json=body)
        assert same.json()["member"] == member
        (line,) = await audit_of(settings, tenant, "member.updated")
        assert line.target_id == user_id
        assert line.before == {"role": "operator", "departments": [], "skills": {}, "capacity": {}}
        assert (line.after or {})["skills"] == {skill["id"]: 4}
        none = {"department_ids": [], "skills": [], "capacity": {}}
        emptied = await owner.request("PATCH", f"/team/members/{user_id}", json=none)
        assert emptied.json()["member"]["departments"] == emptied.json()["member"]["skills"] == []
        await anna.__aexit__()


async def test_what_cannot_be_used_is_refused_with_its_field_and_changes_nothing(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        me = await id_of(owner)
        path = f"/team/members/{me}"
        before = (await owner.request("GET", path)).json()
        absent = str(uuid4())
        twice = [{"skill_id": absent, "level": 1}, {"skill_id": absent, "level": 2}]
        for body in (
            {"role": "\x00"},
            {"role": 1},
            {"name": "Анна"},
            {"skills": twice},
            {"skills": [{"skill_id": absent, "level": 6}]},
            {"skills": [{"skill_id": absent, "level": "3"}]},
            {"skills": [{"skill_id": absent, "level": True}]},
            {"department_ids": [absent, absent]},
            {"department_ids": absent},
            {"capacity": {"any": -1}},
            {"capacity": {"any": 1.5}},
            {"capacity": {"Any thing": 1}},
            {"capacity": {f"c{n}": 1 for n in range(21)}},
        ):
            answer = await owner.request("PATCH", path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), body
            assert answer.json()["errors"][0]["field"].startswith(next(iter(body))), answer.text
        for body, code in (
            ({"role": "nobody"}, "role_not_found"),
            ({"skills": [{"skill_id": absent, "level": 1}]}, "skill_not_found"),
            ({"department_ids": [absent], "capacity": {"any": 1}}, "department_not_found"),
        ):
            assert await refused(owner, "PATCH", path, json=body) == (404, code)
        assert (await owner.request("GET", path)).json() == before


async def test_nobody_gives_more_than_he_has_nor_decides_over_who_may_more(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        admin = await person(product, settings, tenant, "admin", "Алла")
        anna = await person(product, settings, tenant, "operator", "Анна")
        owner_id, admin_id, anna_id = await id_of(owner), await id_of(admin), await id_of(anna)
        exceeds = (403, "role_exceeds_yours")
        for target in (anna_id, admin_id):
            path = f"/team/members/{target}"
            assert await refused(admin, "PATCH", path, json={"role": "owner"}) == exceeds
        assert await refused(admin, "PATCH", f"/team/members/{owner_id}", json={"role": "analyst"}) == exceeds
        assert await refused(admin, "POST", f"/team/members/{owner_id}/disable") == exceeds
        assert await refused(admin, "DELETE", f"/team/members/{owner_id}") == exceeds
        given = await admin.request("PATCH", f"/team/members/{anna_id}", json={"role": "admin"})
        assert given.json()["member"]["role"] == "admin"
        roles = {
            each["id"]: each["role"] for each in (await owner.request("GET", "/team/members")).json()["items"]
        }
        assert roles == {owner_id: "owner", admin_id: "admin", anna_id: "admin"}
        assert await refused(anna, "GET", "/team/members/x") == (422, "invalid")
        (line,) = await audit_of(settings, tenant, "member.removed")
        assert (line.outcome, line.actor_name, line.target_id) == ("refused", "Алла", owner_id)
        assert line.after == {"code": "role_exceeds_yours"}
        for each in (admin, anna):
            await each.__aexit__()


async def test_who_reaches_some_departments_gives_no_others(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        role = await make(
            owner,
            "/team/roles",
            "role",
            name="Lead",
            permissions=["team.read", "team.manage"],
            scope="departments",
        )
        own = await make(owner, "/team/departments", "department", name={"en": "Own"})
        other = await make(owner, "/team/departments", "department", name={"en": "Other"})
        lead = await person(product, settings, tenant, "operator", "Лев")
        lead_id = await id_of(lead)
        body = {"role": role["key"], "department_ids": [own["id"]]}
        assert (await owner.request("PATCH", f"/team/members/{lead_id}", json=body)).status_code == 200
        path = f"/team/members/{lead_id}"
        wider = {"department_ids": [own["id"], other["id"]]}
        assert await refused(lead, "PATCH", path, json=wider) == (403, "departments_exceed_yours")
        assert await refused(lead, "PATCH", path, json={"role": "analyst"}) == (403, "role_exceeds_yours")
        assert (await lead.request("PATCH", path, json={"capacity": {"any": 2}})).status_code == 200
        await lead.__aexit__()


async def test_the_last_owner_stays_whatever_is_asked_and_by_how_many_at_once(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        me = await id_of(owner)
        path = f"/team/members/{me}"
        last = (409, "last_owner")
        assert await refused(owner, "PATCH", path, json={"role": "admin"}) == last
        assert await refused(owner, "DELETE", path) == last
        assert await refused(owner, "POST", f"{path}/disable") == last
        assert await refused(owner, "POST", "/team/leave", json={"slug": tenant.slug}) == last
        second = await person(product, settings, tenant, "owner", "Вторая")
        second_id = await id_of(second)
        answers = await asyncio.gather(
            owner.request("PATCH", f"/team/members/{second_id}", json={"role": "admin"}),
            second.request("PATCH", path, json={"role": "admin"}),
            owner.request("DELETE", f"/team/members/{second_id}"),
            second.request("POST", f"{path}/disable"),
        )
        assert all(answer.status_code < 500 for answer in answers), [a.text for a in answers]
        await second.__aexit__()
    left = [
        each
        for each in (await _members(settings, tenant))
        if each["role"] == "owner" and not each["disabled"]
    ]
    assert len(left) == 1


async def test_the_second_of_two_changes_waits_for_the_first_and_sees_it(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    second = await person(product, settings, tenant, "owner", "Вторая")
    async with Operator(product.url, tenant) as owner:
        path = f"/team/members/{await id_of(owner)}"
        database = Database(settings.database_url or "", pool_size=1)
        async with database.session(tenant.id) as session:
            await lock_team(session, tenant.id)
            demoted = text("update user_tenant set role = 'admin' where user_id = :second")
            await session.exec(demoted.bindparams(second=UUID(await id_of(second))))  # type: ignore[call-overload]
            asked = asyncio.create_task(refused(owner, "PATCH", path, json={"role": "admin"}))
            await asyncio.sleep(0.5)
            assert not asked.done()
        assert await asked == (409, "last_owner")
        await database.close()
    await second.__aexit__()


async def _members(settings: Settings, tenant: TestTenant) -> list[dict[str, object]]:
    database = Database(settings.database_url or "", pool_size=1)
    found = await list_members(database, tenant.id, MemberFilter(), after=None, limit=100)
    await database.close()
    return [{"role": each.role, "disabled": each.disabled_at is not None} for each in found]


async def test_a_disabled_member_is_out_at_once_and_signs_in_anew_when_enabled(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        anna = await person(product, settings, tenant, "operator", "Анна")
        anna_id = await id_of(anna)
        async with desk(product.url, anna) as console:
            disabled = await owner.request("POST", f"/team/members/{anna_id}/disable")
            assert disabled.json()["member"]["disabled"] is True
            assert await console.until_closed() == 4401
        assert (await anna.request("GET", "/me")).status_code == 401
        listed = (await owner.request("GET", "/team/members", params={"disabled": "true"})).json()["items"]
        assert [each["id"] for each in listed] == [anna_id]
        enabled = await owner.request("POST", f"/team/members/{anna_id}/enable")
        assert enabled.json()["member"]["disabled"] is False
        assert (await anna.request("GET", "/me")).status_code == 401, "the old session is over"
        await anna.sign_in()
        assert (await anna.request("GET", "/me")).status_code == 200
        for action in ("member.disabled", "member.enabled"):
            (line,) = await audit_of(settings, tenant, action)
            assert line.target_id == anna_id
        await anna.__aexit__()


async def test_who_leaves_gives_his_conversations_back_to_the_queue(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        anna = await person(product, settings, tenant, "operator", "Анна")
        anna_id = await id_of(anna)
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        await anna.act(conversation_id, "take-over")
        assert (await owner.conversation(conversation_id))["assignee"]["id"] == anna_id
        assert (await owner.request("DELETE", f"/team/members/{anna_id}")).status_code == 204
        line = await owner.conversation(conversation_id)
        assert (line["assignee"], line["controller"]) == (None, "operator")
        assert (await anna.request("GET", "/me")).status_code == 401
        assert await refused(owner, "GET", f"/team/members/{anna_id}") == (404, "member_not_found")
        assert await refused(owner, "DELETE", f"/team/members/{anna_id}") == (404, "member_not_found")
        to_nobody = await owner.try_to(conversation_id, "assign", user_id=anna_id)
        assert (to_nobody.status_code, to_nobody.json()["code"]) == (404, "member_not_found")
        (removed,) = await audit_of(settings, tenant, "member.removed")
        assert (removed.before or {})["email"] == anna.tenant.email
        await anna.__aexit__()


async def test_one_leaves_oneself_by_naming_the_workspace(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    anna = await person(product, settings, tenant, "operator", "Анна")
    assert await refused(anna, "POST", "/team/leave", json={"slug": "another"}) == (422, "invalid")
    assert await refused(anna, "POST", "/team/leave", json={}) == (422, "invalid")
    assert (await anna.request("POST", "/team/leave", json={"slug": tenant.slug})).status_code == 204
    assert (await anna.request("GET", "/me")).status_code == 401
    await anna.__aexit__()


async def test_an_operator_reads_the_team_and_changes_nobody(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    anna = await person(product, settings, tenant, "operator", "Анна")
    me = await id_of(anna)
    assert (await anna.request("GET", f"/team/members/{me}")).status_code == 200
    for method, path in (
        ("PATCH", f"/team/members/{me}"),
        ("DELETE", f"/team/members/{me}"),
        ("POST", f"/team/members/{me}/disable"),
        ("POST", f"/team/members/{me}/enable"),
    ):
        assert await refused(anna, method, path, json={}) == (403, "forbidden")
    await anna.__aexit__()


async def test_an_admin_of_the_platform_changes_nobody_in_anothers_name(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        anna = await person(product, settings, tenant, "operator", "Анна")
        me, path = await id_of(owner), f"/team/members/{await id_of(anna)}"
        database = Database(settings.database_url or "", pool_size=1)
        async with database.session(tenant.id) as session:
            as_him = text("update session set impersonator_id = :me where user_id = :me")
            await session.exec(as_him.bindparams(me=UUID(me)))  # type: ignore[call-overload]
        await database.close()
        await asyncio.sleep(REMEMBERED_S)
        impersonated = (403, "impersonated")
        assert await refused(owner, "PATCH", path, json={"role": "admin"}) == impersonated
        assert await refused(owner, "DELETE", path) == impersonated
        assert await refused(owner, "POST", "/team/leave", json={"slug": tenant.slug}) == impersonated
        new = {"name": "x", "permissions": []}
        assert await refused(owner, "POST", "/team/roles", json=new) == impersonated
        invitation = {"email": "a@x.org", "role": "operator"}
        assert await refused(owner, "POST", "/team/invite", json=invitation) == impersonated
        assert (await owner.request("GET", path)).json()["member"]["role"] == "operator"
        await anna.__aexit__()
