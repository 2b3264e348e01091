"""The summary of a form, and the words by which its fields are named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.inputs.natural.words import NUMBERS
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.phrases import FORM_CHECK, FORM_EDIT, FORM_EMPTY, FORM_RIGHT
from omnisupport.scenario_dsl.registry import input_kinds

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn

RIGHT_ID = "right"
EDIT = "edit."
RETRIES = 3
_SHOWN = 300
# Letters that two forms of a word must begin with together: «дата» and «дату».
_STEM = 3


def summary(turn: Turn, review: Any, rows: Sequence[tuple[str, str | None]]) -> str:
    """Every field with its value, one a line."""
    head = turn.render(review["text"]) if isinstance(review, dict) else turn.phrase(FORM_CHECK)
    empty = turn.phrase(FORM_EMPTY)
    lines = [f"{label}: {empty if value is None else _short(value)}" for label, value in rows]
    return "\n".join([head, *lines])


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else value[: _SHOWN - 1].rstrip() + "…"


def buttons(turn: Turn, labels: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """«Всё верно», and a button to change each field."""
    prefix = f"{turn.state['run']}.{turn.state['waiting']['prompt']}"
    edit = turn.phrase(FORM_EDIT)
    return [
        {"id": f"{prefix}.{RIGHT_ID}", "label": turn.phrase(FORM_RIGHT)},
        *({"id": f"{prefix}.{EDIT}{field}", "label": edit.format(field=label)} for field, label in labels),
    ]


def named(text: str, labels: Sequence[tuple[str, str]]) -> str | None:
    """What a text at the review means: the button by its number or words, or a field by its label."""
    said = bare(text)
    if not said:
        return None
    known = {bare(phrase): RIGHT_ID for phrase in (FORM_RIGHT.ru, FORM_RIGHT.en)}
    for number, (field, label) in enumerate(labels, 2):
        known.setdefault(str(number), field)
        for phrase in (label, FORM_EDIT.ru.format(field=label), FORM_EDIT.en.format(field=label)):
            known.setdefault(bare(phrase), field)
    known.setdefault("1", RIGHT_ID)
    found = known.get(said)
    return meant(said.split(), [(field, [label]) for field, label in labels]) if found is None else found


def names_of(field: dict[str, Any]) -> list[str]:
    """What people call a field of this kind, in both languages."""
    title = input_kinds()[field["input"]["kind"]].title
    labels = [label for label in field.get("label", {}).values() if isinstance(label, str)]
    return [title.ru, title.en, *labels]


def meant(words: Sequence[str], names: Sequence[tuple[str, Sequence[str]]]) -> str | None:
    """The one field that all of the words are words of, in any of their forms; None when there is no such one."""
    if not words or len(words) > 6:
        return None
    exact = {field for field, known in names if " ".join(words) in {bare(name) for name in known}}
    if len(exact) == 1:
        return exact.pop()
    found = {
        field
        for field, known in names
        if any(all(_is_in(word, bare(name).split()) for word in words) for name in known)
    }
    return found.pop() if len(found) == 1 else None


def _is_in(word: str, name: Sequence[str]) -> bool:
    return any(_same(word, other) for other in name)


def _same(first: str, second: str) -> bool:
    """Whether two words are forms of one: they differ in their ends only."""
    if first == second or first in NUMBERS:
        return first == second
    shared = 0
    while shared < min(len(first), len(second)) and first[shared] == second[shared]:
        shared += 1
    return shared >= max(_STEM, max(len(first), len(second)) - 3)
