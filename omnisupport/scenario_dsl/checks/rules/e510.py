"""A text that the channel cuts or refuses.

The text is longer than the channel allows, counted as the channel counts. The provider would refuse the
message and the customer would get nothing.

Split the text, or write a shorter one for this channel.
"""

from __future__ import annotations

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
