"""RE2 patterns: linear time whatever the customer types, and no look-around to hide a loop in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN = 1_000

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
# 1 MiB of automaton per pattern (RE2's default is 8): a tenant may have thousands of patterns.
_OPTIONS.max_mem = 1 << 20


class PatternError(ValueError):
    """RE2 refuses the pattern."""


def compile_pattern(pattern: str) -> Any:
    """The compiled pattern, with `search`, `fullmatch` and `finditer` over texts.

    Raises:
        PatternError: not RE2 syntax, or longer than 1,000 characters.
    """
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"longer than {MAX_PATTERN} characters")
    return compile_any(pattern)


@lru_cache(maxsize=4_096)
def compile_any(pattern: str) -> Any:
    """The same without a limit on the length, for patterns that we write ourselves."""
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise PatternError(
            reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        ) from error


def is_in(pattern: Any, text: str) -> bool:
    """Whether a compiled pattern matches anywhere; over bytes, as nobody asks where: re2 then counts no characters."""
    return pattern.search(text.encode("utf-8", "surrogatepass")) is not None
