"""The words of the node `split`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Эксперимент", "Split"),
    about=Both(
        ("Делит клиентов на группы по весам, без случайности: один и тот же клиент всегда в одной группе."),
        (
            "Divides customers into groups by weights, without chance: the same customer is "
            "always in the same group."
        ),
    ),
    example="""\
nodes:
  ab:
    type: split
    sticky: customer
    experiment: greeting
    branches:
      - {id: short, weight: 50, next: short}
      - {id: long, weight: 50, next: long}
  short:
    type: message
    text: {ru: Привет!, en: Hi!}
    next: done
  long:
    type: message
    text: {ru: Здравствуйте! Рады вам., en: Hello! Glad to see you.}
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "branches": Both("ветви", "the branches"),
        "branches.id": Both("имя ветви", "the name of the branch"),
        "branches.weight": Both("доля", "its share"),
        "branches.next": Both("узел ветви", "the node of the branch"),
        "sticky": Both(
            "что помнит выбор: клиент, разговор или запуск",
            "what keeps its branch: customer, conversation or run",
        ),
        "experiment": Both("имя эксперимента для отчётов", "the name of the experiment for reports"),
    },
)
