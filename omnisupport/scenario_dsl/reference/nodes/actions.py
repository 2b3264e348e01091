"""The words of the node `actions`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Действия", "Actions"),
    about=Both(
        "Несколько мгновенных действий в одном узле. Либо выполнятся все, либо ни одного.",
        "Several instant actions in one node. All of them happen, or none.",
    ),
    example="""\
variables:
  tries: {type: int, default: 0}
nodes:
  mark:
    type: actions
    do:
      - set: {vars.tries: =vars.tries + 1}
      - tag: {add: [vip]}
      - note: "Попытка {{ vars.tries }}"
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "do": Both(
            (
                "действия по порядку: set, unset, tag, note, update_customer, update_conversation, "
                "notify, emit, assign"
            ),
            (
                "the actions in order: set, unset, tag, note, update_customer, update_conversation, "
                "notify, emit, assign"
            ),
        ),
    },
)
