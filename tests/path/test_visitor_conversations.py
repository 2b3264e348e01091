"""A visitor's conversations: forms, history, receipts, scores and openings, as he and operators see them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from omnisupport.settings import Settings
from tests.path.test_scenario_begins import emitted, published, until
from tests.support.accounts import run
from tests.support.desk import desk
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import change_widget, close_for_good

WIDGET = "/api/v1/widget"
FIELDS = [
    {"key": "name", "kind": "name", "label": {"ru": "Имя"}, "required": True},
    {"key": "mail", "kind": "email", "label": {"ru": "Почта"}},
    {"key": "phone", "kind": "phone", "label": {"ru": "Телефон"}},
    {"key": "order", "kind": "text", "label": {"ru": "Заказ"}},
    {
        "key": "topic",
        "kind": "select",
        "label": {"ru": "О чём"},
        "options": [{"value": "tea", "label": {"ru": "Чай"}}, {"value": "other", "label": {"ru": "Другое"}}],
    },
]
CONSENT = {"purpose": "personal_data", "text": {"ru": "Согласен на обработку"}}
FORM = {"fields": FIELDS, "consent": CONSENT}


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def owner(product: Product, tenant: TestTenant) -> AsyncIterator[Operator]:
    """Its owner."""
    async with Operator(product.url, tenant) as operator:
        yield operator


@pytest.fixture
async def visitor(product: Product, tenant: TestTenant) -> AsyncIterator[Visitor]:
    """A visitor of its."""
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        yield visitor


async def fill(visitor: Visitor, form: str = "pre_chat", **changes: Any) -> Any:
    """Send a form; the raw answer."""
    body = {
        "client_message_id": str(uuid4()),
        "form": form,
        "fields": {"name": "  Анна ", "mail": "anna@tea.example", "topic": "tea"},
        "consent": True,
        "text": "Где заказ?",
    }
    return await visitor._http.post(f"{WIDGET}/form", json=body | changes, headers=visitor.headers)


async def own(visitor: Visitor) -> list[dict[str, Any]]:
    """His conversations."""
    answer = await visitor._http.get(f"{WIDGET}/conversations", headers=visitor.headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def post(visitor: Visitor, path: str, **body: Any) -> Any:
    """A request of the visitor; the raw answer."""
    return await visitor._http.post(f"{WIDGET}/{path}", json=body, headers=visitor.headers)


# --- forms ------------------------------------------------------------------------------------------------


async def test_a_form_begins_a_conversation_and_fills_the_customer(owner: Operator, visitor: Visitor) -> None:
    await change_widget(owner, pre_chat=FORM)
    await visitor.connect()
    taken = await fill(visitor)
    assert taken.status_code == 202, taken.text
    message = taken.json()["message"]
    assert taken.json()["next_open"] is None
    assert message["text"] == "Где заказ?"
    assert message["author"]["name"] == "Анна"
    assert message["content"]["form"] == {
        "kind": "pre_chat",
        "fields": [
            {"key": "name", "label": "Имя", "value": "Анна"},
            {"key": "mail", "label": "Почта", "value": "anna@tea.example"},
            {"key": "topic", "label": "О чём", "value": "Чай"},
        ],
        "consent": {"purpose": "personal_data", "text": "Согласен на обработку"},
    }
    summary = await owner.conversation(message["conversation_id"])
    path = f"/customers/{summary['customer']['id']}"
    customer = (await owner.request("GET", path)).json()["customer"]
    assert (customer["name"], customer["email"], customer["verified"]) == ("Анна", "anna@tea.example", False)
    granted = customer["consents"]["personal_data"]
    assert (granted["status"], granted["source"]) == ("granted", "widget")
    async with asyncio.timeout(PATIENCE_S):
        while not any(each["text"] == "эхо: Где заказ?" for each in visitor.received):
            await asyncio.sleep(0.05)


async def test_the_same_form_again_is_the_same_message(owner: Operator, visitor: Visitor) -> None:
    await change_widget(owner, pre_chat=FORM)
    once = await fill(visitor, client_message_id="one", anew=True)
    again = await fill(visitor, client_message_id="one", anew=True)
    assert once.json()["message"]["id"] == again.json()["message"]["id"]
    assert len(await own(visitor)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fields": {}}, "fields.name"),
        ({"fields": {"name": " \u200b "}}, "fields.name"),
        ({"fields": {"name": "x" * 201}}, "fields.name"),
        ({"fields": {"name": "Анна", "mail": "нет"}}, "fields.mail"),
        ({"fields": {"name": "Анна", "phone": "12"}}, "fields.phone"),
        ({"fields": {"name": "Анна", "topic": "Чай"}}, "fields.topic"),
        ({"fields": {"name": "Анна", "secret": "x"}}, "fields.secret"),
        ({"consent": False}, "consent"),
        ({"text": " "}, "text"),
        ({"form": "chat"}, "form"),
        ({"fields": {"name": 7}}, "fields.name"),
    ],
)
async def test_a_form_that_does_not_fit_is_refused_and_changes_nothing(
    settings: Settings,
    tenant: TestTenant,
    owner: Operator,
    visitor: Visitor,
    changes: dict[str, Any],
    field: str,
) -> None:
    await change_widget(owner, pre_chat=FORM)
    refused = await fill(visitor, **changes)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["field"] == field
    assert await own(visitor) == []
    kept = await run(settings, tenant.id, "select name, email, consents from customer")
    assert [tuple(each) for each in kept] == [(None, None, {})]


async def test_a_form_that_the_widget_has_not_is_refused(visitor: Visitor) -> None:
    refused = await fill(visitor, "offline")
    assert (refused.status_code, refused.json()["code"]) == (409, "form_off")


async def test_where_only_signed_identities_count_a_form_fills_nobody_in(
    settings: Settings, tenant: TestTenant, owner: Operator, visitor: Visitor
) -> None:
    await change_widget(owner, pre_chat=FORM)
    enforced = """update tenant set settings = settings || '{"identity_mode": "enforced"}'"""
    await run(settings, tenant.id, enforced)
    taken = await fill(visitor)
    assert taken.status_code == 202
    assert taken.json()["message"]["content"]["form"]["fields"][0]["value"] == "Анна"
    assert [tuple(each) for each in await run(settings, tenant.id, "select name, email from customer")] == [
        (None, None)
    ]


async def test_an_offline_form_waits_for_operators_and_says_when_they_are_there(
    settings: Settings, tenant: TestTenant, owner: Operator, visitor: Visitor
) -> None:
    await change_widget(owner, offline=FORM)
    await close_for_good(settings, tenant)
    await visitor.connect()
    taken = await fill(visitor, "offline")
    assert taken.status_code == 202, taken.text
    assert taken.json()["next_open"].endswith("T21:00:00+00:00"), "midnight of Moscow"
    conversation_id = taken.json()["message"]["conversation_id"]
    [line] = await owner.conversations(assigned_to="none", controller="operator")
    assert line["id"] == conversation_id
    assert line["waiting_since"] is not None
    await owner.act(conversation_id, "take-over")
    await owner.reply(conversation_id, "Завтра будет")
    async with asyncio.timeout(PATIENCE_S):
        while not any(each["text"] == "Завтра будет" for each in visitor.received):
            await asyncio.sleep(0.05)
    assert not [each for each in visitor.received if each["text"].startswith("эхо")]


# --- history ----------------------------------------------------------------------------------------------


async def resolved(owner: Operator, visitor: Visitor, text: str = "раз") -> str:
    """A conversation of the visitor that is over."""
    await visitor.ask(text)
    conversation_id = visitor.conversation_id or ""
    await owner.act(conversation_id, "take-over")
    await owner.reply(conversation_id, "Готово")
    await owner.act(conversation_id, "resolve")
    return conversation_id


async def test_a_new_conversation_after_a_resolved_one_and_both_can_be_read(
    owner: Operator, visitor: Visitor
) -> None:
    await visitor.connect()
    first = await resolved(owner, visitor)
    answer = await post(visitor, "messages", client_message_id="again", text="два", anew=True)
    second = answer.json()["message"]["conversation_id"]
    assert second != first
    repeated = await post(visitor, "messages", client_message_id="again", text="два", anew=True)
    assert repeated.json()["message"]["id"] == answer.json()["message"]["id"]
    here = await post(visitor, "messages", client_message_id="more", text="три", anew=True)
    assert here.json()["message"]["conversation_id"] == second, "one is open: the message belongs there"
    async with asyncio.timeout(PATIENCE_S):
        while not any(each["text"] == "эхо: два" for each in visitor.received):
            await asyncio.sleep(0.05)
    items = await own(visitor)
    assert [(each["id"], each["status"]) for each in items] == [(second, "open"), (first, "resolved")]
    assert items[1]["last_message"]["text"] == "Готово"
    assert items[1]["unread"] > 0
    for conversation_id, text in ((first, "раз"), (second, "два")):
        visitor.conversation_id = conversation_id
        page = await visitor.read()
        assert (page["conversation_id"], page["messages"][0]["text"]) == (conversation_id, text)


async def test_nobody_reads_or_scores_or_marks_what_is_anothers(
    product: Product, tenant: TestTenant, owner: Operator, visitor: Visitor
) -> None:
    await change_widget(owner, features={"csat": True})
    await visitor.connect()
    theirs = await resolved(owner, visitor)
    async with Visitor(product.url, tenant.slug) as stranger:
        stranger.conversation_id = theirs
        assert await stranger.read() == {"conversation_id": None, "messages": [], "last_seq": 0}
        mine = (await stranger.send("я"))["conversation_id"]
        stranger.conversation_id = theirs
        assert (await stranger.read())["conversation_id"] == mine
        assert [each["id"] for each in await own(stranger)] == [mine]
        for refused in (
            await post(stranger, f"conversations/{theirs}/csat", score=1),
            await post(stranger, "seen", conversation_id=theirs, seq=1),
        ):
            assert (refused.status_code, refused.json()["code"]) == (404, "conversation_not_found")
    assert (await owner.conversation(theirs))["rating"] is None


async def test_without_history_there_is_the_present_one_only(owner: Operator, visitor: Visitor) -> None:
    await visitor.connect()
    first = await resolved(owner, visitor)
    answer = await post(visitor, "messages", client_message_id="again", text="два", anew=True)
    await change_widget(owner, features={"history": False})
    second = answer.json()["message"]["conversation_id"]
    assert [each["id"] for each in await own(visitor)] == [second]
    visitor.conversation_id = first
    assert (await visitor.read())["conversation_id"] == second


# --- receipts ---------------------------------------------------------------------------------------------


async def test_what_the_visitor_has_read_is_read_and_operators_see_it_at_once(
    product: Product, owner: Operator, visitor: Visitor
) -> None:
    await visitor.connect()
    await visitor.ask("раз")
    conversation_id = visitor.conversation_id or ""
    await owner.act(conversation_id, "take-over")
    reply = await owner.reply(conversation_id, "Готово")
    async with desk(product.url, owner) as console:
        await console.say("watch", conversation_id=conversation_id, after=0)
        await console.await_frame("message", lambda frame: frame["message"]["id"] == reply["id"])
        assert (await post(visitor, "seen", seq=reply["seq"] - 1)).status_code == 204
        statuses = {each["seq"]: each["status"] for each in await owner.messages(conversation_id)}
        assert statuses[reply["seq"]] == "sent"
        assert (await post(visitor, "seen", seq=reply["seq"])).status_code == 204
        await console.await_frame("seen", lambda frame: frame["seq"] == reply["seq"])
    rows = await owner.messages(conversation_id)
    assert {each["status"] for each in rows if each["direction"] == "outbound"} == {"read"}
    assert (await post(visitor, "seen", seq=1)).status_code == 204
    assert (await owner.conversation(conversation_id))["customer_seen_seq"] == reply["seq"], "never back"
    assert (await own(visitor))[0]["unread"] == 0


async def test_the_visitor_is_told_how_far_operators_have_read_while_receipts_are_on(
    owner: Operator, visitor: Visitor
) -> None:
    await visitor.connect()
    said = (await visitor.ask("раз"))[0]
    path = f"/conversations/{said['conversation_id']}/seen"
    assert (await owner.request("POST", path, json={"seq": said["seq"]})).status_code == 204
    line = await told(visitor, lambda each: each["operators_seen_seq"] == said["seq"])
    assert line["status"] == "open"
    await change_widget(owner, features={"receipts": False})
    assert (await own(visitor))[0]["operators_seen_seq"] is None


async def told(visitor: Visitor, fits: Any) -> dict[str, Any]:
    """The first frame of the live stream about his conversation that fits."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            for frame in visitor.frames:
                if frame["type"] == "conversation" and fits(frame["conversation"]):
                    line: dict[str, Any] = frame["conversation"]
                    return line
            await asyncio.sleep(0.05)


