"""The words of the kinds of answers; an example is the field `input` of a question."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import ThingWords
from omnisupport.scenario_dsl.words import Both

WORDS: dict[str, ThingWords] = {
    "text": ThingWords(
        Both("Текст", "Text"),
        Both("Любой текст; можно ограничить длину и вид.", "Any text; its length and form may be bounded."),
        {
            "min_length": Both("самая малая длина", "the least length"),
            "max_length": Both("наибольшая длина", "the greatest length"),
            "pattern": Both(
                "выражение RE2, которому текст отвечает", "a pattern of RE2 that the text matches"
            ),
            "debounce": Both(
                "сколько ждать продолжения, чтобы собрать фрагменты в один ответ",
                "how long to wait for more, so that fragments become one answer",
            ),
        },
        """\
input: {kind: text, min_length: 2}
""",
    ),
    "email": ThingWords(
        Both("Почта", "E-mail"),
        Both(
            "Адрес почты; находится и среди слов, опечатки в домене замечаются.",
            "An e-mail address; found among words too, misspelt domains are noticed.",
        ),
        {
            "check_mx": Both("проверить, что домен принимает почту", "check that the domain takes mail"),
        },
        """\
input: {kind: email}
""",
    ),
    "phone": ThingWords(
        Both("Телефон", "Phone"),
        Both("Номер телефона; записывается как +79161234567.", "A phone number; stored as +79161234567."),
        {
            "region": Both("страна для номеров без кода", "the country of numbers without a code"),
            "share_contact": Both(
                "кнопка «поделиться номером», где канал умеет",
                "a button that shares the number, where the channel has one",
            ),
        },
        """\
input: {kind: phone, region: RU}
""",
    ),
    "int": ThingWords(
        Both("Целое число", "Whole number"),
        Both(
            "Целое число, тысячи могут быть через пробел.",
            "A whole number; thousands may be set apart by spaces.",
        ),
        {
            "min": Both("не меньше", "at least"),
            "max": Both("не больше", "at most"),
        },
        """\
input: {kind: int, min: 1, max: 100}
""",
    ),
    "number": ThingWords(
        Both("Число", "Number"),
        Both("Число с дробью, точкой или запятой.", "A number with a fraction, by a point or a comma."),
        {
            "min": Both("не меньше", "at least"),
            "max": Both("не больше", "at most"),
            "decimals": Both("знаков после запятой", "digits behind the point"),
        },
        """\
input: {kind: number}
""",
    ),
    "money": ThingWords(
        Both("Деньги", "Money"),
        Both("Сумма: «1500», «1 500,50 ₽», «полторы тысячи».", "An amount: 1500, 1,500.50 USD."),
        {
            "currency": Both("валюта по умолчанию", "the currency when none is named"),
            "min": Both("не меньше, в копейках", "at least, in minor units"),
            "max": Both("не больше, в копейках", "at most, in minor units"),
        },
        """\
input: {kind: money, currency: RUB}
""",
    ),
    "date": ThingWords(
        Both("Дата", "Date"),
        Both("День: «завтра», «5 марта», «в следующую пятницу».", "A day: tomorrow, March 5, next Friday."),
        {
            "min": Both("не меньше", "at least"),
            "max": Both("не больше", "at most"),
            "prefer": Both(
                "что значит день без года: будущий или прошлый",
                "what a day without a year means: a coming one or a past one",
            ),
        },
        """\
input: {kind: date}
""",
    ),
    "time": ThingWords(
        Both("Время", "Time"),
        Both("Время суток: «15:30», «в полдень».", "A time of day: 15:30, noon."),
        {
            "min": Both("не меньше", "at least"),
            "max": Both("не больше", "at most"),
        },
        """\
input: {kind: time}
""",
    ),
    "datetime": ThingWords(
        Both("Дата и время", "Date and time"),
        Both("Момент: «завтра в 15», «через два часа».", "A moment: tomorrow at 3 pm, in two hours."),
        {
            "min": Both("не меньше", "at least"),
            "max": Both("не больше", "at most"),
            "prefer": Both("что значит день без года", "what a day without a year means"),
            "default_time": Both("время, если названа только дата", "the time when only a day is named"),
        },
        """\
input: {kind: datetime}
""",
    ),
    "duration": ThingWords(
        Both("Длительность", "Duration"),
        Both("Сколько времени: «полчаса», «2 дня».", "How long: half an hour, 2 days."),
        {
            "min": Both("не меньше", "at least"),
            "max": Both("не больше", "at most"),
        },
        """\
input: {kind: duration}
""",
    ),
    "bool": ThingWords(
        Both("Да или нет", "Yes or no"),
        Both("Согласие или отказ обычными словами.", "Yes or no in everyday words."),
        {},
        """\
input: {kind: bool}
""",
    ),
    "choice": ThingWords(
        Both("Один из вариантов", "One of several"),
        Both(
            "Вариант кнопкой, словами, синонимом или номером; значение — его id.",
            "An option by button, words, synonym or number; the value is its id.",
        ),
        {
            "options": Both("варианты", "the options"),
        },
        """\
input: {kind: choice, options: [{id: tea, label: {ru: Чай, en: Tea}}, {id: milk, label: {ru: Молоко, en: Milk}}]}
""",
    ),
    "choices": ThingWords(
        Both("Несколько вариантов", "Several of them"),
        Both("Несколько вариантов сразу: «1, 3» или словами.", "Several options at once: 1, 3, or in words."),
        {
            "options": Both("варианты", "the options"),
            "min": Both("сколько хотя бы", "how many at least"),
            "max": Both("сколько не больше", "how many at most"),
        },
        """\
