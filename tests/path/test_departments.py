"""Departments and skills: what is made, changed and taken away, and where conversations go then."""

from __future__ import annotations

from uuid import uuid4

import pytest

from omnisupport.domain.naming import key_of
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.team import audit_of, id_of, make, refused
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


HOURS = {"mon": [["09:00", "13:00"], ["14:00", "24:00"]], "sun": []}


async def test_a_department_is_made_changed_and_keeps_its_key(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await make(
            owner,
            "/team/departments",
            "department",
            name={"ru": "Отдел продаж"},
            timezone="Asia/Omsk",
            hours=HOURS,
        )
        assert (made["key"], made["timezone"], made["hours"]) == ("otdel-prodazh", "Asia/Omsk", HOURS)
        assert made["names"] == {"ru": "Отдел продаж", "en": "Отдел продаж"}
        path = f"/team/departments/{made['id']}"
        body = {
            "name": {"ru": "Сбыт", "en": "Sales"},
            "timezone": "Europe/Moscow",
            "hours": {},
            "default": True,
        }
        changed = (await owner.request("PATCH", path, json=body)).json()["department"]
        assert (changed["key"], changed["name"], changed["default"]) == ("otdel-prodazh", "Сбыт", True)
        assert (changed["open"], changed["next_open"]) == (False, None)
        assert (await owner.request("GET", path)).json()["department"] == changed
        assert await refused(owner, "PATCH", path, json={"key": "sales"}) == (422, "invalid")
        listed = (await owner.request("GET", "/team/departments", params={"limit": "1"})).json()
        assert [each["key"] for each in listed["items"]] == ["otdel-prodazh"]
        rest = await owner.request("GET", "/team/departments", params={"cursor": listed["next_cursor"]})
        assert [each["key"] for each in rest.json()["items"]] == ["support"]
        (created,) = await audit_of(settings, tenant, "department.created")
        (updated,) = await audit_of(settings, tenant, "department.updated")
        assert created.target_id == updated.target_id == made["id"]
        assert (updated.before or {})["default"] is False
        assert "key" not in (updated.after or {})
        again = {"key": "otdel-prodazh", "name": {"en": "x"}}
        assert await refused(owner, "POST", "/team/departments", json=again) == (409, "department_exists")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": {}},
        {"name": {"ru": " "}},
        {"name": {"ru": "а\u202eб"}},
        {"name": {"ru": "а\u200bб"}},
        {"name": {"ru": "а\x00"}},
        {"name": {"ru": "а\nб"}},
        {"name": {"ru": "а" * 81}},
        {"name": {"de": "x"}},
        {"name": "x"},
        {"timezone": "../../etc/passwd"},
        {"timezone": "Mars/Olympus"},
        {"hours": {"monday": []}},
        {"hours": {"mon": [["18:00", "09:00"]]}},
        {"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}},
        {"hours": {"mon": [["9:00", "12:00"]]}},
        {"hours": {"mon": [["09:00"]]}},
        {"hours": {"mon": [["24:00", "24:00"]]}},
        {"default": "yes"},
        {"default": 1},
        {"key": "Ключ"},
    ],
)
async def test_a_department_that_cannot_be_is_refused_with_its_field(
    product: Product, tenant: TestTenant, wrong: dict[str, object]
) -> None:
    async with Operator(product.url, tenant) as owner:
        answer = await owner.request("POST", "/team/departments", json={"name": {"ru": "Отдел"}, **wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["errors"][0]["field"].startswith(next(iter(wrong)))
        assert len((await owner.request("GET", "/team/departments")).json()["items"]) == 1


async def test_a_department_goes_only_when_its_conversations_have_somewhere_to_go(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        old = await make(owner, "/team/departments", "department", name={"en": "Old"}, default=True)
        heir = await make(owner, "/team/departments", "department", name={"en": "Heir"})
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        await owner.act(conversation_id, "assign", department_id=old["id"])
        me = await id_of(owner)
        body = {"department_ids": [old["id"]]}
        assert (await owner.request("PATCH", f"/team/members/{me}", json=body)).status_code == 200
        path = f"/team/departments/{old['id']}"
        assert await refused(owner, "DELETE", path) == (409, "department_in_use")
        itself = {"move_to": old["id"]}
        assert await refused(owner, "DELETE", path, params=itself) == (409, "move_to_itself")
        absent = {"move_to": str(uuid4())}
        assert await refused(owner, "DELETE", path, params=absent) == (404, "department_not_found")
        gone = await owner.request("DELETE", path, params={"move_to": heir["id"]})
        assert gone.status_code == 204, gone.text
        assert (await owner.conversation(conversation_id))["department"]["id"] == heir["id"]
        assert (await owner.request("GET", f"/team/members/{me}")).json()["member"]["departments"] == []
        assert (await owner.request("GET", f"/team/departments/{heir['id']}")).json()["department"]["default"]
        assert await refused(owner, "DELETE", path) == (404, "department_not_found")
        (line,) = await audit_of(settings, tenant, "department.deleted")
        assert line.after == {"moved_to": heir["id"], "conversations": 1}
        await owner.act(conversation_id, "resolve")
        without = f"/team/departments/{heir['id']}"
        assert await refused(owner, "DELETE", without) == (409, "department_in_use"), "it is the default"
        await owner.request("PATCH", without, json={"default": False})
        assert (await owner.request("DELETE", without)).status_code == 204
        assert (await owner.conversation(conversation_id))["department"] is None


async def test_a_skill_is_made_renamed_and_taken_from_who_had_it(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        made = await make(owner, "/team/skills", "skill", name="Английский язык")
        assert made["key"] == "angliyskiy-yazyk"
        assert await refused(owner, "POST", "/team/skills", json={"name": "английский Язык"}) == (
            409,
            "skill_exists",
        )
        assert await refused(owner, "POST", "/team/skills", json={"name": "\u200b"}) == (422, "invalid")
        me = await id_of(owner)
        held = {"skills": [{"skill_id": made["id"], "level": 5}]}
        await owner.request("PATCH", f"/team/members/{me}", json=held)
        path = f"/team/skills/{made['id']}"
        renamed = (await owner.request("PATCH", path, json={"name": "English"})).json()["skill"]
        assert renamed == {"id": made["id"], "key": made["key"], "name": "English", "members": 1}
        assert (await owner.request("GET", path)).json()["skill"] == renamed
        assert (await owner.request("GET", "/team/skills")).json()["items"] == [renamed]
        assert (await owner.request("DELETE", path)).status_code == 204
        assert (await owner.request("GET", f"/team/members/{me}")).json()["member"]["skills"] == []
        assert await refused(owner, "GET", path) == (404, "skill_not_found")
        for action in ("skill.created", "skill.updated", "skill.deleted"):
            (line,) = await audit_of(settings, tenant, action)
            assert line.target_id == made["id"]


async def test_an_operator_changes_neither(product: Product, settings: Settings, tenant: TestTenant) -> None:
    anna = await add_person(settings, tenant, role="operator")
    async with Operator(product.url, anna) as operator:
        (department,) = (await operator.request("GET", "/team/departments")).json()["items"]
        for method, path in (
            ("POST", "/team/departments"),
            ("PATCH", f"/team/departments/{department['id']}"),
            ("DELETE", f"/team/departments/{department['id']}"),
            ("POST", "/team/skills"),
            ("PATCH", f"/team/skills/{uuid4()}"),
            ("DELETE", f"/team/skills/{uuid4()}"),
        ):
            assert await refused(operator, method, path, json={}) == (403, "forbidden")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Отдел №1", "otdel-1"),
        ("24/7", "n-24-7"),
        ("  Café — Ёлка ", "cafe-elka"),
        ("客服", "n-"),
        ("я" * 80, "ya" * 31 + "y"),
    ],
)
def test_a_key_is_made_of_what_can_be_said_in_latin_letters(name: str, key: str) -> None:
    made = key_of(name)
    assert made == key or (key == "n-" and made[0].isalpha() and len(made) >= 12)
    assert key_of(name) == made
