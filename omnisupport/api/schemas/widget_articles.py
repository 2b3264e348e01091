"""Help articles as the widget shows them: structure, never markup that a browser would run."""

from __future__ import annotations

from typing import Literal

from pydantic import StrictBool

from omnisupport.api.schemas.base import Input, Output


class ArticleLine(Output):
    """An article in a list; `excerpt` is how it begins, or where the words were found."""

    id: str
    slug: str
    locale: str
    title: str
    category: str | None
    excerpt: str
    updated_at: str


class ArticleCategory(Output):
    """A category, and how many articles of the language are in it."""

    name: str
    articles: int


class ArticleList(Output):
    """Articles in their order, or best first where words were searched; every category of the language."""

    items: list[ArticleLine]
    categories: list[ArticleCategory]


class Span(Output):
    """A piece of a line. `href` begins with https://, http://, mailto: or tel:; what is not so is absent."""

    text: str
    strong: bool = None  # type: ignore[assignment]  # absent, never null
    emphasis: bool = None  # type: ignore[assignment]
    code: bool = None  # type: ignore[assignment]
    href: str = None  # type: ignore[assignment]


class HeadingBlock(Output):
    """A heading: 1 is the highest."""

    kind: Literal["heading"]
    level: int
    spans: list[Span]


class ParagraphBlock(Output):
    """A paragraph; a break of the line is a span of one newline."""

    kind: Literal["paragraph"]
    spans: list[Span]


class ListBlock(Output):
    """A list, numbered from `start` or not."""

    kind: Literal["list"]
    ordered: bool
    start: int
    items: list[list[ArticleBlock]]


class QuoteBlock(Output):
    """What somebody else says."""

    kind: Literal["quote"]
    blocks: list[ArticleBlock]


class CodeBlock(Output):
    """Lines as they are."""

    kind: Literal["code"]
    text: str


class TableBlock(Output):
    """A table."""

    kind: Literal["table"]
    head: list[list[Span]]
    rows: list[list[list[Span]]]


class RuleBlock(Output):
    """A line across."""

    kind: Literal["rule"]


ArticleBlock = HeadingBlock | ParagraphBlock | ListBlock | QuoteBlock | CodeBlock | TableBlock | RuleBlock


class Article(Output):
    """An article to read."""

    id: str
    slug: str
    locale: str
    title: str
    category: str | None
    url: str | None
    blocks: list[ArticleBlock]
    updated_at: str


class ArticleEnvelope(Output):
    """One article."""

    article: Article


class ArticleFeedback(Input):
    """Whether an article has helped."""

    helpful: StrictBool
