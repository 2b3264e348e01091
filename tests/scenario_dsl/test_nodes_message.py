"""`message` in all its forms, and menus made of lists."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import End, Send, Timer
from omnisupport.scenario_dsl.commands import Typing, from_dict
from tests.scenario_dsl.support import HOUR, NOW, Chat, codes, document, scenario

RICH = """\
  first:
    type: message
    content:
      - text: Каталог
        quick_replies: [Чай, Кофе]
      - media: {kind: image, url: "https://example.com/{{ tenant.slug }}.png", alt: Чашка}
      - carousel:
          - title: Лун Цзин
            text: Зелёный
            image: "https://example.com/1.png"
            buttons: [{id: buy, label: Купить, url: "https://example.com/1"}]
      - location: {lat: 55.75, lon: 37.61, title: Склад}
      - contact: {name: Олег, phone: "+79161234567"}
      - template: {name: hello, language: ru, params: ["=vars.count", "{{ tenant.name }}", null]}
      - open_url: {url: "https://example.com/cart", label: Корзина}
    typing: true
    delay: 2s
    fallback: drop
    next: bye
"""


def test_a_message_has_every_form_of_content() -> None:
    chat = Chat(scenario(RICH, variables="  count: {type: int, default: 2}\n")).start()
    assert chat.commands == [Typing(NOW + 2_000)]
    sent = chat.wait_for("due").commands[0].to_dict()
    bare = {"text": "", "buttons": [], "sources": []}
    buy = {"id": "buy", "label": "Купить", "url": "https://example.com/1"}
    card = {"title": "Лун Цзин", "text": "Зелёный", "image": "https://example.com/1.png", "buttons": [buy]}
    picture = {"kind": "image", "url": "https://example.com/demo.png", "name": None, "alt": "Чашка"}
    assert sent["parts"] == [
        {**bare, "text": "Каталог", "quick_replies": [{"label": "Чай"}, {"label": "Кофе"}]},
        {**bare, "media": picture},
        {**bare, "carousel": [card]},
        {**bare, "location": {"lat": 55.75, "lon": 37.61, "title": "Склад", "address": None}},
        {**bare, "contact": {"name": "Олег", "phone": "+79161234567", "email": None}},
        {**bare, "template": {"name": "hello", "language": "ru", "params": ["2", "Чайная лавка", ""]}},
        {**bare, "open_url": {"url": "https://example.com/cart", "label": "Корзина"}},
    ]
    assert sent["fallback"] == "drop"


VARIANTS = """\
  first:
    type: message
    text: Здравствуйте!
    variants:
      whatsapp: {template: {name: hello, language: ru}}
      sms: [{text: Привет}, {text: Это мы}]
    next: bye
"""


@pytest.mark.parametrize(
    ("channel", "texts"), [("widget", ["Здравствуйте!"]), ("whatsapp", [""]), ("sms", ["Привет", "Это мы"])]
)
def test_a_channel_has_a_variant_of_its_own(channel: str, texts: list[str]) -> None:
    assert Chat(scenario(VARIANTS), channel={"type": channel}).start().said == texts


TO = """\
  first:
    type: message
    text: Ваш код
    to: {channel: email, address: "=vars.address"}
    next: bye
    exits: {undeliverable: special, error: failed}
"""


@pytest.mark.parametrize(
    ("address", "outcome"), [("a@example.com", "done"), ("", "special"), ("' '", "special")]
)
def test_a_message_to_another_place(address: str, outcome: str) -> None:
    variables = f"  address: {{type: string, default: {address or repr('')}}}\n"
    chat = Chat(scenario(TO, variables=variables)).start("код")
    assert chat.outcome == outcome
    if outcome == "done":
        part = {"text": "Ваш код", "buttons": [], "sources": []}
        # The customer was told nothing here, so their message still waits for an answer.
        assert chat.commands == [
            Send([part], {"channel": "email", "address": address}),
            End("done", [], [1]),
        ]


WINDOW = """\
  first: {type: message, text: Всё ли решилось?, next: bye, exits: {window_closed: special}}
