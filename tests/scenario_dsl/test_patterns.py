"""What customers say to any scenario: the product's own phrases, and those of a scenario."""

from __future__ import annotations

import pytest

from omnisupport.scenario_dsl import IR, Human, Update, match_pattern
from omnisupport.scenario_dsl.patterns import named_correction
from tests.scenario_dsl.support import Chat, codes, document, scenario


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Отписаться", "opt_out"),
        ("отпишите меня от рассылки", "opt_out"),
        ("Не присылайте мне больше рекламу", "opt_out"),
        ("не присылайте рекламу!", "opt_out"),
        ("больше не пишите мне", "opt_out"),
        ("Unsubscribe", "opt_out"),
        ("stop texting me", "opt_out"),
        ("don't message me", "opt_out"),
        ("opt-out", "opt_out"),
        ("Повторите, пожалуйста", "repeat"),
        ("повтори вопрос", "repeat"),
        ("Could you repeat that?", "repeat"),
        ("what was the question?", "repeat"),
        ("пропустить", "skip"),
        ("Следующий вопрос", "skip"),
        ("skip this", "skip"),
        ("я ошибся", "correct"),
        ("Изменить ответ", "correct"),
        ("I made a mistake", "correct"),
        ("change my answer", "correct"),
    ],
)
def test_new_patterns_are_whole_phrases(text: str, pattern: str) -> None:
    assert match_pattern(text, "ru") == pattern
    assert match_pattern(text, "en") == pattern


@pytest.mark.parametrize(
    "text",
    [
        "как отписаться от рассылки партнёров",
        "не пишите адрес на коробке",
        "повторить заказ",
        "повторите мой прошлый заказ",
        "пропустил доставку",
        "я пропустить не могу",
        "skip the line",
        "исправить адрес в заказе",
        "ошибка 404",
        "correct",
        "ещё раз",
        "again",
        "верно",
        "дальше что",
    ],
)
def test_other_words_are_none_of_the_new_patterns(text: str) -> None:
    assert match_pattern(text, "ru") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("поменять телефон", ["телефон"]),
        ("Хочу изменить мой адрес доставки, пожалуйста", ["адрес", "доставки"]),
        ("change the phone", ["phone"]),
        ("please correct my e-mail", ["e", "mail"]),
        ("поменять", None),
        ("телефон поменять", None),
        ("не надо менять телефон", None),
        ("", None),
        ("поменять " + "а" * 500, None),
    ],
)
def test_what_shall_be_changed(text: str, words: list[str] | None) -> None:
    assert named_correction(text) == words


NODES = """\
  first:
    type: ask
    text: Имя?
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: second
    exits: {invalid: wrong, timeout: gone}
  second:
    type: ask
    text: Сколько?
    input: {kind: int}
    skippable: true
    timeout: 1h
    next: bye
    exits: {invalid: wrong, timeout: gone, skip: skipped}
"""


def asking(head: str = "", nodes: str = NODES) -> IR:
    return scenario(nodes, variables="  name: {type: string}\n", head=head)


def test_opting_out_is_kept_said_and_the_question_asked_again() -> None:
    chat = Chat(asking()).start().say("отписаться")
    assert chat.of(Update) == [Update("customer", {"consents": {"marketing": False}})]
    assert chat.said == ["Хорошо, рекламных сообщений больше не будет.", "Имя?"]
    assert chat.say("Анна").said == ["Сколько?"]


def test_opting_out_works_where_interrupts_do_not() -> None:
    nodes = NODES.replace("    input: {kind: text}\n", "    input: {kind: text}\n    interruptible: false\n")
    assert Chat(asking(nodes=nodes)).start().say("unsubscribe").of(Update)


