"""The words of the node `form`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Анкета", "Form"),
    about=Both(
        (
            "Собирает несколько ответов подряд: известные пропускает, «поменять телефон» "
            "возвращает к полю, в конце показывает сводку на проверку."
        ),
        (
            "Collects several answers: known ones are skipped, “change the phone” goes back to a "
            "field, at the end a summary is shown for review."
        ),
    ),
    example="""\
variables:
  name: {type: string}
  phone: {type: phone, region: RU}
nodes:
  order:
    type: form
    review: true
    fields:
      - {id: name, text: {ru: Как вас зовут?, en: Your name?}, input: {kind: text}, save_to: vars.name}
      - {id: phone, text: {ru: Телефон?, en: Phone?}, input: {kind: phone, region: RU}, save_to: vars.phone}
    timeout: 1h
    next: people
    exits: {cancel: bye, invalid: people, timeout: bye}
  bye: {type: end, outcome: left}
""",
    fields={
        "fields": Both("поля анкеты: вопросы, как у ask", "the fields of the form: questions as in ask"),
        "fields.id": Both("id поля", "the id of the field"),
        "fields.label": Both("название поля в сводке", "the name of the field in the summary"),
        "fields.text": Both("вопрос", "the question"),
        "fields.save_to": Both("переменная поля", "the variable of the field"),
        "fields.when": Both("спрашивать, только если верно", "asked only when this is true"),
        "review": Both("показать сводку: true или её текст", "show a summary: true, or its text"),
        "review.text": Both("текст над сводкой", "the text above the summary"),
        "allow_correction": Both(
            "можно ли менять ответы по ходу", "whether answers may be changed on the way"
        ),
        "order": Both(
            "fixed: по порядку; missing_first: сначала неизвестные",
            "fixed: in order; missing_first: unknown ones first",
        ),
    },
    exits={
        "cancel": Both("клиент отменил анкету", "the customer cancelled the form"),
    },
)
