"""Channels as the settings pages and other systems exchange them: what each type is connected with."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool, StringConstraints

from omnisupport.api.schemas.base import Input, MomentInZone, Output
from omnisupport.api.schemas.settings import BaseUrl, Title
from omnisupport.domain.mail_services import mail_services

Token = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{8,4000}$")]
"""A secret as providers make them: printable, without blanks."""
Sid = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,30}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^\s@<>,;\x00-\x1f\x7f]{1,64}@[A-Za-z0-9.-]{1,253}$")]
Password = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,1000}$")]


class TelegramAccount(Input):
    """A bot, by the token that BotFather gave."""

    token: Annotated[str, StringConstraints(pattern=r"^[0-9]{5,20}:[A-Za-z0-9_-]{30,100}$")]


class MetaAccount(Input):
    """A number of the WhatsApp Cloud API."""

    provider: Literal["meta"]
    phone_number_id: Number
    business_account_id: Number
    token: Token
    app_secret: Token


class TwilioWhatsApp(Input):
    """A WhatsApp sender of Twilio."""

    provider: Literal["twilio"]
    account_sid: Sid
    auth_token: Token
    sender: E164


class TwilioSms(Input):
    """A number of Twilio."""

    account_sid: Sid
    auth_token: Token
    number: E164
    messaging_service_sid: Sid | None = None


class VkAccount(Input):
    """A community, by a token with the rights for messages and management."""

    group_id: Number
    token: Token


class MaxAccount(Input):
    """A bot of MAX."""

    token: Token


class ApiAccount(Input):
    """Another system of the company's: where messages for its customers are posted (docs/api-channel.md)."""

    url: BaseUrl


class MailServer(Input):
    """One of a mailbox's two servers."""

    host: Host
    port: Annotated[int, Field(strict=True, ge=1, le=65535)]
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    username: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")] | None = None


class MailPassword(Input):
    """A password for both servers; of an app, where the provider has such."""

    kind: Literal["password"]
    password: Password


class MailOAuth(Input):
    """A refresh token: access tokens are asked for with it (XOAUTH2)."""

    kind: Literal["oauth"]
    token_url: BaseUrl
    client_id: Password
    client_secret: Password
    refresh_token: Password
    scope: Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{0,1000}$")] = ""


def _mail_examples() -> list[Any]:
    examples = []
    for name, known in mail_services().items():
        oauth = known.get("oauth")
        auth: dict[str, Any] = {
            "kind": "password",
            "password": "the password that the service made for programs",
        }
        if oauth and known["sign_in"] == "oauth":
            auth = dict.fromkeys(("client_id", "client_secret", "refresh_token"), "from the service")
            auth |= {"kind": "oauth", "token_url": oauth["token_url"], "scope": oauth["scope"]}
        one = {"address": f"help@{name}.example", "imap": known["imap"], "smtp": known["smtp"], "auth": auth}
        examples.append(one | ({"authserv_id": known["authserv_id"]} if known["authserv_id"] else {}))
    return examples


class MailAccount(Input):
    """A mailbox: where its mail is read and sent. The examples are what well-known services want.

    `authserv_id` is how the mailbox's own server signs what it says of senders; without it nobody is vouched for.
    `plus`: the server takes mails to `address+anything`, so answers are asked for at an address of their conversation.
    """

    model_config = ConfigDict(json_schema_extra={"examples": _mail_examples()})

    address: Address
    sender_name: Title | None = None
    smtp: MailServer
    imap: MailServer
    auth: Annotated[MailPassword | MailOAuth, Field(discriminator="kind")]
    authserv_id: Host | None = None
    folder: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")] = "INBOX"
    plus: StrictBool | None = None


WhatsAppAccount = Annotated[MetaAccount | TwilioWhatsApp, Field(discriminator="provider")]


class NewTelegram(Input):
    """Connect a bot."""

    name: Title
    account: TelegramAccount


class NewWhatsApp(Input):
    """Connect a WhatsApp number."""

    name: Title
    account: WhatsAppAccount


class NewSms(Input):
    """Connect a number."""

    name: Title
    account: TwilioSms


