"""What the page of the templates says: read from their documents, so that it cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.loader import load_document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.templates import list_templates
from omnisupport.scenario_dsl.words import Both

ABOUT = Both(
    "С чего начать. Каждый шаблон — готовый сценарий на русском и английском с тестами: сделайте из него черновик "
    '(`POST /api/v1/scenarios` с `{"template": "returns"}`, а с `"id"` — под своим именем), впишите свои слова и '
    "опубликуйте. Тесты приходят вместе с черновиком и проверяют его перед публикацией. Отдел и календарь `support` "
    "есть у каждой новой компании; чего ещё не хватает, говорят проверки черновика. Проверить все шаблоны: "
    "`omni scenario test`.",
    "Where to begin. Each template is a whole scenario in Russian and English with its tests: make a draft of it "
    '(`POST /api/v1/scenarios` with `{"template": "returns"}`, and with `"id"` under a name of your own), put in your '
    "words and publish it. The tests come along with the draft and are run before it goes live. Every new company has "
    "a department and a calendar `support`; what else is missing the checks of the draft say. To try all of them: "
    "`omni scenario test`.",
)
TITLE = Both("Шаблоны", "Templates")
HEADER = (
    Both("шаблон", "template"),
    Both("что делает и что нужно", "what it does and needs"),
    Both("подключения", "connections"),
    Both("события, которых ждёт", "events that it awaits"),
    Both("каналы", "channels"),
)


@dataclass(frozen=True, slots=True)
class Shipped:
    """One template, as the table shows it."""

    id: str
    name: Both
    about: Both
    connections: tuple[str, ...]
    events: tuple[str, ...]
    channels: tuple[str, ...]


def shipped() -> Iterator[Shipped]:
    """The templates, by id."""
    for each in list_templates():
        document = load_document(each.document, file=f"{each.id}.yaml").document
        if document is None:
            continue
        analysis = analyse(document)
        uses = [node.uses for node in analysis.nodes.values()]
        yield Shipped(
            id=each.id,
            name=Both(each.name["ru"], each.name["en"]),
            about=Both(each.description["ru"], each.description["en"]),
            connections=tuple(
                sorted({ref.name for use in uses for ref in use.refs if ref.kind == "connections"})
            ),
            events=tuple(dict.fromkeys(_events(analysis))),
            channels=tuple(analysis.header.channels),
        )


def _events(analysis: Analysis) -> Iterator[str]:
    """What the company's systems send, by the names under which they send it."""
    for trigger in analysis.triggers:
        if str(trigger.values.get("event", "")).startswith("custom."):
            yield str(trigger.values["event"]).removeprefix("custom.")
    for node in analysis.nodes.values():
        if node.type.name == "wait_event":
            yield str(node.values["event"])
