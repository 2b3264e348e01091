"""The words of functions, macros and filters. An example of an expression is true; of a filter, `text → result`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import FunctionWords
from omnisupport.scenario_dsl.words import Both

FUNCTIONS: dict[str, FunctionWords] = {
    "size": FunctionWords(
        "size(x)",
        Both(
            "Длина текста в знаках, списка в элементах.",
            "The length of a text in characters, of a list in items.",
        ),
        "size('Анна') == 4",
    ),
    "string": FunctionWords(
        "string(x)", Both("Значение как текст.", "The value as a text."), "string(5) == '5'"
    ),
    "int": FunctionWords(
        "int(x)",
        Both("Целое число; дробь отбрасывается.", "A whole number; the fraction is dropped."),
        "int('12') == 12",
    ),
    "double": FunctionWords(
        "double(x)", Both("Число с дробью.", "A number with a fraction."), "double(1) / 2.0 == 0.5"
    ),
    "bool": FunctionWords(
        "bool(x)", Both("true или false из текста.", "true or false out of a text."), "bool('true')"
    ),
    "contains": FunctionWords(
        "text.contains(part)",
        Both("Есть ли часть в тексте.", "Whether the text holds the part."),
        "'зелёный чай'.contains('чай')",
    ),
    "startsWith": FunctionWords(
        "text.startsWith(part)",
        Both("Начинается ли текст так.", "Whether the text begins so."),
        "'AB-1'.startsWith('AB')",
    ),
    "endsWith": FunctionWords(
        "text.endsWith(part)",
        Both("Кончается ли текст так.", "Whether the text ends so."),
        "'AB-1'.endsWith('1')",
    ),
    "matches": FunctionWords(
        "text.matches(pattern)",
        Both("Подходит ли текст под выражение RE2.", "Whether the text matches a pattern of RE2."),
        "'AB-12'.matches('^[A-Z]+-[0-9]+$')",
    ),
    "lower": FunctionWords(
        "text.lower()", Both("Строчные буквы.", "Small letters."), "'ЧАЙ'.lower() == 'чай'"
    ),
    "upper": FunctionWords(
        "text.upper()", Both("Заглавные буквы.", "Capital letters."), "'чай'.upper() == 'ЧАЙ'"
    ),
    "trim": FunctionWords(
        "text.trim()", Both("Без пробелов по краям.", "Without spaces around it."), "' чай '.trim() == 'чай'"
    ),
    "replace": FunctionWords(
        "text.replace(old, new)",
        Both("Замена всех вхождений.", "Every occurrence replaced."),
        "'AB-1'.replace('-', '') == 'AB1'",
    ),
    "split": FunctionWords(
        "text.split(separator)",
        Both("Текст на части.", "The text in parts."),
        "'a,b'.split(',') == ['a', 'b']",
    ),
    "join": FunctionWords(
        "list.join(separator)",
        Both("Список одним текстом.", "The list as one text."),
        "['a', 'b'].join(', ') == 'a, b'",
    ),
    "substring": FunctionWords(
        "text.substring(from, to)",
        Both("Часть текста; конец можно не писать.", "A part of the text; the end may be left out."),
        "'AB-123'.substring(3) == '123'",
    ),
    "abs": FunctionWords(
        "abs(number)", Both("Число без знака.", "The number without its sign."), "abs(-2) == 2"
    ),
    "round": FunctionWords(
        "round(number, digits)",
        Both("Округление; цифры можно не писать.", "Rounded; the digits may be left out."),
        "round(2.5) == 3.0",
    ),
    "min": FunctionWords(
        "min(a, b, …)",
        Both("Наименьшее из значений или списка.", "The least of some values, or of a list."),
        "min(3, 1, 2) == 1",
    ),
    "max": FunctionWords("max(a, b, …)", Both("Наибольшее.", "The greatest."), "max([3, 1]) == 3"),
    "sum": FunctionWords(
        "sum(list)", Both("Сумма списка чисел.", "The sum of a list of numbers."), "sum([1, 2]) == 3"
    ),
    "orValue": FunctionWords(
        "x.orValue(other)",
        Both("Значение, а если его нет, то другое.", "The value, or the other when there is none."),
        "null.orValue('гость') == 'гость'",
    ),
    "timestamp": FunctionWords(
        "timestamp(text)",
        Both("Момент из текста.", "A moment out of a text."),
        "timestamp('2026-03-02T10:00:00Z') < timestamp('2026-03-03T10:00:00Z')",
    ),
    "duration": FunctionWords(
        "duration(text)",
        Both("Длительность из текста.", "A duration out of a text."),
        "duration('2h') > duration('30m')",
    ),
    "date": FunctionWords(
        "date(text), date(moment, zone)",
        Both(
            "Дата из текста, или день момента в часовом поясе.",
            "A date out of a text, or the day of a moment in a zone.",
        ),
        "date('2026-03-02') < date(timestamp('2026-03-02T22:00:00Z'), 'Europe/Moscow')",
    ),
    "time": FunctionWords(
        "time(text), time(moment, zone)",
        Both(
            "Время из текста, или время момента в часовом поясе.",
            "A time out of a text, or the time of a moment in a zone.",
        ),
        "time('09:30') < time(timestamp('2026-03-02T10:00:00Z'), 'Europe/Moscow')",
    ),
    "getFullYear": FunctionWords(
        "moment.getFullYear(zone), date.getFullYear()",
        Both("Год: момента в часовом поясе или даты.", "The year: of a moment in a time zone, or of a date."),
        "timestamp('2026-03-02T10:05:07Z').getFullYear('Europe/Moscow') == 2026",
    ),
    "getMonth": FunctionWords(
        "moment.getMonth(zone), date.getMonth()",
        Both(
            "Месяц от 0: момента в часовом поясе или даты.",
            "The month from 0: of a moment in a time zone, or of a date.",
        ),
        "timestamp('2026-03-02T10:05:07Z').getMonth('Europe/Moscow') == 2",
    ),
    "getDate": FunctionWords(
        "moment.getDate(zone), date.getDate()",
        Both(
            "Число месяца: момента в часовом поясе или даты.",
            "The day of the month: of a moment in a time zone, or of a date.",
        ),
        "timestamp('2026-03-02T10:05:07Z').getDate('Europe/Moscow') == 2",
    ),
    "getDayOfMonth": FunctionWords(
        "moment.getDayOfMonth(zone), date.getDayOfMonth()",
        Both(
            "Число месяца от 0: момента в часовом поясе или даты.",
            "The day of the month from 0: of a moment in a time zone, or of a date.",
        ),
        "timestamp('2026-03-02T10:05:07Z').getDayOfMonth('Europe/Moscow') == 1",
    ),
    "getDayOfYear": FunctionWords(
        "moment.getDayOfYear(zone), date.getDayOfYear()",
        Both(
            "День года от 0: момента в часовом поясе или даты.",
            "The day of the year from 0: of a moment in a time zone, or of a date.",
        ),
        "timestamp('2026-03-02T10:05:07Z').getDayOfYear('Europe/Moscow') == 60",
    ),
    "getDayOfWeek": FunctionWords(
        "moment.getDayOfWeek(zone), date.getDayOfWeek()",
        Both(
            "День недели, воскресенье 0: момента в часовом поясе или даты.",
            "The day of the week, Sunday is 0: of a moment in a time zone, or of a date.",
        ),
        "timestamp('2026-03-02T10:05:07Z').getDayOfWeek('Europe/Moscow') == 1",
    ),
    "getHours": FunctionWords(
        "moment.getHours(zone), time.getHours(), duration.getHours()",
        Both(
            "Час момента в часовом поясе или времени; у длительности — сколько их всего.",
            "The hour of a moment in a time zone, or of a time; of a duration, how many in all.",
        ),
        "timestamp('2026-03-02T10:05:07Z').getHours('Europe/Moscow') == 13",
    ),
    "getMinutes": FunctionWords(
        "moment.getMinutes(zone), time.getMinutes(), duration.getMinutes()",
        Both(
            "Минута момента в часовом поясе или времени; у длительности — сколько их всего.",
            "The minute of a moment in a time zone, or of a time; of a duration, how many in all.",
        ),
        "timestamp('2026-03-02T10:05:07Z').getMinutes('Europe/Moscow') == 5",
    ),
    "getSeconds": FunctionWords(
        "moment.getSeconds(zone), time.getSeconds(), duration.getSeconds()",
        Both(
            "Секунда момента в часовом поясе или времени; у длительности — сколько их всего.",
            "The second of a moment in a time zone, or of a time; of a duration, how many in all.",
        ),
        "timestamp('2026-03-02T10:05:07Z').getSeconds('Europe/Moscow') == 7",
    ),
    "getMilliseconds": FunctionWords(
        "moment.getMilliseconds(zone)",
        Both("Миллисекунда момента в часовом поясе.", "The millisecond of a moment in a time zone."),
        "timestamp('2026-03-02T10:05:07Z').getMilliseconds('Europe/Moscow') == 0",
    ),
}

OPERATORS: dict[str, FunctionWords] = {
    "==": FunctionWords(
        "a == b, a != b",
        Both(
            "Равно и не равно. Целое и дробное сравниваются как числа; тексты — с учётом больших букв.",
            "Equal and not equal. Whole and fractional numbers compare as numbers; texts with their capitals.",
        ),
        "5 == 5.0",
    ),
    "<": FunctionWords(
        "a < b, a <= b, a > b, a >= b",
        Both(
            "Меньше и больше: числа, моменты, сроки, тексты по алфавиту. С пустым значением — ошибка.",
            "Less and greater: numbers, moments, durations, texts by the alphabet. An unset value is an error.",
        ),
        "3 <= 3",
    ),
    "&&": FunctionWords("a && b", Both("И то и другое.", "Both are true."), "2 < 3 && 'чай' != 'кофе'"),
    "||": FunctionWords(
        "a || b", Both("Хотя бы одно из двух.", "At least one of the two is true."), "1 > 2 || 2 > 1"
    ),
    "!": FunctionWords("!a", Both("Не так.", "It is not true."), "!(1 > 2)"),
    "+": FunctionWords(
        "a + b, a - b, a * b",
        Both(
            "Сложение, вычитание, умножение; `+` соединяет тексты и списки, к моменту прибавляет срок.",
            "Sum, difference, product; `+` joins texts and lists and adds a duration to a moment.",
        ),
        "2 + 3 * 4 == 14",
    ),
    "/": FunctionWords(
        "a / b, a % b",
        Both(
            "Деление и остаток. Целые делятся нацело; нужна дробь — пишите `double(a) / 2.0`.",
            "Quotient and remainder. Whole numbers give a whole one; for a fraction write `double(a) / 2.0`.",
        ),
        "7 / 2 == 3",
    ),
    "in": FunctionWords(
        "x in list",
        Both(
            "Есть ли значение в списке, имя в объекте.", "Whether a list has the value, an object the name."
        ),
        "'чай' in ['чай', 'кофе']",
    ),
    "? :": FunctionWords(
        "condition ? a : b",
        Both("Одно, если условие верно, иначе другое.", "One where the condition is true, else the other."),
        "(5 > 3 ? 'много' : 'мало') == 'много'",
    ),
    "[ ]": FunctionWords(
        "list[0], object.name",
        Both(
            "Элемент списка, с нуля, и поле объекта.",
            "An item of a list, from zero, and a field of an object.",
        ),
        "['чай', 'кофе'][0] == 'чай'",
    ),
    "null": FunctionWords(
        "x == null",
        Both(
            "Значения нет; чаще удобнее `has(x)` и `x.orValue(…)`.",
            "There is no value; `has(x)` and `x.orValue(…)` are mostly handier.",
        ),
        "null == null",
    ),
}

MACROS: dict[str, FunctionWords] = {
    "has": FunctionWords(
        "has(path)", Both("Есть ли значение.", "Whether there is a value."), "!has(event.resolution)"
    ),
    "exists": FunctionWords(
        "list.exists(x, condition)",
        Both("Верно ли хотя бы для одного.", "Whether it is true of one at least."),
        "[1, 2].exists(n, n > 1)",
    ),
    "all": FunctionWords(
        "list.all(x, condition)",
        Both("Верно ли для всех.", "Whether it is true of all."),
        "[1, 2].all(n, n > 0)",
    ),
    "exists_one": FunctionWords(
        "list.exists_one(x, condition)",
        Both("Верно ли ровно для одного.", "Whether it is true of exactly one."),
        "[1, 2].exists_one(n, n > 1)",
    ),
    "filter": FunctionWords(
        "list.filter(x, condition)",
        Both("Элементы, для которых верно.", "The items of which it is true."),
        "[1, 2, 3].filter(n, n > 1) == [2, 3]",
    ),
    "map": FunctionWords(
        "list.map(x, value)",
        Both("Список новых значений.", "The list of new values."),
        "[1, 2].map(n, n * 2) == [2, 4]",
    ),
}

FILTERS: dict[str, FunctionWords] = {
    "default": FunctionWords(
        "default(value)",
        Both("Что показать, если значения нет.", "What is shown when there is no value."),
        "{{ null | default('гость') }} → гость",
    ),
    "upper": FunctionWords(
        "upper", Both("Заглавные буквы.", "Capital letters."), "{{ 'чай' | upper }} → ЧАЙ"
    ),
    "lower": FunctionWords("lower", Both("Строчные буквы.", "Small letters."), "{{ 'ЧАЙ' | lower }} → чай"),
    "title": FunctionWords(
        "title",
        Both("Каждое слово с большой буквы.", "Each word with a capital letter."),
        "{{ 'анна мария' | title }} → Анна Мария",
    ),
    "truncate": FunctionWords(
        "truncate(length)",
        Both("Не длиннее, с многоточием.", "Not longer, with an ellipsis."),
        "{{ 'длинный текст' | truncate(8) }} → длинный…",
    ),
    "join": FunctionWords(
        "join(separator)",
        Both("Список через разделитель.", "A list with a separator."),
        "{{ ['a', 'b'] | join(' / ') }} → a / b",
    ),
    "list": FunctionWords(
        "list",
        Both("Список словами, с «и» перед последним.", "A list in words, with “and” before the last."),
        "{{ ['чай', 'мёд'] | list }} → чай и мёд",
    ),
    "date": FunctionWords(
        "date(pattern)",
        Both("Дата; образец можно не писать.", "A date; the pattern may be left out."),
        "{{ '2026-03-02' | date('d MMMM') }} → 2 марта",
    ),
    "datetime": FunctionWords(
        "datetime(pattern, zone)",
        Both("Момент по часам сценария или пояса.", "A moment by the clocks of the scenario, or of a zone."),
        "{{ timestamp('2026-03-02T10:00:00Z') | datetime('HH:mm') }} → 13:00",
    ),
    "time": FunctionWords(
        "time(pattern)",
        Both("Время суток.", "A time of day."),
        "{{ timestamp('2026-03-02T10:00:00Z') | time }} → 13:00",
    ),
    "number": FunctionWords(
        "number(digits)",
        Both("Число с разделителями.", "A number with separators."),
        "{{ 1.5 | number(2) }} → 1,50",
    ),
    "money": FunctionWords(
        "money",
        Both("Сумма с валютой.", "An amount with its currency."),
        "{{ {'amount': 9900, 'currency': 'RUB'} | money }} → 99\xa0₽",
    ),
    "plural": FunctionWords(
        "plural(one, few, many)",
        Both("Слово в форме для числа.", "The form of a word that goes with a count."),
        "{{ 3 | plural('день', 'дня', 'дней') }} → дня",
    ),
    "mask": FunctionWords(
        "mask",
        Both("Скрыть большую часть значения.", "Hide most of the value."),
        "{{ 'ivan@mail.ru' | mask }} → i•••@mail.ru",
    ),
    "link": FunctionWords(
        "link(words)",
        Both("Ссылка со словами, где канал умеет.", "A link with words, where the channel can."),
        "",
    ),
}
