"""`ask` beyond the value: doubts, checks, fragments, codes, several choices, buttons of old questions."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import IR, Inbound, Message, Send
from omnisupport.scenario_dsl.ir import canonical
from tests.scenario_dsl.support import NOW, Chat, codes, document, scenario


def asking(kind: str, *, variable: str = "string", more: str = "", exits: str = "", head: str = "") -> IR:
    nodes = f"""\
  first:
    type: ask
    text: Вопрос?
    input: {kind}
    save_to: vars.answer
{more}    timeout: 1h
    next: told
    exits: {{invalid: wrong, timeout: gone{exits}}}
  told:
    type: note
    text: "{{{{ vars.answer | default('-') }}}} {{{{ event.text }}}}"
    next: saved
"""
    return scenario(nodes, variables=f"  answer: {{type: {variable}}}\n", head=head)


def answer(chat: Chat) -> Any:
    return chat.state["vars"].get("answer")


def send(chat: Chat, text: str = "", **content: Any) -> Chat:
    """A message with something besides its text."""
    return chat.take(Message(chat.context, Inbound(len(chat.log) + 100, text, None, content=content)))


# Doubts about the spelling


def doubtful() -> Chat:
    return Chat(asking("{kind: email}", variable="email")).start().say("anna@gmial.com")


def test_a_slip_in_an_address_is_asked_about() -> None:
    chat = doubtful()
    assert (chat.said, chat.buttons) == (["Вы имели в виду anna@gmail.com?"], ["Да", "Нет"])
    assert answer(chat) is None


@pytest.mark.parametrize(
    ("said", "stored"),
    [("да", "anna@gmail.com"), ("нет", "anna@gmial.com"), ("anna@mail.ru", "anna@mail.ru")],
)
def test_the_customer_decides_about_the_slip(said: str, stored: str) -> None:
    chat = doubtful().say(said)
    assert (answer(chat), chat.outcome) == (stored, "saved")


def test_a_doubt_is_settled_by_button_and_ended_by_silence() -> None:
    assert answer(doubtful().press("yes")) == "anna@gmail.com"
    assert answer(doubtful().press("no")) == "anna@gmial.com"
    assert doubtful().wait_for("timeout").outcome == "timeout"


def test_buttons_of_the_question_are_not_those_of_the_doubt() -> None:
    ir = asking("{kind: email}", variable="email", more="    skippable: true\n", exits=", skip: skipped")
    chat = Chat(ir).start()
    old = f"1.{chat.state['prompt']}.skip"
    assert chat.say("anna@gmial.com").press_raw(old).said[0] == "Эта кнопка устарела."


def test_back_from_a_doubt_is_the_question() -> None:
    chat = doubtful().say("назад")
    assert chat.said == ["Вопрос?"]
    assert answer(chat.say("x@y.ru")) == "x@y.ru"


@pytest.mark.parametrize(
    ("exit", "value", "stored"),
    [
        ("ok", "anna@example.com", "anna@example.com"),
        ("not_checked", None, "anna@example.com"),
        ("error", None, "anna@example.com"),
    ],
)
def test_a_domain_that_nobody_could_check_is_taken(exit: str, value: Any, stored: str) -> None:
    chat = Chat(asking("{kind: email, check_mx: true}", variable="email")).start().say("anna@example.com")
    assert chat.call.request == {"kind": "email_domain", "address": "anna@example.com"}
    assert answer(chat.result(exit, value)) == stored


def test_a_domain_without_mail_is_asked_again() -> None:
    chat = Chat(asking("{kind: email, check_mx: true}", variable="email")).start().say("anna@example.com")
    assert chat.result("invalid").said == ["Не получилось разобрать ответ. Попробуйте ещё раз."]


def test_the_address_that_was_meant_is_the_one_that_is_looked_up() -> None:
    chat = (
        Chat(asking("{kind: email, check_mx: true}", variable="email"))
        .start()
        .say("anna@gmial.com")
        .say("да")
    )
    assert chat.call.request["address"] == "anna@gmail.com"


# Checks before the value is stored


def test_a_value_is_read_back_before_it_is_stored() -> None:
    chat = Chat(asking("{kind: date}", variable="date", more="    confirm: true\n")).start().say("5 марта")
    assert (chat.said, chat.buttons) == (["Верно: 5 марта 2026?"], ["Да", "Нет"])
    assert answer(chat) is None
    assert answer(chat.say("верно")) == "2026-03-05"


def test_no_asks_again_and_another_value_is_read_back_too() -> None:
    ir = asking("{kind: date}", variable="date", more="    confirm: true\n")
    chat = Chat(ir).start().say("5 марта").press("no")
    assert chat.said == ["Вопрос?"]
    assert chat.say("6 марта").say("7 марта").said == ["Верно: 7 марта 2026?"]
    assert answer(chat.say("да")) == "2026-03-07"


def test_the_author_may_word_the_check() -> None:
    more = '    confirm: {text: "Записал {{ value }}, всё так?"}\n'
    chat = Chat(asking("{kind: int}", variable="int", more=more)).start().say("12")
    assert chat.said == ["Записал 12, всё так?"]


def test_a_known_answer_is_read_back_where_checks_are_wanted() -> None:
    ir = asking("{kind: text}", more="    prefill: customer.name\n    confirm: true\n")
    chat = Chat(ir, customer={"name": "Анна"}).start()
    assert chat.said == ["Верно: Анна?"]
    assert answer(chat.say("да")) == "Анна"


def test_not_needed_is_no_where_yes_or_no_is_asked() -> None:
    chat = Chat(asking("{kind: bool}", variable="bool")).start()
    assert chat.buttons == ["Да", "Нет"]
    assert answer(chat.say("не надо")) is False
    assert Chat(asking("{kind: bool}", variable="bool")).start().say("отмена").outcome == "cancelled"


def test_no_is_an_answer_even_where_the_question_may_be_skipped() -> None:
    ir = asking("{kind: bool}", variable="bool", more="    skippable: true\n", exits=", skip: skipped")
    assert answer(Chat(ir).start().say("нет")) is False
    assert Chat(ir).start().say("дальше").outcome == "skipped"


# One answer in several messages


def typing() -> Chat:
    return Chat(asking("{kind: text, debounce: 3s}")).start()


def test_fragments_become_one_answer_when_nothing_more_comes() -> None:
    chat = typing().say("У меня")
    assert (chat.commands, chat.state["timers"][0]["at"]) == ([], NOW + 3_000)
    chat.say("не работает").say("чайник")
    assert len(chat.state["timers"]) == 1
    chat.wait_for("debounce3")
    assert (answer(chat), chat.outcome) == ("У меня\nне работает\nчайник", "saved")
    assert chat.commands[0].to_dict()["text"].count("чайник") == 2


def test_a_timer_of_an_earlier_fragment_is_stale() -> None:
    chat = typing().say("раз")
    old = chat.state["timers"][0]["id"]
    chat.say("два")
    assert chat.state["timers"][0]["id"] != old


def test_a_person_can_be_called_amid_fragments() -> None:
    assert typing().say("раз").say("оператор").outcome == "human"


def test_a_long_text_is_complete_at_once() -> None:
    chat = typing().say("а" * 2_000)
    assert chat.outcome == "saved"
    assert len(answer(chat)) == 2_000


def test_fragments_stay_small_in_the_state() -> None:
    chat = typing()
    for _ in range(50):
        if chat.outcome is None:
            chat.say("ж" * 400)
    assert chat.outcome == "saved"


def test_fragments_that_make_no_answer_are_asked_again() -> None:
    chat = Chat(asking("{kind: text, debounce: 3s, min_length: 5}")).start().say("да").wait_for("debounce1")
    assert chat.said == ["Не получилось разобрать ответ. Попробуйте ещё раз."]
    assert [timer["id"] for timer in chat.state["timers"]] == ["1.1.1.timeout"]


# What comes besides the text


def attachment(**changes: Any) -> dict[str, Any]:
    return {
        "id": "f1",
        "name": "a.pdf",
        "mime": "application/pdf",
        "size": 9,
        "kind": "file",
        "url": None,
    } | changes


def test_a_file_answers_and_expressions_see_it() -> None:
    nodes = """\
  first:
    type: ask
    text: Файл?
    input: {kind: file}
    save_to: vars.file
    timeout: 1h
    next: told
    exits: {invalid: wrong, timeout: gone}
  told:
    type: note
    text: "{{ size(event.attachments.orValue([])) }} {{ vars.file.name | default('-') }} {{ vars.file.scan }}"
    next: saved