# --- scores -----------------------------------------------------------------------------------------------


async def test_a_resolved_conversation_is_scored_once_due_and_operators_see_it(
    settings: Settings, tenant: TestTenant, owner: Operator, visitor: Visitor
) -> None:
    await change_widget(owner, features={"csat": True})
    await visitor.connect()
    conversation_id = await resolved(owner, visitor)
    await told(visitor, lambda line: line["csat"]["due"])
    path = f"conversations/{conversation_id}/csat"
    scored = await post(visitor, path, score=4, comment=" хорошо ")
    assert scored.status_code == 200, scored.text
    given = {"due": False, "scale": "stars5", "score": 4, "comment": "хорошо"}
    assert scored.json()["conversation"]["csat"] == given
    await told(visitor, lambda line: line["csat"]["score"] == 4)
    assert (await owner.conversation(conversation_id))["rating"] == {
        "scale": "stars5",
        "score": 4,
        "comment": "хорошо",
    }
    assert (await post(visitor, path, score=5)).status_code == 200
    assert (await own(visitor))[0]["csat"] == given | {"score": 5, "comment": None}
    sql = "select id, name, data from event where name = 'csat.submitted'"
    [event] = await run(settings, tenant.id, sql)
    assert event.data == {"score": 4, "scale": "stars5", "scenario": "", "node": "widget"}


