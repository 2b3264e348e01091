"""A toolbox for tests: connections at one address, one customer, and the product's own guarded way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from omnisupport.activities.breaker import Services
from omnisupport.activities.tools import Toolbox
from omnisupport.domain.calls import Target
from omnisupport.domain.tools import Operation
from omnisupport.errors import NotFound
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher


class Connections:
    """One connection, `shop`, with a secret of its own."""

    def __init__(self, url: str, operations: Mapping[str, Operation]) -> None:
        self._url = url
        self._operations = operations

    async def connection(self, tenant_id: UUID, key: str) -> Target:
        if key != "shop":
            raise NotFound("There is no such connection.")
        return Target(self._url, {"X-Key": "sealed"})

    async def operations(self, tenant_id: UUID) -> dict[str, Operation]:
        return dict(self._operations)


class Customers:
    """The customer of one conversation; nobody is known of another."""

    def __init__(self, conversation_id: UUID | None, facts: dict[str, str | None]) -> None:
        self._conversation_id = conversation_id
        self._facts = facts

    async def facts(self, tenant_id: UUID, *, is_run: bool, thing_id: UUID) -> dict[str, str | None]:
        return self._facts if not is_run and thing_id == self._conversation_id else {}


def toolbox_of(
    operations: Mapping[str, Operation],
    *,
    url: str = "http://127.0.0.1:9",
    allow: str = "",
    conversation_id: UUID | None = None,
    facts: dict[str, str | None] | None = None,
) -> Toolbox:
    """Tools over a real socket; `allow` is what the egress policy lets pass."""
    fetcher = Fetcher(EgressPolicy.parse(allow))
    return Toolbox(Connections(url, operations), Customers(conversation_id, facts or {}), Services(fetcher))


def operation(path: str, *parameters: dict[str, Any], key: str = "get_order") -> Operation:
    """An operation with parameters as the table keeps them."""
    plain = {"type": "string", "description": "", "required": True, "in": "path", "source": "model"}
    return Operation.from_dict(
        {
            "key": key,
            "description": "What became of an order.",
            "path": path,
            "parameters": [{**plain, **each} for each in parameters],
        }
    )
