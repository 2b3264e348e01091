"""Collects findings: the sentences come from the rules, the places from the tree."""

from __future__ import annotations

import re
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.findings import Finding, Severity
from omnisupport.scenario_dsl.text_edit import TextEdit
from omnisupport.scenario_dsl.tree import Map, Scalar
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

    from omnisupport.scenario_dsl.sentence import Entry
    from omnisupport.scenario_dsl.tree import Tree


class Report:
    """The findings of one document, in the order of its lines.

    `sentences` are those of a language of its own (test files); the catalogue has the rest.
    """

    def __init__(self, file: str, sentences: Mapping[str, Entry] | None = None) -> None:
        self.file = file
        self._sentences = sentences or {}
        self._found: list[Finding] = []

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
        message = {language: _said(getattr(entry, language), words, language) for language in ("ru", "en")}
        fix = None
        if similar is not None:
            fix = {"ru": f"возможно, '{similar}'?", "en": f"did you mean '{similar}'?"}
        elif entry.fix_en:
            fix = {"ru": _said(entry.fix_ru, words, "ru"), "en": _said(entry.fix_en, words, "en")}
        if similar is not None and edit is None:
            wrong = next((words[word] for word in ("name", "value", "outcome") if word in words), None)
            edit = respelt(at, str(wrong), similar)
        place = (at.line, at.column) if at is not None else (1, 1)
        found = Finding(code, severity, message, self.file, *place, node, field, fix, *_end(at), edit)
        self._found.append(found)

    def findings(self) -> list[Finding]:
        """What was found, once each, by place and code."""
        unique = {(item.line, item.column, item.code, item.message["en"]): item for item in self._found}
        return [unique[key] for key in sorted(unique)]


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


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, or None."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.65)
    return close[0] if close else None
