"""The head of a document and everything that may start a scenario."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import Resources, check_document, load_document, match_trigger
from omnisupport.scenario_dsl.keywords import is_near, keyword_matcher
from omnisupport.scenario_dsl.trigger_types import TRIGGER_TYPES, WITHOUT_SOURCE
from omnisupport.scenario_dsl.triggers import awaited_intents, undecided_intents
from tests.scenario_dsl.support import codes, context, document, scenario

END = "  first: {type: message, text: Здравствуйте!, next: bye}\n"

EVERY = """\
description: {ru: Всё сразу, en: Everything}
concurrency: {if_busy: skip}
reentry: {policy: cooldown, per: customer, cooldown: 7d}
resources:
  connections: {shop: {ref: conn/shop-api}}
  calendars: {support: {ref: cal/support}}
  assistants: {sales: {ref: assistant/sales-bot}}
  intents:
    order_status: {description: Где заказ, examples: {ru: [где мой заказ], en: [where is my order]}}
    refund: {examples: [верните деньги]}
triggers:
  - {type: message, match: first, started_by: customer}
  - {type: keyword, any: [заказ], match: word, fuzzy: 1}
  - {type: intent, intent: order_status, min_confidence: 0.7}
  - {type: referral, ref: "lead-*"}
  - {type: button, button: orders}
  - {type: event, event: conversation.resolved, when: "event.resolved_by == 'operator'", started_by: [operator, api]}
  - {type: event, event: custom.order.paid}
  - {type: schedule, cron: "0 9 * * mon-fri", tz: customer, audience: "customer.locale == 'ru'"}
  - {type: api, inputs: [order]}
  - {type: webhook, connection: shop, signature: hmac_sha256}
  - {type: inactivity, after: 30m, who: customer}
  - {type: business_hours, at: open, calendar: support}
  - {type: page, url: "/pricing*", seconds: 30, scroll: 50}
  - {type: comment, channels: [widget]}
  - {type: missed_call, priority: 5, locale: ru}
"""
VARIABLES = "  order: {type: string, default: ''}\n"


def test_every_type_of_trigger_is_read_and_kept() -> None:
    ir = scenario(END, head=EVERY, variables=VARIABLES)
    assert {trigger["type"] for trigger in ir["triggers"]} == set(TRIGGER_TYPES)
    assert ir["concurrency"] == {"if_busy": "skip"}
    assert ir["reentry"] == {"policy": "cooldown", "per": "customer", "cooldown": 7 * 86_400}
    assert ir["intents"]["order_status"]["examples"] == ["где мой заказ", "where is my order"]
    assert ir["triggers"][0]["started_by"] == ["customer"]
    assert ir["triggers"][9]["connection"] == "shop-api"
    assert set(TRIGGER_TYPES) > WITHOUT_SOURCE


def test_a_document_without_the_new_keys_has_none_of_them() -> None:
    assert not {"concurrency", "reentry", "intents"} & set(scenario(END))


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("concurrency: {if_busy: wait}", "E007"),
        ("concurrency: {}", "E112"),
        ("reentry: {policy: cooldown}", "E112"),
        ("reentry: {policy: max}", "E112"),
        ("reentry: {policy: sometimes}", "E007"),
        ("reentry: {policy: max, max: 0}", "E007"),
        ("resources: {tables: {orders: {}}}", "E111"),
        ("resources: {intents: {refund: {}}}", "E112"),
        ("resources: {intents: {refund: {examples: {}}}}", "E112"),
        ("resources: {intents: {refund: {examples: {de: [zurück]}}}}", "E111"),
        ("resources: {intents: [refund]}", "E007"),
        ("triggers: [{type: keyword, any: [заказ], match: contains, fuzzy: 1}]", "E111"),
        ("triggers: [{type: keyword, any: [заказ], fuzzy: 2}]", "E007"),
        ("triggers: [{type: intent}]", "E112"),
        ("triggers: [{type: schedule, cron: '0 25 * * *'}]", "E008"),
        ("triggers: [{type: schedule, cron: daily}]", "E008"),
        ("triggers: [{type: schedule, cron: '0 9 * * *', tz: Mars/Base}]", "E007"),
        ("triggers: [{type: schedule, cron: '0 9 * * *', audience: customer.locale}]", "E313"),
        ("triggers: [{type: api, inputs: [order]}]", "E301"),
        ("triggers: [{type: webhook, connection: shop}]", "E112"),
        ("triggers: [{type: webhook, connection: shop, signature: none}]", "E007"),
        (
            "resources: {connections: {crm: {}}}\n"
            "triggers: [{type: webhook, connection: shop, signature: hmac_sha256}]",
            "E410",
        ),
        (
            "resources: {calendars: {a: {}}}\ntriggers: [{type: business_hours, at: open, calendar: b}]",
            "E701",
        ),
        ("triggers: [{type: inactivity, after: 30m, who: bot}]", "E007"),
        ("triggers: [{type: business_hours, at: noon}]", "E007"),
        ("triggers: [{type: page, scroll: 101}]", "E007"),
        ("triggers: [{type: message, started_by: robot}]", "E007"),
        ("triggers: [{type: message, when: \"event.resolved_by == 'operator'\"}]", "E211"),
    ],
)
def test_the_head_and_triggers_are_checked(head: str, code: str) -> None:
    assert codes(document(END, head=head + "\n")) == [code]


def test_assistants_are_looked_at_only_where_they_are_known() -> None:
    fields = "assistant: sales, timeout: 5m, exits: {done: bye, needs_human: bye, limit: bye, error: bye}"
    text = document(f"  first: {{type: ai_reply, {fields}}}\n")
    loaded = load_document(text).document
    assert loaded is not None
    unknown = [
        item.code for item in check_document(loaded, resources=Resources(assistants=frozenset({"other"})))
    ]
    assert "E701" in unknown
    assert "E701" not in [item.code for item in check_document(loaded, resources=Resources())]


def fired(
    head: str, text: str | None = None, *, kind: Any = "message", event: str | None = None, **data: Any
) -> str | None:
    ir = scenario(END, head=f"triggers:\n{head}", variables=VARIABLES)
    found = match_trigger(
        [ir], kind, text=text, event=event, first=False, reopened=False, context=context(), data=data
    )
    return found.trigger_id if found else None


@pytest.mark.parametrize(
    ("given", "taken"), [("Lead-42", True), ("lead-", True), ("leads", False), (None, False)]
)
def test_a_referral_is_known_by_its_beginning(given: str | None, taken: bool) -> None:
    found = fired('  - {id: ad, type: referral, ref: "lead-*"}\n', "привет", referral=given)
    assert found == ("ad" if taken else None)


def test_a_button_of_the_menu_is_known_by_its_id() -> None:
    head = "  - {id: menu, type: button, button: orders}\n"
    assert fired(head, "", button="orders") == "menu"
    assert fired(head, "orders") is None


def test_who_began_is_a_filter() -> None:
    head = "  - {id: done, type: event, event: conversation.created, started_by: customer}\n"
    assert fired(head, kind="event", event="conversation.created", started_by="customer") == "done"
    assert fired(head, kind="event", event="conversation.created", started_by="operator") is None
    assert fired(head, kind="event", event="conversation.created") is None
    assert fired("  - {id: any, type: message, started_by: [customer]}\n", "привет") == "any"


def test_what_an_event_brought_is_read_by_when() -> None:
    head = "  - {id: done, type: event, event: conversation.resolved, when: \"event.resolved_by == 'operator'\"}\n"
    assert fired(head, kind="event", event="conversation.resolved", resolved_by="operator") == "done"
    assert fired(head, kind="event", event="conversation.resolved", resolved_by="bot") is None
    assert fired(head, kind="event", event="conversation.resolved") is None


def test_the_surest_intent_of_a_priority_wins() -> None:
    head = """\
  - {id: a, type: intent, intent: order_status}
  - {id: b, type: intent, intent: refund, min_confidence: 0.5}
  - {id: c, type: intent, intent: praise, priority: -1}
