"""Roles carry what they should, and an unknown role carries nothing."""

from __future__ import annotations

import re

import pytest

from omnisupport.domain.permissions import NOTHING, ROLES, Permission, Role, permissions_of

MANAGING = {
    Permission.SCENARIOS_WRITE,
    Permission.SCENARIOS_PUBLISH,
    Permission.CODEC_DECODE,
}


def test_the_owner_may_do_everything() -> None:
    assert permissions_of("owner") == frozenset(Permission)


def test_an_operator_talks_but_does_not_manage() -> None:
    assert permissions_of("operator") == frozenset(Permission) - MANAGING


@pytest.mark.parametrize("role", ["", "Owner", "OWNER", " owner", "admin", "superuser"])
def test_an_unknown_role_may_do_nothing(role: str) -> None:
    assert permissions_of(role) == NOTHING


def test_every_role_is_described_and_no_role_can_be_changed_at_run_time() -> None:
    assert set(ROLES) == set(Role)
    with pytest.raises(TypeError):
        ROLES["operator"] = frozenset(Permission)  # type: ignore[index]


def test_permissions_are_words_that_routes_and_keys_can_name() -> None:
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", permission) for permission in Permission)
