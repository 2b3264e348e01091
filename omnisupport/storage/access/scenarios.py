"""Scenarios for a person: drafts with an etag, and versions that never change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import SYSTEM, Actor
from omnisupport.errors import Conflict, Invalid, NotFound, OmniError
from omnisupport.storage.audit import changed, record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Scenario, ScenarioVersion


class DraftChanged(OmniError):
    """Somebody else saved meanwhile; read again before writing."""

    code = "draft_changed"
    status = 412


async def list_scenarios(database: Database, tenant_id: UUID) -> Sequence[Scenario]:
    """Every scenario, by key."""
    async with database.session(tenant_id) as session:
        rows = await session.exec(
            select(Scenario).where(Scenario.tenant_id == tenant_id).order_by(Scenario.key)
        )
        return rows.all()


async def access_scenario(database: Database, tenant_id: UUID, scenario_id: UUID) -> Scenario:
    """One scenario.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await session.get(Scenario, (tenant_id, scenario_id))
    if found is None:
        raise NotFound("There is no such scenario.")
    return found


async def find_scenario(database: Database, tenant_id: UUID, key: str) -> Scenario | None:
    """A scenario by the id in its document."""
    async with database.session(tenant_id) as session:
        return (
            await session.exec(select(Scenario).where(Scenario.tenant_id == tenant_id, Scenario.key == key))
        ).first()


async def create_scenario(
    database: Database,
    tenant_id: UUID,
    *,
    key: str,
    name: dict[str, str],
    document: str,
    actor: Actor = SYSTEM,
) -> Scenario:
    """A new draft; without an actor it is the command line's.

    Raises:
        Conflict: a scenario with this id exists (code `scenario_exists`).
    """
    now = datetime.now(UTC)
    made = Scenario(
        tenant_id=tenant_id,
        id=uuid4(),
        key=key,
        name=name,
        draft=document,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    try:
        async with database.session(tenant_id) as session:
            session.add(made)
            _record(session, made, actor, "scenario.created", after={"key": key, **compare("", document)})
    except IntegrityError as twice:
        raise Conflict(
            f"A scenario with the id '{key}' exists already.", code="scenario_exists", field="document"
        ) from twice
    return made


async def write_draft(
    database: Database,
    tenant_id: UUID,
    scenario_id: UUID,
    *,
    revision: int,
    key: str | None,
    name: dict[str, str] | None,
    document: str,
    actor: Actor = SYSTEM,
) -> Scenario:
    """Replace a draft that is still at `revision`; `key` and `name` are None where the document does not tell them.

    Raises:
        Invalid: the document has another scenario's id (code `scenario_id_changed`).
        NotFound: absent, or another tenant's.
        DraftChanged: it is at another revision now.
    """
    async with database.session(tenant_id) as session:
        found = await session.get(Scenario, (tenant_id, scenario_id), with_for_update=True)
        if found is None:
            raise NotFound("There is no such scenario.")
        if key not in (None, found.key):
            raise Invalid(
                f"The document has the id '{key}', this scenario is '{found.key}'. An id stays: make a new one.",
                code="scenario_id_changed",
                field="document",
            )
        if found.revision != revision:
            raise DraftChanged(f"The draft is at revision {found.revision} now. Read it again before saving.")
        before = {"revision": found.revision, "name": found.name}
        lines = compare(found.draft, document)
        found.draft = document
        found.name = name or found.name
        found.revision += 1
        was, now = changed(before, {"revision": found.revision, "name": found.name})
        _record(session, found, actor, "scenario.drafted", before=was, after=now | lines)
        found.updated_at = datetime.now(UTC)
        session.add(found)
    return found


async def publish_version(
    database: Database,
    tenant_id: UUID,
    scenario_id: UUID,
    *,
    ir: dict[str, Any],
    source: str,
    author_id: UUID | None,
    actor: Actor = SYSTEM,
) -> int:
    """Write an immutable version and point new runs at it; the same content again is the same version."""
    async with database.session(tenant_id) as session:
        scenario = await session.get(Scenario, (tenant_id, scenario_id), with_for_update=True)
        if scenario is None:
            raise NotFound("There is no such scenario.")
        mine = (ScenarioVersion.tenant_id == tenant_id, ScenarioVersion.scenario_id == scenario_id)
        newest = (await session.exec(select(func.max(ScenarioVersion.version)).where(*mine))).one() or 0
        same = (
            await session.exec(
                select(ScenarioVersion.version)
                .where(*mine, ScenarioVersion.ir_hash == ir["hash"])
                .order_by(col(ScenarioVersion.version).desc())
            )
        ).first()
        version = same or newest + 1
        if same is None:
            session.add(
                ScenarioVersion(
                    tenant_id=tenant_id,
                    scenario_id=scenario_id,
                    version=version,
                    ir=ir,
                    ir_hash=ir["hash"],
                    engine=ir["engine"],
                    source=source,
                    author_id=author_id,
                )
            )
        live = await _source_of(session, scenario)
        if version != scenario.live_version:
            before = {"live_version": scenario.live_version}
            after = {"live_version": version, "ir_hash": ir["hash"], **compare(live, source)}
            _record(session, scenario, actor, "scenario.published", before=before, after=after)
        scenario.live_version = version
        session.add(scenario)
    return version


async def _source_of(session: AsyncSession, scenario: Scenario) -> str:
    """The document of the version that runs now."""
    live = await session.get(ScenarioVersion, (scenario.tenant_id, scenario.id, scenario.live_version or 0))
    return live.source if live is not None else ""


def compare(before: str, after: str) -> dict[str, int]:
    """How many lines of a document are new, and how many are gone; a line that only moved is neither."""
    old, new = Counter(before.splitlines()), Counter(after.splitlines())
    return {"lines_added": (new - old).total(), "lines_removed": (old - new).total()}


def _record(
    session: AsyncSession,
    scenario: Scenario,
    actor: Actor,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    target = ("scenario", scenario.id)
    record(session, scenario.tenant_id, actor, action, target=target, before=before, after=after)
