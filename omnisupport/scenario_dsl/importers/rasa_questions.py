"""Rasa's `collect` as `ask`: the slot's type and the buttons of its question say what kind of answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.importers.rasa_domain import Button, Slot
from omnisupport.scenario_dsl.importers.rasa_responses import report_others, variations
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.importers.wording import plain_text
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.importers.rasa_steps import Step, Steps

_OPTIONS = 50
_NOT_SHOWN = Both("кнопка вопроса не показана", "the question's button is not shown")


def put_question(steps: Steps, step: Step, name: str, slot: Slot | None, following: str) -> None:
    """One `ask`; a slot that is filled is not asked for, unless the step says otherwise."""
    reader = step.reader
    text, buttons = _question(steps, step, name)
    node: dict[str, Any] = {"type": "ask"}
    description = reader.get("description")
    if description.peek().strip():
        node["note"] = description.text()
    node |= {"text": text, "input": _input(step, slot, name, buttons)}
    if slot is not None:
        node["save_to"] = f"vars.{slot.variable.name}"
        if not reader.get("ask_before_filling").flag():
            node["prefill"] = f"vars.{slot.variable.name}"
    _validate(steps, step, name, slot, node)
    if reader.get("reset_after_flow_ends").peek() == "false":
        what = Both("значение живёт до конца разговора с ботом", "the value lives until the bot's part ends")
        reader.get("reset_after_flow_ends").lost("L121", what=what)
    reader.get("reset_after_flow_ends").scalar()
    node["next"] = following
    steps.draft.put(step.id, steps.draft.bounded(node, reader))


def _question(steps: Steps, step: Step, name: str) -> tuple[str, list[Button]]:
    """The text of the question and its buttons, from the response `utter_ask_…`."""
    domain = steps.domain
    wanted = step.reader.get("utter").text() or f"utter_ask_{name}"
    response = domain.responses.get(wanted)
    if response is None:
        step.reader.note("L131", target=wanted)
        return steps.draft.say("ask"), []
    conditional, plain = variations(response)
    first, *others = [*plain, *conditional] or [response]
    report_others(others)
    if conditional and first is conditional[0]:
        first.get("condition").lost(
            "L121", what=Both("вопрос звучит всегда", "the question is always asked so")
        )
    said = domain.phrase(first.get("text"))
    image = first.get("image")
    if image.peek().strip():
        image.note("L170")
        said.parts += [" ", *domain.phrase(image).parts]
    first.looks("metadata", "id")
    return said.text() if not said.is_blank else steps.draft.say("ask"), domain.buttons(first)


def _input(step: Step, slot: Slot | None, name: str, buttons: list[Button]) -> dict[str, Any]:
    kind = slot.variable.type if slot is not None else "any"
    if kind == "bool":
        _not_offered(buttons, Both("кнопки — свои «да» и «нет»", "the buttons are our own yes and no"))
        return {"kind": "bool"}
    if kind == "number":
        _not_offered(buttons)
        return {"kind": "number"}
    options = _options(slot, name, buttons)
    if options:
        what = Both(
            "ответ узнаётся по подписи, синониму или номеру", "an answer is known by label, synonym or number"
        )
        step.reader.note("L121", what=what)
        return {"kind": "choice", "options": options}
    if slot is not None and kind == "list":
        # An answer is one text, so the variable must take it.
        slot.variable.types[:] = ["any"]
        step.reader.note(
            "L121", what=Both("ответ — один текст, не список", "the answer is one text, not a list")
        )
    _not_offered(buttons)
    return {"kind": "text"}


def _not_offered(buttons: list[Button], what: Both = _NOT_SHOWN) -> None:
    for button in buttons:
        button.at.lost("L121", what=what)


def _options(slot: Slot | None, name: str, buttons: list[Button]) -> list[dict[str, Any]]:
    """Ids are the values of the slot."""
    values = slot.values if slot is not None and slot.type == "categorical" else []
    labels: dict[str, str] = {}
    for button in buttons:
        value = button.sets.get(name, button.sends)
        if button.sends.startswith("/") and not button.sets:
            value = ""
        if value and (not values or value in values) and value not in labels:
            labels[value] = button.label or value
        else:
            _not_offered([button])
    found = {**dict.fromkeys(values, ""), **labels}
    return [_option(value, labels.get(value) or value) for value in list(found)[:_OPTIONS]]


def _option(value: str, label: str) -> dict[str, Any]:
    return {"id": value, "label": plain_text(label)}


def _validate(steps: Steps, step: Step, name: str, slot: Slot | None, node: dict[str, Any]) -> None:
    """`rejections` of the step, then those of the slot."""
    rules = []
    of_slot = slot.reader.get("validation").get("rejections").entries() if slot is not None else []
    for rejection in [*step.reader.get("rejections").entries(), *of_slot]:
        when = steps.domain.condition(rejection.get("if"), own=name)
        if when == "false":
            rejection.get("utter").text()
            continue
        rules.append({"if_not": f"!({when})", "text": _said(steps, rejection.get("utter"), slot)})
    if rules:
        node["validate"] = rules


def _said(steps: Steps, at: Reader, own: Slot | None) -> str:
    """The text of a response that says why an answer is refused."""
    name = at.text()
    response = steps.domain.responses.get(name)
    if response is None:
        at.note("L131", target=name or "?")
        return steps.draft.say("retry")
    conditional, plain = variations(response)
    first, *others = [*plain, *conditional] or [response]
    report_others(others)
    if conditional and first is conditional[0]:
        first.get("condition").lost("L121", what=Both("текст звучит всегда", "the text is always said"))
    said = steps.domain.phrase(first.get("text"))
    if own is not None and any(part == own.inserted for part in said.parts):
        what = Both("отвергнутый ответ в тексте не виден", "the refused answer is not shown in the text")
        first.get("text").note("L121", what=what)
    first.looks("metadata", "id")
    return said.text() if not said.is_blank else steps.draft.say("retry")