def test_opting_out_during_a_call_is_kept_and_the_call_goes_on() -> None:
    nodes = """\
  first: {type: kb_answer, question: "'что'", exits: {answered: bye, no_answer: bye, error: failed}}
"""
    chat = Chat(scenario(nodes)).start().say("отписаться")
    assert chat.of(Update)
    assert chat.state["waiting"]["kind"] == "call"
    assert chat.result("answered", {"text": "Ответ."}).outcome == "done"


@pytest.mark.parametrize(("channel", "outcome"), [("sms", None), ("widget", "cancelled")])
def test_stop_is_an_opt_out_on_sms_and_an_end_elsewhere(channel: str, outcome: str | None) -> None:
    ir = scenario(NODES, variables="  name: {type: string}\n").copy()
    ir["channels"] = ["widget", "sms"]
    chat = Chat(ir, channel={"type": channel}).start().say("STOP")
    assert (bool(chat.of(Update)), chat.outcome) == (outcome is None, outcome)


def test_the_scenarios_own_interrupt_takes_an_opt_out() -> None:
    head = "interrupts:\n  - {id: out, when: {pattern: opt_out}, run: {node: special}}\n"
    chat = Chat(asking(head)).start().say("отписаться")
    assert (chat.outcome, chat.of(Update)) == ("special", [])


def test_repeat_says_the_question_again() -> None:
    chat = Chat(asking()).start().say("повторите вопрос")
    assert (chat.said, chat.state["waiting"]["attempt"]) == (["Имя?"], 0)


def test_skip_works_where_a_question_may_be_skipped() -> None:
    chat = Chat(asking()).start().say("дальше")
    assert chat.state["vars"]["name"] == "дальше"
    assert chat.say("следующий вопрос").outcome == "skipped"


def test_a_mistake_goes_back_to_the_answer_before() -> None:
    chat = Chat(asking()).start().say("Анна").say("я ошиблась")
    assert (chat.said, chat.node) == (["Имя?"], "first")


# Phrases of a scenario


def test_own_phrases_come_besides_the_products() -> None:
    head = "patterns: {human: {ru: [есть живые], en: [anyone alive]}}\n"
    assert Chat(asking(head)).start().say("Есть живые?").commands == [Human()]
    assert Chat(asking(head)).start().say("anyone alive").outcome == "human"
    assert Chat(asking(head)).start().say("оператор").outcome == "human"


def test_own_phrases_may_replace_the_products() -> None:
    head = "patterns: {cancel: {ru: [баста], mode: replace}}\n"
    assert Chat(asking(head)).start().say("баста").outcome == "cancelled"
    assert Chat(asking(head)).start().say("отмена").node == "second"


def test_a_pattern_may_be_off() -> None:
    chat = Chat(asking("patterns: {cancel: off, restart: false}\n")).start().say("отмена")
    assert (chat.outcome, chat.state["vars"]["name"]) == (None, "отмена")
    assert Chat(asking("patterns: {restart: off}\n")).start().say("заново").node == "second"


def test_a_phrase_of_one_pattern_may_be_given_to_another() -> None:
    head = "patterns: {restart: {ru: [отмена]}}\n"
    assert Chat(asking(head)).start().say("Анна").say("отмена").said == ["Имя?"]


def test_the_ir_has_patterns_only_where_they_are_changed() -> None:
    assert "patterns" not in asking()
    assert asking("patterns: {back: off}\n")["patterns"] == {"back": {"mode": "off"}}


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("patterns: [human]\n", "E007"),
        ("patterns: {humans: off}\n", "E111"),
        ("patterns: {human: on}\n", "E007"),
        ("patterns: {human: {}}\n", "E112"),
        ("patterns: {human: {ru: ['?!']}}\n", "E112"),
        ("patterns: {human: {ru: [а], mode: merge}}\n", "E007"),
        ("patterns: {human: {de: [а]}}\n", "E111"),
    ],
)
def test_faults_of_patterns_are_found(head: str, code: str) -> None:
    found = codes(document(NODES, variables="  name: {type: string}\n", head=head))
    assert code in found, found
