"""The tools of an assistant: operations of connections that it may read by. It chooses words, never an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from omnisupport.activities.breaker import Services
from omnisupport.activities.http import CODES, REDIRECTS, Connections, Response, read_answer, url_of
from omnisupport.ai.base import Tool, ToolAnswer
from omnisupport.domain.calls import Target
from omnisupport.domain.tools import ArgumentRefused, Operation, check_arguments, fill_path
from omnisupport.errors import OmniError
from omnisupport.scenario_dsl.sinks import url_component

MAX_BYTES = 4 * 1024
"""Of an answer: a model reads all of it, and every character costs."""
TIMEOUT_S = 10.0
REFUSED = "refused"


class Operations(Connections, Protocol):
    """Connections, and what assistants may read through them (`storage/queries/connections.py`)."""

    async def operations(self, tenant_id: UUID) -> dict[str, Operation]:
        """By `connection.operation`."""


class Customers(Protocol):
    """What is known of customers (`storage/queries/customer_facts.py`)."""

    async def facts(self, tenant_id: UUID, *, is_run: bool, thing_id: UUID) -> dict[str, str | None]:
        """The customer of a conversation or of a run, by the names of `domain/tools.py`."""


class Toolbox:
    """Tools for the assistants of every tenant."""

    def __init__(self, connections: Operations, customers: Customers, services: Services) -> None:
        self._connections = connections
        self._customers = customers
        self._services = services

    async def open(
        self, tenant_id: UUID, named: Sequence[str], *, is_run: bool, thing_id: UUID
    ) -> ToolsInReach:
        """Those of the named tools that there are, for the customer of one conversation or run."""
        known = await self._connections.operations(tenant_id) if named else {}
        held = {name: known[name] for name in named if name in known}
        customer: dict[str, str | None] = {}
        if any(each.needs_customer for each in held.values()):
            customer = await self._customers.facts(tenant_id, is_run=is_run, thing_id=thing_id)
        return ToolsInReach(self._connections, self._services, tenant_id, held, customer)


class ToolsInReach:
    """Tools of one reply (`ai/base.py` `Tools`). Whose data they read, the server says and not the model (S14)."""

    def __init__(
        self,
        connections: Connections,
        services: Services,
        tenant_id: UUID,
        held: Mapping[str, Operation],
        customer: Mapping[str, str | None],
    ) -> None:
        self._connections = connections
        self._services = services
        self._tenant_id = tenant_id
        self._held = held
        self._customer = customer

    @property
    def offered(self) -> Sequence[Tool]:
        """What the model is told of."""
        return [
            Tool(
                name,
                each.description,
                {
                    one.name: {"type": one.type, "description": one.description, "required": one.required}
                    for one in each.asked_of_model
                },
            )
            for name, each in self._held.items()
        ]

    async def call_tool(self, name: str, arguments: Any, *, timeout: float) -> ToolAnswer:
        """Read by a tool that was offered; whatever keeps the answer away is told as its status."""
        operation = self._held[name]
        try:
            values = check_arguments(operation, arguments, self._customer)
        except ArgumentRefused as refused:
            return ToolAnswer(name, REFUSED, {"refused": str(refused)})
        try:
            connection = name.partition(".")[0]
            target = await self._connections.connection(self._tenant_id, connection)
            response = await self._services.fetch(
                self._tenant_id,
                connection,
                "GET",
                _address(target, operation, values),
                headers=dict(target.headers),
                timeout=min(timeout, TIMEOUT_S),
                max_bytes=MAX_BYTES,
            )
        except OmniError as kept:
            code = CODES.get(kept.code, "http.connection")
            return ToolAnswer(name, code, {"failed": code})
        if response.status >= REDIRECTS:
            return ToolAnswer(name, response.status, {"status": response.status})
        answer = read_answer(Response(response.status, response.body)).value
        if "code" in answer:
            return ToolAnswer(name, answer["code"], {"failed": answer["code"]})
        return ToolAnswer(name, response.status, {"answer": answer["json"]}, has_data=True)


def _address(target: Target, operation: Operation, values: Mapping[str, str]) -> str:
    in_path = {
        each.name: url_component(values[each.name]) for each in operation.parameters if each.place == "path"
    }
    query = {
        each.name: values[each.name]
        for each in operation.parameters
        if each.place == "query" and each.name in values
    }
    return url_of(target.base_url, {"path": fill_path(operation.path, in_path), "query": query})
