"""Custom attributes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StringConstraints

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.customers import Key

Label = Annotated[Plain, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Subject = Literal["customer", "conversation"]
Kind = Literal["text", "number", "boolean", "date", "choice", "url"]


def _once(options: list[str]) -> list[str]:
    if len(set(options)) != len(options):
        raise ValueError("each option is named once")
    return options


Options = Annotated[list[Label], AfterValidator(_once)]


class Names(Input):
    """What it is called in each language."""

    ru: Label
    en: Label


class NewAttribute(Input):
    """A new attribute; `options` are the choices of kind `choice`, and of no other."""

    subject: Subject
    key: Key
    name: Names
    kind: Kind
    options: Options = Field(default_factory=list, max_length=100)
    required: StrictBool = False


class AttributeChanges(Input):
    """What changes; subject, key and kind stay."""

    name: Names | None = None
    options: Options | None = Field(default=None, max_length=100)
    required: StrictBool | None = None


class Attribute(Output):
    """An attribute; a date is a day such as 2026-11-26."""

    id: str
    subject: Subject
    key: str
    name: dict[str, str]
    kind: Kind
    options: list[str]
    required: bool
    created_at: str
    updated_at: str


class AttributeEnvelope(Output):
    """One attribute."""

    attribute: Attribute


class Attributes(Output):
    """Every attribute, by subject and key."""

    items: list[Attribute]
