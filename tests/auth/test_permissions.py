"""Roles carry what they should, and an unknown role carries nothing."""

from __future__ import annotations

import re

import pytest

from omnisupport.domain.permissions import (
    NOTHING,
    ROLES,
    Grant,
    Permission,
    Role,
    Scope,
    grant_of,
    permissions_of,
)


def test_the_owner_may_do_everything() -> None:
    assert permissions_of("owner") == frozenset(Permission)


def test_an_operator_talks_but_does_not_manage() -> None:
    carried = permissions_of("operator")
    assert {Permission.CONVERSATIONS_REPLY, Permission.CUSTOMERS_WRITE} < carried
    assert not [
        each for each in carried if each.value.endswith((".manage", ".delete", ".export", ".publish"))
    ]


def test_only_the_owner_reads_payloads_in_clear() -> None:
    assert [role for role in ROLES if Permission.CODEC_DECODE in permissions_of(role)] == [Role.OWNER]


def test_a_custom_role_carries_what_it_names() -> None:
    grant = grant_of("night-shift", ["conversations.read", "no.such"], "departments")
    assert grant == Grant(frozenset({Permission.CONVERSATIONS_READ}), Scope.DEPARTMENTS)


def test_a_scope_of_another_release_is_the_least() -> None:
    assert grant_of("night-shift", [], "galaxy").scope == Scope.OWN


@pytest.mark.parametrize("role", ["", "Owner", "OWNER", " owner", "root", "superuser"])
def test_an_unknown_role_may_do_nothing(role: str) -> None:
    assert permissions_of(role) == NOTHING


def test_every_role_is_described_and_no_role_can_be_changed_at_run_time() -> None:
    assert set(ROLES) == set(Role)
    with pytest.raises(TypeError):
        ROLES["operator"] = frozenset(Permission)  # type: ignore[index]


def test_permissions_are_words_that_routes_and_keys_can_name() -> None:
    assert all(re.fullmatch(r"[a-z_]+\.[a-z]+", permission) for permission in Permission)
