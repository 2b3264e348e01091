"""Commands that reach beyond the conversation's messages: they become effects of the turn, or fields of its row."""

from __future__ import annotations

from typing import Any

from omnisupport.domain.conversation import Status
from omnisupport.domain.effects import EffectKind
from omnisupport.domain.parts import in_words
from omnisupport.domain.runs import ADVERTISING, PROACTIVE
from omnisupport.scenario_dsl import Close, Emit, Note, Notify, Rate, Send, Update
from omnisupport.scenario_dsl.phrases import OPTED_OUT
from omnisupport.texts import say
from omnisupport.workflows.known import Known
from omnisupport.workflows.turn import Draft

OWN_FIELDS = ("subject", "priority", "attributes")
STATUSES = {status.value: status for status in (Status.OPEN, Status.PENDING, Status.RESOLVED)}


def opt_out(draft: Draft, known: Known) -> None:
    """The customer wants no more advertising: it is written down, and he is told, whoever has the conversation."""
    consents = {"consents": {ADVERTISING: False}}
    known.customer_changes(consents)
    draft.effect(EffectKind.CUSTOMER, **consents)
    draft.send({"text": OPTED_OUT.pick(draft.locale)}, always=True)
    draft.event("opted_out")


def has_opted_out(known: Known) -> bool:
    """Whether he said so before."""
    return (known.loaded.customer.get("consents") or {}).get(ADVERTISING) == "denied"


def is_unwanted(draft: Draft, known: Known) -> bool:
    """Whether what is said comes unasked from a scenario that writes first, to somebody who has opted out."""
    return not draft.heard and known.ir_of(draft)["kind"] == PROACTIVE and has_opted_out(known)


def send_elsewhere(draft: Draft, command: Send) -> None:
    """A message to another address than the conversation's: by mail; other channels are told as not there yet."""
    to = command.to or {}
    said = (in_words(part, forms=command.fallback != "drop") for part in command.parts)
    text = "\n\n".join(filter(None, said))
    if to.get("channel") == "email":
        draft.effect(EffectKind.LETTER, address=to.get("address", ""), text=text, locale=draft.locale)
    else:
        draft.note(say("effect_refused", draft.locale, what=f"{to.get('channel')}: {text[:200]}"))


def update(draft: Draft, known: Known, command: Update, *, now: int) -> None:
    """New fields; what follows in this run sees them at once."""
    values = dict(command.values)
    if command.target == "customer":
        known.customer_changes(values)
        draft.effect(EffectKind.CUSTOMER, **values)
        return
    snooze = values.pop("snooze_until", None)
    status = STATUSES.get(str(values.pop("status", None)))
    if status is not None:
        if status == Status.RESOLVED:
            draft.event("resolved", public=True)
        draft.set_status(status)
    if isinstance(snooze, int) and snooze > now:
        draft.set_status(Status.SNOOZED)
        draft.changes["snoozed_until"] = snooze
    kept = {name: values[name] for name in OWN_FIELDS if name in values}
    if kept:
        known.conversation_changes(kept)
        draft.effect(EffectKind.CONVERSATION, **kept)


def notify(draft: Draft, known: Known, command: Notify) -> None:
    """Tell members: in the conversation as a note, and by mail where that is asked for."""
    if "inbox" in command.via:
        whom = next(iter(command.target.values()), "")
        draft.note(say("notice", draft.locale, whom=whom, text=command.text))
    if "email" in command.via:
        scenario = known.scenario_name(draft)
        draft.effect(EffectKind.NOTICE, target=command.target, text=command.text, scenario=scenario)


def note(draft: Draft, known: Known, command: Note) -> None:
    """A note in the conversation; those whom it mentions are told by mail."""
    draft.note(command.text)
    for whom in command.mention:
        scenario = known.scenario_name(draft)
        draft.effect(EffectKind.NOTICE, target={"operator": whom}, text=command.text, scenario=scenario)


def explain_close(draft: Draft, command: Close) -> None:
    """Tell the team, and only them, with what result and why a scenario has resolved the conversation."""
    given = {"resolution": command.resolution, "reason": command.reason}
    said = [say(f"close_{name}", draft.locale, text=text) for name, text in given.items() if text]
    if said:
        draft.note("\n".join(said))


def emit(draft: Draft, command: Emit) -> None:
    """A domain event."""
    draft.effect(EffectKind.EVENT, name=command.event, data=command.data)


def rate(draft: Draft, known: Known, command: Rate) -> None:
    """A score, and the comment that comes after it, at the node that asked."""
    state: dict[str, Any] = draft.state or {}
    draft.effect(
        EffectKind.RATING,
        scenario_key=draft.changes.get("scenario_key") or known.row.scenario_key or "",
        run=state.get("run") or 0,
        node=command.node,
        scale=command.scale,
        score=command.score,
        comment=command.comment,
    )
