"""Personal data go where the policy forbids.

The company's policy says which personal data may not go to language models, other systems or analytics.
Here such data would go there.

Wrong:

```yaml
variables:
  phone: {type: phone, default: "", pii: phone, retention: 30d}
start: first
nodes:
  first:
    type: kb_answer
    knowledge: [help]
    question: "'Что есть по номеру ' + vars.phone"
    exits: {answered: bye, no_answer: sorry, error: sorry}
  sorry: {type: message, text: {ru: Не знаю., en: I do not know.}, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  phone: {type: phone, default: "", pii: phone, retention: 30d}
start: first
nodes:
  first:
    type: kb_answer
    knowledge: [help]
    question: "vars.phone != '' ? 'Что есть по номеру' : 'Что есть'"
    exits: {answered: bye, no_answer: sorry, error: sorry}
  sorry: {type: message, text: {ru: Не знаю., en: I do not know.}, next: bye}
  bye: {type: end, outcome: done}
```

Leave the value out, or show it with `| mask`. Whether the policy is right is for the administrator to
decide.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.sinks import NAMES
from omnisupport.scenario_dsl.checks.taint import PII, taint_of
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.resources import Resources
from omnisupport.scenario_dsl.sentence import Entry

RU = """Личные данные уходят туда, куда правила не разрешают.

Правила компании говорят, какие личные данные нельзя передавать языковым моделям, другим системам и в
аналитику. Здесь такие данные ушли бы туда.

Уберите значение или покажите его с `| mask`. Верны ли правила, решает администратор.
"""

ENTRIES = {
    "E402": Entry(
        "личные данные '{path}' ({kind}) уходят туда, куда правила не разрешают: {sink}",
        "personal data '{path}' ({kind}) go where the policy forbids: {sink}",
        "уберите их или покажите с | mask",
        "leave them out, or show them with | mask",
    ),
}

_PLACES = {"prompt": "model", "request": "http", "url": "http", "event": "analytics"}


def check_with(document: Analysis, resources: Resources, report: Report) -> None:
    """E402 against the tenant's policy."""
    policy = resources.privacy
    if policy is None:
        return
    taint = taint_of(document)
    for reading in taint.readings:
        forbidden = policy.forbidden.get(_PLACES.get(reading.sink, ""), frozenset())
        for path in sorted(reading.paths) if forbidden else ():
            labels = taint.of(reading.node.flow, [path])
            kinds = sorted(forbidden & {label.removeprefix(PII) for label in labels if label.startswith(PII)})
            if kinds:
                words: dict[str, Any] = {"path": path, "kind": ", ".join(kinds), "sink": NAMES[reading.sink]}
                report.add("E402", reading.tree, node=reading.node.id, field=reading.field, **words)
