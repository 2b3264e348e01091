"""Members as a file: good rows become invitations, the others are told by line; what goes out is no formula."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.domain.spreadsheet import read_rows
from omnisupport.settings import Settings
from omnisupport.texts.member_import import REASONS
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.team import audit_of, id_of, make, plant_invitation
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


async def send(operator: Operator, table: str | bytes, *, kind: str = "text/csv", **params: str) -> Any:
    """Import a table; the raw answer."""
    return await operator._http.post(
        "/team/members/import",
        content=table.encode() if isinstance(table, str) else table,
        params=params,
        headers={"Authorization": f"Bearer {operator._token}", "Content-Type": kind},
    )


def why(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Line, field and code of each refusal."""
    return [(each["line"], each["field"], each["code"]) for each in report["refused"]]


async def test_good_rows_are_invited_and_the_others_told_by_line(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    await plant_invitation(settings, tenant, email="asked@x.org")
    async with Operator(product.url, tenant) as owner:
        skill = await make(owner, "/team/skills", "skill", name="English")
        table = "\n".join(
            [
                "\ufeffEmail;name;role;departments;skills",
                "nina@x.org;Нина;supervisor;support;english:4",
                "Boris@X.org;;;;",
                "nobody;Нина;nobody-role;nowhere;english:9",
                "NINA@x.org;Нина;operator;;",
                f"{tenant.email};;;;",
                "asked@x.org;;;;",
                "vera@x.org;а\u202eб;operator;;klingon:1",
                "extra@x.org;;;;;more",
                "role@x.org;;no role;;",
            ]
        )
        reasons = [
            (4, "email", "email_invalid"),
            (4, "departments", "department_not_found"),
            (4, "skills", "level_invalid"),
            (5, "email", "email_twice"),
            (6, "email", "already_member"),
            (7, "email", "invitation_exists"),
            (8, "name", "name_invalid"),
            (8, "skills", "skill_not_found"),
            (9, "row", "cells_too_many"),
            (10, "role", "role_not_found"),
        ]
        tried = (await send(owner, table, dry_run="true")).json()
        assert (tried["rows"], tried["invited"], tried["dry_run"]) == (9, 2, True)
        assert why(tried) == reasons
        listed = (await owner.request("GET", "/team/invitations")).json()["items"]
        assert [each["email"] for each in listed] == ["asked@x.org"], "a try keeps nothing"
        done = (await send(owner, table)).json()
        assert done == {**tried, "dry_run": False}
        assert all(each["message"] in REASONS[each["code"]].values() for each in done["refused"])
        invited = {
            each["email"]: each for each in (await owner.request("GET", "/team/invitations")).json()["items"]
        }
        assert set(invited) == {"asked@x.org", "nina@x.org", "boris@x.org"}
        nina = invited["nina@x.org"]
        assert (nina["name"], nina["role"]) == ("Нина", "supervisor")
        assert nina["skills"] == [{"skill_id": skill["id"], "level": 4}]
        assert len(nina["departments"]) == 1
        assert invited["boris@x.org"]["role"] == "operator"
        assert len(await audit_of(settings, tenant, "invitation.created")) == 3
        again = (await send(owner, table)).json()
        assert (2, "email", "invitation_exists") in why(again)
        assert again["invited"] == 0


async def test_a_row_gives_no_more_than_who_sends_it_has(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, await add_person(settings, tenant, role="admin")) as admin:
        report = (await send(admin, "email,role\na@x.org,owner\nb@x.org,analyst\n")).json()
        assert (report["invited"], why(report)) == (1, [(2, "role", "role_exceeds_yours")])
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        for answer in (
            await send(operator, "email\na@x.org\n"),
            await operator.request("GET", "/team/members/export"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (b"email\na@x.org\n", "application/json"),
        ("email\nА@x.org\n".encode("cp1251"), "text/csv"),
        (b"email\na\x00@x.org\n", "text/csv"),
        (b"email,salary\n", "text/csv"),
        (b"name\nx\n", "text/csv"),
        (b"", "text/csv"),
        (b"email\n" + b"a@x.org\n" * 1001, "text/csv"),
    ],
)
async def test_what_is_no_such_table_is_refused_whole(
    product: Product, tenant: TestTenant, table: bytes, kind: str
) -> None:
    async with Operator(product.url, tenant) as owner:
        answer = await send(owner, table, kind=kind)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] in ("body", "content-type")
        assert (await owner.request("GET", "/team/invitations")).json()["items"] == []
        large = await send(owner, b"x" * (1024 * 1024 + 1))
        assert (large.status_code, large.json()["code"]) == (413, "body_too_large")


async def test_a_thousand_rows_are_taken(product: Product, tenant: TestTenant) -> None:
    table = "email\n" + "".join(f"p{n}@x.org\n" for n in range(1000))
    async with Operator(product.url, tenant) as owner:
        report = (await send(owner, table, dry_run="true")).json()
        assert (report["rows"], report["invited"], report["refused"]) == (1000, 1000, [])


async def test_rows_whose_mail_cannot_leave_are_told_and_kept_for_later(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    without_mail = settings.model_copy(update={"smtp_url": None})
    async with second_api(without_mail) as silent, Operator(silent.url, tenant) as owner:
        report = (await send(owner, "email\na@x.org\n")).json()
        assert why(report) == [(2, "email", "mail_not_configured")]
        assert (await owner.request("GET", "/team/invitations")).json()["items"] == []


async def test_the_team_goes_out_as_a_table_that_no_spreadsheet_runs(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    formula = '=HYPERLINK("//evil")'
    evil = Operator(product.url, await add_person(settings, tenant, role="operator", name=formula))
    await evil.sign_in()
    async with Operator(product.url, tenant) as owner:
        skill = await make(owner, "/team/skills", "skill", name="English")
        given = {"skills": [{"skill_id": skill["id"], "level": 3}]}
        await owner.request("PATCH", f"/team/members/{await id_of(evil)}", json=given)
        answer = await owner.request("GET", "/team/members/export")
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "\"'=HYPERLINK" in answer.text
        columns = ("email", "name", "role", "departments", "skills")
        rows = read_rows(answer.content, columns=columns, required="email", most=10)
        assert {row.cells["name"]: row.cells["skills"] for row in rows} == {formula: "english:3", "Ольга": ""}
        assert len(await audit_of(settings, tenant, "members.exported")) == 1
    await evil.__aexit__()
