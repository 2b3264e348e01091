"""What a trial of a scenario is made from: the document, what it calls, its test files, the last conversations."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from omnisupport.domain.scenario_jobs import SHOWS_CONVERSATIONS
from omnisupport.scenario_dsl import Document, load_document
from omnisupport.scenario_dsl.linking import called_scenarios

MOST_CALLED = 100
"""Subflows that one document may lead to."""
LAST_CONVERSATIONS = 1_000
"""So many are replayed where nobody says how many."""
WALKS = 1_000
"""Enough to find a way that one customer in a hundred goes."""


class Sources(Protocol):
    """`storage/queries/subflows.py`."""

    async def sources(self, tenant_id: UUID, names: Collection[str]) -> dict[str, str]:
        """Documents of published subflows by `id@major`."""


class TestFiles(Protocol):
    """`storage/queries/scenario_tests.py`."""

    async def files(self, tenant_id: UUID, scenario_id: UUID) -> list[dict[str, str]]:
        """Test files {name, document}, by name."""


class Logs(Protocol):
    """`storage/queries/recordings.py`."""

    async def newest(self, tenant_id: UUID, scenario_id: UUID, limit: int) -> list[dict[str, Any]]:
        """The last runs."""

    async def versions(
        self, tenant_id: UUID, scenario_id: UUID, logs: Sequence[Mapping[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """The compiled versions that they were in."""


class ScenarioMaterial:
    """Gathers what trials need, one tenant at a time."""

    def __init__(self, subflows: Sources, tests: TestFiles, logs: Logs) -> None:
        self._subflows = subflows
        self._tests = tests
        self._logs = logs

    async def request(
        self, tenant_id: UUID, scenario_id: UUID, document: str, kind: str, asked: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A trial's request (see `scenario_dsl.sim.trial`); `asked` are the fields of its kind."""
        loaded = load_document(document, file="scenario.yaml").document
        called = await called_by(self._subflows, tenant_id, loaded) if loaded is not None else {}
        request: dict[str, Any] = {
            "kind": kind,
            "document": document,
            "called": called,
            "tests": await self._tests.files(tenant_id, scenario_id),
            "walks": WALKS,
            **asked,
        }
        if kind in SHOWS_CONVERSATIONS:
            last = int(asked.get("last", LAST_CONVERSATIONS))
            request["logs"] = await self._logs.newest(tenant_id, scenario_id, last)
            request["versions"] = await self._logs.versions(tenant_id, scenario_id, request["logs"])
        return request


async def called_by(subflows: Sources, tenant_id: UUID, document: Document) -> dict[str, str]:
    """The text of each subflow that is called, and of those that they call, level by level."""
    found: dict[str, str] = {}
    wanted = set(called_scenarios(document))
    while wanted and len(found) < MOST_CALLED:
        sources = await subflows.sources(tenant_id, wanted)
        wanted = set()
        for name, source in sorted(sources.items()):
            callee = load_document(source, file=f"{name}.yaml").document
            if callee is not None:
                found[name] = source
                wanted |= set(called_scenarios(callee))
        wanted -= found.keys()
    return found


def digest_of(tests: Sequence[Mapping[str, str]]) -> str:
    """What a report is still true for: the same test files."""
    hashed = hashlib.sha256()
    for each in sorted(tests, key=lambda test: test["name"]):
        for part in (each["name"], each["document"]):
            hashed.update(f"{len(part)}:{part}".encode())
    return hashed.hexdigest()
