"""The compiled form of a scenario: immutable JSON values, named by the hash of their content."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

IR = dict[str, Any]
State = dict[str, Any]

ENGINE = 1

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

_T = TypeVar("_T")

# 2,000 scenarios of 30 KB are 60 MB, and as much again as text; beyond that the oldest is forgotten and costs
# one copy more.
_KEPT_MAX = 2_000
_irs: OrderedDict[str, IR] = OrderedDict()
_texts: OrderedDict[str, str] = OrderedDict()


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, real characters, no NaN."""
    return _CANONICAL.encode(value)


def outweighs(value: Any, most: int) -> bool:
    """Whether the one JSON text of a value is longer than so many bytes.

    No character of `repr` becomes more than six bytes there, so what is far below the limit is not written out.
    """
    return 6 * len(repr(value)) > most and len(canonical(value).encode("utf-8", "replace")) > most


def hash_ir(ir: IR) -> str:
    """The sha256 of everything in the IR but its own hash."""
    content = {key: value for key, value in ir.items() if key != "hash"}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def intern_ir(ir: IR) -> IR:
    """The process's one copy of this IR, found by its hash, so that runs share memory.

    The caller must not change what it gave or got: the hash is taken on trust.
    """
    return _keep(_irs, ir["hash"], lambda: ir)


def write_ir(ir: IR) -> str:
    """An IR as text, made once a process; `read_ir` is the way back."""
    return _keep(_texts, ir["hash"], lambda: canonical(ir))


def read_ir(ir_hash: str, text: str) -> IR:
    """The process's one copy of the IR with this hash; its text is looked at only when there is none yet."""
    return _keep(_irs, ir_hash, lambda: json.loads(text))


def _keep(kept: OrderedDict[str, _T], ir_hash: str, make: Callable[[], _T]) -> _T:
    known = kept.get(ir_hash)
    if known is None:
        known = kept[ir_hash] = make()
        if len(kept) > _KEPT_MAX:
            kept.popitem(last=False)
    return known
