"""Read what stands around the nodes: names, languages, resources, triggers and interrupts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from omnisupport.scenario_dsl.analysis import Header, Interrupt, Moves, Trigger
from omnisupport.scenario_dsl.calendar import parse_time
from omnisupport.scenario_dsl.channels import CHANNELS
from omnisupport.scenario_dsl.fields import (
    Bool,
    Field,
    FlowName,
    Int,
    ListOf,
    Number,
    Obj,
    Plain,
    Str,
    Target,
    Value,
    read_fields,
)
from omnisupport.scenario_dsl.keywords import bare, fold
from omnisupport.scenario_dsl.label import Label
from omnisupport.scenario_dsl.patterns import PATTERNS
from omnisupport.scenario_dsl.policies import Intents, Reentry
from omnisupport.scenario_dsl.regex import PatternError, compile_any
from omnisupport.scenario_dsl.report import Report
from omnisupport.scenario_dsl.similar import did_you_mean
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree
from omnisupport.scenario_dsl.trigger_types import COMMON, LOCALES, MATCHES, TRIGGER_TYPES
from omnisupport.scenario_dsl.words import Both
from omnisupport.scenario_dsl.zones import Zone

KINDS = ("dialog", "background", "subflow", "outbound")
RESOURCE_KINDS = ("connections", "knowledge", "calendars", "departments", "assistants")
EVENTS = (
    "widget.opened",
    "conversation.created",
    "conversation.assigned",
    "conversation.resolved",
    "conversation.reopened",
    "conversation.sla_breached",
    "csat.submitted",
    "customer.updated",
    "goal.reached",
    "scenario.failed",
)
_CUSTOM = "custom."
# Triggers, interrupts and migrations of one scenario.
_MOST_ITEMS = 200
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")

TOP_LEVEL = (
    "omni",
    "id",
    "name",
    "description",
    "kind",
    "channels",
    "locale",
    "timezone",
    "quiet_hours",
    "concurrency",
    "reentry",
    "settings",
    "triggers",
    "inputs",
    "outputs",
    "returns",
    "major",
    "variables",
    "resources",
    "patterns",
    "interrupts",
    "on_error",
    "start",
    "nodes",
    "flows",
    "migrations",
    "texts",
    "view",
)

_LOCALE = Obj({"default": Str(LOCALES, required=True), "supported": ListOf(Str(LOCALES), least=1)})
_RESOURCES = Obj({**dict.fromkeys(RESOURCE_KINDS, Plain()), "intents": Intents()})
_SETTINGS = Obj({"outcomes": ListOf(Str(), most=100)})


class _Id(Str):
    """The scenario's id: it stands in addresses, in traces and in the engine's search."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        text = super().read(tree, site, name)
        if text is MISSING or _ID.fullmatch(text):
            return text
        site.add("E007.id", tree, name, name=text[:64])
        return MISSING


