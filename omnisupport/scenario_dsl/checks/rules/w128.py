"""A case that an earlier one takes.

Whenever this case is true an earlier case is true as well, so this one is never taken: its customers
get the answer of the earlier one.

Wrong:

```yaml
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "run.steps > 5", next: many}
      - {when: "run.steps > 50", next: some}
    else: bye
  many: {type: tag, add: [many], next: bye}
  some: {type: tag, add: [some], next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "run.steps > 50", next: many}
      - {when: "run.steps > 5", next: some}
    else: bye
  many: {type: tag, add: [many], next: bye}
  some: {type: tag, add: [some], next: bye}
  bye: {type: end, outcome: done}
```

Put the narrower case first.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Случай перекрыт предыдущим.

Всегда, когда верен этот случай, верен и более ранний, поэтому до него не доходит: клиенты получают
ответ раннего.

Поставьте более узкий случай раньше.
"""

ENTRIES = {
    "W128": Entry(
        "случай '{case}' никогда не наступит: раньше сработает '{first}'",
        "case '{case}' is never taken: '{first}' takes it before",
        "поменяйте порядок случаев",
        "change the order of the cases",
    ),
}
