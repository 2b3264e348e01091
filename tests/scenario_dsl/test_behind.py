"""What the reference says of this release is what the code does: ports, models, and what comes later."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from temporalio.testing import ActivityEnvironment

from omnisupport.activities.answer_checks import AnswerChecks
from omnisupport.activities.asking import AskActivities, AskRequest
from omnisupport.activities.tools import Toolbox
from omnisupport.ai.base import Guess
from omnisupport.domain.calls import Target
from omnisupport.domain.tools import Operation
from omnisupport.errors import NotFound
from omnisupport.scenario_dsl.heads import EVENTS
from omnisupport.scenario_dsl.reference import behind, happenings, tables
from omnisupport.scenario_dsl.reference.behind import Standing
from omnisupport.scenario_dsl.reference.examples import whole
from omnisupport.scenario_dsl.registry import input_kinds, node_types
from omnisupport.scenario_dsl.schema import fields_below, node_catalogue
from omnisupport.scenario_dsl.trigger_types import WITHOUT_SOURCE
from tests.scenario_dsl.documents import values_of
from tests.scenario_dsl.support import ROOT, compiled, findings

HOST = ("activities", "workflows", "ai")
TENANT = UUID(int=1)
# How the host would have to name a field that it acts on.
ACTED_ON = {
    "via": r"[\"']push[\"']",
}


@cache
def catalogue() -> dict[str, Any]:
    """What `GET /nodes` gives."""
    return node_catalogue()


@cache
def host() -> str:
    """The code that carries out what scenarios ask."""
    paths = [path for folder in HOST for path in sorted((ROOT / "omnisupport" / folder).rglob("*.py"))]
    return "\n".join(path.read_text("utf-8") for path in paths)


def is_said(words: Any) -> bool:
    """Whether both languages are there."""
    return bool(words["ru"].strip()) and bool(words["en"].strip())


def test_every_part_says_what_stands_behind_it_in_both_languages() -> None:
    assert set(behind.NODES) == set(node_types())
    assert set(behind.INPUTS) == set(input_kinds())
    assert set(behind.TRIGGERS) == set(tables.TRIGGER_TYPES)
    assert set(behind.STANDINGS) == set(Standing)
    for part in ("nodes", "inputs", "triggers"):
        for name, entry in catalogue()[part].items():
            told = entry["behind"]
            assert told["standing"] in catalogue()["standings"], name
            assert is_said(told["description"]) and is_said(entry["title"]) and is_said(entry["description"])
            assert all(is_said(words) for words in told["later"].values()), name


def test_triggers_without_a_source_are_marked() -> None:
    marked = {name for name, told in behind.TRIGGERS.items() if told.standing is Standing.NONE}
    assert marked >= WITHOUT_SOURCE
    heard = (ROOT / "omnisupport/activities/turns.py").read_text("utf-8")
    assert ("referral=heard.referral" in heard) == ("referral" not in marked)
    pressed = (ROOT / "omnisupport/api/routes/widget.py").read_text("utf-8")
    assert ("has_menu_button(" in pressed) == ("button" not in marked)


def test_every_event_is_in_the_reference_with_what_it_brings() -> None:
    assert tuple(happenings.EVENTS) == EVENTS
    for language in ("", ".ru"):
        page = (ROOT / "docs" / "scenarios" / f"triggers{language}.md").read_text("utf-8")
        for name, happening in happenings.EVENTS.items():
            [row] = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
            assert all(f"`{key}`" in row for key in happening.data)


def test_events_of_which_nothing_tells_are_named() -> None:
    assert set(behind.SILENT_EVENTS) < set(EVENTS)
    folders = ("storage", "activities", "workflows", "api", "domain", "scenario_dsl/runtime")
    paths = [path for folder in folders for path in (ROOT / "omnisupport" / folder).rglob("*.py")]
    told = "\n".join(path.read_text("utf-8") for path in paths)
    assert [event for event in behind.SILENT_EVENTS if f'"{event}"' in told] == []
    others = set(EVENTS) - set(behind.SILENT_EVENTS)
    assert [event for event in others if f'"{event}"' not in told] == []


@pytest.mark.parametrize(
    ("node", "field"), [(node, field) for node, fields in behind.LATER.items() for field in fields]
)
def test_a_field_of_which_it_says_later_is_one_that_the_host_does_not_act_on(node: str, field: str) -> None:
    assert field in {path for path, _ in fields_below(node_types()[node].fields)}
    assert re.search(ACTED_ON[field], host()) is None, f"take {node}.{field} out of reference/behind.py"


@pytest.mark.parametrize(
    ("request_", "exit"),
    [
        ({"kind": "email_domain", "address": "a@example.com"}, "not_checked"),
        ({"kind": "address", "text": "Москва, Тверская 1", "locale": "ru"}, "not_checked"),
        ({"kind": "transcription", "file": {"id": "1"}, "locale": "ru"}, "not_checked"),
        ({"kind": "phone", "text": "8 916 123-45-67", "region": "RU"}, "ok"),
    ],
)
async def test_what_no_provider_checks_is_not_checked(request_: dict[str, Any], exit: str) -> None:
    assert (await AnswerChecks().parse(request_)).exit == exit


async def test_a_code_that_nobody_sends_is_an_error() -> None:
    request = {"op": "send", "length": 6, "ttl_s": 300, "to": {"channel": "sms", "address": "+79161234567"}}
    assert (await AnswerChecks().code(TENANT, TENANT, request, 0)).exit == "error"


class _Labels:
    async def classify(self, text: str, labels: Any) -> Guess:
        return Guess("billing", 0.9)


class _Bases:
    async def names(self, tenant_id: UUID) -> list[str]:
        return []

    async def documents(self, tenant_id: UUID, knowledge: Any, filters: Any) -> list[str]:
        return []


class _Nothing:
    """Neither connections nor customers, and no way out."""

    async def connection(self, tenant_id: UUID, key: str) -> Target:
        raise NotFound("There is no such connection.")

    async def operations(self, tenant_id: UUID) -> dict[str, Operation]:
        return {}

    async def facts(self, tenant_id: UUID, *, is_run: bool, thing_id: UUID) -> dict[str, str | None]:
        return {}

    async def fetch(self, method: str, url: str, **_: Any) -> Any:
        raise AssertionError("nothing is asked")


@pytest.mark.parametrize(
    ("kind", "request_", "exit"),
    [
        ("classify", {"text": "где счёт", "labels": {}}, "label"),
        ("extract", {"text": "а", "fields": {}}, "unavailable"),
        ("generate", {"prompt": [], "max_chars": 10}, "error"),
        ("reply", {"turns": []}, "needs_human"),
    ],
)
async def test_without_a_model_only_the_nearest_examples_answer(
    kind: str, request_: dict[str, Any], exit: str
) -> None:
    nothing = _Nothing()
    asking = AskActivities(_Labels(), None, _Bases(), Toolbox(nothing, nothing, nothing))
    asked = AskRequest(kind=kind, request=request_, locale="ru", key="k")
    assert (await ActivityEnvironment().run(asking.ask, asked)).exit == exit


@pytest.mark.parametrize("name", [f"{kind.name}@{kind.version}" for kind in node_types().values()])
def test_examples_of_the_catalogue_compile_and_fit_their_schema(name: str) -> None:
    entry = catalogue()["nodes"][name]
    schema = jsonschema_rs.validator_for({**entry["schema"], "$defs": catalogue()["$defs"]})
    assert entry["examples"]
    for example in entry["examples"]:
        document = whole(example)
        assert [str(finding) for finding in findings(document)] == []
        assert compiled(document)["nodes"]
        values = values_of(example)
        groups = [values["nodes"], *(flow["nodes"] for flow in values.get("flows", {}).values())]
        shown = [node for nodes in groups for node in nodes.values() if node["type"] == entry["type"]]
        assert shown and all(schema.is_valid(node) for node in shown)


@pytest.mark.parametrize("name", tables.TRIGGER_TYPES)
def test_examples_of_triggers_compile_and_fit_their_schema(name: str) -> None:
    entry = catalogue()["triggers"][name]
    schema = jsonschema_rs.validator_for(entry["schema"])
    for example in entry["examples"]:
        assert compiled(whole(example))["triggers"]
        assert all(schema.is_valid(trigger) for trigger in values_of(example)["triggers"])


@pytest.mark.parametrize("name", input_kinds())
def test_examples_of_answers_compile_and_fit_their_schema(name: str) -> None:
    entry = catalogue()["inputs"][name]
    schema = jsonschema_rs.validator_for({**entry["schema"], "$defs": catalogue()["$defs"]})
    for example in entry["examples"]:
        document = whole(example)
        assert compiled(document)["nodes"]
        assert schema.is_valid(values_of(document)["nodes"]["asks"]["input"])


def test_the_fields_of_the_schemas_are_the_fields_of_the_parts() -> None:
    for kind in node_types().values():
        schema = catalogue()["nodes"][f"{kind.name}@{kind.version}"]["schema"]
        assert list(schema["properties"]) == list(kind.all_fields), kind.name
        said = catalogue()["nodes"][f"{kind.name}@{kind.version}"]["fields"]
        assert [name for name in kind.all_fields if name not in said] == [], kind.name
    for name, answer in input_kinds().items():
        assert set(catalogue()["inputs"][name]["schema"]["properties"]) == {*answer.fields, "kind"}
    for name, fields in tables.TRIGGER_TYPES.items():
        wanted = {*tables.TRIGGER, *fields}
        properties = catalogue()["triggers"][name]["schema"]["properties"]
        assert set(properties) == wanted
        assert [each for each in wanted - {"type"} if "x-description" not in properties[each]] == []
