"""Rasa flows with their domain: what a customer of the imported scenario hears, and what the report says."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl.importers.phrase import Inserted
from omnisupport.scenario_dsl.importers.rasa_conditions import Untranslatable, condition
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
from tests.scenario_dsl.importers.test_typebot import chat
from tests.scenario_dsl.support import Chat

TYPES = {"age": "number", "city": "string", "ok": "bool", "kind": "enum", "tags": "list"}


def slot(name: str) -> Inserted | None:
    return Inserted(f"vars.{name}", TYPES[name]) if name in TYPES else None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("slots.age >= 18", "has(vars.age) && vars.age >= 18.0"),
        ("age = 18.5", "has(vars.age) && vars.age == 18.5"),
        ("18 < slots.age", "has(vars.age) && vars.age > 18.0"),
        ("slots.city = 'Rome'", "vars.city.orValue('') == 'Rome'"),
        ('slots.city is not "Rome"', "!(vars.city.orValue('') == 'Rome')"),
        ("slots.city is null", "!(has(vars.city))"),
        ("slots.city is not null", "has(vars.city)"),
        ("slots.ok", "vars.ok.orValue(false)"),
        ("not slots.ok", "!(vars.ok.orValue(false))"),
        ("slots.ok is False", "vars.ok.orValue(true) == false"),
        ("slots.city", "has(vars.city)"),
        ("slots.city matches '^R'", "vars.city.orValue('').matches('^R')"),
        ("slots.city contains 'om'", "vars.city.orValue('').contains('om')"),
        ("slots.tags contains 'new'", "'new' in vars.tags.orValue([])"),
        ("{'a' 'b'} contains slots.kind", "vars.kind.orValue('') in ['a', 'b']"),
        ("slots.ok and (city = 'x' or not ok)", None),
    ],
)
def test_conditions(source: str, expected: str | None) -> None:
    found = condition(source, slot)
    assert found == expected if expected else "||" in found and "&&" in found


@pytest.mark.parametrize(
    "source",
    [
        "slots.unknown = 1",
        "slots.age >",
        "(slots.ok",
        "context.x = 1",
        "1 = 1",
        "slots.city matches '(?=x)'",
        "a ? b",
        "",
        "(" * 90 + "ok" + ")" * 90,
        "ok " * 1_000,
    ],
)
def test_conditions_that_cannot_be_said(source: str) -> None:
    with pytest.raises(Untranslatable):
        condition(source, slot)


def bank() -> Chat:
    return chat(run("rasa", contents("rasa_bank"))[0]).start("block my card")


def test_a_file_without_loose_ends_passes_the_checks() -> None:
    result = run("rasa", contents("rasa_bank"))[0]
    assert findings(result) == []
    assert document(result)["description"] == "Block a bank card of the customer"


def test_a_called_flow_has_slots_of_its_own_that_come_back() -> None:
    talk = bank()
    assert talk.said == ["Why do you want to block the card?"]
    assert talk.say("lost").said == ["I am sorry to hear that it was lost.", "Which street do you live in?"]
    assert talk.say("main street").said == [
        "I will write it with a capital letter.",
        "Blocked. A new card goes to main street.",
    ]
    assert talk.outcome == "completed"


def test_rejections_and_branches() -> None:
    talk = bank()
    assert talk.say("a joke").said == ["Please be serious."]
    assert talk.say("broken").said[0] == 'A fee of 10 is due for "broken".'


def rasa(*steps: dict[str, Any], **domain: Any) -> dict[str, Any]:
    """One flow with a domain."""
    slots = {"city": {"type": "text"}, **domain.pop("slots", {})}
    responses = {
        "utter_ask_city": [{"text": "City?"}],
        "utter_hi": [{"text": "Hi {city}"}],
        **domain.pop("responses", {}),
    }
    flows = {"only": {"description": "The only one", "steps": list(steps)}, **domain.pop("flows", {})}
    return {"flows": flows, "slots": slots, "responses": responses, **domain}


def test_a_filled_slot_is_not_asked_for_unless_the_step_says_so() -> None:
    collect = {"collect": "city"}
    filled = {"slots": {"city": {"type": "text", "initial_value": "Rome"}}}
    assert chat(imported("rasa", rasa(collect, {"action": "utter_hi"}, **filled))).start("x").said == [
        "Hi Rome"
    ]
    asked = rasa({**collect, "ask_before_filling": True}, {"action": "utter_hi"}, **filled)
    assert chat(imported("rasa", asked)).start("x").said == ["City?"]


def test_a_categorical_slot_is_a_choice_of_its_values_with_the_labels_of_the_buttons() -> None:
    source = rasa(
        {"collect": "tea"},
        {"action": "utter_tea"},
        slots={"tea": {"type": "categorical", "values": ["green", "black"]}},
        responses={
            "utter_ask_tea": [
                {"text": "Tea?", "buttons": [{"title": "Green one", "payload": "/SetSlots(tea=green)"}]}
            ],
            "utter_tea": [{"text": "{tea} it is"}],
        },
    )
    result = imported("rasa", source)
    assert findings(result) == []
    talk = chat(result).start("x")
    assert talk.buttons == ["Green one", "black"]
    assert talk.press("green").said == ["green it is"]


def test_variations_with_conditions_become_cases_and_further_ones_are_reported() -> None:
    said = [
        {"text": "To Rome!", "condition": [{"type": "slot", "name": "city", "value": "Rome"}]},
        {"text": "Elsewhere."},
        {"text": "Anywhere."},
    ]
    result = imported("rasa", rasa({"collect": "city"}, {"action": "utter_go"}, responses={"utter_go": said}))
    assert chat(result).start("x").say("Rome").said == ["To Rome!"]
    assert chat(result).start("x").say("Oslo").said == ["Elsewhere."]
    assert losses_at(result, "responses.utter_go[2]")[0].code == "L171"


def test_links_noops_and_loops() -> None:
    other = {"other": {"description": "Another", "if": False, "steps": [{"action": "utter_bye"}]}}
    source = rasa(
        {
            "id": "again",
            "collect": "city",
            "ask_before_filling": True,
            "next": [{"if": "slots.city = 'stay'", "then": "again"}, {"else": "skip"}],
        },
        {"id": "skip", "noop": True, "next": "go"},
        {"id": "go", "link": "other"},
        flows=other,
        responses={"utter_bye": [{"text": "Bye"}]},
    )
    talk = chat(imported("rasa", source)).start("x")
    assert talk.say("stay").said == ["City?"]
    assert talk.say("Oslo").said == ["Bye"]


def test_noops_in_a_ring_come_to_an_end() -> None:
    ring = rasa(
        {"id": "a", "noop": True, "next": "b"}, {"id": "b", "noop": True, "next": "a"}, {"action": "utter_hi"}
    )
    assert document(imported("rasa", ring))["start"] == "finished"


def test_what_is_set_may_be_a_list_and_reads_as_no_expression() -> None:
    values = [{"tags": ["=1", "{{ x", "plain"]}, {"city": 5}, {"other": {"a": 1}}]
    source = rasa({"set_slots": values}, slots={"tags": {"type": "list"}, "other": {"type": "any"}})
    result = imported("rasa", source)
    assert nodes(result)["only_set_slots"]["assign"] == {
        "vars.tags": ["='=1'", "='{{ x'", "plain"],
        "vars.city": "5",
    }
    assert losses_at(result, "flows.only.steps[0].set_slots[2].other")[0].code == "L112"


def test_human_handoff_and_a_custom_action() -> None:
    source = rasa({"action": "action_look_up"}, {"link": "pattern_human_handoff"}, actions=["action_look_up"])
    result = imported("rasa", source)
    assert [item for item in findings(result) if item.is_error] == []
    talk = chat(result).start("x")
    assert talk.call.request["json"] == {"action": "action_look_up"}
    assert talk.call.request["path"] == "/actions/action_look_up"
    assert {"L160", "L121", "L141"} <= codes(result.losses)
    assert nodes(result)["only_pattern_human_handoff"]["type"] == "handoff"


def test_several_flows_are_chosen_by_their_descriptions() -> None:
    result = run("rasa", contents("rasa_tea"))[0]
    node = nodes(result)["choose_flow"]
    assert node["type"] == "ai_classify"
    assert node["labels"]["track_order"] == {"description": "Tell where an order is"}
    assert node["exits"]["track_order"] == "track_order_guard"
    assert document(result)["flows"]["ask_address"]["start"] == "begin"


def test_patterns_and_what_only_the_model_uses_are_reported() -> None:
    result = run("rasa", contents("rasa_tea"))[0]
    assert losses_at(result, "flows.pattern_cancel_flow")[0].code == "L181"
    assert losses_at(result, "flows.track_order.steps[0].silence_timeout")[0].code == "L100"
    assert losses_at(result, "intents")[0].file == "rasa_domain.yml"


def test_domain_and_flows_may_stand_in_one_file_or_in_two() -> None:
    flows, domain = contents("rasa_tea").values()
    apart = run("rasa", contents("rasa_tea"))[0]
    together = run("rasa", {"all.yml": flows + domain})[0]
    assert together.text == apart.text
    assert len(together.losses) == len(apart.losses)
