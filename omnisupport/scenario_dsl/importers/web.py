"""Requests of the source as `http` nodes: an address becomes a connection with a path below it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from omnisupport.scenario_dsl.importers.phrase import Inserted, Phrase
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.loader import read_text
from omnisupport.scenario_dsl.tree import plain
from omnisupport.scenario_dsl.words import Both

# Deeper bodies would not load inside a node.
_DEEPEST = 20
_LONGEST_KEY = 200
_BASE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*")
_HOST = re.compile(r"://(?:[^@/]*@)?([^/:?#]*)")
_MARK = "\ue000{}\ue001"
_MARKED = re.compile("\ue000([0-9]+)\ue001")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Address:
    """A URL with values in it, taken apart."""

    def __init__(self, url: Phrase) -> None:
        marked, self._values = _marked(url)
        base = _BASE.match(marked)
        self.base = base[0] if base and not _MARKED.search(base[0]) else ""
        rest = marked[len(base[0]) :] if base else marked
        rest, _, self.fragment = rest.partition("#")
        path, _, query = rest.partition("?")
        segments = [part for part in path.split("/") if part not in ("", ".", "..")]
        if not self.base and segments and _MARKED.fullmatch(segments[0]):
            # The base itself is a variable: it is the connection's now.
            segments = segments[1:]
        self.path = self._back("/" + "/".join(segments))
        self.query = [
            (self._back(key), self._back(value)) for key, value in parse_qsl(query, keep_blank_values=True)
        ]

    @property
    def name(self) -> str:
        """A name for the connection: the host without `api.` and `www.`."""
        host = _HOST.search(self.base)
        return re.sub(r"^(?:www|api)\.", "", host[1]) if host and host[1] else "service"

    def _back(self, text: str) -> Phrase:
        found = Phrase()
        for number, part in enumerate(_MARKED.split(text)):
            found.add(self._values[int(part)] if number % 2 else part)
        return found


def method(at: Reader, default: str) -> str:
    """The verb; one that we do not send is reported."""
    word = at.text(default).upper()
    if word in _METHODS:
        return word
    at.note("L121", what=Both(f"запрос отправляется методом {default}", f"the request is sent by {default}"))
    return default


def json_body(text: Phrase) -> Any:
    """A JSON text with values in it as plain data; None when it does not read as an object or a list.

    A value may stand in quotes among other text, in quotes alone, or without any.
    """
    marked, values = _marked(text)
    written = re.sub('(?<![\\w"\ue001])(\ue000[0-9]+\ue001)(?=\\s*[,}\\]])', r'"\1"', marked)
    root = read_text(written).root
    if root is None:
        return None
    try:
        return _fill(plain(root), values, 0)
    except _NotOurs:
        return None


class _NotOurs(ValueError):
    """A body that cannot stand in a scenario."""


def _fill(value: Any, values: list[Inserted], depth: int) -> Any:
    if depth > _DEEPEST:
        raise _NotOurs
    if isinstance(value, dict):
        if any(len(key) > _LONGEST_KEY or _MARKED.search(key) or key in ("=", "{{") for key in value):
            raise _NotOurs
        return {key: _fill(item, values, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, values, depth + 1) for item in value]
    if not isinstance(value, str):
        return value
    phrase = Phrase()
    for number, part in enumerate(_MARKED.split(value)):
        phrase.add(values[int(part)] if number % 2 else part)
    return phrase.value()


def _marked(phrase: Phrase) -> tuple[str, list[Inserted]]:
    """The phrase with a mark for each value, and the values."""
    values: list[Inserted] = []
    written: list[str] = []
    for part in phrase.parts:
        if isinstance(part, Inserted):
            written.append(_MARK.format(len(values)))
            values.append(part)
        else:
            # Marks of our own are private characters; the source's are taken out.
            written.append(part.replace("\ue000", "").replace("\ue001", ""))
    return "".join(written), values
