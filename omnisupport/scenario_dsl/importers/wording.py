"""Words of the source as words of our language: ids, names, literals, texts."""

from __future__ import annotations

import re
from typing import Any

from omnisupport.scenario_dsl.expr.errors import ExprSyntaxError
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.regex import PatternError, compile_pattern
from omnisupport.scenario_dsl.template import parse_template

_SINGLE = zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)
_CYRILLIC = {ord(letter): sound for letter, sound in _SINGLE} | {
    ord("ж"): "zh",
    ord("х"): "kh",
    ord("ц"): "ts",
    ord("ч"): "ch",
    ord("ш"): "sh",
    ord("щ"): "sch",
    ord("ъ"): "",
    ord("ь"): "",
    ord("ю"): "yu",
    ord("я"): "ya",
}
_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 48
_VARIABLE = re.compile(r"\{\{[^{}]{1,400}\}\}")
_SUM = re.compile(r"[\s()+*/.0-9-]*")
_LONGEST_SUM = 500
_FLAGGED = re.compile(r"/(.+)/([a-z]*)", re.DOTALL)
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LETTER = re.compile(r"[^\W\d_]")
_RUSSIAN = re.compile(r"[а-яёА-ЯЁ]")


def slug(text: str, fallback: str = "item") -> str:
    """An id of Latin letters, digits and `_`, a letter first: `Имя клиента` -> `imya_klienta`."""
    latin = text[:400].lower().translate(_CYRILLIC)
    word = _OTHER.sub("_", latin).strip("_")[:_LONGEST_ID].strip("_")
    if not word:
        return fallback
    return word if word[0].isalpha() else f"{fallback}_{word}"[:_LONGEST_ID]


class Names:
    """Hands out names that are not taken."""

    def __init__(self, *taken: str) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def claim(self, wish: str) -> str:
        """The wish, or the wish with a number behind it."""
        name, number = wish, self._next.get(wish, 2)
        while name in self._taken:
            name, number = f"{wish}_{number}", number + 1
        self._next[wish] = number
        self._taken.add(name)
        return name


def quoted(text: str) -> str:
    """A text as a literal of an expression."""
    return "'" + "".join(_ESCAPES.get(character, character) for character in text) + "'"


def literal(text: str) -> str:
    """A text as a value: what would read as an expression or as a hole is written as a literal of one."""
    return f"={quoted(text)}" if text.startswith("=") or "{{" in text else text


def plain_text(text: str) -> str:
    """A text without holes: braces that would begin one are put into one."""
    return text.replace("{{", "{{ '{{' }}")


def is_expression(text: str) -> bool:
    """Whether our parser takes it."""
    try:
        parse(text)
    except ExprSyntaxError:
        return False
    return True


def is_template(text: str) -> bool:
    """Whether every hole of the text can be read."""
    try:
        parse_template(text)
    except ExprSyntaxError:
        return False
    return True


def is_sum(text: str) -> bool:
    """Whether a text is a calculation with variables: `({{Score}} + 10) * 2`."""
    if len(text) > _LONGEST_SUM or "{{" not in text:
        return False
    rest = _VARIABLE.sub(" ", text)
    return bool(_SUM.fullmatch(rest)) and any(operator in rest for operator in "+-*/")


def pattern(text: str) -> str | None:
    """A regular expression, also in the form `/…/i`, for RE2; None when RE2 refuses it."""
    flagged = _FLAGGED.fullmatch(text)
    if flagged and not set(flagged[2]) <= set("gimsuy"):
        return None
    flags = "".join(flag for flag in "ims" if flagged and flag in flagged[2])
    found = flagged[1] if flagged else text
    found = f"(?{flags}){found}" if flags else found
    try:
        compile_pattern(found)
    except PatternError:
        return None
    return found if found else None


def guarded(root: str, rest: str) -> str:
    """A value inside of an answer, null where there is none; nothing is known behind a number of a list."""
    whole = root + rest
    return f"(has({whole.partition('[')[0]}) ? {whole} : null)"


def language_of(value: Any) -> str:
    """`ru` when most letters of a source's texts (what has a space in it) are Russian, else `en`."""
    russian = letters = 0
    work = [value]
    while work:
        part = work.pop()
        if isinstance(part, str) and " " in part:
            russian += len(_RUSSIAN.findall(part))
            letters += len(_LETTER.findall(part))
        elif isinstance(part, dict):
            work += part.values()
        elif isinstance(part, list):
            work += part
    return "ru" if russian * 2 > letters else "en"


def seconds(value: float) -> str:
    """A duration as we write it: whole seconds, at least one, at most a year; `90s`, `2m`, `24h`."""
    whole = max(1, min(round(value), 366 * 86_400))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if whole % size == 0 and whole >= size * (2 if unit == "d" else 1):
            return f"{whole // size}{unit}"
    return f"{whole}s"
