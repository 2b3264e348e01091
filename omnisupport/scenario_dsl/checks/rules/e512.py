"""More buttons than the channel shows.

The scenario wants buttons or nothing, and there are more of them than the channel can show. The message
would be refused there.

Wrong:

```yaml
channels: [widget, whatsapp]
start: first
nodes:
  first:
    type: menu
    text: {ru: Что вас интересует?, en: What are you interested in?}
    layout: buttons
    options:
      - {id: a, label: {ru: Чай, en: Tea}, next: bye}
      - {id: b, label: {ru: Кофе, en: Coffee}, next: bye}
      - {id: c, label: {ru: Какао, en: Cocoa}, next: bye}
      - {id: d, label: {ru: Вода, en: Water}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
channels: [widget, whatsapp]
start: first
nodes:
  first:
    type: menu
    text: {ru: Что вас интересует?, en: What are you interested in?}
    layout: buttons
    options:
      - {id: a, label: {ru: Чай, en: Tea}, next: bye}
      - {id: b, label: {ru: Кофе, en: Coffee}, next: bye}
      - {id: c, label: {ru: Какао, en: Cocoa}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Offer fewer choices at once, or let the channel show a list or numbers (`fallback: auto`).
"""

from __future__ import annotations

from typing import Any

from omnisupport.domain.capabilities import Capabilities, capabilities
from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.shown import shown_by
from omnisupport.scenario_dsl.sentence import Entry

RU = """Кнопок больше, чем показывает канал.

Сценарий требует именно кнопок, а их больше, чем канал может показать. Сообщение там не приняли бы.

Предложите меньше вариантов сразу или разрешите список или номера (`fallback: auto`).
"""

ENTRIES = {
    "E512": Entry(
        "кнопок {count}, {channel} показывает не больше {limit}",
        "{count} buttons; {channel} shows {limit} at most",
        "уберите лишние или разрешите другой вид: fallback: auto",
        "remove some, or allow another form: fallback: auto",
    ),
}


def check(document: Analysis) -> None:
    """E512 where the author allows no other form; a channel without buttons at all is E501 or W515."""
    for node in document.nodes.values():
        form = _only(node)
        if form is None:
            continue
        for shown in shown_by(document, node):
            for channel in shown.channels:
                facts = capabilities(channel)
                most = _most(facts, form)
                counts = ((len(shown.choices), most), (len(shown.links), facts.links.max))
                for count, limit in counts:
                    if 0 < limit < count:
                        words: dict[str, Any] = {"count": count, "channel": channel, "limit": limit}
                        document.report.add("E512", shown.tree, node=node.id, field=shown.at, **words)


def _only(node: Node) -> str | None:
    """The form that the author insists on."""
    layout = node.values.get("layout")
    if layout in ("buttons", "list"):
        return str(layout)
    return "buttons" if node.values.get("fallback") == "error" else None


def _most(facts: Capabilities, form: str) -> int:
    if form == "list" and facts.list is not None:
        return facts.list.max
    return facts.buttons.max
