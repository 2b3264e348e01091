"""Documents are cut where a reader would cut them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.ai.base import Chunk, DocumentInput
from omnisupport.ai.knowledge.chunking import MAX_CHUNK, MAX_PASSAGE, cut, pack, split_sentences
from omnisupport.errors import Invalid


def _document(markdown: str, title: str = "Delivery") -> DocumentInput:
    return DocumentInput("one", "doc", "help", "en", title, "/help/delivery", markdown)


def test_each_section_is_a_passage_under_its_headings() -> None:
    chunks = cut(_document("Intro.\n\n## Prices\n\nText A.\n\n### By post / abroad\n\nText B.\n"))
    assert [(chunk.heading, chunk.text) for chunk in chunks] == [
        ("", "Intro."),
        ("Prices", "Text A."),
        ("Prices / By post / abroad", "Text B."),
    ]
    assert chunks[1].indexed_text == "Delivery\nPrices\nText A."


def test_a_title_that_is_repeated_as_heading_is_named_once() -> None:
    chunks = cut(_document("# Delivery\n\n## Prices\n\nText.\n"))
    assert chunks[0].heading == "Prices"


def test_a_hash_sign_inside_code_is_no_heading() -> None:
    chunks = cut(_document("## Setup\n\n```\n# not a heading\nrun\n```\n"))
    assert [chunk.heading for chunk in chunks] == ["Setup"]
    assert "# not a heading" in chunks[0].text


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    filler = "Words that fill the passage nearly up. " * 12
    rows = "\n".join(f"- row {number} of the list" for number in range(9))
    chunks = cut(_document(f"{filler}\n\nThe list:\n\n{rows}\n"))
    assert [chunk.text.startswith("The list:\n• row 0") for chunk in chunks] == [False, True]


def test_a_long_table_is_cut_between_rows_only() -> None:
    rows = "\n".join(f"| City {number} | {number} days, by courier or to a point |" for number in range(60))
    chunks = cut(_document(f"| City | Time |\n| --- | --- |\n{rows}\n"))
    lines = [line for chunk in chunks for line in chunk.text.split("\n")]
    assert len(chunks) > 3
    assert lines[1:] == [f"• City {number} — {number} days, by courier or to a point" for number in range(60)]


def test_a_long_paragraph_is_cut_between_sentences_in_both_languages() -> None:
    russian = "Первое предложение о доставке, ничем не примечательное. " * 40
    chunks = cut(_document(russian))
    assert all(chunk.text.endswith(".") for chunk in chunks)
    assert all(len(chunk.text) <= MAX_PASSAGE for chunk in chunks)


def test_the_context_holds_the_passage_and_its_neighbours() -> None:
    first, second = ("One sentence about green tea. " * 15).strip(), ("Another about oolong. " * 20).strip()
    chunks = cut(_document(f"## Tea\n\n{first}\n\n{second}\n"))
    assert len(chunks) == 2
    assert chunks[0].context == chunks[1].context == f"{first}\n{second}"


def test_ids_are_the_same_at_every_cut_and_differ_between_tenants() -> None:
    document = _document("Text.\n\n## More\n\nText.")
    again = [chunk.chunk_id for chunk in cut(document)]
    other = DocumentInput("two", "doc", "help", "en", "Delivery", None, document.markdown)
    assert [chunk.chunk_id for chunk in cut(document)] == again
    assert not set(again) & {chunk.chunk_id for chunk in cut(other)}


@pytest.mark.parametrize("markdown", ["# Only a heading\n", "<!-- nothing -->\n", "![](x.png)\n"])
def test_a_document_without_readable_text_is_refused(markdown: str) -> None:
    with pytest.raises(Invalid) as refused:
        cut(_document(markdown))
    assert refused.value.code == "knowledge_empty"


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab яё.!?\n#-|*1\u200b", min_size=1, max_size=4_000))
def test_no_text_breaks_the_limits(markdown: str) -> None:
    chunks: list[Chunk] = []
    with contextlib.suppress(Invalid):
        chunks = cut(_document(markdown))
    for chunk in chunks:
        assert 0 < len(chunk.text) <= MAX_PASSAGE
        assert len(chunk.context) <= MAX_CHUNK
        assert chunk.text in chunk.context


@given(st.lists(st.text(alphabet="ab :", min_size=1, max_size=50), max_size=20))
def test_packing_loses_and_reorders_nothing(blocks: list[str]) -> None:
    packed = pack(blocks, 60)
    assert [block for group in packed for block in group] == blocks
    assert all(sum(map(len, group)) + len(group) - 1 <= 60 for group in packed)


def test_sentences_are_split_after_their_end_and_not_inside_figures() -> None:
    text = "Цена 3.5 ₽. Срок — 2 дня! Это всё? Да… Конец."
    assert [part.strip() for part in split_sentences(text)] == [
        "Цена 3.5 ₽.",
        "Срок — 2 дня!",
        "Это всё?",
        "Да…",
        "Конец.",
    ]
    assert "".join(split_sentences(text)) == text
