"""What two conversations say of a message that went from one to the other."""

from __future__ import annotations

from typing import Any

from omnisupport.texts import say


def lines(option: dict[str, Any]) -> dict[str, str]:
    """What the two conversations say of it, in the customer's language as their other lines are."""
    names = {
        "to": say(f"channel.{option['channel']['type']}", option["locale"]),
        "from": say(f"channel.{option['from_type']}", option["locale"]),
    }
    ends = {"left": "sent_instead", "came": "came_instead"}
    return {end: say(key, option["locale"], **names) for end, key in ends.items()}
