"""Twilio Studio flows: what a customer of the imported scenario hears, and what the report says."""

from __future__ import annotations

from typing import Any

import pytest

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


def flow(*states: dict[str, Any]) -> dict[str, Any]:
    """A flow that begins with the first of these widgets when a message comes."""
    trigger = {
        "name": "Trigger",
        "type": "trigger",
        "transitions": [{"event": "incomingMessage", "next": states[0]["name"]}],
        "properties": {},
    }
    return {"states": [trigger, *states], "initial_state": "Trigger", "description": "A test"}


def widget(name: str, kind: str, ways: dict[str, str | None], **properties: Any) -> dict[str, Any]:
    """One state; None is a transition that leads nowhere."""
    transitions = [{"event": event, **({"next": to} if to else {})} for event, to in ways.items()]
    return {"name": name, "type": kind, "transitions": transitions, "properties": properties}


ASK = widget("ask", "send-and-wait-for-reply", {"incomingMessage": "split"}, body="Well?", timeout="60")
YES = widget("yes", "send-message", {"sent": None}, body="yes {{widgets.ask.inbound.Body}}")
NO = widget("no", "send-message", {"sent": None}, body="no")


def split(kind: str, value: str) -> dict[str, Any]:
    """A widget that asks one condition of the reply."""
    compared = {
        "friendly_name": "f",
        "arguments": ["{{widgets.ask.inbound.Body}}"],
        "type": kind,
        "value": value,
    }
    state = widget("split", "split-based-on", {"noMatch": "no"}, input="{{widgets.ask.inbound.Body}}")
    state["transitions"].append({"event": "match", "next": "yes", "conditions": [compared]})
    return state


def survey() -> Chat:
    return chat(run("studio", contents("studio_survey"))[0]).start("hi there", trigger="message")


def test_a_flow_without_loose_ends_passes_the_checks() -> None:
    result = run("studio", contents("studio_survey"))[0]
    assert findings(result) == []
    assert document(result)["name"] == "Shop survey"


def test_replies_variables_and_filters_are_kept() -> None:
    talk = survey()
    assert talk.said == ["Thank you for your visit! You wrote: hi there", "How was it, from 1 to 5?"]
    assert talk.say(" 2 ").said == ["We are sorry. MARK: 2"]
    assert survey().say("4").said == ["Great! Mark: 4"]
    assert survey().say("very BAD").said == ["We are sorry. MARK: VERY BAD"]
    assert survey().wait_for("timeout").said == ["Another time then."]


@pytest.mark.parametrize(
    ("kind", "value", "said", "holds"),
    [
        ("equal_to", "Yes", "yes ", True),
        ("equal_to", "Yes", "yes!", False),
        ("not_equal_to", "Yes", "no", True),
        ("matches_any_of", "Ja, Yes,Да", "да", True),
        ("matches_any_of", "Ja, Yes", "y", False),
        ("does_not_match_any_of", "Ja, Yes", "no", True),
        ("contains", "TEA", "my tea", True),
        ("does_not_contain", "tea", "my Tea", False),
        ("starts_with", "my", "My tea", True),
        ("does_not_start_with", "my", "My tea", False),
        ("is_blank", "", "x", False),
        ("is_not_blank", "", "x", True),
        ("regex", "[a-z]{2}", "ab", True),
        ("regex", "[a-z]{2}", "abc", False),
        ("less_than", "10", "9.5", True),
        ("greater_than", "10", "many", False),
    ],
)
def test_conditions(kind: str, value: str, said: str, holds: bool) -> None:
    result = imported("studio", flow(ASK, split(kind, value), YES, NO))
    assert [item for item in findings(result) if item.is_error] == []
    assert chat(result).start("hi").say(said).said == [f"yes {said.strip()}" if holds else "no"]


@pytest.mark.parametrize("kind", ["is_before_date", "is_after_time", "regex"])
def test_a_condition_that_cannot_be_said_never_holds_and_is_reported(kind: str) -> None:
    result = imported("studio", flow(ASK, split(kind, "(?<=x)21:00"), YES, NO))
    (loss,) = losses_at(result, "states[2].transitions[1].conditions[0]")[:1]
    assert (loss.code, loss.source, loss.node) == ("L120", "split", "split")
    assert chat(result).start("hi").say("21:00").said == ["no"]


def test_open_exits_end_the_conversation_and_are_reported() -> None:
    result = run("studio", contents("studio_clinic"))[0]
    open_exits = [loss.path for loss in result.losses if loss.code == "L130"]
    assert "states[2].transitions[1]" in open_exits
    assert "states[2].transitions[2]" in open_exits
    assert nodes(result)["ask_birthday"]["exits"] == {"timeout": "no_answer"}


