"""Answers of services that a scenario lets be used again, in the memory of this worker.

A cache of one process: another worker asks the service itself, which is never wrong, only slower.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from time import monotonic
from uuid import UUID

import orjson

from omnisupport.domain.calls import CallResult

MOST_BYTES = 32 * 1024 * 1024
"""Of all answers together; those that were asked for longest ago go first."""


class AnswerCache:
    """Answers by what was asked, of which tenant and with which credentials; kept as bytes, so nobody changes them."""

    def __init__(self, *, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = monotonic) -> None:
        self._kept: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._most = most_bytes
        self._size = 0
        self._clock = clock

    def find(self, key: bytes, *, newer_s: float) -> CallResult | None:
        """The answer to the same, if it came less than so many seconds ago."""
        found = self._kept.get(key)
        if found is None or self._clock() - found[0] >= newer_s:
            return None
        self._kept.move_to_end(key)
        return CallResult(exit="ok", value=orjson.loads(found[1]))

    def keep(self, key: bytes, result: CallResult) -> None:
        """Keep an answer that was good; one of a failure is asked for again."""
        if result.exit != "ok":
            return
        self._drop(key)
        content = orjson.dumps(result.value)
        self._kept[key] = self._clock(), content
        self._size += len(content)
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: bytes) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._size -= len(gone[1])


def key_of(tenant_id: UUID, url: str, headers: dict[str, str]) -> bytes:
    """What tells one question from another. Headers count: a changed secret may see other things."""
    return sha256(orjson.dumps([tenant_id.bytes.hex(), url, sorted(headers.items())])).digest()
