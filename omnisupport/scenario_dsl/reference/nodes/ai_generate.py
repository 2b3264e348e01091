"""The words of the node `ai_generate`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Сочинить текст", "Generate"),
    about=Both(
        ("Пишет текст в переменную: сводку, перевод. Клиент его не видит, пока его не покажет другой узел."),
        (
            "Writes a text into a variable: a summary, a translation. Customers see it only when "
            "another node shows it."
        ),
    ),
    example="""\
variables:
  summary: {type: string, default: ""}
nodes:
  sum_up:
    type: ai_generate
    prompt: "Кратко: {{ event.text }}"
    max_chars: 400
    save_to: vars.summary
    next: tell
    exits: {error: people}
  tell: {type: note, text: "{{ vars.summary }}", next: done}
  done: {type: end, outcome: done}
""",
    fields={
        "prompt": Both("задание модели", "what the model is asked"),
        "max_chars": Both("сколько знаков", "how many characters"),
        "retry": Both(
            "повторы, если другая сторона не ответила", "attempts when the other side did not answer"
        ),
    },
)
