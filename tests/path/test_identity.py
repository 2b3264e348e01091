"""A visitor whom the company has signed: who is believed, what he sees then, and who is not."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from omnisupport.auth.identity import new_secret, read_identity
from omnisupport.errors import Invalid
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

AT = "/settings/security"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
KEY, OLD, FOREIGN = new_secret(), new_secret(), new_secret()


def claims(**changed: Any) -> dict[str, Any]:
    """Good claims at `NOW`, with some changed; None takes one away."""
    good = {
        "sub": "u1",
        "aud": "shop",
        "iat": NOW.timestamp(),
        "exp": (NOW + timedelta(minutes=5)).timestamp(),
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def at(**delta: float) -> float:
    return (NOW + timedelta(**delta)).timestamp()


def sign(body: dict[str, Any], key: str = KEY, algorithm: str = "HS256") -> str:
    return jwt.encode(body, key, algorithm=algorithm)


def unsigned(body: dict[str, Any], algorithm: str = "none") -> str:
    parts = [json.dumps({"alg": algorithm, "typ": "JWT"}), json.dumps(body)]
    return ".".join([*(base64.urlsafe_b64encode(p.encode()).decode().rstrip("=") for p in parts), ""])


def doubled(name: str, value: object, header: str = '{"alg":"HS256","typ":"JWT"}') -> str:
    """Good claims with one more at their end, signed as they stand."""
    body = f"{json.dumps(claims())[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}"
    parts = [base64.urlsafe_b64encode(each.encode()).rstrip(b"=") for each in (header, body)]
    signature = hmac.digest(KEY.encode(), b".".join(parts), "sha256")
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


INVALID, EXPIRED = "identity_token_invalid", "identity_token_expired"
CASES: list[tuple[str, str, str | None]] = [
    ("good", sign(claims()), None),
    ("the older of two keys", sign(claims(), OLD), None),
    ("an hour", sign(claims(exp=at(hours=1))), None),
    ("within the skew after its end", sign(claims(iat=at(minutes=-5), exp=at(seconds=-50))), None),
    ("within the skew before its beginning", sign(claims(iat=at(seconds=50))), None),
    ("expired", sign(claims(iat=at(minutes=-5), exp=at(seconds=-70))), EXPIRED),
    ("from the future", sign(claims(iat=at(seconds=70))), INVALID),
    ("more than an hour", sign(claims(exp=at(hours=1, seconds=1))), INVALID),
    ("over before it begins", sign(claims(iat=at(seconds=30), exp=at(seconds=20))), INVALID),
    ("not yet", sign(claims(nbf=at(seconds=70))), INVALID),
    ("without an end", sign(claims(exp=None)), INVALID),
    ("without a beginning", sign(claims(iat=None)), INVALID),
    ("without a person", sign(claims(sub=None)), INVALID),
    ("an empty person", sign(claims(sub="")), INVALID),
    ("a number for a person", sign(claims(sub=7)), INVALID),
    ("too long a person", sign(claims(sub="x" * 201)), INVALID),
    ("NUL in the person", sign(claims(sub="a\0b")), INVALID),
    ("without an audience", sign(claims(aud=None)), INVALID),
    ("another audience", sign(claims(aud="other")), INVALID),
    ("several audiences", sign(claims(aud=["shop", "other"])), INVALID),
    ("another tenant's key", sign(claims(), FOREIGN), INVALID),
    ("no algorithm", unsigned(claims()), INVALID),
    ("no algorithm in capitals", unsigned(claims(), "NONE"), INVALID),
    ("another algorithm", sign(claims(), KEY, "HS512"), INVALID),
    ("a signature cut off", sign(claims()).rpartition(".")[0] + ".", INVALID),
    ("a changed body", sign(claims()).replace(".", ".e", 1), INVALID),
    ("a moment that is none", sign(claims(exp=1e300)), INVALID),
    ("a boolean for a moment", sign(claims(iat=True)), INVALID),
    ("a list for a name", sign(claims(name=["x"])), INVALID),
    ("signed by hand", doubled("name", "x"), None),
    ("two persons", doubled("sub", "u1"), INVALID),
    ("two ends", doubled("exp", at(minutes=5)), INVALID),
    ("two algorithms", doubled("name", "x", '{"alg":"none","alg":"HS256"}'), INVALID),
    ("no token", "x", INVALID),
    ("too long a token", "x" * 5000, INVALID),
]


@pytest.mark.parametrize(("token", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_token_is_believed_or_not(token: str, code: str | None) -> None:
    if code is None:
        assert read_identity(token, [KEY, OLD], audience="shop", now=NOW).subject == "u1"
        return
    with pytest.raises(Invalid) as refused:
        read_identity(token, [KEY, OLD], audience="shop", now=NOW)
    assert (refused.value.code, refused.value.field, refused.value.status) == (code, "token", 422)
    assert KEY not in refused.value.detail


def test_without_a_key_nothing_is_believed() -> None:
    with pytest.raises(Invalid):
        read_identity(sign(claims()), [], audience="shop", now=NOW)


# --- through the widget -----------------------------------------------------------------------------------


class Company:
    """The company's own server, which signs who its visitors are."""

    def __init__(self, tenant: TestTenant, secret: str) -> None:
        self.tenant, self.secret = tenant, secret

    def sign(self, subject: str, **more: Any) -> str:
        now = datetime.now(UTC)
        body = {"sub": subject, "aud": self.tenant.slug, "iat": now, "exp": now + timedelta(minutes=5)}
        return jwt.encode({**body, **more}, self.secret, algorithm="HS256")


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of this test."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """The tenant's owner."""
    async with Operator(product.url, tenant) as operator:
        yield operator


