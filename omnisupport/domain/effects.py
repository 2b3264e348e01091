"""What a scenario changes beyond its conversation: written with its turn, carried out after it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


class EffectKind(StrEnum):
    """What is to be done; the body of each."""

    CUSTOMER = "customer"
    """Fields of the customer: name, email, phone, locale, fields {key: value}, consents {purpose: granted?}."""
    CONVERSATION = "conversation"
    """subject, priority, attributes {key: value}."""
    RATING = "rating"
    """scenario_key, run, node, scale, score, comment."""
    EVENT = "event"
    """name, data."""
    NOTICE = "notice"
    """Mail to members: target ({department}, {role} or {operator}), text, scenario."""
    INSTRUCT = "instruct"
    """commands [{type, ...}] that the conversation of a run beside it is told to obey."""
    LETTER = "letter"
    """Mail to a customer: address, text."""


@dataclass(frozen=True)
class Effect:
    """One of them; `id` makes a repeat harmless."""

    id: str
    kind: str
    body: dict[str, Any]
    conversation_id: UUID | None
    run_id: UUID | None
    customer_id: UUID | None


@dataclass(frozen=True)
class CarriedOut:
    """What could not be done, in words for operators; `more` says that others wait."""

    refused: list[str]
    more: bool = False
