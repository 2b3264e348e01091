"""What stands in a customer's bundle beside the data, in every language of the product."""

from __future__ import annotations

from collections.abc import Mapping

from omnisupport.texts import DEFAULT_LOCALE

README: Mapping[str, str] = {
    "ru": """\
Данные клиента

customer.json         всё, что известно о клиенте: имя и контакты, атрибуты, согласия (когда и откуда),
                      каналы, заметки сотрудников, объединённые карточки, события
conversations/*.txt   разговоры для чтения
conversations/*.json  они же со всеми полями, с внутренними заметками и с тем, что запомнил сценарий
files/                файлы, которые прислал клиент

Выгрузка сделана {at}. Время в файлах — UTC.
""",
    "en": """\
A customer's data

customer.json         all that is known of the customer: name and addresses, attributes, consents (when and where
                      from), channels, notes of the team, merged records, events
conversations/*.txt   conversations to read
conversations/*.json  the same with every field, with internal notes and with what a scenario remembers
files/                files that the customer has sent

Made {at}. Times are UTC.
""",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "customer": {"ru": "Клиент", "en": "Customer"},
    "operator": {"ru": "Оператор", "en": "Operator"},
    "assistant": {"ru": "Бот", "en": "Bot"},
    "scenario": {"ru": "Бот", "en": "Bot"},
    "system": {"ru": "Система", "en": "System"},
    "note": {"ru": "заметка", "en": "note"},
}


def readme(at: str) -> str:
    """The README in every language, one below the other."""
    return "\n".join(text.format(at=at) for text in README.values())


def word(key: str, locale: str) -> str:
    """Who or what somebody is; the key itself where there is no word."""
    words = WORDS.get(key, {})
    return words.get(locale) or words.get(DEFAULT_LOCALE) or key
