"""One fault is one finding: what follows from it is not reported, and hides nothing else."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.scenario_dsl.mutations import MUTATIONS, Mutation
from tests.scenario_dsl.support import findings

DATA = Path(__file__).parent / "data"
WHOLE = (DATA / "whole.yaml").read_text("utf-8")
ROUNDS = 150


def planted(text: str, mutation: Mutation) -> str:
    """The text with one fault; what is written must be there once, or stand in the node's own lines."""
    name = (mutation.node or "").rsplit("/", 1)[-1]
    begin = text.index(f"  {name}:") if name else 0
    at = text.index(mutation.before, begin)
    return text[:at] + mutation.after + text[at + len(mutation.before) :]


def found(text: str) -> list[tuple[str, str]]:
    return sorted((item.code, item.node or "") for item in findings(text))


def expected(mutations: list[Mutation]) -> list[tuple[str, str]]:
    return sorted((item.code, item.node or "") for item in mutations)


def test_the_whole_scenario_has_no_finding() -> None:
    assert [str(item) for item in findings(WHOLE)] == []


def test_eight_planted_faults_give_eight_findings_at_their_places() -> None:
    text = (DATA / "broken.yaml").read_text("utf-8")
    assert [(item.line, item.column, item.code) for item in findings(text)] == [
        (47, 32, "E511"),
        (62, 11, "E120"),
        (65, 5, "E130"),
        (96, 5, "E140"),
        (98, 19, "E211"),
        (124, 16, "E214"),
        (127, 5, "E123"),
        (140, 20, "E312"),
    ]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda item: f"{item.code}-{item.node}")
def test_one_fault_is_one_finding(mutation: Mutation) -> None:
    assert found(planted(WHOLE, mutation)) == expected([mutation])


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_independent_faults_give_exactly_their_findings(size: int) -> None:
    for seed in range(ROUNDS):
        random = Random(seed * 10 + size)
        chosen: list[Mutation] = []
        for mutation in random.sample(MUTATIONS, len(MUTATIONS)):
            if mutation.node is None or all(mutation.node != other.node for other in chosen):
                chosen.append(mutation)
        # Two faults of the head are independent unless they are of one thing.
        chosen = list({(item.node or item.code, item.before): item for item in chosen}.values())[:size]
        text = WHOLE
        for mutation in chosen:
            text = planted(text, mutation)
        assert found(text) == expected(chosen), (seed, chosen)
