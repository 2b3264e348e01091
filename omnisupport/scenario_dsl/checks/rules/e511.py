"""A button label that the channel refuses.

The label is longer than the channel allows for so many choices. Some channels refuse the whole message
for one long label, and the customer gets nothing.

Wrong:

```yaml
channels: [widget, whatsapp]
start: first
nodes:
  first:
    type: menu
    text: {ru: Что вас интересует?, en: What are you interested in?}
    options:
      - {id: demo, label: {ru: Хочу персональную демонстрацию, en: A demo}, next: bye}
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
    options:
      - {id: demo, label: {ru: Демонстрация, en: A demo}, next: bye}
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Write a shorter label; the rest belongs into the text.
"""

from __future__ import annotations

from typing import Any

from omnisupport.domain.capabilities import Capabilities, capabilities, measure
from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.shown import longest, shown_by
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.uses import Text

RU = """Подпись кнопки, которую канал не примет.

Подпись длиннее, чем канал разрешает при таком числе вариантов. Некоторые каналы из-за одной длинной
подписи отказывают всему сообщению, и клиент не получает ничего.

Сократите подпись, остальное напишите в тексте.
"""

ENTRIES = {
    "E511": Entry(
        "подпись кнопки '{label}' занимает {size} символов, {channel} разрешает {limit}",
        "button label '{label}' is {size} characters; {channel} allows {limit}",
        "сократите подпись",
        "shorten the label",
    ),
}


def check(document: Analysis) -> None:
    """E511, for the channel that allows least."""
    for node in document.nodes.values():
        if not (node.type.sends and node.uses.texts):
            continue
        for shown in shown_by(document, node):
            facts = [capabilities(channel) for channel in shown.channels]
            limits = [(item.label_limit(len(shown.choices)), item) for item in facts]
            for label in shown.choices:
                _check(document, node, label, limits)
            for label in shown.links:
                _check(document, node, label, [(item.links.label, item) for item in facts])


def _check(
    document: Analysis, node: Node, label: Text, limits: list[tuple[int | None, Capabilities]]
) -> None:
    known = [(limit, item) for limit, item in limits if limit is not None]
    if not known:
        return
    limit, facts = min(known, key=lambda pair: pair[0])
    for locale, segments in label.locales.items():
        said = longest(segments, document, node)
        size = measure(said, facts.unit)
        if size > limit:
            words: dict[str, Any] = {"label": said, "size": size, "channel": facts.channel, "limit": limit}
            document.report.add("E511", label.trees[locale], node=node.id, field=label.field, **words)
            return
