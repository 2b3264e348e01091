"""The chapters in the order of the index."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.chapters import (
    flows,
    importing,
    interrupts,
    limits,
    patterns,
    publishing,
    resources,
    sinks,
)
from omnisupport.scenario_dsl.reference.chapters.parts import Chapter

CHAPTERS: tuple[Chapter, ...] = (
    sinks.CHAPTER,
    flows.CHAPTER,
    interrupts.CHAPTER,
    patterns.CHAPTER,
    resources.CHAPTER,
    publishing.CHAPTER,
    importing.CHAPTER,
    limits.CHAPTER,
)
