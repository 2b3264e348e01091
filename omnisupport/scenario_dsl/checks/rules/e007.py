"""A value of the wrong kind.

A field wants a number, a text, a list or one of some words, and something else stands there. It cannot
be guessed what was meant, so the scenario is not published.

Wrong:

```yaml
kind: dialogue
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
kind: dialog
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Write what the message asks for. A text that looks like a number or like `true` needs quotes.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import COL_EN, COL_RU, Entry

RU = """Значение не того вида.

Поле ждёт число, текст, список или одно из нескольких слов, а написано другое. Угадывать, что имелось в
виду, нельзя, поэтому сценарий не публикуется.

Напишите то, что просит сообщение. Текст, похожий на число или на `true`, берите в кавычки.
"""

ENTRIES = {
    "E007": Entry(
        "{field_name}: здесь нужно {wanted}",
        "{field_name} wants {wanted}",
    ),
    "E007.attribute": Entry(
        "{field_name}: у типа {type} такого свойства нет",
        "{field_name}: type {type} has no such attribute",
        "удалите его или поменяйте тип",
        "delete it or change the type",
    ),
    "E007.bounds": Entry(
        "{low} больше, чем {high}: не подойдёт ни одно значение",
        "{low} is above {high}: no value fits",
        "поменяйте их местами",
        "swap them",
    ),
    "E007.format": Entry(
        "в формате даты буква '{letter}' ничего не значит" + COL_RU,
        "the letter '{letter}' means nothing in a date format" + COL_EN,
        "текст в формате берут в апострофы",
        "put text of a format between apostrophes",
    ),
    "E007.id": Entry(
        "'{name}' не подходит для id сценария",
        "'{name}' cannot be a scenario's id",
        "до 64 латинских букв, цифр и знаков _ . -, сначала буква",
        "use at most 64 Latin letters, digits and _ . -, a letter first",
    ),
    "E007.list": Entry(
        "{field_name}: неизвестное значение '{name}'",
        "{field_name}: unknown value '{name}'",
        "список пишут так: {{type: list, of: {of}}}",
        "a list is written {{type: list, of: {of}}}",
    ),
    "E007.locale": Entry(
        "язык '{name}' не входит в locale.supported",
        "the language '{name}' is not in locale.supported",
        "допустимо: {known}",
        "allowed: {known}",
    ),
    "E007.mode": Entry(
        "здесь подходит только mode: {mode}",
        "only mode: {mode} fits here",
        "run: {{node}} уходит насовсем, run: {{flow}} возвращается",
        "run: {{node}} goes there for good, run: {{flow}} comes back",
    ),
    "E007.name": Entry(
        "'{name}' не подходит для имени переменной",
        "'{name}' cannot be a variable's name",
        "латинские буквы, цифры и _",
        "use Latin letters, digits and _",
    ),
    "E007.node": Entry(
        "в id узла '{name}' есть '/'",
        "the node id '{name}' holds a '/'",
        "назовите его без '/'",
        "name it without '/'",
    ),
    "E007.quote": Entry(
        "{field_name}: здесь нужен текст",
        "{field_name} wants text",
        'возьмите в кавычки: "{text}"',
        'quote it: "{text}"',
    ),
    "E007.range": Entry(
        "{field_name}: допустимо от {low} до {high}",
        "{field_name} must be from {low} to {high}",
    ),
    "E007.value": Entry(
        "{field_name}: неизвестное значение '{name}'",
        "{field_name}: unknown value '{name}'",
        "допустимо: {values}",
        "allowed: {values}",
    ),
}
