"""Markdown as structure that a page can show without markup: blocks of spans, and addresses that lead out only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

SCHEMES = ("https", "http", "mailto", "tel")
LONGEST_LINK = 2000
Block = dict[str, Any]
Span = dict[str, Any]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # HTML is text to it, as to the reader; quotes and lists nest no deeper than its own bound of twenty.
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks_of(markdown: str) -> list[Block]:
    """The blocks of a text: heading, paragraph, list, quote, code, table and rule, as the API describes them.

    Everything that a reader would see of it is there as text; an image is its description, with its address as a link.
    """
    from markdown_it.tree import SyntaxTreeNode

    return list(_blocks(SyntaxTreeNode(_parser().parse(markdown)).children))


def _blocks(nodes: list[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "heading":
                yield {"kind": "heading", "level": int(node.tag[1:]), "spans": _line(node)}
            case "paragraph":
                yield {"kind": "paragraph", "spans": _line(node)}
            case "bullet_list" | "ordered_list":
                yield {
                    "kind": "list",
                    "ordered": node.type == "ordered_list",
                    "start": int(node.attrs.get("start", 1)),
                    "items": [list(_blocks(item.children)) for item in node.children],
                }
            case "blockquote":
                yield {"kind": "quote", "blocks": list(_blocks(node.children))}
            case "fence" | "code_block":
                yield {"kind": "code", "text": node.content.strip("\n")}
            case "table":
                yield _table(node)
            case "hr":
                yield {"kind": "rule"}


def _table(node: SyntaxTreeNode) -> Block:
    rows = [[_line(cell) for cell in row.children] for part in node.children for row in part.children]
    return {"kind": "table", "head": rows[0], "rows": rows[1:]}


def _line(node: SyntaxTreeNode) -> list[Span]:
    spans: list[Span] = []
    for child in node.children:
        for span in _spans(child.children if child.type == "inline" else [child], {}):
            style = {name: value for name, value in span.items() if name != "text"}
            if spans and {name: value for name, value in spans[-1].items() if name != "text"} == style:
                spans[-1]["text"] += span["text"]
            elif span["text"]:
                spans.append(span)
    return spans


def _spans(nodes: list[SyntaxTreeNode], style: Span) -> Iterator[Span]:
    for node in nodes:
        match node.type:
            case "softbreak":
                yield {"text": " ", **style}
            case "hardbreak":
                yield {"text": "\n", **style}
            case "code_inline":
                yield {"text": node.content, **style, "code": True}
            case "strong":
                yield from _spans(node.children, {**style, "strong": True})
            case "em":
                yield from _spans(node.children, {**style, "emphasis": True})
            case "link":
                yield from _spans(node.children, style | _href(node.attrs.get("href")))
            case "image":
                yield {"text": node.content, **style, **_href(node.attrs.get("src"))}
            case _:
                yield {"text": node.content, **style}


def _href(address: object) -> Span:
    """The address, if it leads out; whatever else it is, a script among them, is no link."""
    text = str(address or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return {}
    leads_out = parts.scheme in SCHEMES and (parts.scheme in ("mailto", "tel") or bool(parts.hostname))
    is_plain = len(text) <= LONGEST_LINK and all(" " < char != "\x7f" for char in text)
    return {"href": text} if leads_out and is_plain else {}
