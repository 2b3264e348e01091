"""Message templates that a channel has approved: what may be sent when its window is closed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omnisupport.errors import Invalid

VALUE_MAX = 1024
"""Characters of one value, and of the text with all of them (WhatsApp)."""
_HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A template in one language. `status` and `category` are the provider's words in lower case (approved, utility).

    `text` is its body with the holes as they were approved, `holes` their names in order of first use: numbers, or
    words where `named`. `header` is text, image, video, document, location or None; `buttons` are labels.
    `provider_id` names it for good, `sent_as` is what a send calls it by.
    """

    name: str
    language: str
    status: str
    category: str
    text: str
    holes: tuple[str, ...] = ()
    named: bool = False
    header: str | None = None
    header_text: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()
    wants_more: bool = False
    """Its header or a button has to be given a value too, which we have no place for."""
    provider_id: str = ""
    sent_as: str = ""

    @property
    def can_be_sent(self) -> bool:
        """Approved, and complete with the values of its body in order."""
        return self.status == "approved" and not self.wants_more


def holes_of(text: str) -> tuple[str, ...]:
    """The names of the holes in a body, in order of first use."""
    return tuple(dict.fromkeys(_HOLE.findall(text)))


def fill(template: Template, values: Sequence[str]) -> dict[str, Any]:
    """The part of a message that sends a template with these values, in the order of its holes.

    It has the form that the adapters send (`template`) and, as `text`, the words that the customer will read.

    Raises:
        Invalid: too many or too few values (code `template_parameters`), or one that is empty or too long.
    """
    if len(values) != len(template.holes):
        raise _wrong(
            f"The template '{template.name}' takes {len(template.holes)} values; {len(values)} were given."
        )
    # WhatsApp refuses a value that is empty, has a line break, or more than four blanks in a row.
    told = {hole: " ".join(value.split()) for hole, value in zip(template.holes, values, strict=True)}
    for hole, value in told.items():
        if not value or len(value) > VALUE_MAX:
            raise _wrong(
                f"The value for {{{{{hole}}}}} has 1 to {VALUE_MAX} characters; this one has {len(value)}."
            )
    text = _HOLE.sub(lambda found: told[found[1]], template.text)
    form = {
        "name": template.sent_as or template.name,
        "language": template.language,
        "params": list(told.values()),
        "names": list(told) if template.named else None,
        "shown": {
            "text": text,
            "header": template.header_text,
            "footer": template.footer,
            "buttons": list(template.buttons),
        },
    }
    return {"text": text, "template": {name: value for name, value in form.items() if value is not None}}


def words_of(part: Mapping[str, Any]) -> str:
    """What a filled template says, its heading and last line included."""
    shown = part["template"]["shown"]
    return "\n".join(filter(None, (shown["header"], shown["text"], shown["footer"])))


def _wrong(detail: str) -> Invalid:
    return Invalid(detail, code="template_parameters", field="content.template.parameters")
