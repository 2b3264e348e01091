"""Markdown to plain text that reads well in a chat bubble."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_SPACES = re.compile(r"[ \t\u200b]+")
_TAG = re.compile(r"<[^>]*>")
_CODE_TAG = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_REFUSED_LINK = re.compile(r"!?\[([^\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_LINKED = re.compile(r"^(?:https?://|mailto:)", re.IGNORECASE)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def plain_blocks(markdown: str) -> list[str]:
    """Turn Markdown into plain blocks: a paragraph, a whole list, a whole table each. Headings are left out.

    Nothing of the markup survives: lists become lines with `•` or their numbers, a table row becomes
    `first cell — second, third`, HTML tags vanish, a link keeps its address only when it leads out.
    """
    from markdown_it.tree import SyntaxTreeNode

    root = SyntaxTreeNode(_parser().parse(markdown))
    blocks = (_block(node) for node in root.children if node.type != "heading")
    return [block for block in blocks if block]


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "paragraph" | "heading":
            return _inline(node)
        case "bullet_list" | "ordered_list":
            return _list(node, depth=0)
        case "table":
            return _table(node)
        case "fence" | "code_block":
            return node.content.strip("\n")
        case "html_block":
            return _SPACES.sub(" ", _TAG.sub("", _CODE_TAG.sub("", node.content))).strip()
        case "blockquote":
            return "\n".join(part for part in (_block(child) for child in node.children) if part)
        case _:
            return ""


def _list(node: SyntaxTreeNode, depth: int) -> str:
    ordered = node.type == "ordered_list"
    start = int(node.attrs.get("start", 1)) if ordered else 1
    lines = []
    for number, item in enumerate(node.children, start):
        mark = f"{number}." if ordered else "•"
        lines.append(f"{'  ' * depth}{mark} {_item(item, depth)}")
    return "\n".join(lines)


def _item(item: SyntaxTreeNode, depth: int) -> str:
    parts: list[str] = []
    for child in item.children:
        nested = child.type in ("bullet_list", "ordered_list")
        parts.append("\n" + _list(child, depth + 1) if nested else ("\n" if parts else "") + _block(child))
    return "".join(parts)


def _table(node: SyntaxTreeNode) -> str:
    rows = [[_inline(cell) for cell in row.children] for section in node.children for row in section.children]
    head, *body = rows
    lines = [_row(head, head=True)] if any(head) else []
    lines += [f"• {_row(row)}" for row in body if any(row)]
    return "\n".join(lines)


def _row(cells: list[str], *, head: bool = False) -> str:
    first, rest = cells[0], [cell for cell in cells[1:] if cell]
    if head:
        return first + (" — " + ", ".join(map(_uncapitalised, rest)) if rest else "") + ":"
    return first + (" — " + ", ".join(rest) if rest else "")


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _inline(node: SyntaxTreeNode) -> str:
    # The parser leaves a link that it refuses (javascript:, data:) as it was typed: keep its label only.
    return _SPACES.sub(" ", _REFUSED_LINK.sub(r"\1", _text(node))).strip()


def _text(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline" | "image":
            return ""
        case "link":
            return _link(node)
        case _:
            return "".join(_text(child) for child in node.children)


def _link(node: SyntaxTreeNode) -> str:
    label = "".join(_text(child) for child in node.children)
    address = str(node.attrs.get("href", ""))
    bare = address.removeprefix("mailto:")
    if not _LINKED.match(address) or bare == label:
        return label
    return f"{label} ({bare})"