class NewEmail(Input):
    """Connect a mailbox."""

    name: Title
    account: MailAccount


class NewVk(Input):
    """Connect a community."""

    name: Title
    account: VkAccount


class NewMax(Input):
    """Connect a bot."""

    name: Title
    account: MaxAccount


class NewApi(Input):
    """Connect another system by signed webhooks both ways."""

    name: Title
    account: ApiAccount


class Reauthorize(Input):
    """New credentials of the same account, as the channel was connected with."""

    telegram: TelegramAccount | None = None
    whatsapp: WhatsAppAccount | None = None
    sms: TwilioSms | None = None
    email: MailAccount | None = None
    vk: VkAccount | None = None
    max: MaxAccount | None = None
    api: ApiAccount | None = None


class ChannelChange(Input):
    """What is given is changed."""

    name: Title | None = None
    hold_ms: Annotated[int, Field(strict=True, ge=0, le=10_000)] | None = None
    signature: Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,2000}$")] | None = None
    typing: StrictBool | None = None


class Backfill(Input):
    """From when on everything is asked for anew."""

    since: MomentInZone


class ChannelProblem(Output):
    """What is wrong with a connection, since when, and what mends it."""

    code: str
    detail: str
    mends: Literal["reauthorize", "resubscribe", "backfill"] | None
    since: str


class ChannelHealth(Output):
    """How a connection is. `down`: nothing gets through; `unknown`: it was not looked at yet.

    `alerted_at` is when owners were told of the break that lasts.
    """

    state: Literal["ok", "degraded", "down", "unknown"]
    problems: list[ChannelProblem]
    checked_at: str | None
    expires_at: str | None
    backfilled_at: str | None
    alerted_at: str | None


class Channel(Output):
    """A connected channel. `account` is its provider's id; `facts` what was learned of it, such as a bot's name."""

    id: str
    type: str
    provider: str
    name: str
    account: str | None
    facts: dict[str, Any]
    settings: dict[str, Any]
    health: ChannelHealth
    created_at: str
    updated_at: str


class ChannelEnvelope(Output):
    """One channel."""

    channel: Channel


class Setup(Output):
    """What is entered at the provider by hand, where it cannot be told by us; shown this once."""

    webhook_url: str
    verify_token: str | None
    secret: str | None = Field(description="Of type `api`: what both sides sign with.")


class ConnectedChannel(Output):
    """A channel that was connected just now."""

    channel: Channel
    setup: Setup


class ChannelList(Output):
    """Every channel."""

    items: list[Channel]


class HealthEnvelope(Output):
    """How a connection is."""

    health: ChannelHealth


class ChannelTest(Input):
    """To whom a test message goes: a phone, a mail address, or a chat as the channel's provider numbers it.

    Without one the connection is looked at, and nothing is sent.
    """

    to: Annotated[str, StringConstraints(min_length=1, max_length=254)] = None  # type: ignore[assignment]


class TestMessage(Output):
    """What came of a test message. `reason` says it in words, `detail` as it was found.

    `uncertain`: the provider did not answer, and the message may have arrived.
    """

    status: Literal["sent", "failed", "uncertain"]
    address: str
    provider_message_id: str | None
    code: str | None
    reason: str | None
    detail: str | None


class ChannelTested(Output):
    """How the connection was found last, and what came of the test message where one was asked for."""

    health: ChannelHealth
    message: TestMessage | None


class ChannelCost(Output):
    """What messages cost in one currency (ISO 4217): a decimal number, as exact as it was told."""

    currency: str
    amount: str


class ChannelFigures(Output):
    """What went through a channel in some time: messages that came in and that left, and those that did not.

    `waiting` are on their way. `median_ms` is from when a message was to leave until it had left; null: none has.
    `costs` are what has been charged for what left, as far as the provider has told, and `segments` what an SMS of it
    was charged as.
    """

    inbound: int
    outbound: int
    failed: int
    uncertain: int
    waiting: int
    median_ms: int | None
    segments: int
    costs: list[ChannelCost]


class ChannelStatistics(Output):
    """The last 24 hours and 7 days."""

    day: ChannelFigures
    week: ChannelFigures
