"""What each route asks for, as a list to compare with: `python -m tests.security.doors` writes it anew."""

from __future__ import annotations

from pathlib import Path

from omnisupport.api import deps
from omnisupport.api.app import create_app
from omnisupport.api.guards import calls_of, guard_of, routes_of
from omnisupport.settings import Settings

LIST = Path(__file__).with_name("doors.txt")
BESIDE = {
    deps.oneself: "oneself",
    deps.enrolling_oneself: "oneself",
    deps.enrolling: "enrolling",
    deps.not_impersonated: "not_impersonated",
}
"""Dependencies that ask for more than a permission."""


def doors() -> list[str]:
    """A line for each route: its method and path, whom it asks for, and what more."""
    lines = set()
    for route in routes_of(create_app(Settings())):
        guard = guard_of(route)
        assert guard is not None
        calls = list(calls_of(route.dependant)) if getattr(route, "dependant", None) else []
        more = {word for call in calls for word in getattr(call, "more", ())}
        more |= {BESIDE[call] for call in calls if call in BESIDE}
        asked = guard.permission or guard.platform or f"({guard.door})"
        for method in sorted(getattr(route, "methods", None) or {"ANY"}):
            lines.add(" ".join([method, route.path or "/", str(asked), *sorted(more)]))
    return sorted(lines, key=lambda line: line.split(" ")[1::-1])


if __name__ == "__main__":
    LIST.write_text("\n".join(doors()) + "\n")