"""


@pytest.mark.parametrize(
    ("channel", "last", "outcome"),
    [
        ("whatsapp", NOW - 25 * HOUR, "special"),
        ("whatsapp", NOW - 23 * HOUR, "done"),
        ("whatsapp", None, "done"),
        ("telegram", NOW - 25 * HOUR, "done"),
    ],
)
def test_a_closed_window_is_noticed_before_anything_is_sent(channel: str, last: Any, outcome: str) -> None:
    talk = {"id": "v1", "tags": [], "last_inbound_at": last}
    chat = Chat(scenario(WINDOW), channel={"type": channel}, conversation=talk).start()
    assert (chat.outcome, len(chat.of(Send))) == (outcome, int(outcome == "done"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("content: [{buttons: []}]", "E112"),
        ("content: []", "E112"),
        ("text: a, variants: {fax: {text: b}}", "E007"),
        ("text: a, variants: {sms: {txt: b}}", "E111"),
        ("text: a, delay: 5m", "E007"),
        ("text: a, delay: 2s, to: {channel: sms, address: '+79160000000'}", "E111"),
        ("text: a, typing: true, to: {channel: sms, address: '+79160000000'}", "E111"),
        ("text: a, to: {channel: email}", "E112"),
        ("content: [{location: {lat: север, lon: 1.0}}]", "E007"),
        ("content: [{media: {kind: gif, url: a}}]", "E007"),
        ("text: a, fallback: guess", "E007"),
    ],
)
def test_a_message_is_checked(fields: str, code: str) -> None:
    assert code in codes(document(f"  first: {{type: message, {fields}, next: bye}}\n"))


LATE = """\
interrupts:
  - {id: price, when: {keywords: [цена]}, run: {node: special}}
"""
SLOW = """\
  first: {type: message, text: "Смотрю: {{ event.text }}", %s, next: ask}
  ask: {type: ask, text: Имя?, input: {kind: text}, save_to: vars.name, timeout: 1h, next: bye,
        exits: {timeout: gone, invalid: failed}}
"""
NAME = "  name: {type: string, nullable: true}\n"


def slowly(fields: str, **changes: Any) -> Chat:
    return Chat(scenario(SLOW % fields, variables=NAME, head=LATE), **changes)


@pytest.mark.parametrize(
    ("fields", "seconds", "shows"),
    [
        ("delay: 5s", 5, False),
        ("delay: 5s, typing: true", 5, True),
        ("typing: true", 2, True),
        ("typing: false, delay: 1m", 60, False),
    ],
)
def test_a_message_is_said_after_its_pause(fields: str, seconds: int, shows: bool) -> None:
    chat = slowly(fields).start("заказ")
    assert chat.commands == ([Typing(NOW + seconds * 1_000)] if shows else [])
    assert (chat.node, chat.state["waiting"]["kind"]) == ("first", "timer")
    assert [timer["at"] for timer in chat.state["timers"]] == [NOW + seconds * 1_000]
    assert chat.wait_for("due").said == ["Смотрю: заказ", "Имя?"]


def test_without_a_pause_nothing_is_waited_for() -> None:
    chat = slowly("typing: false").start("заказ")
    assert (chat.said, chat.of(Typing)) == (["Смотрю: заказ", "Имя?"], [])


def test_what_is_written_in_the_pause_answers_the_question_after_it() -> None:
    chat = slowly("delay: 5s").start("заказ").say("Анна")
    assert (chat.commands, chat.node) == ([], "first")
    # The message speaks of what it was to answer, not of what came in the pause.
    assert chat.wait_for("due").said == ["Смотрю: заказ", "Имя?"]
    assert (chat.outcome, chat.state["vars"]["name"]) == ("done", "Анна")


def test_patterns_and_interrupts_act_in_the_pause_and_it_is_not_said() -> None:
    assert slowly("delay: 5s").start("заказ").say("цена").outcome == "special"
    assert slowly("delay: 5s").start("заказ").say("позовите оператора").outcome == "human"


def test_a_timer_that_is_not_awaited_any_more_says_nothing() -> None:
    chat = slowly("delay: 5s").start("заказ")
    late = chat.state["timers"][0]["id"]
    chat.say("цена")
    assert chat.take(Timer(chat.context, late)).commands == []


def test_a_greeting_is_said_at_once() -> None:
    assert slowly("typing: true", run=0).start().said == ["Смотрю: ", "Имя?"]
    again = slowly("typing: true", run=0).start(silent=True)
    assert (again.commands, again.node) == ([], "ask")


def test_a_window_that_closes_in_the_pause_is_noticed() -> None:
    talk = {"id": "v1", "tags": [], "last_inbound_at": NOW - 24 * HOUR + 5_000}
    nodes = WINDOW.replace("решилось?,", "решилось?, delay: 20s,")
    chat = Chat(scenario(nodes), channel={"type": "whatsapp"}, conversation=talk).start()
    assert chat.outcome is None
    assert (chat.wait_for("due").outcome, chat.said) == ("special", [])


def test_the_pause_keeps_a_state_that_may_be_carried_over() -> None:
    chat = slowly("delay: 5s").start("я" * 8_000)
    assert len(chat.state["waiting"]["event"]["text"]) == len(chat.state["event"]["text"]) == 1_500


def test_commands_of_an_earlier_release_are_read_without_what_their_fields_were() -> None:
    send = Send([{"text": "a"}])
    assert from_dict({**send.to_dict(), "typing": True, "delay_ms": 2_000}) == send
    assert from_dict(Typing(5).to_dict()) == Typing(5)


LISTED = """\
  first:
    type: menu
    text: Какой заказ?
    options: [{id: other, label: Другой, next: special, image: "https://example.com/o.png"}]
    options_from: {each: vars.orders, id: item.id, label: "Заказ {{ item.id }} на {{ item.sum }}", next: shown, max: 2}
    layout: list
    save_to: vars.order
    timeout: 1h
    exits: {timeout: gone, invalid: wrong, error: failed}
  shown: {type: note, text: "{{ vars.order }}", next: bye}
