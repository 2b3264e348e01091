"""The words of the node `handoff`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Передать оператору", "Handoff"),
    about=Both(
        ("Отдаёт разговор людям. Пока разговор у оператора, бот молчит; потом сценарий может продолжиться."),
        (
            "Gives the conversation to people. While an operator has it the bot is silent; the "
            "scenario may go on afterwards."
        ),
    ),
    example="""\
nodes:
  to_people:
    type: handoff
    target: {department: support}
    priority: high
    summary: auto
    queue_timeout: 15m
    wait_for: closed
    exits: {closed: done, queue_timeout: later}
  later:
    type: message
    text: {ru: "Все заняты, ответим здесь.", en: "Everyone is busy, we will answer here."}
    next: done
  done: {type: end, outcome: handed_over}
""",
    fields={
        "summary": Both(
            "что увидит оператор: auto, none или свой текст", "what the operator sees: auto, none or a text"
        ),
        "form": Both("что оператор увидит в полях", "what the operator sees in fields"),
        "queue_timeout": Both("сколько ждать, пока возьмут", "how long it may wait to be taken"),
        "position_messages": Both(
            "говорить клиенту его место в очереди: сразу, и снова, когда оно стало ближе (смотрим через 1, 2, 4, 8, "
            "16 минут, потом каждые 30), пока разговор не взяли",
            "tell customers their place in the queue: at once, and again when it is better (looked at after 1, 2, 4, "
            "8, 16 minutes, then every 30), until somebody takes the conversation",
        ),
        "wait_for": Both(
            "чего ждать: accepted, closed или none", "what to wait for: accepted, closed or none"
        ),
    },
    exits={
        "next": Both(
            "разговор передан, ждать не нужно (wait_for: none)",
            "handed over, nothing is waited for (wait_for: none)",
        ),
        "accepted": Both("оператор взял разговор", "an operator took it"),
        "closed": Both("оператор закончил разговор", "the operator is done"),
        "queue_timeout": Both("никто не взял вовремя", "nobody took it in time"),
        "rejected": Both("разговор не приняли", "the conversation was not taken"),
    },
)
