"""Collects findings: the sentences come from the catalogue `messages`, the places from the tree."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.findings import Finding, Severity
from omnisupport.scenario_dsl.messages import CATALOGUE
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from omnisupport.scenario_dsl.messages.entry import Entry
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
        **words: object,
    ) -> None:
        """Note one fault.

        `key` names the sentence (`E120`, or `E007.bool` where a code has several); `words` fill it;
        `similar` replaces its hint by "did you mean …".
        """
        entry = self._sentences.get(key) or CATALOGUE[key]
        code = key.split(".")[0]
        severity: Severity = "warning" if code.startswith("W") else "error"
        message = {language: _said(getattr(entry, language), words, language) for language in ("ru", "en")}
        fix = None
        if similar is not None:
            fix = {"ru": f"возможно, '{similar}'?", "en": f"did you mean '{similar}'?"}
        elif entry.fix_en:
            fix = {"ru": _said(entry.fix_ru, words, "ru"), "en": _said(entry.fix_en, words, "en")}
        line, column = (at.line, at.column) if at is not None else (1, 1)
        self._found.append(Finding(code, severity, message, self.file, line, column, node, field, fix))

    def findings(self) -> list[Finding]:
        """What was found, once each, by place and code."""
        unique = {(item.line, item.column, item.code, item.message["en"]): item for item in self._found}
        return [unique[key] for key in sorted(unique)]


def _said(sentence: str, words: Mapping[str, object], language: str) -> str:
    chosen = {key: word.pick(language) if isinstance(word, Both) else word for key, word in words.items()}
    return sentence.format(**chosen)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, or None."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.65)
    return close[0] if close else None
