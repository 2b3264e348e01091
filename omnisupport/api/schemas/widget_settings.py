"""Settings of a widget: how it looks, what it says and asks, when it opens by itself, and what it offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints, model_validator

from omnisupport.api.schemas.base import Input, Plain
from omnisupport.api.schemas.channels import ChannelChange
from omnisupport.api.schemas.customers import Key
from omnisupport.api.schemas.settings import EventName, Title
from omnisupport.domain.domains import host_of_page

ACCENT = "#1f7a4d"
MOST_FIELDS = 10
MOST_CHOICES = 30
MOST_OPENINGS = 20


def _link(url: str) -> str:
    if host_of_page(url) is None:
        raise ValueError("a full address such as https://shop.example/privacy is needed")
    return url


def _each_once(names: Sequence[str], what: str) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(f"{what} stands there once: '{name}' twice")


Locale = Literal["ru", "en"]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$", to_lower=True)]
Words = Annotated[dict[Locale, Title], Field(min_length=1)]
"""One line in each language; a visitor whose language is missing reads the other."""
Paragraph = Annotated[Plain, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Texts = Annotated[dict[Locale, Paragraph], Field(min_length=1)]
Offset = Annotated[StrictInt, Field(ge=0, le=200)]
OpeningId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Link = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[\x21-\x7e]+$"), AfterValidator(_link)]
Glob = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20]{1,500}$")]


class LauncherStyle(Input):
    """The button that opens the widget: a bubble, or a label with a text."""

    kind: Literal["bubble", "label"] = "bubble"
    text: Words | None = None

    @model_validator(mode="after")
    def _label_says_something(self) -> Self:
        if self.kind == "label" and self.text is None:
            raise ValueError("a launcher of the kind label needs a text")
        return self


class WidgetTheme(Input):
    """How the widget looks and where it stands; lengths are CSS pixels, `x` from the side, `y` from below.

    `logo_file_id` is an image that a person of the workspace has uploaded (`POST /api/v1/files`).
    """

    accent: Colour = ACCENT
    scheme: Literal["auto", "light", "dark"] = "auto"
    radius: Annotated[StrictInt, Field(ge=0, le=24)] = 12
    position: Literal["right", "left"] = "right"
    x: Offset = 20
    y: Offset = 20
    launcher: LauncherStyle = Field(default_factory=LauncherStyle)
    logo_file_id: UUID | None = None


class Choice(Input):
    """One choice of a select."""

    value: Key
    label: Words


class AskedField(Input):
    """A field of a form. `name`, `email` and `phone` fill the customer's own, unverified; each stands there once."""

    key: Key
    kind: Literal["name", "email", "phone", "text", "select"]
    label: Words
    required: StrictBool = False
    options: list[Choice] = Field(default_factory=list, max_length=MOST_CHOICES)

    @model_validator(mode="after")
    def _choices_of_a_select(self) -> Self:
        if (self.kind == "select") != bool(self.options):
            raise ValueError("options are for a field of the kind select, and it has at least one")
        _each_once([each.value for each in self.options], "a choice")
        return self


class ConsentLine(Input):
    """What a visitor agrees to before he writes; kept in the customer's consents under `purpose`."""

    purpose: Key
    text: Texts
    url: Link | None = None


class AskedForm(Input):
    """What is asked before, or instead of, a talk; the message itself is asked besides these fields."""

    intro: Texts | None = None
    fields: list[AskedField] = Field(default_factory=list, max_length=MOST_FIELDS)
    consent: ConsentLine | None = None

    @model_validator(mode="after")
    def _fields_differ(self) -> Self:
        _each_once([each.key for each in self.fields], "a key")
        own = [each.kind for each in self.fields if each.kind in ("name", "email", "phone")]
        _each_once(own, "a field of the kind")
        return self


class PreChat(AskedForm):
    """Asked of a visitor who has no conversation yet, or only outside the hours."""

    shown: Literal["always", "outside_hours"] = "always"


class OpeningWhen(Input):
    """When an opening is shown: all that is given must hold.

    `page`: the page's address fits, with `*` for any characters; `after_s`: so many seconds on the page; `scroll`: so
    many per cent of it were passed; `event`: the page has told it by `omni('track', …)`.
    """

    page: Glob | None = None
    after_s: Annotated[StrictInt, Field(ge=0, le=3600)] | None = None
    scroll: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    event: EventName | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(value is None for value in (self.page, self.after_s, self.scroll, self.event)):
            raise ValueError("say when: by page, after_s, scroll or event")
        return self


class OpeningLine(Input):
    """What the widget says by itself, once in a visit or once to a visitor."""

    id: OpeningId
    text: Texts
    when: OpeningWhen
    once: Literal["visit", "visitor"] = "visit"


class Features(Input):
    """What the widget offers."""

    articles: StrictBool = True
    files: StrictBool = True
    voice: StrictBool = True
    csat: StrictBool = False
    receipts: StrictBool = True
    history: StrictBool = True


def _openings_differ(openings: list[OpeningLine]) -> list[OpeningLine]:
    _each_once([each.id for each in openings], "an id")
    return openings


Openings = Annotated[list[OpeningLine], Field(max_length=MOST_OPENINGS), AfterValidator(_openings_differ)]


class WidgetSettings(Input):
    """All settings of a widget, each with its default."""

    theme: WidgetTheme = Field(default_factory=WidgetTheme)
    title: Words | None = None
    greeting: Texts | None = None
    away: Texts | None = None
    pre_chat: PreChat | None = None
    offline: AskedForm | None = None
    openings: Openings = Field(default_factory=list)
    features: Features = Field(default_factory=Features)


class WidgetChange(ChannelChange):
    """What is given takes the place of what was there, whole; null is the default."""

    theme: WidgetTheme | None = None
    title: Words | None = None
    greeting: Texts | None = None
    away: Texts | None = None
    pre_chat: PreChat | None = None
    offline: AskedForm | None = None
    openings: Openings | None = None
    features: Features | None = None


class NewWidget(Input):
    """Connect the widget, with settings where they are not the defaults."""

    name: Title
    settings: WidgetSettings = Field(default_factory=WidgetSettings)
