"""A message before the customer agreed.

An outbound scenario writes first. Here it writes on a way on which nobody has asked whether the
customer agreed to it. Such messages are unlawful in most countries, and channels block the sender.

Wrong:

```yaml
kind: outbound
start: news
nodes:
  news:
    type: message
    text: {ru: У нас новый чай., en: We have a new tea.}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
kind: outbound
start: agreed
nodes:
  agreed:
    type: condition
    cases:
      - {when: "has(customer.consents.marketing) && customer.consents.marketing == 'granted'", next: news}
    else: bye
  news:
    type: message
    text: {ru: У нас новый чай., en: We have a new tea.}
    next: bye
  bye: {type: end, outcome: done}
```

Compare `customer.consents` with `granted` in a `condition` before the first message, or in `when` of every trigger.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.consent import unasked
from omnisupport.scenario_dsl.sentence import Entry

RU = """Сообщение до согласия клиента.

Исходящий сценарий пишет первым. Здесь он пишет на пути, где никто не проверил согласие клиента. Такие
сообщения незаконны почти везде, а каналы блокируют отправителя.

Сравните `customer.consents` с `granted` в `condition` до первого сообщения или в `when` каждого триггера.
"""

ENTRIES = {
    "E150": Entry(
        "'{id}' пишет клиенту, хотя согласие не проверено: {path}",
        "'{id}' writes to the customer before consent is checked: {path}",
        "проверьте customer.consents в condition",
        "check customer.consents in a condition",
    ),
    "E150.way": Entry(
        "'{id}' может написать клиенту до его согласия: {path}",
        "'{id}' may write to the customer before consent: {path}",
        "проверьте customer.consents на этом пути",
        "check customer.consents on this way",
    ),
}


def check(document: Analysis) -> None:
    """E150 at each message that can be the first one."""
    if document.has_broken_edges or document.has_unread_nodes:
        return
    for node_id, way in unasked(document).items():
        node = document.nodes[node_id]
        document.report.add("E150", node.tree, node=node_id, id=node_id, path=" -> ".join(way))
