"""Rasa's conditions (the pypred language) as expressions of ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from omnisupport.scenario_dsl.importers.draft import TEXTS
from omnisupport.scenario_dsl.importers.phrase import Inserted
from omnisupport.scenario_dsl.importers.wording import is_expression, pattern, quoted
from omnisupport.scenario_dsl.words import Both

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,15})?)(?![\w.])
    |(?P<name>[^\W\d]\w*(?:\.\w+)*)|(?P<op><=|>=|!=|==|=|<|>|\(|\)|\{|\}))""",
    re.VERBOSE,
)
_LONGEST = 2_000
_DEEPEST = 40
_IS_NUMERAL = r"'^-?[0-9]{1,15}([.][0-9]{1,15})?$'"
_CONSTANTS = {"true": "true", "false": "false"}
_NOTHING = frozenset({"null", "none", "undefined", "empty"})
_ORDER = frozenset({"<", "<=", ">", ">="})

FindSlot = Callable[[str], Inserted | None]


class Untranslatable(ValueError):
    """A condition that our language cannot say; `reason` says why."""

    def __init__(self, ru: str, en: str) -> None:
        super().__init__(en)
        self.reason = Both(ru, en)


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison: `slot`, `text`, `number`, `bool`, `null`, `set` or a whole `condition`."""

    kind: str
    text: str
    slot: Inserted | None = None
    items: tuple[str, ...] = ()


def condition(text: str, slot: FindSlot) -> str:
    """The expression of a condition.

    Raises:
        Untranslatable: a name that is no slot, or something that pypred knows and we do not.
    """
    if len(text) > _LONGEST:
        raise Untranslatable("оно слишком длинное", "it is too long")
    found = _Reader(_tokens(text), slot).whole()
    if not is_expression(found):
        raise Untranslatable("оно слишком сложное", "it is too complex")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            sign = text[position:].strip()[:1]
            raise Untranslatable(f"непонятен знак '{sign}'", f"the sign '{sign}' is not understood")
        found.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()
    return found


class _Reader:
    """Recursive descent; depth is bounded."""

    def __init__(self, tokens: list[tuple[str, str]], slot: FindSlot) -> None:
        self._tokens = tokens
        self._at = 0
        self._slot = slot
        self._depth = 0

    def whole(self) -> str:
        """The expression of all tokens."""
        found = self._or()
        if self._at < len(self._tokens):
            word = self._tokens[self._at][1]
            raise Untranslatable(f"лишнее '{word}'", f"'{word}' is not expected")
        return found

    def _word(self) -> str:
        kind, word = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return word.lower() if kind in ("name", "op") else ""

    def _skip(self, *words: str) -> bool:
        found = self._word() in words and self._word() != ""
        self._at += int(found)
        return found

    def _or(self) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Untranslatable("оно слишком глубокое", "it is nested too deep")
        terms = [self._and()]
        while self._skip("or"):
            terms.append(self._and())
        self._depth -= 1
        return terms[0] if len(terms) == 1 else " || ".join(_within(term) for term in terms)

    def _and(self) -> str:
        terms = [self._not()]
        while self._skip("and"):
            terms.append(self._not())
        return terms[0] if len(terms) == 1 else " && ".join(_within(term) for term in terms)

    def _not(self) -> str:
        negated = False
        while self._skip("not"):
            negated = not negated
        found = self._comparison()
        return f"!({found})" if negated else found

    def _comparison(self) -> str:
        left = self._operand()
        operator = self._word()
        if operator == "is":
            self._at += 1
            return _compared(left, "!=" if self._skip("not") else "=", self._operand())
        if operator == "not" and self._tokens[self._at + 1 : self._at + 2] == [("name", "contains")]:
            self._at += 2
            return f"!({_contains(left, self._operand())})"
        if operator in ("=", "==", "!=", *_ORDER):
            self._at += 1
            return _compared(left, operator, self._operand())
        if operator in ("contains", "matches"):
            self._at += 1
            right = self._operand()
            return _contains(left, right) if operator == "contains" else _matches(left, right)
        return _truth(left)

    def _operand(self) -> _Operand:
        if self._at >= len(self._tokens):
            raise Untranslatable("оно не закончено", "it is unfinished")
        kind, word = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return _Operand("text", quoted(word[1:-1]), items=(word[1:-1],))
        if kind == "number":
            return _Operand("number", word)
        if word == "(":
            inner = _Operand("condition", self._or())
            self._close(")")
            return inner
        if word == "{":
            return self._set()
        if kind == "op":
            raise Untranslatable(f"лишнее '{word}'", f"'{word}' is not expected")
        return self._named(word)

    def _close(self, bracket: str) -> None:
        if not self._skip(bracket):
            raise Untranslatable(f"нет '{bracket}'", f"'{bracket}' is missing")

    def _set(self) -> _Operand:
        items: list[str] = []
        while not self._skip("}"):
            item = self._operand()
            if item.kind not in ("text", "number"):
                raise Untranslatable("в наборе не только значения", "a set holds more than values")
            items.append(item.items[0] if item.kind == "text" else item.text)
        return _Operand("set", "", items=tuple(items))

    def _named(self, word: str) -> _Operand:
        if word.lower() in _CONSTANTS:
            return _Operand("bool", _CONSTANTS[word.lower()])
        if word.lower() in _NOTHING:
            return _Operand("null", "null")
        slot = self._slot(word.removeprefix("slots."))
        if slot is None or word.startswith("context."):
            raise Untranslatable(f"'{word}' — не слот", f"'{word}' is no slot")
        return _Operand("slot", slot.path, slot)


def _within(term: str) -> str:
    return f"({term})"


def _truth(operand: _Operand) -> str:
    """What stands alone: true, a set slot, a condition in brackets."""
    if operand.kind in ("condition", "bool"):
        return operand.text
    slot = operand.slot
    if slot is None:
        raise Untranslatable("сравнения нет", "there is no comparison")
    return f"{slot.path}.orValue(false)" if slot.type == "bool" else _is_set(slot)


def _is_set(slot: Inserted) -> str:
    return f"has({slot.path})" if slot.path != "value" else "true"


def _compared(left: _Operand, operator: str, right: _Operand) -> str:
    if left.slot is None and right.slot is not None:
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        return _compared(right, turned.get(operator, operator), left)
    slot = left.slot
    if slot is None:
        raise Untranslatable("сравниваются два постоянных", "two constants are compared")
    if operator in _ORDER:
        return _ordered(slot, operator, right)
    negated = operator == "!="
    if right.kind == "null":
        return _is_set(slot) if negated else f"!({_is_set(slot)})"
    found = _equal(slot, right)
    return f"!({found})" if negated else found


def _equal(slot: Inserted, right: _Operand) -> str:
    if right.kind == "condition" or right.kind == "set":
        raise Untranslatable("сравнение с таким значением", "it compares with such a value")
    if right.kind == "bool":
        if slot.type == "bool":
            return f"{slot.path}.orValue({'false' if right.text == 'true' else 'true'}) == {right.text}"
        if slot.type == "any":
            return (
                f"has({slot.path}) && {slot.path} == {right.text}"
                if slot.path != "value"
                else f"value == {right.text}"
            )
        return f"{_text(slot)} == {quoted(right.text)}"
    if right.kind == "number":
        if slot.type in TEXTS:
            return f"{_text(slot)} == {quoted(right.text)}"
        return " && ".join([*_guards(slot), f"{_number(slot)} == {_decimal(right.text)}"])
    if right.slot is not None:
        return f"{_text(slot)} == {_text(right.slot)}"
    return f"{_text(slot)} == {right.text}"


def _ordered(slot: Inserted, operator: str, right: _Operand) -> str:
    if right.kind == "number":
        return " && ".join([*_guards(slot), f"{_number(slot)} {operator} {_decimal(right.text)}"])
    if right.slot is not None:
        guards = [*_guards(slot), *_guards(right.slot)]
        return " && ".join([*guards, f"{_number(slot)} {operator} {_number(right.slot)}"])
    raise Untranslatable("по порядку сравниваются только числа", "only numbers are compared by order")


def _contains(left: _Operand, right: _Operand) -> str:
    if left.kind == "set" and right.slot is not None:
        return f"{_text(right.slot)} in [{', '.join(quoted(item) for item in left.items)}]"
    if left.slot is None or right.kind not in ("text", "slot"):
        raise Untranslatable("contains понимает слот и текст", "contains takes a slot and a text")
    sought = _text(right.slot) if right.slot is not None else right.text
    if left.slot.type == "list":
        return f"{sought} in {left.slot.path}.orValue([])"
    return f"{_text(left.slot)}.contains({sought})"


def _matches(left: _Operand, right: _Operand) -> str:
    found = pattern(right.items[0]) if right.kind == "text" else None
    if left.slot is None or found is None:
        raise Untranslatable("выражение не для RE2", "RE2 refuses the pattern")
    return f"{_text(left.slot)}.matches({quoted(found)})"


def _text(slot: Inserted) -> str:
    if slot.path == "value":
        return "value" if slot.type in TEXTS else "string(value)"
    return slot.as_text()


def _guards(slot: Inserted) -> list[str]:
    """What must hold for the slot to be a number."""
    if slot.path == "value":
        return []
    if slot.type in TEXTS:
        return [f"{slot.path}.orValue('').matches({_IS_NUMERAL})"]
    return [f"has({slot.path})"]


def _number(slot: Inserted) -> str:
    if slot.type == "number" and slot.path != "value":
        return slot.path
    if slot.path == "value" or slot.type not in TEXTS:
        return f"double({slot.path})"
    return f"double({slot.path}.orValue('0'))"


def _decimal(text: str) -> str:
    return text if "." in text else f"{text}.0"
