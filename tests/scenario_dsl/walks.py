"""Random customers, operators and hosts: what a run may meet, derived from what it waits for."""

from __future__ import annotations

import hashlib
from random import Random
from typing import Any

from omnisupport.scenario_dsl import IR, Event, Inbound, Message, Operator, Result, Timer, load_template
from omnisupport.scenario_dsl.ir import canonical
from tests.scenario_dsl.support import HOUR, NOW, Chat, context, example, replay

SCENARIOS = ("greeting", "order_status", "lead_capture", "default_answer", "handoff")
TEMPLATES = ("default_answer", "handoff")
EVENTS = 30

_TEXTS = (
    "AB-123456",
    "ab 000001",
    "anna@example.com",
    "+7 916 123-45-67",
    "12",
    "100000000",
    "Анна",
    "Я",
    "да",
    "нет",
    "1",
    "3",
    "Где мой заказ?",
    "сколько стоит доставка",
    "Позовите оператора",
    "отмена",
    "назад",
    "заново",
    "пропустить",
    "",
    "😀",
    "\u202eвтирк",
    "\u200b\u200b",
    "х" * 8_000,
    "{{ 1 / 0 }}",
    "<script>alert(1)</script>",
)
_TEA = {"name": "Лун Цзин", "name_en": "Long Jing", "quantity": 1}
_BODIES: tuple[Any, ...] = (
    {
        "status": "shipped",
        "eta": "2026-03-05",
        "total": {"amount": 129900, "currency": "RUB"},
        "items": [_TEA],
    },
    {"status": "new", "items": [_TEA]},
    {"status": "lost"},
    {"status": "delivered", "items": []},
    None,
    [],
    "text",
)
_RESULTS: dict[str, tuple[tuple[str, Any], ...]] = {
    "http": (
        *(("ok", {"status": 200, "json": body}) for body in _BODIES),
        ("http_error", {"status": 404, "json": None}),
        ("http_error", {"status": 503, "json": None}),
        ("timeout", None),
        ("error", None),
    ),
    "kb_answer": (
        ("answered", {"text": "От 300 рублей.", "sources": [{"title": "Доставка"}], "confidence": 0.9}),
        ("answered", {"text": ""}),
        ("no_answer", None),
        ("error", None),
    ),
    "business_hours": (
        ("open", {"next_open": None, "timezone": "Europe/Moscow"}),
        ("closed", {"next_open": NOW + HOUR, "timezone": "Europe/Moscow"}),
        ("closed", {"next_open": None}),
        ("error", None),
    ),
    "parse": (("ok", "+79161234567"), ("invalid", None), ("not_checked", None), ("error", None)),
    "code": (("ok", {"code_id": "c1"}), ("wrong", None), ("expired", None), ("error", None)),
}


def ir_of(name: str) -> IR:
    """A demo scenario or a system scenario."""
    return load_template(name) if name in TEMPLATES else example(name)


def walk(ir: IR, seed: int) -> Chat:
    """A conversation of at most thirty events, the same for the same seed."""
    random = Random(seed)
    chat = Chat(ir, locale=random.choice(("ru", "en", "de")))
    chat.start(random.choice((None, *_TEXTS)))
    while chat.state["ended"] is None and len(chat.log) < EVENTS:
        chat.take(_event(chat, random))
    return chat


def _event(chat: Chat, random: Random) -> Event:
    waiting = chat.state["waiting"]
    if random.random() < 0.1:
        return random.choice(_strange_events(chat))
    if waiting["kind"] == "call" and random.random() < 0.85:
        return Result(chat.context, waiting["call"]["id"], *random.choice(_RESULTS[waiting["call"]["kind"]]))
    if waiting["kind"] == "handoff" and random.random() < 0.8:
        return Operator(
            chat.context, random.choice(("accepted", "closed", "handed_back")), {"summary": "Готово"}
        )
    if chat.state["timers"] and random.random() < 0.15:
        timer = random.choice(chat.state["timers"])
        chat.context = context(now=timer["at"], locale=chat.context.locale)
        return Timer(chat.context, timer["id"])
    return Message(chat.context, _inbound(chat, random))


def _inbound(chat: Chat, random: Random) -> Inbound:
    seq = len(chat.log) + 1
    buttons = [button["id"] for command in chat.commands for button in _buttons(command.to_dict())]
    if buttons and random.random() < 0.5:
        return Inbound(seq, "", random.choice(buttons))
    if random.random() < 0.1:
        return Inbound(seq, "", random.choice(("0.0.x", "1.1.menu", "1.99.human", "")))
    return Inbound(seq, random.choice(_TEXTS))


def _buttons(command: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for part in command.get("parts", ()) for button in part["buttons"]]


def _strange_events(chat: Chat) -> list[Event]:
    return [
        Result(chat.context, "1.c999", "ok", {}),
        Timer(chat.context, "1.0.0.timeout"),
        Operator(chat.context, "handed_back", {}),
        Operator(chat.context, "accepted", {}),
        chat.log[-1],
    ]


def digest(walks: int = 20) -> str:
    """One hash over the states and commands of many walks: the same in every process."""
    result = hashlib.sha256()
    for name in SCENARIOS:
        ir = ir_of(name)
        result.update(ir["hash"].encode())
        for seed in range(walks):
            result.update(canonical(replay(ir, walk(ir, seed).log)).encode())
    return result.hexdigest()


if __name__ == "__main__":
    print(digest())
