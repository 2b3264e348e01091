"""What files, images and recordings have in common: which are taken, and why others are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from omnisupport.scenario_dsl.expr.types import FILE, Type, list_of
from omnisupport.scenario_dsl.fields import Duration, Field, Int, ListOf, Str, check_bounds
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Parsed, Refused
from omnisupport.scenario_dsl.phrases import (
    FILE_INFECTED,
    FILE_TOO_LARGE,
    FILES_TOO_FEW,
    FILES_TOO_MANY,
    WRONG_FILE,
)
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings

_SIZE = re.compile(r"([0-9]{1,9}) ?(B|KB|MB|GB)?\Z", re.IGNORECASE)
_BYTES = {"b": 1, "kb": 1_024, "mb": 1_024**2, "gb": 1_024**3}
_MOST = 10


class Size(Field):
    """`10MB`, kept as bytes."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        match = _SIZE.match(tree.text) if isinstance(tree, Scalar) else None
        if match is None or int(match[1]) == 0:
            return self.wrong(tree, site, name, Both("размер, например 10MB", "a size such as 10MB"))
        return int(match[1]) * _BYTES[(match[2] or "b").lower()]


class FilesKind(InputKind):
    """`mime: [image/*, application/pdf]`, `max_size: 10MB`, `min`, `max` files, `debounce` for several messages.

    The value is a file, with `max` above 1 a list of files. One that a scanner found infected is refused;
    one that nobody has scanned (`not_checked`) is taken.
    """

    fields = {
        "mime": ListOf(Str(), least=1, most=50),
        "max_size": Size(),
        "min": Int(1, _MOST),
        "max": Int(1, _MOST),
        "debounce": Duration(),
    }
    mimes: ClassVar[tuple[str, ...]] = ()
    kinds: ClassVar[tuple[str, ...]] = ()

    def type(self, data: dict[str, Any]) -> Type:
        return list_of(FILE) if data.get("max", 1) > 1 else FILE

    def check(self, data: dict[str, Any], tree: Map, site: Site) -> None:
        if "min" in data and "max" in tree.values:
            check_bounds(tree, data, site, "input.")
        elif data.get("min", 1) > 1:
            site.add("E112", tree, "input.max", name="input.max")

    def parse(self, answer: Answer, data: dict[str, Any]) -> Found:
        files = files_in(answer)
        if not files:
            return None
        if any(file["scan"] == "infected" for file in files):
            return Refused(FILE_INFECTED)
        if not all(self._is_wanted(file, data) for file in files):
            return Refused(WRONG_FILE)
        if any((file["size"] or 0) > data.get("max_size", file["size"] or 0) for file in files):
            return Refused(FILE_TOO_LARGE)
        if len(files) > data.get("max", 1):
            return Refused(FILES_TOO_MANY)
        if len(files) < data.get("min", 1):
            return Refused(FILES_TOO_FEW)
        return Parsed(files if data.get("max", 1) > 1 else files[0])

    def _is_wanted(self, file: dict[str, Any], data: dict[str, Any]) -> bool:
        mime = (file["mime"] or "").split(";")[0].strip().lower()
        if self.kinds and file["kind"] not in self.kinds and not _matches(mime, self.mimes):
            return False
        return "mime" not in data or _matches(mime, data["mime"])

    def find(self, answer: Answer, data: dict[str, Any]) -> Found:
        found = self.parse(answer, data)
        return found if isinstance(found, Parsed) else None

    def show(self, value: Any, around: Surroundings) -> str:
        files = value if isinstance(value, list) else [value]
        return ", ".join(file.get("name") or self.title.pick(around.locale) for file in files)


def files_in(answer: Answer) -> list[dict[str, Any]]:
    """The files that came with an answer, as values of the type `file`."""
    given = answer.content.get("attachments")
    return [file_of(item) for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def file_of(attachment: dict[str, Any]) -> dict[str, Any]:
    """An attachment as a value of the type `file`; what is no text or number in it reads as null."""
    texts = {name: attachment.get(name) for name in ("id", "name", "mime", "kind", "url")}
    file: dict[str, Any] = {
        name: str(text)[:500] if text is not None else None for name, text in texts.items()
    }
    size = attachment.get("size")
    file["size"] = size if type(size) is int and size >= 0 else None
    scan = attachment.get("scan")
    file["scan"] = scan if scan in ("clean", "infected") else "not_checked"
    return file


def _matches(mime: str, patterns: Any) -> bool:
    return any(
        mime == pattern or (pattern.endswith("*") and mime.startswith(pattern[:-1]))
        for pattern in map(str.lower, patterns)
    )
