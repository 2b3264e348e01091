"""Differences between two whole documents, by what they mean: an order of fields or a comment is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnisupport.scenario_dsl.diff.change import Change, shown
from omnisupport.scenario_dsl.diff.leaves import ids_of
from omnisupport.scenario_dsl.diff.nodes import node_changes, renames
from omnisupport.scenario_dsl.diff.signatures import signature_changes
from omnisupport.scenario_dsl.edits.source import Source
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.tree import plain
from omnisupport.scenario_dsl.words import Both

# What has rules of its own below; `view` is where things stand on the canvas, `hash` and `engine` are no one's
# words.
_OWN = frozenset(
    ("nodes", "flows", "variables", "triggers", "interrupts", "inputs", "outputs", "returns", "view", "hash")
)
_ENTRY = {
    "variable": Both("переменная", "variable"),
    "trigger": Both("триггер", "trigger"),
    "interrupt": Both("прерывание", "interrupt"),
    "flow": Both("поток", "flow"),
}
_ADDED = {"variable": "добавлена", "trigger": "добавлен", "interrupt": "добавлено", "flow": "добавлен"}
_REMOVED = {"variable": "удалена", "trigger": "удалён", "interrupt": "удалено", "flow": "удалён"}
_CHANGED = {"variable": "изменена", "trigger": "изменён", "interrupt": "изменено", "flow": "изменён"}


def diff_texts(
    before: str, after: str, *, files: tuple[str, str] = ("scenario.yaml", "scenario.yaml")
) -> list[Change]:
    """The changes from one text of a scenario to another; `files` are the names that findings carry.

    Raises:
        ScenarioInvalid: one of them is no map of YAML.
    """
    old, new = (Source.read(text, file=file) for text, file in zip((before, after), files, strict=True))
    return diff_data(plain(old.root), plain(new.root))


def diff_data(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The changes from one document to another, as JSON values; two IRs can be compared as well."""
    return list(_changes(before, after))


def describe(changes: list[Change], locale: str = "en") -> str:
    """The changes as lines of text; those that break something are marked."""
    mark = Both("! ", "! ").pick(locale)
    return "".join(f"{mark if change.breaking else '  '}{change.text(locale)}\n" for change in changes)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    yield from _settings(before, after)
    name = str(after.get("id", ""))
    yield from signature_changes(before, after, "", name)
    yield from _entries(_map(before, "variables"), _map(after, "variables"), "variable", "variables")
    for kind in ("trigger", "interrupt"):
        old, new = _by_id(before.get(f"{kind}s")), _by_id(after.get(f"{kind}s"))
        # An interrupt that leads to a renamed node is the same.
        renamed = renames(_map(before, "nodes"), _map(after, "nodes"))
        yield from _entries(_followed(old, renamed), new, kind, f"{kind}s")
        if [key for key in old if key in new] != [key for key in new if key in old]:
            word = Both("порядок триггеров", "order of triggers")
            if kind == "interrupt":
                word = Both("порядок прерываний", "order of interrupts")
            said = Both(f"{word.ru}: {', '.join(new)}", f"{word.en}: {', '.join(new)}")
            yield Change(f"{kind}.moved", f"{kind}s", said, None, list(old), list(new))
    yield from node_changes(_map(before, "nodes"), _map(after, "nodes"))
    yield from _flows(_map(before, "flows"), _map(after, "flows"))


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    renamed = renames(_map(before, "nodes"), _map(after, "nodes"))
    for key in [*before, *(key for key in after if key not in before)]:
        if key in _OWN:
            continue
        old, new = before.get(key), after.get(key)
        if key == "start" and isinstance(old, str):
            old = renamed.get(old, old)
        if key == "on_error":
            old = _renamed_next(old, renamed)
        if canonical(old) != canonical(new):
            said = Both(f"{key}: {shown(old)} → {shown(new)}", f"{key}: {shown(old)} → {shown(new)}")
            kind = "setting.added" if key not in before else "setting.changed"
            yield Change("setting.removed" if key not in after else kind, key, said, None, old, new)


