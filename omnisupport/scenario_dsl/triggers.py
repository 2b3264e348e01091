"""Which scenario takes an event: its triggers, by priority, then in the order given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from omnisupport.scenario_dsl.events import Context
from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.keywords import keyword_matcher
from omnisupport.scenario_dsl.runtime.program import Program, program_for


@dataclass(frozen=True, slots=True)
class Match:
    """The scenario that takes an event, and which of its triggers did."""

    ir: IR
    trigger_id: str


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What has happened, as triggers see it."""

    kind: str
    text: str
    event: str | None
    first: bool
    reopened: bool
    context: Context


def match_trigger(
    irs: Sequence[IR],
    event_kind: Literal["message", "event"],
    *,
    text: str | None,
    event: str | None,
    first: bool,
    reopened: bool,
    context: Context,
) -> Match | None:
    """The first scenario one of whose triggers takes this, or None.

    `irs` are the tenant's published scenarios in their order; a trigger with a higher `priority` is asked
    before, at equal priority the earlier scenario wins. `first` says that the message begins the
    conversation, `reopened` that it opened a resolved one again.
    """
    occasion = _Occasion(event_kind, text or "", event, first, reopened, context)
    candidates = [(trigger, ir) for ir in irs for trigger in ir["triggers"]]
    candidates.sort(key=lambda pair: -pair[0].get("priority", 0))
    for trigger, ir in candidates:
        if _KINDS[trigger["type"]](trigger, occasion) and _allowed(trigger, ir, occasion):
            return Match(ir, trigger["id"])
    return None


def _message(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    wanted = trigger.get("match", "any")
    fits = wanted == "any" or (occasion.first if wanted == "first" else occasion.reopened)
    return occasion.kind == "message" and fits


def _keyword(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    if occasion.kind != "message" or not occasion.text:
        return False
    return keyword_matcher(trigger["any"], trigger.get("match", "word"))(occasion.text)


def _event(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    return occasion.kind == "event" and trigger["event"] == occasion.event


_KINDS: dict[str, Callable[[dict[str, Any], _Occasion], bool]] = {
    "message": _message,
    "keyword": _keyword,
    "event": _event,
}


def _allowed(trigger: dict[str, Any], ir: IR, occasion: _Occasion) -> bool:
    """The filters that every kind of trigger has; an expression that fails refuses."""
    context = occasion.context
    channel = context.channel.get("type")
    for channels in (trigger.get("channels"), ir["channels"]):
        if channels and channel is not None and channel not in channels:
            return False
    if trigger.get("locale", context.locale) != context.locale:
        return False
    if "when" not in trigger:
        return True
    try:
        return _when(program_for(ir), ir, trigger, occasion) is True
    except ExprError:
        return False


def _when(program: Program, ir: IR, trigger: dict[str, Any], occasion: _Occasion) -> Any:
    context = occasion.context
    # The closure belongs to the program's own copy of the IR, which may not be the one at hand.
    own = next(item for item in program.ir["triggers"] if item["id"] == trigger["id"])
    return program.closure(own["when"])(
        {
            "event": {"text": occasion.text, "button": None, "resolution": None},
            "channel": dict(context.channel),
            "customer": dict(context.customer),
            "conversation": {"tags": [], **context.conversation},
            "tenant": dict(context.tenant),
            "locale": context.locale,
            "now": context.now,
            "$": allowance(),
        }
    )
