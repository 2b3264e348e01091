"""JSON that is well formed and that nobody can keep, and values that pydantic would guess at."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from pydantic import TypeAdapter, ValidationError

from omnisupport.api.requests import Refused, check_json
from omnisupport.api.schemas.base import Day, Moment
from omnisupport.api.schemas.roles import NewRole


def refusal(body: bytes) -> tuple[str, list[str]]:
    """The code with which a body is refused, and the fields that are blamed."""
    with pytest.raises(Refused) as refused:
        check_json(body)
    told = orjson.loads(refused.value.answer.body)
    assert told["status"] == 422
    return told["code"], [each["field"] for each in told["errors"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"a": "\ud800"}', "a"),
        (rb'{"a": ["x", {"b": "\uDFFFx"}]}', "a.1.b"),
        (rb'{"a": "\ude00\ud83d"}', "a"),
        (rb'{"\ud800": 1}', "body"),
        (b'{"a": 1e400}', "a"),
        (b'{"a": -1.5E+999}', "a"),
        (b'{"a": {"b": 9223372036854775808}}', "a.b"),
        (b'{"a": -9223372036854775809}', "a"),
        (b"1e400", "body"),
    ],
)
def test_what_nobody_can_keep_is_refused_with_its_field(body: bytes, field: str) -> None:
    assert refusal(body) == ("invalid", [field])


@pytest.mark.parametrize(
    "body",
    [
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-32"),
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\xff"}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"{",
    ],
)
def test_what_is_no_json_in_utf8_is_refused_before_another_parser_guesses(body: bytes) -> None:
    assert refusal(body) == ("invalid", ["body"])


@pytest.mark.parametrize(
    "body",
    [
        rb'{"a": "\ud83d\ude00"}',
        rb'{"a": "\\ud800"}',
        b'{"a": 9223372036854775807, "b": -9223372036854775808, "c": 1e300}',
        b'{"a": 0.1234567890123456789012345}',
        "{'a': 1}".replace("'", '"').encode(),
        b"",
    ],
)
def test_what_can_be_kept_goes_on(body: bytes) -> None:
    check_json(body)


def test_a_long_list_of_faults_is_cut() -> None:
    assert len(refusal(b"[" + b",".join([b"1e400"] * 1000) + b"]")[1]) == 20


@pytest.mark.parametrize("value", [7, 7.5, True, "7", "0.5", "1735689600", "٢٠٢٧-٠١-٣١", ""])
@pytest.mark.parametrize("kind", [Moment, Day])
def test_a_number_is_no_moment(kind: Any, value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


def test_a_moment_is_as_iso_8601_writes_it() -> None:
    at = TypeAdapter(Moment).validate_python("2027-01-31T09:00:00Z")
    assert at == datetime(2027, 1, 31, 9, tzinfo=UTC)
    assert TypeAdapter(Day).validate_python("2027-01-31") == date(2027, 1, 31)


def test_a_permission_that_is_named_twice_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="named twice"):
        NewRole.model_validate({"name": "A", "permissions": ["team.read", "team.read"]})
