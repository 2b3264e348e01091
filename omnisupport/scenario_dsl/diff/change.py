"""One difference between two documents, for people who review it and for machines that count it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from omnisupport.scenario_dsl.words import Both


@dataclass(frozen=True, slots=True)
class Change:
    """What is different at a path.

    `kind` says what it is about and what became of it, `node.added` or `text.changed`; `node` is the node's id
    (`flow/node` inside a flow); `breaking` that callers or running conversations must know of it.
    """

    kind: str
    path: str
    said: Both
    node: str | None = None
    before: Any = None
    after: Any = None
    breaking: bool = False

    def text(self, locale: str = "en") -> str:
        """The sentence in ru or en."""
        return self.said.pick(locale)

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON values."""
        return {
            "kind": self.kind,
            "path": self.path,
            "node": self.node,
            "before": self.before,
            "after": self.after,
            "breaking": self.breaking,
            "message": {"ru": self.said.ru, "en": self.said.en},
        }


_SHOWN = 80


def shown(value: Any) -> str:
    """A value as it stands in a sentence; a long one is cut."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return str(value).lower()
    text = value if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
