"""Members, departments and skills as the console shows and sends them."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints

from omnisupport.api.schemas.base import Input, Output, Plain, Zone
from omnisupport.api.schemas.names import Key, Name, NameInput

Level = Annotated[StrictInt, Field(ge=1, le=5)]
"""How well somebody knows something: 1 a little, 5 best."""
Kind = Literal["online", "away", "offline"]
Clock = Annotated[str, StringConstraints(pattern=r"^(?:([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
MOST_IN_LIST = 100


def _in_order(spans: list[list[str]]) -> list[list[str]]:
    end = ""
    for start, until in sorted(spans):
        if not (end <= start < until):
            raise ValueError("spans of a day begin before they end, and do not overlap")
        end = until
    return spans


def _once(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) != len(ids):
        raise ValueError("an id is named twice")
    return ids


def _each_once(skills: list[SkillLevel]) -> list[SkillLevel]:
    _once([each.skill_id for each in skills])
    return skills


Span = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Day = Annotated[list[Span], Field(max_length=10), AfterValidator(_in_order)]
Weekday = Annotated[str, StringConstraints(pattern=r"^(mon|tue|wed|thu|fri|sat|sun)$")]
Hours = dict[Weekday, Day]
"""Weekday to its spans, each ["09:00", "18:00"]; a day that is absent is closed."""


class SkillLevel(Input):
    """A skill and how well a member knows it."""

    skill_id: UUID
    level: Level


Departments = Annotated[list[UUID], Field(max_length=MOST_IN_LIST), AfterValidator(_once)]
Skills = Annotated[list[SkillLevel], Field(max_length=MOST_IN_LIST), AfterValidator(_each_once)]
Capacity = Annotated[dict[Channel, Annotated[StrictInt, Field(ge=0, le=1000)]], Field(max_length=20)]
"""Channel type, or `any` for all together, to a number of conversations at once."""


class SkillHeld(Output):
    """A skill of a member."""

    skill_id: str
    level: int


class AvailabilityState(Output):
    """How somebody stands; `since` is null until he has said it once."""

    state: str
    kind: Kind
    since: str | None


class Member(Output):
    """A person of the team. `online`: he has the console open now. `capacity`: channel type, or `any`, to a number."""

    id: str
    name: str
    email: str
    role: str
    online: bool
    availability: AvailabilityState
    departments: list[str]
    skills: list[SkillHeld]
    capacity: dict[str, int]
    disabled: bool


class MemberEnvelope(Output):
    """One member."""

    member: Member


class Members(Output):
    """A page of the team, by name."""

    items: list[Member]
    next_cursor: str | None


class ChangeMember(Input):
    """What to change; a field that is absent or null is left as it is, a list is written anew as a whole."""

    role: Key | None = None
    department_ids: Departments | None = None
    skills: Skills | None = None
    capacity: Capacity | None = None


class Leave(Input):
    """Leaving a workspace, confirmed by its slug."""

    slug: Plain = Field(max_length=63)


class Department(Output):
    """A department and whether it is open now; `name` in the reader's language."""

    id: str
    key: str
    name: str
    names: dict[str, str]
    timezone: str
    hours: dict[str, list[list[str]]]
    default: bool
    open: bool
    next_open: str | None


class DepartmentEnvelope(Output):
    """One department."""

    department: Department


class DepartmentPage(Output):
    """A page of departments, by key."""

    items: list[Department]
    next_cursor: str | None


class NewDepartment(Input):
    """A department; without a key it is made from the name, without a time zone it has the workspace's."""

    key: Key | None = None
    name: NameInput
    timezone: Zone | None = None
    hours: Hours = Field(default_factory=dict)
    default: StrictBool = False


class ChangeDepartment(Input):
    """What to change; a field that is absent or null is left as it is. The key stays."""

    name: NameInput | None = None
    timezone: Zone | None = None
    hours: Hours | None = None
    default: StrictBool | None = None


class Skill(Output):
    """Something that some members know, and how many do."""

    id: str
    key: str
    name: str
    members: int


class SkillEnvelope(Output):
    """One skill."""

    skill: Skill


class SkillPage(Output):
    """A page of skills, by key."""

    items: list[Skill]
    next_cursor: str | None


class NewSkill(Input):
    """A skill; without a key it is made from the name."""

    key: Key | None = None
    name: Name


class ChangeSkill(Input):
    """Another name; the key stays."""

    name: Name | None = None
