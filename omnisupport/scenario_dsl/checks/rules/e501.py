"""A part that the channel cannot show.

The scenario says `fallback: error`, so that nothing is shown in another form, and one of its channels
has no form for this part. The message would not go out there.

Wrong:

```yaml
channels: [widget, sms]
start: first
nodes:
  first:
    type: message
    fallback: error
    content:
      - text: {ru: Наш сайт., en: Our site.}
        buttons:
          - {id: go, label: {ru: Открыть, en: Open}, url: "https://example.com/"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
channels: [widget, sms]
start: first
nodes:
  first:
    type: message
    fallback: auto
    content:
      - text: {ru: Наш сайт., en: Our site.}
        buttons:
          - {id: go, label: {ru: Открыть, en: Open}, url: "https://example.com/"}
    next: bye
  bye: {type: end, outcome: done}
```

Give a variant for the channel, another `fallback`, or take the channel out of `channels`.
"""

from __future__ import annotations

from typing import Any

from omnisupport.domain.capabilities import capabilities
from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.shown import shown_by
from omnisupport.scenario_dsl.sentence import Entry

RU = """Канал не умеет показать часть сообщения.

Сценарий говорит `fallback: error`: ничего не показывать в другом виде, а у одного из каналов для этой
части вида нет. Там сообщение не ушло бы.

Дайте вариант для канала, другой `fallback` или уберите канал из `channels`.
"""

ENTRIES = {
    "E501": Entry(
        "{channel} не показывает '{part}', а fallback: error не разрешает другой вид",
        "{channel} does not show '{part}', and fallback: error allows no other form",
        "дайте вариант: variants.{channel}",
        "give a variant: variants.{channel}",
    ),
}


def check(document: Analysis) -> None:
    """E501 for parts and choices."""
    for node in document.nodes.values():
        if node.values.get("fallback") != "error":
            continue
        for shown in shown_by(document, node):
            parts = [*shown.parts, *(["buttons"] if shown.links or shown.choices else [])]
            for channel in shown.channels:
                for part in parts:
                    if part not in capabilities(channel).parts:
                        words: dict[str, Any] = {"channel": channel, "part": part}
                        document.report.add("E501", shown.tree, node=node.id, field=shown.at, **words)
