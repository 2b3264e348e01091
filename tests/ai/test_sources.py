"""What may become knowledge, and how a file that may not is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omnisupport.ai.knowledge.sources import MAX_FILE_BYTES, parse_source, read_file, read_folder
from omnisupport.errors import Invalid
from tests.ai.conftest import DEMO

ARTICLE = "---\ntitle: Доставка\nslug: delivery\nlocale: ru\nurl: /help/delivery\n---\n\n## Цена\n\n290 ₽\n"


def test_front_matter_is_read_and_taken_off() -> None:
    source = parse_source(ARTICLE.encode(), name="a.md")
    assert (source.title, source.slug, source.locale) == ("Доставка", "delivery", "ru")
    assert source.url == "/help/delivery"
    assert source.markdown == "## Цена\n\n290 ₽\n"


def test_a_file_without_front_matter_gets_its_title_slug_and_language_from_itself() -> None:
    source = parse_source("# Как заварить чай\n\nПросто.".encode(), name="brew.md")
    assert (source.title, source.slug, source.locale, source.url) == ("Как заварить чай", "brew", "ru", None)


def test_a_horizontal_rule_later_in_the_text_is_no_front_matter() -> None:
    source = parse_source(b"Some text\n\n---\n\nmore text\n", name="a.md")
    assert source.markdown.startswith("Some text")


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    source = parse_source(b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nText.\r\n", name="a.md")
    assert source.title == "T"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        "кодировка".encode("cp1251"),
        b"looks like text\x00but holds a NUL",
        b"\x01\x02\x03\x04 abc",
        "utf-16 text".encode("utf-16"),
    ],
    ids=["png", "pdf", "cp1251", "nul", "controls", "utf16"],
)
def test_a_file_that_is_not_text_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        parse_source(data, name="photo.md")
    assert refused.value.code == "knowledge_not_text"
    assert refused.value.status == 422
    assert "photo.md" in refused.value.detail


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"---\ntitle: T\n---\n\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        parse_source(data, name="a.md")
    assert refused.value.code == "knowledge_empty"


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        parse_source(b"a" * (MAX_FILE_BYTES + 1), name="a.md")
    assert refused.value.code == "knowledge_too_large"


@pytest.mark.parametrize(
    "head",
    [
        "title: [unclosed",
        "- a list",
        "locale: de",
        "url: javascript:alert(1)",
        "url: //evil.example/x",
        "url: 'data:text/html,x'",
        "url: help/delivery",
    ],
)
def test_front_matter_that_is_wrong_or_dangerous_is_refused(head: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_source(f"---\n{head}\n---\nText.\n".encode(), name="a.md")
    assert refused.value.code == "knowledge_front_matter"


@pytest.mark.parametrize("head", ['title: "a\\0b"', 'slug: "a\\nb"', f"title: {'т' * 501}"])
def test_a_field_that_is_no_short_line_is_refused(head: str) -> None:
    with pytest.raises(Invalid, match="must be one line of at most 500 characters") as refused:
        parse_source(f"---\n{head}\n---\nText.\n".encode(), name="a.md")
    assert refused.value.code == "knowledge_front_matter"


def test_a_link_is_read_inside_its_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (tmp_path / "secret").write_text("root:x:0:0", encoding="utf-8")
    (folder / "a.md").write_text("Text.", encoding="utf-8")
    (folder / "same.md").symlink_to(folder / "a.md")
    (folder / "out.md").symlink_to(tmp_path / "secret")
    assert read_file(folder / "same.md", within=folder).markdown == "Text.\n"
    with pytest.raises(Invalid) as refused:
        read_file(folder / "out.md", within=folder)
    assert refused.value.code == "knowledge_link"


def test_one_bad_file_refuses_the_whole_folder(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# Good\n\nText.", encoding="utf-8")
    (tmp_path / "bad.md").write_bytes(b"\x00\x01")
    with pytest.raises(Invalid, match=r"bad\.md"):
        read_folder(tmp_path)


def test_a_folder_without_knowledge_is_refused(tmp_path: Path) -> None:
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    with pytest.raises(Invalid) as refused:
        read_folder(tmp_path)
    assert refused.value.code == "knowledge_empty"


def test_the_demo_has_twenty_articles_in_both_languages_under_their_addresses() -> None:
    sources = read_folder(DEMO / "knowledge")
    slugs = {locale: {s.slug for s in sources if s.locale == locale} for locale in ("ru", "en")}
    assert slugs["ru"] == slugs["en"]
    assert len(slugs["ru"]) == 20
    for source in sources:
        prefix = "/help/" if source.locale == "ru" else "/en/help/"
        assert source.url == prefix + source.slug


def test_figures_of_the_demo_agree_between_the_languages() -> None:
    figures: dict[str, dict[str, list[str]]] = {"ru": {}, "en": {}}
    for source in read_folder(DEMO / "knowledge"):
        text = source.markdown.replace(" 000", "000").replace(",000", "000").replace(" ", " ")
        text = text.replace("1 290", "1290").replace("1,290", "1290").replace("2 400", "2400")
        text = text.replace("2,400", "2400").replace("1 200", "1200").replace("1,200", "1200")
        text = text.replace("1 990", "1990").replace("1,990", "1990").replace("1 790", "1790")
        text = text.replace("1,790", "1790")
        prices = [text[: at.start()].split()[-1] for at in _roubles(text)]
        figures[source.locale][source.slug] = sorted(prices)
    assert figures["ru"] == figures["en"]


def _roubles(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r" ₽", text))
