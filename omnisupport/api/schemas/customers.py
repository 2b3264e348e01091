"""What people write of customers, and what they get."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, StringConstraints, model_validator

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.conversations import Conversation
from omnisupport.api.schemas.messages import Message
from omnisupport.api.schemas.people import Customer
from omnisupport.domain.customer import (
    LONGEST_EXTERNAL_ID,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_TAG,
    MOST_TAGS,
)

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""The name of an attribute, or of what a consent is for."""
PAIR = r"^[a-z][a-z0-9_]{0,39}:[^\x00]{1,1000}$"
"""A name and a value in one parameter: `city:Москва`."""
Locale = Literal["ru", "en"]
Value = StrictBool | StrictInt | StrictFloat | StrictStr | None
LONGEST_NOTE = 8000


class NewConsent(Input):
    """What a customer said of one purpose, and where; the moment is ours."""

    status: Literal["granted", "denied"]
    source: Plain = Field(min_length=1, max_length=200)


class _Values(Input):
    name: Plain | None = Field(default=None, max_length=LONGEST_NAME)
    email: Plain | None = Field(default=None, max_length=254)
    phone: Plain | None = Field(default=None, max_length=LONGEST_PHONE, description="Kept as E.164.")
    external_id: Plain | None = Field(
        default=None,
        max_length=LONGEST_EXTERNAL_ID,
        description="The id in another system, unique in the tenant.",
    )
    locale: Locale = "ru"
    tags: list[Annotated[Plain, StringConstraints(max_length=LONGEST_TAG)]] = Field(
        default_factory=list, max_length=MOST_TAGS
    )
    fields: dict[Key, Value] = Field(
        default_factory=dict, max_length=100, description="Values of attributes; null takes one away."
    )
    consents: dict[Key, NewConsent | None] = Field(
        default_factory=dict, max_length=50, description="By purpose; null takes one away."
    )


class NewCustomer(_Values):
    """A customer made by hand."""


class CustomerChanges(_Values):
    """What changes; what is not named stays, inside `fields` and `consents` too."""


class CustomerLine(Output):
    """A customer in a list, with the channel types that he wrote on."""

    id: str
    external_id: str | None
    name: str | None
    email: str | None
    phone: str | None
    locale: str
    tags: list[str]
    fields: dict[str, Any]
    verified: bool
    channels: list[str]
    created_at: str
    updated_at: str


class CustomerPage(Output):
    """A page of customers. `total` counts up to 10,000; where there are more, `total_is_more` says so."""

    items: list[CustomerLine]
    next_cursor: str | None
    total: int
    total_is_more: bool


class Duplicate(Output):
    """Another customer who may be the same one."""

    customer: CustomerLine
    matches: list[Literal["email", "phone"]]


class Duplicates(Output):
    """At most fifty, newest first."""

    items: list[Duplicate]


class NoteText(Input):
    """The text of a note."""

    text: Plain = Field(min_length=1, max_length=LONGEST_NOTE)


class Note(Output):
    """A note of the team on a customer."""

    id: str
    customer_id: str
    author_id: str
    author_name: str
    text: str
    created_at: str
    updated_at: str


class NoteEnvelope(Output):
    """One note."""

    note: Note


class NotePage(Output):
    """Notes, newest first; `next_cursor` is null at the end."""

    items: list[Note]
    next_cursor: str | None


class Merge(Input):
    """Whom to merge with, in either direction: `into` remains, or takes in `other_id`."""

    into: UUID | None = Field(default=None, description="The customer who remains; the one of the path goes.")
    other_id: UUID | None = Field(
        default=None, description="The customer who goes; the one of the path remains."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Merge:
        if (self.into is None) == (self.other_id is None):
            raise ValueError("name either into or other_id")
        return self


class ExportFilter(Input):
    """Which customers leave as a file, filtered as the list is."""

    q: Plain | None = Field(default=None, min_length=1, max_length=200)
    tag: Plain | None = Field(default=None, min_length=1, max_length=LONGEST_TAG)
    attribute: str | None = Field(default=None, pattern=PAIR)
    channel: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,31}$")
    consent: str | None = Field(default=None, pattern=PAIR)
    locale: Locale | None = Field(
        default=None, description="`ru` separates by semicolons, `en` by commas; by default your own."
    )


class ExportedCustomer(Output):
    """All that is kept of a person. `complete` is false where only the newest part of it is here."""

    customer: Customer
    conversations: list[Conversation]
    messages: list[Message]
    notes: list[Note]
    complete: bool


class Refusal(Output):
    """Why a row of the file was not taken; `line` counts from 1, the head included."""

    line: int
    field: str | None
    code: str
    reason: str


class ImportReport(Output):
    """What became of the rows; after a dry run, what would. The first 1,000 refusals are told."""

    dry_run: bool
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    refusals: list[Refusal]
