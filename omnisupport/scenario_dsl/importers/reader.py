"""A view over the source that remembers what was read, so that nothing is dropped without a word.

Every scalar is either read, or covered by a loss. `Ledger.settle` reports what is neither. A value that
says nothing (null, an empty text, list or map) needs neither.
"""

from __future__ import annotations

from collections.abc import Iterator

from omnisupport.scenario_dsl.importers.losses import LOSSES, Loss
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree, plain
from omnisupport.scenario_dsl.words import Both

_LONGEST = 120
"""Characters of the source that a sentence quotes."""


class Ledger:
    """What of one import was read, and what was lost. Trees are told apart by identity; roots keep them alive."""

    def __init__(self) -> None:
        self.losses: list[Loss] = []
        self.read: set[int] = set()
        self.covered: set[int] = set()
        self.owners: dict[int, tuple[str | None, str | None]] = {}
        self.roots: list[Reader] = []

    def open(self, tree: Tree, file: str) -> Reader:
        """A reader of one more source file."""
        reader = Reader(self, tree, tree, file, "")
        self.roots.append(reader)
        return reader

    def settle(self) -> None:
        """Report (L100) the largest parts of which nothing was read or reported."""
        for root in self.roots:
            for part in self.untouched(root):
                part.lost("L100", name=part.path or part.file, count=sum(1 for _ in _leaves(part.tree)))

    def untouched(self, root: Reader) -> list[Reader]:
        """The largest parts that were neither read nor reported."""
        found: list[Reader] = []
        work = [root]
        while work:
            part = work.pop()
            leaves = list(_leaves(part.tree))
            touched = [leaf for leaf in leaves if id(leaf) in self.read or id(leaf) in self.covered]
            if not leaves or len(touched) == len(leaves):
                continue
            if not touched:
                found.append(part)
            else:
                work += reversed(part.children())
        return found

    def sorted(self) -> list[Loss]:
        """The losses in the order of the source, each once."""
        order = {root.file: number for number, root in enumerate(self.roots)}
        seen: dict[tuple[object, ...], Loss] = {}
        for loss in self.losses:
            place = (order.get(loss.file, 0), loss.line, loss.column)
            seen.setdefault((*place, loss.code, loss.path, loss.message["en"]), loss)
        return [seen[key] for key in sorted(seen)]


