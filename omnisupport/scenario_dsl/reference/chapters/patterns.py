"""The built-in commands, with the phrases that the code has."""

from __future__ import annotations

from omnisupport.scenario_dsl.patterns import _PHRASES, PATTERNS
from omnisupport.scenario_dsl.reference.chapters.parts import Chapter, Example, Heading, Rows
from omnisupport.scenario_dsl.words import Both

_SHOWN = 4
# The list of `human` has what no rule knows; most wishes for a person are understood by their words.
_OF_A_PERSON = "оператор; позовите человека; хочу поговорить с менеджером; operator; can I talk to a human"
DOES: dict[str, Both] = {
    "opt_out": Both(
        "отзывает согласие на рассылки; сценарий продолжается",
        "takes back the consent to advertising; the scenario goes on",
    ),
    "human": Both(
        "зовёт человека: прерывание сценария, а без него сценарий кончается и разговор идёт в очередь",
        "calls a person: the scenario's interrupt, and without one the scenario ends and the conversation is queued",
    ),
    "cancel": Both(
        "выход cancel у form, прерывание сценария, а без них сценарий кончается с исходом cancelled",
        "the exit cancel of a form, the scenario's interrupt, else the scenario ends with the outcome cancelled",
    ),
    "restart": Both("начинает сценарий сначала", "begins the scenario anew"),
    "repeat": Both("повторяет вопрос", "asks the question again"),
    "back": Both("возвращает к предыдущему вопросу", "goes back to the question before"),
    "skip": Both("пропускает вопрос, если он skippable", "skips the question where it is skippable"),
    "correct": Both(
        "возвращает к ответу, который надо исправить; «поменять телефон» находит поле form",
        "goes back to the answer that is to be corrected; “change the phone” finds the field of a form",
    ),
}


def _phrases(pattern: str) -> str:
    phrases = _OF_A_PERSON if pattern == "human" else _PHRASES[pattern]
    listed = [" ".join(phrase.split()) for phrase in phrases.split(";")]
    russian = [phrase for phrase in listed if not phrase.isascii()]
    english = [phrase for phrase in listed if phrase.isascii()]
    return ", ".join(f"«{phrase}»" for phrase in [*russian[:_SHOWN], *english[:_SHOWN]])


CHAPTER = Chapter(
    "patterns",
    Both("Встроенные команды", "Built-in commands"),
    (
        Both(
            "Есть слова, которые клиент говорит любому боту. Узлы, которые ждут, понимают их сами, на обоих языках. "
            "Берётся только сообщение целиком: «отменить заказ» — это вопрос о заказе, а не команда. Желание "
            "поговорить с человеком узнаётся в любых словах, и с одной опечаткой.",
            "Some words customers say to any bot. Nodes that wait understand them by themselves, in both languages. "
            "Only a whole message counts: “cancel my order” is a question about an order and no command. A wish for a "
            "person is understood in any words, and with a slip.",
        ),
        Rows(
            (Both("команда", "command"), Both("что делает", "what it does"), Both("например", "for example")),
            tuple((f"`{name}`", DOES[name], _phrases(name)) for name in PATTERNS),
        ),
        Heading(Both("Поменять слова", "Changing the words")),
        Both(
            "`add` добавляет ваши фразы к встроенным, `replace` ставит их вместо встроенных, `off` выключает команду. "
            "Выключить `opt_out` нельзя там, где сценарий пишет первым (E151).",
            "`add` takes your phrases besides the built-in ones, `replace` instead of them, `off` switches the command "
            "off. `opt_out` cannot be switched off where the scenario writes first (E151).",
        ),
        Example(
            """\
patterns:
  human: {ru: [мастера, позовите мастера], en: [get me the craftsman], mode: add}
  restart: {ru: [новый заказ], en: [new order], mode: replace}
  repeat: off
"""
        ),
        Heading(Both("Своё действие вместо встроенного", "An action of your own")),
        Both(
            "Прерывание с `when: {pattern: …}` решает, что будет по команде.",
            "An interrupt with `when: {pattern: …}` decides what a command does.",
        ),
        Example(
            """\
interrupts:
  - {id: stop, when: {pattern: cancel}, run: {node: goodbye}}
nodes:
  what:
    type: menu
    text: {ru: Что вам показать?, en: What shall I show you?}
    options:
      - {id: new, label: {ru: Новинки, en: New things}, next: people}
      - {id: sale, label: {ru: Скидки, en: Sale}, next: people}
    timeout: 1h
    exits: {invalid: people, timeout: goodbye}
  goodbye:
    type: message
    text: {ru: Хорошо. Зовите ещё., en: All right. I am here if you need me.}
    next: done
  done: {type: end, outcome: stopped}
"""
        ),
    ),
)
