"""Triggers and variables of all scenarios over real HTTP; what is changed is the draft of the scenario."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from omnisupport.settings import Settings
from tests.path.test_scenarios import document, make, new, with_etag
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant

WORDS = {"type": "keyword", "any": ["привет"], "priority": 3}


@pytest.fixture(scope="module")
async def owner(product: Product, settings: Settings) -> AsyncIterator[Operator]:
    """The owner of a tenant with one scenario."""
    async with Operator(product.url, await make_tenant(settings, ECHO)) as signed_in:
        yield signed_in


async def test_triggers_of_all_scenarios_stand_beside_each_other(owner: Operator) -> None:
    key = new()
    path, _ = await make(owner, document(key))
    items = (await owner.request("GET", "/triggers")).json()["items"]
    ours = next(each for each in items if each["scenario_key"] == key)
    assert (ours["id"], ours["revision"], ours["spec"]["any"]) == ("word", 1, [key])
    lines = document(key).splitlines()
    assert "id: word" in lines[ours["line"] - 1]
    assert {"echo", key} <= {each["scenario_key"] for each in items}
    one = {"scenario_id": path.rpartition("/")[2]}
    assert len((await owner.request("GET", "/triggers", params=one)).json()["items"]) == 1


async def test_a_trigger_is_added_changed_and_taken_away_in_the_draft(owner: Operator) -> None:
    commented = document(new()).replace("on_error:", "# о вежливости\non_error:")
    path, etag = await make(owner, commented)
    scenario_id = path.rpartition("/")[2]
    body = {"scenario_id": scenario_id, "id": "hello", "spec": WORDS}
    made = await with_etag(owner, "POST", "/triggers", etag, **body)
    assert made.status_code == 201, made.text
    assert made.json()["trigger"]["spec"] == WORDS and made.headers["etag"] == '"2"'
    twice = await with_etag(owner, "POST", "/triggers", '"2"', **body)
    assert (twice.status_code, twice.json()["code"]) == (409, "trigger_exists")
    one = f"/triggers/{scenario_id}/hello"
    changed = await with_etag(owner, "PATCH", one, '"2"', spec=WORDS | {"any": ["здравствуйте"]})
    assert changed.json()["trigger"]["spec"]["any"] == ["здравствуйте"], changed.text
    draft = (await owner.request("GET", f"{path}/draft")).json()
    assert "здравствуйте" in draft["document"] and "# о вежливости" in draft["document"]
    assert draft["revision"] == 3
    stale = await with_etag(owner, "PATCH", one, '"2"', spec=WORDS)
    assert (stale.status_code, stale.json()["code"]) == (412, "draft_changed")
    assert "здравствуйте" in stale.json()["diff"]["text"]
    assert (await owner.request("PATCH", one, json={"spec": WORDS})).status_code == 428
    gone = await with_etag(owner, "DELETE", one, '"3"')
    assert (gone.status_code, gone.headers["etag"]) == (204, '"4"')
    assert (await owner.request("GET", one)).json()["code"] == "trigger_not_found"
    assert (await with_etag(owner, "DELETE", one, '"4"')).status_code == 404


async def test_a_variable_is_declared_changed_and_taken_away(owner: Operator) -> None:
    path, etag = await make(owner, document(new()))
    scenario_id = path.rpartition("/")[2]
    body = {"scenario_id": scenario_id, "name": "city", "spec": {"type": "string", "max_length": 80}}
    made = await with_etag(owner, "POST", "/variables", etag, **body)
    assert (made.status_code, made.json()["variable"]["name"]) == (201, "city"), made.text
    listed = (await owner.request("GET", "/variables")).json()["items"]
    assert {"city"} == {each["name"] for each in listed if each["scenario_id"] == scenario_id}
    one = f"/variables/{scenario_id}/city"
    wrong = await with_etag(owner, "PATCH", one, '"2"', spec={"type": "nothing"})
    assert wrong.status_code == 200 and any(f["severity"] == "error" for f in wrong.json()["findings"])
    mended = await with_etag(owner, "PATCH", one, '"3"', spec={"type": "int"})
    assert mended.json()["variable"]["spec"] == {"type": "int"}
    assert (await with_etag(owner, "DELETE", one, '"4"')).status_code == 204
    assert (await owner.request("GET", one)).json()["code"] == "variable_not_found"


async def test_a_spec_that_no_document_can_hold_is_refused(owner: Operator) -> None:
    path, etag = await make(owner, document(new()))
    scenario_id = path.rpartition("/")[2]
    deep: object = "x"
    for _ in range(60):
        deep = [deep]
    for spec in ({"a": deep}, {"a": "я" * 70_000}):
        body = {"scenario_id": scenario_id, "name": "city", "spec": spec}
        assert (await with_etag(owner, "POST", "/variables", etag, **body)).status_code == 422
    odd = {"scenario_id": scenario_id, "name": "city", "spec": {"type": "string", "description": "a\x00b: {"}}
    answer = await with_etag(owner, "POST", "/variables", etag, **odd)
    assert answer.status_code in (201, 422), answer.text
    assert (await owner.request("GET", f"{path}/draft")).status_code == 200


async def test_templates_nodes_and_documents_can_be_had(owner: Operator) -> None:
    for path in ("/scenarios/nodes", "/nodes"):
        nodes = (await owner.request("GET", path)).json()
        ask = nodes["nodes"]["ask@1"]
        assert "timeout" in {each["name"] for each in ask["exits"]} and ask["description"]["ru"]
        assert "text" in nodes["inputs"] and "keyword" in nodes["triggers"] and "input" in nodes["$defs"]
        assert nodes["triggers"]["comment"]["behind"]["standing"] == "none"
    for path in ("/scenarios/templates", "/templates"):
        assert (await owner.request("GET", path)).status_code == 200
    key = new()
    path, _ = await make(owner, document(key))
    file = await owner.request("GET", f"{path}/export")
    assert file.text == document(key) and file.headers["content-type"].startswith("application/yaml")
    assert f'filename="{key}.yaml"' in file.headers["content-disposition"]
    assert (await owner.request("GET", f"{path}/export", params={"version": "live"})).status_code == 404


async def test_a_file_of_another_system_comes_with_what_is_lost(owner: Operator) -> None:
    flows = Path(__file__).parents[1] / "scenario_dsl" / "importers"
    sample = next(iter(sorted(flows.rglob("*.json"))))
    kind = "typebot" if "typebot" in str(sample) else "studio"
    body = {"kind": kind, "document": sample.read_text(), "name": "bot.json"}
    made = (await owner.request("POST", "/scenarios/import", json=body)).json()
    assert made["document"].startswith("omni: scenario/v1"), made
    assert {each["file"] for each in made["losses"]} <= {"bot.json"}
    refused = await owner.request("POST", "/scenarios/import", json=body | {"document": "[1"})
    assert (refused.status_code, refused.json()["document"], refused.json()["valid"]) == (200, "", False)
    assert refused.json()["losses"][0]["severity"] == "error"
    assert (
        await owner.request("POST", "/scenarios/import", json=body | {"kind": "other"})
    ).status_code == 422


async def test_a_document_is_checked_for_code_review(owner: Operator) -> None:
    body = {"document": document(new())}
    answer = await owner.request("POST", "/scenarios/validate", json=body, params={"format": "sarif"})
    assert answer.headers["content-type"].startswith("application/sarif+json")
    assert [each["ruleId"] for each in answer.json()["runs"][0]["results"]] == ["W142"]
    plain = (await owner.request("POST", "/scenarios/validate", json=body)).json()
    assert plain["valid"] and [each["code"] for each in plain["findings"]] == ["W142"]
