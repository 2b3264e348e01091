"""The words of the node `return`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Возврат", "Return"),
    about=Both(
        "Заканчивает поток и возвращает результат туда, откуда его вызвали.",
        "Ends the flow and hands its outputs back to where it was called from.",
    ),
    example="""\
flows:
  hello:
    start: says
    nodes:
      says:
        type: message
        text: {ru: Здравствуйте!, en: Hello!}
        next: back
      back: {type: return}
nodes:
  greet: {type: call, flow: hello, next: done}
  done: {type: end, outcome: done}
""",
    fields={
        "exit": Both(
            "выход из объявленных в returns; без него next", "one of the flow's returns; without it next"
        ),
        "outputs": Both("результат и значение", "output and value"),
    },
)
