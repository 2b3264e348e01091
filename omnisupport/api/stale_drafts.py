"""Refusals about drafts that say more than a sentence: what a save has missed, what keeps one from going live."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI, Request, Response

from omnisupport.api.errors import problem
from omnisupport.api.line_diff import diff_lines
from omnisupport.api.scenario_gate import NotPublished
from omnisupport.scenario_dsl import ScenarioInvalid
from omnisupport.storage.access.scenarios import DraftChanged


def install(app: FastAPI) -> None:
    """Answer `DraftChanged` with its diff, and `NotPublished` with its findings, wherever they come from."""

    @app.exception_handler(NotPublished)
    async def shut(_request: Request, error: NotPublished) -> Response:
        errors = [{"field": f"{f.line}:{f.column}", "message": str(f)} for f in error.findings]
        errors += [{"field": each.code, "message": f"{each.code} {each.said.en}"} for each in error.points]
        return problem(error.status, error.code, error.detail, errors=errors)

    @app.exception_handler(DraftChanged)
    async def stale(_request: Request, error: DraftChanged) -> Response:
        more: dict[str, Any] = {"revision": error.revision, "diff": None, "merged": None, "conflicts": []}
        if error.base is not None:
            names = (f"draft {error.named}", f"draft {error.revision}")
            more["diff"] = await diff_of(error.base, error.current, *names)
            if error.ours is not None:
                more |= await asyncio.to_thread(_merged, error.base, error.ours, error.current)
        errors = [{"field": "If-Match", "message": error.detail}]
        return problem(error.status, error.code, error.detail, errors=errors, more=more)


async def diff_of(before: str, after: str, first: str, second: str) -> dict[str, Any]:
    """A diff as the api tells it; `first` and `second` name the two."""
    found = await asyncio.to_thread(diff_lines, before, after, names=(first, second))
    return {
        "before": first,
        "after": second,
        "changes": await asyncio.to_thread(_changes, before, after),
        "lines_added": found.lines_added,
        "lines_removed": found.lines_removed,
        "text": found.text,
    }


def _changes(before: str, after: str) -> list[dict[str, Any]] | None:
    from omnisupport.scenario_dsl.diff import diff_texts  # reads documents, which the api needs not to start

    try:
        return [each.to_dict() for each in diff_texts(before, after)]
    except ScenarioInvalid:
        return None


def _merged(base: str, ours: str, theirs: str) -> dict[str, Any]:
    from omnisupport.scenario_dsl.diff import merge

    try:
        found = merge(base, ours, theirs)
    except ScenarioInvalid:
        return {}
    return {"merged": found.text, "conflicts": [each.to_dict() for each in found.conflicts]}
