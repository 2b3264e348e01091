"""Collects findings: the sentences come from the rules, the places from the tree."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.findings import Finding, Severity
from omnisupport.scenario_dsl.similar import did_you_mean
from omnisupport.scenario_dsl.text_edit import TextEdit
from omnisupport.scenario_dsl.tree import Map, Scalar
from omnisupport.scenario_dsl.words import Both

__all__ = ["MAX_ERRORS", "MAX_WARNINGS", "Report", "did_you_mean", "respelt"]

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from omnisupport.scenario_dsl.sentence import Entry
    from omnisupport.scenario_dsl.tree import Tree


# A document with more errors is wrong as a whole, and one with more warnings is not looked through by anybody.
MAX_ERRORS = 200
MAX_WARNINGS = 1_000


class Report:
    """The findings of one document, in the order of its lines.

    `sentences` are those of a language of its own (test files); the catalogue has the rest. What is found beyond
    200 errors or 1,000 warnings is only counted, in an error of its own: nobody publishes a document whose
    findings were not all said.
    """

    def __init__(self, file: str, sentences: Mapping[str, Entry] | None = None) -> None:
        self.file = file
        self._sentences = sentences or {}
        self._found: dict[tuple[int, int, str, str], Finding] = {}
        self._left: dict[Severity, int] = {"error": MAX_ERRORS, "warning": MAX_WARNINGS}
        self._said: set[tuple[int, int, str, str]] = set()
        self._beyond: set[tuple[int, int, str, str]] = set()

    @property
    def is_full(self) -> bool:
        """Whether further errors are only counted, so that no work on their words is due."""
        return self._left["error"] <= 0

    def add(
        self,
        key: str,
        at: Tree | None,
        /,
        *,
        node: str | None = None,
        field: str | None = None,
        similar: str | None = None,
        edit: list[TextEdit] | None = None,
        **words: object,
    ) -> None:
        """Note one fault.

        `key` names the sentence (`E120`, or `E007.bool` where a code has several); `words` fill it;
        `similar` replaces its hint by "did you mean …", and mends the word where it can be found.
        """
        entry = self._sentences.get(key) or _rules().entry(key)
        code = key.split(".")[0]
        severity: Severity = "warning" if code.startswith("W") else "error"
        place = (at.line, at.column) if at is not None else (1, 1)
        fault = (*place, key, repr(words))
        if self._left[severity] <= 0:
            self._beyond.add(fault)
            return
        self._said.add(fault)
        message = {language: _said(getattr(entry, language), words, language) for language in ("ru", "en")}
        fix = None
        if similar is not None:
            fix = {"ru": f"возможно, '{similar}'?", "en": f"did you mean '{similar}'?"}
        elif entry.fix_en:
            fix = {"ru": _said(entry.fix_ru, words, "ru"), "en": _said(entry.fix_en, words, "en")}
        if similar is not None and edit is None:
            wrong = next((words[word] for word in ("name", "value", "outcome") if word in words), None)
            edit = respelt(at, str(wrong), similar)
        found = Finding(code, severity, message, self.file, *place, node, field, fix, *_end(at), edit)
        key_of = (*place, code, message["en"])
        if key_of not in self._found:
            self._left[severity] -= 1
        self._found[key_of] = found

    def findings(self) -> list[Finding]:
        """What was found, once each, by place and code."""
        beyond = self._beyond - self._said
        if beyond:
            self._beyond = set()
            self._left["error"] += 1
            self.add("E801.more", None, count=len(beyond))
        return [self._found[key] for key in sorted(self._found)]


def _end(at: Tree | None) -> tuple[int, int]:
    """Where the thing ends; of a group of fields, its first name stands for the whole."""
    if at is None:
        return 1, 1
    if isinstance(at, Map) and at.keys:
        at = next(iter(at.keys.values()))
    if isinstance(at, Scalar):
        return at.end_line, at.end_column
    return at.line, at.column


def respelt(at: Tree | None, wrong: str, right: str) -> list[TextEdit] | None:
    """The edit that puts one word in place of another in a scalar, or None when its place is not certain."""
    if not isinstance(at, Scalar) or not at.is_verbatim:
        return None
    places = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(wrong)}(?!\w)", at.text)]
    if len(places) != 1:
        return None
    begin = at.column + (1 if at.quoted else 0) + places[0]
    return [TextEdit(at.line, begin, at.line, begin + len(wrong), right)]


def _rules() -> ModuleType:
    # A document without faults needs no sentence, and a run never does.
    return import_module("omnisupport.scenario_dsl.checks.rules")


def _said(sentence: str, words: Mapping[str, object], language: str) -> str:
    chosen = {key: word.pick(language) if isinstance(word, Both) else word for key, word in words.items()}
    return sentence.format(**chosen)
