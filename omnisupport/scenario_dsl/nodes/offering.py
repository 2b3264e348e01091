"""The buttons of a typed question, and the words that stand for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.inputs import choices
from omnisupport.scenario_dsl.inputs.base import InputKind
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.options import buttons, chosen
from omnisupport.scenario_dsl.phrases import CODE_RESEND, DONE, NO, SHARE_CONTACT, SKIP, YES

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn

SKIP_ID = "skip"
DONE_ID = "done"
RESEND_ID = "resend"
SHARE_ID = "share"
_MOST_OFFERED = 11
# Channels where a button can hand over the customer's own number.
_SHARING = ("telegram", "max")

_SKIP_WORDS = frozenset(
    (
        "пропустить",
        "пропусти",
        "пропустим",
        "дальше",
        "не хочу",
        "не скажу",
        "нет",
        "skip",
        "skip it",
        "pass",
        "no",
    )
)
# These skip unless they are an answer.
_NO_WORDS = frozenset(("не хочу", "нет", "no"))


def yes_and_no(turn: Turn) -> list[dict[str, Any]]:
    """The two buttons of a check."""
    return [_button(turn, "yes", turn.phrase(YES)), _button(turn, "no", turn.phrase(NO))]


def buttons_of(turn: Turn, settings: dict[str, Any], kind: InputKind) -> list[dict[str, Any]]:
    """Everything that can be pressed under a question."""
    data = settings["input"]
    options = list(data.get("options", ()))
    shown = buttons(turn, options)
    if kind.many:
        for button, option in zip(shown, options, strict=True):
            button["label"] = f"✓ {button['label']}" if option["id"] in picked(turn) else button["label"]
        shown.append(_button(turn, DONE_ID, turn.phrase(DONE)))
    offers = kind.offers(data)
    if len(offers) <= _MOST_OFFERED:
        shown += [_button(turn, offer, turn.phrase(label)) for offer, label in offers]
    if data.get("share_contact") and turn.context.channel.get("type") in _SHARING:
        shown.append({**_button(turn, SHARE_ID, turn.phrase(SHARE_CONTACT)), "share": "contact"})
    if data["kind"] == "code":
        shown.append(_button(turn, RESEND_ID, turn.phrase(CODE_RESEND)))
    if settings.get("skippable"):
        shown.append(_button(turn, SKIP_ID, skip_label(turn, settings)))
    return shown


def _button(turn: Turn, option: str, label: str) -> dict[str, Any]:
    return {"id": f"{turn.state['run']}.{turn.state['waiting']['prompt']}.{option}", "label": label}


def skip_label(turn: Turn, settings: dict[str, Any]) -> str:
    """The words on the button that leaves the question out."""
    skippable = settings["skippable"]
    return turn.phrase(SKIP) if skippable is True else turn.render(skippable["label"])


def means_skip(turn: Turn, settings: dict[str, Any], kind: InputKind, text: str) -> bool:
    """Whether the text leaves the question out; «нет» does not where it is an answer."""
    said = bare(text)
    if said in _NO_WORDS and kind.name == "bool":
        return False
    return said in _SKIP_WORDS or said == bare(skip_label(turn, settings))


def picked(turn: Turn) -> list[str]:
    """The options that were pressed so far."""
    found: list[str] = turn.state["waiting"].get("picked", [])
    return found


def named_options(turn: Turn, options: list[dict[str, Any]], text: str) -> list[str] | None:
    """The ids of all options that a text names, or None when a part of it names none."""
    before = picked(turn)
    if choices.means(text, choices.DONE) or (before and text.strip(" .!").casefold() == "всё"):
        return before
    if choices.means(text, choices.ALL):
        return [option["id"] for option in options]
    if choices.means(text, choices.NONE) and chosen(turn, options, text) is None:
        return []
    found: list[str] = []
    for name in choices.named(text):
        option = chosen(turn, options, name)
        several = (
            [option]
            if option is not None
            else [chosen(turn, options, one) for one in choices.split_last(name)]
        )
        if not all(several):
            return None
        found += [one["id"] for one in several if one is not None]
    return found or None
