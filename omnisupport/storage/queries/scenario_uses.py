"""Which published scenarios name a thing of the tenant: what they name is not taken away under them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from omnisupport.errors import Conflict
from omnisupport.storage.tables import Scenario, ScenarioVersion


class Named(StrEnum):
    """What a scenario can name, by the noun of a refusal."""

    DEPARTMENT = "department"
    CALENDAR = "calendar"
    SKILL = "skill"
    TAG = "tag"


PLACES: Mapping[Named, str] = MappingProxyType(
    {
        # A calendar's name may be a department's: it has hours too.
        Named.DEPARTMENT: "$.nodes.*?(@.target.department == $name"
        ' || @.type == "business_hours" && @.calendar == $name)',
        Named.CALENDAR: '$.nodes.*?(@.type == "business_hours" && @.calendar == $name)',
        Named.SKILL: "$.nodes.*.target.skills[*]?(@ == $name)",
        Named.TAG: '$.nodes.*?(@.type == "tag").add[*]?(@ == $name)',
    }
)
"""Where a compiled scenario has the name. What it computes when it runs, or only takes away, is not looked for."""


async def check_unnamed(session: AsyncSession, tenant_id: UUID, kind: Named, name: str) -> None:
    """Refuse when a version that people can get names this.

    Raises:
        Conflict: code `in_use`, with the scenarios' keys.
    """
    found = await session.exec(
        select(Scenario.key)
        .join(
            ScenarioVersion,
            (col(ScenarioVersion.tenant_id) == Scenario.tenant_id)
            & (col(ScenarioVersion.scenario_id) == Scenario.id)
            & col(ScenarioVersion.version).in_((col(Scenario.live_version), col(Scenario.canary_version))),
        )
        .where(
            Scenario.tenant_id == tenant_id,
            col(Scenario.archived_at).is_(None),
            sa.func.jsonb_path_exists(
                col(ScenarioVersion.ir),
                sa.cast(PLACES[kind], JSONPATH),
                sa.func.jsonb_build_object("name", sa.cast(name, sa.Text)),
            ),
        )
        .distinct()
        .order_by(Scenario.key)
    )
    if keys := found.all():
        raise Conflict(
            f"Published scenarios name the {kind.value} '{name}': {', '.join(keys)}. Publish them without it first.",
            code="in_use",
        )
