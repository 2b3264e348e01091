"""Templates of a channel, and a message that sends one."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from omnisupport.api.schemas.base import Input, Output, Plain

Value = Annotated[Plain, Field(max_length=1024)]


class MessageTemplate(Output):
    """A template in one language.

    `status` and `category` are the provider's words (approved, pending, rejected, paused; utility, marketing).
    `parameters` are the names of the holes of `body`, in the order in which values are given. `sendable`: approved, and
    complete with them.
    """

    id: str
    name: str
    language: str
    category: str
    status: str
    sendable: bool
    body: str
    parameters: list[str]
    header: Literal["text", "image", "video", "document", "location"] | None
    header_text: str
    footer: str
    buttons: list[str]
    synced_at: str


class TemplatePage(Output):
    """Templates by name. `problem`: why the provider has not listed them at the last try; null: it has."""

    items: list[MessageTemplate]
    next_cursor: str | None
    synced_at: str | None
    problem: str | None


class TemplateSyncState(Output):
    """When the provider listed the templates last, and why it did not since."""

    synced_at: str | None
    problem: str | None


class TemplateUse(Input):
    """A template of the conversation's channel with the values of its parameters, in their order."""

    id: UUID
    parameters: list[Value] = Field(default=[], max_length=50)


class ReplyContent(Input):
    """What a reply is instead of a free text."""

    template: TemplateUse | None = None
