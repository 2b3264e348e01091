"""A hint reaches whom it concerns, and nobody else is even asked."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from omnisupport.api.audience import EVERYTHING, Audience

SHOP, OTHER = uuid4(), uuid4()


@pytest.fixture
def audience() -> Audience[str]:
    return Audience()


def test_a_topic_reaches_its_listeners_and_those_who_hear_everything(audience: Audience[str]) -> None:
    audience.add(SHOP, "operator", [EVERYTHING])
    for number in range(1_000):
        audience.add(SHOP, f"visitor {number}", [f"customer {number}", f"conversation {number}"])
    assert audience.of(SHOP, ["conversation 7"]) == {"operator", "visitor 7"}
    assert audience.of(SHOP, ["conversation 7", "customer 8"]) == {"operator", "visitor 7", "visitor 8"}
    assert audience.of(SHOP, ["conversation of nobody"]) == {"operator"}


def test_two_tabs_of_one_visitor_hear_the_same(audience: Audience[str]) -> None:
    for tab in ("tab 1", "tab 2"):
        audience.add(SHOP, tab, ["customer", "conversation"])
    assert audience.of(SHOP, ["customer", "conversation"]) == {"tab 1", "tab 2"}


def test_a_topic_of_one_tenant_is_none_of_anothers(audience: Audience[str]) -> None:
    audience.add(SHOP, "ours", ["conversation"])
    audience.add(OTHER, "theirs", ["conversation", EVERYTHING])
    assert audience.of(SHOP, ["conversation"]) == {"ours"}
    assert audience.everyone(OTHER) == ["theirs"]
    assert sorted(audience.everyone()) == ["ours", "theirs"]


def test_who_goes_over_to_another_conversation_hears_that_one_only(audience: Audience[str]) -> None:
    audience.add(SHOP, "visitor", ["customer", "old"])
    audience.ignore(SHOP, "visitor", "old")
    audience.hear(SHOP, "visitor", "new")
    assert audience.of(SHOP, ["old"]) == set()
    assert audience.of(SHOP, ["new"]) == {"visitor"}


def test_who_has_left_hears_nothing_and_nothing_is_kept_of_him(audience: Audience[str]) -> None:
    assert audience.add(SHOP, "first", ["conversation"])
    assert not audience.add(SHOP, "second", ["conversation"])
    assert not audience.remove(SHOP, "first")
    audience.hear(SHOP, "first", "another")
    audience.ignore(SHOP, "first", "conversation")
    assert audience.of(SHOP, ["conversation", "another"]) == {"second"}
    assert audience.remove(SHOP, "second")
    assert not audience.remove(SHOP, "second")
    assert audience.tenants() == []
    assert vars(audience) == vars(Audience())


def test_a_tenant_without_listeners_is_nobody(audience: Audience[str]) -> None:
    assert audience.of(UUID(int=7), ["conversation"]) == set()
    assert audience.everyone(UUID(int=7)) == []
