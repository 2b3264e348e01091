"""Ten thousand attempts of one tenant at another's things, from /openapi.json: none shows or changes any (I15)."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter

from omnisupport.api import app as app_module
from omnisupport.api.app import create_app
from omnisupport.api.limits import LIMITS
from omnisupport.settings import Settings
from tests.security.probes import beside, planted
from tests.security.probes.askers import Asker, askers
from tests.security.probes.canaries import EXEMPT
from tests.security.probes.generated import Generated, nouns_of
from tests.security.probes.ledger import Ledger, read_ledger
from tests.security.probes.operations import Operation, operations
from tests.security.probes.planted import PREFIX
from tests.security.probes.wall import Answer, Wall, wall
from tests.security.probes.witness import text_fields
from tests.security.probes.workspace import Workspace, settle, workspace
from tests.support.accounts import forget_limits
from tests.support.desk import desk
from tests.support.product import Product, free_port
from tests.support.schema import Description
from tests.support.second_api import second_api

pytestmark = pytest.mark.long

HOOK = free_port()
LEAST = 10_000
RENEW_AFTER_S = 120
"""Access tokens last ten minutes, and on a busy machine a test may take four."""
ALL_TESTS = 24
LIFTED = ",".join(f"{cost}.{subject}={10**8}" for cost, subject in LIMITS)


@dataclass
class Field:
    """Two tenants, who asks in the first, and what the second had before."""

    product: Product
    settings: Settings
    description: Description
    operations: list[Operation]
    own: Workspace
    other: Workspace
    askers: list[Asker]
    wall: Wall
    before: Ledger
    mailed: frozenset[str]
    """The letters that were there before."""
    renewed: float = dataclasses.field(default_factory=monotonic)

    @property
    def generated(self) -> Generated:
        """The probes that the document gives."""
        return Generated(self.wall, self.own, self.other, self.operations, self.askers)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose limits let ten thousand requests through, and that may call the other side of webhooks."""
    state: Path = tmp_path_factory.mktemp("wall") / "state"
    env = {
        "OMNI_EGRESS_ALLOW": f"127.0.0.1:{HOOK}",
        "OMNI_RATE_LIMITS": LIFTED,
        "OMNI_WIDGET_MESSAGES_PER_MINUTE": "1000000",
        "OMNI_WIDGET_SESSIONS_PER_MINUTE": "1000000",
    }
    with Product(state, env=env) as running:
        yield running


