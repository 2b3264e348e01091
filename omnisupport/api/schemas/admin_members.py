"""Members of a tenant as the people of the platform see them."""

from __future__ import annotations

from uuid import UUID

from omnisupport.api.schemas.base import Output


class AdminMember(Output):
    """A member: whom one would act as to help. `role` is the key of his role, `disabled` keeps him out."""

    id: UUID
    name: str
    email: str
    role: str
    disabled: bool


class AdminMembers(Output):
    """Members by e-mail address; `next_cursor` asks for the page behind these."""

    items: list[AdminMember]
    next_cursor: str | None