"""
ORDERS = """\
  order: {type: string}
  orders:
    type: list
    of: {type: object, fields: {id: string, sum: int}}
    default: %s
"""


def listed(orders: str = "[{id: A-1, sum: 5}, {id: A-2, sum: 7}, {id: A-3, sum: 9}]") -> Chat:
    return Chat(scenario(LISTED, variables=ORDERS % orders)).start()


def test_a_menu_makes_options_of_a_list() -> None:
    chat = listed()
    assert chat.buttons == ["Другой", "Заказ A-1 на 5", "Заказ A-2 на 7"]
    part = chat.commands[0].to_dict()["parts"][0]
    assert (part["layout"], part["buttons"][0]["image"]) == ("list", "https://example.com/o.png")


@pytest.mark.parametrize("answer", ["3", "заказ a-2 на 7"])
def test_an_option_of_a_list_is_chosen_like_any_other(answer: str) -> None:
    chat = listed().say(answer)
    assert (chat.outcome, chat.state["vars"]["order"]) == ("done", "A-2")
    assert listed().press("A-1").state["vars"]["order"] == "A-1"
    assert listed().press("A-3").said[0] == "Эта кнопка устарела."
    assert listed().say("1").outcome == "special"


def test_the_options_stay_as_they_were_shown() -> None:
    nodes = """\
  first:
    type: menu
    text: Что из этого?
    options_from: {each: "event.text.split(' ')", id: item, label: "{{ item }}", next: bye}
    timeout: 1h
    exits: {timeout: gone, invalid: wrong}
"""
    chat = Chat(scenario(nodes)).start("чай кофе")
    assert chat.buttons == ["чай", "кофе"]
    assert chat.say("непонятно").buttons == ["чай", "кофе"]
    assert chat.say("кофе").outcome == "done"


def test_a_list_that_gives_no_ids_takes_the_error_exit() -> None:
    assert listed("[{id: A-1, sum: 5}, {id: A-1, sum: 7}]").outcome == "error"
    assert listed("[{id: '', sum: 5}]").outcome == "error"


def test_a_menu_without_any_option_is_refused() -> None:
    nodes = "  first: {type: menu, text: а, timeout: 1h, exits: {timeout: bye, invalid: bye}}\n"
    assert "E112" in codes(document(nodes))
    empty = LISTED.replace(
        '    options: [{id: other, label: Другой, next: special, image: "https://example.com/o.png"}]\n', ""
    )
    assert Chat(scenario(empty, variables=ORDERS % "[]")).start().outcome == "error"