@asynccontextmanager
async def told() -> AsyncIterator[None]:
    """The other side of webhooks: takes everything."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", HOOK)
    async with server:
        yield


async def mails(product: Product) -> list[dict[str, Any]]:
    """What the local mailbox holds."""
    async with httpx2.AsyncClient(base_url=product.ready["urls"]["mailbox"], timeout=20) as http:
        found: list[dict[str, Any]] = (await http.get("/mails.json")).json()["items"]
    return found


@pytest.fixture(scope="module")
async def field(product: Product) -> AsyncIterator[Field]:
    """Both tenants, filled."""
    settings, description = product.settings(), Description(create_app(Settings()).openapi())
    hook = f"http://127.0.0.1:{HOOK}"
    async with (
        told(),
        workspace(product.url, settings, description, hook=hook) as own,
        workspace(product.url, settings, description, hook=hook) as other,
        askers(product.url, settings, own, other) as asking,
    ):
        before = await read_ledger(settings, other.tenant.id)
        ids = before.ids - (await read_ledger(settings, own.tenant.id)).ids
        async with wall(product.url, settings, other.words, ids) as between:
            found = operations(description)
            mailed = frozenset(mail["id"] for mail in await mails(product))
            yield Field(product, settings, description, found, own, other, asking, between, before, mailed)


@pytest.fixture(autouse=True)
async def holds(field: Field, record_property: pytest.RecordProperty) -> AsyncIterator[None]:
    """After each test: nothing was shown, nothing of the other tenant is otherwise than before."""
    if monotonic() - field.renewed > RENEW_AFTER_S:
        await forget_limits(field.settings)  # the probes have failed to sign in
        for who in field.askers:
            await who.renew()
        field.renewed = monotonic()
    sent = field.wall.probes.copy()
    yield
    record_property("probes", dict(field.wall.probes - sent))
    found, field.wall.findings = field.wall.findings, []
    assert not found, "\n".join([f"{len(found)} findings", *found[:40]])
    after = await read_ledger(field.settings, field.other.tenant.id)
    assert after.digest == field.before.digest, field.before.differences(after)


def test_every_text_field_of_every_answer_has_a_canary(field: Field) -> None:
    unmarked = field.other.witness.unmarked(field.other.words)
    named = {f"{schema}.{name}": seen for (schema, name), seen in unmarked.items()}
    assert not named.keys() - EXEMPT, ", ".join(sorted(named.keys() - EXEMPT))
    assert {f"{schema}.{name}" for schema, name in text_fields(field.description)} >= EXEMPT, "of the past"


def test_every_id_that_an_operation_takes_is_one_that_the_other_tenant_has(field: Field) -> None:
    special = {"target", "link", "mail_link", "bundle_link", "callback_link"}
    assert nouns_of(field.operations) - special <= field.other.ids.keys()
    assert len(field.before.ids) > 50 and len(field.wall.ids) > 50


async def test_lists_and_own_things_hold_nothing_of_the_other(field: Field) -> None:
    await field.generated.lists()


async def test_the_other_tenants_words_find_nothing(field: Field) -> None:
    await field.generated.texts()


async def test_a_foreign_id_is_answered_as_an_absent_one(field: Field) -> None:
    await field.generated.foreign()


async def test_an_id_of_another_noun_is_answered_as_an_absent_one(field: Field) -> None:
    await field.generated.other_nouns()


async def test_foreign_ids_do_not_vouch_for_each_other(field: Field) -> None:
    await field.generated.families()


async def test_a_tenant_that_is_named_beside_the_credential_counts_for_nothing(field: Field) -> None:
    await field.generated.smuggled()


async def test_cursors_of_the_other_lead_nowhere(field: Field) -> None:
    await beside.cursors(field.generated)


async def test_idempotency_keys_of_the_other_are_free(field: Field) -> None:
    await beside.keys(field.generated)


async def test_a_credential_with_the_others_number_is_none(field: Field) -> None:
    await beside.credentials(field.generated)


async def test_sealed_payloads_of_the_other_do_not_open(field: Field) -> None:
    await beside.payloads(field.generated, field.settings)


async def test_sockets_hear_nothing_of_the_other(field: Field) -> None:
    await asyncio.gather(
        beside.consoles(field.generated, field.product.url),
        beside.visitors(field.generated, field.product.url),
        beside.tickets(field.generated, field.product.url),
    )


async def test_sockets_hear_nothing_while_the_other_speaks(field: Field) -> None:
    conversation_id = field.other.own("conversation_id")
    await field.other.owner.sign_in()
    async with (
        desk(field.product.url, field.own.owner) as console,
        desk(field.product.url, field.other.owner) as theirs,
    ):
        for listening in (console, theirs):
            await listening.say("watch", conversation_id=conversation_id, after=0)
        await field.other.visitor.send(f"тайна {field.other.mark}")
        await field.other.owner.reply(conversation_id, f"ответ {field.other.mark}")
        await theirs.await_frame("message", lambda frame: "ответ" in frame["message"]["text"])
        for frame in await console.settle():
            field.wall.probes["frame while the other speaks"] += 1
            told = Answer(101, json.dumps(frame, ensure_ascii=False).encode(), "", False)
            field.wall.judge("frame while the other speaks", "a console hears", told)
    await settle(field.other, field.settings)
    field.before = await read_ledger(field.settings, field.other.tenant.id)


BROKEN = "не работает"
"""Ends what its own owners are written of their own channels, which nobody answers for here."""


async def test_no_mail_went_to_the_other_or_told_of_it(field: Field) -> None:
    shown = [
        mail
        for mail in await mails(field.product)
        if mail["id"] not in field.mailed
        and not mail["subject"].endswith((BROKEN, "does not work"))
        and any(word in json.dumps(mail, ensure_ascii=False) for word in field.other.words)
    ]
    assert shown == []


def test_there_were_ten_thousand(field: Field, request: pytest.FixtureRequest) -> None:
    if len([item for item in request.session.items if item.path == request.path]) < ALL_TESTS:
        pytest.skip("only some of the probes were asked for")
    assert sum(field.wall.probes.values()) >= LEAST, field.wall.probes


# --- holes that were planted ------------------------------------------------------------------------------


async def findings_of(field: Field, monkeypatch: pytest.MonkeyPatch, router: APIRouter) -> list[str]:
    """What the probes find in an api with one more router."""
    monkeypatch.setattr(app_module, "ROUTERS", (*app_module.ROUTERS, router))
    described = Description(app_module.create_app(Settings()).openapi())
    added = [each for each in operations(described) if each.path.startswith(PREFIX)]
    assert added
    before = await read_ledger(field.settings, field.other.tenant.id)
    async with (
        second_api(field.settings.model_copy(update={"rate_limits": LIFTED})) as api,
        wall(api.url, field.settings, field.wall.words, field.wall.ids) as between,
    ):
        generated = Generated(between, field.own, field.other, added, field.askers[:3])
        for stage in (generated.lists, generated.texts, generated.foreign, generated.smuggled):
            await stage()
    after = await read_ledger(field.settings, field.other.tenant.id)
    return between.findings + before.differences(after)


async def test_a_good_route_is_no_finding(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await findings_of(field, monkeypatch, planted.good()) == []


@pytest.mark.parametrize("kind", planted.PLANTED)
async def test_a_planted_hole_is_found(field: Field, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    make, named = planted.PLANTED[kind]
    found = await findings_of(field, monkeypatch, make())
    assert any(named in each for each in found), found
    field.before = await read_ledger(field.settings, field.other.tenant.id)
