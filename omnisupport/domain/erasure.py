"""The erasure of a customer: how far it is, and the receipt that is left of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

LONGEST_REASON = 300


class ErasureOrigin(StrEnum):
    """Why it was begun."""

    REQUEST = "request"
    DELETION = "deletion"
    """Somebody deleted the customer."""
    RETENTION = "retention"


class ErasureStatus(StrEnum):
    """How far it is; the last three are final."""

    WAITING = "waiting"
    """Not begun, or held up by a legal hold."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    """The customer came back, or is held, before retention began with him."""


OPEN = (ErasureStatus.WAITING, ErasureStatus.RUNNING)


class Standing(StrEnum):
    """What the workflow is to do next."""

    GO = "go"
    HELD = "held"
    OVER = "over"


def write_receipt(
    tenant_id: UUID, erasure_id: UUID, customer_id: UUID, counts: Mapping[str, int], finished_at: str
) -> dict[str, Any]:
    """What proves an erasure: counts per kind of thing, when, and a SHA-256 over all of it. No personal data.

    The digest is over the JSON of {tenant_id, erasure_id, customer_id, counts, finished_at}, keys sorted, no spaces.
    """
    told = {
        "tenant_id": str(tenant_id),
        "erasure_id": str(erasure_id),
        "customer_id": str(customer_id),
        "counts": dict(counts),
        "finished_at": finished_at,
    }
    written = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(written).hexdigest()
    return {"counts": dict(counts), "finished_at": finished_at, "digest": f"sha256:{digest}"}
