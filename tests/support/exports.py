"""Exports asked for over HTTP, awaited, downloaded and looked into."""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import Any

import httpx2

from tests.support.operator import Operator

PATIENCE_S = 60


async def ready(operator: Operator, export_id: str, *, patience: float = PATIENCE_S) -> dict[str, Any]:
    """An export once it is ready."""
    async with asyncio.timeout(patience):
        while True:
            answer = await operator.patiently("GET", f"/privacy/exports/{export_id}")
            found: dict[str, Any] = answer.json()
            if found["status"] not in ("waiting", "running"):
                assert found["status"] == "ready", found
                return found
            await asyncio.sleep(0.1)


async def download(operator: Operator, export_id: str) -> bytes:
    """The bytes of an export, by its link."""
    link = await operator.request("POST", f"/privacy/exports/{export_id}/link")
    assert link.status_code == 200, link.text
    async with httpx2.AsyncClient(timeout=20, verify=False) as http:
        answer = await http.get(link.json()["url"])
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


async def export_tenant(owner: Operator) -> bytes:
    """The bundle of the whole workspace."""
    asked = await owner.request("POST", "/privacy/exports", json={"kind": "tenant"})
    assert asked.status_code == 202, asked.text
    await ready(owner, asked.json()["id"])
    return await download(owner, asked.json()["id"])


def entries(content: bytes) -> dict[str, bytes]:
    """What is in a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
