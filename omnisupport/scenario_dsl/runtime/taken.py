"""What became of a message at a stage of the input pipeline."""

from __future__ import annotations

from enum import Enum


class Untaken(Enum):
    """A stage did not take the message."""

    NO = 0


# The id of the next node, None when the message was dealt with and the run stays, or not taken.
Taken = str | Untaken | None
