"""Every page of the reference: what it shows compiles, its links lead somewhere, both languages say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omnisupport.scenario_dsl import load_document
from omnisupport.scenario_dsl.gate import POINTS
from omnisupport.scenario_dsl.importers import LOSSES
from omnisupport.scenario_dsl.patterns import PATTERNS, match_pattern
from omnisupport.scenario_dsl.reference import behind, head, scopes, tables
from omnisupport.scenario_dsl.reference.chapters import patterns, sinks
from omnisupport.scenario_dsl.reference.chapters.all import CHAPTERS
from omnisupport.scenario_dsl.reference.chapters.parts import Chapter, Heading, Rows
from omnisupport.scenario_dsl.reference.examples import whole
from omnisupport.scenario_dsl.schema import fields_below
from omnisupport.scenario_dsl.sim import read_testfile
from omnisupport.scenario_dsl.sinks import SINKS
from omnisupport.scenario_dsl.words import Both
from tests.scenario_dsl import test_rules
from tests.scenario_dsl.support import ROOT, compiled, findings
from tests.scenario_dsl.tenant import OF_THE_TENANT, TENANT

DOCS = ROOT / "docs" / "scenarios"
PAGES = sorted(DOCS.rglob("*.md"))
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def blocks(page: Path) -> list[str]:
    """The YAML that a page shows."""
    return _BLOCK.findall(page.read_text("utf-8"))


def name_of(page: Path) -> str:
    """A page below the folder, for messages."""
    return page.relative_to(DOCS).as_posix()


def of_checks(page: Path) -> bool:
    """Whether the page is about one check: its first block is wrong on purpose."""
    return page.parent.name == "checks"


REFERENCE = [page for page in PAGES if not of_checks(page) and not page.name.startswith("tutorial")]


@pytest.mark.parametrize("page", [page for page in REFERENCE if blocks(page)], ids=name_of)
def test_what_a_page_shows_compiles(page: Path) -> None:
    for block in blocks(page):
        if block.startswith("omni: scenario-test/"):
            ir = compiled(_tested(block, page))
            assert [str(each) for each in read_testfile(block, file=page.name, ir=ir).findings] == []
            continue
        document = block if block.startswith("omni: ") else whole(block)
        assert [str(finding) for finding in findings(document)] == [], block
        assert compiled(document)["nodes"]


def _tested(test: str, page: Path) -> str:
    """The scenario that a test file is about: one of the same page, or an example."""
    id = re.findall(r"^scenario: (\w+)$", test, re.MULTILINE)[0]
    shown = [block for block in blocks(page) if f"\nid: {id}\n" in block]
    return shown[-1] if shown else (ROOT / "tests" / "examples" / f"{id}.yaml").read_text("utf-8")


@pytest.mark.parametrize("page", [page for page in PAGES if of_checks(page) and blocks(page)], ids=name_of)
def test_the_page_of_a_check_shows_the_fault_and_its_mending(page: Path) -> None:
    code = page.name.split(".")[0]
    tenant = TENANT if code in OF_THE_TENANT else None
    wrong, right = (test_rules.whole(block) for block in blocks(page))
    assert {finding.code for finding in findings(wrong, resources=tenant)} == {code}
    assert findings(right, resources=tenant) == []
    assert load_document(right).document is not None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_of_a_page_lead_to_something(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), (name_of(page), target)


@pytest.mark.parametrize("page", [page for page in PAGES if page.name.endswith(".ru.md")], ids=name_of)
def test_both_languages_show_the_same(page: Path) -> None:
    english = page.with_name(page.name.replace(".ru.md", ".md"))
    if page.name.startswith(("testing", "tutorial")):
        assert len(blocks(page)) == len(blocks(english))
        return
    assert blocks(page) == blocks(english)
    shapes = [re.findall(r"^(#+|\|)", path.read_text("utf-8"), re.MULTILINE) for path in (page, english)]
    assert shapes[0] == shapes[1]


def test_every_page_has_both_languages() -> None:
    names = {name_of(page) for page in PAGES}
    english = {name for name in names if not name.endswith(".ru.md")}
    assert {f"{name[:-3]}.ru.md" for name in english} == names - english


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.file)
def test_the_words_of_a_chapter_are_in_both_languages(chapter: Chapter) -> None:
    said = [chapter.title]
    for part in chapter.parts:
        if isinstance(part, Both):
            said.append(part)
        elif isinstance(part, Heading):
            said.append(part.title)
        elif isinstance(part, Rows):
            said += [cell for row in (part.header, *part.rows) for cell in row if isinstance(cell, Both)]
    same = {"Telegram", "Telegram, MarkdownV2", "WhatsApp"}
    wrong = [
        each for each in said if not each.en.strip() or _CYRILLIC.search(each.en.replace(sinks.HOSTILE, ""))
    ]
    assert wrong == []
    assert [each for each in said if each.en not in same and not _CYRILLIC.search(each.ru)] == []


def test_tables_of_the_chapters_are_whole() -> None:
    assert set(patterns.DOES) == set(PATTERNS)
    assert set(sinks.PLACES) == set(SINKS)
    assert {name for name, _ in scopes.names()} == set(scopes.WORDS)
    for fields, words in (
        (tables.INTERRUPT, head.INTERRUPT),
        (tables.MIGRATION, head.MIGRATION),
        ({name: tables.HEAD[name] for name in tables.HEAD}, {**head.TOP, **head.BELOW}),
    ):
        assert [path for path, _ in fields_below(fields) if path not in words] == []
    for page in ("publishing.md", "publishing.ru.md"):
        assert all(code in (DOCS / page).read_text("utf-8") for code in POINTS)
    for page in ("importing.md", "importing.ru.md"):
        assert all(code in (DOCS / page).read_text("utf-8") for code in LOSSES)
    assert behind.STANDINGS


def test_the_phrases_of_the_page_are_understood() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", (DOCS / "patterns.md").read_text("utf-8"), re.MULTILINE)
    assert [name for name, _ in rows] == list(PATTERNS)
    for name, phrases in rows:
        for phrase in re.findall("«(.*?)»", phrases):
            assert match_pattern(phrase, "ru") == name
