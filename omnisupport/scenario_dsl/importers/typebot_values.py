"""Typebot's variables, `{{texts}}` and comparisons in our language."""

from __future__ import annotations

import re

from omnisupport.scenario_dsl.importers.draft import NUMERAL, TEXTS, Draft, Variable
from omnisupport.scenario_dsl.importers.phrase import Inserted, Phrase
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.importers.wording import is_expression, is_sum, pattern, quoted
from omnisupport.scenario_dsl.words import Both

_HOLE = re.compile(r"\{\{([^{}]{1,400})\}\}")
_NUMERAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_IS_NUMERAL = r"'^-?[0-9]{1,15}([.][0-9]{1,15})?$'"
_INTEGER = re.compile(r"(?<![.0-9])([0-9]+)(?![.0-9])")
_ORDER = {"Greater than": ">", "Greater or equal to": ">=", "Less than": "<", "Less or equal to": "<="}
_INSIDE = {
    "Contains": ("contains", ""),
    "Does not contain": ("contains", "!"),
    "Starts with": ("startsWith", ""),
    "Ends with": ("endsWith", ""),
}
_NEVER = "false"


class Values:
    """Knows the variables, and reads what mentions them."""

    def __init__(self, draft: Draft, declared: Reader) -> None:
        self._draft = draft
        self._ids: dict[str, Variable] = {}
        self._names: dict[str, Variable] = {}
        for item in declared.entries():
            self._declare(item)

    def _declare(self, item: Reader) -> None:
        key, name = item.get("id").text(), item.get("name").text()
        item.looks("isSessionVariable")
        if not key and not name:
            return
        variable = self._draft.variable(f"id:{key or name}", name or key)
        self._ids[key], self._names[name] = variable, variable
        if variable.name != name.lower():
            item.get("name").note("L150", name=name, new=variable.name)
        value = item.get("value")
        if value.is_list:
            variable.types.append("list")
            variable.attributes["default"] = [entry.text() for entry in value.entries()]
        elif value:
            text = value.text()
            variable.types.append(NUMERAL if _NUMERAL.fullmatch(text) else "string")
            variable.attributes["default"] = text

    def settle(self) -> None:
        """Give defaults the type that their variables have turned out to have."""
        for variable in self._ids.values():
            default = variable.attributes.get("default")
            if isinstance(default, str) and variable.type == "number" and _NUMERAL.fullmatch(default):
                variable.attributes["default"] = float(default) if "." in default else int(default)

    def peek(self, key: str) -> Variable | None:
        """The variable with an id of the source."""
        return self._ids.get(key)

    def target(self, at: Reader) -> Variable | None:
        """The variable that a field names by its id; one that does not exist is reported."""
        key = at.text()
        if not key:
            return None
        if key not in self._ids:
            variable = self._draft.variable(f"id:{key}", key)
            self._ids[key] = variable
            at.note("L151", name=key, new=variable.name)
        return self._ids[key]

    def phrase(self, text: str, at: Reader) -> Phrase:
        """A text with its `{{variables}}`; code in it is reported and stays as it is."""
        found, position = Phrase(), 0
        for match in _HOLE.finditer(text):
            found.add(text[position : match.start()])
            position = match.end()
            name = match[1].strip()
            if name.startswith("=") and name.endswith("="):
                at.note("L122", text=match[0])
                found.add(match[0])
                continue
            found.add(self.inserted(self._named(name, at)))
        found.add(text[position:])
        return found

    def inserted(self, variable: Variable) -> Inserted:
        """A variable as a value in a text."""
        return Inserted(f"vars.{variable.name}", variable.type)

    def _named(self, name: str, at: Reader) -> Variable:
        if name not in self._names:
            variable = self._draft.variable(f"name:{name}", name)
            self._names[name] = variable
            at.note("L151", name=name, new=variable.name)
        return self._names[name]

    def sum(self, text: str, at: Reader) -> str | None:
        """An expression for `{{Score}} + 10`, or None when the text is no calculation."""
        names = _HOLE.findall(text)
        if not is_sum(text):
            return None
        written = _INTEGER.sub(r"\1.0", _HOLE.sub("\x00", text))
        values = [_as_number(self._named(name.strip(), at)) for name in names]
        for value in values:
            written = written.replace("\x00", value, 1)
        return written if is_expression(written) else None

    def condition(self, content: Reader) -> str:
        """The expression of `{logicalOperator, comparisons}`."""
        logical = content.get("logicalOperator")
        operator = " || " if logical.text("AND") == "OR" else " && "
        if logical.text("AND") not in ("AND", "OR"):
            logical.note(
                "L121", what=Both("условия соединены через AND", "the comparisons are joined by AND")
            )
        terms = [self._comparison(item) for item in content.get("comparisons").entries()]
        if not terms:
            content.note("L120", reason=Both("в нём нет сравнений", "it has no comparisons"))
            return _NEVER
        whole = operator.join(f"({term})" if len(terms) > 1 else term for term in terms)
        if not is_expression(whole):
            content.note("L120", reason=Both("оно слишком длинное", "it is too long"))
            return _NEVER
        return whole

    def _comparison(self, item: Reader) -> str:
        item.get("id").text()
        variable = self.target(item.get("variableId"))
        operator, value = item.get("comparisonOperator"), item.get("value")
        name = operator.text()
        if variable is None or not name:
            # Typebot takes an unfinished comparison for false.
            item.lost("L120", reason=Both("сравнение не закончено", "a comparison is unfinished"))
            return _NEVER
        found = self._compared(variable, name, value)
        if found is None:
            reason = Both(
                f"'{name}' для {variable.type} не выражается",
                f"'{name}' of {variable.type} has no counterpart",
            )
            item.lost("L120", reason=reason)
            return _NEVER
        return found

    def _compared(self, variable: Variable, name: str, value: Reader) -> str | None:
        path, kind = f"vars.{variable.name}", variable.type
        if name in ("Is set", "Is empty"):
            value.text()
            return _is_set(path, kind) if name == "Is set" else f"!({_is_set(path, kind)})"
        text = value.text()
        phrase = self.phrase(text, value)
        if text in ("null", "undefined"):
            known = {"Equal to": f"!({_is_set(path, kind)})", "Not equal": _is_set(path, kind)}
            return known.get(name)
        if name in _ORDER:
            return self._ordered(variable, _ORDER[name], phrase, value)
        if kind == "list":
            return _of_list(path, name, phrase)
        if name in ("Equal to", "Not equal"):
            return _equal(path, kind, "==" if name == "Equal to" else "!=", phrase)
        text_of = _text_of(path, kind)
        if name in _INSIDE:
            function, negated = _INSIDE[name]
            constant = phrase.constant
            sought = (
                quoted(constant.lower().strip()) if constant is not None else _folded(phrase.expression())
            )
            return f"{negated}{_folded(text_of)}.{function}({sought})"
        if name in ("Matches regex", "Does not match regex"):
            found = pattern(text) if phrase.constant is not None else None
            negated = "!" if name == "Does not match regex" else ""
            return f"{negated}{text_of}.matches({quoted(found)})" if found is not None else None
        return None

    def _ordered(self, variable: Variable, operator: str, phrase: Phrase, value: Reader) -> str | None:
        path, kind = f"vars.{variable.name}", variable.type
        constant, only = phrase.constant, phrase.only
        if constant is not None and not _NUMERAL.fullmatch(constant.strip()):
            return None
        if kind == "list":
            return f"size({path}.orValue([])) {operator} {_whole(constant)}" if constant else None
        right = _decimal(constant) if constant is not None else None
        guards: list[str] = []
        if only is not None:
            guards, right = _guarded(only.path, only.type)
        if right is None or (kind not in TEXTS and kind not in ("number", "int", "any")):
            return None
        own, left = _guarded(path, kind)
        if kind != "number":
            value.note(
                "L121",
                what=Both(
                    "значения сравниваются как числа, не число не подходит",
                    "the values are compared as numbers, what is no number does not match",
                ),
            )
        return " && ".join([*own, *guards, f"{left} {operator} {right}"])


