"""Before an operator types: what the channel takes, when its window closes, and what the customer will see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from omnisupport.domain.capabilities import CHANNELS, capabilities
from omnisupport.scenario_dsl import check_document, load_document
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.written import written

DAY = timedelta(hours=24)
LONG = "Слово и ещё слово. " * 400


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant whose scenario hears the widget only: on other channels nobody answers by himself."""
    return await make_tenant(settings, ECHO)


async def state_of(operator: Operator, conversation: UUID | str) -> dict[str, Any]:
    """What the channel takes now."""
    answer = await operator.request("GET", f"/conversations/{conversation}/reply-state")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["reply_state"]
    return found


async def preview(operator: Operator, conversation: UUID | str, text: str, **content: Any) -> dict[str, Any]:
    """What the customer will see."""
    body = {"text": text, "content": content}
    answer = await operator.request("POST", f"/conversations/{conversation}/preview", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def words(shown: dict[str, Any]) -> str:
    """The text of one message."""
    return "".join(span["text"] for span in shown["spans"])


async def test_the_window_of_whatsapp_and_its_end_are_told_before_anybody_types(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    now = datetime.now(UTC)
    fresh = await written(settings, tenant, "whatsapp", provider="meta", last_in_at=now - timedelta(hours=23))
    old = await written(settings, tenant, "whatsapp", provider="meta", last_in_at=now - timedelta(hours=25))
    async with Operator(product.url, tenant) as operator:
        window = (await state_of(operator, fresh))["window"]
        assert window["state"] == "open"
        assert datetime.fromisoformat(window["until"]) == now + timedelta(hours=1)
        window = (await state_of(operator, old))["window"]
        assert window["state"] == "template_only"
        assert datetime.fromisoformat(window["until"]) == now - timedelta(hours=1)
        other = await written(settings, tenant, "telegram", last_in_at=now - timedelta(days=30))
        assert (await state_of(operator, other))["window"] == {"state": "open", "until": None}


async def test_a_free_text_after_the_window_is_refused_at_once_and_a_note_is_not(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    late = datetime.now(UTC) - DAY - timedelta(minutes=1)
    old = await written(settings, tenant, "whatsapp", provider="meta", last_in_at=late)
    person = await add_person(settings, tenant, role="operator")
    async with Operator(product.url, person) as operator:
        await operator.request("PATCH", "/auth/me", json={"locale": "en"})
        path = f"/conversations/{old}/messages"
        body = {"text": "здравствуйте", "client_message_id": str(uuid4())}
        refused = await operator.request("POST", path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "window_closed")
        assert "24 hours" in refused.json()["detail"] and "template" in refused.json()["detail"]
        note = body | {"kind": "note", "client_message_id": str(uuid4())}
        assert (await operator.request("POST", path, json=note)).status_code == 202
        rows = await operator.messages(str(old))
        assert [row["direction"] for row in rows if row["author"]["kind"] == "operator"] == ["note"]


async def test_the_limits_of_an_account_are_those_that_its_sends_are_held_to(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    meta = await written(settings, tenant, "whatsapp", provider="meta")
    twilio = await written(settings, tenant, "whatsapp", provider="twilio")
    sms = await written(settings, tenant, "sms", provider="twilio")
    async with Operator(product.url, tenant) as operator:
        whole = await state_of(operator, meta)
        assert (whole["text"]["max"], whole["text"]["unit"], whole["buttons"]["max"]) == (
            4096,
            "characters",
            3,
        )
        assert whole["choice_list"] == {"max": 10, "label": 24} and whole["templates"] is True
        assert whole["signs"] == ["typing", "delivered", "read", "edited", "deleted"]
        less = await state_of(operator, twilio)
        assert (less["text"]["max"], less["buttons"]["max"], less["choice_list"]) == (1600, 0, None)
        told = await state_of(operator, sms)
        assert told["text"]["sms"] is True and told["files"] == [] and told["formats"] == []
        assert told["channel"]["type"] == "sms" and told["provider"] == "twilio"


async def test_whoever_cannot_be_reached_is_told_of_with_the_reason_and_what_to_do(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    blocked = await written(settings, tenant, "telegram", unreachable="blocked")
    async with Operator(product.url, tenant) as operator:
        state = await state_of(operator, blocked)
        assert state["unreachable"] == "blocked" and "заблокировал" in state["reason"]
        gone = await written(settings, tenant, "vk")
        channel = (await state_of(operator, gone))["channel"]["id"]
        assert (await operator.request("DELETE", f"/channels/{channel}")).status_code == 204
        assert (await state_of(operator, gone))["unreachable"] == "channel_closed"
        here = await written(settings, tenant, "vk")
        state = await state_of(operator, here)
        assert (state["unreachable"], state["reason"]) == (None, None)


async def test_a_preview_shows_the_messages_that_will_be_sent_and_what_is_lost(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    sms = await written(settings, tenant, "sms", provider="twilio")
    telegram = await written(settings, tenant, "telegram")
    picture = {"kind": "image", "url": "https://cdn.example/a.png"}
    async with Operator(product.url, tenant) as operator:
        found = await preview(operator, sms, "я" * 71)
        assert [(each["length"], each["sms_parts"]) for each in found["messages"]] == [(71, 2)]
        found = await preview(operator, sms, LONG)
        assert len(found["messages"]) > 1
        [loss] = found["messages"][-1]["lossy"]
        assert loss["code"] == "text_split" and "несколькими" in loss["words"]
        assert " ".join(words(each) for each in found["messages"]).split() == LONG.split()
        found = await preview(operator, telegram, "Вот", buttons=[{"label": "Да"}], media=picture)
        [shown] = found["messages"]
        assert (shown["kind"], shown["url"], words(shown)) == ("image", picture["url"], "Вот")
        assert shown["buttons"] == [{"label": "Да", "url": None}] and shown["lossy"] == []
        found = await preview(operator, sms, "Вот", buttons=[{"label": "Да"}], media=picture)
        losses = {loss["code"] for each in found["messages"] for loss in each["lossy"]}
        assert losses == {"choices_numbered", "media_as_link"}
        rows = await operator.messages(str(sms))
        assert not [row for row in rows if row["direction"] == "outbound"], "nothing was sent"


async def test_the_widget_is_previewed_too(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("раз")
        here = visitor.conversation_id or ""
        state = await state_of(operator, here)
        assert (state["text"]["max"], state["window"]["state"]) == (8000, "open")
        found = await preview(operator, here, "Смотрите https://shop.example/1")
        [shown] = found["messages"]
        assert shown["spans"][1]["url"] == "https://shop.example/1"


async def test_nothing_to_see_and_addresses_that_are_none_are_refused(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    here = await written(settings, tenant, "telegram")
    async with Operator(product.url, tenant) as operator:
        path = f"/conversations/{here}/preview"
        for body in (
            {},
            {"text": " "},
            {"text": "a", "content": {"media": {"kind": "image", "url": "javascript:1"}}},
        ):
            assert (await operator.request("POST", path, json=body)).status_code == 422, body


def document(text: str, buttons: int, channels: list[str]) -> str:
    """A scenario that says one thing."""
    options = "".join(f"      - {{id: o{number}, label: Вариант {number}}}\n" for number in range(buttons))
    menu = f"    options:\n{options}" if buttons else ""
    kind = "menu" if buttons else "message"
    exits = "    timeout: 24h\n    exits: {timeout: done, invalid: done}\n" if buttons else ""
    return (
        "omni: scenario/v1\nid: shown\nkind: dialog\nname: {ru: Показ}\n"
        f"channels: [{', '.join(channels)}]\nlocale: {{default: ru, supported: [ru]}}\ntimezone: Europe/Moscow\n"
        "triggers:\n  - {id: any, type: message, match: any}\non_error: {next: done}\nstart: said\nnodes:\n"
        f"  said:\n    type: {kind}\n    text: {{ru: '{text}'}}\n{menu}{exits}    next: done\n"
        "  done: {type: end, outcome: quiet}\n"
    )


async def shown_node(operator: Operator, text: str, **more: Any) -> Any:
    """The answer to a preview of a node."""
    body = {"document": text, "node": "said"} | more
    return await operator.request("POST", "/scenarios/preview", json=body)


async def test_a_node_is_shown_on_every_channel_of_its_scenario(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Operator(product.url, tenant) as operator:
        answer = await shown_node(operator, document("Здравствуйте, **гость**", 0, ["telegram", "sms"]))
        assert answer.status_code == 200, answer.text
        telegram, sms = answer.json()["items"]
        [first], [second] = telegram["messages"], sms["messages"]
        assert [span["strong"] for span in first["spans"]] == [False, True]
        assert words(second) == "Здравствуйте, гость"
        assert [loss["code"] for loss in second["lossy"]] == ["formatting_lost"]
        one = (await shown_node(operator, document("Раз", 0, ["telegram"]), channels=["widget"])).json()[
            "items"
        ]
        assert [each["channel_type"] for each in one] == ["widget"]
        nothing = (await shown_node(operator, document("Раз", 0, ["telegram"]), node="done")).json()
        assert nothing["items"] == [{"channel_type": "telegram", "messages": []}]
        for wrong, code in (
            ({"node": "nowhere"}, "node_not_found"),
            ({"channels": ["fax"]}, "invalid"),
            ({"document": "x: ["}, "scenario_has_errors"),
        ):
            refused = (
                await shown_node(operator, **({"text": document("Раз", 0, ["sms"])} | wrong))
                if ("document" not in wrong)
                else await shown_node(operator, "x: [")
            )
            assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text


@pytest.mark.parametrize("channel", [each for each in CHANNELS if each not in ("instagram", "messenger")])
def test_the_checks_of_a_scenario_and_the_preview_read_the_same_limits(channel: str) -> None:
    """What the compiler warns of on a channel is what its rendering loses, at the limit and one beyond."""
    from tests.channels.test_preview import KITS, whole

    facts = capabilities(channel)
    kits = {"whatsapp": "meta"}
    if channel == "widget":
        return
    kit = KITS[kits.get(channel, channel)]
    if facts.text is not None:
        for length in (facts.text, facts.text + 1):
            text = "а" * length
            found = check_document(_read(document(text, 0, [channel])))
            warned = any(each.code == "E510" for each in found)
            lost = {loss for shown in whole(kit, text) for loss in shown.lossy}
            assert warned is ("text_split" in lost) is (length > facts.text), (channel, length)
    for count in {1, facts.buttons.max, facts.buttons.max + 1} & set(range(1, 31)):
        found = check_document(_read(document("Что?", count, [channel])))
        warned = any(each.code == "W515" for each in found)
        buttons = [{"id": str(number), "label": f"Вариант {number}"} for number in range(count)]
        lost = {loss for shown in whole(kit, "Что?", buttons=buttons) for loss in shown.lossy}
        assert warned is ("choices_numbered" in lost), (channel, count)


def _read(text: str) -> Any:
    loaded = load_document(text)
    assert loaded.document is not None, loaded.findings
    return loaded.document
