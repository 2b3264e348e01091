"""Every POST of /openapi.json takes an Idempotency-Key and obeys it, but for those that are named here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from omnisupport.settings import Settings
from tests.security.examples import BODIES, filled
from tests.security.fuzz import NO_LIMITS, prepare
from tests.security.ground import Ground
from tests.support.product import Product
from tests.support.schema import api_document
from tests.support.second_api import second_api

DOCUMENT = api_document()
POSTS = sorted(path for path, item in DOCUMENT["paths"].items() if "post" in item)
NOT_KEPT = {
    "/auth/logout": "the session of the first time is over, so the repeat is nobody's",
    "/auth/change-password": "the same: all sessions end",
    "/hooks/{slug}/{key}": "who is refused is nobody; a call that is signed is known by its `webhook-id`: test_hooks",
}
LAST = ("/auth/change-password", "/auth/logout")
RAW = {
    "/files": (b"x", "application/octet-stream", "?name=x.txt"),
    "/widget/files": (b"x", "application/octet-stream", "?name=x.txt"),
    "/customers/import": (b"email,name\na@example.com,A\n", "text/csv", "?dry_run=true"),
    "/team/members/import": (b"email\nnobody\n", "text/csv", "?dry_run=true"),
}


def is_above_tenants(path: str) -> bool:
    """Refused to this caller by the guard, before a key is looked at: test_platform.py has the admins."""
    return path.startswith("/admin/")


def test_every_post_documents_the_key() -> None:
    assert len(POSTS) > 60
    for path in POSTS:
        named = [
            each
            for each in DOCUMENT["paths"][path]["post"]["parameters"]
            if each["name"] == "Idempotency-Key"
        ]
        assert len(named) == 1, path
        assert (named[0]["in"], named[0]["required"], named[0]["schema"]["maxLength"]) == (
            "header",
            False,
            255,
        )
        assert "409" in DOCUMENT["paths"][path]["post"]["responses"], path


@pytest.fixture(scope="module")
async def ground(product: Product, settings: Settings) -> AsyncIterator[Ground]:
    """A tenant with one of everything, at an api without limits."""
    async with second_api(settings.model_copy(update={"rate_limits": NO_LIMITS})) as api:
        yield await prepare(settings, api.url)


class Post:
    """One POST that can be repeated to the byte, and changed."""

    def __init__(self, ground: Ground, path: str) -> None:
        self._ground = ground
        self._short = path.removeprefix("/api/v1")
        token = ground.visitor_token if path.startswith("/api/v1/widget/") else ground.token
        raw, kind, query = RAW.get(self._short, (None, "application/json", ""))
        self._url = ground.url + path.format(**ground.fill(path)) + query
        body = filled(BODIES.get(f"POST {self._short}", {}), ground.word(), ground.named)
        if self._short == "/auth/login":  # a wrong password is 401, which is never kept
            body |= {"email": ground.tenant.email, "password": ground.tenant.password}
        self._first = httpx2.Request("POST", "http://x", json=body).content if raw is None else raw
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": kind,
            "Idempotency-Key": str(uuid4()),
        }

    def __call__(self, *, other: bool = False) -> httpx2.Response:
        """Ask, with another body if that is wanted."""
        body = self._first + b" " if other else self._first
        return self._ground._http.post(self._url, content=body, headers=self._headers)


def disobeying(ground: Ground) -> Iterator[tuple[str, Any]]:
    """Paths that do not keep to their key, and what they answered."""
    for path in sorted(POSTS, key=lambda path: path.endswith(LAST)):
        if is_above_tenants(path):
            continue
        post = Post(ground, path)
        first, again, other = post(), post(), post(other=True)
        same = (again.status_code, again.content) == (first.status_code, first.content)
        replayed = same and again.headers.get("idempotency-replayed") == "true"
        refused = other.status_code == 409 and other.json()["code"] == "idempotency_key_reused"
        if not (replayed and refused):
            yield path, (first.status_code, first.text[:200], again.status_code, other.status_code)
        ground.mend(401, b"")


async def test_every_post_obeys_its_key(ground: Ground) -> None:
    found = dict(await asyncio.to_thread(lambda: list(disobeying(ground))))
    assert found.keys() == {f"/api/v1{path}" for path in NOT_KEPT}, found
