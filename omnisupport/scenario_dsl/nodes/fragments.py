"""One answer in several messages: they are kept until nothing more came for the time of `debounce`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.inputs.files import file_of
from omnisupport.scenario_dsl.runtime import limits

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn


def is_collecting(turn: Turn) -> bool:
    """Whether a part of the answer is here already."""
    return "typed" in (turn.state["waiting"] or {})


def collect(turn: Turn, text: str, data: dict[str, Any]) -> bool | None:
    """Keep this message of an answer: True while more may come, False when it is complete, None when it is none.

    What would outgrow the state is taken at once: whoever wrote so much is not in the middle of a word.
    """
    waiting, event = turn.state["waiting"], turn.state["event"]
    files = [file_of(item) for item in event.get("attachments", ()) if isinstance(item, dict)]
    if not text.strip() and not files and not is_collecting(turn):
        return None
    typed = [*waiting.get("typed", ()), *([text.strip()] if text.strip() else [])]
    kept = [*waiting.get("files", ()), *files]
    turn.state["waiting"] = {**waiting, "typed": typed, **({"files": kept} if kept else {})}
    if sum(map(len, typed)) > limits.TEXT_KEPT or len(kept) >= limits.ATTACHMENTS_KEPT:
        return False
    arm(turn, data["debounce"])
    return True


def arm(turn: Turn, seconds: int) -> None:
    """Wait for the next fragment; only this timer runs, and it is sure to fire."""
    state = turn.state
    waiting = state["waiting"]
    name = f"debounce{len(waiting['typed']) + len(waiting.get('files', ()))}"
    timer = f"{state['run']}.{waiting['prompt']}.{waiting['attempt']}.{name}"
    state["timers"] = [{"id": timer, "at": turn.now + seconds * 1_000}]


def join(turn: Turn) -> None:
    """Make everything that was typed the current event."""
    waiting = turn.state["waiting"]
    kept = {key: item for key, item in waiting.items() if key not in ("typed", "files")}
    turn.state["waiting"] = kept
    event = {**turn.state["event"], "text": "\n".join(waiting.get("typed", ())), "button": None}
    event["text"] = event["text"][: limits.TEXT_TAKEN]
    if "files" in waiting:
        event["attachments"] = waiting["files"]
    turn.put("event", event)
