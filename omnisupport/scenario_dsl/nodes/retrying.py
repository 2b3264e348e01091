"""How often a call is tried again, and with which pauses."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.fields import Bool, Duration, Int, ListOf, Number, Obj, Str
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Tree

_REASONS = ("timeout", "connection", "4xx", "5xx", "429")


class _Reason(Str):
    """What is tried again: `timeout`, `connection`, a status or a class of them."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        found = super().read(tree, site, name)
        if (
            found is MISSING
            or found in _REASONS
            or (len(found) == 3 and found.isdigit() and found[0] in "45")
        ):
            return found
        values = ", ".join(_REASONS)
        site.unknown("E007.value", tree, name, found, _REASONS, field_name=name, values=values)
        return MISSING


ATTEMPTS = Obj(
    {
        "max_attempts": Int(1, 20),
        "initial": Duration(),
        "backoff": Number(1, 10),
        "max_interval": Duration(),
        "jitter": Bool(),
        "retry_on": ListOf(_Reason(), most=20),
    }
)
"""The field `retry` of nodes that call somebody outside."""


def retry_policy(settings: dict[str, Any] | None) -> dict[str, Any] | None:
    """The field as a `Call` carries it; None leaves it to the host."""
    if settings is None:
        return None
    return {
        "max_attempts": settings.get("max_attempts", 3),
        "initial_ms": settings.get("initial", 1) * 1_000,
        "backoff": settings.get("backoff", 2.0),
        "max_interval_ms": settings.get("max_interval", 60) * 1_000,
        "jitter": settings.get("jitter", False),
        "retry_on": list(settings.get("retry_on", ())),
    }