class Reader:
    """One place of the source, present or not; every question has an answer, whatever stands there."""

    __slots__ = ("_ledger", "_owner", "at", "file", "path", "tree")

    def __init__(
        self,
        ledger: Ledger,
        tree: Tree | None,
        at: Tree,
        file: str,
        path: str,
        owner: tuple[str | None, str | None] = (None, None),
    ) -> None:
        self._ledger = ledger
        self._owner = owner
        self.tree = tree
        self.at = at
        self.file = file
        self.path = path

    def __bool__(self) -> bool:
        return self.tree is not None and not (isinstance(self.tree, Scalar) and self.tree.value is None)

    def owned(self, source: str | None, node: str | None = None) -> Reader:
        """The same place, its losses said to be those of a block and its node."""
        owner = (source, node or self._owner[1])
        if self.tree is not None:
            self._ledger.owners[id(self.tree)] = owner
        return Reader(self._ledger, self.tree, self.at, self.file, self.path, owner)

    def get(self, key: str) -> Reader:
        """The value under a key; absent when there is none."""
        if isinstance(self.tree, Map) and key in self.tree.values:
            return self._child(self.tree.values[key], self.tree.keys[key], self._below(key))
        return self._child(None, self.at, self._below(key))

    def items(self) -> list[tuple[str, Reader]]:
        """Keys with their values; nothing when this is no map."""
        if not isinstance(self.tree, Map):
            return []
        return [(key, self.get(key)) for key in self.tree.values]

    def entries(self) -> list[Reader]:
        """The items of a list; nothing when this is none."""
        if not isinstance(self.tree, Seq):
            return []
        return [
            self._child(item, item, f"{self.path}[{index}]") for index, item in enumerate(self.tree.items)
        ]

    def children(self) -> list[Reader]:
        """Values of a map, items of a list, each with its known owner."""
        below = [reader for _, reader in self.items()] or self.entries()
        return [reader.owned(*self._ledger.owners.get(id(reader.tree), self._owner)) for reader in below]

    @property
    def is_map(self) -> bool:
        """Whether there are keys."""
        return isinstance(self.tree, Map)

    @property
    def is_list(self) -> bool:
        """Whether there are items."""
        return isinstance(self.tree, Seq)

    def text(self, default: str = "") -> str:
        """What is written here, read; the default for null, absence, lists and maps (which stay unread)."""
        if not isinstance(self.tree, Scalar) or self.tree.value is None:
            return default
        self._ledger.read.add(id(self.tree))
        return self.tree.text

    def number(self) -> int | float | None:
        """A number, also one written as text; anything else stays unread."""
        value = self.tree.value if isinstance(self.tree, Scalar) else None
        if isinstance(value, str) and self.tree is not None:
            value = _numeric(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        self._ledger.read.add(id(self.tree))
        return value

    def flag(self) -> bool:
        """Whether true stands here; anything but a bool stays unread."""
        value = self.tree.value if isinstance(self.tree, Scalar) else None
        if not isinstance(value, bool):
            return False
        self._ledger.read.add(id(self.tree))
        return value

    def scalar(self) -> object:
        """A text, number, bool or None, read; lists and maps stay unread."""
        if not isinstance(self.tree, Scalar):
            return None
        self._ledger.read.add(id(self.tree))
        return self.tree.value

    def take(self) -> object:
        """Everything here as JSON values, read."""
        self._ledger.read.update(id(leaf) for leaf in _leaves(self.tree))
        return plain(self.tree) if self.tree is not None else None

    def peek(self) -> str:
        """What is written here, without reading it."""
        return self.tree.text if isinstance(self.tree, Scalar) and self.tree.value is not None else ""

    def note(self, code: str, /, **words: object) -> None:
        """Say something about this place; it does not count as read by that."""
        sentence = LOSSES[code]
        source, node = self._owner
        self._ledger.losses.append(
            Loss(
                code,
                sentence.severity,
                {"ru": _said(sentence.ru, words, "ru"), "en": _said(sentence.en, words, "en")},
                self.file,
                self.at.line,
                self.at.column,
                self.path,
                source,
                node,
            )
        )

    def lost(self, code: str, /, **words: object) -> None:
        """Say that everything here which was not read is lost."""
        self.note(code, **words)
        self._ledger.covered.update(id(leaf) for leaf in _leaves(self.tree))

    def looks(self, *keys: str) -> None:
        """Pass over fields that are only about looks or bookkeeping (L101)."""
        for key in keys:
            part = self.get(key)
            if part.tree is not None and any(True for _ in _leaves(part.tree)):
                part.lost("L101", name=key)

    def unread(self) -> bool:
        """Whether something here was neither read nor reported."""
        known = (self._ledger.read, self._ledger.covered)
        return any(id(leaf) not in known[0] and id(leaf) not in known[1] for leaf in _leaves(self.tree))

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _child(self, tree: Tree | None, at: Tree, path: str) -> Reader:
        return Reader(self._ledger, tree, at, self.file, path, self._owner)


def _leaves(tree: Tree | None) -> Iterator[Scalar]:
    """The scalars of a tree that say something."""
    work = [tree]
    while work:
        part = work.pop()
        if isinstance(part, Scalar):
            if part.value is not None and part.text != "":
                yield part
        elif isinstance(part, Map):
            work += reversed(part.values.values())
        elif isinstance(part, Seq):
            work += reversed(part.items)


def _numeric(text: str) -> int | float | None:
    value = Scalar(text.strip(), False, 0, 0).value if text.strip() else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _said(sentence: str, words: dict[str, object], language: str) -> str:
    def pick(word: object) -> object:
        text = word.pick(language) if isinstance(word, Both) else word
        return text if not isinstance(text, str) or len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

    return sentence.format(**{key: pick(word) for key, word in words.items()})
