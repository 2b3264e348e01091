"""`omni tenant create`: the login that is told works, also when the owner has one already."""

from __future__ import annotations

import httpx2

from tests.support.product import Product


async def sign_in(product: Product, email: str, password: str, tenant: str) -> int:
    """The status of a sign-in by token."""
    async with httpx2.AsyncClient(base_url=product.url) as client:
        body = {"email": email, "password": password, "tenant": tenant, "grant": "token"}
        return (await client.post("/api/v1/auth/login", json=body)).status_code


async def test_an_owner_of_two_tenants_keeps_the_first_password(product: Product) -> None:
    first = product.omni("tenant", "create", "first-shop", "--owner", "me@example.com")
    assert first.returncode == 0, first.stderr
    password = first.stdout.split()[-1]
    second = product.omni("tenant", "create", "second-shop", "--owner", " ME@example.com ")
    assert second.returncode == 0, second.stderr
    assert "signs in with the password that they have already" in second.stdout
    for slug in ("first-shop", "second-shop"):
        assert await sign_in(product, "me@example.com", password, slug) == 200


async def test_a_reserved_slug_is_refused_in_words(product: Product) -> None:
    said = product.omni("tenant", "create", "messages", "--owner", "me@example.com")
    assert said.returncode == 1
    assert said.stderr == "'messages' is a name of the product's own addresses. Choose another slug.\n"
