"""The words of the node `business_hours`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Рабочее время", "Business hours"),
    about=Both(
        "Узнаёт, открыто ли сейчас. Когда откроется, потом читают из `calendar`.",
        "Asks whether it is open now. When it opens next is then read from `calendar`.",
    ),
    example="""\
nodes:
  hours:
    type: business_hours
    calendar: support
    exits: {open: people, closed: closed}
  closed:
    type: message
    text: {ru: Мы ответим утром., en: We will answer in the morning.}
    next: done
  done: {type: end, outcome: closed}
""",
    fields={
        "calendar": Both(
            "календарь; без него календарь отдела по умолчанию",
            "the calendar; without it that of the default department",
        ),
        "at": Both("момент, о котором вопрос", "the moment that is asked about"),
        "save_to": Both("переменная для момента открытия", "the variable for the moment of opening"),
    },
    exits={
        "open": Both("открыто", "it is open"),
        "closed": Both("закрыто", "it is closed"),
    },
)
