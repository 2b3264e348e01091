"""`csat`: scores by button, number, word and emoji; comments; what is no score is not lost."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import End, Rate
from omnisupport.scenario_dsl.scales import SCALES, score_of
from tests.scenario_dsl.support import Chat, codes, document, scenario

CSAT = """\
  first:
    type: csat
    scale: stars5
    text: Оцените работу
    comment: {when: "score <= 3", text: Что было не так?, save_to: vars.comment, timeout: 1h}
    save_to: vars.score
    variants:
      whatsapp: {template: {name: csat_request, language: ru, params: ["=customer.name"]}}
    timeout: 24h
    reminders: [{after: 1h, text: Ждём оценку}]
    next: shown
    exits: {timeout: gone, message: again}
  shown: {type: note, text: "{{ vars.score }} {{ vars.comment | default('-') }}", next: bye}
  again: {type: end, outcome: message, release: redeliver}
"""
VARIABLES = """\
  score: {type: int, min: 1, max: 5}
  comment: {type: string, nullable: true, max_length: 20}
"""


def asked(nodes: str = CSAT, **changes: Any) -> Chat:
    return Chat(scenario(nodes, variables=VARIABLES), **changes).start()


def test_the_question_has_a_button_for_each_score() -> None:
    chat = asked()
    assert (chat.said, chat.buttons) == (
        ["Оцените работу"],
        ["⭐", "⭐⭐", "⭐⭐⭐", "⭐⭐⭐⭐", "⭐⭐⭐⭐⭐"],
    )


def test_a_good_score_is_recorded_and_nothing_more_is_asked() -> None:
    chat = asked().press("5")
    assert chat.of(Rate) == [Rate("stars5", 5, node="first")]
    assert (chat.outcome, chat.state["vars"]) == ("done", {"score": 5})


@pytest.mark.parametrize("answer", ["2", "плохо", "⭐⭐"])
def test_a_bad_score_is_recorded_at_once_and_again_with_its_comment(answer: str) -> None:
    chat = asked().say(answer)
    assert (chat.of(Rate), chat.said) == ([Rate("stars5", 2, node="first")], ["Что было не так?"])
    chat.say("Долго ждал")
    assert chat.of(Rate) == [Rate("stars5", 2, "Долго ждал", node="first")]
    assert (chat.outcome, chat.state["vars"]) == ("done", {"score": 2, "comment": "Долго ждал"})


def test_who_writes_no_comment_has_rated_all_the_same() -> None:
    assert asked().press("1").press("skip").outcome == "done"
    assert asked().press("1").say("Нет.").outcome == "done"
    silent = asked().press("1").wait_for("comment")
    assert (silent.outcome, silent.of(Rate), silent.state["vars"]) == ("done", [], {"score": 1})


def test_a_comment_that_does_not_fit_is_asked_for_again() -> None:
    chat = asked().press("1").say("х" * 30)
    assert (chat.of(Rate), chat.said) == ([], ["Что было не так?"])
    assert chat.say("коротко").state["vars"]["comment"] == "коротко"


def test_a_score_may_be_corrected_while_the_comment_is_asked_for() -> None:
    chat = asked().press("1").press("5")
    assert (chat.of(Rate), chat.outcome) == ([Rate("stars5", 5, node="first")], "done")
    assert asked().press("1").press("1").said == ["Эта кнопка устарела.", "Что было не так?"]


def test_an_answer_that_is_no_score_leaves_by_message_and_is_not_lost() -> None:
    chat = asked().say("А где мой заказ?")
    assert (chat.of(Rate), chat.commands) == ([], [End("message", [1], [])])
    assert asked().say("").outcome == "message"


def test_without_the_exit_an_interrupt_has_it() -> None:
    nodes = CSAT.replace(", message: again", "")
    head = "interrupts:\n  - {id: other, when: {otherwise: true}, run: {node: again}, mode: replace}\n"
    ir = scenario(nodes, variables=VARIABLES, head=head)
    assert Chat(ir).start().say("А где мой заказ?").commands == [End("message", [1], [])]


def test_somebody_must_take_what_is_no_score() -> None:
    nodes = CSAT.replace(", message: again", "").replace("  again:", "  bye2:")
    assert "E134" in codes(document(nodes, variables=VARIABLES))
    assert "E134" not in codes(document(CSAT, variables=VARIABLES))


def test_silence_leaves_by_timeout_after_a_reminder() -> None:
    chat = asked().wait_for("reminder0")
    assert chat.said == ["Ждём оценку"]
    assert chat.wait_for("timeout").outcome == "timeout"


def test_a_channel_has_its_own_form_of_the_question() -> None:
    chat = asked(channel={"type": "whatsapp"}, customer={"id": "u1", "name": "Анна"})
    [sent] = [part for command in chat.commands for part in command.to_dict()["parts"]]
    assert sent["template"] == {"name": "csat_request", "language": "ru", "params": ["Анна"]}
    assert len(sent["buttons"]) == 5


def test_a_scale_that_the_variable_cannot_hold_is_refused() -> None:
    nodes = CSAT.replace("stars5", "nps10")
    assert "E302" in codes(document(nodes, variables=VARIABLES))


def test_numeric_scales_are_not_numbered_again() -> None:
    nodes = """\
  first:
    type: csat
    scale: nps10
    text: Посоветуете нас?
    timeout: 1h
    next: bye
    exits: {timeout: bye, message: bye}
"""
    chat = Chat(scenario(nodes)).start()
    assert chat.buttons == [str(score) for score in range(11)]
    assert chat.commands[0].to_dict()["parts"][0]["layout"] == "scale"
    assert chat.say("0").of(Rate) == [Rate("nps10", 0, node="first")]


@pytest.mark.parametrize(
    ("scale", "text", "score"),
    [
        ("stars5", "5", 5),
        ("stars5", "ставлю 4!", 4),
        ("stars5", "4 из 5", 4),
        ("stars5", "5/5", 5),
        ("stars5", "4/10", None),
        ("stars5", "пять", 5),
        ("stars5", "Твёрдая пятёрка", 5),
        ("stars5", "★★★☆☆", 3),
        ("stars5", "3 коробки не доехали", None),
        ("stars5", "4.5", None),
        ("stars5", "4-5", None),
        ("stars5", "-1", None),
        ("stars5", "6", None),
        ("stars5", "0", None),
        ("stars5", "все отлично, спасибо", 5),
        ("stars5", "очень плохо", 1),
        ("stars5", "да", None),
        ("stars5", "спасибо", None),
        ("stars5", "", None),
        ("stars5", "👍", None),
        ("stars5", "😍😍", 5),
        ("emoji", "☹️", 2),
        ("emoji", "😡😍", None),
        ("emoji", "good", 4),
        ("thumbs", "👍🏽", 1),
        ("thumbs", "👎", 0),
        ("thumbs", "-", 0),
        ("thumbs", "да", 1),
        ("thumbs", "1", 1),
        ("thumbs", "2", 0),
        ("thumbs", "нормально", None),
        ("thumbs", "😡", 0),
        ("nps10", "10", 10),
        ("nps10", "десять из 10", 10),
        ("nps10", "11", None),
        ("nps10", "отлично", None),
        ("ces7", "7", 7),
        ("ces7", "8", None),
    ],
)
def test_what_people_type_for_a_score(scale: str, text: str, score: int | None) -> None:
    assert score_of(scale, text) == score


def test_every_button_says_its_own_score() -> None:
    for name, scale in SCALES.items():
        for score, label in scale.labels.items():
            assert score_of(name, label) == score
