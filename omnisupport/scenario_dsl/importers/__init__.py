"""Scenarios of other systems as documents of our language, with a report of what is lost on the way.

Each module knows one source. What it does not read of the file is reported by `Ledger.settle`, so nothing
goes missing without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.importers import rasa, studio, typebot
from omnisupport.scenario_dsl.importers.losses import LOSSES, Loss
from omnisupport.scenario_dsl.importers.reader import Ledger, Reader
from omnisupport.scenario_dsl.importers.tidy import tidied
from omnisupport.scenario_dsl.loader import MAX_BYTES, read_text

_Convert = Callable[[list[Reader], Ledger], "dict[str, Any] | None"]

KINDS: dict[str, _Convert] = {
    "typebot": typebot.convert,
    "studio": studio.convert,
    "rasa": rasa.convert,
}
"""What `import_document` reads: a Typebot export (v6), a Twilio Studio flow, Rasa flows with their domain."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A document's text, empty when nothing could be made of the source, and what differs from the source."""

    text: str
    losses: list[Loss]


def import_document(
    kind: str, data: str | bytes, *, file: str = "", more: Mapping[str, str | bytes] | None = None
) -> Imported:
    """Turn a file of another system into a scenario; never raises for what the file holds.

    `more` are further files by name (Rasa keeps flows and domain apart). The text loads; whether it may be
    published is for `check_document` to say.

    Raises:
        ValueError: a kind that is none of `KINDS`.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind '{kind}', known are {', '.join(KINDS)}")
    return _imported(KINDS[kind], {file or f"{kind} file": data, **(more or {})})[0]


def _imported(convert: _Convert, files: Mapping[str, str | bytes]) -> tuple[Imported, Ledger]:
    ledger = Ledger()
    refused: list[Loss] = []
    sources: list[Reader] = []
    for name, data in files.items():
        read = read_text(data, file=name)
        refused += [
            Loss(item.code, item.severity, item.message, item.file, item.line, item.column, "")
            for item in read.findings
        ]
        if read.root is not None:
            sources.append(ledger.open(read.root, name))
    document = convert(sources, ledger) if sources and not refused else None
    text = tidied(document) if document is not None else ""
    if len(text.encode()) > MAX_BYTES:
        sources[0].note("L003", limit=MAX_BYTES)
        text = ""
    if document is not None:
        ledger.settle()
    return Imported(text, [*refused, *ledger.sorted()]), ledger


__all__ = ["KINDS", "LOSSES", "Imported", "Loss", "import_document"]
