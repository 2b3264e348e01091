"""Typebot exports: what a customer of the imported scenario hears, and what the report says."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import Imported, compile_document, load_document
from tests.scenario_dsl.importers.samples import (
    codes,
    contents,
    document,
    findings,
    imported,
    losses_at,
    nodes,
    run,
)
from tests.scenario_dsl.support import Chat


def bot(*blocks: dict[str, Any], variables: tuple[str, ...] = ("Name",), **more: Any) -> dict[str, Any]:
    """An export of one group, its blocks in a row."""
    group = {
        "id": "g",
        "title": "Main",
        "blocks": [{"id": f"b{n}", **block} for n, block in enumerate(blocks)],
    }
    return {
        "version": "6",
        "id": "x",
        "name": "Test",
        "events": [{"id": "ev", "type": "start", "outgoingEdgeId": "e"}],
        "groups": [group, *more.pop("groups", [])],
        "edges": [{"id": "e", "from": {"eventId": "ev"}, "to": {"groupId": "g"}}, *more.pop("edges", [])],
        "variables": [{"id": name.lower(), "name": name} for name in variables],
        **more,
    }


def says(text: str) -> dict[str, Any]:
    """A text bubble."""
    return {"type": "text", "content": {"richText": [{"type": "p", "children": [{"text": text}]}]}}


def chat(result: Imported) -> Chat:
    """A run of an imported scenario."""
    loaded = load_document(result.text)
    assert loaded.document is not None
    return Chat(compile_document(loaded.document))


def shop() -> Chat:
    return chat(run("typebot", contents("typebot_shop"))[0]).start()


def test_a_sample_without_loose_ends_passes_the_checks() -> None:
    result = run("typebot", contents("typebot_shop"))[0]
    assert findings(result) == []
    assert document(result)["locale"] == {"default": "ru", "supported": ["ru"]}
    assert document(result)["id"] == "chaynaya_lavka"


def test_the_last_bubble_is_the_question_and_choices_store_labels() -> None:
    talk = shop()
    assert talk.said == ["Здравствуйте! Как к вам обращаться?"]
    assert talk.say("Пётр").said == ["Пётр, на какой адрес прислать чек? Есть {{ скобки"]
    assert talk.say("petr@tea.example").buttons == ["Зелёный чай", "Чёрный чай", "Белый чай"]
    assert talk.say("зелёный чай").said == ["Зелёный: Пётр: Зелёный чай"]
    assert talk.outcome == "completed"


def test_the_value_of_an_option_is_stored_in_place_of_its_label_and_a_jump_returns_to_the_menu() -> None:
    talk = shop().say("Пётр").say("petr@tea.example").press("belyy_chay")
    assert talk.said == ["Другой: Пётр: белый", "Что выберете?"]
    assert talk.press("zelenyy_chay").said == ["Зелёный: Пётр: Зелёный чай"]


def test_contains_and_ends_with_do_not_mind_case() -> None:
    talk = shop().say("Анна").say("anna@tea.ru").press("chernyy_chay")
    assert talk.said == ["Анна, anna@tea.ru"]


def test_invalid_replies_lead_to_their_event() -> None:
    assert shop().say("Пётр").say("это не адрес").said == ["Выберите из списка."]


OPERATORS = [
    ("Equal to", "abc", "abc", True),
    ("Equal to", "abc", "ABC", False),
    ("Not equal", "abc", "abd", True),
    ("Contains", "b", "aBc", True),
    ("Contains", "x", "abc", False),
    ("Does not contain", "b", "abc", False),
    ("Does not contain", "x", "abc", True),
    ("Greater than", "5", "6", True),
    ("Greater than", "5", "5", False),
    ("Greater than", "5", "ten", False),
    ("Greater or equal to", "5", "5", True),
    ("Less than", "5", "4.5", True),
    ("Less or equal to", "5", "5.5", False),
    ("Is set", "", "abc", True),
    ("Is empty", "", "abc", False),
    ("Starts with", "AB", "abc", True),
    ("Ends with", "bc", "abc", True),
    ("Matches regex", "/^A.C$/i", "abc", True),
    ("Matches regex", "^b", "abc", False),
    ("Does not match regex", "^b", "abc", True),
]


@pytest.mark.parametrize(("operator", "value", "said", "holds"), OPERATORS)
def test_all_fourteen_operators(operator: str, value: str, said: str, holds: bool) -> None:
    compared = {"id": "c", "variableId": "name", "comparisonOperator": operator, "value": value}
    source = bot(
        says("Name?"),
        {"type": "text input", "options": {"variableId": "name"}},
        {
            "type": "Condition",
            "items": [{"id": "i", "outgoingEdgeId": "yes", "content": {"comparisons": [compared]}}],
        },
        says("no"),
        groups=[{"id": "y", "title": "Yes", "blocks": [{"id": "by", **says("yes")}]}],
        edges=[{"id": "yes", "from": {"blockId": "b2", "itemId": "i"}, "to": {"groupId": "y"}}],
    )
    result = imported("typebot", source)
    assert findings(result) == []
    assert chat(result).start().say(said).said == ["yes" if holds else "no"]


def test_every_operator_is_among_those_tried() -> None:
    assert len({operator for operator, *_ in OPERATORS}) == 14


@pytest.mark.parametrize(
    ("compared", "reason"),
    [
        (
            {"variableId": "name", "comparisonOperator": "Matches regex", "value": "(?=x)"},
            "has no counterpart",
        ),
        ({"variableId": "name", "comparisonOperator": "Sounds like", "value": "x"}, "has no counterpart"),
        ({"variableId": "name", "comparisonOperator": "Greater than", "value": "many"}, "has no counterpart"),
        ({"variableId": "name", "value": "x"}, "unfinished"),
    ],
)
def test_a_comparison_that_cannot_be_said_never_holds_and_is_reported(
    compared: dict[str, str], reason: str
) -> None:
    item = {"id": "i", "content": {"comparisons": [{"id": "c", **compared}]}}
    result = imported("typebot", bot(says("Hi"), {"type": "Condition", "items": [item]}, says("no")))
    assert nodes(result)["main_2"]["cases"][0]["when"] == "false"
    (loss,) = losses_at(result, "groups[0].blocks[1].items[0].content.comparisons[0]")
    assert (loss.code, loss.severity, loss.source, loss.node) == ("L120", "error", "b1", "main_2")
    assert reason in loss.message["en"]


def test_code_leaves_a_note_and_an_error_in_the_report() -> None:
    code = {
        "type": "Set variable",
        "options": {"variableId": "name", "isCode": True, "expressionToEvaluate": "1+1"},
    }
    script = {"type": "Code", "options": {"name": "Track", "content": "alert(1)"}}
    result = imported("typebot", bot(says("Hi"), code, script))
    assert [node["type"] for node in nodes(result).values()][:3] == ["message", "note", "note"]
    assert [loss.message["en"] for loss in result.losses if loss.code == "L111"] == [
        "code is not carried over: 1+1",
        "code is not carried over: alert(1)",
    ]
    assert chat(result).start().outcome == "completed"


def test_a_score_is_counted_as_a_number() -> None:
    def score(text: str) -> dict[str, Any]:
        return {"type": "Set variable", "options": {"variableId": "score", "expressionToEvaluate": text}}

    result = imported(
        "typebot", bot(score("1.5"), score("({{Score}} + 2) * 3"), says("{{Score}}"), variables=("Score",))
    )
    assert findings(result) == []
    assert chat(result).start().said == ["10,5"]


def test_a_text_that_looks_like_an_expression_stays_a_text() -> None:
    source = {"type": "Set variable", "options": {"variableId": "name", "expressionToEvaluate": "=1+1 {{ x"}}
    assert chat(imported("typebot", bot(source, says("{{Name}}")))).start().said == ["=1+1 {{ x"]


def test_a_request_becomes_a_connection_with_a_path_and_stores_parts_of_the_answer() -> None:
    request = {
        "type": "Webhook",
        "options": {
            "webhook": {
                "method": "PUT",
                "url": "https://user:secret@api.crm.example:8443/v1/{{Name}}/x?a=1&b={{Name}}",
                "body": '{"n": {{Name}}, "t": "to {{Name}}", "k": [1, true]}',
            },
            "responseVariableMapping": [
                {"id": "m", "variableId": "city", "bodyPath": "data.address.city"},
                {"id": "n", "variableId": "name", "bodyPath": "data.items[0].title"},
            ],
        },
    }
    ask = {"type": "text input", "options": {"variableId": "name"}}
    result = imported(
        "typebot", bot(says("?"), ask, request, says("{{City}}!{{Name}}"), variables=("Name", "City"))
    )
    assert findings(result) == []
    assert "secret" not in result.text
    talk = chat(result).start().say("Ann")
    assert talk.call.request["path"] == "/v1/Ann/x"
    assert talk.call.request["query"] == {"a": "1", "b": "Ann"}
    assert talk.call.request["json"] == {"n": "Ann", "t": "to Ann", "k": [1, True]}
    assert talk.call.request["connection"] == "crm_example"
    answer = {"status": 200, "json": {"address": {"city": "Kazan"}, "items": [{"title": "T"}]}}
    assert talk.result("ok", answer).said == ["Kazan!T"]


def test_a_request_that_fails_goes_on_as_in_typebot() -> None:
    request = {"type": "Webhook", "options": {"webhook": {"url": "https://a.example/b"}}}
    result = imported("typebot", bot(says("Hi"), request, says("after")))
    talk = chat(result).start()
    assert talk.result("error", {"code": "http.connection"}).said == ["after"]


def test_a_body_that_is_no_json_is_reported_with_its_place() -> None:
    request = {"type": "Webhook", "options": {"webhook": {"url": "https://a.example/b", "body": "a=1&b=2"}}}
    result = imported("typebot", bot(says("Hi"), request))
    (loss,) = losses_at(result, "groups[0].blocks[1].options.webhook.body")
    assert (loss.code, loss.line) == ("L123", 1)
    assert loss.column > 1


def test_many_bubbles_become_messages_of_ten_parts() -> None:
    result = imported("typebot", bot(*(says(f"line {number}") for number in range(23))))
    assert [len(node["content"]) for node in nodes(result).values() if "content" in node] == [10, 10, 3]
    assert chat(result).start().said == [f"line {number}" for number in range(23)]


def test_an_option_without_a_way_and_an_edge_to_nothing_are_reported() -> None:
    items = [{"id": "i1", "content": "One"}, {"id": "i2", "content": "Two", "outgoingEdgeId": "lost"}]
    result = imported("typebot", bot(says("?"), {"type": "choice input", "items": items}))
    assert {"L130", "L131"} <= codes(result.losses)
    assert chat(result).start().press("one").outcome == "completed"


def test_a_command_becomes_a_word_of_the_customer() -> None:
    source = bot(
        says("Name?"),
        {"type": "text input", "options": {"variableId": "name"}},
        groups=[{"id": "h", "title": "Help", "blocks": [{"id": "bh", **says("help is here")}]}],
        edges=[{"id": "eh", "from": {"eventId": "c"}, "to": {"groupId": "h"}}],
    )
    source["events"].append(
        {"id": "c", "type": "command", "outgoingEdgeId": "eh", "options": {"command": "help"}}
    )
    assert chat(imported("typebot", source)).start().say("Help!").said == ["help is here"]


def test_chatwoot_is_a_handoff_and_the_session_timeout_bounds_questions() -> None:
    source = bot(says("Hi"), {"type": "text input"}, {"type": "Chatwoot", "options": {}})
    source["settings"] = {"whatsApp": {"sessionExpiryTimeout": 2}}
    result = imported("typebot", source)
    assert nodes(result)["main"]["timeout"] == "2h"
    assert nodes(result)["main_2"]["type"] == "handoff"
    assert findings(result) == []
    assert chat(result).start().wait_for("timeout").outcome == "no_answer"


def test_version_five_is_read_with_a_warning() -> None:
    source = bot(says("Hi"))
    source["version"] = "5"
    assert "L002" in codes(imported("typebot", source).losses)


def test_a_loss_says_where_in_a_file_and_in_both_languages() -> None:
    result = run("typebot", contents("typebot_leads"))[0]
    (loss,) = [item for item in result.losses if item.code == "L110"]
    assert str(loss) == (
        "typebot_leads.json:175:9: error L110 block 'Google Sheets' has no counterpart here: "
        "a note stands in its place [groups[4].blocks[2]]"
    )
    assert loss.text("ru").startswith("typebot_leads.json:175:9: error L110 у блока 'Google Sheets'")
    assert (loss.to_dict()["source"], loss.to_dict()["node"]) == ("b_sheet", "offer_b_3")


def test_blocks_of_a_group_stand_below_each_other_where_the_group_stood() -> None:
    source = bot(says("Hi"), says("You are?"), {"type": "text input", "options": {}})
    source["groups"][0]["graphCoordinates"] = {"x": 200.4, "y": -10}
    result = imported("typebot", source)
    first, second, *_ = nodes(result)
    assert document(result)["view"] == {"nodes": {first: {"x": 200, "y": -10}, second: {"x": 200, "y": 110}}}
    assert [loss.path for loss in result.losses if "graphCoordinates" in loss.path] == []
