"""What the widget sends and gets."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.customers import Key
from omnisupport.api.schemas.messages import SEQ_MAX, Button, Message, Preview

COMMENT_MAX = 2000
ATTACHMENTS_MAX = 10


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

    `attachments` are files that this visitor has uploaded; `referral` is the mark of the link that he came by;
    `opening` is the id of the opening that he answers to. A button is one that was shown to him, or one of the lasting
    menu that a published scenario listens to. `anew`: after a conversation that is resolved, a new one, not that again.
    """

    client_message_id: Plain = Field(min_length=1, max_length=100)
    text: str | None = None
    button: Plain | None = Field(default=None, max_length=100)
    attachments: list[UUID] = Field(default_factory=list, max_length=ATTACHMENTS_MAX)
    location: Place | None = None
    contact: Contact | None = None
    referral: Plain | None = Field(default=None, min_length=1, max_length=200)
    opening: Plain | None = Field(default=None, min_length=1, max_length=40)
    anew: StrictBool = False


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


class Launcher(Output):
    """The button that opens the widget; `text` of a label."""

    kind: Literal["bubble", "label"]
    text: str | None


class Theme(Output):
    """How the widget looks and where it stands, in CSS pixels; `logo` is a link that lasts for minutes."""

    accent: str
    scheme: Literal["auto", "light", "dark"]
    radius: int
    position: Literal["right", "left"]
    x: int
    y: int
    launcher: Launcher
    logo: str | None


class Greeting(Output):
    """What the widget says before anybody has written; no conversation exists for it."""

    text: str
    buttons: list[Button]


class Hours(Output):
    """Whether operators are there."""

    open: bool
    next_open: str | None


class FormChoice(Output):
    """One choice of a select."""

    value: str
    label: str


class FormField(Output):
    """A field of a form, in the visitor's language."""

    key: str
    kind: Literal["name", "email", "phone", "text", "select"]
    label: str
    required: bool
    options: list[FormChoice]


class FormConsent(Output):
    """What a visitor agrees to before he writes."""

    text: str
    url: str | None


class WidgetForm(Output):
    """A form, in the visitor's language; the message is asked besides its fields."""

    intro: str | None
    fields: list[FormField]
    consent: FormConsent | None


class Forms(Output):
    """The forms that are asked now: `pre_chat` where its time is, `offline` outside the hours."""

    pre_chat: WidgetForm | None
    offline: WidgetForm | None


class ShownWhen(Output):
    """When an opening is shown: all that is not null must hold."""

    page: str | None
    after_s: int | None
    scroll: int | None
    event: str | None


class ShownOpening(Output):
    """What the widget says by itself, in the visitor's language."""

    id: str
    text: str
    when: ShownWhen
    once: Literal["visit", "visitor"]


class Offered(Output):
    """What the widget offers. `articles` is true where there are some."""

    articles: bool
    files: bool
    voice: bool
    csat: bool
    receipts: bool
    history: bool


class Limits(Output):
    """What the api will refuse."""

    text_max: int
    attachments_max: int
    file_bytes: int
    file_extensions: list[str]
    voice_s: int
    comment_max: int


class WidgetConfig(Output):
    """All that the widget shows before the first message; `title` is the tenant's name in `locale`.

    `greeting` is what the greeting scenario says, else the text of the settings; `away` is said outside the hours.
    """

    tenant: TenantName
    title: str
    locale: str
    locales: list[str]
    theme: Theme
    greeting: Greeting | None
    away: str | None
    hours: Hours
    forms: Forms
    openings: list[ShownOpening]
    features: Offered
    limits: Limits


class Session(Output):
    """A visitor's session; `conversation_id` is null until he has written."""

    visitor_token: str
    conversation_id: str | None
    config: WidgetConfig


FormText = Annotated[Plain, StringConstraints(max_length=1000)]


class FilledForm(Input):
    """A form as a visitor has filled it in, and his message.

    `fields` by key; of a select the value. `consent` must be true where the form has such a line.
    """

    client_message_id: Plain = Field(min_length=1, max_length=100)
    form: Literal["pre_chat", "offline"]
    fields: dict[Key, FormText] = Field(default_factory=dict, max_length=50)
    consent: StrictBool = False
    text: str
    anew: StrictBool = False


class FormTaken(Output):
    """The message that was made of a form, and when somebody answers: null while somebody is there, or never is."""

    message: Message
    next_open: str | None


class ReadUpTo(Input):
    """How far the visitor has read: of a conversation of his, else of his present one."""

    conversation_id: UUID | None = None
    seq: StrictInt = Field(ge=0, le=SEQ_MAX)


class NewCsat(Input):
    """What a visitor thinks of a conversation that is resolved: one to five stars, and a word."""

    score: StrictInt = Field(ge=1, le=5)
    comment: Plain | None = Field(default=None, max_length=COMMENT_MAX)


class VisitorCsat(Output):
    """The score of a conversation. `due`: the visitor may be asked for one now."""

    due: bool
    scale: str | None
    score: int | None
    comment: str | None


class VisitorConversation(Output):
    """A conversation as its visitor sees it.

    `unread` are messages after `seen_seq` that are not his own; `operators_seen_seq` is null where receipts are off.
    """

    id: str
    status: Literal["open", "resolved"]
    last_message: Preview | None
    last_seq: int
    seen_seq: int
    unread: int
    operators_seen_seq: int | None
    csat: VisitorCsat
    created_at: str
    updated_at: str


class VisitorConversations(Output):
    """A visitor's conversations, the newest first; at most fifty."""

    items: list[VisitorConversation]


class VisitorConversationEnvelope(Output):
    """One conversation."""

    conversation: VisitorConversation
