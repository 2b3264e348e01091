"""The words of the node `ai_reply`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Ассистент", "Assistant"),
    about=Both(
        "Отдаёт разговор ИИ-ассистенту на несколько ходов в заданных рамках.",
        "Lets an AI assistant talk for some turns, inside a fence.",
    ),
    example="""\
nodes:
  talk:
    type: ai_reply
    assistant: sales
    instructions: Помоги выбрать чай.
    max_turns: 6
    timeout: 30m
    exits: {done: done, needs_human: people, limit: people, timeout: people, error: people}
  done: {type: end, outcome: done}
""",
    fields={
        "assistant": Both("ассистент", "the assistant"),
        "instructions": Both("что ему делать", "what it is to do"),
        "tools": Both(
            "что можно прочитать: операции подключений из настроек, например shop.get_order; потоки проверка не "
            "пропускает",
            "what it may read by: operations of the settings' connections, such as shop.get_order; flows are refused "
            "by the check",
        ),
        "max_turns": Both("сколько ходов", "how many turns"),
        "stop_when": Both("когда закончить", "when to stop"),
        "guardrails": Both("чего нельзя", "what is forbidden"),
        "budget": Both("предел расходов", "the limit of costs"),
        "budget.tokens": Both("предел токенов", "the limit of tokens"),
        "retry": Both(
            "повторы, если другая сторона не ответила", "attempts when the other side did not answer"
        ),
    },
    exits={
        "done": Both("ассистент справился", "the assistant is done"),
        "needs_human": Both("нужен человек", "a human is needed"),
        "limit": Both("предел ходов или расходов", "the limit of turns or costs"),
        "timeout": Both("клиент долго молчал", "the customer was silent for too long"),
    },
)
