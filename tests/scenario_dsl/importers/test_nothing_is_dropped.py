"""Never a silent drop: whatever stands in a source is in the scenario or in the report."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.scenario_dsl.importers.samples import FILES, KIND_OF, contents, is_below, leaves, run, values

# Names of things within the source, which may be anything as long as both ends agree; and where an edge
# comes from, which the block at its other end says as well; `version` says only which format this is.
_NAMES = ("id", "eventId", "blockId", "itemId", "groupId", "version")


@pytest.mark.parametrize("name", FILES)
def test_every_value_of_a_source_was_read_or_is_reported(name: str) -> None:
    result, ledger = run(KIND_OF[name], contents(name))
    assert result.text
    for root in ledger.roots:
        assert root.tree is not None
        reported = [loss.path for loss in result.losses if loss.file == root.file and loss.path]
        for path, leaf in leaves(root.tree):
            if id(leaf) not in ledger.read:
                assert id(leaf) in ledger.covered, path
                assert any(is_below(path, above) for above in reported), path


def _changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}9" if value[-1:].isdigit() else f"{value}zq"


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [place for key, item in value.items() for place in _places(item, (*path, key))]
    if isinstance(value, list):
        return [place for number, item in enumerate(value) for place in _places(item, (*path, number))]
    return [path] if value not in (None, "") else []


def _path(place: tuple[Any, ...]) -> str:
    written = ""
    for part in place:
        written += f"[{part}]" if isinstance(part, int) else f".{part}" if written else str(part)
    return written


@pytest.mark.parametrize("name", FILES)
def test_every_value_of_a_source_matters_to_the_scenario_or_to_the_report(name: str) -> None:
    """A value that was read and thrown away would change nothing when it changes."""
    files = values(name)
    before, ledger = run(KIND_OF[name], files)
    silent = []
    for root, (file, data) in zip(ledger.roots, files.items(), strict=True):
        assert root.tree is not None
        reported = {path for path, leaf in leaves(root.tree) if id(leaf) in ledger.covered}
        for place in _places(data):
            path = _path(place)
            if place[-1] in _NAMES or path in reported:
                continue
            changed = copy.deepcopy(files)
            inner = changed[file]
            for part in place[:-1]:
                inner = inner[part]
            inner[place[-1]] = _changed(inner[place[-1]])
            after = run(KIND_OF[name], changed)[0]
            if after.text == before.text and [item.message for item in after.losses] == [
                item.message for item in before.losses
            ]:
                silent.append(path)
    assert not silent, "\n".join(silent)


# Maps whose keys are names of the author's, so that a new key is a new slot and no unknown field.
_FREE = ("flows", "slots", "responses")


def _maps(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    if isinstance(value, dict):
        if not (path and path[-1] in _FREE) and not (len(path) > 1 and path[-2] == "set_slots"):
            found.append(path)
        for key, item in value.items():
            found += _maps(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            found += _maps(item, (*path, number))
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_field_that_nobody_knows_is_reported_wherever_it_stands(name: str) -> None:
    files = values(name)
    added = []
    for file, data in files.items():
        for place in _maps(data):
            inner = data
            for part in place:
                inner = inner[part]
            inner["zzUnknown"] = "of a later version"
            added.append((file, _path((*place, "zzUnknown"))))
    result = run(KIND_OF[name], files)[0]
    assert result.text
    for file, path in added:
        said = [loss.path for loss in result.losses if loss.file == file and loss.path]
        assert any(is_below(path, above) for above in said), path


@pytest.mark.parametrize("name", FILES)
def test_losses_stand_in_the_order_of_the_files_with_places_and_in_both_languages(name: str) -> None:
    result = run(KIND_OF[name], contents(name))[0]
    files = FILES[name][1]
    order = [(files.index(loss.file), loss.line, loss.column) for loss in result.losses]
    assert order == sorted(order)
    assert all(
        loss.message["ru"] and loss.message["en"] and loss.line >= 1 and loss.column >= 1
        for loss in result.losses
    )
    russian = [
        loss for loss in result.losses if not any("а" <= sign <= "я" for sign in loss.message["ru"].lower())
    ]
    assert russian == []


@pytest.mark.parametrize("name", FILES)
def test_an_import_gives_the_same_bytes_each_time(name: str) -> None:
    first, second = (run(KIND_OF[name], contents(name))[0] for _ in range(2))
    assert first == second
