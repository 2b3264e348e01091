"""The whole of /openapi.json, asked by schemathesis as an owner, as a key and as a visitor.

No answer is a 5xx; each has a status, a type, headers and a body that the document tells of; what the schema refuses is
refused. The requests are the same each time (seed and examples are fixed), of those that are to be refused one in
eight; `python -m tests.security.fuzz` makes all of them, and others each time. Off, and why: `positive_data_acceptance`
(whether a scenario compiles or an address is one, no schema says), `unsupported_method` (405 and `Allow`:
test_openapi), `ignored_auth` and `object_level_authorization` (each role and foreign id at each route: test_guards),
`use_after_free` and `ensure_resource_availability` (ids are put in by us, so schemathesis cannot follow a thing),
`missing_required_header` (none is required: `If-Match` is asked for with 428).
Routes of the platform are asked by people who may not; test_platform has its admins.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from omnisupport.settings import Settings
from tests.security.fuzz import NO_LIMITS, Plan, Run, identities, prepare
from tests.security.ground import Ground
from tests.support.product import Product
from tests.support.schema import api_document
from tests.support.second_api import second_api

pytestmark = pytest.mark.long


def is_for_people(operation: dict[str, Any]) -> bool:
    """Whether a person or key is let in."""
    return any("operator" in each for each in operation["security"])


def is_for_visitors(operation: dict[str, Any]) -> bool:
    """Whether a visitor or anybody is let in."""
    return not is_for_people(operation)


def is_of_a_tenant(operation: dict[str, Any]) -> bool:
    """Whether it is for people, and not for those of the platform."""
    return is_for_people(operation) and "admin" not in operation["tags"]


def is_of_scenarios(operation: dict[str, Any]) -> bool:
    """Whether it is one of those that compile, try and publish: they take half of the time."""
    return is_of_a_tenant(operation) and "scenarios" in operation["tags"]


THINNED = 8
PLANS = {
    "owner": Plan(
        ("examples", "coverage"),
        operations=lambda it: is_of_a_tenant(it) and not is_of_scenarios(it),
        thinned=THINNED,
    ),
    "owner, scenarios": Plan(("examples", "coverage"), operations=is_of_scenarios, thinned=THINNED),
    "key": Plan(("examples", "fuzzing"), operations=is_for_people),
    "visitor": Plan(("examples", "coverage"), operations=is_for_visitors, thinned=THINNED),
}
LEAST_WELL = {"owner": 100, "owner, scenarios": 25, "key": 80, "visitor": 11}
"""Operations that have to be answered 2xx: a run that is kept out finds nothing."""


@pytest.fixture
async def ground(product: Product, settings: Settings) -> AsyncIterator[Ground]:
    """A tenant of each identity's own with one of everything, at an api without limits."""
    async with second_api(
        settings.model_copy(update={"rate_limits": NO_LIMITS, "widget_messages_per_minute": 1_000_000})
    ) as api:
        yield await prepare(settings, api.url)


@pytest.mark.parametrize("name", PLANS)
async def test_every_answer_is_one_that_the_document_tells_of(ground: Ground, name: str) -> None:
    document = api_document()
    token = (await asyncio.to_thread(lambda: dict(identities(ground))))[name.partition(",")[0]]
    told = await asyncio.to_thread(Run(ground, document, token).go, PLANS[name])
    print(told.summary(name))
    assert not told.findings(), "\n".join(told.findings())
    assert len(told.well) >= LEAST_WELL[name], told.summary(name)
