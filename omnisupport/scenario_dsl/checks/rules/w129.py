"""A condition that is always the same.

The condition is true or false whatever the values are, so it decides nothing.

Wrong:

```yaml
start: first
nodes:
  first:
    type: condition
    cases:
      - {when: "run.steps > 50 && run.steps < 50", next: many}
      - {when: "run.steps > 5", next: some}
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
      - {when: "run.steps > 50 && run.steps < 90", next: many}
      - {when: "run.steps > 5", next: some}
    else: bye
  many: {type: tag, add: [many], next: bye}
  some: {type: tag, add: [some], next: bye}
  bye: {type: end, outcome: done}
```

Correct it, or delete it.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Условие всегда одинаково.

Условие истинно или ложно при любых значениях, то есть ничего не решает.

Исправьте его или удалите.
"""

ENTRIES = {
    "W129": Entry(
        "условие всегда {value}",
        "the condition is always {value}",
        "исправьте его или удалите",
        "correct it or delete it",
    ),
}
