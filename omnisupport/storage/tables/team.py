"""Members of a tenant: departments, skills, availability, custom roles, invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from omnisupport.storage.tables.base import Table
from omnisupport.storage.tables.columns import instant, json, key_of_tenant, optional_text, string


class Member(Table, table=True):
    """What a member is beside his role. `capacity`: channel type, or `any`, to a number of conversations at once."""

    tenant_id: UUID = key_of_tenant()
    user_id: UUID = Field(primary_key=True, foreign_key="user.id", ondelete="CASCADE")
    availability: str = string(default="online")
    availability_since: datetime = instant(now=True)
    capacity: dict[str, Any] = json(default="{}")
    created_at: datetime = instant(now=True)
    disabled_at: datetime | None = instant()


class MemberDepartment(Table, table=True):
    """Who works in which department."""

    __tablename__ = "member_department"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "department_id"], ["department.tenant_id", "department.id"], ondelete="CASCADE"
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    user_id: UUID = Field(primary_key=True, foreign_key="user.id", ondelete="CASCADE")
    department_id: UUID = Field(primary_key=True)


class CustomRole(Table, table=True):
    """A tenant's own role: permissions and a scope (`domain/permissions.py`)."""

    __tablename__ = "role"
    tenant_id: UUID = key_of_tenant()
    key: str = string(primary_key=True)
    name: str = string()
    permissions: list[str] = Field(sa_type=ARRAY(sa.Text))
    scope: str = string(default="all")
    created_at: datetime = instant(now=True)
    updated_at: datetime = instant(now=True)


class Skill(Table, table=True):
    """Something that some members know and others do not."""

    __table_args__ = (sa.UniqueConstraint("tenant_id", "key"),)
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    key: str = string()
    name: str = string()
    created_at: datetime = instant(now=True)


class MemberSkill(Table, table=True):
    """How well a member knows it: 1 (a little) to 5."""

    __tablename__ = "member_skill"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "skill_id"], ["skill.tenant_id", "skill.id"], ondelete="CASCADE"
        ),
    )
    tenant_id: UUID = Field(primary_key=True)
    user_id: UUID = Field(primary_key=True, foreign_key="user.id", ondelete="CASCADE")
    skill_id: UUID = Field(primary_key=True)
    level: int = Field(sa_type=sa.SmallInteger)


class Availability(Table, table=True):
    """A state of a tenant's own, such as lunch. `kind`: online, away, offline."""

    tenant_id: UUID = key_of_tenant()
    key: str = string(primary_key=True)
    name: str = string()
    kind: str = string()


class Invitation(Table, table=True):
    """A person who was asked to join; the token is in a mail only."""

    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "token_hash"),
        sa.Index(
            "invitation_open",
            "tenant_id",
            "email",
            unique=True,
            postgresql_where=sa.text("accepted_at is null and revoked_at is null"),
        ),
    )
    tenant_id: UUID = key_of_tenant()
    id: UUID = Field(primary_key=True)
    email: str = string()
    name: str | None = optional_text()
    role: str = string()
    department_ids: list[UUID] = Field(
        default_factory=list,
        sa_type=ARRAY(sa.Uuid),
        sa_column_kwargs={"server_default": "{}"},
    )
    skills: dict[str, int] = json(default="{}")
    """Skill id to level: what he will have once he joins."""
    token_hash: bytes
    invited_by: UUID | None = None
    created_at: datetime = instant(now=True)
    expires_at: datetime = Field(sa_type=sa.DateTime(timezone=True))
    accepted_at: datetime | None = instant()
    revoked_at: datetime | None = instant()
