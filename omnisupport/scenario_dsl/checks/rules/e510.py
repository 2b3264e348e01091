"""A text that the channel cuts or refuses.

The text is longer than the channel allows, counted as the channel counts. The provider would refuse the
message and the customer would get nothing.

Split the text, or write a shorter one for this channel.
"""

from __future__ import annotations

from typing import Any

from omnisupport.domain.capabilities import capabilities
from omnisupport.scenario_dsl.analysis import Analysis, Node
from omnisupport.scenario_dsl.checks.shown import Shown, longest, shown_by
from omnisupport.scenario_dsl.sentence import Entry

RU = """Текст, который канал обрежет или не примет.

Текст длиннее, чем разрешает канал по своему счёту. Провайдер отказал бы, и клиент не получил бы ничего.

Разделите текст или напишите для этого канала короче.
"""

ENTRIES = {
    "E510": Entry(
        "текст длиннее {limit} символов ({size}), предел канала {channel}",
        "the text is {size} characters long, {channel} allows {limit}",
        "разделите текст",
        "split the text",
    ),
}

# The most that one character counts, in any unit.
_BYTES = 4


def check(document: Analysis) -> None:
    """E510, placeholders at their longest; for each text the channel that allows least."""
    for node in document.nodes.values():
        if node.uses.texts:
            for shown in shown_by(document, node):
                _check(document, node, shown)


def _smallest(channel: str) -> int | None:
    facts = capabilities(channel)
    return facts.text if facts.text_with_buttons is None else facts.text_with_buttons


def _check(document: Analysis, node: Node, shown: Shown) -> None:
    text = shown.text
    if text is None:
        return
    limits = [limit for channel in shown.channels if (limit := _smallest(channel)) is not None]
    for locale, segments in text.locales.items():
        said = longest(segments, document, node)
        if not limits or len(said) * _BYTES <= min(limits):
            continue
        over = [
            (limit, size, channel)
            for channel in shown.channels
            if (found := capabilities(channel).too_long(said, with_buttons=bool(shown.choices))) is not None
            for size, limit in (found,)
        ]
        if over:
            limit, size, channel = min(over)
            words: dict[str, Any] = {"limit": limit, "size": size, "channel": channel}
            document.report.add("E510", text.trees[locale], node=node.id, field=text.field, **words)
