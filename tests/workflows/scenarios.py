"""Small scenarios, one for each thing that a conversation can wait for."""

from __future__ import annotations

HEAD = """
omni: scenario/v1
id: {id}
kind: dialog
name: {{ru: {id}, en: {id}}}
channels: [widget]
locale: {{default: ru, supported: [ru, en]}}
timezone: Europe/Moscow
"""


def scenario(id: str, body: str) -> str:
    """A document with the usual head."""
    return HEAD.format(id=id) + body


PARROT = scenario(
    "parrot",
    """
triggers:
  - {id: any, type: message, match: any}
on_error: {next: listen}
start: say
nodes:
  say: {type: message, content: [{text: {ru: "эхо: {{ event.text }}", en: "echo: {{ event.text }}"}}], next: listen}
  listen:
    type: ask
    text: {ru: "что ещё?", en: "what else?"}
    input: {kind: text}
    timeout: 24h
    next: say
    exits: {timeout: done, invalid: say}
  done: {type: end, outcome: quiet}
""",
)
"""Answers first and asks then, so that a question asked again does not look like an answer given twice."""

MENU = scenario(
    "menu",
    """
triggers:
  - {id: any, type: message, match: any}
start: hello
nodes:
  hello: {type: message, content: [{text: {ru: Здравствуйте, en: Hello}}], next: choose}
  choose:
    type: menu
    text: {ru: Что показать?, en: What shall I show?}
    options:
      - {id: tea, label: {ru: Чай, en: Tea}, next: tea}
      - {id: mugs, label: {ru: Кружки, en: Mugs}, next: mugs}
    timeout: 24h
    exits: {timeout: bye, invalid: bye}
  tea: {type: message, content: [{text: {ru: "вот чай", en: "here is tea"}}], next: choose}
  mugs: {type: message, content: [{text: {ru: "вот кружки", en: "here are mugs"}}], next: choose}
  bye: {type: end, outcome: quiet}
""",
)

FORM = scenario(
    "form",
    """
variables:
  age: {type: int}
  mail: {type: email}
triggers:
  - {id: any, type: message, match: any}
start: ask_age
nodes:
  ask_age:
    type: ask
    text: {ru: "сколько лет?", en: "how old?"}
    input: {kind: int, min: 1, max: 120}
    save_to: vars.age
    retry: {max: 2, text: {ru: "нужно число", en: "a number, please"}}
    timeout: 24h
    next: ask_mail
    exits: {invalid: give_up, timeout: give_up}
  ask_mail:
    type: ask
    text: {ru: "почта?", en: "e-mail?"}
    input: {kind: email}
    save_to: vars.mail
    timeout: 24h
    next: thanks
    exits: {invalid: give_up, timeout: give_up}
  thanks:
    type: message
    content: [{text: {ru: "записал: {{ vars.age }}, {{ vars.mail }}", en: "noted: {{ vars.age }}, {{ vars.mail }}"}}]
    next: done
  give_up: {type: message, content: [{text: {ru: "не вышло", en: "no luck"}}], next: done}
  done: {type: end, outcome: asked}
""",
)

REMIND = scenario(
    "remind",
    """
triggers:
  - {id: any, type: message, match: any}
start: ask
nodes:
  ask:
    type: ask
    text: {ru: "вы ещё здесь?", en: "still there?"}
    input: {kind: text}
    reminders: [{after: 10m, text: {ru: "напоминаю", en: "a reminder"}}]
    timeout: 1h
    next: thanks
    exits: {timeout: late}
  thanks: {type: message, content: [{text: {ru: "спасибо", en: "thanks"}}], next: ask}
  late: {type: message, content: [{text: {ru: "закрываю", en: "closing"}}], next: done}
  done: {type: close, resolution: abandoned, next: over}
  over: {type: end, outcome: abandoned}
""",
)

PEOPLE = scenario(
    "people",
    """
triggers:
  - {id: any, type: message, match: any}
start: say
nodes:
  say: {type: message, content: [{text: {ru: "зову человека", en: "calling a person"}}], next: give}
  give:
    type: handoff
    target: {department: support}
    wait_for: closed
    queue_timeout: 2h
    exits: {closed: after, queue_timeout: alone}
  after:
    type: message
    content:
      - text:
          ru: "итог: {{ event.resolution | default('нет') }}"
          en: "result: {{ event.resolution | default('none') }}"
    next: done
  alone: {type: message, content: [{text: {ru: "никто не пришёл", en: "nobody came"}}], next: done}
  done: {type: end, outcome: helped}
""",
)

QUEUED = PEOPLE.replace("    queue_timeout: 2h\n", "    queue_timeout: 2h\n    position_messages: true\n")

