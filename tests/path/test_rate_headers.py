"""Answers tell how often one may ask yet, and refusals of which limit they are, as the IETF's draft has it."""

from __future__ import annotations

import re

import httpx2

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.second_api import second_api
from tests.support.tenants import make_tenant

OTHERS = {"X-Forwarded-For": "203.0.113.9"}


def left(answer: httpx2.Response) -> tuple[str, int, int]:
    """Name, hits left, and seconds, of the header `RateLimit`."""
    found = re.fullmatch(r'"([a-z-]+)";r=(\d+);t=(\d+)', answer.headers["ratelimit"])
    assert found is not None, answer.headers["ratelimit"]
    return found[1], int(found[2]), int(found[3])


async def test_each_answer_tells_what_is_left_and_the_refusal_that_nothing_is(settings: Settings) -> None:
    tenant = await make_tenant(settings)
    changed = settings.model_copy(update={"rate_limits": "read.person=3,read.tenant=1000"})
    async with second_api(changed) as running, Operator(running.url, tenant) as owner:
        for remaining in (2, 1, 0):
            answer = await owner.request("GET", "/me")
            assert answer.headers["ratelimit-policy"] == '"read-person";q=3;w=60'
            name, hits, seconds = left(answer)
            assert (name, hits) == ("read-person", remaining)
            assert 1 <= seconds <= 60
        refused = await owner.request("GET", "/me")
        assert refused.status_code == 429
        assert refused.headers["ratelimit-policy"] == '"read-person";q=3;w=60'
        assert left(refused) == ("read-person", 0, int(refused.headers["retry-after"]))
        written = await owner.request("POST", "/scenarios/validate", json={"document": "x"})
        assert left(written)[0] == "write-person"


async def test_who_is_not_known_is_told_the_limit_of_his_address(settings: Settings) -> None:
    changed = settings.model_copy(update={"rate_limits": "auth.address=2"})
    async with second_api(changed) as running, httpx2.AsyncClient(base_url=running.url) as http:
        for status, remaining in ((401, 1), (401, 0), (429, 0)):
            answer = await http.post("/api/v1/auth/refresh", json={"refresh_token": "x"}, headers=OTHERS)
            assert answer.status_code == status or (status, answer.status_code) == (401, 422), answer.text
            assert left(answer)[:2] == ("auth-address", remaining)


async def test_what_is_counted_by_nothing_tells_nothing(settings: Settings) -> None:
    async with second_api(settings) as running, httpx2.AsyncClient(base_url=running.url) as http:
        assert "ratelimit" not in (await http.get("/healthz")).headers
