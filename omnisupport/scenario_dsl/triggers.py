"""Which scenario takes an event: its triggers, by priority, then in the order given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from omnisupport.scenario_dsl.events import Context
from omnisupport.scenario_dsl.expr.budget import allowance
from omnisupport.scenario_dsl.expr.errors import ExprError
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.keywords import keyword_matcher
from omnisupport.scenario_dsl.runtime.interrupts import DEFAULT_CONFIDENCE
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
    data: Mapping[str, Any]

    @property
    def started_by(self) -> str | None:
        """Who began it; a message is the customer's unless the host says otherwise."""
        return self.data.get("started_by") or ("customer" if self.kind == "message" else None)

    def confidence(self, trigger: dict[str, Any]) -> float:
        """How sure the host is that the message has the trigger's intent, 0 to 1."""
        sure = self.data.get("intents", {}).get(trigger.get("intent"), 0.0)
        return float(sure)


def match_trigger(
    irs: Sequence[IR],
    event_kind: Literal["message", "event", "webhook"],
    *,
    text: str | None,
    event: str | None,
    first: bool,
    reopened: bool,
    context: Context,
    data: Mapping[str, Any] | None = None,
) -> Match | None:
    """The first scenario one of whose triggers takes this, or None.

    `irs` are the tenant's published scenarios in their order; a trigger with a higher `priority` is asked
    before, at equal priority the earlier scenario wins, of intents the surest. `first` says that the message
    begins the conversation, `reopened` that it opened a resolved one again. `data` is what an event brought, or
    what else is known of a message: `button`, `referral`, `intents` {intent: confidence}, `started_by`.

    Of a webhook `event` is the key of its connection. Schedules, inactivity, business hours and the api name their
    trigger themselves; they are not looked for here.
    """
    occasion = _Occasion(event_kind, text or "", event, first, reopened, context, data or {})
    found = [pair for pair in _candidates(irs) if _takes(*pair, occasion)]
    if not found:
        return None
    first_found = found[0][0]
    if first_found["type"] == "intent":
        priority = first_found.get("priority", 0)
        rivals = [
            pair for pair in found if pair[0]["type"] == "intent" and pair[0].get("priority", 0) == priority
        ]
        found = [max(rivals, key=lambda pair: occasion.confidence(pair[0]))]
    return Match(found[0][1], found[0][0]["id"])


def audience_takes(ir: IR, trigger_id: str, context: Context, data: Mapping[str, Any] | None = None) -> bool:
    """Whether a customer is in the audience of a trigger that is named, and its other filters let him through."""
    trigger = next(item for item in ir["triggers"] if item["id"] == trigger_id)
    occasion = _Occasion("named", "", None, False, False, context, data or {})
    if not _allowed(trigger, ir, occasion):
        return False
    if "audience" not in trigger:
        return True
    try:
        return _evaluate(program_for(ir), trigger_id, "audience", occasion) is True
    except ExprError:
        return False


def undecided_intents(
    irs: Sequence[IR], *, text: str, first: bool, reopened: bool, context: Context
) -> dict[str, dict[str, Any]]:
    """The intents that could yet take a message from what `match_trigger` finds without knowing its intent.

    They stand before the trigger that takes it otherwise, and their own filters let the message through. Each comes
    with its description and the examples of every scenario that waits for it; one of which nothing is said cannot
    be recognised and is left out.
    """
    occasion = _Occasion("message", text, None, first, reopened, context, {})
    found: dict[str, dict[str, Any]] = {}
    for trigger, ir in _candidates(irs):
        if trigger["type"] == "intent":
            if _allowed(trigger, ir, occasion):
                known = ir.get("intents", {}).get(trigger["intent"], {})
                found[trigger["intent"]] = _together(found.get(trigger["intent"], {}), known)
        elif _takes(trigger, ir, occasion):
            break
    return {intent: said for intent, said in found.items() if said["description"] or said["examples"]}


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    examples = [*one.get("examples", ()), *other.get("examples", ())]
    return {
        "description": one.get("description") or other.get("description"),
        "examples": list(dict.fromkeys(examples)),
    }


def awaited_intents(irs: Sequence[IR]) -> dict[str, dict[str, Any]]:
    """The intents that triggers wait for, with the description and the examples that the scenarios give them."""
    return {
        trigger["intent"]: ir.get("intents", {}).get(trigger["intent"], {})
        for ir in irs
        for trigger in ir["triggers"]
        if trigger["type"] == "intent"
    }


def _candidates(irs: Sequence[IR]) -> list[tuple[dict[str, Any], IR]]:
    """The triggers that are looked for here, in the order in which they are asked."""
    found = [(trigger, ir) for ir in irs for trigger in ir["triggers"] if trigger["type"] in _KINDS]
    found.sort(key=lambda pair: -pair[0].get("priority", 0))
    return found


def _takes(trigger: dict[str, Any], ir: IR, occasion: _Occasion) -> bool:
    return _KINDS[trigger["type"]](trigger, occasion) and _allowed(trigger, ir, occasion)


def _message(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    wanted = trigger.get("match", "any")
    fits = wanted == "any" or (occasion.first if wanted == "first" else occasion.reopened)
    return occasion.kind == "message" and fits


def _keyword(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    if occasion.kind != "message" or not occasion.text:
        return False
    match, fuzzy = trigger.get("match", "word"), trigger.get("fuzzy", 0)
    return keyword_matcher(trigger["any"], match, fuzzy)(occasion.text)


def _intent(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    wanted = trigger.get("min_confidence", DEFAULT_CONFIDENCE)
    return occasion.kind == "message" and occasion.confidence(trigger) >= max(wanted, 1e-9)


def _referral(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    """`lead-*`: a star stands for any characters, the case does not count."""
    given = occasion.data.get("referral")
    return isinstance(given, str) and fnmatchcase(given.lower(), trigger["ref"].lower())


def _button(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    return occasion.kind == "message" and occasion.data.get("button") == trigger["button"]


def _event(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    return occasion.kind == "event" and trigger["event"] == occasion.event


def _webhook(trigger: dict[str, Any], occasion: _Occasion) -> bool:
    return occasion.kind == "webhook" and trigger["connection"] == occasion.event


_KINDS: dict[str, Callable[[dict[str, Any], _Occasion], bool]] = {
    "message": _message,
    "keyword": _keyword,
    "event": _event,
    "intent": _intent,
    "referral": _referral,
    "button": _button,
    "webhook": _webhook,
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
    if "started_by" in trigger and occasion.started_by not in trigger["started_by"]:
        return False
    if "when" not in trigger:
        return True
    try:
        return _evaluate(program_for(ir), trigger["id"], "when", occasion) is True
    except ExprError:
        return False


def _evaluate(program: Program, trigger_id: str, field: str, occasion: _Occasion) -> Any:
    context = occasion.context
    # The closure belongs to the program's own copy of the IR, which may not be the one at hand.
    own = next(item for item in program.ir["triggers"] if item["id"] == trigger_id)
    return program.closure(own[field])(
        {
            "event": {"text": occasion.text, "button": None, "resolution": None, **occasion.data},
            "channel": dict(context.channel),
            "customer": dict(context.customer),
            "conversation": {"tags": [], **context.conversation},
            "tenant": dict(context.tenant),
            "locale": context.locale,
            "now": context.now,
            "$": allowance(),
        }
    )
