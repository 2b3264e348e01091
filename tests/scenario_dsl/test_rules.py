"""The page of every rule is true: its wrong example has that fault and no other, its right one has none."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from omnisupport.scenario_dsl.checks import rules
from omnisupport.scenario_dsl.checks.rules.pages import read_page, rule_pages
from tests.scenario_dsl.support import HEAD, ROOT, findings
from tests.scenario_dsl.tenant import OF_THE_TENANT, TENANT

DOCS = ROOT / "docs" / "scenarios"
# A wrong byte cannot stand in a page, and files of these sizes should not.
WITHOUT_EXAMPLES = {
    "E002",
    "E201",
    "E204",
    "E510",
    "E801",
    "E802",
    "W114",
    "W180",
    "W803",
    "E901",
    "E902",
    "W903",
}
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def whole(example: str) -> str:
    """The example with the lines of the head that it leaves out."""
    written = set(re.findall(r"^(\w+):", example, re.MULTILINE))
    head = [
        line
        for line in HEAD.replace("under_test", "fixture").replace("[ru]", "[ru, en]").splitlines()
        if line.split(":")[0] not in written
    ]
    return "\n".join(head) + "\n" + example


@pytest.mark.parametrize("code", rules.codes())
def test_the_examples_of_a_page_are_true(code: str) -> None:
    examples = read_page(code, "en").examples
    if code in WITHOUT_EXAMPLES:
        assert examples == ()
        return
    wrong, right = examples
    tenant = TENANT if code in OF_THE_TENANT else None
    assert {finding.code for finding in findings(whole(wrong), resources=tenant)} == {code}
    assert [str(finding) for finding in findings(whole(right), resources=tenant)] == []


@pytest.mark.parametrize("code", rules.codes())
def test_a_page_says_in_both_languages_what_why_and_how_to_mend(code: str) -> None:
    english, russian = read_page(code, "en"), read_page(code, "ru")
    for page in (english, russian):
        assert page.title and page.body and page.mend
        assert "\n" not in page.title
    assert not _CYRILLIC.search(english.title)
    for part in (russian.title, russian.body, russian.mend):
        assert _CYRILLIC.search(part)


@pytest.mark.parametrize("code", rules.codes())
def test_every_sentence_exists_in_both_languages_with_the_same_words(code: str) -> None:
    for key, entry in rules.rule(code).ENTRIES.items():
        assert key.split(".")[0] == code
        assert _CYRILLIC.search(entry.ru)
        assert not _CYRILLIC.search(entry.en)
        assert bool(entry.fix_ru) == bool(entry.fix_en)
        for russian, english in ((entry.ru, entry.en), (entry.fix_ru, entry.fix_en)):
            assert _words(russian) == _words(english), key


def _words(sentence: str) -> set[str]:
    return set(re.findall(r"\{([a-z_]+)\}", sentence))


def test_the_pages_in_the_repository_are_those_of_the_rules() -> None:
    """Write them anew by `python -m omnisupport.scenario_dsl.checks.rules docs/scenarios`."""
    pages = rule_pages()
    written = {f"checks/{path.name}": path.read_text("utf-8") for path in (DOCS / "checks").glob("*.md")}
    assert written == pages


def test_a_document_without_faults_loads_no_rule() -> None:
    code = (
        "import sys; from omnisupport.scenario_dsl import check_document, load_document;"
        "found = load_document(open('examples/scenarios/greeting.yaml').read());"
        "assert check_document(found.document) == [];"
        "assert not [name for name in sys.modules if name.rpartition('.')[2] in ('e120', 'e101', 'e312')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
