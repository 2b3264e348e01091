"""The rules: a file for each code, `e120.py`, whose docstring is its page in the reference.

A rule file holds `RU`, the page in Russian, and `ENTRIES`, the sentences of its findings by key: the code
(`E120`), or the code and a word where one code has several (`E007.quote`). Codes are public and never renamed.
A file is loaded when its first finding is said, so a document without faults loads none.
"""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from types import ModuleType

from omnisupport.scenario_dsl.sentence import Entry

_CODE = re.compile(r"[ew][0-9]{3}\Z")


def entry(key: str) -> Entry:
    """The sentence of a key."""
    entries: dict[str, Entry] = rule(key.split(".")[0]).ENTRIES
    return entries[key]


def rule(code: str) -> ModuleType:
    """The file of a code."""
    return import_module(f"{__name__}.{code.lower()}")


def codes() -> tuple[str, ...]:
    """Every code, warnings among the errors by their number."""
    found = [module.name for module in pkgutil.iter_modules(__path__) if _CODE.match(module.name)]
    return tuple(name.upper() for name in sorted(found, key=lambda name: (name[1:], name)))


def catalogue() -> dict[str, Entry]:
    """Every sentence by its key; this loads all rules."""
    return {key: sentence for code in codes() for key, sentence in rule(code).ENTRIES.items()}
