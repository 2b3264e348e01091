"""Connections, calendars, tags and events as the settings pages and other systems exchange them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Field, JsonValue, StrictBool, StringConstraints, model_validator

from omnisupport.api.schemas.base import Day, Input, Output, Plain, Zone
from omnisupport.api.schemas.names import seen
from omnisupport.domain.calendar import WEEKDAYS
from omnisupport.domain.occasions import HOOK_EVENT
from omnisupport.domain.tools import OF_CUSTOMER, holes

SettingKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""How scenarios and API calls name a thing of the settings; it never changes."""
Title = Annotated[
    Plain, StringConstraints(min_length=1, max_length=120, strip_whitespace=True), AfterValidator(seen)
]
Names = Annotated[dict[Literal["ru", "en"], Title], Field(min_length=1)]
Secret = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{1,4000}$")]
"""A header's value: printable ASCII, so that it cannot begin another header."""
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]
OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"}
)
"""Headers of the transport: a connection does not set them."""
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
MOST_SPANS = 6
MOST_HOLIDAYS = 400
MOST_EVENT_BYTES = 32 * 1024


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("a full address such as https://api.example.com/v1 is needed")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a name and password belong into auth, not into the address")
    if parts.query or parts.fragment:
        raise ValueError("the address ends before ? and #")
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("the port is a number up to 65535") from None
    return url.rstrip("/")


BaseUrl = Annotated[
    str, StringConstraints(max_length=2000, pattern=r"^[\x21-\x7e]+$"), AfterValidator(_base_url)
]


class NoAuth(Input):
    """The service asks for nothing."""

    kind: Literal["none"]


class BearerAuth(Input):
    """`Authorization: Bearer …`."""

    kind: Literal["bearer"]
    token: Secret


class BasicAuth(Input):
    """Name and password (RFC 7617)."""

    kind: Literal["basic"]
    username: Annotated[str, StringConstraints(pattern=r"^[^:\x00-\x1f\x7f]{1,200}$")]
    password: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,1000}$")]


