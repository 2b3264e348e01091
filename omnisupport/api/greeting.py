"""The greeting of a widget: what the tenant's greeting scenario says first, without a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from omnisupport.domain.releases import Published
from omnisupport.scenario_dsl import Context, Send, Start, match_trigger, new_state, step

OPENED = "widget.opened"


def greeting_of(
    published: Sequence[Published], *, locale: str, tenant: dict[str, Any]
) -> dict[str, Any] | None:
    """{text, buttons} of the scenario that the event `widget.opened` triggers, or None.

    Its buttons carry run 0, so that a press begins the run which the visitor has already seen the start of.
    """
    context = Context(
        now=int(datetime.now(UTC).timestamp() * 1000),
        locale=locale,
        channel={"type": "widget"},
        tenant=tenant,
    )
    irs = [item.ir for item in published]
    match = match_trigger(irs, "event", text=None, event=OPENED, first=True, reopened=False, context=context)
    if match is None:
        return None
    start = Start(context=context, trigger=match.trigger_id, message=None)
    _, commands = step(match.ir, new_state(match.ir, run=0), start)
    parts = [part for command in commands if isinstance(command, Send) for part in command.parts]
    if not parts:
        return None
    return {
        "text": "\n\n".join(part["text"] for part in parts if part.get("text")),
        "buttons": [
            {"id": b["id"], "label": b["label"]} for part in parts for b in part.get("buttons") or []
        ],
    }
