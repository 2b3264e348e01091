"""Where the language keeps its tables of fields, for those who describe all of them."""

from __future__ import annotations

from omnisupport.scenario_dsl.heads import _HEAD as HEAD
from omnisupport.scenario_dsl.heads import _INTERRUPT as INTERRUPT
from omnisupport.scenario_dsl.heads import _MIGRATION as MIGRATION
from omnisupport.scenario_dsl.heads import TOP_LEVEL
from omnisupport.scenario_dsl.trigger_types import COMMON as TRIGGER
from omnisupport.scenario_dsl.trigger_types import LOCALES, TRIGGER_TYPES
from omnisupport.scenario_dsl.variables import _ATTRIBUTES as TYPE_ATTRIBUTES
from omnisupport.scenario_dsl.variables import _OUTERMOST as ATTRIBUTES
from omnisupport.scenario_dsl.variables import TYPES

__all__ = [
    "ATTRIBUTES",
    "HEAD",
    "INTERRUPT",
    "LOCALES",
    "MIGRATION",
    "TOP_LEVEL",
    "TRIGGER",
    "TRIGGER_TYPES",
    "TYPES",
    "TYPE_ATTRIBUTES",
]
