"""A template with another number of values.

The approved template has a fixed number of places for values, and here another number is given. The
provider would refuse the message.

Wrong:

```yaml
channels: [whatsapp]
start: first
nodes:
  first:
    type: message
    text: {ru: Всё ли решилось?, en: Is it solved?}
    variants:
      whatsapp: {template: {name: followup, language: ru, params: ["=tenant.name"]}}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
channels: [whatsapp]
start: first
nodes:
  first:
    type: message
    text: {ru: Всё ли решилось?, en: Is it solved?}
    variants:
      whatsapp: {template: {name: followup, language: ru, params: []}}
    next: bye
  bye: {type: end, outcome: done}
```

Give as many values as the template has places.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.templates import templates_of
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.resources import Resources
from omnisupport.scenario_dsl.sentence import Entry

RU = """У шаблона другое число значений.

У одобренного шаблона известное число мест для значений, а здесь дано другое. Провайдер не примет
сообщение.

Дайте столько значений, сколько мест в шаблоне.
"""

ENTRIES = {
    "E523": Entry(
        "шаблону '{name}' нужно значений: {wanted}, а дано {given}",
        "template '{name}' wants {wanted} values, {given} given",
        "дайте params из {wanted}",
        "give params of {wanted}",
    ),
}


def check_with(document: Analysis, resources: Resources, report: Report) -> None:
    """E523 for templates that the channel has."""
    for use in templates_of(document):
        known = resources.templates.get(use.channel, {}).get(use.name)
        if known is not None and use.params != known.params:
            words: dict[str, Any] = {"name": use.name, "wanted": known.params, "given": use.params}
            at = use.trees.get("params") or use.tree
            report.add("E523", at, node=use.node, field=use.field, **words)
