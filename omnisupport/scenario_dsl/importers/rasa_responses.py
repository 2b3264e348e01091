"""Rasa's responses as messages: variations with conditions become cases, further ones are reported."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.importers.draft import Draft
from omnisupport.scenario_dsl.importers.rasa_domain import Domain
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.importers.wording import quoted
from omnisupport.scenario_dsl.words import Both

_MOST_REPLIES = 13


def put_response(draft: Draft, domain: Domain, node_id: str, response: Reader, following: str) -> None:
    """A message under the id, or a condition that leads to one of several."""
    conditional, plain = variations(response)
    message = _message(draft, domain, plain, following)
    if not conditional:
        draft.put(node_id, message or {"type": "note", "text": "…", "next": following})
        return
    otherwise = draft.add(f"{node_id}_else", message) if message is not None else following
    cases = []
    for variation in conditional:
        when = _when(domain, variation)
        said = _message(draft, domain, [variation], following)
        target = draft.add(f"{node_id}_case", said) if said is not None else following
        cases.append({"when": when, "next": target})
    draft.put(node_id, {"type": "condition", "cases": cases, "else": otherwise})


def variations(response: Reader) -> tuple[list[Reader], list[Reader]]:
    """Those with a condition, and those without."""
    found = response.entries()
    return [item for item in found if item.get("condition").entries()], [
        item for item in found if not item.get("condition").entries()
    ]


def report_others(others: list[Reader]) -> None:
    """Say that variations behind the first are not carried over."""
    for other in others:
        other.lost("L171", count=1)


def _message(draft: Draft, domain: Domain, plain: list[Reader], following: str) -> dict[str, Any] | None:
    if not plain:
        return None
    first, *others = plain
    report_others(others)
    part = domain.part(first)
    buttons = domain.buttons(first)
    labels = [button.label for button in buttons if button.label][:_MOST_REPLIES]
    for button in buttons:
        if button.sends != button.label:
            what = Both("кнопка отправляет свою подпись", "a button sends its label")
            button.at.get("payload").lost("L121", what=what)
    if part is None:
        first.note("L141", what=Both("текст: в исходном его нет", "a text: the source has none"))
        part = {"text": "…"}
    if labels:
        part["quick_replies"] = labels
    node: dict[str, Any] = {"type": "message"}
    node |= {"text": part["text"]} if [*part] == ["text"] else {"content": [part]}
    return {**node, "next": following}


def _when(domain: Domain, variation: Reader) -> str:
    """All of the slots have their values."""
    terms = []
    for item in variation.get("condition").entries():
        if item.is_map and not item.get("name"):
            terms.append("false")
            item.lost("L120", reason=Both("нет имени слота", "there is no slot's name"))
            continue
        if not item.is_map:
            terms.append(f"({domain.condition(item)})")
            continue
        if item.get("type").text("slot") != "slot":
            terms.append("false")
            item.lost("L120", reason=Both("условие не о слоте", "the condition is not about a slot"))
            continue
        name, value = item.get("name"), item.get("value")
        slot = domain.find(name.text())
        if slot is None:
            name.note("L120", reason=Both("такого слота нет", "there is no such slot"))
            value.text()
            terms.append("false")
            continue
        constant = value.scalar()
        if slot.type == "bool" and isinstance(constant, bool):
            terms.append(f"({slot.path}.orValue({str(not constant).lower()}) == {str(constant).lower()})")
        elif value.tree is not None and constant is None and not value.is_list and not value.is_map:
            terms.append(f"!has({slot.path})")
        else:
            terms.append(f"({slot.as_text()} == {quoted(value.peek())})")
    return " && ".join(terms)