class _TimeOfDay(Field):
    """`21:00`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Scalar) or parse_time(tree.text) is None:
            return self.wrong(tree, site, name, Both("время, например 21:00", "a time such as 21:00"))
        return tree.text


class Patterns(Field):
    """`{human: {ru: [живой], en: [agent], mode: add}, opt_out: off}`: what customers say to any scenario, changed.

    `add` (the default) takes these phrases besides the built-in ones, `replace` instead of them.
    """

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("фразы по именам", "phrases by name"))
        found: dict[str, Any] = {}
        for pattern, value in tree.items():
            field = f"{name}.{pattern}"
            if pattern not in PATTERNS:
                known = ", ".join(PATTERNS)
                site.unknown("E111", tree.keys[pattern], field, pattern, PATTERNS, known=known)
            elif isinstance(value, Scalar) and value.value in ("off", False):
                found[pattern] = {"mode": "off"}
            else:
                found[pattern] = self._phrases(value, site, field)
        return found

    def _phrases(self, tree: Tree, site: Site, field: str) -> dict[str, Any]:
        values = Obj(_PHRASES).read(tree, site, field)
        if values is MISSING:
            return {"mode": "off"}
        words = [phrase for locale in LOCALES for phrase in values.get(locale, ())]
        if not words:
            site.add("E112.either", tree, field, name=f"{field}.ru", other="en")
        for phrase in words:
            if not bare(phrase):
                site.add("E112", tree, field, name=field)
        return {"mode": values.get("mode", "add"), "words": words}


_PHRASES: dict[str, Field] = {
    **{locale: ListOf(Str(), least=1, most=200) for locale in LOCALES},
    "mode": Str(("add", "replace")),
}
_HEAD: dict[str, Field] = {
    "id": _Id(required=True),
    "name": Label(required=True),
    "kind": Str(KINDS),
    "channels": ListOf(Str(CHANNELS), most=20),
    "locale": _LOCALE,
    "timezone": Zone(),
    "quiet_hours": Obj(
        {
            "from": _TimeOfDay(required=True),
            "to": _TimeOfDay(required=True),
            "tz": Zone("customer", "tenant"),
        }
    ),
    "description": Label(),
    "concurrency": Obj({"if_busy": Str(("skip", "queue", "replace"), required=True)}),
    "reentry": Reentry(),
    "settings": _SETTINGS,
    "resources": _RESOURCES,
    "major": Int(1, 10_000),
    "patterns": Patterns(),
}


def read_header(root: Map, report: Report, flow: str | None = None) -> Header:
    """The head of the document; unknown keys are noted (E005)."""
    header = Header(flow=flow)
    site = Site(report, header)
    for key in root.values:
        if key not in TOP_LEVEL:
            free = [name for name in TOP_LEVEL if name not in root.values]
            site.unknown("E005", root.keys[key], key, key, free)
    head = Map(root.line, root.column)
    for key in _HEAD:
        if key in root.values:
            head.keys[key], head.values[key] = root.keys[key], root.values[key]
    values = read_fields(head, _HEAD, site)
    locale = values.get("locale", {})
    header.id = values.get("id", "")
    header.name = values.get("name", {})
    header.kind = values.get("kind", "dialog")
    header.channels = values.get("channels", [])
    header.default_locale = locale.get("default", "ru")
    supported = locale.get("supported") or [header.default_locale]
    if header.default_locale not in supported:
        at, known = root.values["locale"], ", ".join(supported)
        site.add("E007.locale", at, "locale.default", name=header.default_locale, known=known)
        header.default_locale = supported[0]  # one fault is one finding
    header.locales = tuple(dict.fromkeys([header.default_locale, *supported]))
    header.timezone = values.get("timezone")
    header.quiet_hours = values.get("quiet_hours")
    outcomes = values.get("settings", {}).get("outcomes")
    header.outcomes = tuple(outcomes) if outcomes is not None else None
    header.resources = _resources(root.get("resources"), site)
    header.intents = values.get("resources", {}).get("intents", {})
    header.policies = {name: values[name] for name in ("concurrency", "reentry") if name in values}
    header.major = values.get("major", 1)
    header.patterns = values.get("patterns", {})
    return header


def _resources(tree: Tree | None, site: Site) -> dict[str, dict[str, str]]:
    """`connections: {shop: {ref: conn/shop-api}}` as kind -> name here -> name of the tenant, `shop-api`."""
    found: dict[str, dict[str, str]] = {}
    for kind, entries in tree.items() if isinstance(tree, Map) else ():
        if kind not in RESOURCE_KINDS or not isinstance(entries, Map):
            continue
        found[kind] = {}
        for name, entry in entries.items():
            values = Obj({"ref": Str()}).read(entry, site, f"resources.{kind}.{name}")
            ref = values.get("ref", name) if isinstance(values, dict) else name
            found[kind][name] = ref.rsplit("/", 1)[-1]
    return found


def read_triggers(tree: Tree | None, header: Header, report: Report) -> list[Trigger]:
    """What starts the scenario."""
    triggers: list[Trigger] = []
    for index, item in _maps(tree, "triggers", Site(report, header)):
        site = Site(report, header)
        field = f"triggers[{index}]"
        written = item.get("type")
        kind = written.text if isinstance(written, Scalar) else ""
        own = TRIGGER_TYPES.get(kind)
        if own is None and written is not None:
            known = ", ".join(TRIGGER_TYPES)
            site.unknown(
                "E007.value", written, field, kind, TRIGGER_TYPES, field_name=f"{field}.type", values=known
            )
            continue
        values = read_fields(item, {**COMMON, **(own or {})}, site, f"{field}.")
        _check_keywords(item.get("any"), values.get("match"), site, f"{field}.any")
        _check_fuzzy(item, values, site, field)
        _check_event(item.get("event"), site, f"{field}.event")
        for channel in values.get("channels", ()) if header.channels else ():
            if channel not in header.channels:
                known = ", ".join(header.channels)
                site.add("E182", item.values["channels"], f"{field}.channels", channel=channel, known=known)
        trigger_id = values.setdefault("id", f"{kind}{index + 1}")
        if any(trigger.id == trigger_id for trigger in triggers):
            site.add("E126.trigger", item, field, id=trigger_id)
        triggers.append(Trigger(trigger_id, values, item, site.uses))
    return triggers


def _check_fuzzy(item: Map, values: dict[str, Any], site: Site, field: str) -> None:
    """A wrong letter is looked for in words; a part of a word, or a pattern, has no letter too many."""
    if values.get("fuzzy") and values.get("match", "word") in ("contains", "regex"):
        words = {"name": "fuzzy", "other": f"match: {values['match']}"}
        site.add("E111.both", item.values["fuzzy"], f"{field}.fuzzy", **words)


def _check_event(tree: Tree | None, site: Site, field: str) -> None:
    if isinstance(tree, Scalar) and tree.text not in EVENTS and not tree.text.startswith(_CUSTOM):
        similar = did_you_mean(tree.text, EVENTS)
        known = ", ".join(EVENTS)
        site.add("E701.event", tree, field, similar, name=tree.text, known=known, own=f"{_CUSTOM}{tree.text}")


def _check_keywords(tree: Tree | None, match: str | None, site: Site, field: str) -> None:
    """A keyword must say something: an empty one is in every message. Those that are patterns must be RE2."""
    for index, item in enumerate(tree.items if isinstance(tree, Seq) else ()):
        if isinstance(item, Scalar) and isinstance(item.value, str) and not fold(item.text):
            site.add("E112", item, field, name=f"{field}[{index}]")
        if match != "regex":
            continue
        try:
            compile_any(f"(?i){item.text}" if isinstance(item, Scalar) else "")
        except PatternError as error:
            site.add("E217.field", item, field, pattern=getattr(item, "text", ""), problem=str(error))


_WHEN: dict[str, Field] = {
    "keywords": ListOf(Str(), least=1, most=200),
    "match": Str(MATCHES),
    "fuzzy": Int(0, 1),
    "intent": Str(),
    "min_confidence": Number(0, 1),
    "pattern": Str(PATTERNS),
    "otherwise": Bool(),
}
_INTERRUPT: dict[str, Field] = {
    "id": Str(required=True),
    "when": Obj(_WHEN, required=True),
    "run": Obj({"node": Target("interrupt"), "flow": FlowName()}, required=True),
    "mode": Str(("replace", "digress")),
    "resume": Str(("reprompt", "silent")),
}


def read_interrupts(
    tree: Tree | None, header: Header, report: Report, flow: str | None = None
) -> list[Interrupt]:
    """What takes messages away from the node that waits."""
    interrupts: list[Interrupt] = []
    for index, item in _maps(tree, "interrupts", Site(report, header)):
        site = Site(report, header, flow=flow)
        field = f"interrupts[{index}]"
        values = read_fields(item, _INTERRUPT, site, f"{field}.")
        when = values.get("when", {})
        written = item.get("when")
        if isinstance(written, Map):
            _check_keywords(written.get("keywords"), when.get("match"), site, f"{field}.when.keywords")
            _check_fuzzy(written, when, site, f"{field}.when")
            if not {"keywords", "intent", "pattern", "otherwise"} & set(written.values):
                other = "intent', 'pattern', 'otherwise"
                site.add("E112.either", written, f"{field}.when", name="keywords", other=other)
        interrupt_id = values.get("id", "")
        if any(other.id == interrupt_id for other in interrupts):
            site.add("E126.interrupt", item, field, id=interrupt_id)
        _check_run(item, values, site, field)
        edge = site.uses.edges[0] if site.uses.edges else None
        resume = values.get("resume", "reprompt")
        interrupts.append(Interrupt(interrupt_id, when, edge, item, site.uses, resume))
    return interrupts


def _check_run(item: Map, values: dict[str, Any], site: Site, field: str) -> None:
    """An interrupt goes to a node for good, or runs a flow and comes back: `mode` says the same as `run`."""
    written = item.get("run")
    if not isinstance(written, Map) or "run" not in values:
        return
    if ("node" in written.values) == ("flow" in written.values):
        key = "E111.both" if "node" in written.values else "E112.either"
        site.add(key, written, f"{field}.run", name="node", other="flow")
        return
    wanted = "digress" if "flow" in written.values else "replace"
    if values.get("mode", wanted) != wanted:
        site.add("E007.mode", item.values["mode"], f"{field}.mode", mode=wanted)


class _NodeMoves(Field):
    """`{old: new}`, or `{old: {goto: new}}` where runs leave their wait; kept as {old: {to or goto: node}}."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("прежние узлы и новые", "old nodes and new ones"))
        moves: dict[str, Any] = {}
        for old, value in tree.items():
            if isinstance(value, Map):
                goto = Obj({"goto": Target("migration", required=True)})
                moves[old] = goto.read(value, site, f"{name}.{old}")
            else:
                moves[old] = {"to": Target("migration").read(value, site, f"{name}.{old}")}
        return moves


