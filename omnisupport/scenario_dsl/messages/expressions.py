"""Sentences about expressions and the holes of texts (E2xx)."""

from __future__ import annotations

from omnisupport.scenario_dsl.messages.entry import COL_EN, COL_RU, Entry

ENTRIES: dict[str, Entry] = {
    "E201": Entry(
        "выражение длиннее {limit} символов ({size})",
        "the expression is longer than {limit} characters ({size})",
        "разбейте его на несколько set",
        "split it into several set nodes",
    ),
    "E202": Entry(
        "непонятный символ '{token}'" + COL_RU,
        "bad token '{token}'" + COL_EN,
    ),
    "E202.int": Entry(
        "число {token} слишком велико" + COL_RU,
        "the number {token} is too large" + COL_EN,
    ),
    "E203": Entry(
        "нужно {wanted}, а стоит {found}" + COL_RU,
        "expected {wanted}, found {found}" + COL_EN,
    ),
    "E203.has": Entry(
        "has() принимает поле, например has(vars.email)" + COL_RU,
        "has() takes a field, such as has(vars.email)" + COL_EN,
    ),
    "E203.key": Entry(
        "ключ '{name}' повторяется" + COL_RU,
        "key '{name}' stands there twice" + COL_EN,
    ),
    "E203.hole": Entry(
        "{{{{ без }}}}" + COL_RU,
        "{{{{ without }}}}" + COL_EN,
        "закройте скобки",
        "close the braces",
    ),
    "E204": Entry(
        "вложенность глубже {limit}" + COL_RU,
        "nested deeper than {limit}" + COL_EN,
        "разбейте выражение",
        "split the expression",
    ),
    "E210": Entry(
        "неизвестное имя '{name}'" + COL_RU,
        "unknown variable '{name}'" + COL_EN,
        "переменные сценария пишутся vars.имя",
        "the scenario's variables are vars.name",
    ),
    "E211": Entry(
        "нет поля '{name}'" + COL_RU,
        "no field '{name}'" + COL_EN,
        "объявите его или исправьте имя",
        "declare it or correct the name",
    ),
    "E212": Entry(
        "у значения типа {type} нет полей, а спрошено '{name}'" + COL_RU,
        "a {type} has no fields, '{name}' is asked" + COL_EN,
    ),
    "E213": Entry(
        "'{op}' не применимо к {types}" + COL_RU,
        "'{op}' does not take {types}" + COL_EN,
    ),
    "E213.numbers": Entry(
        "'{op}' не смешивает {types}" + COL_RU,
        "'{op}' does not mix {types}" + COL_EN,
        "пишите 2.0 или double(…)",
        "write 2.0 or double(…)",
    ),
    "E213.condition": Entry(
        "условие должно быть true или false, а здесь {type}" + COL_RU,
        "a condition must be true or false, this is {type}" + COL_EN,
        "сравните значение с чем-нибудь",
        "compare the value with something",
    ),
    "E213.call": Entry(
        "{name}() не принимает ({types})" + COL_RU,
        "{name}() does not take ({types})" + COL_EN,
    ),
    "E213.constant": Entry(
        "{name}() не примет эти аргументы никогда" + COL_RU,
        "{name}() can never take these arguments" + COL_EN,
        "исправьте постоянное значение",
        "correct the constant",
    ),
    "E213.filter": Entry(
        "фильтр {name} не принимает ({types})" + COL_RU,
        "filter {name} does not take ({types})" + COL_EN,
    ),
    "E213.show": Entry(
        "текст не может показать {type}" + COL_RU,
        "a text cannot show {type}" + COL_EN,
        "покажите одно из полей",
        "show one of its fields",
    ),
    "E214": Entry(
        "нельзя упорядочить {left} и {right}" + COL_RU,
        "cannot order {left} and {right}" + COL_EN,
    ),
    "E214.equal": Entry(
        "нельзя сравнить {left} и {right}" + COL_RU,
        "cannot compare {left} and {right}" + COL_EN,
    ),
    "E214.numbers": Entry(
        "нельзя сравнить {left} и {right}" + COL_RU,
        "cannot compare {left} and {right}" + COL_EN,
        "пишите 2.0 или double(…)",
        "write 2.0 or double(…)",
    ),
    "E214.branches": Entry(
        "ветви ? : разных типов: {left} и {right}" + COL_RU,
        "the branches of ? : differ: {left} and {right}" + COL_EN,
    ),
    "E214.enum": Entry(
        "значения '{value}' нет среди {values}" + COL_RU,
        "'{value}' is none of {values}" + COL_EN,
    ),
    "E214.case": Entry(
        "случай '{value}' не может быть значением типа {type}",
        "case '{value}' cannot be a value of type {type}",
    ),
    "E215": Entry(
        "неизвестная функция '{name}'" + COL_RU,
        "unknown function '{name}'" + COL_EN,
        "функции: {known}",
        "functions: {known}",
    ),
    "E215.filter": Entry(
        "неизвестный фильтр '{name}'" + COL_RU,
        "unknown filter '{name}'" + COL_EN,
        "фильтры: {known}",
        "filters: {known}",
    ),
    "E216": Entry(
        "шаблон matches() должен быть строкой в кавычках" + COL_RU,
        "the pattern of matches() must be a quoted constant" + COL_EN,
    ),
    "E216.filter": Entry(
        "аргументы фильтра {name} должны быть константами" + COL_RU,
        "the arguments of filter {name} must be constants" + COL_EN,
    ),
    "E217": Entry(
        "RE2 не понимает шаблон '{pattern}': {problem}" + COL_RU,
        "RE2 does not take the pattern '{pattern}': {problem}" + COL_EN,
    ),
    "W218": Entry(
        "целое делится на целое, остаток пропадёт" + COL_RU,
        "a whole number by a whole number, the remainder is lost" + COL_EN,
        "пишите double(a) / b, или int(a / b), если так и нужно",
        "write double(a) / b, or int(a / b) where that is meant",
    ),
    "W219.branches": Entry(
        "условие ничего не решает: обе ветви ? : одинаковы" + COL_RU,
        "the condition decides nothing: both branches of ? : are the same" + COL_EN,
        "оставьте одну ветвь",
        "keep one of the branches",
    ),
    "W219.default": Entry(
        "запасное значение orValue() не понадобится: null здесь не бывает" + COL_RU,
        "the fallback of orValue() is never used: there is no null here" + COL_EN,
        "уберите orValue()",
        "leave orValue() out",
    ),
    "W219.item": Entry(
        "'{name}' не используется: для каждого элемента получится одно и то же" + COL_RU,
        "'{name}' is not used: the result is the same for each item" + COL_EN,
        "используйте '{name}' или уберите макрос",
        "use '{name}' or leave the macro out",
    ),
    "E217.field": Entry(
        "RE2 не понимает шаблон '{pattern}': {problem}",
        "RE2 does not take the pattern '{pattern}': {problem}",
        "без просмотра вперёд и ссылок на группы",
        "without look-around and back-references",
    ),
}
