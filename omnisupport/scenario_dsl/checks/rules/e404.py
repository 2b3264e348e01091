"""Personal data without a time to forget.

The company's policy wants every variable with personal data to say how long it is kept. Without it
nobody knows when it may be deleted.

Wrong:

```yaml
variables:
  phone: {type: phone, default: "", pii: phone}
start: first
nodes:
  first:
    type: message
    text: {ru: "Номер {{ vars.phone }}", en: "Number {{ vars.phone }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  phone: {type: phone, default: "", pii: phone, retention: 30d}
start: first
nodes:
  first:
    type: message
    text: {ru: "Номер {{ vars.phone }}", en: "Number {{ vars.phone }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Add `retention`, for example `30d`.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.resources import Resources
from omnisupport.scenario_dsl.sentence import Entry

RU = """Личные данные без срока хранения.

Правила компании требуют, чтобы у каждой переменной с личными данными был срок хранения. Без него
неизвестно, когда их удалять.

Добавьте `retention`, например `30d`.
"""

ENTRIES = {
    "E404": Entry(
        "у личных данных '{name}' ({kind}) нет срока хранения",
        "personal data '{name}' ({kind}) do not say how long they are kept",
        "добавьте retention: 30d",
        "add retention: 30d",
    ),
}


def check_with(document: Analysis, resources: Resources, report: Report) -> None:
    """E404 where the tenant's policy asks for it."""
    if resources.privacy is None or not resources.privacy.needs_retention:
        return
    for flow in (document.flow, *document.flows):
        for variable in document.variables_of(flow).values():
            if variable.pii and variable.retention is None:
                words: dict[str, Any] = {"name": variable.name, "kind": variable.pii}
                report.add("E404", variable.tree, field=f"variables.{variable.name}", **words)