def _is_set(path: str, kind: str) -> str:
    if kind == "list":
        return f"size({path}.orValue([])) > 0"
    return f"{path}.orValue('') != ''" if kind in TEXTS or kind == "any" else f"has({path})"


def _text_of(path: str, kind: str) -> str:
    return Inserted(path, kind).as_text()


def _folded(text: str) -> str:
    return f"({text}).lower().trim()" if " + " in text else f"{text}.lower().trim()"


def _of_list(path: str, name: str, phrase: Phrase) -> str | None:
    negated = {"Contains": "", "Does not contain": "!"}.get(name)
    return None if negated is None else f"{negated}({phrase.expression()} in {path}.orValue([]))"


def _equal(path: str, kind: str, operator: str, phrase: Phrase) -> str:
    constant = phrase.constant
    if kind in ("number", "int") and constant is not None and _NUMERAL.fullmatch(constant.strip()):
        number = _decimal(constant) if kind == "number" else _whole(constant)
        return (
            f"has({path}) && {path} == {number}"
            if operator == "=="
            else f"!(has({path}) && {path} == {number})"
        )
    return f"{_text_of(path, kind)} {operator} {phrase.expression()}"


def _guarded(path: str, kind: str) -> tuple[list[str], str]:
    """What must hold for a value to be a number, and the number."""
    if kind == "number":
        return [f"has({path})"], path
    if kind == "int":
        return [f"has({path})"], f"double({path})"
    if kind == "any":
        return [f"has({path})"], f"double({path})"
    return [f"{path}.orValue('').matches({_IS_NUMERAL})"], f"double({path}.orValue('0'))"


def _as_number(variable: Variable) -> str:
    path = f"vars.{variable.name}"
    if variable.type == "number":
        return f"{path}.orValue(0.0)"
    if variable.type == "any":
        return f"double({path}.orValue(0.0))"
    return f"({path}.orValue('').matches({_IS_NUMERAL}) ? double({path}.orValue('0')) : 0.0)"


def _decimal(text: str | None) -> str | None:
    word = (text or "").strip()
    return word if "." in word else f"{word}.0" if word else None


def _whole(text: str | None) -> str:
    return str(int(float(text or "0")))
