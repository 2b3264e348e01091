"""Documents and comments at random, for the tools that write text."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from omnisupport.scenario_dsl.comments import comments_of
from omnisupport.scenario_dsl.edits.source import Source
from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.tree import plain

HARD_WORDS = (
    *("no", "on", "Yes", "y", "~", "null", "true", "=", "<<", "09:30", "1:30:00", "1_000", "0o7", "0x1F"),
    *("1e3", ".5", ".inf", "-.INF", ".nan", "2026-01-01", "2026-01-01T10:00:00Z", "+7 916", "12", "1.0"),
    *("", " ", "a: b", "a #b", "a:", "# a", "- a", "-", "? a", "{a", "[a]", "a, b", "*a", "&a", "!a", "%a"),
    *("@a", "`a", "|", ">", "'a", '"a', "a'b", 'a"b', "a\\b", "=vars.x", "{{ vars.x }}", "---", "..."),
    *("a\nb", "a\n\nb\n", "\na", "a\n\n", " a\nb", "a \nb", "a\tb", "\ta", "a\r\nb", "a\u2028b", "a\u0085b"),
    *("\ufeffa", "a\u00a0b", "\u00a0a", "😀", "й", "a\x07b", "#\n# b", "a\n# b", "a: |\n  b"),
)
texts = st.one_of(
    st.sampled_from(HARD_WORDS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("ab :#-\n'\"\\{}[],", max_size=12),
)
constants = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    constants | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
names = st.text("abcdef_", min_size=1, max_size=6)
documents = st.builds(
    lambda head, body: {"omni": "scenario/v1", **head, **body},
    st.dictionaries(st.sampled_from(["id", "name", "kind", "settings", "view", "start"]), values, max_size=4),
    st.fixed_dictionaries(
        {},
        optional={
            "nodes": st.dictionaries(names, st.dictionaries(names | st.just("type"), values, max_size=4)),
            "variables": st.dictionaries(names, values, max_size=3),
            "triggers": st.lists(st.dictionaries(names, values, max_size=3), max_size=3),
            "flows": st.dictionaries(names, values, max_size=2),
        },
    ),
)


def values_of(text: str) -> Any:
    """What a text says, without places."""
    return plain(Source.read(text).root)


def commented(text: str, seed: int) -> str:
    """The text with comments at random: above lines, with any indentation, and behind what stands in a line.

    Places where a `#` would belong to a text are left out.
    """
    random = Random(seed)
    for number in range(random.randrange(1, 6)):
        lines = text.split("\n")
        at = random.randrange(len(lines))
        if random.random() < 0.5:
            indent = " " * random.randrange(0, 9)
            spoilt = [*lines[:at], f"{indent}# note {number}", *([""] * random.randrange(2)), *lines[at:]]
        else:
            spoilt = [*lines[:at], f"{lines[at]}  # note {number}", *lines[at + 1 :]]
        candidate = "\n".join(spoilt)
        if _says_the_same(candidate, text) and f"# note {number}" in comments_in(candidate):
            text = candidate
    return text


def _says_the_same(text: str, other: str) -> bool:
    try:
        return bool(values_of(text) == values_of(other))
    except ScenarioInvalid:
        return False


def comments_in(text: str) -> list[str]:
    """The comments of a text, in order."""
    return [comment.text for comment in comments_of(Source.read(text))]
