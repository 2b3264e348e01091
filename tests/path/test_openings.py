"""Conversations that operators begin: at which addresses, with what, whose they are, and once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from omnisupport.domain.permissions import Scope
from omnisupport.settings import Settings
from tests.path.test_identities import PHONE, add, addresses, connect, hear
from tests.support.accounts import run
from tests.support.customers import add_scoped, audit_of, make, user_id
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant

RIGHTS = ["conversations.read", "conversations.reply", "customers.read"]


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


async def begin(operator: Operator, customer: str, **body: Any) -> Any:
    """The raw answer."""
    told = {"client_message_id": str(uuid4()), "text": "Здравствуйте!"} | body
    return await operator.request("POST", f"/customers/{customer}/conversations", json=told)


async def test_a_conversation_begins_with_a_message_and_is_the_operators(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await connect(settings, tenant, "sms", "twilio")
    async with Operator(product.url, tenant) as owner:
        customer = (await make(owner, name="Анна"))["id"]
        assert (await add(owner, customer, sms, PHONE)).status_code == 201
        [address] = await addresses(owner, customer)
        assert (address["opening"], address["conversation_id"]) == ("text", None)
        words = {"identity_id": address["id"], "client_message_id": "first"}
        made = await begin(owner, customer, **words)
        assert made.status_code == 202, made.text
        told = made.json()
        conversation = told["conversation"]
        assert (told["was_open"], conversation["controller"], conversation["status"]) == (
            False,
            "operator",
            "open",
        )
        assert conversation["assignee"]["id"] == str(await user_id(owner))
        assert conversation["customer"]["id"] == customer and conversation["channel"]["id"] == sms
        message = told["message"]
        assert (message["text"], message["author"]["kind"]) == ("Здравствуйте!", "operator")
        assert message["status"] in ("pending", "sending", "failed"), "its provider is none"
        again = (await begin(owner, customer, **words)).json()
        assert again["was_open"] and again["message"]["id"] == message["id"]
        more = (await begin(owner, customer, channel_id=sms, text="Вы тут?")).json()
        assert more["was_open"] and more["conversation"]["id"] == conversation["id"]
        said = [
            row["text"] for row in await owner.messages(conversation["id"]) if row["direction"] == "outbound"
        ]
        assert said == ["Здравствуйте!", "Вы тут?"]
    assert [each.action for each in await audit_of(settings, tenant, conversation["id"])] == [
        "conversation.begun"
    ]


async def test_a_new_phone_is_written_down_by_who_may(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await connect(settings, tenant, "sms", "twilio")
    reader = await add_scoped(settings, tenant, Scope.ALL, RIGHTS)
    async with Operator(product.url, tenant) as owner, Operator(product.url, reader) as operator:
        customer = (await make(owner, name="Анна"))["id"]
        written = {"channel_id": sms, "address": "8 (916) 123-45-67"}
        refused = await begin(operator, customer, **written)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        none = await begin(operator, customer, channel_id=sms)
        assert (none.status_code, none.json()["code"]) == (404, "identity_not_found")
        assert (await begin(owner, customer, **written)).status_code == 202
        assert [one["address"] for one in await addresses(owner, customer)] == [PHONE]
        taken = await begin(operator, customer, **written, text="Ещё раз")
        assert taken.json()["was_open"] is True


async def test_where_nothing_can_be_sent_first_it_is_refused_in_words_and_nothing_is_opened(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    whatsapp = await connect(settings, tenant, "whatsapp", "meta")
    bot = await connect(settings, tenant, "telegram", "telegram")
    async with Operator(product.url, tenant) as owner:
        customer = (await make(owner, name="Анна"))["id"]
        await add(owner, customer, whatsapp, PHONE)
        await run(
            settings,
            tenant.id,
            "insert into identity (tenant_id, id, channel_id, customer_id, external_id)"
            f" values ('{tenant.id}', gen_random_uuid(), '{bot}', '{customer}', '1001')",
        )
        assert {one["channel"]["type"]: one["opening"] for one in await addresses(owner, customer)} == {
            "whatsapp": "template",
            "telegram": "none",
        }
        for body, status, code in (
            ({"channel_id": whatsapp}, 409, "window_closed"),
            ({"channel_id": bot}, 409, "never_wrote"),
            ({"channel_id": bot, "address": PHONE}, 409, "channel_not_addressable"),
            ({}, 422, "recipient_required"),
            ({"identity_id": str(uuid4())}, 404, "identity_not_found"),
            ({"channel_id": str(uuid4())}, 404, "channel_not_found"),
            (
                {"channel_id": whatsapp, "content": {"template": {"id": str(uuid4())}}, "text": ""},
                422,
                "template_not_found",
            ),
        ):
            refused = await begin(owner, customer, **body)
            assert refused.status_code == status, refused.text
            assert refused.json()["code"] == code, refused.text
        assert await owner.conversations(queue="all") == []
        for change, code in (
            ("update identity set last_in_at = now(), unreachable = 'blocked'", "identity_unreachable"),
            (
                "update identity set unreachable = null;"
                """update customer set consents = '{"telegram": {"status": "denied"}}'""",
                "consent_denied",
            ),
            ("update channel set status = 'deleted' where type = 'telegram'", None),
        ):
            for one in change.split(";"):
                await run(settings, tenant.id, one)
            refused = await begin(owner, customer, channel_id=bot)
            assert refused.json()["code"] == (code or "channel_not_found"), refused.text
        [closed] = [one for one in await addresses(owner, customer) if one["channel"]["type"] == "telegram"]
        refused = await begin(owner, customer, identity_id=closed["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "channel_closed")
        assert await owner.conversations(queue="all") == []


async def test_whoever_wrote_within_the_window_is_written_to_and_the_bot_lets_go(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    whatsapp = await connect(settings, tenant, "whatsapp", "meta")
    taken = await hear(settings, tenant, whatsapp, "79161234567")
    conversation_id = taken["message"]["conversation_id"]
    async with Operator(product.url, tenant) as owner:
        customer = (await owner.conversation(conversation_id))["customer"]["id"]
        made = (await begin(owner, customer, channel_id=whatsapp)).json()
        assert (made["was_open"], made["conversation"]["id"]) == (True, conversation_id)
        assert made["conversation"]["controller"] == "operator"
        await owner.act(conversation_id, "resolve")
        fresh = (await begin(owner, customer, channel_id=whatsapp)).json()
        assert not fresh["was_open"] and fresh["conversation"]["id"] != conversation_id


async def test_an_open_conversation_out_of_reach_is_no_door(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await connect(settings, tenant, "sms", "twilio")
    mail = await connect(settings, tenant, "email", "email")
    narrow = await add_scoped(settings, tenant, Scope.OWN, [*RIGHTS, "customers.write"])
    async with Operator(product.url, tenant) as owner, Operator(product.url, narrow) as operator:
        customer = (await make(operator, name="Анна"))["id"]
        assert (await add(owner, customer, sms, PHONE)).status_code == 201
        assert (await begin(owner, customer, channel_id=sms)).status_code == 202
        unseen = await begin(operator, customer, channel_id=sms)
        assert unseen.status_code in (404, 409), unseen.text
        other = (await make(owner, name="Борис"))["id"]
        assert (await add(owner, other, mail, "b@example.com")).status_code == 201
        assert (await begin(operator, other, channel_id=mail)).status_code == 404
