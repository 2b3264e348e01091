"""What a send cost, as its provider tells it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """Of what the provider names `external_id`: `currency` as ISO 4217; `segments` that an SMS was charged as."""

    external_id: str
    amount: Decimal
    currency: str
    segments: int | None = None
