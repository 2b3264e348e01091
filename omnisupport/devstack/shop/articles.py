"""The shop's help pages: the same articles that the demo tenant's knowledge is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from markdown_it import MarkdownIt

from omnisupport.devstack.shop.catalogue import Locale

FOLDER = Path(__file__).resolve().parents[3] / "examples" / "demo" / "knowledge"


@dataclass(frozen=True)
class Article:
    """One help page."""

    slug: str
    title: str
    html: str


@cache
def load_articles(locale: Locale) -> dict[str, Article]:
    """Every article of a language by its slug; none where the examples are not installed."""
    files = sorted((FOLDER / locale).glob("*.md"))
    articles = [_parse(file) for file in files]
    return {article.slug: article for article in sorted(articles, key=lambda one: one.title)}


def _parse(file: Path) -> Article:
    """Front matter between two lines of dashes, then Markdown; HTML in it is shown as text."""
    _, head, body = file.read_text(encoding="utf-8").split("---\n", 2)
    meta = yaml.safe_load(head)
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return Article(slug=meta["slug"], title=meta["title"], html=html)
