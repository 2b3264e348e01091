"""What is different between two texts, line by line, in bounded time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from omnisupport.storage.access.scenarios import compare

CONTEXT = 3
MOST_WORK = 4_000_000
"""Lines times lines that are compared with each other; beyond that all of the middle is told as replaced."""


@dataclass(frozen=True)
class LineDiff:
    """A unified diff, empty for equal texts, and how many lines came and went."""

    text: str
    lines_added: int
    lines_removed: int


def diff_lines(before: str, after: str, *, names: tuple[str, str]) -> LineDiff:
    """The difference; `names` are what its head calls the two."""
    counted = compare(before, after)
    old, new = before.splitlines(), after.splitlines()
    head, tail = _common(old, new)
    if (len(old) - head - tail) * (len(new) - head - tail) > MOST_WORK:
        lines = _replaced(old, new, head, tail, names)
    else:
        lines = unified_diff(old, new, *names, lineterm="", n=CONTEXT)
    return LineDiff("\n".join(lines), counted["lines_added"], counted["lines_removed"])


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines are equal at the beginning, and at the end."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    return head, tail


def _replaced(
    old: Sequence[str], new: Sequence[str], head: int, tail: int, names: tuple[str, str]
) -> Iterator[str]:
    yield f"--- {names[0]}"
    yield f"+++ {names[1]}"
    gone, come = old[head : len(old) - tail], new[head : len(new) - tail]
    yield f"@@ -{head + 1},{len(gone)} +{head + 1},{len(come)} @@"
    yield from (f"-{line}" for line in gone)
    yield from (f"+{line}" for line in come)
