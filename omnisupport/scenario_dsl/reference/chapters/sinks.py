"""Where values in texts go, with what each place makes of a hostile one."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.chapters.parts import Chapter, Example, Heading, Rows
from omnisupport.scenario_dsl.sinks import SINKS
from omnisupport.scenario_dsl.words import Both

HOSTILE = "<b>*Анна*</b> @all =1+1"
PLACES: dict[str, Both] = {
    "plain": Both("виджет: разметки нет", "the widget: there is no markup"),
    "sms": Both("СМС", "a text message"),
    "url": Both("часть адреса запроса", "a part of a request's address"),
    "header": Both(
        "заголовок запроса; перенос строки — ошибка", "a header of a request; a line break is an error"
    ),
    "csv": Both(
        "выгрузка в таблицу; значение с = в начале не станет формулой",
        "an export to a table; a value that begins with = is no formula",
    ),
    "prompt": Both("слова для языковой модели: только данные", "words for a language model: data only"),
    "telegram_html": Both("Telegram", "Telegram"),
    "telegram_markdown": Both("Telegram, MarkdownV2", "Telegram, MarkdownV2"),
    "whatsapp": Both("WhatsApp", "WhatsApp"),
    "vk": Both("ВКонтакте", "VK"),
    "email_html": Both("письмо", "a letter"),
}

CHAPTER = Chapter(
    "texts",
    Both("Тексты и места, куда они идут", "Texts, and where they go"),
    (
        Both(
            "Текст — это слова автора и подстановки между ними: `{{ выражение | фильтр }}`. Фильтров может быть "
            "несколько, они идут слева направо; их список — на странице [Выражения и тексты](expressions). Циклов и "
            "условий в текстах нет: их заменяют узлы и выражение `?:`.",
            "A text is the author's words and values between them: `{{ expression | filter }}`. There may be several "
            "filters, from left to right; they are listed in [Expressions and texts](expressions). Texts have no loops "
            "and no conditions: nodes and the expression `?:` do that.",
        ),
        Example(
            """\
variables:
  count: {type: int, default: 3}
  due: {type: date, default: "2026-03-02"}
texts:
  soon:
    ru: "Ещё {{ vars.count }} {{ vars.count | plural('день', 'дня', 'дней') }}, до {{ vars.due | date('d MMMM') }}."
    en: "{{ vars.count }} {{ vars.count | plural('day', 'days') }} left, until {{ vars.due | date('MMMM d') }}."
nodes:
  remind:
    type: message
    text: {t: soon}
    next: done
  done: {type: end, outcome: told}
"""
        ),
        Both(
            "`texts` — каталог: один текст с ключом можно показать в нескольких узлах. Подстановки на всех языках "
            "должны совпадать (E602), у `plural` в русском три формы (E603).",
            "`texts` is a catalogue: a text with a key can be shown by several nodes. The values must be the same in "
            "all languages (E602), `plural` has three forms in Russian (E603).",
        ),
        Heading(Both("Что становится со значением", "What becomes of a value")),
        Both(
            "Клиент может назваться как угодно, даже разметкой или формулой. Каждое место записывает значение так, "
            f"чтобы оно осталось значением. Вот что станет с `{HOSTILE}`:",
            "A customer may call himself anything, even markup or a formula. Each place writes a value so that it "
            f"stays a value. This becomes of `{HOSTILE}`:",
        ),
        Rows(
            ("", Both("место", "place"), Both("что получится", "what it becomes")),
            tuple((f"`{name}`", PLACES[name], f"`{sink.value(HOSTILE)}`") for name, sink in SINKS.items()),
        ),
    ),
)
