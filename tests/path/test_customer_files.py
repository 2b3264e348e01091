"""Customers out of the product and into it: files that spreadsheets open, and a report of each refused row."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import pytest

from omnisupport.domain.permissions import Permission, Scope
from omnisupport.settings import Settings
from omnisupport.storage.tables import Customer
from tests.path.test_attributes import define
from tests.support.customers import add_scoped, audit_of, door, make, names, read
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own with the echo scenario."""
    return await make_tenant(settings, ECHO)


async def export(operator: Operator, **filters: Any) -> str:
    """The file as text, with its mark of UTF-8."""
    answer = await operator.request("POST", "/customers/export", json=filters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    text: str = answer.content.decode()
    return text


def table(text: str, delimiter: str = ";") -> list[dict[str, str]]:
    """Rows of a file by column."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


async def bring(operator: Operator, text: str | bytes, *, dry_run: bool = False) -> Any:
    """Import a file; the raw answer."""
    body = text if isinstance(text, bytes) else text.encode()
    return await operator.request("POST", "/customers/import", content=body, params={"dry_run": dry_run})


async def brought(operator: Operator, text: str, *, dry_run: bool = False) -> dict[str, Any]:
    """The report of an import that is taken."""
    answer = await bring(operator, text, dry_run=dry_run)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


# --- out --------------------------------------------------------------------------------------------------


async def test_an_export_is_a_table_that_a_spreadsheet_opens_and_takes_for_text(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        await define(owner, "city", "text")
        await make(
            owner,
            name='=HYPERLINK("http://evil.example";"x")',
            phone="+79161234567",
            tags=["vip", "опт"],
            fields={"city": "@SUM(1)"},
            consents={"mail": {"status": "granted", "source": "a"}},
        )
        await make(owner, name='Анна; "Ромашка"\u00a0')
        text = await export(owner)
        assert text.startswith("\ufeff")
        first, second = table(text)
        assert first["name"] == 'Анна; "Ромашка"'
        assert second["name"].startswith("'=HYPERLINK")
        assert (second["phone"], second["field:city"]) == ("'+79161234567", "'@SUM(1)")
        assert (second["tags"], second["consents"]) == ("vip, опт", "mail: granted")
        assert not any(
            cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in table(text) for cell in row.values()
        )
        english = await export(owner, locale="en", tag="vip")
        assert [row["tags"] for row in table(english, ",")] == ["vip, опт"]
        told = await audit_of_action(settings, tenant, "customer.export")
        assert [line.after for line in told] == [{"rows": 2}, {"rows": 1, "tag": "vip"}]


async def audit_of_action(settings: Settings, tenant: TestTenant, action: str) -> list[Any]:
    """Lines of the audit log without a target."""
    from sqlmodel import col, select

    from omnisupport.storage.tables import Audit

    async with door(settings) as database, database.session(tenant.id) as session:
        rows = await session.exec(
            select(Audit).where(Audit.tenant_id == tenant.id, Audit.action == action).order_by(col(Audit.id))
        )
        return list(rows.all())


async def test_a_long_export_comes_in_pieces_without_a_hole(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with door(settings) as database, database.session(tenant.id) as session:
        session.add_all(
            Customer(tenant_id=tenant.id, id=uuid4(), name=f"К{number}") for number in range(2500)
        )
    async with Operator(product.url, tenant) as owner:
        rows = table(await export(owner))
        assert sorted(row["name"] for row in rows) == sorted(f"К{number}" for number in range(2500))


async def test_a_person_leaves_whole_with_conversations_messages_and_notes(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        customer_id = (await owner.conversation(visitor.conversation_id or ""))["customer"]["id"]
        await owner.request("POST", f"/customers/{customer_id}/notes", json={"text": "звонила"})
        answer = await owner.request("GET", f"/customers/{customer_id}/export")
        assert answer.status_code == 200, answer.text
        person = answer.json()
        assert person["customer"] == await read(owner, customer_id)
        assert [each["id"] for each in person["conversations"]] == [visitor.conversation_id]
        assert [each["text"] for each in person["messages"]] == ["раз", "эхо: раз"]
        assert [each["text"] for each in person["notes"]] == ["звонила"]
        assert person["complete"]
        assert (await audit_of(settings, tenant, customer_id))[-1].action == "customer.export"


async def test_a_narrow_scope_takes_out_only_what_it_reaches(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    words = [Permission.CUSTOMERS_READ, Permission.CUSTOMERS_WRITE, Permission.CUSTOMERS_EXPORT]
    narrow = await add_scoped(settings, tenant, Scope.OWN, words)
    async with Operator(product.url, tenant) as owner, Operator(product.url, narrow) as operator:
        await make(owner, name="Чужой", external_id="crm-1")
        await make(operator, name="Мой")
        assert [row["name"] for row in table(await export(operator))] == ["Мой"]
        report = await brought(operator, "external_id;name\ncrm-1;Взят\n")
        assert (report["refused"], report["updated"]) == (1, 0)
        assert "Взят" not in await names(owner)


async def test_files_are_limited(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        for _ in range(10):
            await export(owner)
        refused = await owner.request("POST", "/customers/export", json={})
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert int(refused.headers["retry-after"]) > 0


# --- in ---------------------------------------------------------------------------------------------------


async def test_an_import_makes_and_changes_customers_and_tells_of_each_row_that_it_refused(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        await define(owner, "city", "text")
        await define(owner, "orders", "number")
        known = await make(owner, name="Анна", external_id="crm-1", tags=["vip"])
        by_address = await make(owner, name="Пётр", email="petr@example.com")
        by_phone = await make(owner, phone="+79161234567")
        text = (
            "external_id;name;email;phone;tags;field:city;field:orders;consent:mail\r\n"
            'crm-1;"Анна\nИванова";;;;Тула;1,5;granted\r\n'
            ";Пётр Первый;PETR@example.com;;;;;\r\n"
            ";Мария;;8 916 123-45-67;;;;\r\n"
            "crm-9;Новый;new@example.com;;опт, розница;;;\r\n"
            ";;;;;;;\r\n"
            "crm-10;x;no-address;;;;;\r\n"
            "crm-11;x;;12;;;;\r\n"
            "crm-12;x;;;;;много;\r\n"
            "crm-13;x;;;;;;maybe\r\n"
            "crm-9;ещё раз;;;;;;\r\n"
            ";Никто;;;;;;\r\n"
            "crm-14;x;;;;;;;лишняя\r\n"
        )
        tried = await brought(owner, text, dry_run=True)
        assert await read(owner, known["id"]) == known, "a dry run writes nothing"
        assert await names(owner, q="новый") == []
        report = await brought(owner, text)
        assert report | {"dry_run": True} == tried
        assert {name: report[name] for name in ("rows", "created", "updated", "unchanged", "refused")} == {
            "rows": 11,
            "created": 1,
            "updated": 2,
            "unchanged": 0,
            "refused": 8,
        }
        refusals = {each["line"]: each["field"] for each in report["refusals"]}
        assert (
            refusals
            == {
                3: "name",
                8: "email",
                9: "phone",
                10: "fields.orders",
                11: "consent:mail",
                12: "external_id",
                13: None,
                14: None,
            }
            | {}
        )
        assert all(each["reason"] for each in report["refusals"])
        codes = {each["line"]: each["code"] for each in report["refusals"]}
        assert (codes[8], codes[9], codes[11]) == ("email_invalid", "phone_invalid", "consent_invalid")
        assert (await read(owner, by_address["id"]))["name"] == "Пётр Первый"
        assert (await read(owner, by_phone["id"]))["name"] == "Мария"
        told = await audit_of_action(settings, tenant, "customer.import")
        assert [(line.after["created"], line.after["updated"]) for line in told] == [(1, 2)]


async def test_what_was_exported_can_be_imported_and_changes_nothing(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        await define(owner, "city", "text")
        await define(owner, "vip", "boolean")
        for number in range(3):
            await make(
                owner,
                external_id=f"'=crm-{number}",
                name="=1+1",
                phone="+79161234567",
                tags=["a", "b"],
                fields={"city": "-Тула", "vip": True},
            )
        report = await brought(owner, await export(owner))
        assert (report["unchanged"], report["refused"], report["created"]) == (3, 0, 0), report
        english = await brought(owner, await export(owner, locale="en"))
        assert english["unchanged"] == 3


async def test_what_a_visitor_said_of_himself_is_not_found_by_an_import(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner, Visitor(product.url, tenant.slug) as visitor:
        await visitor.identify(email="boss@example.com")
        report = await brought(owner, "email;name\nboss@example.com;Директор\n")
        assert (report["created"], report["updated"]) == (1, 0)
        guest = (await owner.request("GET", "/customers", params={"channel": "widget"})).json()["items"]
        assert [each["name"] for each in guest] == [None]


async def test_a_row_that_fits_several_customers_is_refused_and_a_merged_one_is_found_by_its_old_id(
    product: Product, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        for _ in range(2):
            await make(owner, email="two@example.com")
        report = await brought(owner, "email;name\ntwo@example.com;Кто\n")
        assert [each["field"] for each in report["refusals"]] == ["email"]
        old, new = await make(owner, external_id="old"), await make(owner, external_id="new")
        await owner.request("POST", f"/customers/{old['id']}/merge", json={"into": new["id"]})
        report = await brought(owner, "external_id;name\nold;Анна\n")
        assert (report["created"], report["updated"]) == (0, 1)
        kept = await read(owner, new["id"])
        assert (kept["name"], kept["external_id"]) == ("Анна", "new")
        both = await brought(owner, "external_id;name\nold;Анна\nnew;Ольга\n")
        assert (both["unchanged"], both["refused"]) == (1, 1)


async def test_a_required_attribute_is_required_of_new_rows(product: Product, tenant: TestTenant) -> None:
    async with Operator(product.url, tenant) as owner:
        await make(owner, external_id="crm-1")
        await define(owner, "city", "text", required=True)
        report = await brought(
            owner, "external_id;name;field:city\ncrm-1;Анна;\ncrm-2;Пётр;\ncrm-3;Мария;Тула\n"
        )
        assert (report["updated"], report["created"], report["refused"]) == (1, 1, 1)
        assert report["refusals"][0]["field"] == "fields.city"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("имя".encode("cp1251"), "file_not_utf8"),
        (b"", "file_unreadable"),
        (b"name\na\x00b\n", "file_unreadable"),
        (b'name\n"a\n', "file_unreadable"),
        (b"nickname\nx\n", "column_unknown"),
        (b"field:city\nx\n", "column_unknown"),
        (b"consent:1x\ngranted\n", "column_unknown"),
        (b"name;name\nx;y\n", "column_repeated"),
        (b"external_id\n" + b"\n".join(b"%d" % number for number in range(20_001)), "too_many_rows"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_whole(
    product: Product, shared: TestTenant, body: bytes, code: str
) -> None:
    async with Operator(product.url, shared) as owner:
        refused = await bring(owner, body)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert await names(owner) == []


@pytest.fixture(scope="module")
async def shared(settings: Settings) -> TestTenant:
    """A tenant where nothing comes in."""
    return await make_tenant(settings)


async def test_a_file_has_a_limit_of_its_own_and_other_bodies_keep_theirs(
    product: Product, shared: TestTenant
) -> None:
    async with Operator(product.url, shared) as owner:
        two_mib = b"nickname\n" + (b"x" * 209 + b"\n") * 10_000
        assert (await bring(owner, two_mib)).json()["code"] == "column_unknown", "it was read"
        for path in ("/customers/import", "/customers"):
            size = 5 * 1024 * 1024 + 1 if path.endswith("import") else 1024 * 1024 + 1
            refused = await owner.request("POST", path, content=b"x" * size)
            assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")


async def test_a_large_file_is_taken_in_batches(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as owner:
        lines = "".join(f"crm-{number},Имя {number}\n" for number in range(301))
        report = await brought(owner, "external_id,name\n" + lines)
        assert (report["created"], report["refused"]) == (301, 0)
        assert (await brought(owner, "external_id,name\n" + lines))["unchanged"] == 301
        told = await audit_of_action(settings, tenant, "customer.import")
        assert [line.after["created"] for line in told] == [100, 100, 100, 1]
        page = (await owner.request("GET", "/customers", params={"q": "crm-300"})).json()
        assert UUID(page["items"][0]["id"])