def test_liquid_that_has_no_counterpart_stays_in_the_text_and_is_reported() -> None:
    result = run("studio", contents("studio_clinic"))[0]
    said = [loss.message["en"] for loss in result.losses if loss.path == "states[5].properties.body"]
    assert len(said) == 3
    assert all("could not be translated" in sentence for sentence in said)
    assert "default('завтра')" in nodes(result)["offer"]["content"][0]["text"]


def test_a_message_and_a_request_begin_at_different_widgets() -> None:
    result = run("studio", contents("studio_clinic"))[0]
    assert document(result)["start"] == "by_trigger"
    assert nodes(result)["by_trigger"] == {
        "type": "condition",
        "cases": [{"when": "run.trigger.orValue('') == 'request'", "next": "remind"}],
        "else": "remember",
    }
    assert [trigger["id"] for trigger in document(result)["triggers"]] == ["message", "request"]


def test_a_request_and_its_answer() -> None:
    states = (
        ASK,
        widget(
            "split",
            "make-http-request",
            {"success": "told", "failed": "no"},
            method="POST",
            url="https://api.a.example/x",
            content_type="application/json",
            body='{"v": "{{widgets.ask.inbound.Body}}"}',
        ),
        widget(
            "told", "send-message", {"sent": None}, body="{{widgets.split.parsed.items[0].name | upcase}}"
        ),
        NO,
    )
    result = imported("studio", flow(*states))
    assert [item for item in findings(result) if item.is_error] == []
    talk = chat(result).start("hi").say("5")
    assert (talk.call.request["path"], talk.call.request["json"]) == ("/x", {"v": "5"})
    assert talk.result("ok", {"status": 200, "json": {"items": [{"name": "tea"}]}}).said == ["TEA"]
    failed = chat(result).start("hi").say("5").result("error", {"code": "http.connection"})
    assert failed.said == ["no"]


def test_parameters_of_a_form() -> None:
    pairs = [{"key": "a", "value": "{{contact.channel.address}}"}, {"key": "b", "value": "=1"}]
    request = widget(
        "r",
        "make-http-request",
        {"success": None, "failed": None},
        method="POST",
        url="https://a.example/f",
        content_type="application/x-www-form-urlencoded;charset=utf-8",
        parameters=pairs,
    )
    assert nodes(imported("studio", flow(request)))["r"]["request"] == {
        "method": "POST",
        "path": "/f",
        "form": {"a": "=customer.phone", "b": "='=1'"},
    }


def test_flex_is_a_handoff_that_waits_until_people_are_done() -> None:
    flex = widget(
        "flex",
        "send-to-flex",
        {"callComplete": "no", "failedToEnqueue": None},
        workflow="WW1",
        timeout="120",
        attributes="{}",
    )
    result = imported("studio", flow(flex, NO))
    assert findings(result) == []
    node = nodes(result)["flex"]
    assert (node["queue_timeout"], node["wait_for"], node["exits"]["closed"]) == ("2m", "closed", "no")
    assert losses_at(result, "states[1].properties.attributes")[0].code == "L100"


def test_widgets_of_voice_leave_a_note_and_lead_on() -> None:
    result = imported("studio", flow(widget("say", "say-play", {"audioComplete": "no"}, say="Hello"), NO))
    assert nodes(result)["say"]["type"] == "note"
    assert "L110" in codes(result.losses)
    assert chat(result).start("hi").said == ["no"]


def test_the_record_of_the_rest_api_is_read_too() -> None:
    record = {"sid": "FW1", "friendly_name": "Survey", "status": "published", "definition": flow(NO)}
    result = imported("studio", record)
    assert (document(result)["name"], document(result)["description"]) == ("Survey", "A test")
    assert losses_at(result, "sid")[0].code == "L101"


def test_two_widgets_of_one_name() -> None:
    result = imported("studio", flow(NO, {**YES, "name": "no"}))
    assert losses_at(result, "states[2]")[0].code == "L131"
    assert chat(result).start("hi").said == ["no"]


def test_widgets_stand_where_they_stood() -> None:
    result = imported(
        "studio", flow({**YES, "properties": {**YES["properties"], "offset": {"x": 10, "y": -180.4}}}, NO)
    )
    assert document(result)["view"] == {"nodes": {"yes": {"x": 10, "y": -180}}}
    assert [loss.code for loss in result.losses if "offset" in loss.path] == []
    far = imported(
        "studio", flow({**YES, "properties": {**YES["properties"], "offset": {"x": 1, "y": "up"}}}, NO)
    )
    assert "view" not in document(far)
    assert losses_at(far, "states[1].properties.offset")[0].code == "L101"
