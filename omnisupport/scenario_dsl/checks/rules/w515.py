"""Buttons become numbers.

A channel of the scenario has no buttons for these questions, or not so many. There they go out as
numbered lines, and the customer types a number.

Wrong:

```yaml
channels: [widget, sms]
start: first
nodes:
  first:
    type: menu
    text: {ru: Чай или кофе?, en: Tea or coffee?}
    options:
      - {id: a, label: {ru: Чай, en: Tea}, next: bye}
      - {id: b, label: {ru: Кофе, en: Coffee}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
channels: [widget, sms]
start: first
nodes:
  first:
    type: menu
    text: {ru: Чай или кофе?, en: Tea or coffee?}
    layout: numbered
    options:
      - {id: a, label: {ru: Чай, en: Tea}, next: bye}
      - {id: b, label: {ru: Кофе, en: Coffee}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Look at the texts once with numbers in mind, and say `layout: numbered` where that is meant.
"""

from __future__ import annotations

from omnisupport.domain.capabilities import capabilities
from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.shown import channel_tree, shown_by
from omnisupport.scenario_dsl.sentence import Entry

RU = """Кнопки станут номерами.

У одного из каналов сценария для этих вопросов нет кнопок или их столько не бывает. Там варианты уйдут
пронумерованными строками, и клиент напишет номер.

Перечитайте тексты с номерами и скажите `layout: numbered`, если так и задумано.
"""

ENTRIES = {
    "W515": Entry(
        "на канале {channel} кнопки станут номерами: {nodes}",
        "on {channel} buttons become numbers: {nodes}",
        "проверьте эти тексты",
        "look at these texts",
    ),
}

_NAMED = 3


def check(document: Analysis) -> None:
    """W515 once for each channel, with the first questions."""
    numbered: dict[str, list[str]] = {}
    for node in document.nodes.values():
        if not node.type.waits or node.values.get("layout") in ("numbered", "buttons", "list"):
            continue
        for channel in _numbered(document, node):
            numbered.setdefault(channel, []).append(node.id)
    for channel, nodes in numbered.items():
        named = ", ".join(nodes[:_NAMED]) + ("…" if len(nodes) > _NAMED else "")
        at = channel_tree(document, channel)
        document.report.add("W515", at, field="channels", channel=channel, nodes=named)


def _numbered(document: Analysis, node: Node) -> list[str]:
    return [
        channel
        for shown in shown_by(document, node)
        if shown.choices
        for channel in shown.channels
        if capabilities(channel).layout(len(shown.choices)) == "numbered"
    ]