@pytest.fixture
async def company(owner: Operator, tenant: TestTenant) -> Company:
    """The tenant's company, with a key."""
    made = await owner.request("POST", f"{AT}/identity-keys")
    return Company(tenant, made.json()["secret"])


async def identify(visitor: Visitor, **body: str) -> Any:
    return await visitor._http.post("/api/v1/widget/identify", json=body, headers=visitor.headers)


async def test_a_signed_visitor_goes_on_in_another_browser(
    product: Product, owner: Operator, tenant: TestTenant, company: Company
) -> None:
    async with Visitor(product.url, tenant.slug) as phone, Visitor(product.url, tenant.slug) as laptop:
        await phone.connect()
        await phone.ask("раз")
        said = company.sign("u1", name="Мария", email="maria@shop.example")
        assert (await identify(phone, token=said)).status_code == 204
        assert next(m["text"] for m in (await phone.read())["messages"]) == "раз", (
            "what he said before stays his"
        )
        summary = await owner.conversation(phone.conversation_id or "")
        customer = (await owner.request("GET", f"/customers/{summary['customer']['id']}")).json()["customer"]
        assert (customer["name"], customer["email"], customer["verified"]) == (
            "Мария",
            "maria@shop.example",
            True,
        )

        assert (await laptop.read())["messages"] == []
        assert (await identify(laptop, token=company.sign("u1"))).status_code == 204
        await laptop.open()
        assert laptop.conversation_id == phone.conversation_id
        assert next(m["text"] for m in (await laptop.read())["messages"]) == "раз"
        await laptop.connect()
        await laptop.ask("два")
        assert "два" in [m["text"] for m in (await phone.read())["messages"]]
        assert len(await owner.conversations()) == 1


async def customer_of(owner: Operator, visitor: Visitor) -> dict[str, Any]:
    """Whom a visitor's conversation is with, as the console shows him."""
    summary = await owner.conversation(visitor.conversation_id or "")
    answer = await owner.request("GET", f"/customers/{summary['customer']['id']}")
    customer: dict[str, Any] = answer.json()["customer"]
    return customer