"""
    chat = send(Chat(scenario(nodes, variables="  file: {type: file}\n")).start(), attachments=[attachment()])
    assert chat.commands[0].to_dict()["text"] == "1 a.pdf not_checked"


def test_an_infected_file_is_refused_with_the_reason() -> None:
    ir = asking("{kind: file}", variable="file", more="    retry: {max: 2, text: Пришлите договор.}\n")
    chat = send(Chat(ir).start(), attachments=[attachment(scan="infected")])
    assert chat.said == [
        "В этом файле нашёлся вирус, принять его нельзя. Пришлите другой.\nПришлите договор."
    ]


def test_files_of_several_messages_are_one_answer() -> None:
    ir = asking("{kind: image, max: 5, debounce: 2s}", variable="list, of: file")
    chat = Chat(ir).start()
    for number in range(3):
        send(chat, attachments=[attachment(id=f"f{number}", kind="image", mime="image/jpeg")])
    chat.wait_for("debounce3")
    assert [file["id"] for file in answer(chat)] == ["f0", "f1", "f2"]


def test_a_shared_number_goes_to_the_host_and_the_button_for_it_is_the_channels() -> None:
    ir = asking("{kind: phone, share_contact: true}", variable="phone", head="")
    assert Chat(ir).start().buttons == []
    chat = Chat(ir, channel={"type": "telegram"}).start()
    sends: list[Send] = chat.of(Send)
    assert sends[0].parts[0]["buttons"][0]["share"] == "contact"
    send(chat, contact={"name": "Анна", "phone": "+79161234567", "own": True})
    assert chat.call.request["text"] == "+79161234567"


def test_an_address_that_nobody_finds_is_taken_as_it_is() -> None:
    ir = asking("{kind: location}", variable="location")
    chat = Chat(ir).start().say("Москва, Тверская 1").result("not_checked")
    assert answer(chat) == {"lat": None, "lon": None, "address": "Москва, Тверская 1"}


def test_a_file_that_came_during_a_call_is_not_lost() -> None:
    nodes = """\
  first: {type: kb_answer, question: "'что'", exits: {answered: second, no_answer: second, error: failed}}
  second:
    type: ask
    text: Файл?
    input: {kind: file}
    save_to: vars.file
    timeout: 1h
    next: told
    exits: {invalid: wrong, timeout: gone}
  told: {type: note, text: "{{ vars.file.name }}", next: saved}
