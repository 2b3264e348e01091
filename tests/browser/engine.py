"""What the Temporal UI's own server tells anybody: the engine as it stores things, without a key of ours."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx2

from omnisupport.temporal import ENCODING
from tests.browser.demo import Demo

SEALED = base64.b64encode(ENCODING).decode()


async def _ask(demo: Demo, path: str, **params: str) -> dict[str, Any]:
    async with httpx2.AsyncClient(
        base_url=f"{demo.temporal_ui}/api/v1/namespaces/default", timeout=20
    ) as http:
        answer = await http.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def count_workflows(demo: Demo, query: str) -> int:
    """How many executions match."""
    return int((await _ask(demo, "/workflow-count", query=query)).get("count", 0))


async def find_workflows(demo: Demo, query: str) -> set[str]:
    """Ids of the executions that match."""
    page = await _ask(demo, "/workflows", query=query, pageSize="1000")
    return {each["execution"]["workflowId"] for each in page.get("executions", [])}


async def read_history(demo: Demo, workflow_id: str) -> list[dict[str, Any]]:
    """Every event of an execution."""
    page = await _ask(demo, f"/workflows/{quote(workflow_id, safe='')}/history", maximumPageSize="1000")
    events: list[dict[str, Any]] = page["history"]["events"]
    return events


def payloads_of(value: Any) -> Iterator[dict[str, Any]]:
    """Every payload anywhere in an answer of the engine."""
    if isinstance(value, dict):
        if "encoding" in (value.get("metadata") or {}):
            yield value
        for each in value.values():
            yield from payloads_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from payloads_of(each)


def is_sealed(payload: dict[str, Any]) -> bool:
    """Whether a payload is ciphertext of ours."""
    return bool(payload["metadata"]["encoding"] == SEALED)
