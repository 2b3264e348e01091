"""Words of a question against words of a passage: forgiving of endings and typing errors, no dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[a-zа-я0-9]+")

# Words that carry no topic: BM25's own lists keep "сколько", "want" and the like.
_STOP_RU = """
и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от
меня еще нет о из ему теперь когда даже ну вдруг ли если уже или ни быть был него до вас нибудь опять уж
вам ведь там потом себя ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без
будто чего раз тоже себе под будет ж тогда кто этот того потому этого какой совсем ним здесь этом один
почти мой тем чтобы нее сейчас были куда зачем всех никогда можно при наконец два об другой хоть после над
больше тот через эти нас про них какая много разве три эту моя впрочем хорошо свою этой перед иногда лучше
чуть том нельзя такой им более всегда конечно всю между мои моего мою ваш ваша ваши вашу наш наша сколько
который какие нужно нужен нужна мочь хочу это
"""
_STOP_EN = """
a an the and or but if of in on at to for from by with about as is are was were be been being am i you he
she it we they me my your our their his her its this that these those what which who whom whose when where
why how do does did doing have has had having can could will would shall should may might must not no nor
so than then too very just there here im dont doesnt isnt u need want get got us up out any some into one
all
"""
STOP_WORDS = frozenset(_STOP_RU.split()) | frozenset(_STOP_EN.split())

_LONG_WORD = 8
"""Letters above which a word weighs no more: length stands for how telling a word is."""
_SAME_ENDING = 3
"""Endings up to this length may differ in two forms of one word."""
_TYPO_SIMILARITY = 0.5
"""Dice of letter triples from which two words count as one with a typing error."""


def words(text: str) -> list[str]:
    """Split into lower-case words and numbers; `ё` reads as `е`."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def topic_words(question: str) -> tuple[str, ...]:
    """Words of a question that say what it is about, each once, in order."""
    return tuple(word for word in dict.fromkeys(words(question)) if word not in STOP_WORDS)


def coverage(topic: Iterable[str], passage_words: Iterable[str]) -> float:
    """Share in [0, 1] of a question's topic words found in a passage, long words counting for more.

    A word in another form counts nearly in full, one with a typing error by its likeness. No topic
    words: 0.
    """
    found = total = 0.0
    passage = tuple(passage_words)
    for word in topic:
        weight = min(len(word), _LONG_WORD)
        total += weight
        found += weight * max((likeness(word, other) for other in passage), default=0.0)
    return found / total if total else 0.0


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> float:
    """How likely two words are forms or misspellings of the same word, in [0, 1]. Numbers have no forms."""
    if one == other:
        return 1.0
    if one.isdigit() or other.isdigit():
        return 0.0
    longest = max(len(one), len(other))
    if _common_prefix(one, other) >= max(4, longest - _SAME_ENDING):
        return 0.95
    if len(one) < 4:
        return 0.0
    first, second = _triples(one), _triples(other)
    dice = 2 * len(first & second) / (len(first) + len(second))
    return dice if dice >= _TYPO_SIMILARITY else 0.0


def _common_prefix(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


@lru_cache(maxsize=20_000)
def _triples(word: str) -> frozenset[str]:
    framed = f"^{word}$"
    return frozenset(framed[i : i + 3] for i in range(len(framed) - 2))