RATED = """
omni: scenario/v1
id: rated-{word}
kind: background
name: {{ru: Оценка, en: Score}}
locale: {{default: ru, supported: [ru]}}
triggers:
  - {{id: rated, type: event, event: csat.submitted, when: "event.score < 3"}}
start: told
nodes:
  told: {{type: emit, event: score.heard, data: {{was: low}}, next: done}}
  done: {{type: end, outcome: told}}
"""


async def test_a_score_in_the_widget_begins_a_scenario(owner: Operator, visitor: Visitor) -> None:
    await published(owner, RATED.format(word=uuid4().hex[:8]))
    await change_widget(owner, features={"csat": True})
    await visitor.connect()
    conversation_id = await resolved(owner, visitor)
    scored = await post(visitor, f"conversations/{conversation_id}/csat", score=2)
    assert scored.status_code == 200, scored.text
    assert await until(lambda: emitted(owner, "score.heard")) == [{"was": "low"}]


async def test_what_is_not_over_or_not_asked_for_is_not_scored(owner: Operator, visitor: Visitor) -> None:
    await visitor.connect()
    said = (await visitor.ask("раз"))[0]
    path = f"conversations/{said['conversation_id']}/csat"
    off = await post(visitor, path, score=5)
    assert (off.status_code, off.json()["code"]) == (409, "csat_off")
    await change_widget(owner, features={"csat": True})
    early = await post(visitor, path, score=5)
    assert (early.status_code, early.json()["code"]) == (409, "conversation_not_resolved")
    for wrong in ({"score": 0}, {"score": 6}, {"score": True}, {"score": 5, "comment": "x" * 2001}, {}):
        assert (await post(visitor, path, **wrong)).status_code == 422
    assert (await owner.conversation(said["conversation_id"]))["rating"] is None


# --- openings ---------------------------------------------------------------------------------------------


async def test_an_answer_to_an_opening_carries_what_the_settings_say(
    owner: Operator, visitor: Visitor
) -> None:
    opening = {"id": "tea", "text": {"ru": "Помочь?", "en": "Help?"}, "when": {"after_s": 5}}
    await change_widget(owner, openings=[opening])
    answer = await post(visitor, "messages", client_message_id="1", text="да", opening="tea")
    assert answer.status_code == 202, answer.text
    message = (await owner.messages(answer.json()["message"]["conversation_id"]))[0]
    assert message["content"]["opening"] == {"id": "tea", "text": "Помочь?"}
    assert message["content"]["referral"] == "opening:tea"
    foreign = await post(visitor, "messages", client_message_id="2", text="да", opening="coffee")
    assert (foreign.status_code, foreign.json()["code"]) == (422, "opening_unknown")
    alone = await post(visitor, "messages", client_message_id="3", opening="tea")
    assert (alone.status_code, alone.json()["code"]) == (422, "message_invalid")
