"""Cut a document into passages: sections by heading, blocks inside them, never a table or a list in two."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from omnisupport.ai.base import Chunk, DocumentInput
from omnisupport.ai.knowledge.plain import plain_blocks
from omnisupport.errors import Invalid

if TYPE_CHECKING:
    from llama_index.core.node_parser import MarkdownNodeParser, SentenceSplitter

MAX_CHUNK = 1_200
"""Characters that a model reads around a passage; about 300 to 400 tokens."""
MAX_PASSAGE = 600
"""Characters of a passage: fits a chat bubble and stays within the model's 512 tokens."""

_NAMESPACE = uuid.UUID("6f1d8c52-53f0-5d0e-9f0b-2f6a1f0f7a11")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[»\")\]]*\s+(?=[«\"(\[]?[\dA-ZА-ЯЁ])")
_PATH = "\x1f"
"""Between headings inside LlamaIndex's path; a heading may hold a slash."""
_HEADING_LINE = re.compile(r"\A#{1,6}\s+(.+?)\s*#*\s*(?:\n|\Z)")


def cut(document: DocumentInput) -> list[Chunk]:
    """Cut a document into chunks of at most 600 characters, each within a context of at most 1,200.

    Raises:
        Invalid: nothing readable is left of the Markdown (`knowledge_empty`).
    """
    pieces = _pieces(document)
    if not pieces:
        raise Invalid(
            f"{document.title}: there is no text below its headings. Write some.", code="knowledge_empty"
        )
    return [
        Chunk(
            chunk_id=str(uuid.uuid5(_NAMESPACE, f"{document.tenant_id}/{document.document_id}/{number}")),
            tenant_id=document.tenant_id,
            document_id=document.document_id,
            knowledge=document.knowledge,
            locale=document.locale,
            title=document.title,
            url=document.url,
            heading=heading,
            text=passage,
            context=context,
        )
        for number, (heading, passage, context) in enumerate(pieces)
    ]


def _pieces(document: DocumentInput) -> list[tuple[str, str, str]]:
    return [
        (heading, passage, context)
        for heading, blocks in _sections(document.markdown, document.title)
        for context_blocks in pack(blocks, MAX_CHUNK)
        for context in ["\n".join(context_blocks)]
        for passage_blocks in pack(context_blocks, MAX_PASSAGE)
        for passage in ["\n".join(passage_blocks)]
    ]


def split_sentences(text: str) -> list[str]:
    """Split at sentence ends, Russian and English; the spaces between stay with the sentence before."""
    # nltk, the splitter's default, refuses to read its data when an installer hard-linked it (CWE-59).
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    starts = [0, *ends]
    return [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True) if start < end]


def pack(blocks: Sequence[str], limit: int) -> list[list[str]]:
    """Group neighbouring blocks into as few groups of at most `limit` characters as order allows.

    A paragraph that ends in a colon is kept with the list it introduces; a block above the limit is cut
    between sentences or lines.
    """
    groups: list[list[str]] = []
    room = 0
    fitting = [piece for block in blocks for piece in _fit(block, limit)]
    for tied in _tie_introductions(fitting, limit):
        size = sum(len(part) + 1 for part in tied)
        if groups and size <= room:
            groups[-1].extend(tied)
            room -= size
        else:
            groups.append(list(tied))
            room = limit + 1 - size
    return groups


def _tie_introductions(blocks: Sequence[str], limit: int) -> Iterator[list[str]]:
    waiting: list[str] = []
    for block in blocks:
        if waiting and sum(len(part) + 1 for part in [*waiting, block]) > limit:
            yield waiting
            waiting = []
        waiting.append(block)
        if not block.rstrip().endswith(":"):
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _fit(block: str, limit: int) -> list[str]:
    if len(block) <= limit:
        return [block]
    if "\n" in block:
        lines = [piece for line in block.split("\n") for piece in _fit(line, limit)]
        return ["\n".join(group) for group in pack_lines(lines, limit)]
    return [piece.strip() for piece in _sentence_splitter(limit).split_text(block) if piece.strip()]


def pack_lines(lines: Sequence[str], limit: int) -> list[list[str]]:
    """Group lines into groups of at most `limit` characters; every line is within it already."""
    groups: list[list[str]] = [[]]
    for line in lines:
        if groups[-1] and sum(len(part) + 1 for part in groups[-1]) + len(line) > limit:
            groups.append([])
        groups[-1].append(line)
    return groups


def _sections(markdown: str, title: str) -> Iterator[tuple[str, list[str]]]:
    from llama_index.core.schema import Document

    for node in _node_parser().get_nodes_from_documents([Document(text=markdown)]):
        text = node.get_content()
        own = _HEADING_LINE.match(text)
        above = [part for part in str(node.metadata.get("header_path", "")).split(_PATH) if part]
        headings = [*above, own.group(1)] if own else above
        blocks = plain_blocks(text)
        if blocks:
            yield " / ".join(heading for heading in headings if heading != title), blocks


@cache
def _node_parser() -> MarkdownNodeParser:
    from llama_index.core.node_parser import MarkdownNodeParser

    return MarkdownNodeParser(header_path_separator=_PATH)


@cache
def _sentence_splitter(limit: int) -> SentenceSplitter:
    from llama_index.core.node_parser import SentenceSplitter

    # tokenizer=list makes the splitter count characters instead of a model's tokens.
    return SentenceSplitter(
        chunk_size=limit,
        chunk_overlap=0,
        tokenizer=list,
        chunking_tokenizer_fn=split_sentences,
        include_metadata=False,
    )
