"""What cannot be meant is refused with a code and the field, by every operation, and changes nothing.

Which role gets through, and ids of another tenant: tests/path/test_guards.py. Tokens that are used twice or are
expired: with what makes them (test_accounts, test_two_factor, test_invitations, test_operators, test_widget_api).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from omnisupport.api.body_limit import BODY_MAX, LARGER
from omnisupport.settings import Settings
from tests.security.fuzz import NO_LIMITS
from tests.security.spoiled import Operation, Spoiler, operations, written
from tests.support.accounts import run
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.schema import Description, api_document
from tests.support.second_api import second_api
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

DOCUMENT = Description(api_document())
WITH_BODY = [each for each in operations(DOCUMENT) if not each.path.startswith("/admin/")]
WITH_ID = [
    (method.upper(), path)
    for path, item in DOCUMENT.document["paths"].items()
    for method in item
    if "{" in path and not path.startswith("/admin/")
]
WAYS = Spoiler(DOCUMENT).ways()
BY_ADDRESS = ("/api/v1/callbacks/", "/api/v1/hooks/")
"""Who calls there is told by the address or the signature, before the body is read: test_callbacks, test_hooks."""
DEEP = b'{"x":' * 33 + b"1" + b"}" * 33


class Asker:
    """A tenant's owner, and a visitor for the widget, who send what they are told to."""

    def __init__(self, http: httpx2.AsyncClient, owner: Operator, visitor: Visitor) -> None:
        self._http = http
        self._owner = owner
        self._visitor = visitor

    async def __call__(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        """One request with the credential that the path asks for."""
        token = self._visitor.token if path.startswith("/api/v1/widget/") else self._owner._token
        kind = {} if body is None else {"Content-Type": "application/json"}
        sent = {"Authorization": f"Bearer {token}", **kind, "If-Match": '"1"', **headers}
        return await self._http.request(method, path, content=body, headers=sent)

    async def filled(self, operation: Operation, body: bytes, **headers: str) -> Any:
        """A body to an operation, on ids that nothing has."""
        return await self(operation.method, fill(operation.path), body, **headers)


def fill(path: str) -> str:
    return re.sub(r"\{.*?\}", lambda _: str(uuid4()), path)


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant of this file."""
    return await make_tenant(settings, ECHO)


@pytest.fixture(scope="module")
async def ask(product: Product, settings: Settings, tenant: TestTenant) -> AsyncIterator[Asker]:
    """The owner and a visitor at an api without limits; nothing of the tenant may have changed at the end."""
    async with (
        second_api(settings.model_copy(update={"rate_limits": NO_LIMITS})) as api,
        Operator(api.url, tenant) as owner,
        Visitor(api.url, tenant.slug) as visitor,
        httpx2.AsyncClient(base_url=api.url, timeout=20) as http,
    ):
        before = await contents(settings, tenant)
        assert len(before) > 20
        yield Asker(http, owner, visitor)
        assert await contents(settings, tenant) == before


SEEN_ONLY = {"audit", "idempotency", "session", "visitor"}
"""Tables that say that somebody was here."""


async def contents(settings: Settings, tenant: TestTenant) -> dict[str, str]:
    """A digest of every row of a tenant, by table."""
    tables = await run(
        settings,
        tenant.id,
        "select distinct c.table_name from information_schema.columns c join information_schema.tables t"
        " using (table_schema, table_name) where c.table_schema = 'public' and c.column_name = 'tenant_id'"
        " and t.table_type = 'BASE TABLE'",
    )
    found = {}
    for (name,) in tables:
        if name in SEEN_ONLY:
            continue
        rows = "coalesce(string_agg(t::text, '' order by t::text), '')"
        digest = f'select md5({rows}) from "{name}" t where tenant_id = :id'
        found[name] = (await run(settings, tenant.id, digest, id=tenant.id))[0][0]
    return found


def is_refused(answer: Any) -> bool:
    """In the one form: a 4xx with a code, and a 422 with its field."""
    if not 400 <= answer.status_code < 500 or answer.status_code == 429:
        return False
    told = answer.json()
    return bool(told["code"] and told["detail"]) and (answer.status_code != 422 or bool(told["errors"]))


def refusals(path: str, *usual: int) -> tuple[int, ...]:
    """The statuses that refuse at a path: the usual ones, and for doors of services what tells a stranger nothing."""
    return (*usual, 401, 404) if path.startswith(BY_ADDRESS) else usual


def fields_of(answer: Any) -> set[str]:
    """The fields that an answer blames."""
    return {each["field"].partition(".")[0] for each in answer.json()["errors"]}


BODIES = {
    "none": b"",
    "half": b"{",
    "a list": b"[]",
    "a text": b'"x"',
    "nothing": b"null",
    "a number that is none": b"1e400",
    "no UTF-8": b'{"x": "\xff"}',
    "deep": DEEP,
    "a field twice": b'{"x": 1, "x": 2}',
    "a field that nobody knows": b'{"nobody_knows": 1}',
    "half a character as a field": b'{"\\ud800": 1}',
    "NUL as a field": b'{"\\u0000": 1}',
}
OPTIONAL = {each.path for each in WITH_BODY if not each.is_required}
"""Paths that do without a body."""


@pytest.mark.parametrize("kind", BODIES)
async def test_a_body_that_is_none_is_refused_by_every_operation(ask: Asker, kind: str) -> None:
    wrong = []
    for operation in WITH_BODY:
        if kind in ("none", "nothing") and operation.path in OPTIONAL:
            continue
        answer = await ask.filled(operation, BODIES[kind])
        if answer.status_code not in refusals(operation.path, 422) or not is_refused(answer):
            wrong.append((operation.method, operation.path, answer.status_code, answer.text[:300]))
    assert not wrong


@pytest.mark.parametrize("way", WAYS)
async def test_a_field_that_is_spoiled_is_named_by_every_operation(ask: Asker, way: str) -> None:
    wrong, spoiled = [], Counter[str]()
    for operation in WITH_BODY:
        body = {
            name: value
            for name, schema in operation.fields.items()
            if (value := WAYS[way](schema)) is not None
        }
        if not body:
            continue
        spoiled[operation.path] += len(body)
        answer = await ask.filled(operation, written(body))
        if answer.status_code != 422 or not is_refused(answer) or not body.keys() <= fields_of(answer):
            wrong.append((operation.method, operation.path, body, answer.status_code, answer.text[:400]))
    assert spoiled, "the way fits no field at all"
    assert not wrong


IDS = {
    "a word": "x",
    "long": "1" * 6_000,
    "NUL": "%00",
    "no UTF-8": "%ff%fe",
    "digits of another script": "%D9%A3" * 32,
    "a direction turned": "%E2%80%AE",
    "a field of a template": "%7Bid%7D",
    "a way up": "..%2F..%2Fme",
    "an id in capitals": str(uuid4()).upper(),
    "an id in braces": f"%7B{uuid4()}%7D",
    "an id as a urn": f"urn:uuid:{uuid4()}",
    "a number": "9" * 40,
}


@pytest.mark.parametrize("kind", IDS)
async def test_an_id_that_is_none_is_refused_by_every_operation(ask: Asker, kind: str) -> None:
    wrong = []
    for method, path in WITH_ID:
        body = None if method in ("GET", "DELETE") else b"{}"
        answer = await ask(method, re.sub(r"\{.*?\}", IDS[kind], path), body)
        if answer.status_code not in refusals(path, 404, 405, 422) or not is_refused(answer):
            wrong.append((method, path, answer.status_code, answer.text[:300]))
    assert not wrong


async def test_a_body_that_is_too_large_is_refused_by_every_operation(ask: Asker) -> None:
    large = b'{"x": "' + b"x" * BODY_MAX + b'"}'
    wrong = []
    for operation in WITH_BODY:
        if operation.path in LARGER:
            continue
        answer = await ask.filled(operation, large)
        if (answer.status_code, answer.json()["code"]) != (413, "body_too_large"):
            wrong.append((operation.path, answer.status_code))
    assert not wrong


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"])
async def test_a_body_of_another_type_is_refused_by_every_operation(ask: Asker, kind: str) -> None:
    wrong = []
    for operation in WITH_BODY:
        answer = await ask.filled(operation, b"{}", **{"Content-Type": kind})
        if answer.status_code not in refusals(operation.path, 415, 422) or not is_refused(answer):
            wrong.append((operation.method, operation.path, answer.status_code, answer.text[:200]))
    assert not wrong