"""
    chat = send(
        Chat(
            scenario(
                nodes.replace("vars.file.name }}", "vars.file.name | default('-') }}"),
                variables="  file: {type: file}\n",
            )
        ).start(),
        attachments=[attachment()],
    )
    assert chat.result("no_answer").outcome == "saved"


def test_an_event_without_content_is_what_it_always_was() -> None:
    assert Chat(asking("{kind: int}", variable="int")).start().say("?").state["event"] == {
        "text": "?",
        "button": None,
        "resolution": None,
    }


# Codes


CODE = "{kind: code, length: 4, attempts: 2, ttl: 5m, to: {channel: sms, address: '=customer.phone.orValue(\"?\")'}}"


def coding() -> Chat:
    chat = Chat(asking(CODE, variable="bool"), customer={"phone": "+79161234567"}).start()
    assert chat.call.kind == "code"
    assert chat.call.request == {
        "op": "send",
        "length": 4,
        "ttl_s": 300,
        "to": {"channel": "sms", "address": "+79161234567"},
    }
    return chat.result("ok", {"code_id": "c7"})


def test_a_code_is_sent_before_it_is_asked_for_and_checked_by_the_host() -> None:
    chat = coding()
    assert (chat.said, chat.buttons) == (["Вопрос?"], ["Отправить ещё раз"])
    chat.say("12 34")
    assert chat.call.request == {"op": "check", "code_id": "c7", "text": "1234"}
    assert chat.state["event"]["text"] == ""
    chat.result("ok")
    assert (answer(chat), chat.outcome) == (True, "saved")
    assert "1234" not in canonical(
        {key: value for key, value in chat.state.items() if key != "waiting"}
    ).replace("79161234567", "")


def test_a_wrong_code_may_be_tried_again_as_often_as_said() -> None:
    chat = coding().say("1234").result("wrong")
    assert chat.said == ["Код не подошёл. Проверьте и введите ещё раз."]
    assert chat.say("9999").result("wrong").outcome == "invalid"


def test_what_is_no_code_counts_as_an_attempt() -> None:
    assert coding().say("слово").say("ещё слово").outcome == "invalid"


@pytest.mark.parametrize("said", ["ещё раз", "код не пришёл", "resend", "повторите"])
def test_another_code_is_sent_when_it_is_asked_for(said: str) -> None:
    chat = coding().say(said)
    assert chat.call.request["op"] == "send"
    chat.result("ok", {"code_id": "c8"})
    assert chat.said == ["Отправил новый код.", "Вопрос?"]
    assert chat.say("1234").call.request["code_id"] == "c8"


def test_an_expired_code_is_followed_by_a_new_one() -> None:
    chat = coding().say("1234").result("expired")
    assert chat.call.request["op"] == "send"
    assert chat.result("ok", {"code_id": "c8"}).said[0] == "Время этого кода вышло, отправил новый."


def test_codes_are_not_sent_without_end() -> None:
    chat = coding()
    for _ in range(3):
        chat.press("resend").result("ok", {"code_id": "c"})
    assert chat.press("resend").outcome == "invalid"


def test_another_code_gives_no_more_attempts() -> None:
    chat = coding().say("1234").result("wrong").press("resend").result("ok", {"code_id": "c8"})
    assert chat.say("1234").result("wrong").outcome == "invalid"


def test_a_code_that_cannot_be_sent_or_checked_opens_no_door() -> None:
    ir = asking(CODE, variable="bool", exits=", error: failed")
    assert Chat(ir).start().result("error").outcome == "error"
    chat = coding().say("1234").result("error")
    assert (answer(chat), chat.outcome) == (None, None)


# Several choices


CHOICES = "{kind: choices, options: [{id: a, label: Чай}, {id: b, label: Кофе и сахар}, {id: c, label: Мёд}], max: 3}"


def choosing(more: str = "") -> Chat:
    ir = asking(CHOICES, variable="list, of: string", more=more)
    return Chat(ir).start()


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("1, 3", ["a", "c"]),
        ("1 3", ["a", "c"]),
        ("3 и 1", ["a", "c"]),
        ("чай, мёд", ["a", "c"]),
        ("чай и мед", ["a", "c"]),
        ("кофе и сахар", ["b"]),
        ("чай, кофе и сахар", ["a", "b"]),
        ("2", ["b"]),
        ("все", ["a", "b", "c"]),
        ("all", ["a", "b", "c"]),
        ("чай\nмёд", ["a", "c"]),
        ("1; 1; 1", ["a"]),
    ],
)
def test_several_options_are_named_at_once(said: str, chosen: list[str]) -> None:
    assert answer(choosing().say(said)) == chosen


@pytest.mark.parametrize("said", ["5", "чай, пиво", "1, 9", "что-нибудь", "готово", "ничего"])
def test_what_names_no_options_is_asked_again(said: str) -> None:
    assert choosing().say(said).said == ["Не получилось разобрать ответ. Попробуйте ещё раз."]


def test_buttons_add_and_take_away_until_done() -> None:
    chat = choosing().press("a").press("c").press("a")
    assert chat.buttons == ["Чай", "Кофе и сахар", "✓ Мёд", "Готово"]
    assert answer(chat.press("b").press("done")) == ["b", "c"]


def test_done_may_be_typed() -> None:
    assert answer(choosing().press("b").say("готово")) == ["b"]
    assert answer(choosing().press("b").say("всё")) == ["b"]


# Buttons of old questions


def stale(mode: str) -> Chat:
    nodes = f"""\
  first:
    type: menu
    text: Что?
    options: [{{id: tea, label: Чай, next: second}}, {{id: milk, label: Молоко, next: third}}]
    stale_button: {mode}
    timeout: 1h
    exits: {{invalid: wrong, timeout: gone}}
  second:
    type: ask
    text: Сколько?
    input: {{kind: int}}
    timeout: 1h
    next: bye
    exits: {{invalid: wrong, timeout: gone}}
  third:
    type: ask
    text: Какое?
    input: {{kind: text}}
    timeout: 1h
    next: bye
    exits: {{invalid: wrong, timeout: gone}}