def _entries(before: Mapping[str, Any], after: Mapping[str, Any], kind: str, path: str) -> Iterator[Change]:
    word = _ENTRY[kind]
    for name, value in before.items():
        if name not in after:
            said = Both(f"{word.ru} '{name}' {_REMOVED[kind]}", f"{word.en} '{name}' removed")
            yield Change(f"{kind}.removed", f"{path}.{name}", said, None, value, None)
    for name, value in after.items():
        if name not in before:
            said = Both(f"{word.ru} '{name}' {_ADDED[kind]}", f"{word.en} '{name}' added")
            yield Change(f"{kind}.added", f"{path}.{name}", said, None, None, value)
        elif canonical(before[name]) != canonical(value):
            yield _entry_change(before[name], value, name, kind, path)


def _entry_change(before: Any, after: Any, name: str, kind: str, path: str) -> Change:
    word, differing = _ENTRY[kind], ""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        pairs = [f"{key}: {shown(before.get(key))} → {shown(after.get(key))}" for key in keys]
        differing = ", ".join(pairs)
    said = Both(
        f"{word.ru} '{name}' {_CHANGED[kind]}: {differing}", f"{word.en} '{name}' changed: {differing}"
    )
    retyped = kind == "variable" and _type(before) != _type(after)
    return Change(
        f"{kind}.retyped" if retyped else f"{kind}.changed", f"{path}.{name}", said, None, before, after
    )


def _flows(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    both = {name for name in before if name in after}
    one_sided = (
        {k: v for k, v in before.items() if k not in both},
        {k: v for k, v in after.items() if k not in both},
    )
    yield from _entries(*one_sided, "flow", "flows")
    for name in [name for name in after if name in both]:
        old, new = before[name], after[name]
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            continue
        path = f"flows.{name}."
        yield from signature_changes(old, new, path, name)
        yield from _entries(_map(old, "variables"), _map(new, "variables"), "variable", f"{path}variables")
        for key in ("start", "on_error"):
            if old.get(key) != new.get(key):
                said = Both(
                    f"{name}: {key}: {shown(old.get(key))} → {shown(new.get(key))}",
                    f"{name}: {key}: {shown(old.get(key))} → {shown(new.get(key))}",
                )
                yield Change("edge.changed", path + key, said, None, old.get(key), new.get(key))
        yield from node_changes(_map(old, "nodes"), _map(new, "nodes"), f"{name}/", f"{path}nodes")


def _map(owner: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = owner.get(key)
    return value if isinstance(value, Mapping) else {}


def _by_id(items: Any) -> dict[str, Any]:
    """The items of a list by their ids; a trigger without one has that of its type and place."""
    if not isinstance(items, list):
        return {}
    ids = ids_of(items)
    if ids is not None:
        return dict(zip(ids, items, strict=True))
    return {_id(item, index): item for index, item in enumerate(items, 1)}


def _id(item: Any, number: int) -> str:
    if isinstance(item, Mapping):
        return str(item.get("id") or f"{item.get('type', '')}{number}")
    return str(number)


def _followed(items: dict[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Interrupts whose nodes are called by their new names."""
    result: dict[str, Any] = {}
    for name, item in items.items():
        run = item.get("run") if isinstance(item, Mapping) else None
        if isinstance(run, Mapping) and run.get("node") in renamed:
            item = {**item, "run": {**run, "node": renamed[run["node"]]}}
        result[name] = item
    return result


def _renamed_next(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping) and value.get("next") in renamed:
        return {**value, "next": renamed[value["next"]]}
    return renamed.get(value, value) if isinstance(value, str) else value


def _type(spec: Any) -> Any:
    if not isinstance(spec, Mapping):
        return spec
    return {key: spec.get(key) for key in ("type", "of", "fields", "values", "nullable")}