class _VariableMoves(Field):
    """`{name: literal or "=expression over the old vars"}`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("переменные и значения", "variables and values"))
        return {key: Value().read(value, site, f"{name}.{key}") for key, value in tree.items()}


_MIGRATION: dict[str, Field] = {
    "from": Int(1, 1_000_000, required=True),
    "nodes": _NodeMoves(),
    "vars": _VariableMoves(),
    "drop": ListOf(Str(), most=200),
    "timers": Str(("keep", "recompute")),
}


def read_migrations(tree: Tree | None, header: Header, report: Report, flow: str | None) -> list[Moves]:
    """What becomes of runs of older versions."""
    moves: list[Moves] = []
    for index, item in _maps(tree, "migrations", Site(report, header)):
        site = Site(report, header, flow=flow)
        moves.append(Moves(read_fields(item, _MIGRATION, site, f"migrations[{index}]."), site.uses))
    return moves


def _maps(tree: Tree | None, name: str, site: Site) -> Iterator[tuple[int, Map]]:
    """The maps of a list; anything else is noted."""
    if tree is None:
        return
    if not isinstance(tree, Seq):
        Plain().wrong(tree, site, name, Both("список", "a list"))
        return
    if len(tree.items) > _MOST_ITEMS:
        site.add("E801", tree, name, what=name, count=len(tree.items), limit=_MOST_ITEMS)
        return
    for index, item in enumerate(tree.items):
        if isinstance(item, Map):
            yield index, item
        else:
            Plain().wrong(item, site, f"{name}[{index}]", Both("поля", "fields"))


def read_edge(tree: Tree | None, site: Site, name: str) -> Any:
    """`start`, or the `next` of `on_error`: an edge, or None after a fault was noted."""
    if tree is None:
        return None
    found = Target(name).read(tree, site, name)
    return None if found is MISSING else found
