"""Declarations of variables: types, attributes, and what their values must keep."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.scenario_dsl import check_document, load_document
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.values import Misfit, fit
from omnisupport.scenario_dsl.variables import PII, TYPES
from tests.scenario_dsl.support import codes, document, findings

# A node that reads the variable, so that nothing is said of its use.
READS = "  first:\n    type: condition\n    cases:\n      - {when: has(vars.v), next: bye}\n    else: gone\n"
SAYS = "    type: message\n    text: Привет\n    next: gone\n"


def declared(attributes: str) -> list[tuple[str, str | None]]:
    text = document("  first:\n" + SAYS, variables=f"  v: {{{attributes}}}\n")
    return [(finding.code, finding.field) for finding in findings(text)]


def spec(attributes: str) -> dict[str, Any]:
    loaded = load_document(document("  first:\n" + SAYS, variables=f"  v: {{{attributes}}}\n"))
    assert loaded.document is not None
    assert [str(item) for item in check_document(loaded.document)] == []
    return analyse(loaded.document).variables["v"].spec


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "enum"])
def test_every_type_can_be_declared(kind: str) -> None:
    assert declared(f"type: {kind}") == []
    assert declared(f"type: {kind}, nullable: true, description: зачем") == []
    if kind not in ("list", "object"):
        assert declared(f"type: list, of: {kind}") == []
        assert declared(f"type: object, fields: {{a: {kind}, b: {{type: {kind}, nullable: true}}}}") == []


@pytest.mark.parametrize(
    ("attributes", "fits", "misfits"),
    [
        ("type: int, min: 1, max: 5", [1, 5, 3.0], [0, 6, 1.5, "1", True, 2**63]),
        ("type: number, min: 0.5", [0.5, 7], [0.4, "1", float("nan")]),
        ("type: string, min_length: 2, max_length: 3", ["ab", "чай"], ["a", "abcd", 1, "a\0b"]),
        ("type: string, pattern: '^[a-z]+$'", ["abc"], ["ABC", "1"]),
        ("type: phone, pattern: '^[+]7'", ["+79161234567"], ["+49123"]),
        ("type: enum, values: [a, b]", ["a"], ["c", 1, None]),
        ("type: enum, values: [a], nullable: true", ["a", None], ["b"]),
        (
            "type: date, min: 2026-01-01, max: 2026-12-31",
            ["2026-01-01", "2026-12-31"],
            ["2025-12-31", "2027-01-01", "2026-02-30", "01.01.2026"],
        ),
        (
            "type: time, min: 09:30, max: '18:00:30'",
            ["09:30", "09:30:00", "18:00:30", "18:00"],
            ["09:29:59", "09:29", "18:00:31", "24:00"],
        ),
        (
            "type: datetime, min: 2026-03-02T11:00:00+03:00",
            ["2026-03-02T08:00:00Z", 1_772_438_400_000],
            ["2026-03-02T07:59:59Z", "2026-03-02T11:00:00"],
        ),
        ("type: duration, min: 1m, max: PT1H", ["1m", "60m", 60_000], ["59s", "61m", 59_999, "час", 1.5]),
        (
            "type: money, min: 100, currency: RUB",
            [{"amount": 100, "currency": "RUB"}],
            [{"amount": 99, "currency": "RUB"}, {"amount": 100, "currency": "USD"}, 100],
        ),
        ("type: list, of: int, min_length: 1, max_length: 2", [[1], [1, 2]], [[], [1, 2, 3], ["a"]]),
        (
            "type: list, of: {type: int, min: 1}",
            [[], [1, 2]],
            [[0], [1, 0]],
        ),
        (
            "type: list, of: {type: enum, values: [a, b]}",
            [["a", "b"]],
            [["c"]],
        ),
        (
            "type: list, of: {type: list, of: {type: string, max_length: 2}}",
            [[["ab"], []]],
            [[["abc"]], ["ab"]],
        ),
        (
            "type: object, fields: {n: {type: int, max: 9}, s: {type: string, nullable: true, min_length: 1}}",
            [{"n": 9, "s": None}, {"n": 1, "s": "a"}, {"n": 1}],
            [{"n": 10}, {"n": 1, "s": ""}, {"s": "a"}, []],
        ),
        (
            "type: object, fields: {days: {type: list, of: {type: date, min: 2026-01-01}}}",
            [{"days": ["2026-01-01"]}],
            [{"days": ["2025-01-01"]}, {"days": None}],
        ),
        ("type: any", [1, "a", [1, {"b": None}], {"c": True}], [object()]),
    ],
)
def test_values_are_held_against_what_was_declared(
    attributes: str, fits: list[Any], misfits: list[Any]
) -> None:
    found = spec(attributes)
    for value in fits:
        fit(value, found)
    for value in misfits:
        with pytest.raises(Misfit):
            fit(value, found)


def test_a_misfit_names_the_part_and_never_the_value() -> None:
    found = spec("type: object, fields: {days: {type: list, of: {type: int, max: 31}}}")
    with pytest.raises(Misfit, match=r"days: an item: more than 31"):
        fit({"days": [77]}, found)


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ("type: strng", ("E007", "variables.v.type")),
        ("type: enum", ("E112", "variables.v.values")),
        ("type: int, pattern: a", ("E007", "variables.v.pattern")),
        ("type: string, min: 1", ("E007", "variables.v.min")),
        ("type: bool, max: 1", ("E007", "variables.v.max")),
        ("type: int, min_length: 1", ("E007", "variables.v.min_length")),
        ("type: string, values: [a]", ("E007", "variables.v.values")),
        ("type: string, of: int", ("E007", "variables.v.of")),
        ("type: list, fields: {a: int}", ("E007", "variables.v.fields")),
        ("type: email, region: RU", ("E007", "variables.v.region")),
        ("type: int, currency: RUB", ("E007", "variables.v.currency")),
        ("type: date, min: завтра", ("E007", "variables.v.min")),
        ("type: date, min: 2026-02-02, max: 2026-02-01", ("E007", "variables.v.min")),
        ("type: time, max: '25:00'", ("E007", "variables.v.max")),
        ("type: duration, min: 2h, max: 90m", ("E007", "variables.v.min")),
        ("type: datetime, min: 2026-01-01", ("E007", "variables.v.min")),
        ("type: money, min: 1.5", ("E007", "variables.v.min")),
        ("type: list, of: {type: int, min: 5, max: 4}", ("E007", "variables.v.of.min")),
        ("type: list, of: {type: int, default: 4}", ("E111", "variables.v.of.default")),
        ("type: object, fields: {a: {type: int, pattern: a}}", ("E007", "variables.v.a.pattern")),
        ("type: object, fields: {a: nothing}", ("E007", "variables.v.a")),
        ("type: string, pii: everything", ("E007", "variables.v.pii")),
        ("type: string, retention: soon", ("E008", "variables.v.retention")),
        ("type: string, secret: 1", ("E007", "variables.v.secret")),
        ("type: date, default: 2025-01-01, min: 2026-01-01", ("E306", "variables.v.default")),
        ("type: list, of: {type: int, min: 1}, default: [0]", ("E306", "variables.v.default")),
    ],
)
def test_what_cannot_be_declared_is_found(attributes: str, found: tuple[str, str]) -> None:
    assert declared(attributes) == [found]


@pytest.mark.parametrize("name", ["имя", "in", "true", "null", "1st", "a-b", "a.b", "a" * 65])
def test_a_name_that_expressions_cannot_read_is_refused(name: str) -> None:
    assert "E007" in codes(document("  first:\n" + SAYS, variables=f"  {name}: {{type: int}}\n"))


def test_what_is_personal_is_known_to_the_checks() -> None:
    loaded = load_document(
        document(
            "  first:\n" + SAYS,
            variables="  v: {type: string, pii: document, retention: 30d}\n"
            "  w: {type: list, of: {type: object, fields: {mail: {type: email, pii: email}}}}\n"
            "  x: {type: string, secret: true}\n",
        )
    )
    assert loaded.document is not None
    found = analyse(loaded.document).variables
    assert (found["v"].pii, found["v"].retention, found["v"].secret) == ("document", 30 * 86_400, False)
    assert (found["w"].pii, found["w"].retention) == ("email", None)
    assert found["x"].secret
    assert {"name", "phone", "email", "contact"} <= set(PII)


def test_a_secret_is_no_name_of_expressions() -> None:
    nodes = "  first:\n    type: message\n    text: '{{ secret.token }}'\n    next: bye\n"
    assert codes(document(nodes)) == ["E401"]
    nodes = "  first:\n    type: set\n    assign: {secret.token: a}\n    next: gone\n"
    assert "E303" in codes(document(nodes))
