"""What people and services may say to a scenario, derived from the scenario itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Outside, Parsed, pieces
from omnisupport.scenario_dsl.ir import IR
from omnisupport.scenario_dsl.registry import input_kinds
from omnisupport.scenario_dsl.sim.samples import texts_matching
from omnisupport.scenario_dsl.values import Misfit, fit

Outcome = tuple[str, Any]
Move = tuple[Any, ...]

LONG = "очень длинный текст " * 120
# Whatever is asked: words of the product's own patterns, other alphabets, nothing, markup, too much.
STRANGE = (
    "", " ", "😀", "👩‍👩‍👧", "\u202eвтирк", "مرحبا", "\u200b\u200b", "{{ 1 / 0 }}", "<script>alert(1)</script>",
    "=1+1", "'; DROP TABLE", "0", "-1", "9" * 30, "да", "нет", "No", "?", "\n\n", "абв\x00где",
)  # fmt: skip
PATTERN_WORDS = (
    "оператор", "Позовите человека", "human", "отмена", "cancel", "назад", "back", "заново", "restart",
    "пропустить", "skip", "повтори", "repeat", "стоп", "stop",
)  # fmt: skip
# Answers of every kind of input; which of them a question takes, its parser says.
_ANSWERS = (
    "Анна", "Иван Петров", "да", "нет", "ok", "1", "2", "5", "7", "12", "100", "99,5", "3.14", "1 500 ₽", "150 руб",
    "anna@example.com", "анна@пример.рф", "+7 916 123-45-67", "89161234567", "+1 202 555 0123", "2026-03-05",
    "05.03.2026", "завтра", "завтра в 15", "в пятницу", "next fri", "15:30", "9 утра", "через 2 часа", "2h", "30 минут",
    "https://example.com/x", "example.com", "Москва, Тверская 1", "55.75, 37.61", "135790", "123456", "7707083893",
    "500100732259", "112-233-445 95", "044525225", "⭐⭐⭐⭐⭐", "отлично", "👍", "10", "пять",
)  # fmt: skip
_MANY = 8
_DEPTH = 6
_WORD = 8


class Material:
    """Texts and results by node, made on first use."""

    def __init__(
        self,
        ir: IR,
        extra: dict[str, tuple[Outcome, ...]] | None = None,
        happened: Iterable[tuple[str, dict[str, Any]]] = (),
    ) -> None:
        self.ir = ir
        self._extra = extra or {}
        self._valid: dict[tuple[str, str | None], tuple[Move, ...]] = {}
        self._invalid: dict[tuple[str, str | None], tuple[Move, ...]] = {}
        self._results: dict[tuple[str, str], tuple[Move, ...]] = {}
        self.interrupting = _said((*_interrupting(ir), *PATTERN_WORDS))
        self.strange = _said(STRANGE)
        awaited = _events(ir)
        self.events = (
            *(("domain", name, {"order": "AB-123456", "id": "1"}) for name in sorted(awaited)),
            *(("domain", name, data) for name, data in happened if name in awaited),
        )

    def valid(self, node_id: str, field: str | None = None) -> tuple[Move, ...]:
        """Answers that the node, or the field of a form, takes, as far as can be told."""
        key = node_id, field
        if key not in self._valid:
            self._make_texts(key)
        return self._valid[key]

    def invalid(self, node_id: str, field: str | None = None) -> tuple[Move, ...]:
        """Answers at the border, and beyond it."""
        key = node_id, field
        if key not in self._invalid:
            self._make_texts(key)
        return self._invalid[key]

    def results(self, node_id: str, kind: str) -> tuple[Move, ...]:
        """Everything that a call of the node may come back with; likely ones several times."""
        key = node_id, kind
        if key not in self._results:
            made = _http(self.ir, node_id) if kind == "http" else _others(self.ir, node_id, kind)
            self._results[key] = tuple(
                ("result", exit, value) for exit, value in (*made, *self._extra.get(node_id, ()))
            )
        return self._results[key]

    def _make_texts(self, key: tuple[str, str | None]) -> None:
        node_id, field_id = key
        node = self.ir["nodes"][node_id]
        if field_id is not None:
            node = next(field for field in node["fields"] if field["id"] == field_id)
        data = node.get("input")
        if isinstance(data, dict) and data.get("kind") in input_kinds():
            valid, invalid = _answers(node, data)
        else:
            valid, invalid = _options(node), ["99", *_ANSWERS[:4]]
        self._valid[key] = _said(valid or _ANSWERS[:3])
        self._invalid[key] = _said(invalid or STRANGE)


def _said(texts: Iterable[str]) -> tuple[Move, ...]:
    return tuple(("text", text) for text in texts)


def _answers(node: dict[str, Any], data: dict[str, Any]) -> tuple[list[str], list[str]]:
    kind = input_kinds()[data["kind"]]
    candidates = [*_options(data), *_bounds(data), *_ANSWERS]
    for pattern in (data.get("pattern"), *_patterns_of(node)):
        if isinstance(pattern, str):
            candidates = [*texts_matching(pattern), *candidates]
    candidates += [word for text in _literals(node.get("text")) for word in pieces(text)]
    valid: list[str] = []
    invalid: list[str] = []
    for text in dict.fromkeys(candidates):
        (valid if _understands(kind, text, data) else invalid).append(text)
    return valid[:_MANY], [*_bounds(data), *invalid[:_MANY]]


def _understands(kind: InputKind, text: str, data: dict[str, Any]) -> bool:
    try:
        return isinstance(kind.parse(Answer(text.strip()), data), Parsed | Outside)
    except Exception:  # a field that is known only in a run: the run will tell
        return True


def _patterns_of(node: dict[str, Any]) -> Iterable[Any]:
    """The patterns of the rules of `validate`: `value.matches('…')`."""
    stack: list[Any] = [rule.get("if_not") for rule in node.get("validate", ())]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            if item[:2] == ["call", "matches"] and len(item[2]) > 1:
                yield item[2][1][1]
            stack += item


def _bounds(data: dict[str, Any]) -> list[str]:
    """Numbers at and beyond the limits of an input, texts as long as it allows and longer."""
    found: list[str] = []
    for name, outside in (("min", -1), ("max", 1)):
        value = data.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found += [str(value), str(value + outside)]
    for name, outside in (("min_length", -1), ("max_length", 1)):
        value = data.get(name)
        if type(value) is int and 0 < value <= 2_000:
            found += ["я" * value, "я" * max(value + outside, 0)]
    return found


def _options(holder: dict[str, Any]) -> list[str]:
    """Labels, synonyms and numbers of options."""
    found: list[str] = []
    options = holder.get("options")
    for number, option in enumerate(options if isinstance(options, list) else (), 1):
        if isinstance(option, dict):
            found += [*_literals(option.get("label")), *map(str, option.get("synonyms") or ()), str(number)]
    return found


def _literals(text: Any) -> list[str]:
    """The texts of a field of an IR, in every language, without what is filled in."""
    if not isinstance(text, dict):
        return []
    found = []
    for segments in text.values():
        if isinstance(segments, str):
            found.append(segments)
        elif isinstance(segments, list):
            found.append("".join(part for part in segments if isinstance(part, str)))
    return [text for text in found if text]


def _interrupting(ir: IR) -> Iterable[str]:
    for interrupt in ir["interrupts"]:
        when = interrupt["when"]
        words = when.get("keywords") or ()
        for word in words[:4]:
            if when.get("match") == "regex":
                yield from texts_matching(word)
            else:
                yield str(word)


def _events(ir: IR) -> set[str]:
    found = {
        str(node["event"])
        for node in ir["nodes"].values()
        if node["type"] == "wait_event" and "event" in node
    }
    return found | {"custom.unknown"}


# Results of calls


def _http(ir: IR, node_id: str) -> list[Outcome]:
    node = ir["nodes"][node_id]
    bodies: list[Any] = [
        _wrapped(body, node.get("response", {}).get("pick")) for body in _bodies(ir, node_id, node)
    ]
    found: list[Outcome] = [("ok", {"status": 200, "json": body}) for body in bodies for _ in range(3)]
    junk: tuple[Any, ...] = (None, [], "text", {})
    found += [("ok", {"status": 200, "json": body}) for body in junk]
    for exit in node["exits"]:
        if exit[:1].isdigit():
            status = int(exit) if exit.isdigit() else int(exit[0]) * 100 + 3
            found += [("http_error", {"status": status, "json": None})] * 2
    found += [("http_error", {"status": status, "json": {"error": "x"}}) for status in (400, 503)]
    found += [
        ("timeout", {"code": "http.timeout", "detail": "no answer"}),
        ("error", {"code": "http.connection", "detail": "refused"}),
    ]
    return found


def _bodies(ir: IR, node_id: str, node: dict[str, Any]) -> list[Any]:
    save_to = node.get("response", {}).get("save_to")
    if not save_to:
        return [{"ok": True}]
    flow = (ir.get("flows") or {}).get(node_id.rsplit("/", 1)[0] if "/" in node_id else "")
    variables = flow["variables"] if flow is not None else ir["variables"]
    spec = variables.get(save_to[0])
    wanted: dict[str, Any] = spec["type"] if spec else {"t": "any"}
    for name in save_to[1:]:
        wanted = (wanted.get("fields") or {}).get(name, {"t": "any"})
    return values_of(wanted, spec if spec and len(save_to) == 1 else {})


def _wrapped(body: Any, path: str | None) -> Any:
    wrapped: Any = body
    for name in reversed(path.split(".")) if path else ():
        wrapped = {name: wrapped}
    return wrapped


def inputs_of(ir: IR) -> list[dict[str, Any]]:
    """What a caller, or the api, may give a scenario: values by their types, and once only what must be given."""
    asked = [str(name) for trigger in ir["triggers"] for name in trigger.get("inputs") or ()]
    names = [name for name in dict.fromkeys((*ir.get("inputs", ()), *asked)) if name in ir["variables"]]
    specs = {name: ir["variables"][name] for name in names}
    columns = {
        name: [value for value in values_of(spec["type"], spec) if _fits(value, spec)]
        for name, spec in specs.items()
    }
    rows = max((len(values) for values in columns.values()), default=0)
    given = [
        {name: values[row % len(values)] for name, values in columns.items() if values} for row in range(rows)
    ]
    needed = [name for name in ir.get("inputs", ()) if _is_needed(specs[name])]
    if given and len(needed) < len(names):
        given.append({name: value for name, value in given[0].items() if name in needed})
    return given or [{}]


def _is_needed(spec: dict[str, Any]) -> bool:
    return not spec["type"].get("null") and spec.get("default") is None


def _fits(value: Any, spec: dict[str, Any]) -> bool:
    try:
        fit(value, spec)
    except Misfit:
        return False
    return True


def values_of(wanted: dict[str, Any], spec: dict[str, Any] | None = None, depth: int = 0) -> list[Any]:
    """A handful of values of a type, each member of an enum among them."""
    found = _values(wanted, spec or {}, depth)
    if wanted.get("null") and depth:
        found = [*found, None]
    return found[:_MANY]


def _values(wanted: dict[str, Any], spec: dict[str, Any], depth: int) -> list[Any]:
    kind = wanted["t"]
    if kind == "enum":
        return list(wanted["values"])
    if kind == "object":
        return _objects(wanted.get("fields") or {}, spec.get("fields") or {}, depth)
    if kind == "list":
        if depth >= _DEPTH:
            return [[]]
        items = values_of(wanted.get("of") or {"t": "any"}, spec.get("of"), depth + 1)
        return [items[:1], [], items[:3]]
    if kind == "money":
        amounts = [value for value in (129_900, spec.get("min"), spec.get("max"), 0) if value is not None]
        return [{"amount": amount, "currency": spec.get("currency", "RUB")} for amount in amounts]
    if "pattern" in spec:
        return texts_matching(spec["pattern"]) or ["text"]
    if kind in ("int", "number", "duration"):
        return [value for value in (spec.get("min"), spec.get("max"), 1, 0, 42) if value is not None]
    if kind == "string":
        least, most = spec.get("min_length", 0), spec.get("max_length", _WORD)
        return [text.ljust(least, "я")[:most] for text in ("text", "Анна", "😀")]
    return list(_SIMPLE.get(kind, ("text",)))


_SIMPLE: dict[str, tuple[Any, ...]] = {
    "bool": (True, False),
    "date": ("2026-03-05", "2026-12-31"),
    "time": ("09:30",),
    "datetime": (1_772_704_800_000,),
    "phone": ("+79161234567",),
    "email": ("anna@example.com",),
    "url": ("https://example.com/x",),
    "file": ({"name": "a.pdf"},),
    "location": ({"lat": 55.75, "lon": 37.61},),
    "any": ("text", 1, None),
}


def _objects(fields: dict[str, Any], specs: dict[str, Any], depth: int) -> list[Any]:
    """Objects such that every value of every field occurs in one of them."""
    if depth >= _DEPTH:
        return [{}]
    columns = {name: values_of(kind, specs.get(name), depth + 1) for name, kind in fields.items()}
    rows = max((len(values) for values in columns.values()), default=1)
    return [
        {name: values[row % len(values)] for name, values in columns.items() if values} for row in range(rows)
    ]


def _others(ir: IR, node_id: str, kind: str) -> list[Outcome]:
    node = ir["nodes"][node_id]
    if kind == "classify":
        intents = [item["when"]["intent"] for item in ir["interrupts"] if "intent" in item["when"]]
        labels = node.get("labels") or dict.fromkeys(intents)
        found: list[Outcome] = [
            ("label", {"label": name, "confidence": 0.9}) for name in labels for _ in range(2)
        ]
        return [*found, ("unsure", {"label": None, "confidence": 0.1}), ("error", None)]
    if kind == "extract":
        fields = node.get("fields") or {}
        whole = {name: _one(spec) for name, spec in fields.items()}
        return [("ok", whole), ("ok", whole), ("ok", dict.fromkeys(fields)), ("ok", {}), ("error", None)]
    asked = [
        node.get("input"),
        *(item.get("input") for item in node.get("fields") or () if isinstance(item, dict)),
    ]
    if kind == "parse" and any(isinstance(item, dict) and item["kind"] != "phone" for item in asked):
        return [*_RESULTS["parse"], ("ok", None), ("not_checked", None)]
    return list(_RESULTS.get(kind, (("ok", None), ("error", None))))


def _one(spec: Any) -> Any:
    wanted = spec.get("type") if isinstance(spec, dict) else None
    if isinstance(wanted, dict):
        return values_of(wanted, spec)[0]
    return values_of({"t": wanted if isinstance(wanted, str) else "string"})[0]


_TOMORROW = 1_772_517_600_000
_ANSWERED = {"text": "От 300 рублей.", "sources": [{"title": "Доставка"}], "confidence": 0.9}
_RESULTS: dict[str, tuple[Outcome, ...]] = {
    "kb_answer": (
        ("answered", _ANSWERED),
        ("answered", _ANSWERED),
        ("answered", {"text": ""}),
        ("no_answer", None),
        ("timeout", None),
        ("error", None),
    ),
    "business_hours": (
        ("open", {"next_open": _TOMORROW, "timezone": "Europe/Moscow"}),
        ("closed", {"next_open": _TOMORROW, "timezone": "Europe/Moscow"}),
        ("error", None),
    ),
    "operators_available": (
        ("available", {"count": 2, "queue": 0}),
        ("unavailable", {"count": 0, "queue": 3}),
        ("error", None),
    ),
    "queue_position": (
        ("ok", {"position": 1}),
        ("ok", {"position": 3}),
        ("gone", None),
        ("error", None),
    ),
    "parse": (("ok", "+79161234567"), ("ok", "+79161234567"), ("invalid", None), ("error", None)),
    "code": (
        ("ok", {"code_id": "code-1"}),
        ("ok", {"code_id": "code-1"}),
        ("wrong", None),
        ("expired", None),
        ("error", None),
    ),
    "reply": (
        ("answer", {"text": "Уточните, пожалуйста.", "tokens": 100}),
        ("done", {"text": "Готово."}),
        ("needs_human", None),
        ("limit", {"text": "Это всё."}),
        ("error", None),
    ),
    "generate": (("ok", {"text": "Кратко: всё хорошо."}), ("ok", {"text": ""}), ("error", None)),
    "start_run": (("ok", {"run_id": "run-1"}), ("rejected", {"reason": "busy"}), ("error", None)),
}
