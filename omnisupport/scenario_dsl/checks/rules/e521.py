"""A message after the window has closed.

WhatsApp, Instagram and Messenger let a company write freely only for 24 hours after the customer's
last message. On some way more time may have passed here, and the message would be refused.

Wrong:

```yaml
channels: [widget, whatsapp]
start: first
nodes:
  first:
    type: message
    text: {ru: Спасибо!, en: Thank you!}
    next: pause
  pause: {type: wait, for: 24h, next: again, exits: {message: bye}}
  again:
    type: message
    text: {ru: Всё ли решилось?, en: Is it solved?}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
channels: [widget, whatsapp]
start: first
nodes:
  first:
    type: message
    text: {ru: Спасибо!, en: Thank you!}
    next: pause
  pause: {type: wait, for: 24h, next: again, exits: {message: bye}}
  again:
    type: message
    text: {ru: Всё ли решилось?, en: Is it solved?}
    variants:
      whatsapp: {template: {name: followup, language: ru}}
    next: bye
  bye: {type: end, outcome: done}
```

Give a template as a variant for the channel, connect `window_closed`, or wait less.
"""

from __future__ import annotations

from typing import Any

from omnisupport.domain.capabilities import capabilities
from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.elapsed import elapsed, way_to
from omnisupport.scenario_dsl.nodes.message import pause_of
from omnisupport.scenario_dsl.sentence import Entry

RU = """Сообщение после закрытия окна.

WhatsApp, Instagram и Messenger разрешают компании свободно писать только 24 часа после последнего
сообщения клиента. На каком-то пути здесь могло пройти больше, и сообщение не приняли бы.

Дайте шаблон как вариант для канала, соедините `window_closed` или ждите меньше.
"""

ENTRIES = {
    "E521": Entry(
        "к '{id}' может пройти больше {hours} ч после слов клиента ({path}), {channel} уже не примет сообщение",
        "'{id}' may come more than {hours} h after the customer's words ({path}), {channel} refuses it then",
        "дайте шаблон: variants.{channel}.template",
        "give a template: variants.{channel}.template",
    ),
    "E521.way": Entry(
        "'{id}' может писать, когда окно канала уже закрыто: {path}",
        "'{id}' may write when the channel's window has closed: {path}",
        "дайте шаблон: variants, template",
        "give a template: variants, template",
    ),
}

_HOUR_S = 3_600
_SHOWN = 6


def check(document: Analysis) -> None:
    """E521 at each message, question or reminder that may come too late."""
    windows = {
        channel: hours * _HOUR_S
        for channel in document.header.channels
        if (hours := capabilities(channel).window_hours) is not None
    }
    if not windows or document.has_broken_edges:
        return
    found = elapsed(document)
    for node in document.nodes.values():
        if node.id not in found or not _writes(node):
            continue
        latest = found[node.id][0] + _later(node)
        for channel, window in windows.items():
            if latest >= window and not is_prepared(node, channel):
                way = way_to(found, node.id)
                path = ("… -> " if len(way) > _SHOWN else "") + " -> ".join(way[-_SHOWN:])
                words: dict[str, Any] = {
                    "id": node.id,
                    "hours": window // _HOUR_S,
                    "path": path,
                    "channel": channel,
                }
                document.report.add("E521", node.tree, node=node.id, **words)
                break


def _writes(node: Node) -> bool:
    return node.type.sends and "to" not in node.values


def _later(node: Node) -> int:
    """How long after it was entered the node writes last: a late message, a reminder before the timeout."""
    if node.type.name == "message":
        return pause_of(node.values)
    limit = node.values.get("timeout")
    times = [item.get("after", 0) for item in node.values.get("reminders", ())]
    return max((after for after in times if limit is None or after < limit), default=0)


def is_prepared(node: Node, channel: str) -> bool:
    """Whether the channel gets a template, or the run has a way for a closed window."""
    variants = node.values.get("variants")
    variant = variants.get(channel) if isinstance(variants, dict) else None
    parts = variant if isinstance(variant, list) else [variant]
    has_template = any(isinstance(part, dict) and "template" in part for part in parts)
    return has_template or node.exit("window_closed") is not None
