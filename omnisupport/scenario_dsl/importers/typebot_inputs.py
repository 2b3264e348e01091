"""Typebot's inputs as `ask`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.calendar import parse_date
from omnisupport.scenario_dsl.importers.draft import FILES
from omnisupport.scenario_dsl.importers.phrase import Phrase
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.regions import REGIONS
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.importers.typebot import Block, Typebot

# Typebot's input -> the kind of `input` and the type of variable that its answers want.
KINDS = {
    "text input": ("text", "string"),
    "number input": ("number", "number"),
    "email input": ("email", "email"),
    "url input": ("url", "url"),
    "date input": ("date", "date"),
    "time input": ("time", "time"),
    "phone number input": ("phone", "phone"),
    "rating input": ("rating", "int"),
    "file input": ("file", "file"),
    "otp input": ("text", "string"),
}
CHOICES = frozenset({"choice input", "picture choice input", "cards input"})
_LOOKS = (
    "isLong",
    "inputMode",
    "localizations",
    "buttonType",
    "customIcon",
    "isOneClickSubmitEnabled",
    "capture",
)
_MENU_LIMIT = 50
_LONGEST_ID = 40
_BEST = 10


def type_of(block: Reader) -> str | None:
    """The type of what an input stores, before anything is read; None when it stores nothing of its own."""
    kind, options = block.get("type").peek(), block.get("options")
    if kind == "date input" and options.get("hasTime").peek() == "true":
        return "datetime"
    if kind == "file input" and options.get("isMultipleAllowed").peek() == "true":
        return FILES
    if kind in KINDS:
        return KINDS[kind][1]
    if kind in CHOICES:
        return "list" if options.get("isMultipleChoice").peek() == "true" else "string"
    return None


def put_ask(bot: Typebot, block: Block, question: Phrase | None) -> None:
    """One input as an `ask`; `question` is what the bubble before it says."""
    options = block.reader.get("options")
    node: dict[str, Any] = {"type": "ask", "text": question_text(bot, block, question, "ask")}
    node["input"] = _input(bot, block, options)
    variable = bot.values.target(options.get("variableId"))
    if variable is not None:
        node["save_to"] = f"vars.{variable.name}"
    node["next"] = block.next
    _skippable(bot, block, options, node)
    put_retry(bot, options, node)
    options.get("labels").looks("placeholder", "button", "clear", "success", "from", "to", "left", "right")
    options.looks(*_LOOKS)
    bot.draft.put(block.id, bot.bounded(node, block.reader))


def question_text(bot: Typebot, block: Block, question: Phrase | None, phrase: str) -> str:
    if question is not None and not question.is_blank:
        return question.text()
    placeholder = block.reader.get("options").get("labels").get("placeholder")
    if placeholder.peek().strip():
        return bot.values.phrase(placeholder.text(), placeholder).text()
    what = Both(
        "вопрос: в исходном перед вводом нет текста", "a question: the source has no text before the input"
    )
    block.reader.note("L141", what=what)
    return bot.draft.say(phrase)


def _input(bot: Typebot, block: Block, options: Reader) -> dict[str, Any]:
    kind = KINDS[block.type][0]
    if block.type == "number input":
        return {"kind": kind, **_bounds(options)}
    if block.type == "date input":
        if options.get("isRange").flag():
            options.get("isRange").note(
                "L121", what=Both("спрашивается одна дата, не период", "one date is asked for, not a range")
            )
        options.looks("format")
        bounds = {key: options.get(key) for key in ("min", "max") if parse_date(options.get(key).peek())}
        kind = "datetime" if options.get("hasTime").flag() else "date"
        return {"kind": kind, **{key: at.text() for key, at in bounds.items()}}
    if block.type == "time input":
        options.looks("format")
    if block.type == "phone number input":
        region = options.get("defaultCountryCode")
        return {"kind": kind, "region": region.text()} if region.peek() in REGIONS else {"kind": kind}
    if block.type == "rating input":
        low, high = _number(options.get("startsAt"), 1), _number(options.get("length"), 10)
        if not 0 <= low < high <= _BEST:
            options.note("L121", what=Both(f"оценки от 0 до {_BEST}", f"marks go from 0 to {_BEST}"))
        high = max(1, min(high, _BEST))
        return {"kind": kind, "min": max(0, min(low, high)), "max": high}
    if block.type == "file input":
        return {"kind": kind, **_file(options)}
    if block.type == "otp input":
        what = Both("код не сверяется, любой текст подходит", "the code is not compared, any text will do")
        block.reader.note("L121", what=what)
    return {"kind": kind}


def _number(at: Reader, default: int) -> int:
    value = at.number()
    return default if value is None else max(-1_000_000, min(int(value), 1_000_000))


def _bounds(options: Reader) -> dict[str, Any]:
    found = {key: options.get(key).number() for key in ("min", "max")}
    if options.get("step").peek() == "1":
        options.get("step").number()
    options.looks("style")
    return {key: value for key, value in found.items() if value is not None}


def _file(options: Reader) -> dict[str, Any]:
    allowed = options.get("allowedFileTypes")
    found: dict[str, Any] = {}
    if allowed.get("isEnabled").flag():
        found["mime"] = [item.text() for item in allowed.get("types").entries() if "/" in item.peek()]
    if options.get("isMultipleAllowed").flag():
        found["max"] = 10
    options.looks("visibility")
    return {key: value for key, value in found.items() if value}


def _skippable(bot: Typebot, block: Block, options: Reader, node: dict[str, Any]) -> None:
    required = options.get("isRequired")
    if block.type != "file input" or required.peek() != "false":
        required.scalar()
        return
    required.scalar()
    label = options.get("labels").get("skip")
    node["skippable"] = {"label": label.text()} if label.peek().strip() else True
    node["exits"] = {"skip": block.next}


def put_retry(bot: Typebot, options: Reader, node: dict[str, Any]) -> None:
    said = options.get("retryMessageContent")
    if said.peek().strip():
        node["retry"] = {"max": 5, "text": bot.values.phrase(said.text(), said).text()}
