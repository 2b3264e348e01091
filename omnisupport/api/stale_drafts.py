"""A save of a draft that has changed meanwhile is refused with what the client has missed."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI, Request, Response

from omnisupport.api.errors import problem
from omnisupport.api.line_diff import diff_lines
from omnisupport.storage.access.scenarios import DraftChanged


def install(app: FastAPI) -> None:
    """Answer `DraftChanged` with its diff, wherever it comes from."""

    @app.exception_handler(DraftChanged)
    async def stale(_request: Request, error: DraftChanged) -> Response:
        diff = None
        if error.base is not None:
            names = (f"draft {error.named}", f"draft {error.revision}")
            diff = await diff_of(error.base, error.current, *names)
        return problem(
            error.status,
            error.code,
            error.detail,
            errors=[{"field": "If-Match", "message": error.detail}],
            more={"revision": error.revision, "diff": diff},
        )


async def diff_of(before: str, after: str, first: str, second: str) -> dict[str, Any]:
    """A diff as the api tells it; `first` and `second` name the two."""
    found = await asyncio.to_thread(diff_lines, before, after, names=(first, second))
    return {
        "before": first,
        "after": second,
        "lines_added": found.lines_added,
        "lines_removed": found.lines_removed,
        "text": found.text,
    }
