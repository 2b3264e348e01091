"""The small world around a simulated run: customer, conversation, clock; commands change it."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.commands import (
    Assign,
    Close,
    Command,
    Handoff,
    Human,
    Tag,
    Update,
)
from omnisupport.scenario_dsl.events import Context
from omnisupport.scenario_dsl.ir import IR

ZONE = "Europe/Moscow"
_HOLDERS = {"fields", "attributes", "consents"}


class World:
    """What a scenario may read about the world, kept as the host would keep it."""

    def __init__(
        self,
        *,
        now: int,
        locale: str,
        channel: dict[str, Any],
        customer: dict[str, Any],
        conversation: dict[str, Any],
        tenant: dict[str, Any],
    ) -> None:
        self.now = now
        self.locale = locale
        self.channel = channel
        self.customer = customer
        self.conversation = conversation
        self.tenant = tenant
        self.held = False
        """Whether people have the conversation: the bot is silent."""

    def context(self) -> Context:
        """The world as an event carries it."""
        return Context(self.now, self.locale, self.channel, self.customer, self.conversation, self.tenant)

    def obey(self, command: Command) -> None:
        """Change what the command changes; whatever only leaves the house changes nothing here."""
        change = _CHANGES.get(type(command))
        if change is not None:
            change(self, command)


def first_world(
    ir: IR,
    *,
    now: int,
    channel: str | None = None,
    locale: str | None = None,
    customer: dict[str, Any] | None = None,
    conversation: dict[str, Any] | None = None,
    tenant: dict[str, Any] | None = None,
) -> World:
    """A customer who has just written on the first channel of the scenario."""
    kind = channel or next(iter(ir.get("channels") or ()), "widget")
    spoken = locale or ir["locale"]["default"]
    nobody: dict[str, Any] = {
        "id": "customer-1",
        "name": None,
        "email": None,
        "phone": None,
        "locale": spoken,
        "fields": {},
    }
    fresh: dict[str, Any] = {
        "id": "conversation-1",
        "status": "open",
        "tags": [],
        "subject": None,
        "priority": None,
        "department": None,
        "assignee": None,
    }
    house = {
        "id": "tenant-1",
        "slug": "demo",
        "name": "Demo",
        "timezone": ir.get("timezone") or ZONE,
    }
    return World(
        now=now,
        locale=spoken,
        channel={"id": "channel-1", "type": kind, "name": kind},
        customer={**nobody, **(customer or {})},
        conversation={**fresh, **(conversation or {})},
        tenant={**house, **(tenant or {})},
    )


def _update(world: World, command: Update) -> None:
    holder = world.conversation if command.target == "conversation" else world.customer
    changed = dict(holder)
    for key, value in command.values.items():
        if key == "merge_by":
            continue  # there is nobody else here
        if key in _HOLDERS and isinstance(value, dict):
            given = _as_known(value) if key == "consents" else value
            inner = {**(changed.get(key) or {}), **given}
            changed[key] = {name: item for name, item in inner.items() if item is not None}
        else:
            changed[key] = value
    if command.target == "conversation":
        world.conversation = changed
    else:
        world.customer = changed
        world.locale = changed.get("locale") or world.locale


def _as_known(consents: dict[str, Any]) -> dict[str, Any]:
    """Consents as scenarios read them: granted, or denied."""
    return {purpose: "granted" if agreed else "denied" for purpose, agreed in consents.items()}


def _tag(world: World, command: Tag) -> None:
    kept = [tag for tag in world.conversation.get("tags", ()) if tag not in command.remove]
    tags = kept + [tag for tag in command.add if tag not in kept]
    world.conversation = {**world.conversation, "tags": tags}


def _handoff(world: World, command: Handoff) -> None:
    world.held = True
    changed = dict(world.conversation)
    if command.department is not None:
        changed["department"] = {"id": command.department, "name": command.department}
    if command.priority is not None:
        changed["priority"] = command.priority
    world.conversation = changed


def _assign(world: World, command: Assign) -> None:
    changed = dict(world.conversation)
    target = command.target
    if target.get("department"):
        changed["department"] = {"id": target["department"], "name": target["department"]}
    if target.get("operator"):
        changed["assignee"] = {"id": target["operator"], "name": target["operator"]}
    world.conversation = changed


def _close(world: World, command: Close) -> None:
    world.conversation = {**world.conversation, "status": "resolved"}


def _human(world: World, command: Human) -> None:
    world.held = True


_CHANGES: dict[type, Any] = {
    Update: _update,
    Tag: _tag,
    Handoff: _handoff,
    Assign: _assign,
    Close: _close,
    Human: _human,
}
