"""Calls of a scenario that leave the process: an answer from documents, a question to a model, a request over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.answering import AnswerActivities, AnswerRequest
    from omnisupport.activities.asking import KINDS as ASKED
    from omnisupport.activities.asking import AskActivities, AskRequest
    from omnisupport.activities.http import HttpActivities, HttpRequest
    from omnisupport.activities.runs import Beside, RunActivities
    from omnisupport.domain.calls import CallResult
    from omnisupport.scenario_dsl import Call
    from omnisupport.temporal import AI, CHANNELS
    from omnisupport.workflows import options

LOCAL_CALLS = ("business_hours", "parse", "operators_available", "queue_position", "code")
"""Kinds that are answered inside the turn, by a local activity."""


def look_up_of(call: Call, locale: str) -> dict[str, Any]:
    """What a local call asks; a code goes out in the customer's language."""
    return {**call.request, "locale": locale} if call.kind == "code" else call.request


def start_call(
    call: Call, *, key: str, locale: str, after: int, hold_ms: int, run: int = 1
) -> workflow.ActivityHandle[CallResult]:
    """Send a call out. `key` makes a repeat harmless; an answer takes up what comes within `hold_ms`, too.

    `run` is the number of the run in its conversation: what is reported to it later finds it by that.
    """
    if call.kind == "start_run":
        return workflow.start_activity_method(
            RunActivities.start_beside,
            Beside(request=call.request, key=key),
            task_queue=CHANNELS,
            summary=call.label,
            cancellation_type=workflow.ActivityCancellationType.TRY_CANCEL,
            **options.BEGIN_RUN,
        )
    if call.kind == "kb_answer":
        return workflow.start_activity_method(
            AnswerActivities.answer,
            AnswerRequest(request=call.request, locale=locale, after=after, hold_ms=hold_ms, key=key),
            task_queue=AI,
            summary=call.label,
            cancellation_type=workflow.ActivityCancellationType.TRY_CANCEL,
            **options.ANSWER,
        )
    if call.kind in ASKED:
        return workflow.start_activity_method(
            AskActivities.ask,
            AskRequest(kind=call.kind, request=call.request, locale=locale, key=key),
            task_queue=AI,
            summary=call.label,
            cancellation_type=workflow.ActivityCancellationType.TRY_CANCEL,
            **options.ask(call.timeout_ms, call.retry),
        )
    return workflow.start_activity_method(
        HttpActivities.call,
        HttpRequest(
            request=call.request,
            key=key,
            timeout_ms=call.timeout_ms,
            retry=call.retry,
            run=run if "callback" in call.request else 0,
        ),
        task_queue=CHANNELS,
        summary=call.label,
        cancellation_type=workflow.ActivityCancellationType.TRY_CANCEL,
        **options.http_call(call.timeout_ms, call.retry),
    )


async def ask_intent(request: dict[str, Any], *, locale: str, key: str) -> CallResult:
    """What a message is about that no scenario has taken yet.

    Raises:
        ActivityError: nobody answered within seconds.
    """
    return await workflow.execute_activity_method(
        AskActivities.ask,
        AskRequest(kind="classify", request=request, locale=locale, key=key),
        task_queue=AI,
        summary="What is the message about?",
        **options.INTENT,
    )


def cancel_call(handle: workflow.ActivityHandle[CallResult]) -> None:
    """Cut a call off: it ends in an error that concerns nobody any more."""
    handle.cancel()
    handle.add_done_callback(_forget)


def _forget(handle: asyncio.Future[CallResult]) -> None:
    if not handle.cancelled():
        handle.exception()


def awaits(state: dict[str, Any] | None, call: Call) -> bool:
    """Whether a run in this state waits for what the call brings."""
    waiting = (state or {}).get("waiting") or {}
    return waiting.get("kind") == "call" and waiting["call"]["id"] == call.id
