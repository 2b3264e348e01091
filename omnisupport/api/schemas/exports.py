"""Bundles: what is known of a customer, or a whole workspace, as a file."""

from __future__ import annotations

from typing import Literal, Self
from uuid import UUID

from pydantic import model_validator

from omnisupport.api.schemas.base import Input, Output


class NewBundle(Input):
    """Of what: `tenant` is the whole workspace; `customer` needs `customer_id`."""

    kind: Literal["customer", "tenant"]
    customer_id: UUID | None = None

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        if (self.kind == "customer") != (self.customer_id is not None):
            raise ValueError("customer_id goes with kind customer, and with it only")
        return self


class BundleOut(Output):
    """A bundle. `progress` is 0 to 1; `size` (bytes) and `files` are known when it is ready.

    `requested_by` is a person's id, or a key's; `failure` a code.
    """

    id: str
    kind: Literal["customer", "tenant"]
    customer_id: str | None
    status: Literal["waiting", "running", "ready", "failed", "expired"]
    progress: float
    size: int | None
    files: int | None
    failure: str | None
    requested_by: str
    requested_name: str
    requested_at: str
    ready_at: str | None
    expires_at: str | None


class BundlePage(Output):
    """Bundles, the newest first."""

    items: list[BundleOut]
    next_cursor: str | None


class BundleLink(Output):
    """Where it is downloaded, for five minutes, by whoever has the link."""

    url: str
    expires_at: str
