"""Scenarios for a person: drafts with an etag, and putting them away. Versions are `scenario_versions.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.domain.actor import SYSTEM, Actor, ActorKind
from omnisupport.errors import Conflict, Invalid, NotFound, OmniError
from omnisupport.storage.access.scenario_test_files import add_test
from omnisupport.storage.access.tags import add_tag
from omnisupport.storage.audit import changed, record
from omnisupport.storage.queries.scenario_runs import count_going
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Scenario, ScenarioDraft

DRAFTS_KEPT = 20
"""Of each scenario: whoever saves from an older one is told that it changed, and not what."""


class DraftChanged(OmniError):
    """Somebody else saved meanwhile; read again before writing.

    `base` is the draft that the save was made from (None: too old to be kept), `current` the draft that stands, `ours`
    what was to be saved.
    """

    code = "draft_changed"
    status = 412

    def __init__(
        self, *, named: int, base: str | None, revision: int, current: str, ours: str | None = None
    ) -> None:
        super().__init__(
            f"The draft is at revision {revision} now. Read it again before saving.", field="If-Match"
        )
        self.named, self.base = named, base
        self.revision, self.current = revision, current
        self.ours = ours


async def list_scenarios(
    database: Database, tenant_id: UUID, *, archived: bool | None = None
) -> Sequence[Scenario]:
    """Every scenario, by key; `archived` says which of the two kinds."""
    query = select(Scenario).where(Scenario.tenant_id == tenant_id).order_by(Scenario.key)
    if archived is not None:
        away = col(Scenario.archived_at)
        query = query.where(away.is_not(None) if archived else away.is_(None))
    async with database.session(tenant_id) as session:
        return (await session.exec(query)).all()


async def access_scenario(database: Database, tenant_id: UUID, scenario_id: UUID) -> Scenario:
    """One scenario.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        return await load_scenario(session, tenant_id, scenario_id)


async def load_scenario(
    session: AsyncSession, tenant_id: UUID, scenario_id: UUID, *, lock: bool = False
) -> Scenario:
    """One scenario in the caller's transaction.

    Raises:
        NotFound: absent, or another tenant's.
    """
    found = await session.get(Scenario, (tenant_id, scenario_id), with_for_update=lock or None)
    if found is None:
        raise NotFound("There is no such scenario.")
    return found


async def note_begun(
    database: Database, tenant_id: UUID, actor: Actor, scenario_id: UUID, *, begun: dict[str, str | None]
) -> None:
    """Keep who has begun a scenario from outside, and where it goes on."""
    async with database.session(tenant_id) as session:
        record(
            session, tenant_id, actor, "scenario.begun", target=("scenario", scenario_id), after=dict(begun)
        )


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
    tests: Mapping[str, str] | None = None,
    tags: Sequence[str] = (),
    actor: Actor = SYSTEM,
) -> Scenario:
    """A new draft with test files by name, and tags that are not there yet; without an actor the command line's.

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
            await session.flush()
            session.add(_kept(made, actor))
            _record(session, made, actor, "scenario.created", after={"key": key, **compare("", document)})
            for file, text in (tests or {}).items():
                add_test(session, tenant_id, made.id, actor, name=file, document=text)
            for tag in tags:
                await add_tag(session, tenant_id, actor, tag)
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
        found = await load_scenario(session, tenant_id, scenario_id, lock=True)
        if key not in (None, found.key):
            raise Invalid(
                f"The document has the id '{key}', this scenario is '{found.key}'. An id stays: make a new one.",
                code="scenario_id_changed",
                field="document",
            )
        if found.revision != revision:
            base = await session.get(ScenarioDraft, (tenant_id, scenario_id, revision))
            raise DraftChanged(
                named=revision,
                base=base.document if base else None,
                revision=found.revision,
                current=found.draft,
                ours=document,
            )
        if await session.get(ScenarioDraft, (tenant_id, scenario_id, revision)) is None:
            session.add(_kept(found, SYSTEM))  # of before drafts were kept
        before = {"revision": found.revision, "name": found.name}
        lines = compare(found.draft, document)
        found.draft = document
        found.name = name or found.name
        found.revision += 1
        was, now = changed(before, {"revision": found.revision, "name": found.name})
        _record(session, found, actor, "scenario.drafted", before=was, after=now | lines)
        found.updated_at = datetime.now(UTC)
        session.add(found)
        session.add(_kept(found, actor))
        await session.exec(
            delete(ScenarioDraft).where(
                col(ScenarioDraft.tenant_id) == tenant_id,
                col(ScenarioDraft.scenario_id) == scenario_id,
                col(ScenarioDraft.revision) <= found.revision - DRAFTS_KEPT,
            )
        )
    return found


async def find_draft(database: Database, tenant_id: UUID, scenario_id: UUID, revision: int) -> str | None:
    """A draft as it was; None when that revision is kept no more."""
    async with database.session(tenant_id) as session:
        found = await session.get(ScenarioDraft, (tenant_id, scenario_id, revision))
    return found.document if found is not None else None


async def archive_scenario(database: Database, tenant_id: UUID, actor: Actor, scenario_id: UUID) -> None:
    """Put a scenario away: it takes no message any more, and its versions stay.

    Raises:
        NotFound: absent, or another tenant's.
        Conflict: people or runs are in it (code `scenario_running`).
    """
    async with database.session(tenant_id) as session:
        found = await load_scenario(session, tenant_id, scenario_id, lock=True)
        if found.archived_at is not None:
            return
        going = await count_going(session, tenant_id, scenario_id)
        if going:
            raise Conflict(
                f"{going} runs of this scenario are going on. Roll back or wait until they have ended, then put it "
                "away; GET /runs says which they are.",
                code="scenario_running",
            )
        found.archived_at = datetime.now(UTC)
        session.add(found)
        before = {"live_version": found.live_version}
        _record(session, found, actor, "scenario.archived", before=before, after={"key": found.key})


async def restore_scenario(database: Database, tenant_id: UUID, actor: Actor, scenario_id: UUID) -> Scenario:
    """Take a scenario out again: its live version answers as before.

    Raises:
        NotFound: absent, or another tenant's.
    """
    async with database.session(tenant_id) as session:
        found = await load_scenario(session, tenant_id, scenario_id, lock=True)
        if found.archived_at is not None:
            found.archived_at = None
            session.add(found)
            _record(session, found, actor, "scenario.restored", after={"live_version": found.live_version})
    return found


def check_not_archived(scenario: Scenario) -> None:
    """Refuse to publish what has been put away.

    Raises:
        Conflict: code `scenario_archived`.
    """
    if scenario.archived_at is not None:
        raise Conflict("This scenario has been put away: take it out first.", code="scenario_archived")


def _kept(scenario: Scenario, actor: Actor) -> ScenarioDraft:
    return ScenarioDraft(
        tenant_id=scenario.tenant_id,
        scenario_id=scenario.id,
        revision=scenario.revision,
        document=scenario.draft,
        author_id=actor.id if actor.kind == ActorKind.USER else None,
    )


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
