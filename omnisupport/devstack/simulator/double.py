"""What the doubles of providers share: who writes, what he sees, and how a provider calls us.

A double answers as its provider does when all is well, calls the address that it was told, and keeps what customers
were shown. It lets in any account that it has itself made up: the credentials tell which one, so that it goes on after
a restart.
"""

from __future__ import annotations

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from mimetypes import guess_type
from typing import Any, ClassVar, Literal
from urllib.parse import unquote

import orjson

from omnisupport.devstack.simulator.forms import Field

Refusal = Literal["busy", "blocked"]
"""Asked to come later; or the customer takes nothing from us."""
BUSY_S = 3
"""For how long a double that is busy asks to wait."""
MOST_KEPT = 2000
"""Messages of a double; the oldest go."""
MOST_FILES = 100
"""Files of a double, which are in memory; the oldest go."""
NAME = ("Иван", "Петров")
"""Every customer's."""


@dataclass(frozen=True, slots=True)
class Called:
    """A request as it reached the provider; `form` has the fields of a form, or JSON's of the first level as text."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    form: Mapping[str, str]
    files: Mapping[str, Field] = field(default_factory=dict)
    """What was uploaded, by its field."""

    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back: text or bytes as they are, all else as JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Hook:
    """A call of the provider to us."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Heard:
    """What we answered to a hook."""

    status: int
    body: str


Caller = Callable[[Hook], Awaitable[Heard]]


@dataclass(frozen=True, slots=True)
class Button:
    """What can be pressed: `data` comes back, `url` opens."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(slots=True)
class Shown:
    """A message as its customer has it. `key` is what the provider gives back of ours, wherever it does."""

    id: str
    account: str
    chat: str
    text: str
    own: bool = False
    """Written by the customer himself."""
    buttons: tuple[Button, ...] = ()
    files: tuple[str, ...] = ()
    status: str = "sent"
    key: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The request that made it."""
    at: float = field(default_factory=time.time)


@dataclass(slots=True)
class Line:
    """What the provider knows of one connected account; `facts` are its own."""

    account: str
    hook: str = ""
    secret: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class NotConnected(Exception):
    """The account has told no address yet, so nobody can write to it."""


class Double(ABC):
    """One provider. `url` is where it is reached itself, `call` how it reaches us."""

    types: ClassVar[tuple[str, ...]]
    """The channels that it carries."""
    provider: ClassVar[str]
    receipts: ClassVar[tuple[str, ...]] = ()
    """What the provider tells of a message afterwards."""

    def __init__(self, url: str, call: Caller) -> None:
        self.url = url
        self.call = call
        self.lines: dict[str, Line] = {}
        self.shown: list[Shown] = []
        self.files: dict[str, tuple[str, str, bytes]] = {}
        # Numbers of messages are not given twice, after a restart neither.
        self._numbers = count(int(time.time()) % 10_000_000 * 100)

    # The provider's side -------------------------------------------------------------------------

    @abstractmethod
    async def answer(self, called: Called) -> Answer:
        """What the provider answers."""

    @abstractmethod
    def is_send(self, called: Called) -> bool:
        """Whether a call is meant to reach a customer."""

    @abstractmethod
    def refuse(self, how: Refusal) -> Answer:
        """What it answers instead of taking a send."""

    @abstractmethod
    def new_account(self, type: str) -> dict[str, Any]:
        """An account of a channel type that it lets in, as `POST /api/v1/channels/…` wants it."""

    def connected(self, account: Mapping[str, Any], setup: Mapping[str, Any]) -> None:
        """The product has connected an account of ours; `setup` is what it tells the other side, once."""
        return None

    # The customer's side -------------------------------------------------------------------------

    @abstractmethod
    def chat_of(self, account: str, person: str) -> str:
        """The chat of an account with a person, who is known by the digits of his phone."""

    @abstractmethod
    def said(self, line: Line, message: Shown, person: str) -> Hook:
        """A customer's message; its first file lies in `files`."""

    def pressed(self, line: Line, message: Shown, under: Shown, button: Button, person: str) -> Hook:
        """A press; where buttons are words, the words."""
        return self.said(line, message, person)

    def receipt(self, line: Line, message: Shown, status: str) -> Hook | None:
        """What is told of a message of ours; None: nothing."""
        return None

    async def write(self, account: str, person: str, text: str, file: str = "") -> Heard:
        """Write as a customer; `file` is the id of one of `files`."""
        line, message = self._line(account), self._own(account, person, text)
        message.files = (file,) if file else ()
        return await self._tell(message, self.said(line, message, person))

    async def press(self, message_id: str, label: str, person: str) -> Heard:
        """Press a button below a message."""
        under = self.find(message_id)
        button = next(each for each in under.buttons if each.label == label and not each.url)
        message = self._own(under.account, person, label)
        return await self._tell(
            message, self.pressed(self._line(under.account), message, under, button, person)
        )

    async def tell(self, message_id: str, status: str) -> Heard | None:
        """Have a message delivered or read."""
        message = self.find(message_id)
        message.status = status
        hook = self.receipt(self._line(message.account), message, status)
        return await self.call(hook) if hook is not None else None

    def find(self, message_id: str) -> Shown:
        """One message.

        Raises:
            KeyError: there is none.
        """
        for each in self.shown:
            if each.id == message_id:
                return each
        raise KeyError(message_id)

    def seen(self, account: str, person: str) -> list[Shown]:
        """A chat as its customer sees it, oldest first."""
        chat = self.chat_of(account, person)
        return [each for each in self.shown if each.account == account and each.chat == chat]

    def keep(self, name: str, type: str, content: bytes, id: str = "") -> str:
        """Keep a file; its id, unless it has one."""
        id = id or secrets.token_hex(8)
        self.files[id] = (name, type, content)
        while len(self.files) > MOST_FILES:
            del self.files[next(iter(self.files))]
        return id

    def keep_upload(self, file: Field, id: str = "") -> str:
        """Keep what the product has handed over."""
        name = unquote(file.filename)
        # Telegram is told no type and looks for itself.
        type = guess_type(name)[0] if file.type == "application/octet-stream" else None
        return self.keep(name, type or file.type, file.content, id)

    # Beneath -------------------------------------------------------------------------------------

    def show(self, message: Shown) -> Shown:
        """A message arrives at its customer."""
        self.shown.append(message)
        del self.shown[:-MOST_KEPT]
        return message

    def number(self) -> int:
        """A number of a message."""
        return next(self._numbers)

    def _own(self, account: str, person: str, text: str) -> Shown:
        return Shown(
            f"{self.provider}-{self.number()}", account, self.chat_of(account, person), text, own=True
        )

    async def _tell(self, message: Shown, hook: Hook) -> Heard:
        self.show(message)
        heard = await self.call(hook)
        message.status = "delivered" if heard.status < 300 else "failed"
        return heard

    def _line(self, account: str) -> Line:
        line = self.lines.get(account)
        if line is None or not line.hook:
            raise NotConnected(account)
        return line


def stranger(name: str, setting: str, url: str) -> str:
    """What a double says to credentials that it has not made up: where the real provider is, in both languages."""
    return (
        f"This is the simulator: for the real {name} start with {setting}={url} . "
        f"Это симулятор: для настоящего запустите с {setting} ."
    )


def made_secret(seed: str) -> str:
    """A secret of a made-up account, which follows from another one: a restarted double knows it again."""
    return sha256(f"simulated:{seed}".encode()).hexdigest()[:32]


def as_json(told: Any) -> bytes:
    """A body."""
    return orjson.dumps(told)
