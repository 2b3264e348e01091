"""What `omni dev` says: for people a few readable lines, with `--json` one object a line and nothing else."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from omnisupport.devstack.context import Login
from omnisupport.devstack.slot import PartState

OUR_OWN = frozenset({"shop", "mailbox", "simulator"})
"""Processes that are no part of the product: not in the JSON lists."""


@dataclass(frozen=True)
class PartView:
    """A part as others see it; the URL holds no secret."""

    name: str
    pid: int | None
    url: str
    state: PartState
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "pid": self.pid, "url": self.url, "state": self.state.value}


@dataclass(frozen=True)
class Urls:
    """Where a person goes."""

    api: str
    console: str
    shop: str | None
    docs: str
    temporal_ui: str | None
    mailbox: str | None = None
    simulator: str | None = None


class Reporter(Protocol):
    """Tells somebody what happens."""

    def progress(self, text: str) -> None:
        """One line while starting or stopping."""

    def part(self, part: PartView) -> None:
        """A part changed its state."""

    def ready(self, urls: Urls, login: Login | None, parts: list[PartView], seconds: float) -> None:
        """Everything is up."""


class JsonReporter:
    """JSON lines on stdout; the progress for people goes to stderr."""

    def progress(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def part(self, part: PartView) -> None:
        if part.name not in OUR_OWN:
            _line({"event": "part", **part.to_dict()})

    def ready(self, urls: Urls, login: Login | None, parts: list[PartView], seconds: float) -> None:
        listed = [part.to_dict() for part in parts if part.name not in OUR_OWN]
        _line(
            {
                "event": "ready",
                "urls": asdict(urls),
                "login": asdict(login) if login else None,
                "parts": listed,
            }
        )


class HumanReporter:
    """Readable in one look."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._is_up = False
        self._has_failed: set[str] = set()

    def progress(self, text: str) -> None:
        self._console.print(text, markup=False)

    def part(self, part: PartView) -> None:
        if part.state is PartState.FAILED:
            self._has_failed.add(part.name)
            first = (part.reason.splitlines() or ["ended"])[0].removeprefix(f"{part.name} ")
            self.progress(f"  ! {part.name} {first}" + ("; starting it again" if self._is_up else ""))
        elif part.state is PartState.READY and not self._is_up:
            self.progress(f"  ✓ {part.name}")
        elif part.state is PartState.READY:
            back = "is back" if part.name in self._has_failed else "is up"
            self._has_failed.discard(part.name)
            self.progress(f"  ✓ {part.name} {back} (process {part.pid})")
        elif part.state is PartState.STOPPED:
            self.progress(f"  - {part.name} stopped")

    def ready(self, urls: Urls, login: Login | None, parts: list[PartView], seconds: float) -> None:
        self._is_up = True
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for label, value in _rows(urls, login):
            table.add_row(label, value)
        title = f"OmniSupport is ready ({seconds:.1f} s)"
        self._console.print(Panel(table, title=title, title_align="left", expand=False, padding=(1, 2)))
        self.progress("Ctrl-C stops everything; the data stays in the state folder.")


def _rows(urls: Urls, login: Login | None) -> list[tuple[str, str]]:
    rows = [("Demo shop", urls.shop or "")] if urls.shop else []
    rows += [("Console", urls.console), ("API docs", urls.docs)]
    rows += [("Temporal UI", urls.temporal_ui)] if urls.temporal_ui else []
    rows += [("Mailbox", urls.mailbox)] if urls.mailbox else []
    rows += [("Simulator", urls.simulator)] if urls.simulator else []
    if login:
        rows += [("Sign in as", login.email), ("Password", login.password), ("Tenant", login.tenant)]
    else:
        rows += [("First tenant", "omni tenant create my-shop --owner me@example.com")]
    return rows


def _line(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
