"""Help articles for whoever writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints

from omnisupport.api.schemas.base import Input, Output, Plain
from omnisupport.api.schemas.widget_articles import ArticleBlock
from omnisupport.domain.domains import host_of_page

LONGEST_TEXT = 100_000
"""About fifty printed pages: an editor's, not a book's."""
LAST = 1_000_000


def _link(url: str) -> str:
    if host_of_page(url) is None:
        raise ValueError("a full address such as https://shop.example/help/delivery is needed")
    return url


Locale = Literal["ru", "en"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
Heading = Annotated[Plain, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Category = Annotated[Plain, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Markdown = Annotated[Plain, Field(max_length=LONGEST_TEXT)]
Place = Annotated[StrictInt, Field(ge=0, le=LAST)]
Link = Annotated[str, StringConstraints(max_length=500, pattern=r"^[\x21-\x7e]+$"), AfterValidator(_link)]


class NewHelpArticle(Input):
    """An article to be. `published`: visitors read it and answers are made from it; else it is a draft."""

    title: Heading
    slug: Slug
    locale: Locale
    markdown: Markdown = ""
    category: Category | None = None
    position: Place = 0
    url: Link | None = None
    published: StrictBool = False


class HelpArticleChange(Input):
    """What is given is changed; null takes a category or an address away."""

    title: Heading = None  # type: ignore[assignment]  # absent, never null
    slug: Slug = None  # type: ignore[assignment]
    locale: Locale = None  # type: ignore[assignment]
    markdown: Markdown = None  # type: ignore[assignment]
    category: Category | None = None
    position: Place = None  # type: ignore[assignment]
    url: Link | None = None
    published: StrictBool = None  # type: ignore[assignment]


class HelpArticleLine(Output):
    """An article in a list; `helpful` and `unhelpful` count visitors, the last word of each."""

    id: str
    title: str
    slug: str
    locale: str
    category: str | None
    position: int
    url: str | None
    published: bool
    published_at: str | None
    helpful: int
    unhelpful: int
    created_at: str
    updated_at: str


class HelpArticle(HelpArticleLine):
    """An article with its text."""

    markdown: str


class HelpArticleEnvelope(Output):
    """One article."""

    article: HelpArticle


class HelpArticlePage(Output):
    """A page of articles, the last changed first; every category there is."""

    items: list[HelpArticleLine]
    next_cursor: str | None
    categories: list[str]


class ArticleText(Input):
    """A text to look at."""

    markdown: Markdown


class ArticlePreview(Output):
    """The text as the widget shows it."""

    blocks: list[ArticleBlock]