"""
    chat = Chat(scenario(nodes)).start().press("tea")
    assert chat.said == ["Сколько?"]
    return chat.press_raw("1.1.milk")


def test_an_old_button_may_be_ignored() -> None:
    chat = stale("ignore")
    assert (chat.commands, chat.node) == ([], "second")
    assert chat.say("2").outcome == "done"


def test_an_old_button_may_go_back_to_its_question() -> None:
    chat = stale("goto")
    assert (chat.said, chat.node) == (["Что?"], "first")


def test_an_old_button_may_answer_its_question_anew() -> None:
    chat = stale("reanswer")
    assert (chat.said, chat.node) == (["Какое?"], "third")
    assert chat.say("назад").said == ["Что?"]


def test_an_old_button_that_means_nothing_is_out_of_date() -> None:
    chat = stale("goto").press("tea").press_raw("1.99.milk")
    assert chat.said[0] == "Эта кнопка устарела."
    assert stale("reanswer").press_raw("1.1.beer").said[0] == "Эта кнопка устарела."
    assert stale("reanswer").press_raw("7.1.tea").said[0] == "Эта кнопка устарела."


# Faults


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("{kind: date, min: 'vars.nothing'}", "E210"),
        ("{kind: date, min: '1 + 1'}", "E302"),
        ("{kind: datetime, default_time: noon}", "E007"),
        ("{kind: file, max_size: large}", "E007"),
        ("{kind: money, currency: XXX}", "E007"),
        ("{kind: code}", "E112"),
        ("{kind: rating, min: 5, max: 2}", "E007"),
        ("{kind: file, min: 3}", "E112"),
        ("{kind: date, foo: 1}", "E111"),
    ],
)
def test_faults_of_inputs_are_found(kind: str, code: str) -> None:
    exits = "{invalid: wrong, timeout: gone}"
    nodes = f"  first: {{type: ask, text: Да?, input: {kind}, timeout: 1h, next: bye, exits: {exits}}}\n"
    found = codes(document(nodes))
    assert code in found or (code == "E210" and "E211" in found), found


def test_extraction_may_read_the_current_message() -> None:
    nodes = """\
  menu:
    type: menu
    text: Что?
    options: [{id: a, label: Другое, next: bye}]
    free_text: first
    timeout: 1h
    exits: {invalid: wrong, timeout: gone}
  first:
    type: ask
    text: Когда?
    input: {kind: date}
    extract: {from_current_message: true}
    save_to: vars.day
    timeout: 1h
    next: told
    exits: {invalid: wrong, timeout: gone}
  told: {type: note, text: "{{ vars.day | date }}", next: saved}
"""
    ir = scenario(nodes, variables="  day: {type: date}\n", start="menu")
    assert Chat(ir).start().say("запишите меня на пятницу").state["vars"]["day"] == "2026-03-06"


def test_a_question_may_be_more_than_a_text() -> None:
    nodes = """\
  first:
    type: ask
    content:
      - text: Вот образец.
        media: {kind: image, url: "https://example.com/a.png"}
      - text: Пришлёте такой же?
    input: {kind: bool}
    timeout: 1h
    next: bye
    exits: {invalid: wrong, timeout: gone}
"""
    chat = Chat(scenario(nodes)).start()
    sends: list[Send] = chat.of(Send)
    assert [part["text"] for part in sends[0].parts] == ["Вот образец.", "Пришлёте такой же?"]
    assert sends[0].parts[0]["media"]["kind"] == "image"
    assert chat.buttons == ["Да", "Нет"]
    assert "E111" in codes(document(nodes.replace("    input:", "    text: Да?\n    input:")))
    assert "E112" in codes(document(nodes.replace("content:", "label:").replace("text: Вот", "ru: Вот")))