input: {kind: choices, options: [{id: tea, label: {ru: Чай, en: Tea}}, {id: milk, label: {ru: Молоко, en: Milk}}]}
""",
    ),
    "rating": ThingWords(
        Both("Оценка", "Rating"),
        Both("Оценка числом или звёздами.", "A rating by number or by stars."),
        {
            "min": Both("низшая", "the lowest"),
            "max": Both("высшая", "the highest"),
        },
        """\
input: {kind: rating}
""",
    ),
    "url": ThingWords(
        Both("Ссылка", "Link"),
        Both("Адрес страницы.", "The address of a page."),
        {},
        """\
input: {kind: url}
""",
    ),
    "file": ThingWords(
        Both("Файл", "File"),
        Both("Один файл или несколько.", "One file or several."),
        {
            "mime": Both("какие типы", "which types"),
            "max_size": Both("наибольший размер, например 10MB", "the greatest size, 10MB"),
            "min": Both("сколько хотя бы", "how many at least"),
            "max": Both("сколько не больше", "how many at most"),
            "debounce": Both("сколько ждать следующий файл", "how long to wait for another file"),
        },
        """\
input: {kind: file}
""",
    ),
    "image": ThingWords(
        Both("Изображение", "Picture"),
        Both("Одно изображение или несколько.", "One picture or several."),
        {
            "mime": Both("какие типы", "which types"),
            "max_size": Both("наибольший размер", "the greatest size"),
            "min": Both("сколько хотя бы", "how many at least"),
            "max": Both("сколько не больше", "how many at most"),
            "debounce": Both("сколько ждать следующее", "how long to wait for another"),
        },
        """\
input: {kind: image}
""",
    ),
    "audio": ThingWords(
        Both("Голос", "Voice"),
        Both("Голосовое сообщение или звук.", "A voice message or a sound."),
        {
            "mime": Both("какие типы", "which types"),
            "max_size": Both("наибольший размер", "the greatest size"),
            "transcribe": Both("перевести в текст", "turn it into text"),
        },
        """\
input: {kind: audio}
""",
    ),
    "location": ThingWords(
        Both("Место", "Place"),
        Both("Точка на карте или адрес словами.", "A place on the map, or an address in words."),
        {
            "typed": Both("принимать адрес словами", "take an address in words"),
        },
        """\
input: {kind: location}
""",
    ),
    "contact": ThingWords(
        Both("Контакт", "Contact"),
        Both("Контакт из записной книжки.", "A contact of the address book."),
        {
            "own": Both("только свой", "one's own only"),
        },
        """\
input: {kind: contact}
""",
    ),
    "regex": ThingWords(
        Both("По образцу", "By a pattern"),
        Both(
            "Текст определённого вида, например номер заказа.",
            "A text of a certain form, an order number say.",
        ),
        {
            "pattern": Both(
                "выражение RE2; ^ и $ обязательны для всего текста",
                "a pattern of RE2; use ^ and $ for the whole text",
            ),
            "normalize": Both("что сделать с текстом до проверки", "what is done to the text before"),
        },
        """\
input: {kind: regex, pattern: "^[A-Z]{2}-[0-9]{6}$", normalize: [trim, upper, latin]}
""",
    ),
    "code": ThingWords(
        Both("Код подтверждения", "One-time code"),
        Both(
            (
                "Отправляет код на телефон или почту и ждёт его; сам код в историю не попадает. Сейчас коды уходят "
                "почтой; SMS появится вместе с каналом SMS, до тех пор вопрос уходит по `error`, и заметка"
                " говорит об этом."
            ),
            (
                "Sends a code to a phone or an e-mail address and waits for it; the code itself never"
                " enters the history. Today codes go by e-mail; text messages come with the channel SMS, until then"
                " the question leaves by `error`, and a note says so."
            ),
        ),
        {
            "length": Both("сколько цифр", "how many digits"),
            "attempts": Both("сколько попыток", "how many attempts"),
            "ttl": Both("сколько код годен", "how long it is good"),
            "to": Both("куда отправить", "where it is sent"),
            "to.channel": Both("SMS или почта", "text message or e-mail"),
            "to.address": Both("телефон или адрес", "the phone number or the address"),
        },
        """\
input: {kind: code, to: {channel: email, address: "anna@example.com"}}
""",
    ),
    "inn": ThingWords(
        Both("ИНН", "INN"),
        Both("ИНН с проверкой контрольных цифр.", "A Russian taxpayer number, its check digits checked."),
        {
            "who": Both("организация или человек", "a company or a person"),
        },
        """\
input: {kind: inn}
""",
    ),
    "snils": ThingWords(
        Both("СНИЛС", "SNILS"),
        Both(
            "СНИЛС с проверкой контрольного числа.", "A Russian insurance number, its check number checked."
        ),
        {},
        """\
input: {kind: snils}
""",
    ),
    "bik": ThingWords(
        Both("БИК", "BIK"),
        Both("БИК банка; может проверить и счёт.", "A Russian bank's code; may check an account too."),
        {
            "account": Both("счёт, который должен подойти", "the account that must fit"),
        },
        """\
input: {kind: bik}
""",
    ),
    "any": ThingWords(
        Both("Что угодно", "Anything"),
        Both("Любой ответ: текст, файл, место.", "Any answer: text, file, place."),
        {},
        """\
input: {kind: any}
""",
    ),
}
