"""A name that people read is all seen: nothing in it turns a line around or makes two names look like one."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from omnisupport.api.schemas.availability import NewState
from omnisupport.api.schemas.roles import NewRole
from omnisupport.api.schemas.settings import NewCalendar, NewConnection, NewTag
from omnisupport.api.schemas.team import NewDepartment, NewSkill
from omnisupport.api.schemas.webhooks import NewWebhook
from omnisupport.domain.customer import parse_line
from omnisupport.domain.people import parse_address, parse_name
from omnisupport.errors import Invalid

TRICKS = {
    "a line turned around": "gpj.\u202eexe",
    "an isolate": "\u2066Анна\u2069",
    "a zero-width space": "Анна\u200b",
    "a word joiner": "Ан\u2060на",
    "a soft hyphen": "Ан\u00adна",
    "a byte order mark": "\ufeffАнна",
    "a filler that is a letter": "\u3164",
    "an empty pattern of Braille": "\u2800",
    "a variation selector": "Анна\ufe0f",
    "a tag": "Анна\U000e0041",
    "a line break": "Анна\u2028Ольга",
    "a tab": "Ан\tна",
    "a character of nobody": "Анна\ue000",
}
WITH_NAMES: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (NewRole, {"permissions": []}),
    (NewSkill, {}),
    (NewState, {"kind": "away"}),
    (NewTag, {"key": "x"}),
    (NewConnection, {"key": "x", "base_url": "https://x.example", "auth": {"kind": "none"}}),
    (NewWebhook, {"url": "https://x.example", "events": ["note.created"]}),
]


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize(("kind", "rest"), WITH_NAMES)
def test_a_name_with_a_trick_is_refused(kind: type[BaseModel], rest: dict[str, Any], trick: str) -> None:
    assert kind.model_validate({**rest, "name": "Анна"})
    with pytest.raises(ValidationError) as refused:
        kind.model_validate({**rest, "name": TRICKS[trick]})
    assert {each["loc"][0] for each in refused.value.errors()} == {"name"}


@pytest.mark.parametrize("trick", TRICKS)
def test_so_is_one_in_a_language(trick: str) -> None:
    name = {"ru": TRICKS[trick], "en": "Anna"}
    with pytest.raises(ValidationError):
        NewDepartment.model_validate({"name": name})
    hours = {"key": "x", "timezone": "Europe/Moscow", "hours": {}}
    with pytest.raises(ValidationError):
        NewCalendar.model_validate({**hours, "name": name})


@pytest.mark.parametrize("trick", TRICKS)
def test_so_is_one_of_a_person_and_an_address(trick: str) -> None:
    with pytest.raises(Invalid):
        parse_name(TRICKS[trick])
    with pytest.raises(Invalid):
        parse_address(f"{TRICKS[trick]}@example.com")


def test_a_name_is_kept_in_one_spelling() -> None:
    composed, apart = "Йод", "И\u0306од"
    assert NewSkill.model_validate({"name": f" {apart} "}).name == composed
    assert NewTag.model_validate({"key": "x", "name": apart}).name == composed
    assert parse_name(apart) == composed
    assert parse_line(composed, "name", 80) == composed
