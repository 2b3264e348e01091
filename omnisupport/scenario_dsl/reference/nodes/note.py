"""The words of the node `note`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Заметка", "Note"),
    about=Both(
        "Пишет внутреннюю заметку: операторы видят, клиент нет.",
        "Writes an internal note: operators see it, the customer does not.",
    ),
    example="""\
nodes:
  tell:
    type: note
    text: Клиент ждёт звонка.
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "text": Both("текст заметки", "the text of the note"),
        "mention": Both("кого упомянуть", "who is mentioned"),
    },
)