class HeaderAuth(Input):
    """Headers of the service's own."""

    kind: Literal["headers"]
    headers: Annotated[dict[HeaderName, Secret], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        lower = [name.lower() for name in self.headers]
        if OURS & set(lower) or len(set(lower)) != len(lower):
            raise ValueError("headers of the transport cannot be set, and none twice")
        return self


Auth = Annotated[NoAuth | BearerAuth | BasicAuth | HeaderAuth, Field(discriminator="kind")]


ToolWord = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""How scenarios and models name an operation, or a parameter of one."""
About = Annotated[Plain, StringConstraints(max_length=500, strip_whitespace=True)]
MOST_OPERATIONS = 20
MOST_PARAMETERS = 10


def _operation_path(path: str) -> str:
    if any(part in (".", "..") for part in path.split("/")):
        raise ValueError("a path goes down only: no part of it is . or ..")
    return path


OperationPath = Annotated[
    str,
    StringConstraints(
        max_length=500, pattern=r"^/(?:[A-Za-z0-9._~$&'()*+,;=:@/-]|\{[a-z][a-z0-9_]{0,39}\})*$"
    ),
    AfterValidator(_operation_path),
]
"""`/orders/{number}`: the address belongs to the connection, a query to the parameters."""


class OperationParameter(Input):
    """What an operation is asked with. By `source` a model says it, or the server does, of the customer.

    Of the customer `external_id`, `email` and `phone` are told only where his identity is verified.
    """

    name: ToolWord
    type: Literal["string", "integer", "number", "boolean"] = "string"
    description: About = ""
    required: StrictBool = False
    place: Annotated[Literal["path", "query"], Field(alias="in")] = "query"
    source: Literal["model", "customer.id", "customer.external_id", "customer.email", "customer.phone"] = (
        "model"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.place == "path" and not self.required:
            raise ValueError("a parameter of the path is required")
        if self.source in OF_CUSTOMER and self.type != "string":
            raise ValueError("what is known of the customer is a string")
        return self


class ConnectionOperation(Input):
    """Something that assistants may read through a connection, by GET; `path` holds its parameters as `{name}`."""

    key: ToolWord
    description: About
    path: OperationPath
    parameters: Annotated[list[OperationParameter], Field(max_length=MOST_PARAMETERS)] = []

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        names = [each.name for each in self.parameters]
        if len(set(names)) != len(names):
            raise ValueError("no two parameters have one name")
        if holes(self.path) != {each.name for each in self.parameters if each.place == "path"}:
            raise ValueError("every {name} in the path is a parameter of the path, and the other way round")
        return self


def _different(operations: list[ConnectionOperation]) -> list[ConnectionOperation]:
    if len({each.key for each in operations}) != len(operations):
        raise ValueError("no two operations have one key")
    return operations


Operations = Annotated[
    list[ConnectionOperation], Field(max_length=MOST_OPERATIONS), AfterValidator(_different)
]


class NewConnection(Input):
    """An outside service; what is in `auth` is never shown again."""

    key: SettingKey
    name: Title
    base_url: BaseUrl
    auth: Auth
    operations: Operations = []


class ConnectionChange(Input):
    """What changes; another `base_url` needs `auth` again."""

    name: Title | None = None
    base_url: BaseUrl | None = None
    auth: Auth | None = None
    operations: Operations | None = None


class OperationParameterOut(Output):
    """What an operation is asked with."""

    name: str
    type: str
    description: str
    required: bool
    place: Annotated[str, Field(alias="in")]
    source: str


class OperationOut(Output):
    """Something that assistants may read through a connection."""

    key: str
    description: str
    path: str
    parameters: list[OperationParameterOut]


class AuthOut(Output):
    """How a connection signs in; `headers` are names, never values."""

    kind: str
    headers: list[str]


class ConnectionOut(Output):
    """An outside service."""

    id: str
    key: str
    name: str
    base_url: str
    auth: AuthOut
    operations: list[OperationOut]
    created_at: str
    updated_at: str


class SigningSecret(Output):
    """What a service signs its calls with, and where it sends them."""

    secret: str
    url: str


class ConnectionEnvelope(Output):
    """One connection."""

    connection: ConnectionOut


class ConnectionList(Output):
    """Every connection, by key."""

    items: list[ConnectionOut]


def _spans(spans: list[list[str]]) -> list[list[str]]:
    end_before = ""
    for span in spans:
        if len(span) != 2 or not all(CLOCK.fullmatch(each) for each in span):
            raise ValueError('a span is ["09:00", "18:00"]')
        if not end_before <= span[0] < span[1]:
            raise ValueError("spans follow one another and each ends after it begins")
        end_before = span[1]
    return spans


Spans = Annotated[list[list[str]], Field(max_length=MOST_SPANS), AfterValidator(_spans)]


Hours = Annotated[dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Spans], Field(max_length=7)]
assert set(WEEKDAYS) == {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}


class Holiday(Input):
    """A day with hours of its own; none: closed."""

    date: Day
    name: Title
    hours: Spans = []


def _each_day_once(holidays: list[Holiday]) -> list[Holiday]:
    days = [each.date for each in holidays]
    if len(set(days)) != len(days):
        raise ValueError("a day stands there once")
    return sorted(holidays, key=lambda each: each.date)


Holidays = Annotated[list[Holiday], Field(max_length=MOST_HOLIDAYS), AfterValidator(_each_day_once)]


class NewCalendar(Input):
    """Opening hours that departments share, in their own time zone."""

    key: SettingKey
    name: Names
    timezone: Zone
    hours: Hours
    holidays: Holidays = []


class CalendarChange(Input):
    """What changes; `department_ids` are all that keep this calendar from now on."""

    name: Names | None = None
    timezone: Zone | None = None
    hours: Hours | None = None
    holidays: Holidays | None = None
    department_ids: Annotated[list[UUID], Field(max_length=500)] | None = None


class HolidayOut(Output):
    """A day with hours of its own; none: closed."""

    date: str
    name: str
    hours: list[list[str]]


class Keeper(Output):
    """A department that keeps a calendar."""

    id: str
    key: str


class CalendarOut(Output):
    """Opening hours, and whether they say open now."""

    id: str
    key: str
    name: dict[str, str]
    timezone: str
    hours: dict[str, list[list[str]]]
    holidays: list[HolidayOut]
    departments: list[Keeper]
    open: bool
    next_open: str | None


class CalendarEnvelope(Output):
    """One calendar."""

    calendar: CalendarOut


class CalendarList(Output):
    """Every calendar, by key."""

    items: list[CalendarOut]


Color = Literal["grey", "red", "orange", "yellow", "green", "teal", "blue", "violet", "pink"]
"""Of the design's palette, so that a tag can be read in light and dark."""


class NewTag(Input):
    """A tag to offer."""

    key: SettingKey
    name: Title
    color: Color = "grey"


class TagChange(Input):
    """What changes."""

    name: Title | None = None
    color: Color | None = None


class TagOut(Output):
    """A tag."""

    key: str
    name: str
    color: str


class TagEnvelope(Output):
    """One tag."""

    tag: TagOut


class TagList(Output):
    """Every tag, by key."""

    items: list[TagOut]


EventName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.:-]{0,99}$")]


def _told_by_anybody(name: str) -> str:
    if name.startswith(HOOK_EVENT):
        raise ValueError(f"names that begin with {HOOK_EVENT} are told by signed calls of connections only")
    return name


NewEventName = Annotated[EventName, AfterValidator(_told_by_anybody)]
EventId = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]


class EventCustomer(Input):
    """Whom an event is of, by one thing that the sender knows of him."""

    external_id: Plain | None = Field(default=None, min_length=1, max_length=200)
    email: Plain | None = Field(default=None, min_length=1, max_length=254)
    phone: Plain | None = Field(default=None, min_length=1, max_length=40)

    @model_validator(mode="after")
    def _is_one(self) -> EventCustomer:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("name the customer by one of external_id, email and phone")
        return self


class NewEvent(Input):
    """Something that happened elsewhere; `id` is the sender's, so the same one again is taken once.

    `customer` is our id of him, or what the sender knows him by. A customer who is not known is refused (404,
    `customer_not_found`): make him first, or leave him out.
    """

    id: EventId
    name: NewEventName
    customer: UUID | EventCustomer | None = None
    data: Annotated[dict[str, JsonValue], Field(max_length=100)] = {}


class PageEvent(Input):
    """What a page tells of its visitor; `id` is the page's own."""

    id: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,100}$")]
    name: NewEventName
    data: Annotated[dict[str, JsonValue], Field(max_length=100)] = {}


class EventOut(Output):
    """An event as it was taken."""

    id: str
    name: str
    customer_id: str | None
    data: dict[str, Any]
    source: str
    created_at: str


class EventEnvelope(Output):
    """One event."""

    event: EventOut


class EventPage(Output):
    """Events, newest first; `cursor` leads to the older ones."""

    items: list[EventOut]
    cursor: str | None
