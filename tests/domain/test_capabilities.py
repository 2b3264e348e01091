"""The facts about channels: every file is whole, and its vectors hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from omnisupport.domain.capabilities import CHANNELS, capabilities, measure
from omnisupport.domain.sms import sms_size
from omnisupport.domain.window import Window, window_of
from omnisupport.scenario_dsl.channels import WINDOW_MS, WINDOWED
from omnisupport.scenario_dsl.heads import CHANNELS as IN_SCENARIOS

VECTORS = [(channel, vector) for channel in CHANNELS for vector in capabilities(channel).vectors]


def test_every_channel_of_the_language_has_its_facts() -> None:
    assert set(CHANNELS) == set(IN_SCENARIOS)
    for channel in CHANNELS:
        facts = capabilities(channel)
        assert facts.version >= 1
        assert facts.sources
        assert facts.vectors
        assert "text" in facts.parts


@pytest.mark.parametrize(("channel", "vector"), VECTORS)
def test_a_vector_holds(channel: str, vector: dict[str, Any]) -> None:
    facts = capabilities(channel)
    if "text" in vector:
        text = vector.get("letter", "a") * vector["text"]
        fits = facts.too_long(text, with_buttons=vector.get("with_buttons", False)) is None
        assert fits is vector["fits"]
    if "buttons" in vector:
        assert facts.layout(vector["buttons"]) == vector["layout"]
        assert facts.label_limit(vector["buttons"]) == vector.get(
            "label", facts.label_limit(vector["buttons"])
        )


def test_an_unknown_channel_has_no_facts() -> None:
    with pytest.raises(KeyError):
        capabilities("fax")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 100 + "я", 2),
        ("", 1),
    ],
)
def test_an_sms_is_charged_by_its_parts(text: str, parts: int) -> None:
    assert sms_size(text).parts == parts


def test_a_text_is_measured_as_the_channel_counts() -> None:
    assert [measure("я😀", unit) for unit in ("characters", "utf16", "bytes")] == [2, 3, 6]


def test_a_scenario_and_an_operator_are_held_to_the_same_windows() -> None:
    hours = {channel: capabilities(channel).window_hours for channel in CHANNELS}
    assert {channel for channel, each in hours.items() if each is not None} == set(WINDOWED)
    now = datetime(2026, 11, 27, tzinfo=UTC)
    for channel in WINDOWED:
        facts = capabilities(channel)
        last = now - timedelta(milliseconds=WINDOW_MS)
        closed = "template_only" if facts.templates else "closed"
        assert window_of(facts, last, now) == Window(closed, now)
        assert window_of(facts, last + timedelta(milliseconds=1), now).state == "open"
        assert window_of(facts, None, now) == Window(closed)
    assert window_of(capabilities("telegram"), None, now) == Window("open")
