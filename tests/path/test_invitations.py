"""Invitations: sent, sent again and revoked; accepted once by a new person or a known one, who cannot be told apart."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.team import audit_of, id_of, make, plant_invitation, refused
from tests.support.tenants import ECHO, PASSWORD, TestTenant, add_person, make_tenant

INVALID = (404, "invitation_invalid")


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def http(product: Product) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who is not signed in."""
    async with httpx2.AsyncClient(base_url=f"{product.url}/api/v1/team", timeout=20) as client:
        yield client


def anybody() -> str:
    """An address that nobody has."""
    return f"new-{uuid4().hex[:10]}@example.com"


async def sql(settings: Settings, tenant: TestTenant, statement: str) -> None:
    """Write what time or another process would."""
    database = Database(settings.database_url or "", pool_size=1)
    async with database.session(tenant.id) as session:
        await session.exec(text(statement))  # type: ignore[call-overload]
    await database.close()


async def accept(http: httpx2.AsyncClient, token: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """Status and body of an acceptance."""
    answer = await http.post(f"/invite/{token}/accept", json=body)
    return answer.status_code, answer.json()


async def test_an_invitation_is_sent_listed_sent_again_and_revoked(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        email = anybody()
        body = {"email": email.upper(), "name": "Нина", "role": "operator"}
        made = await make(owner, "/team/invite", "invitation", **body)
        assert (made["email"], made["state"], made["invited_by"]) == (email, "open", await id_of(owner))
        assert "token" not in str(made)
        assert await refused(owner, "POST", "/team/invite", json=body) == (409, "invitation_exists")
        await make(owner, "/team/invite", "invitation", email=anybody(), role="analyst")
        page = (await owner.request("GET", "/team/invitations", params={"limit": "1"})).json()
        assert page["items"][0]["role"] == "analyst"
        rest = await owner.request("GET", "/team/invitations", params={"cursor": page["next_cursor"]})
        assert rest.json()["items"] == [made]
        path = f"/team/invitations/{made['id']}"
        again = (await owner.request("POST", f"{path}/resend")).json()["invitation"]
        assert again["expires_at"] > made["expires_at"]
        assert (await owner.request("DELETE", path)).status_code == 204
        assert await refused(owner, "DELETE", path) == (409, "invitation_closed")
        assert await refused(owner, "POST", f"{path}/resend") == (409, "invitation_closed")
        revoked = (await owner.request("GET", "/team/invitations", params={"state": "revoked"})).json()
        assert [each["id"] for each in revoked["items"]] == [made["id"]]
        await make(owner, "/team/invite", "invitation", **body)
        for action, count in (("created", 3), ("resent", 1), ("revoked", 1)):
            lines = await audit_of(settings, tenant, f"invitation.{action}")
            assert len(lines) == count
            assert all(line.target_id for line in lines)


async def mails_to(product: Product, email: str, count: int) -> list[dict[str, Any]]:
    """The mails that the stack's mailbox has for an address, the newest first, once there are so many."""
    async with httpx2.AsyncClient(base_url=product.ready["urls"]["mailbox"], timeout=20) as mailbox:
        for _ in range(200):
            mine = (await mailbox.get("/mails.json", params={"to": email})).json()["items"]
            if len(mine) == count:
                return mine
            await asyncio.sleep(0.1)
    raise AssertionError(f"{len(mine)} mails to {email}")


async def test_the_mail_brings_a_link_that_lets_in(
    product: Product, http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        role = await make(owner, "/team/roles", "role", name="Ночная смена", permissions=["team.read"])
        email = anybody()
        made = await make(owner, "/team/invite", "invitation", email=email, name="Нина", role=role["key"])
        (first,) = await mails_to(product, email, 1)
        await owner.request("POST", f"/team/invitations/{made['id']}/resend")
        mails = await mails_to(product, email, 2)
    (second,) = [each for each in mails if each["id"] != first["id"]]
    assert all(word in second["text"] for word in ("Нина", "Test", "Ольга", "Ночная смена", "168"))
    old, new = (_token_of(each["text"]) for each in (first, second))
    status, answer = await accept(http, old, name="Нина", password=PASSWORD)
    assert (status, answer["code"]) == INVALID
    offer = (await http.get(f"/invite/{new}")).json()
    assert (offer["role_name"], offer["invited_by"]) == ("Ночная смена", "Ольга")
    assert (await accept(http, new, password=PASSWORD))[0] == 200, "the invitation has her name"


def _token_of(letter: str) -> str:
    found = re.search(r"/invite#token=(i_[A-Za-z0-9_-]+)", letter)
    assert found is not None, letter
    return found[1]


async def test_each_sending_has_a_link_of_its_own(
    product: Product, http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    invitation_id, token = await plant_invitation(settings, tenant, email=anybody())
    assert (await http.get(f"/invite/{token}")).status_code == 200
    async with Operator(product.url, tenant) as owner:
        again = await owner.request("POST", f"/team/invitations/{invitation_id}/resend")
        assert again.status_code == 200, again.text
    answer = await http.get(f"/invite/{token}")
    assert (answer.status_code, answer.json()["code"]) == INVALID


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "a@x.org\nBcc: b@x.org"},
        {"email": 1},
        {"email": "a\x00@x.org"},
        {"name": "а\u202eб"},
        {"role": "\x00"},
        {"department_ids": ["x"]},
        {"skills": [{"skill_id": str(uuid4()), "level": 0}]},
        {"password": "x"},
    ],
)
async def test_an_invitation_that_cannot_be_is_refused_with_its_field(
    product: Product, tenant: TestTenant, wrong: dict[str, Any]
) -> None:
    async with Operator(product.url, tenant) as owner:
        answer = await owner.request(
            "POST", "/team/invite", json={"email": anybody(), "role": "operator", **wrong}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["errors"][0]["field"].startswith(next(iter(wrong)))
        assert (await owner.request("GET", "/team/invitations")).json()["items"] == []


async def test_nobody_invites_above_himself_and_an_operator_nobody(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    member = await add_person(settings, tenant, role="admin")
    async with Operator(product.url, member) as admin:
        body = {"email": anybody(), "role": "owner"}
        assert await refused(admin, "POST", "/team/invite", json=body) == (403, "role_exceeds_yours")
        (line,) = await audit_of(settings, tenant, "invitation.created")
        assert (line.outcome, line.target_id) == ("refused", "owner")
        gone = (404, "role_not_found")
        assert await refused(admin, "POST", "/team/invite", json={**body, "role": "nobody"}) == gone
        here = {"email": member.email, "role": "operator"}
        assert await refused(admin, "POST", "/team/invite", json=here) == (409, "already_member")
        above, _ = await plant_invitation(settings, tenant, email=anybody(), role="owner")
        exceeds = (403, "role_exceeds_yours")
        assert await refused(admin, "POST", f"/team/invitations/{above}/resend") == exceeds
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        for method, path in (
            ("POST", "/team/invite"),
            ("GET", "/team/invitations"),
            ("DELETE", f"/team/invitations/{above}"),
            ("POST", f"/team/invitations/{above}/resend"),
        ):
            assert await refused(operator, method, path, json={}) == (403, "forbidden")


async def test_a_new_person_joins_with_name_and_password_once(
    product: Product, http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        skill = await make(owner, "/team/skills", "skill", name="Возвраты")
        department = await make(owner, "/team/departments", "department", name={"en": "Sales"})
        email = anybody()
        _, token = await plant_invitation(
            settings,
            tenant,
            email=email,
            role="supervisor",
            departments=frozenset({_uuid(department)}),
            skills={_uuid(skill): 2},
        )
        offer = (await http.get(f"/invite/{token}")).json()
        assert (offer["workspace"], offer["email"]) == ("Test", email)
        for body, field in (
            ({"password": PASSWORD}, "name"),
            ({"name": "Нина"}, "password"),
            ({"name": "Нина", "password": "short"}, "password"),
            ({"name": "Нина", "password": 1}, "password"),
            ({"name": "а\u200bб", "password": PASSWORD}, "name"),
            ({"name": "Нина", "password": PASSWORD, "role": "owner"}, "role"),
        ):
            status, answer = await accept(http, token, **body)
            assert status == 422, answer
            assert answer["errors"][0]["field"] == field
        joined = await accept(http, token, name="Нина", password=PASSWORD)
        assert joined == (200, {"workspace": "Test", "slug": tenant.slug, "email": email})
        status, answer = await accept(http, token, name="Нина", password=PASSWORD)
        assert (status, answer["code"]) == INVALID
        person = Operator(product.url, TestTenant(tenant.id, tenant.slug, email, PASSWORD))
        async with person:
            member_id = await id_of(person)
            me = (await person.request("GET", f"/team/members/{member_id}")).json()["member"]
            assert (me["role"], me["departments"]) == ("supervisor", [department["id"]])
            assert me["skills"] == [{"skill_id": skill["id"], "level": 2}]
        (line,) = await audit_of(settings, tenant, "invitation.accepted")
        assert str(line.actor_id) == member_id
        listed = (await owner.request("GET", "/team/invitations", params={"state": "accepted"})).json()
        assert [each["email"] for each in listed["items"]] == [email]


def _uuid(made: dict[str, Any]) -> Any:
    from uuid import UUID

    return UUID(made["id"])


async def test_a_known_person_joins_with_his_password_or_signed_in(
    product: Product, http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    known = await make_tenant(settings, ECHO)
    second = await make_tenant(settings, ECHO)
    _, token = await plant_invitation(settings, tenant, email=known.email, role="admin")
    offer = (await http.get(f"/invite/{token}")).json()
    assert (offer["role"], offer["role_name"], offer["invited_by"]) == ("admin", "Администратор", None)
    assert set(offer) == {"workspace", "email", "name", "role", "role_name", "invited_by", "expires_at"}, (
        "nothing tells that he has an account"
    )
    status, answer = await accept(http, token, name="Не он", password="wrong horse battery staple")
    assert (status, answer["code"]) == (401, "sign_in_failed")
    status, answer = await accept(http, token)
    assert (status, answer["errors"][0]["field"]) == (422, "password")
    assert await accept(http, token, name="Другое имя", password=PASSWORD) == (
        200,
        {"workspace": "Test", "slug": tenant.slug, "email": known.email},
    )
    async with Operator(product.url, tenant) as owner:
        (member,) = (await owner.request("GET", "/team/members", params={"role": "admin"})).json()["items"]
        assert (member["email"], member["name"]) == (known.email, "Ольга"), "he keeps his name"
    _, other = await plant_invitation(settings, second, email=known.email)
    async with Operator(product.url, known) as himself, Operator(product.url, tenant) as another:
        path = f"/team/invite/{other}/accept"
        stranger = await another.request("POST", path, json={})
        assert (stranger.status_code, stranger.json()["errors"][0]["field"]) == (422, "password")
        joined = await himself.request("POST", path, json={})
        assert (joined.status_code, joined.json()["slug"]) == (200, second.slug)


async def test_guesses_at_a_password_count_as_failed_sign_ins(
    http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    known = await make_tenant(settings, ECHO)
    _, token = await plant_invitation(settings, tenant, email=known.email)
    answers = [await accept(http, token, password=f"wrong {n} horse battery") for n in range(6)]
    assert [status for status, _ in answers] == [401] * 5 + [429]


@pytest.mark.parametrize(
    "ended",
    [
        "update invitation set expires_at = now()",
        "update invitation set revoked_at = now()",
        "update invitation set accepted_at = now()",
        "update invitation set role = 'gone'",
        "update tenant set status = 'closed'",
    ],
)
async def test_a_link_that_is_good_no_more_is_as_one_that_never_was(
    http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant, ended: str
) -> None:
    _, token = await plant_invitation(settings, tenant, email=anybody())
    await sql(settings, tenant, ended)
    unknown = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    never = await accept(http, unknown, name="Нина", password=PASSWORD)
    assert await accept(http, token, name="Нина", password=PASSWORD) == never
    assert (never[0], never[1]["code"]) == INVALID
    for strange in ("x", "i_x", "%00", token.replace("i_", "s_"), "i_" + "a" * 64):
        answer = await http.get(f"/invite/{strange}")
        assert (answer.status_code, answer.json()) == (404, never[1])


async def test_two_at_once_join_once(
    http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings, ECHO)
    email = anybody()
    _, first = await plant_invitation(settings, tenant, email=email)
    _, second = await plant_invitation(settings, other, email=email)
    body = {"name": "Нина", "password": PASSWORD}
    answers = await asyncio.gather(
        *(accept(http, first, **body) for _ in range(3)), accept(http, second, **body)
    )
    assert sorted(status for status, _ in answers) == [200, 200, 404, 404], answers


async def test_a_role_that_somebody_was_promised_stays_or_is_exchanged(
    product: Product, http: httpx2.AsyncClient, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        role = await make(owner, "/team/roles", "role", name="Смена", permissions=["team.read"])
        email = anybody()
        _, token = await plant_invitation(settings, tenant, email=email, role=role["key"])
        path = f"/team/roles/{role['key']}"
        assert await refused(owner, "DELETE", path) == (409, "role_in_use")
        assert (await owner.request("DELETE", path, params={"move_to": "analyst"})).status_code == 204
        assert (await accept(http, token, name="Нина", password=PASSWORD))[0] == 200
        (member,) = (await owner.request("GET", "/team/members", params={"q": email})).json()["items"]
        assert member["role"] == "analyst"


async def test_an_account_that_nobody_has_proved_is_taken_over_by_who_was_invited(
    product: Product, settings: Settings, tenant: TestTenant, http: httpx2.AsyncClient
) -> None:
    squatter = await add_person(settings, await make_tenant(settings, ECHO), role="owner")
    await sql(
        settings, tenant, f"update \"user\" set email_verified_at = null where email = '{squatter.email}'"
    )
    async with Operator(product.url, squatter) as inside:
        assert (await inside.request("GET", "/me")).status_code == 200
        _, token = await plant_invitation(settings, tenant, email=squatter.email)
        status, told = await accept(http, token, password="one more long password")
        assert status == 422, "a password alone is no proof: the account is as if it were not there"
        status, told = await accept(http, token, name="Нина", password="one more long password")
        assert (status, told["email"]) == (200, squatter.email)
        await asyncio.sleep(3.5)
        assert (await inside.request("GET", "/me")).status_code == 401
        again = await http.post(
            f"{product.url}/api/v1/auth/login",
            json={"email": squatter.email, "password": PASSWORD, "grant": "token"},
        )
        assert again.status_code == 401