async def test_the_console_shows_the_companys_id_of_who_is_signed(
    product: Product, owner: Operator, tenant: TestTenant, company: Company
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Visitor(product.url, tenant.slug) as odd:
        for each, subject in ((visitor, "u1"), (odd, "u\u200b2")):
            await each.connect()
            await each.ask("раз")
            await identify(each, token=company.sign(subject, phone="+79161234567"))
        shown = await customer_of(owner, visitor)
        assert (shown["external_id"], shown["phone"], shown["verified"]) == ("u1", "+79161234567", True)
        assert (await customer_of(owner, odd))["external_id"] is None
        found = await owner.request("GET", "/customers", params={"q": "u1"})
        assert [each["id"] for each in found.json()["items"]] == [shown["id"]]


async def test_a_customer_whom_the_company_knows_already_is_the_signed_visitors(
    product: Product, owner: Operator, tenant: TestTenant, company: Company
) -> None:
    async with Visitor(product.url, tenant.slug) as phone, Visitor(product.url, tenant.slug) as laptop:
        known = await owner.request("POST", "/customers", json={"external_id": "u1", "name": "Мария"})
        for visitor in (phone, laptop):
            await visitor.connect()
            await visitor.ask("раз")
        stranger = (await customer_of(owner, phone))["id"]
        await owner.request("POST", f"/customers/{stranger}/notes", json={"text": "кто это?"})
        assert (
            await identify(phone, token=company.sign("u1", email="maria@shop.example"))
        ).status_code == 204
        shown = await customer_of(owner, phone)
        assert shown["id"] == known.json()["customer"]["id"]
        assert (shown["name"], shown["email"], shown["verified"]) == ("Мария", "maria@shop.example", True)
        gone = await owner.request("GET", f"/customers/{stranger}")
        assert (gone.status_code, gone.json()["merged_into"]) == (404, shown["id"])
        notes = (await owner.request("GET", f"/customers/{shown['id']}/notes")).json()["items"]
        assert [note["text"] for note in notes] == ["кто это?"]
        assert (await phone.ask("два"))[0]["text"] == "эхо: два", "a running conversation goes on"
        # What was said in the other browser before was of nobody known, and stays so.
        assert (await identify(laptop, token=company.sign("u1"))).status_code == 204
        assert (await customer_of(owner, laptop))["id"] not in (shown["id"], stranger)
        await laptop.open()
        assert laptop.conversation_id == phone.conversation_id


async def test_an_id_that_people_have_given_is_not_written_over(
    product: Product, owner: Operator, tenant: TestTenant, company: Company
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        shown = await customer_of(owner, visitor)
        headers = {"Authorization": f"Bearer {owner._token}", "If-Match": f'"{shown["revision"]}"'}
        path = f"/customers/{shown['id']}"
        body = {"external_id": "crm-7"}
        assert (await owner._http.patch(path, json=body, headers=headers)).status_code == 200
        await identify(visitor, token=company.sign("u1"))
        assert (await customer_of(owner, visitor))["external_id"] == "crm-7"


async def test_nobody_else_sees_his_history(product: Product, tenant: TestTenant, company: Company) -> None:
    async with Visitor(product.url, tenant.slug) as his, Visitor(product.url, tenant.slug) as other:
        await his.connect()
        await identify(his, token=company.sign("u1", email="maria@shop.example"))
        await his.ask("секрет")
        await identify(other, email="maria@shop.example", name="Мария")
        assert (await other.read())["messages"] == [], "an unsigned claim merges nothing"
        await identify(other, token=company.sign("u2", email="maria@shop.example"))
        assert (await other.read())["messages"] == [], "another person of the company"


async def test_two_people_in_one_browser_stay_two(
    product: Product, owner: Operator, tenant: TestTenant, company: Company
) -> None:
    async with Visitor(product.url, tenant.slug) as browser, Visitor(product.url, tenant.slug) as elsewhere:
        await browser.connect()
        await identify(browser, token=company.sign("u1"))
        await browser.ask("первый")
        await identify(browser, token=company.sign("u2"))
        assert (await browser.read())["messages"] == []
        browser.conversation_id = None
        await browser.send("второй")
        await identify(elsewhere, token=company.sign("u1"))
        assert next(m["text"] for m in (await elsewhere.read())["messages"]) == "первый"
        await identify(browser, token=company.sign("u1"))
        assert next(m["text"] for m in (await browser.read())["messages"]) == "первый"
        customers = {each["customer"]["id"] for each in await owner.conversations()}
        assert len(customers) == 2


async def test_a_token_with_an_id_is_good_for_one_browser(
    product: Product, tenant: TestTenant, company: Company
) -> None:
    token = company.sign("u1", jti=str(uuid4()))
    async with Visitor(product.url, tenant.slug) as his, Visitor(product.url, tenant.slug) as thief:
        assert (await identify(his, token=token)).status_code == 204
        assert (await identify(his, token=token)).status_code == 204
        replayed = await identify(thief, token=token)
        assert (replayed.status_code, replayed.json()["code"]) == (422, "identity_token_used")


async def test_the_key_of_another_tenant_and_a_deleted_one_sign_nothing(
    product: Product, settings: Settings, owner: Operator, tenant: TestTenant, company: Company
) -> None:
    other = await make_tenant(settings, ECHO)
    async with Operator(product.url, other) as stranger, Visitor(product.url, tenant.slug) as visitor:
        secret = (await stranger.request("POST", f"{AT}/identity-keys")).json()["secret"]
        answer = await identify(visitor, token=Company(tenant, secret).sign("u1"))
        assert (answer.status_code, answer.json()["code"]) == (422, INVALID)
        second = Company(tenant, (await owner.request("POST", f"{AT}/identity-keys")).json()["secret"])
        for signer in (company, second):
            assert (await identify(visitor, token=signer.sign("u1"))).status_code == 204
        keys = (await owner.request("GET", AT)).json()["identity_keys"]
        await owner.request("DELETE", f"{AT}/identity-keys/{keys[1]['id']}")
        assert (await identify(visitor, token=company.sign("u1"))).json()["code"] == INVALID
        assert (await identify(visitor, token=second.sign("u1"))).status_code == 204


async def test_enforced_an_unsigned_word_is_refused(
    product: Product, owner: Operator, tenant: TestTenant, company: Company
) -> None:
    wanted = {"allowed_domains": [], "require_two_factor": "nobody", "identity_mode": "enforced"}
    assert (await owner.request("PUT", AT, json=wanted)).status_code == 200
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.send("раз")
        answer = await identify(visitor, name="Мария")
        assert (answer.status_code, answer.json()["code"]) == (403, "identity_unsigned")
        summary = (await owner.conversations())[0]
        assert summary["customer"]["name"] is None
        assert (await identify(visitor, token=company.sign("u1", name="Мария"))).status_code == 204


async def test_an_unsigned_word_changes_nothing_of_a_signed_visitor(
    product: Product, owner: Operator, tenant: TestTenant, company: Company
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await identify(visitor, token=company.sign("u1", name="Мария"))
        await identify(visitor, name="Не Мария")
        await visitor.send("раз")
        assert (await owner.conversations())[0]["customer"]["name"] == "Мария"


@pytest.mark.parametrize("signs", [True, False], ids=["signed", "unsigned"])
async def test_what_nobody_sees_in_a_name_is_not_kept(
    product: Product, owner: Operator, tenant: TestTenant, company: Company, signs: bool
) -> None:
    told = {
        "name": "\u202eМа\u200bрия\u2066\tи\u0306\u2069 \n",
        "email": "m\u2060@x.org",
        "phone": "\u202e\ufeff",
    }
    async with Visitor(product.url, tenant.slug) as visitor:
        body = {"token": company.sign("u1", **told)} if signs else told
        assert (await identify(visitor, **body)).status_code == 204
        await visitor.send("раз")
        customer_id = (await owner.conversations())[0]["customer"]["id"]
    customer = (await owner.request("GET", f"/customers/{customer_id}")).json()["customer"]
    assert (customer["name"], customer["email"], customer["phone"]) == ("Мария й", "m@x.org", None)
