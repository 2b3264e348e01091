"""The reference as Markdown, in English and in Russian, from the registry and its words.

A page in Russian has the name of the English one with `.ru` before the ending, as the pages of the checks do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec

from omnisupport.scenario_dsl.expr.parse import MACROS
from omnisupport.scenario_dsl.expr.signatures import SIGNATURES
from omnisupport.scenario_dsl.fields import (
    Bool,
    Duration,
    Expr,
    Field,
    FlowName,
    Int,
    ListOf,
    Name,
    Number,
    Obj,
    Path,
    Pattern,
    Region,
    Str,
    Target,
    Words,
)
from omnisupport.scenario_dsl.filters import FILTERS
from omnisupport.scenario_dsl.label import Label
from omnisupport.scenario_dsl.nodes.base import COMMON, WAITING, NodeType
from omnisupport.scenario_dsl.reference import (
    behind,
    functions,
    happenings,
    head,
    scopes,
    shipped,
    tables,
    types,
)
from omnisupport.scenario_dsl.reference.chapters.all import CHAPTERS
from omnisupport.scenario_dsl.reference.chapters.parts import (
    Chapter,
    Example,
    Fields,
    Heading,
    Part,
    Rows,
    Shell,
)
from omnisupport.scenario_dsl.reference.markdown import block, linked, page, table
from omnisupport.scenario_dsl.reference.words import FunctionWords, NodeWords, ThingWords
from omnisupport.scenario_dsl.registry import input_kinds, node_types
from omnisupport.scenario_dsl.schema import fields_below
from omnisupport.scenario_dsl.words import Both

LANGUAGES = ("en", "ru")
_RULES = "omnisupport.scenario_dsl.checks.rules.pages"

_GROUPS: dict[Both, tuple[str, ...]] = {
    Both("Разговор", "Talking"): ("message", "ask", "menu", "form", "csat"),
    Both("Ветвление", "Branching"): ("condition", "switch", "split"),
    Both("Данные и действия", "Data and actions"): (
        *("set", "actions", "tag", "note", "update_conversation", "update_customer", "notify", "emit"),
    ),
    Both("Потоки", "Flows"): ("call", "return", "for_each", "start_scenario", "end"),
    Both("Ожидание", "Waiting"): ("wait", "wait_event"),
    Both("Люди", "People"): ("handoff", "assign", "business_hours", "operators_available", "close"),
    Both("Другие системы и ИИ", "Other systems and AI"): (
        *("http", "kb_answer", "ai_reply", "ai_classify", "ai_extract", "ai_generate"),
    ),
}
# What stands on every node is said once, on the page of all nodes.
_SHARED = frozenset((*COMMON, "type_version", "next", "exits"))

_MADE = Both(
    "Страница собрана из кода: `python -m omnisupport.scenario_dsl.reference docs/scenarios`.",
    "This page is made from the code: `python -m omnisupport.scenario_dsl.reference docs/scenarios`.",
)
_FIELDS, _EXITS = Both("Поля", "Fields"), Both("Выходы", "Exits")
_FIELD, _TAKES = Both("поле (* обязательно)", "field (* required)"), Both("что в нём", "takes")
_MEANS = Both("значение", "meaning")
_EXIT, _MUST = Both("выход", "exit"), Both("обязателен", "required")
_EXAMPLE, _YES = Both("Пример", "Example"), Both("да", "yes")
_BEHIND = Both("Что за этим стоит", "What stands behind it")
_NODES = Both("Узлы", "Nodes")
_INPUTS = Both("Ответы", "Answers")
_TRIGGERS = Both("Триггеры", "Triggers")
_VARIABLES = Both("Переменные", "Variables")
_EXPRESSIONS = Both("Выражения и тексты", "Expressions and texts")
_DOCUMENT = Both("Документ", "The document")
_CHECKS = Both("Проверки", "Checks")
_TESTING = Both("Тесты", "Testing")
_NAMES = Both("Что ещё видят выражения", "What else expressions see")
_BEGIN = Both(
    "Если вы здесь впервые, начните с [руководства](tutorial): от пустого файла до опубликованного сценария.",
    "If you are here for the first time, begin with the [tutorial](tutorial): from an empty file to a published "
    "scenario.",
)
_EVERY_NODE = Both("Поля каждого узла", "Fields of every node")

_ABOUT = {
    "index": Both(
        "Сценарий — это один документ на YAML или JSON: что его запускает, какие у него переменные и узлы. "
        "Узлы говорят с клиентом, ждут, решают и действуют; каждый переход записан явно.",
        "A scenario is one document in YAML or JSON: what starts it, its variables and its nodes. Nodes talk to "
        "the customer, wait, decide and act; every way from one to the next is written down.",
    ),
    "document": Both(
        "Поля верхнего уровня в том порядке, в каком их пишет форматирование.",
        "The fields of the top level, in the order in which formatting writes them.",
    ),
    "nodes": Both(
        "У узла есть тип, поля и выходы. Выход `next` пишут полем `next`, остальные — в `exits`.",
        "A node has a type, fields and exits. The exit `next` is the field `next`, others stand in `exits`.",
    ),
    "inputs": Both(
        "Какой ответ ждёт вопрос: поле `input` с видом ответа и его ограничениями. Строгие виды разбираются "
        "раньше прерываний, свободный текст — после них.",
        "Which answer a question wants: the field `input` with the kind and its bounds. Strict kinds are read "
        "before interrupts are asked, free text after them.",
    ),
    "triggers": Both(
        "Что запускает сценарий. Триггеры проверяются по приоритету, при равном — по порядку.",
        "What starts a scenario. Triggers are asked by priority, at equal priority in their order.",
    ),
    "variables": Both(
        "Переменные объявляют с типом; значение, которое не подходит, в переменную не попадёт.",
        "Variables are declared with a type; a value that does not fit never gets into one.",
    ),
    "names": Both(
        "Только читать: эти значения меняют узлы update_customer и update_conversation. `?` значит, что значения может "
        "не быть: проверьте его `has(…)` или дайте другое через `default`.",
        "These are read only: the nodes update_customer and update_conversation change what stands behind them. `?` "
        "says that there may be no value: ask with `has(…)`, or give another by `default`.",
    ),
    "expressions": Both(
        "Выражения записывают как в CEL. В полях, где стоит значение, выражение начинается с `=`. В текстах "
        "значение подставляют так: `{{ vars.name | default('гость') }}`.",
        "Expressions are written as in CEL. Where a value stands, an expression begins with `=`. Texts take "
        "values so: `{{ vars.name | default('guest') }}`.",
    ),
}
# Fields of the top level that have fields of their own, and no page.
_GROUPS_OF_FIELDS = ("locale", "quiet_hours", "concurrency", "reentry", "settings")
_FLAGS = {
    "waits": Both("ждёт клиента или времени", "waits for the customer or for time"),
    "sends": Both("пишет клиенту", "writes to the customer"),
    "effect": Both("обращается к другим системам", "calls other systems"),
    "ends": Both("заканчивает сценарий", "ends the scenario"),
}
_KINDS = Both("В сценариях вида", "In scenarios of the kinds")


def pages() -> dict[str, str]:
    """Every page by its name below `docs/scenarios`; those of the checks are made by their own folder."""
    made: dict[str, str] = {}
    for language in LANGUAGES:
        writer = _Pages(language)
        made |= {
            writer.file("README"): writer.index(),
            writer.file("document"): writer.document(),
            writer.file("nodes/README"): writer.all_nodes(),
            writer.file("inputs"): writer.inputs(),
            writer.file("triggers"): writer.triggers(),
            writer.file("variables"): writer.variables(),
            writer.file("expressions"): writer.expressions(),
            writer.file("templates"): writer.templates(),
        }
        made |= {writer.file(chapter.file): writer.chapter(chapter) for chapter in CHAPTERS}
        made |= {writer.file(f"nodes/{name}"): writer.node(kind) for name, kind in node_types().items()}
    return made


class _Pages:
    def __init__(self, language: str) -> None:
        self._language = language
        self._suffix = ".ru" if language == "ru" else ""

    def file(self, name: str) -> str:
        """The file of a page in this language."""
        return f"{name}{self._suffix}.md"

    def say(self, words: Both | None) -> str:
        """The words of this language."""
        return words.pick(self._language) if words is not None else ""

    def index(self) -> str:
        parts = [
            (_DOCUMENT, "document"),
            (_NODES, "nodes/README"),
            (_INPUTS, "inputs"),
            (_TRIGGERS, "triggers"),
            (_VARIABLES, "variables"),
            (_EXPRESSIONS, "expressions"),
            *((chapter.title, chapter.file) for chapter in CHAPTERS),
            (shipped.TITLE, "templates"),
            (_TESTING, "testing"),
        ]
        if find_spec(_RULES.rpartition(".")[0]) is not None:
            parts.append((_CHECKS, "checks/README"))
        lines = [f"* [{self.say(title)}]({self.file(name)})" for title, name in parts]
        title = Both("Язык сценариев", "The scenario language")
        begin = linked(self.say(_BEGIN), self._suffix)
        return page(self.say(title), self.say(_ABOUT["index"]), begin, "\n".join(lines), self.say(_MADE))

    def chapter(self, chapter: Chapter) -> str:
        """A page of words and tables."""
        parts = [linked(self._part(part), self._suffix) for part in chapter.parts]
        return page(self.say(chapter.title), *parts, self.say(_MADE))

    def _part(self, part: Part) -> str:
        match part:
            case Heading(title):
                return f"## {self.say(title)}"
            case Example(yaml):
                return block(yaml)
            case Shell(text):
                return block(text, "sh")
            case Fields(fields, words):
                return self._fields(fields, words)
            case Rows(header, rows):
                return table(self._cells(header), [self._cells(row) for row in rows])
            case Both():
                return self.say(part)

    def _cells(self, cells: tuple[Both | str, ...]) -> tuple[str, ...]:
        return tuple(cell if isinstance(cell, str) else self.say(cell) for cell in cells)

    def document(self) -> str:
        rows = [(f"`{name}`", self.say(words)) for name, words in _ordered_top().items()]
        parts = [self.say(_ABOUT["document"]), table((self.say(_FIELD), self.say(_MEANS)), rows)]
        below = {name: field for name, field in tables.HEAD.items() if name in _GROUPS_OF_FIELDS}
        parts += [f"## {self.say(_FIELDS)}", self._fields(below, {**head.TOP, **head.BELOW})]
        return page(self.say(_DOCUMENT), *parts, self.say(_MADE))

    def all_nodes(self) -> str:
        parts = [self.say(_ABOUT["nodes"])]
        for title, names in _grouped().items():
            known = [(name, NodeWords.of(name)) for name in names]
            rows = [f"* [`{name}`]({self.file(name)}) {self.say(words.title)}" for name, words in known]
            parts += [f"## {self.say(title)}", "\n".join(rows)]
        common = {**COMMON, "next": Target("next"), "exits": Obj({})}
        words = NodeWords.of("message")
        shared = {path: words.field(path) for path, _ in fields_below({**common, **WAITING})}
        parts += [f"## {self.say(_EVERY_NODE)}", self._fields(common, shared)]
        waiting = Both("Поля узлов, которые ждут клиента", "Fields of nodes that wait for the customer")
        parts += [f"## {self.say(waiting)}", self._fields(WAITING, shared)]
        return page(self.say(_NODES), *parts, self.say(_MADE))

    def node(self, kind: NodeType) -> str:
        words = NodeWords.of(kind.name)
        names = sorted(kind.all_fields, key=lambda name: name in WAITING)
        own = {name: kind.all_fields[name] for name in names if name not in _SHARED}
        said = {path: words.field(path) for path, _ in fields_below(own)}
        parts = [f"*{self.say(words.title)}*", self.say(words.about), self._flags(kind)]
        parts += [f"## {self.say(_EXAMPLE)}", block(words.example)]
        if own:
            every = Both("Поля каждого узла", "Fields of every node")
            parts += [f"## {self.say(_FIELDS)}", self._fields(own, said)]
            parts.append(f"{self.say(every)}: [{self.say(_NODES)}]({self.file('README')}).")
        if kind.exits:
            rows = [
                (f"`{name}`", self.say(_YES) if must else "", self.say(words.exit(name)))
                for name, must in kind.exits.items()
            ]
            header = (self.say(_EXIT), self.say(_MUST), self.say(_MEANS))
            parts += [f"## {self.say(_EXITS)}", table(header, rows)]
        parts += [f"## {self.say(_BEHIND)}", self._behind(behind.NODES[kind.name])]
        parts.append(self._later(behind.LATER.get(kind.name, {})))
        return page(f"`{kind.name}`", *parts, self.say(_MADE))

    def inputs(self) -> str:
        parts = [self.say(_ABOUT["inputs"])]
        shared = NodeWords.of("ask")
        for name, kind in input_kinds().items():
            words = ThingWords.of("inputs", name)
            said = {
                path: words.fields.get(path) or shared.field(path) for path, _ in fields_below(kind.fields)
            }
            strict = Both("строгий", "strict") if kind.strict else Both("свободный текст", "free text")
            parts += [
                f"## `{name}` {self.say(words.title)}",
                f"{self.say(words.about)} *({self.say(strict)})*",
            ]
            parts += [self._fields(kind.fields, said)] if kind.fields else []
            parts += [block(words.example), f"{self.say(_BEHIND)}: {self._behind(behind.INPUTS[name])}"]
        return page(self.say(_INPUTS), *parts, self.say(_MADE))

    def triggers(self) -> str:
        every = Both("Поля каждого триггера", "Fields of every trigger")
        parts = [self.say(_ABOUT["triggers"]), f"## {self.say(every)}"]
        parts.append(self._fields(tables.TRIGGER, head.TRIGGER))
        for name, fields in tables.TRIGGER_TYPES.items():
            words = ThingWords.of("triggers", name)
            parts += [f"## `{name}` {self.say(words.title)}", self.say(words.about)]
            parts += [self._fields(fields, words.fields)] if fields else []
            parts += [block(words.example), f"{self.say(_BEHIND)}: {self._behind(behind.TRIGGERS[name])}"]
            parts.append(self._later(behind.LATER_OF_TRIGGERS.get(name, {})))
            parts += [self._happenings()] if name == "event" else []
        return page(self.say(_TRIGGERS), *parts, self.say(_MADE))

    def _happenings(self) -> str:
        said = (Both("событие", "event"), _MEANS, Both("что в event.data", "what event.data holds"))
        rows = [
            (
                f"`{name}`",
                self.say(each.what),
                "; ".join(f"`{key}`: {self.say(words)}" for key, words in each.data.items()) or "—",
            )
            for name, each in happenings.EVENTS.items()
        ]
        return table(tuple(map(self.say, said)), rows)

    def variables(self) -> str:
        attributes, kinds = Both("Свойства", "Attributes"), Both("Типы", "Types")
        parts = [self.say(_ABOUT["variables"]), f"## {self.say(attributes)}"]
        parts += [self._fields(tables.ATTRIBUTES, head.ATTRIBUTES), f"## {self.say(kinds)}"]
        rows = []
        for name in tables.TYPES:
            words = types.WORDS[name]
            example = words.example.partition("value: ")[2].strip()
            rows.append((f"`{name}`", f"{self.say(words.title)}. {self.say(words.about)}", f"`{example}`"))
        header = (self.say(Both("тип", "type")), self.say(_MEANS), self.say(Both("пример", "example")))
        parts += [table(header, rows), f"## {self.say(_NAMES)}", self.say(_ABOUT["names"])]
        names = [(f"`{name}`", f"`{kind}`", self.say(scopes.WORDS[name])) for name, kind in scopes.names()]
        header = (self.say(Both("имя", "name")), self.say(Both("тип", "type")), self.say(_MEANS))
        return page(self.say(_VARIABLES), *parts, table(header, names), self.say(_MADE))

    def expressions(self) -> str:
        parts = [self.say(_ABOUT["expressions"])]
        groups: list[tuple[Both, Iterable[str], Mapping[str, FunctionWords]]] = [
            (Both("Знаки", "Operators"), functions.OPERATORS, functions.OPERATORS),
            (Both("Функции", "Functions"), SIGNATURES, functions.FUNCTIONS),
            (Both("Макросы", "Macros"), ("has", *MACROS), functions.MACROS),
            (Both("Фильтры текстов", "Filters of texts"), FILTERS, functions.FILTERS),
        ]
        for title, names, words in groups:
            rows = [
                (f"`{words[name].form}`", self.say(words[name].about), f"`{words[name].example}`")
                for name in names
            ]
            form = Both("запись", "form")
            header = (self.say(form), self.say(_MEANS), self.say(Both("пример", "example")))
            parts += [f"## {self.say(title)}", table(header, rows)]
        return page(self.say(_EXPRESSIONS), *parts, self.say(_MADE))

    def _behind(self, of: behind.Behind) -> str:
        return f"*{self.say(behind.STANDINGS[of.standing])}.* {self.say(of.said)}"

    def _later(self, later: Mapping[str, Both]) -> str:
        return "\n".join(f"* `{field}`: {self.say(said)}." for field, said in later.items())

    def templates(self) -> str:
        rows = []
        for each in shipped.shipped():
            told = [
                ", ".join(f"`{name}`" for name in names) or "—" for names in (each.connections, each.events)
            ]
            title = f"`{each.id}` {self.say(each.name)}"
            rows.append((title, self.say(each.about), *told, ", ".join(each.channels)))
        header = tuple(self.say(words) for words in shipped.HEADER)
        return page(self.say(shipped.TITLE), self.say(shipped.ABOUT), table(header, rows), self.say(_MADE))

    def _flags(self, kind: NodeType) -> str:
        flags = [self.say(words) for name, words in _FLAGS.items() if getattr(kind, name)]
        kinds = f"{self.say(_KINDS)}: {', '.join(f'`{name}`' for name in kind.kinds)}."
        said = ", ".join(flags)
        return f"{said[:1].upper()}{said[1:]}. {kinds}" if said else kinds

    def _fields(self, fields: Mapping[str, Field], words: Mapping[str, Both | None]) -> str:
        rows = []
        for path, field in fields_below(fields):
            must = " *" if field.required else ""
            rows.append((f"`{path}`{must}", self.say(_takes(field)), self.say(words.get(path))))
        return table((self.say(_FIELD), self.say(_TAKES), self.say(_MEANS)), rows)


def _takes(field: Field) -> Both:
    """What stands in a field, in a word or two."""
    if isinstance(field, Str) and field.values:
        listed = ", ".join(f"`{value}`" for value in field.values)
        return Both(listed, listed)
    if isinstance(field, Int | Number) and abs(field.low) < 10**9 and abs(field.high) < 10**9:
        bounds = "–".join(f"{int(edge) if edge == int(edge) else edge}" for edge in (field.low, field.high))
        return Both(f"число {bounds}", f"number {bounds}")
    if isinstance(field, ListOf):
        inner = _takes(field.item)
        return Both(f"список: {inner.ru}", f"list: {inner.en}")
    return next((words for kind, words in _WORDS if isinstance(field, kind)), Both("значение", "value"))


_WORDS: tuple[tuple[type, Both], ...] = (
    (Bool, Both("`true` или `false`", "`true` or `false`")),
    (Int, Both("число", "number")),
    (Number, Both("число", "number")),
    (Duration, Both("время, `15m`", "time, `15m`")),
    (Expr, Both("выражение", "expression")),
    (Words, Both("текст", "text")),
    (Label, Both("название", "name")),
    (Target, Both("узел", "node")),
    (Path, Both("переменная", "variable")),
    (Pattern, Both("выражение RE2", "RE2 pattern")),
    (Region, Both("страна, `RU`", "country, `RU`")),
    (FlowName, Both("поток", "flow")),
    (Name, Both("имя из настроек", "name of the settings")),
    (Str, Both("слово", "word")),
    (Obj, Both("поля", "fields")),
)


def _grouped() -> dict[Both, list[str]]:
    """The node types that exist by groups; one that nobody has put into a group stands in the last."""
    known = list(node_types())
    grouped = {title: [name for name in names if name in known] for title, names in _GROUPS.items()}
    others = [name for name in known if not any(name in names for names in grouped.values())]
    if others:
        grouped[Both("Прочее", "Others")] = others
    return {title: names for title, names in grouped.items() if names}


def _ordered_top() -> dict[str, Both]:
    return {name: words for name, words in head.TOP.items() if name in tables.TOP_LEVEL}
