"""A tenant that has a few things: what rules about names and policies are checked against."""

from __future__ import annotations

from omnisupport.scenario_dsl import Resources, load_document
from omnisupport.scenario_dsl.model import Document
from omnisupport.scenario_dsl.resources import Privacy, Template

_HEAD = """\
omni: scenario/v1
name: {ru: Вызов, en: Call}
channels: [widget]
locale: {default: ru, supported: [ru, en]}
"""
_BACK = "  back: {type: return}\n"
_SAY = "  say: {type: message, text: {ru: Привет, en: Hello}, next: back}\n"


def _subflow(id: str, nodes: str, start: str) -> Document:
    text = f"{_HEAD}id: {id}\nkind: subflow\nstart: {start}\nnodes:\n{nodes}{_BACK}"
    document = load_document(text).document
    assert document is not None
    return document


TENANT = Resources(
    departments=frozenset({"support", "sales"}),
    calendars=frozenset({"support"}),
    connections=frozenset({"shop"}),
    knowledge=frozenset({"help"}),
    scenarios={
        "greeting@1": _subflow("greeting", _SAY, "say"),
        "circle@1": _subflow("circle", "  again: {type: call, scenario: fixture@1, next: back}\n", "again"),
    },
    methods={"shop": frozenset({"GET", "POST"})},
    templates={"whatsapp": {"followup": Template(frozenset({"ru", "en"}), 0)}},
    privacy=Privacy({"model": frozenset({"phone", "email"})}, needs_retention=True),
    elsewhere={"departments": frozenset({"sandbox"})},
)
# Rules that only the tenant can decide.
OF_THE_TENANT = frozenset({"E402", "E404", "E411", "E522", "E523", "E702", "E703", "E704", "E705"})
