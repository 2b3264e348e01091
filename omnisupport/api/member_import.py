"""Rows of a table of members, turned into invitations or into reasons why not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from omnisupport.api.deps import Person
from omnisupport.api.invitations import Draft, draft, sender_of
from omnisupport.api.schemas.names import Name
from omnisupport.api.services import Services
from omnisupport.api.team import granter_of
from omnisupport.domain.naming import KEY
from omnisupport.domain.permissions import Role
from omnisupport.domain.spreadsheet import Row
from omnisupport.errors import OmniError
from omnisupport.mail.mailer import MailUnavailable
from omnisupport.storage.access.departments import MOST as MOST_DEPARTMENTS
from omnisupport.storage.access.departments import list_departments
from omnisupport.storage.access.invitations import create_invitations
from omnisupport.storage.access.skills import MOST as MOST_SKILLS
from omnisupport.storage.access.skills import list_skills
from omnisupport.storage.queries.tenants import parse_address

COLUMNS = ("email", "name", "role", "departments", "skills")
"""`departments` and `skills` hold keys with `|`, `,` or `;` between; a skill has its level after a colon."""
FIELDS = {"department_ids": "departments"}
"""Columns of what an invitation calls otherwise."""
IN_ONE_STEP = 50
"""Invitations that are made and mailed together: a mail that cannot leave takes no more than these back."""

_NAME: TypeAdapter[str] = TypeAdapter(Name)


@dataclass(frozen=True)
class Refusal:
    """Why a row was left out."""

    line: int
    field: str
    code: str


@dataclass
class Outcome:
    """What became of a table."""

    invited: int = 0
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """Keys of what the tenant has."""

    departments: Mapping[str, UUID]
    skills: Mapping[str, UUID]


async def import_members(at: Services, who: Person, rows: Sequence[Row], *, dry_run: bool) -> Outcome:
    """Invite whom the rows name; each row is good or refused by itself. With `dry_run` nothing is kept or sent."""
    known = await _known(at, who)
    outcome = Outcome()
    good: list[tuple[Row, Draft]] = []
    addresses: set[str] = set()
    for row in rows:
        reasons: list[Refusal] = []
        one = _read(who, row, known, addresses, reasons)
        if reasons:
            outcome.refused += reasons
        else:
            good.append((row, one))
    for start in range(0, len(good), IN_ONE_STEP):
        await _invite(at, who, good[start : start + IN_ONE_STEP], outcome, dry_run=dry_run)
    outcome.refused.sort(key=lambda refusal: refusal.line)
    return outcome


async def _invite(
    at: Services, who: Person, part: Sequence[tuple[Row, Draft]], outcome: Outcome, *, dry_run: bool
) -> None:
    send = None
    if not dry_run:
        send = await sender_of(at, who, {one.wanted.token_hash: one.token for _, one in part})
    wanted = [one.wanted for _, one in part]
    try:
        answers = await create_invitations(at.database, who.tenant_id, granter_of(who), wanted, send)
    except MailUnavailable as away:
        outcome.refused += [Refusal(row.line, "email", away.code) for row, _ in part]
        return
    for (row, _), answer in zip(part, answers, strict=True):
        if isinstance(answer, OmniError):
            column = FIELDS.get(answer.field or "", answer.field or "email")
            outcome.refused.append(Refusal(row.line, column, answer.code))
        else:
            outcome.invited += 1


async def _known(at: Services, who: Person) -> _Known:
    departments = await list_departments(at.database, who.tenant_id, after=None, limit=MOST_DEPARTMENTS)
    skills = await list_skills(at.database, who.tenant_id, after=None, limit=MOST_SKILLS)
    return _Known(
        {each.row.key: each.row.id for each in departments}, {skill.key: skill.id for skill, _ in skills}
    )


def _read(who: Person, row: Row, known: _Known, addresses: set[str], reasons: list[Refusal]) -> Draft:
    """A row as an invitation; its reasons are added to, and with one of them it is not used."""

    def refuse(column: str, code: str) -> None:
        reasons.append(Refusal(row.line, column, code))

    if row.too_long:
        refuse("row", "cells_too_many")
    email = row.cells["email"]
    try:
        email = parse_address(email)
    except OmniError as wrong:
        refuse("email", wrong.code)
    if email in addresses:
        refuse("email", "email_twice")
    addresses.add(email)
    name = row.cells.get("name") or None
    if name is not None:
        try:
            name = _NAME.validate_python(name)
        except ValidationError:
            refuse("name", "name_invalid")
    role = row.cells.get("role", "").casefold() or Role.OPERATOR.value
    if not re.match(KEY, role):
        refuse("role", "role_not_found")
    departments = {known.departments.get(key) for key in _keys(row.cells.get("departments", ""))}
    if None in departments:
        refuse("departments", "department_not_found")
    skills: dict[UUID, int] = {}
    for word in _keys(row.cells.get("skills", "")):
        key, _, level = (part.strip() for part in word.partition(":"))
        if key not in known.skills:
            refuse("skills", "skill_not_found")
        elif level not in ("1", "2", "3", "4", "5"):
            refuse("skills", "level_invalid")
        else:
            skills[known.skills[key]] = int(level)
    found = frozenset(each for each in departments if each is not None)
    return draft(who.tenant_id, email=email, name=name, role=role, departments=found, skills=skills)


def _keys(cell: str) -> list[str]:
    return [word.strip().casefold() for word in re.split(r"[|,;]", cell) if word.strip()]
