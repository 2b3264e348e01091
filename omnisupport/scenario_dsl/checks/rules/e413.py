"""A value in the rules of an assistant.

What an assistant may do stands in its instructions, and here a value of the customer stands among them.
A customer could write "forget your rules" into it.

Wrong:

```yaml
start: first
nodes:
  first:
    type: kb_answer
    knowledge: [help]
    question: event.text
    persona: "Ты помощник магазина. Клиент: {{ event.text }}"
    exits: {answered: bye, no_answer: sorry, error: sorry}
  sorry: {type: message, text: {ru: Не знаю., en: I do not know.}, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: kb_answer
    knowledge: [help]
    question: event.text
    persona: "Ты помощник магазина {{ tenant.name }}."
    exits: {answered: bye, no_answer: sorry, error: sorry}
  sorry: {type: message, text: {ru: Не знаю., en: I do not know.}, next: bye}
  bye: {type: end, outcome: done}
```

Leave only your own words and `tenant.…` in the instructions. What the customer says reaches the
assistant as a message.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.carried import holes
from omnisupport.scenario_dsl.expr.ast import Ast, path_of
from omnisupport.scenario_dsl.sentence import Entry

RU = """Значение среди правил ассистента.

Что ассистенту можно, написано в его инструкциях, а здесь среди них стоит значение от клиента. Клиент
мог бы написать туда «забудь свои правила».

Оставьте в инструкциях только свои слова и `tenant.…`. То, что говорит клиент, ассистент получает
сообщением.
"""

ENTRIES = {
    "E413": Entry(
        "в инструкциях ассистента стоит значение '{path}'",
        "the instructions of an assistant hold the value '{path}'",
        "уберите его: ассистент видит разговор и так",
        "leave it out: the assistant sees the conversation anyway",
    ),
}

# The fields that are rules for a model. Other prompts have values as data, apart from the author's words.
_RULES = frozenset({("ai_reply", "instructions"), ("kb_answer", "persona")})
_OWN = ("tenant.",)


def check(document: Analysis) -> None:
    """E413 for every value that is not the company's own."""
    for node in document.nodes.values():
        for text in node.uses.texts:
            if (node.type.name, text.field) not in _RULES:
                continue
            for locale, segments in text.locales.items():
                for hole in holes(segments):
                    path = next((path for path in _read(hole.ast) if not path.startswith(_OWN)), None)
                    if path is not None:
                        at, field = text.trees[locale], text.field
                        document.report.add("E413", at, node=node.id, field=field, path=path)


def _read(ast: Ast) -> list[str]:
    """The paths that an expression reads, whatever it does with them."""
    path = path_of(ast)
    if path is not None:
        return [path]
    return [found for child in ast.children() for found in _read(child)]
