"""The words of the types of variables; an example declares one."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import ThingWords
from omnisupport.scenario_dsl.words import Both

WORDS: dict[str, ThingWords] = {
    "string": ThingWords(
        Both("Текст", "Text"),
        Both("Любой текст до 8192 знаков.", "Any text of at most 8,192 characters."),
        {},
        """\
variables:
  value: {type: string, max_length: 80, default: ""}
""",
    ),
    "int": ThingWords(
        Both("Целое число", "Whole number"),
        Both("Целое число до 64 бит.", "A whole number of 64 bits."),
        {},
        """\
variables:
  value: {type: int, min: 0, default: 0}
""",
    ),
    "number": ThingWords(
        Both("Число", "Number"),
        Both("Число с дробью.", "A number with a fraction."),
        {},
        """\
variables:
  value: {type: number, default: 1.5}
""",
    ),
    "bool": ThingWords(
        Both("Да или нет", "Truth"),
        Both("true или false.", "true or false."),
        {},
        """\
variables:
  value: {type: bool, default: false}
""",
    ),
    "date": ThingWords(
        Both("Дата", "Date"),
        Both("День, «2026-03-02».", "A day, 2026-03-02."),
        {},
        """\
variables:
  value: {type: date, default: "2026-03-02"}
""",
    ),
    "time": ThingWords(
        Both("Время", "Time"),
        Both("Время суток, «09:30».", "A time of day, 09:30."),
        {},
        """\
variables:
  value: {type: time, default: "09:30"}
""",
    ),
    "datetime": ThingWords(
        Both("Момент", "Moment"),
        Both("Дата и время с часовым поясом.", "Date and time with a zone."),
        {},
        """\
variables:
  value: {type: datetime, nullable: true}
""",
    ),
    "duration": ThingWords(
        Both("Длительность", "Duration"),
        Both("Сколько времени, в миллисекундах.", "How long, in milliseconds."),
        {},
        """\
variables:
  value: {type: duration, nullable: true}
""",
    ),
    "phone": ThingWords(
        Both("Телефон", "Phone"),
        Both("Номер в виде +79161234567.", "A number as +79161234567."),
        {},
        """\
variables:
  value: {type: phone, region: RU, nullable: true}
""",
    ),
    "email": ThingWords(
        Both("Почта", "E-mail"),
        Both("Адрес почты.", "An e-mail address."),
        {},
        """\
variables:
  value: {type: email, nullable: true}
""",
    ),
    "url": ThingWords(
        Both("Ссылка", "Link"),
        Both("Адрес страницы или файла.", "The address of a page or a file."),
        {},
        """\
variables:
  value: {type: url, nullable: true}
""",
    ),
    "money": ThingWords(
        Both("Деньги", "Money"),
        Both("Сумма в копейках и валюта.", "An amount in minor units and its currency."),
        {},
        """\
variables:
  value: {type: money, currency: RUB, nullable: true}
""",
    ),
    "enum": ThingWords(
        Both("Одно из слов", "One of some words"),
        Both("Одно из перечисленных значений.", "One of the values that are listed."),
        {},
        """\
variables:
  value: {type: enum, values: [new, sent], default: new}
""",
    ),
    "list": ThingWords(
        Both("Список", "List"),
        Both("Список значений одного типа, до 500.", "A list of values of one type, at most 500."),
        {},
        """\
variables:
  value: {type: list, of: string, default: []}
""",
    ),
    "object": ThingWords(
        Both("Группа полей", "Object"),
        Both("Поля с типами.", "Fields with types."),
        {},
        """\
variables:
  value: {type: object, nullable: true, fields: {city: string, weight: number}}
""",
    ),
    "file": ThingWords(
        Both("Файл", "File"),
        Both("Файл, который прислал клиент.", "A file that the customer sent."),
        {},
        """\
variables:
  value: {type: file, nullable: true}
""",
    ),
    "location": ThingWords(
        Both("Место", "Place"),
        Both("Точка на карте.", "A place on the map."),
        {},
        """\
variables:
  value: {type: location, nullable: true}
""",
    ),
    "any": ThingWords(
        Both("Что угодно", "Anything"),
        Both("Значение без проверки типа.", "A value whose type is not checked."),
        {},
        """\
variables:
  value: {type: any, nullable: true}
""",
    ),
}