"""
    assert fired(head, "где?", intents={"order_status": 0.7, "refund": 0.8, "praise": 1.0}) == "b"
    assert fired(head, "где?", intents={"order_status": 0.59, "refund": 0.4, "praise": 1.0}) == "c"
    assert fired(head, "где?") is None
    ir = scenario(END, head=EVERY, variables=VARIABLES)
    assert list(awaited_intents([ir])) == ["order_status"]


@pytest.mark.parametrize(
    ("said", "meant", "near"),
    [
        ("оператор", "оператор", True),
        ("опертор", "оператор", True),
        ("опрератор", "оператор", True),
        ("опеартор", "оператор", True),
        ("апиратор", "оператор", False),
        ("оператора", "оператор", True),
        ("заказ", "указ", False),
        ("чай", "час", False),
        ("доставка", "доставки", True),
        ("доставкаа", "доставки", False),
    ],
)
def test_a_word_with_one_letter_wrong_is_known(said: str, meant: str, near: bool) -> None:
    assert is_near(said, meant) is near


def test_fuzzy_keywords_are_whole_words_in_their_order() -> None:
    word = keyword_matcher(["статус заказа"], "word", 1)
    assert word("какой статсу заказа?")
    assert not word("заказа статус")
    assert not keyword_matcher(["статус заказа"], "word")("какой статсу заказа?")
    exact = keyword_matcher(["статус заказа"], "exact", 1)
    assert exact("Статуз заказа!")
    assert not exact("статуз заказа мой")


def undecided(*heads: str, text: str = "где заказ") -> dict[str, dict[str, Any]]:
    irs = [scenario(END, head=head) for head in heads]
    return undecided_intents(irs, text=text, first=False, reopened=False, context=context())


KNOWN = """resources: {intents: {order_status: {examples: [где мой заказ]}, refund: {examples: [возврат]}}}
triggers:
  - {id: a, type: intent, intent: order_status}
"""


def test_intents_are_undecided_until_a_trigger_that_stands_before_them_takes_the_message() -> None:
    keyword = "triggers: [{type: keyword, any: [заказ]}]\n"
    urgent = "triggers: [{type: keyword, any: [заказ], priority: 1}]\n"
    labels = {"order_status": {"description": None, "examples": ["где мой заказ"]}}
    assert undecided(KNOWN) == labels
    assert undecided(KNOWN, keyword) == labels
    assert undecided(keyword, KNOWN) == {}
    assert undecided(KNOWN, urgent) == {}
    assert undecided(KNOWN, urgent, text="спасибо") == labels
    assert undecided(keyword) == {}


def test_an_intent_is_known_by_the_examples_of_every_scenario_that_waits_for_it() -> None:
    other = KNOWN.replace("где мой заказ", "что с посылкой")
    examples = ["где мой заказ", "что с посылкой"]
    assert undecided(KNOWN, other)["order_status"]["examples"] == examples


def test_an_intent_whose_trigger_would_refuse_the_message_is_not_asked_for() -> None:
    refused = KNOWN.replace(
        "intent: order_status}", """intent: order_status, when: "event.text == 'нет'"}""", 1
    )
    assert undecided(refused) == {}
    assert list(undecided(refused, text="нет")) == ["order_status"]
