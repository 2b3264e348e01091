"""No parser raises or takes long, whatever a customer types."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.scenario_dsl.inputs.base import Answer
from omnisupport.scenario_dsl.patterns import match_pattern, named_correction
from omnisupport.scenario_dsl.registry import input_kinds
from omnisupport.scenario_dsl.values import fit_type
from tests.scenario_dsl.inputs.support import MOSCOW
from tests.scenario_dsl.support import NOW

LONGEST = 8_000
AT_MOST_S = 0.05
_OPTIONS = [{"id": "a", "label": {"ru": "А"}}]
DATA: dict[str, dict[str, Any]] = {
    "choice": {"options": _OPTIONS},
    "choices": {"options": _OPTIONS},
    "regex": {"pattern": "(a|a)*$", "normalize": ["upper", "latin", "digits"]},
    "text": {"pattern": "(.*a){20}"},
    "code": {"to": {"channel": "sms", "address": "x"}},
    "date": {"min": NOW},
    "datetime": {"min": NOW, "default_time": "09:00"},
    "email": {"check_mx": True},
}
KINDS = sorted(input_kinds())

_PIECES = """
    завтра в 15 5 марта 05.03.2026 через час полтора и a an in next friday 15:30 без четверти пять утра pm - , . (
    1500 руб ₽ k тыс 50 коп $ a@b.ru https://x.y.z ⭐ да нет все +7 916 123-45-67 доб ext 112-233-445 95 ИНН 1/2
    999999999 1.2.3.4 ё 👍 0 -1 55.75,37.61 twenty first половина двадцать пятого
    """
_WORDS = st.sampled_from([*_PIECES.split(), "\u00a0", "\u202f", "\u200b"])
_SENTENCES = st.lists(_WORDS, max_size=40).map(" ".join)
_REPEATED = st.tuples(_WORDS | st.text(max_size=3), st.integers(1, LONGEST)).map(
    lambda pair: (pair[0] * pair[1])[:LONGEST]
)
_TEXTS = _SENTENCES | _REPEATED | st.text(max_size=200) | st.text("0123456789 .,:/-", max_size=80)
NASTY = [
    "a" * LONGEST,
    " " * LONGEST,
    "1" * LONGEST,
    "1 " * (LONGEST // 2),
    "1," * (LONGEST // 2),
    "1." * (LONGEST // 2),
    "a." * (LONGEST // 2),
    "a@" * (LONGEST // 2),
    "a@a" + ".a" * (LONGEST // 2),
    "@" * LONGEST,
    "-" * LONGEST,
    "\n" * LONGEST,
    "(" * LONGEST,
    "и " * (LONGEST // 2),
    "1 и " * (LONGEST // 4),
    "8 916 123-45-67 " * 500,
    "+7" * (LONGEST // 2),
    "доб" * 2_000,
    "\u0301" * LONGEST,
    "ё" * LONGEST,
    "⭐" * LONGEST,
    "👍🏽" * (LONGEST // 2),
    "https://" + "a" * LONGEST,
    "https://" + "a-" * (LONGEST // 2),
    "через " * 1_000,
    "двадцать " * 800,
    "завтра " * 1_000,
    "12:30 " * 1_000,
    "x" * 7_000 + "@gmail.com",
    "\u202e" * LONGEST,
    "ﷺ" * LONGEST,
]


def _try(kind: str, text: str, locale: str) -> None:
    data = {"kind": kind, **DATA.get(kind, {})}
    parser = input_kinds()[kind]
    answer = Answer(text.strip(), NOW, MOSCOW, locale)
    for found in (parser.parse(answer, data), parser.find(answer, data)):
        if found is not None and hasattr(found, "value"):
            wanted = parser.type(data)
            if wanted.kind not in ("any", "enum", "list"):
                fit_type(found.value, {"t": wanted.kind})


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(text=_TEXTS, locale=st.sampled_from(["ru", "en", "de"]))
def test_no_text_makes_a_parser_raise(kind: str, text: str, locale: str) -> None:
    _try(kind, text[:LONGEST], locale)


@pytest.mark.parametrize("kind", KINDS)
def test_no_long_text_takes_a_parser_long(kind: str) -> None:
    """Both ways of a parser together; by the process's own time, for others share the machine."""
    for text in NASTY:
        best = min(_seconds(kind, text[:LONGEST]) for _ in range(3))
        assert best < AT_MOST_S * 2, (kind, text[:20], best)


def _seconds(kind: str, text: str) -> float:
    before = process_time()
    _try(kind, text, "ru")
    return process_time() - before


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(_TEXTS)
def test_no_text_makes_a_pattern_raise(text: str) -> None:
    match_pattern(text, "ru")
    named_correction(text)
