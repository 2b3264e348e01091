"""Who hears a hint: found by its topic, so that a message costs as little with 10,000 open widgets as with one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar
from uuid import UUID

Listener = TypeVar("Listener")
EVERYTHING = ""
"""The topic of whoever hears all of a tenant's hints."""


class Audience(Generic[Listener]):
    """Listeners of every tenant, each with the topics that it hears: ids of conversations and customers."""

    def __init__(self) -> None:
        self._tenants: dict[UUID, dict[Listener, set[str]]] = {}
        self._topics: dict[tuple[UUID, str], set[Listener]] = {}

    def tenants(self) -> list[UUID]:
        """Tenants with a listener."""
        return list(self._tenants)

    def everyone(self, tenant_id: UUID | None = None) -> list[Listener]:
        """All listeners, or those of a tenant."""
        chosen = self._tenants.values() if tenant_id is None else [self._tenants.get(tenant_id, {})]
        return [listener for listeners in chosen for listener in listeners]

    def of(self, tenant_id: UUID, topics: Iterable[str]) -> set[Listener]:
        """Whoever hears one of these topics, or everything."""
        found: set[Listener] = set()
        for topic in (EVERYTHING, *topics):
            found |= self._topics.get((tenant_id, topic), set())
        return found

    def add(self, tenant_id: UUID, listener: Listener, topics: Iterable[str]) -> bool:
        """Take a listener in; true for the first of its tenant."""
        listeners = self._tenants.setdefault(tenant_id, {})
        listeners[listener] = set()
        for topic in topics:
            self.hear(tenant_id, listener, topic)
        return len(listeners) == 1

    def hear(self, tenant_id: UUID, listener: Listener, topic: str) -> None:
        """Let a listener hear one more topic; one that has left hears nothing."""
        topics = self._tenants.get(tenant_id, {}).get(listener)
        if topics is None:
            return
        topics.add(topic)
        self._topics.setdefault((tenant_id, topic), set()).add(listener)

    def ignore(self, tenant_id: UUID, listener: Listener, topic: str) -> None:
        """Let a listener hear a topic no more."""
        self._tenants.get(tenant_id, {}).get(listener, set()).discard(topic)
        self._forget(tenant_id, listener, topic)

    def remove(self, tenant_id: UUID, listener: Listener) -> bool:
        """Let a listener go; true for the last of its tenant."""
        listeners = self._tenants.get(tenant_id, {})
        for topic in listeners.pop(listener, set()):
            self._forget(tenant_id, listener, topic)
        return not listeners and self._tenants.pop(tenant_id, None) is not None

    def _forget(self, tenant_id: UUID, listener: Listener, topic: str) -> None:
        hearing = self._topics.get((tenant_id, topic), set())
        hearing.discard(listener)
        if not hearing:
            self._topics.pop((tenant_id, topic), None)
