"""Scales of satisfaction: the buttons of each, and what people type instead of pressing one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from omnisupport.scenario_dsl.keywords import bare, fold, words_of


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Scale:
    """The scores with their buttons, in the order in which they are shown."""

    labels: dict[int, str]

    @property
    def low(self) -> int:
        """The lowest score."""
        return min(self.labels)

    @property
    def high(self) -> int:
        """The highest score."""
        return max(self.labels)

    @property
    def is_numeric(self) -> bool:
        """Whether the buttons are the scores themselves, so that numbering them would confuse."""
        return all(label == str(score) for score, label in self.labels.items())


SCALES = {
    "stars5": Scale({count: "⭐" * count for count in range(1, 6)}),
    "nps10": Scale({score: str(score) for score in range(11)}),
    "thumbs": Scale({1: "👍", 0: "👎"}),
    "emoji": Scale(dict(enumerate("😡🙁😐🙂😍", 1))),
    "ces7": Scale({score: str(score) for score in range(1, 8)}),
}

_FACES = {
    **dict.fromkeys("😡🤬😠👿💩", 1),
    **dict.fromkeys("🙁☹😞😕😢😭😔😒", 2),
    **dict.fromkeys("😐😑🤔😶", 3),
    **dict.fromkeys("🙂😊☺😌😉", 4),
    **dict.fromkeys("😍😀😃😄😁🥰🤩😘😎💯🔥", 5),
}
_THUMBS = {"👎": 0, "👍": 1}
_STARS = frozenset("⭐★🌟")
_EMPTY_STAR = "☆"
# Skin tones and the selector that makes a character an emoji.
_DRESS = {0xFE0F: None, **dict.fromkeys(range(0x1F3FB, 0x1F400))}

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "ноль zero",
            "один одна единица единицу кол one",
            "два две двойка двойку two",
            "три тройка тройку three",
            "четыре четверка четверку четверочка four",
            "пять пятерка пятерку пятерочка five",
            "шесть шестерка six",
            "семь семерка seven",
            "восемь восьмерка eight",
            "девять девятка nine",
            "десять десятка десятку ten",
        )
    )
    for word in words.split()
}
# Words that may stand around a score and change nothing about it.
_AROUND = _words(
    """
    на ставлю поставлю поставил поставила оценка оценку оценил оценила моя мою баллов балла балл звезд звезды
    звезда звездочек твердая твердую думаю пусть будет вам спасибо все всё было очень просто в целом работа
    работу я да ну
    rate rating score stars star points point out a i give it my is the you thanks thank all very just was it s
    """
)
_OPINIONS = {
    phrase.strip(): score
    for score, phrases in {
        1: "ужасно; ужас; кошмар; отвратительно; очень плохо; хуже некуда; terrible; awful; horrible; very bad",
        2: "плохо; не очень; неважно; не понравилось; bad; poor; not good",
        3: "нормально; норм; средне; так себе; удовлетворительно; сойдет; ok; okay; average; so so; fine",
        4: "хорошо; неплохо; понравилось; good; not bad; well",
        5: "отлично; супер; прекрасно; великолепно; замечательно; идеально; класс; круто; очень хорошо; "
        "excellent; great; perfect; awesome; amazing; very good",
    }.items()
    for phrase in phrases.split(";")
}
_YES_NO = {
    phrase.strip(): score
    for score, phrases in {
        0: "нет; дизлайк; не помогло; не помогли; не нравится; no; nope; dislike; thumbs down",
        1: "да; лайк; помогло; помогли; нравится; yes; yep; like; thumbs up",
    }.items()
    for phrase in phrases.split(";")
}
_OF_FIVE = ("stars5", "emoji")
_MOST_WORDS = 6
# On a channel without buttons the thumbs are numbered.
_BY_PLACE: dict[int | None, int] = {1: 1, 2: 0, 0: 0}
_SIGNED = re.compile(r"[-−–]\s*[0-9]|[0-9][.,][0-9]")


def score_of(scale: str, text: str) -> int | None:
    """The score that a text names, or None for one that is about something else.

    A number counts only alone or among words that say it is a score: «5», «ставлю 4», «4 из 5», and not
    «3 коробки не доехали».
    """
    said = text.strip().translate(_DRESS)
    kind = SCALES[scale]
    score = _drawn(scale, said)
    if score is None:
        score = _named(scale, kind, said)
    return score if score is not None and kind.low <= score <= kind.high else None


def _drawn(scale: str, said: str) -> int | None:
    """A score of emoji: stars are counted, of several faces all must mean the same."""
    marks = {character for character in said if not character.isspace()}
    if scale == "stars5" and marks and marks <= {*_STARS, _EMPTY_STAR}:
        return sum(character in _STARS for character in said)
    if scale == "thumbs" and len(marks) == 1 and marks <= _THUMBS.keys():
        return _THUMBS[marks.pop()]
    scores = {_FACES.get(mark) for mark in marks}
    score = scores.pop() if len(scores) == 1 else None
    if score is None or scale == "thumbs":
        return None if score is None else _as_thumb(score)
    return score if scale in _OF_FIVE else None


def _named(scale: str, kind: Scale, said: str) -> int | None:
    if scale == "thumbs" and said in ("+", "-"):
        return int(said == "+")
    words = bare(said)
    if scale == "thumbs" and (words in _YES_NO or words in _OPINIONS):
        return _YES_NO[words] if words in _YES_NO else _as_thumb(_OPINIONS[words])
    opinions = _OPINIONS if scale in _OF_FIVE else {}
    if words in opinions:
        return opinions[words]
    rest = [word for word in words_of(said) if word not in _AROUND]
    if " ".join(rest) in opinions:
        return opinions[" ".join(rest)]
    return _number(scale, kind, rest, said)


def _as_thumb(score: int) -> int | None:
    return None if score == 3 else int(score > 3)


def _number(scale: str, kind: Scale, rest: list[str], said: str) -> int | None:
    """«5», «4 из 5», «пять»; on thumbs the numbers of the two buttons as a list shows them."""
    if not rest or len(words_of(said)) > _MOST_WORDS or _SIGNED.search(fold(said)):
        return None
    numbers = [_NUMBERS.get(word, int(word) if word.isascii() and word.isdigit() else None) for word in rest]
    if numbers[1:] and rest[1] in ("из", "of"):
        if numbers[2:] != [kind.high]:
            return None
        numbers = numbers[:1]
    elif numbers[1:] == [kind.high] and "/" in said:
        numbers = numbers[:1]
    if len(numbers) != 1:
        return None
    return _BY_PLACE.get(numbers[0]) if scale == "thumbs" else numbers[0]
