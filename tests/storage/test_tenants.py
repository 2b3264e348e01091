"""Making a tenant: what its slug and its owner's address may be."""

from __future__ import annotations

from uuid import uuid4

import pytest
from starlette.routing import BaseRoute

from omnisupport.api.app import create_app
from omnisupport.errors import OmniError
from omnisupport.settings import Settings
from omnisupport.storage.queries.tenants import NewPerson, Tenants
from omnisupport.storage.session import Database
from tests.storage.conftest import MASTER


def paths(routes: list[BaseRoute], before: str = "") -> list[str]:
    """Every path below a list of routes, mounts included."""
    found = []
    for route in routes:
        path = before + str(getattr(route, "path", ""))
        inner = getattr(route, "original_router", None) or route
        found += [path, *paths(list(getattr(inner, "routes", None) or []), path)]
    return found


def names_beside_slugs() -> list[str]:
    """First names of paths that would shadow a slug in the same place."""
    every = paths(list(create_app(Settings()).routes))
    starts = {path.partition("{slug}")[0] for path in every if "{slug}" in path}
    beside = {
        path.removeprefix(start).partition("/")[0]
        for start in starts
        for path in every
        if path.startswith(start)
    }
    return sorted(name for name in beside if name and "{" not in name and "." not in name)


async def test_names_of_our_own_addresses_are_reserved(database: Database) -> None:
    names = names_beside_slugs()
    assert {"assets", "messages", "ws"} <= set(names)
    for name in names:
        with pytest.raises(OmniError) as refused:
            await Tenants(database, MASTER).create(name, name, owner=owner("me@example.com"))
        assert refused.value.code == "slug_reserved"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "  ",
        "me",
        "me@",
        "@example.com",
        "a b@example.com",
        "a@b@c.d",
        "a\0@b.c",
        f"{'a' * 60}@{'b.' * 99}c",
    ],
)
async def test_what_is_no_address_is_refused_before_anything_is_written(
    database: Database, address: str
) -> None:
    tenants, slug = Tenants(database, MASTER), f"s-{uuid4().hex[:12]}"
    with pytest.raises(OmniError) as refused:
        await tenants.create(slug, slug, owner=owner(address))
    assert refused.value.code == "email_invalid"
    assert await tenants.find(slug) is None


async def test_a_person_is_known_by_an_address_in_any_writing(database: Database) -> None:
    tenants, slug = Tenants(database, MASTER), f"s-{uuid4().hex[:12]}"
    assert not await tenants.knows(f"{slug}@example.com")
    await tenants.create(slug, slug, owner=owner(f"{slug}@example.com"))
    assert await tenants.knows(f"  {slug.upper()}@Example.com ")


def owner(email: str) -> NewPerson:
    """An owner with this address."""
    return NewPerson(email=email, name="Owner", password_hash="-", role="owner")
