"""What the widget sends and gets."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.messages import Button


class Page(Input):
    """The page that a visitor is on."""

    url: Plain = Field(max_length=2000)
    title: Plain = Field(default="", max_length=300)


class NewSession(Input):
    """Opens the widget; an earlier token resumes."""

    visitor_token: str | None = Field(default=None, max_length=200)
    locale: Literal["ru", "en"] | None = None
    page: Page | None = None


class Place(Input):
    """Where the visitor is, or another place that he names."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    address: Plain | None = Field(default=None, max_length=500)


class Contact(Input):
    """A person that the visitor names; `own`: himself."""

    name: Plain | None = Field(default=None, max_length=200)
    phone: Plain = Field(min_length=1, max_length=40)
    own: bool = False


class NewMessage(Input):
    """A text with what comes along with it, or without a text; or the button that was pressed, and nothing else.

    `attachments` are files that this visitor has uploaded; `referral` is the mark of the link that he came by.
    A button is one that was shown to him, or one of the lasting menu that a published scenario listens to.
    """

    client_message_id: Plain = Field(min_length=1, max_length=100)
    text: str | None = None
    button: Plain | None = Field(default=None, max_length=100)
    attachments: list[UUID] = Field(default_factory=list, max_length=10)
    location: Place | None = None
    contact: Contact | None = None
    referral: Plain | None = Field(default=None, min_length=1, max_length=200)


class Identify(Input):
    """What a page says of its visitor; only `token` is believed, and with it nothing else counts."""

    name: Plain | None = Field(default=None, max_length=200)
    email: Plain | None = Field(default=None, max_length=254)
    phone: Plain | None = Field(default=None, max_length=40)
    token: Plain | None = Field(default=None, min_length=1, max_length=4096)


class TenantName(Output):
    """Whose widget it is."""

    slug: str
    name: str


class Theme(Output):
    """Colours that a tenant chooses."""

    accent: str


class Greeting(Output):
    """What the widget says before anybody has written; no conversation exists for it."""

    text: str
    buttons: list[Button]


class Hours(Output):
    """Whether operators are there."""

    open: bool
    next_open: str | None


class Limits(Output):
    """What the api will refuse."""

    text_max: int


class WidgetConfig(Output):
    """All that the widget shows before the first message; `title` is the tenant's name in `locale`."""

    tenant: TenantName
    title: str
    locale: str
    locales: list[str]
    theme: Theme
    greeting: Greeting | None
    hours: Hours
    limits: Limits


class Session(Output):
    """A visitor's session; `conversation_id` is null until he has written."""

    visitor_token: str
    conversation_id: str | None
    config: WidgetConfig
