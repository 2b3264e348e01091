"""The compiled form of a scenario: immutable JSON values, named by the hash of their content."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from typing import Any

IR = dict[str, Any]
State = dict[str, Any]

ENGINE = 1

# 2,000 scenarios of 30 KB are 60 MB; beyond that the oldest is forgotten and costs one copy more.
_INTERNED_MAX = 2_000
_interned: OrderedDict[str, IR] = OrderedDict()


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, real characters, no NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_ir(ir: IR) -> str:
    """The sha256 of everything in the IR but its own hash."""
    content = {key: value for key, value in ir.items() if key != "hash"}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def intern_ir(ir: IR) -> IR:
    """The process's one copy of this IR, found by its hash, so that runs share memory.

    The caller must not change what it gave or got: the hash is taken on trust.
    """
    known = _interned.get(ir["hash"])
    if known is None:
        known = _interned[ir["hash"]] = ir
        if len(_interned) > _INTERNED_MAX:
            _interned.popitem(last=False)
    return known
