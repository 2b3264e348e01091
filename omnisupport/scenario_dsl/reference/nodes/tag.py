"""The words of the node `tag`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Теги", "Tags"),
    about=Both("Ставит и снимает теги разговора.", "Adds tags to the conversation and takes them away."),
    example="""\
nodes:
  mark: {type: tag, add: [urgent], remove: [waiting], next: done}
  done: {type: end, outcome: done}
""",
    fields={
        "add": Both("какие поставить", "which to add"),
        "remove": Both("какие снять", "which to take away"),
    },
)
