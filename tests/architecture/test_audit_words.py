"""Every action that the audit log may hold has words in both languages of the console."""

from __future__ import annotations

import json
import re

from omnisupport.api.routes.conversations import AUDITED
from tests.architecture.files import ROOT, repository_files

ACTION = re.compile(
    r'\b(?:record|_record|_tell|tell|_record_twice)\w*\((?:[^()]|\([^()]*\))*?"([a-z_]+)\.([a-z_]+)"'
)


def actions() -> set[tuple[str, str]]:
    """Noun and verb of each line that is written somewhere."""
    found: set[tuple[str, str]] = set()
    for path in repository_files():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith("omnisupport/") and path.suffix == ".py":
            found |= set(ACTION.findall(path.read_text()))
    return found | {("conversation", verb) for verb in AUDITED.values()}


def test_every_action_has_words_in_both_languages() -> None:
    found = actions()
    assert len(found) > 60, "the places that write to the log were not found"
    for language in ("en", "ru"):
        texts = json.loads((ROOT / "console" / "src" / "i18n" / f"{language}.json").read_text())
        audit = texts["settings"]["audit"]
        assert {noun for noun, _ in found} <= audit["nouns"].keys(), language
        assert {verb for _, verb in found} <= audit["verbs"].keys(), language
