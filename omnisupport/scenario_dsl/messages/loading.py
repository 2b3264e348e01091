"""Sentences about the file: YAML, fields and their values (E00x)."""

from __future__ import annotations

from omnisupport.scenario_dsl.messages.entry import COL_EN, COL_RU, Entry

ENTRIES: dict[str, Entry] = {
    "E001": Entry(
        "это не YAML: {problem}",
        "this is no YAML: {problem}",
        "проверьте отступы и кавычки",
        "check indentation and quotes",
    ),
    "E001.map": Entry(
        "документ состоит из полей верхнего уровня",
        "a document is made of top-level fields",
        "начните с omni: {language}",
        "begin with omni: {language}",
    ),
    "E001.key": Entry(
        "имя поля должно быть словом",
        "a field's name must be a word",
        "уберите ? и скобки",
        "remove ? and brackets",
    ),
    "E001.documents": Entry(
        "в файле больше одного документа",
        "the file holds more than one document",
        "уберите ---",
        "remove ---",
    ),
    "E002": Entry(
        "файл не в кодировке UTF-8",
        "the file is not UTF-8",
        "сохраните файл в UTF-8",
        "save the file as UTF-8",
    ),
    "E002.character": Entry(
        "недопустимый символ {number}",
        "character {number} is not allowed",
        "удалите символ",
        "remove the character",
    ),
    "E003": Entry(
        "поле '{name}' повторяется, первое в строке {line}",
        "field '{name}' occurs twice, first in line {line}",
        "удалите или переименуйте одно из них",
        "remove or rename one of them",
    ),
    "E004.alias": Entry(
        "якоря и ссылки YAML не разрешены",
        "YAML anchors and aliases are not allowed",
        "повторите значение; если это текст, возьмите его в кавычки",
        "write the value again; quote it if it is text",
    ),
    "E004.tag": Entry(
        "теги YAML не разрешены",
        "YAML tags are not allowed",
        "уберите тег; если это текст, возьмите его в кавычки",
        "remove the tag; quote it if it is text",
    ),
    "E005": Entry(
        "неизвестное поле верхнего уровня '{name}'",
        "unknown top-level field '{name}'",
        "удалите его",
        "remove it",
    ),
    "E006": Entry(
        "язык '{written}' здесь неизвестен",
        "the language '{written}' is not known here",
        "напишите omni: {language}",
        "write omni: {language}",
    ),
    "E006.missing": Entry(
        "не указан язык",
        "the language is not named",
        "начните с omni: {language}",
        "begin with omni: {language}",
    ),
    "E007": Entry(
        "{field_name}: здесь нужно {wanted}",
        "{field_name} wants {wanted}",
    ),
    "E007.quote": Entry(
        "{field_name}: здесь нужен текст",
        "{field_name} wants text",
        'возьмите в кавычки: "{text}"',
        'quote it: "{text}"',
    ),
    "E007.value": Entry(
        "{field_name}: неизвестное значение '{name}'",
        "{field_name}: unknown value '{name}'",
        "допустимо: {values}",
        "allowed: {values}",
    ),
    "E007.range": Entry(
        "{field_name}: допустимо от {low} до {high}",
        "{field_name} must be from {low} to {high}",
    ),
    "E007.bounds": Entry(
        "{low} больше, чем {high}: не подойдёт ни одно значение",
        "{low} is above {high}: no value fits",
        "поменяйте их местами",
        "swap them",
    ),
    "E007.attribute": Entry(
        "{field_name}: у типа {type} такого свойства нет",
        "{field_name}: type {type} has no such attribute",
        "удалите его или поменяйте тип",
        "delete it or change the type",
    ),
    "E007.locale": Entry(
        "язык '{name}' не входит в locale.supported",
        "the language '{name}' is not in locale.supported",
        "допустимо: {known}",
        "allowed: {known}",
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
    "E007.mode": Entry(
        "здесь подходит только mode: {mode}",
        "only mode: {mode} fits here",
        "run: {{node}} уходит насовсем, run: {{flow}} возвращается",
        "run: {{node}} goes there for good, run: {{flow}} comes back",
    ),
    "E007.id": Entry(
        "'{name}' не подходит для id сценария",
        "'{name}' cannot be a scenario's id",
        "до 64 латинских букв, цифр и знаков _ . -, сначала буква",
        "use at most 64 Latin letters, digits and _ . -, a letter first",
    ),
    "E007.format": Entry(
        "в формате даты буква '{letter}' ничего не значит" + COL_RU,
        "the letter '{letter}' means nothing in a date format" + COL_EN,
        "текст в формате берут в апострофы",
        "put text of a format between apostrophes",
    ),
    "E008": Entry(
        "'{written}' не длительность",
        "'{written}' is no duration",
        "например 30s, 15m, 24h, 3d, 1h30m",
        "for example 30s, 15m, 24h, 3d, 1h30m",
    ),
    "E008.cron": Entry(
        "расписание '{written}': {problem}",
        "schedule '{written}': {problem}",
        "например 0 9 * * mon-fri",
        "for example 0 9 * * mon-fri",
    ),
    "E009.size": Entry(
        "файл больше {limit} байт ({size})",
        "the file is larger than {limit} bytes ({size})",
        "разделите сценарий",
        "split the scenario",
    ),
    "E009.depth": Entry(
        "вложенность глубже {limit}",
        "nested deeper than {limit}",
        "упростите структуру",
        "flatten it",
    ),
}
