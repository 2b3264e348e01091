"""A text of the source with values in it, and the three ways in which our language writes one."""

from __future__ import annotations

from dataclasses import dataclass, field

from omnisupport.scenario_dsl.importers.draft import TEXTS
from omnisupport.scenario_dsl.importers.wording import literal, plain_text, quoted


@dataclass(frozen=True, slots=True)
class Inserted:
    """A value of the source: a path of ours that may be null, its type, and filters for showing it."""

    path: str
    type: str
    filters: str = ""

    def shown(self) -> str:
        """The hole that shows it; null shows nothing."""
        fallback = "" if "default(" in self.filters else " | default('')"
        return f"{{{{ {self.path}{self.filters}{fallback} }}}}"

    def as_text(self) -> str:
        """An expression for it as a text; null is empty."""
        if self.type in TEXTS:
            return f"{self.path}.orValue('')"
        if self.type == "list":
            return f"join({self.path}.orValue([]), ', ')"
        if self.type in ("number", "int", "bool", "date", "time"):
            return f"(has({self.path}) ? string({self.path}) : '')"
        return f"{self.path}.orValue('')"


@dataclass(slots=True)
class Phrase:
    """Literals and values in turn."""

    parts: list[str | Inserted] = field(default_factory=list)

    def add(self, part: str | Inserted) -> None:
        """Put one more part at the end."""
        if part:
            self.parts.append(part)

    @property
    def only(self) -> Inserted | None:
        """The value, when the phrase is nothing else."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], Inserted) else None

    @property
    def constant(self) -> str | None:
        """The text, when nothing varies."""
        if any(isinstance(part, Inserted) for part in self.parts):
            return None
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to show."""
        constant = self.constant
        return constant is not None and not constant.strip()

    def text(self) -> str:
        """The phrase as a text with holes."""
        return "".join(
            plain_text(part) if isinstance(part, str) else part.shown() for part in _joined(self.parts)
        )

    def expression(self) -> str:
        """The phrase as an expression that gives a text."""
        if not self.parts:
            return "''"
        return " + ".join(
            quoted(part) if isinstance(part, str) else part.as_text() for part in _joined(self.parts)
        )

    def value(self) -> str:
        """The phrase as a value: a literal, `=path`, or a text with holes."""
        if self.only is not None:
            return f"={self.only.path}"
        constant = self.constant
        if constant is not None:
            return literal(constant)
        text = self.text()
        return f"={self.expression()}" if text.startswith("=") else text


def _joined(parts: list[str | Inserted]) -> list[str | Inserted]:
    """Neighbouring literals as one, so that no brace is split between two."""
    joined: list[str | Inserted] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def lines(phrases: list[Phrase]) -> Phrase:
    """Phrases one under the other."""
    found = Phrase()
    for number, phrase in enumerate(phrases):
        if number:
            found.add("\n")
        found.parts += phrase.parts
    return found
