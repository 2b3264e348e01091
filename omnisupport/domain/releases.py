"""Which version of a scenario somebody gets: the live one, or the canary that a share of the customers tries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

PARTS = 10_000
"""A share is told in percent; the hash is cut finer, so that 1 % is near to 1 %."""


@dataclass(frozen=True)
class Canary:
    """The version that `percent` of the customers get."""

    ir_hash: str
    ir: dict[str, Any]
    percent: int


@dataclass(frozen=True)
class Published:
    """A live version of a tenant's scenario, and the canary beside it."""

    key: str
    ir_hash: str
    ir: dict[str, Any]
    scenario_id: str = ""
    canary: Canary | None = None


def resolve(published: Iterable[Published], customer_id: str | None) -> list[Published]:
    """Each scenario in the version that a customer gets; nobody who is unknown gets a canary."""
    return [_for(each, customer_id) for each in published]


def is_in_canary(scenario_id: str, customer_id: str, percent: int) -> bool:
    """Whether a customer belongs to the share: always the same one, and of each scenario another share."""
    digest = sha256(f"{scenario_id}:{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % PARTS < percent * PARTS // 100


def _for(one: Published, customer_id: str | None) -> Published:
    canary = one.canary
    if (
        canary is None
        or customer_id is None
        or not is_in_canary(one.scenario_id, customer_id, canary.percent)
    ):
        return one
    return Published(one.key, canary.ir_hash, canary.ir, one.scenario_id)
