"""Ports and values of the knowledge side. Light on purpose: no vector engine or model is imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

MAX_FOLLOWUP = 100
"""Characters of a further question: it has to fit a button."""
Vector = Sequence[float]
"""A dense embedding, L2-normalised."""


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """One document as it lies in Postgres. `markdown` has no front matter any more."""

    tenant_id: str
    document_id: str
    knowledge: str
    """Id of the knowledge base inside the tenant, for example `help`."""
    locale: str
    title: str
    url: str | None
    markdown: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is indexed: one passage, with the wider text it was cut from."""

    chunk_id: str
    """A UUID, the same for the same document and position."""
    tenant_id: str
    document_id: str
    knowledge: str
    locale: str
    title: str
    url: str | None
    heading: str
    """Headings above the passage, outermost first, joined by ` / `; empty before the first heading."""
    text: str
    """Plain text fit for a chat, at most 600 characters."""
    context: str
    """The chunk around it in plain text, at most 1,200 characters: what a model gets to read."""

    @property
    def indexed_text(self) -> str:
        """What is embedded and indexed: a passage is understood under its title and headings."""
        return "\n".join(part for part in (self.title, self.heading, self.text) if part)


@dataclass(frozen=True, slots=True)
class Hit:
    """One chunk found for a question, with what each search said of it."""

    chunk: Chunk
    cosine: float | None
    """Similarity to the question in [-1, 1]; None when the dense search did not return the chunk."""
    bm25: float | None
    """Word score, 0 or more; None when no word of the question is in the chunk."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that answers a question, with its source."""

    document_id: str
    title: str
    url: str | None
    text: str
    """Plain text fit for a chat, at most 600 characters."""
    quote: str
    """The sentence or list item nearest to the question, word for word, at most 240 characters."""
    locale: str
    confidence: float
    """Calibrated probability in [0, 1] that the passage answers the question."""
    score: float
    """Reciprocal rank fusion of both searches: for ordering only, it has no unit."""
    heading: str = ""
    context: str = ""
    """The chunk around the passage, at most 1,200 characters."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer was taken from, as it stands in a message's `content.sources`."""

    title: str
    url: str | None
    document_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the knowledge has to say. With `no_answer` the text is empty: the caller has to say so."""

    kind: Literal["answered", "no_answer"]
    text: str
    sources: tuple[Source, ...]
    confidence: float
    prompt_version: str | None
    """Version of the prompt that a model answered by; None for an extractive answer."""
    model: str
    """Name of the model, or `extractive`."""
    followups: tuple[str, ...] = ()
    """Questions that may be asked next, and that the same knowledge answers."""


@dataclass(frozen=True, slots=True)
class ModelReply:
    """A model's answer that cites at least one of the passages it was given, or its refusal."""

    text: str
    """Empty when the model says that the passages do not answer."""
    cited: tuple[int, ...]
    """Positions (from 0) of the cited passages, in order of first mention."""
    prompt_version: str
    model: str
    followups: tuple[str, ...] = ()
    """Questions that the customer may ask next."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The label that fits a text best, and the calibrated probability in [0, 1] that it is right; None: none does."""

    label: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a talk with a model."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote, and what that cost: tokens of the question and of the answer together."""

    text: str
    tokens: int
    model: str


@dataclass(frozen=True, slots=True)
class Written:
    """A text that a model wrote, without what the customer must not be shown."""

    text: str
    prompt_version: str
    model: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What an assistant does next; the text is empty with `limit` and `needs_human`."""

    exit: Literal["answer", "done", "limit", "needs_human"]
    text: str = ""
    tokens: int = 0
    prompt_version: str | None = None
    model: str | None = None
    tools: tuple[ToolAnswer, ...] = ()
    """What it has looked up for this."""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that a model may look up; `arguments` is {name: {type, description, required}}."""

    name: str
    description: str
    arguments: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What came of a call: `told` to the model, `status` to people. `has_data`: `told` holds what was looked up."""

    name: str
    status: int | str
    told: Mapping[str, Any]
    has_data: bool = False


class Tools(Protocol):
    """The tools of one reply (`activities/tools.py`)."""

    @property
    def offered(self) -> Sequence[Tool]:
        """Those that may be called."""
        ...

    async def call_tool(self, name: str, arguments: Any, *, timeout: float) -> ToolAnswer:
        """Call one of the offered tools with what the model has written; nothing of that is trusted."""
        ...


class Embedder(Protocol):
    """Turns text into vectors. A question and a passage are embedded differently."""

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        ...

    async def embed_query(self, text: str) -> Vector:
        """Embed one question; goes before passages that wait."""
        ...

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Embed passages, in order; about 0.1 s each on one core."""
        ...

    async def close(self) -> None:
        """Stop the thread or the connection behind it."""
        ...


class KnowledgeStore(Protocol):
    """Keeps chunks with their vectors. Every read and write names its tenant.

    Raises `Unavailable` (code `knowledge_unavailable`, safe to retry) when the engine does not answer.
    """

    async def upsert(
        self, tenant_id: str, document_id: str, chunks: Sequence[Chunk], vectors: Sequence[Vector]
    ) -> None:
        """Make `chunks` all that the store holds of the document; readers see the old or the new."""
        ...

    async def delete_document(self, tenant_id: str, document_id: str) -> None:
        """Forget a document; one that is absent is no error."""
        ...

    async def search(
        self,
        tenant_id: str,
        knowledge: Sequence[str],
        vector: Vector,
        text: str,
        *,
        locale: str | None = None,
        documents: Sequence[str] | None = None,
        limit: int = 24,
    ) -> list[Hit]:
        """Find chunks by meaning and by words: the best `limit` of each search, in no promised order.

        With `locale` only chunks in that language, with `documents` only of these. No `knowledge` id means nothing
        is found.
        """
        ...

    async def count(self, tenant_id: str, knowledge: Sequence[str] | None = None) -> int:
        """Number of chunks of the tenant, in all or some of its knowledge bases."""
        ...

    async def close(self) -> None:
        """Write out what is pending and let go of the engine."""
        ...


class AnswerModel(Protocol):
    """A language model that answers from passages and nothing else."""

    async def answer(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        locale: str,
        manner: str = "",
        followups: int = 0,
    ) -> ModelReply:
        """Answer in the language of the question, citing passages by number.

        `manner` is how the company wants it written; `followups`: how many further questions are asked for.

        Raises `Unavailable` (code `model_unavailable`) when the model cannot be reached or refuses to serve.
        """
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


class ChatModel(Protocol):
    """A language model that goes on from instructions and a talk."""

    async def complete(
        self, instructions: str, talk: Sequence[Said], *, max_tokens: int, timeout: float | None = None
    ) -> Completion:
        """Write what comes next; the text may be empty. `timeout` in seconds; None: the usual one.

        Raises `Unavailable` (code `model_unavailable`) when the model cannot be reached or refuses to serve.
        """
        ...
