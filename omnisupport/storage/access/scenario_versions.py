"""Versions of a scenario: published once, never changed, and pointed at by what runs now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import SYSTEM, Actor
from omnisupport.errors import Conflict, NotFound
from omnisupport.storage.access.scenarios import check_not_archived, compare, load_scenario
from omnisupport.storage.audit import record
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Scenario, ScenarioVersion


@dataclass(frozen=True)
class Release:
    """What a version is published with, beside its content.

    `report` is of the gate that let it out, `acknowledged` the codes of warnings that its author has taken on himself,
    `signature` what callers of the scenario rely on.
    """

    message: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    signature: Mapping[str, Any] = field(default_factory=dict)
    acknowledged: Sequence[str] = ()
    canary_percent: int | None = None
    """Of the customers who get it while the others keep the live one; None: everybody."""


async def publish_version(
    database: Database,
    tenant_id: UUID,
    scenario_id: UUID,
    *,
    ir: dict[str, Any],
    source: str,
    author_id: UUID | None,
    actor: Actor = SYSTEM,
    release: Release | None = None,
) -> int:
    """Write an immutable version and point new runs at it; the same content again is the same version.

    A version that goes live ends the canary.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: it has been put away (code `scenario_archived`), or a canary has nothing beside it (`nothing_live`).
    """
    with_ = release or Release()
    async with database.session(tenant_id) as session:
        scenario = await load_scenario(session, tenant_id, scenario_id, lock=True)
        check_not_archived(scenario)
        if with_.canary_percent is not None and scenario.live_version is None:
            raise Conflict(
                "Nothing is live beside which a canary could run: publish the first version to everybody.",
                code="nothing_live",
            )
        version = await _version_of(session, scenario, ir["hash"])
        if version is None:
            version = _made(scenario, await _newest(session, scenario) + 1, ir, source, author_id)
            _describe(version, with_, actor)
            session.add(version)
        pointed = _point(scenario, version.version, with_.canary_percent)
        if pointed["before"] != pointed["after"]:
            live = await _source_of(session, scenario, pointed["before"].get("live_version"))
            after = {**pointed["after"], "ir_hash": ir["hash"], **compare(live, source)}
            told = {"message": with_.message, "acknowledged": list(with_.acknowledged)}
            after |= {name: value for name, value in told.items() if value}
            _record(session, scenario, actor, "scenario.published", before=pointed["before"], after=after)
        if with_.canary_percent is None and version.published_at is None:
            version.published_at = datetime.now(UTC)
        session.add(scenario)
        return version.version


async def roll_back(
    database: Database, tenant_id: UUID, actor: Actor, scenario_id: UUID, to: int
) -> ScenarioVersion:
    """Point new runs at a version of before, and end the canary; runs that are going on keep theirs.

    Raises:
        NotFound: the scenario or the version is absent.
        Conflict: it has been put away (code `scenario_archived`).
    """
    async with database.session(tenant_id) as session:
        scenario = await load_scenario(session, tenant_id, scenario_id, lock=True)
        check_not_archived(scenario)
        version = await _load(session, scenario, to)
        pointed = _point(scenario, to, None)
        if pointed["before"] != pointed["after"]:
            _record(session, scenario, actor, "scenario.rolled_back", **pointed)
        if version.published_at is None:
            version.published_at = datetime.now(UTC)
        session.add(scenario)
    return version


async def set_canary(
    database: Database, tenant_id: UUID, actor: Actor, scenario_id: UUID, percent: int
) -> Scenario:
    """Give the canary to another share of the customers; 0 ends it, 100 still leaves the live version what it is.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: there is no canary (code `no_canary`).
    """
    async with database.session(tenant_id) as session:
        scenario = await load_scenario(session, tenant_id, scenario_id, lock=True)
        if scenario.canary_version is None:
            raise Conflict("No canary runs: publish a version to one first.", code="no_canary")
        before = _pointers(scenario)
        scenario.canary_percent = percent
        if percent == 0:
            scenario.canary_version = None
        if before != _pointers(scenario):
            after = _pointers(scenario)
            _record(session, scenario, actor, "scenario.canary_changed", before=before, after=after)
        session.add(scenario)
    return scenario


async def list_versions(
    database: Database, tenant_id: UUID, scenario_id: UUID, *, before: int | None, limit: int
) -> Sequence[ScenarioVersion]:
    """A page of versions, newest first, without their content.

    Raises:
        NotFound: absent, or another tenant's.
    """
    query = (
        select(ScenarioVersion)
        .where(ScenarioVersion.tenant_id == tenant_id, ScenarioVersion.scenario_id == scenario_id)
        .options(defer(ScenarioVersion.ir), defer(ScenarioVersion.source))  # type: ignore[arg-type]
        .order_by(col(ScenarioVersion.version).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(ScenarioVersion.version) < before)
    async with database.session(tenant_id) as session:
        await load_scenario(session, tenant_id, scenario_id)
        return (await session.exec(query)).all()


async def access_version(
    database: Database, tenant_id: UUID, scenario_id: UUID, number: int
) -> ScenarioVersion:
    """One version.

    Raises:
        NotFound: the scenario or the version is absent.
    """
    async with database.session(tenant_id) as session:
        scenario = await load_scenario(session, tenant_id, scenario_id)
        return await _load(session, scenario, number)


async def _load(session: AsyncSession, scenario: Scenario, number: int) -> ScenarioVersion:
    found = await session.get(ScenarioVersion, (scenario.tenant_id, scenario.id, number))
    if found is None:
        raise NotFound(f"The scenario '{scenario.key}' has no version {number}.", code="version_not_found")
    return found


async def _version_of(session: AsyncSession, scenario: Scenario, ir_hash: str) -> ScenarioVersion | None:
    same = select(ScenarioVersion).where(*_of(scenario), ScenarioVersion.ir_hash == ir_hash)
    return (await session.exec(same.order_by(col(ScenarioVersion.version).desc()))).first()


async def _newest(session: AsyncSession, scenario: Scenario) -> int:
    newest = select(func.max(ScenarioVersion.version)).where(*_of(scenario))
    return (await session.exec(newest)).one() or 0


def _of(scenario: Scenario) -> tuple[Any, ...]:
    return (ScenarioVersion.tenant_id == scenario.tenant_id, ScenarioVersion.scenario_id == scenario.id)


def _made(
    scenario: Scenario, number: int, ir: dict[str, Any], source: str, author_id: UUID | None
) -> ScenarioVersion:
    return ScenarioVersion(
        tenant_id=scenario.tenant_id,
        scenario_id=scenario.id,
        version=number,
        ir=ir,
        ir_hash=ir["hash"],
        engine=ir["engine"],
        source=source,
        author_id=author_id,
    )


def _describe(version: ScenarioVersion, release: Release, actor: Actor) -> None:
    version.message = release.message
    version.report, version.signature = dict(release.report), dict(release.signature)
    if release.acknowledged:
        version.acknowledged = {
            "by": str(actor.id) if actor.id else None,
            "name": actor.name,
            "at": datetime.now(UTC).isoformat(),
            "codes": sorted(release.acknowledged),
        }


def _point(scenario: Scenario, version: int, percent: int | None) -> dict[str, dict[str, Any]]:
    """Move the pointers; gives what of them was and is, and only that."""
    before = _pointers(scenario)
    if percent is None:
        scenario.live_version, scenario.canary_version, scenario.canary_percent = version, None, 0
    else:
        scenario.canary_version, scenario.canary_percent = version, percent
    return {"before": before, "after": _pointers(scenario)}


def _pointers(scenario: Scenario) -> dict[str, Any]:
    live = {"live_version": scenario.live_version}
    if scenario.canary_version is None:
        return live
    return live | {"canary_version": scenario.canary_version, "canary_percent": scenario.canary_percent}


async def _source_of(session: AsyncSession, scenario: Scenario, number: int | None) -> str:
    """The document of the version that ran until now."""
    live = await session.get(ScenarioVersion, (scenario.tenant_id, scenario.id, number or 0))
    return live.source if live is not None else ""


def _record(
    session: AsyncSession,
    scenario: Scenario,
    actor: Actor,
    action: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    target = ("scenario", scenario.id)
    record(session, scenario.tenant_id, actor, action, target=target, before=before, after=after)