ORDER = scenario(
    "order",
    """
variables:
  order: {type: object, fields: {status: {type: string}}}
triggers:
  - {id: any, type: message, match: any}
start: say
nodes:
  say: {type: message, content: [{text: {ru: "ищу", en: "looking"}}], next: look}
  look:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/1"}
    response: {save_to: vars.order}
    next: tell
    exits: {"404": none, error: none, timeout: none}
  tell:
    type: message
    content: [{text: {ru: "заказ: {{ vars.order.status }}", en: "order: {{ vars.order.status }}"}}]
    next: more
  none: {type: message, content: [{text: {ru: "не нашёл", en: "not found"}}], next: more}
  more:
    type: ask
    text: {ru: "что ещё?", en: "what else?"}
    input: {kind: text}
    timeout: 24h
    next: say
    exits: {timeout: done}
  done: {type: end, outcome: quiet}
""",
)

PAUSE = scenario(
    "pause",
    """
triggers:
  - {id: word, type: keyword, any: [пауза, pause]}
start: wait
nodes:
  wait: {type: wait, for: 2s, on_message: queue, next: say}
  say: {type: message, content: [{text: {ru: "пауза кончилась", en: "the pause is over"}}], next: done}
  done: {type: end, outcome: waited}
""",
)

LATE = scenario(
    "late",
    """
triggers:
  - {id: any, type: message, match: any}
variables:
  said: {type: string, default: ""}
start: soon
nodes:
  soon: {type: message, text: сейчас посмотрю, next: found}
  found: {type: message, text: нашёл, typing: true, next: ask}
  ask:
    type: ask
    text: помогло?
    input: {kind: text}
    save_to: vars.said
    timeout: 1h
    next: bye
    exits: {timeout: done, invalid: done}
  bye: {type: message, text: "ответ: {{ vars.said }}", next: done}
  done: {type: end, outcome: helped}
""",
)

GREETING = scenario(
    "greeting",
    """
triggers:
  - {id: opened, type: event, event: widget.opened}
start: choose
nodes:
  choose:
    type: menu
    text: {ru: "Чем помочь?", en: "How can I help?"}
    options:
      - {id: tea, label: {ru: Чай, en: Tea}, next: tea}
      - {id: bye, label: {ru: Ничем, en: Nothing}, next: done}
    timeout: 24h
    exits: {timeout: done, invalid: done}
  tea: {type: message, content: [{text: {ru: "вот чай", en: "here is tea"}}], next: done}
  done: {type: end, outcome: greeted}
""",
)

LEAD = scenario(
    "lead",
    """
variables:
  phone: {type: phone}
triggers:
  - {id: any, type: message, match: any}
start: hours
nodes:
  hours:
    type: business_hours
    calendar: support
    exits: {open: ask, closed: ask}
  ask:
    type: ask
    text: {ru: "ваш телефон?", en: "your phone?"}
    input: {kind: phone}
    save_to: vars.phone
    timeout: 24h
    next: tag
    exits: {invalid: done, timeout: done}
  tag: {type: tag, add: [lead], next: note}
  note: {type: note, text: "телефон: {{ vars.phone }}", next: thanks}
  thanks: {type: message, content: [{text: {ru: "перезвоним", en: "we will call"}}], next: done}
  done: {type: end, outcome: lead}
""",
)

BROKEN = scenario(
    "broken",
    """
variables:
  zero: {type: int, default: 0}
  share: {type: int}
triggers:
  - {id: any, type: message, match: any}
start: divide
nodes:
  divide: {type: set, assign: {vars.share: "=100 % vars.zero"}, next: tell}
  tell:
    type: message
    content: [{text: {ru: "доля: {{ vars.share }}", en: "share: {{ vars.share }}"}}]
    next: done
  done: {type: end, outcome: quiet}
""",
)
"""Fails without an error path: apology, note and handoff come from the product itself."""

HOURS = scenario(
    "hours",
    """
triggers:
  - {id: any, type: message, match: any}
start: hours
nodes:
  hours:
    type: business_hours
    calendar: nowhere
    exits: {open: come, closed: come, error: sorry}
  come: {type: message, content: [{text: {ru: "заходите", en: "come in"}}], next: done}
  sorry: {type: message, content: [{text: {ru: "часов не знаю", en: "hours unknown"}}], next: done}
  done: {type: end, outcome: told}
""",
)
"""Asks for a calendar that the tenant no longer has."""

SILENT = scenario(
    "silent",
    """
triggers:
  - {id: any, type: message, match: any}
start: mark
nodes:
  mark: {type: tag, add: [seen], next: name}
  name:
    type: ask
    text: {ru: Имя?, en: Name?}
    input: {kind: text}
    prefill: "'x'"
    timeout: 1h
    next: done
    exits: {timeout: done}
  done: {type: end, outcome: quiet%s}
""",
)
"""Takes every message and says nothing: it knows the answer to its only question."""
