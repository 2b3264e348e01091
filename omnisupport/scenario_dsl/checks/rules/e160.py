"""Two conversations at once.

`parallel` does several things at the same time. In one chat two questions at once have no meaning:
nobody knows which of them an answer is for.

Wrong:

```yaml
start: first
nodes:
  first: {type: parallel, branches: [hello, news], next: bye}
  hello: {type: message, text: {ru: Привет, en: Hello}, next: bye}
  news: {type: message, text: {ru: Новости, en: News}, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: hello
nodes:
  hello: {type: message, text: {ru: Привет, en: Hello}, next: news}
  news: {type: message, text: {ru: Новости, en: News}, next: bye}
  bye: {type: end, outcome: done}
```

Ask one after the other. Work that needs no customer goes into a background scenario (`start_scenario`).
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Два разговора сразу.

`parallel` делает несколько дел одновременно. В одном чате два вопроса сразу не имеют смысла: непонятно,
на какой из них ответ.

Спрашивайте по очереди. Работу без клиента вынесите в фоновый сценарий (`start_scenario`).
"""

ENTRIES = {
    "E160": Entry(
        "параллельных узлов в этой версии языка нет",
        "this version of the language has no parallel nodes",
        "идите по очереди или начните фоновый сценарий",
        "go one after the other, or start a background scenario",
    ),
}
