"""What a kind of answer is: its fields, the type it gives, and how an answer becomes a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.fields import Field
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.commands import CallKind
    from omnisupport.scenario_dsl.filters import Surroundings
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.tree import Map


class Answer(NamedTuple):
    """What the customer answered, and when and where.

    `text` is trimmed; `content` is what came besides (`Inbound.content`); `now` is the event's moment in
    epoch milliseconds, `zone` the scenario's time zone. `is_sure` says that the customer has confirmed the
    spelling, `kept` is what the host gave when the question was asked (`InputKind.opening`). It is a tuple because
    `find` makes many: a frozen dataclass takes three times as long.
    """

    text: str
    now: int = 0
    zone: str = "UTC"
    locale: str = "ru"
    content: Mapping[str, Any] = MappingProxyType({})
    is_sure: bool = False
    kept: Any = None

    def of(self, text: str) -> Answer:
        """The same answer in other words."""
        return Answer(text, *self[1:])


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value that the answer stands for; `meant` is a text that was more likely meant: ask which of the two."""

    value: Any
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """The value depends on what is outside, so the host answers: a `Call` of this kind with this request.

    `otherwise` is taken when the host cannot tell (`not_checked`, an error): it never blocks. None: then the
    answer counts as not understood.
    """

    request: dict[str, Any]
    kind: CallKind = "parse"
    otherwise: Parsed | None = None
    hides_text: bool = False
    """The text is a secret: it is not kept as the current event's."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer is of this kind and still will not do; `reason` is said unless the author wrote a text."""

    reason: Both


Found = Parsed | Outside | Refused | None


class InputKind:
    """One kind of answer; stateless. A strict kind is parsed before interrupts are asked, free text after.

    `question` and `title` are said where the author wrote no words (`form`); `expressions` names the fields
    that are expressions: they are evaluated before `parse` sees them.
    """

    name: ClassVar[str]
    fields: ClassVar[Mapping[str, Field]] = {}
    strict: ClassVar[bool] = True
    many: ClassVar[bool] = False
    question: ClassVar[Both] = Both("Ваш ответ?", "Your answer?")
    title: ClassVar[Both] = Both("Ответ", "Answer")
    expressions: ClassVar[tuple[str, ...]] = ()

    def type(self, data: dict[str, Any]) -> Type:
        """The type of its values."""
        raise NotImplementedError

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        """Note what the fields alone cannot show."""

    def takes_all(self, data: dict[str, Any]) -> bool:
        """Whether every text is an answer, so that none is ever asked again."""
        return not self.strict and not set(data) - {"kind", "debounce"}

    def offers(self, data: dict[str, Any]) -> list[tuple[str, Both]]:
        """Buttons of the kind's own: ids, which are parsed like texts when pressed, with their labels."""
        return []

    def opening(self, data: dict[str, Any]) -> Outside | None:
        """What the host must do before the question is asked; its value comes back as `Answer.kept`."""
        return None

    def attempts(self, data: dict[str, Any]) -> int | None:
        """How many answers are taken, where the kind and not `retry` decides."""
        return None

    def heard(self, exit: str, value: Any, otherwise: Parsed | None) -> Found:
        """What the host's answer to `Outside` means. What it could not check is taken as it is."""
        if exit == "ok":
            return otherwise if value is None else Parsed(value)
        return None if exit == "invalid" else otherwise

    def must_repeat(self, exit: str) -> bool:
        """Whether the host's answer says that the opening must be done again."""
        return False

    def parse(self, answer: Answer, data: dict[str, Any]) -> Found:
        """The value of an answer, or None when it is none of this kind."""
        raise NotImplementedError

    def find(self, answer: Answer, data: dict[str, Any]) -> Found:
        """The value somewhere in a longer text, for `extract`."""
        for word in pieces(answer.text):
            found = self.parse(answer.of(word), data)
            if isinstance(found, Parsed | Outside):
                return found
        return None

    def show(self, value: Any, around: Surroundings) -> str:
        """A value as the customer reads it back."""
        return str(value)


def pieces(text: str) -> list[str]:
    """The words of a text without the punctuation around them, and each two neighbours together."""
    words = [word.strip(".,;:!?()[]{}\"'«»“”„…#№") for word in text.split()]
    words = [word for word in words if word][:100]
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def stretches(text: str, longest: int = 6) -> list[str]:
    """Up to so many neighbouring words, the longest first: where a value may take several of them."""
    words = text.split()[:60]
    return [
        " ".join(words[start : start + length])
        for length in range(min(longest, len(words)), 0, -1)
        for start in range(len(words) - length + 1)
    ]
