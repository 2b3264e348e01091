"""The confidence line behaves as its features say."""

from __future__ import annotations

from omnisupport.ai.knowledge.confidence import Features, confidence


def _features(cosine: float, coverage: float, *, same: bool = True, no_topic: bool = False) -> Features:
    return Features(cosine, coverage, same, no_topic)


def test_confidence_is_a_probability_that_grows_with_both_signals() -> None:
    low, middle, high = (confidence(_features(c, w)) for c, w in ((0.05, 0.0), (0.25, 0.5), (0.5, 1.0)))
    assert 0 < low < 0.05 < middle < high < 1
    assert high > 0.95


def test_words_alone_do_not_lift_an_unrelated_passage_over_the_line() -> None:
    assert confidence(_features(0.0, 1.0)) < 0.5


def test_a_close_meaning_in_the_other_language_is_enough_without_words() -> None:
    assert confidence(_features(0.4, 0.0, same=False)) > 0.5


def test_a_text_without_any_topic_is_not_answered_by_likeness_alone() -> None:
    assert confidence(_features(0.35, 0.0, no_topic=True)) < 0.5
