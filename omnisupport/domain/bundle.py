"""A bundle: what is known of a customer, or a whole tenant, as one file that can be taken along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from omnisupport.domain.mail import Mail

FORMAT = 1
"""Of a tenant's bundle: another number is refused by the import."""
KEPT = timedelta(days=7)
"""A finished bundle is removed after so long."""
MANIFEST = "manifest.json"
PEOPLE = "people"


class BundleKind(StrEnum):
    """Of what a bundle is made."""

    CUSTOMER = "customer"
    TENANT = "tenant"


class BundleStatus(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Asked:
    """What a bundle is to be made of, and where it is to lie."""

    kind: BundleKind
    customer_id: UUID | None
    storage_key: str


@dataclass(frozen=True)
class Packed:
    """What came of it: bytes, and files of customers and people in it."""

    size: int
    files: int


@dataclass(frozen=True)
class Made:
    """A bundle that is ready. A payload: it only grows. `mail` tells who asked, where mail is configured."""

    storage_key: str
    mail: Mail | None = None
