"""Webhooks out: told in order, signed, tried again, and told once more by hand."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.operator import Operator
from tests.support.product import Product, free_port
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

PATIENCE_S = 20


class Receiver:
    """The other side: remembers what it was told and answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.answers = asyncio.Event()
        self.answers.set()

    def bodies(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What was told, in its order."""
        bodies = [json.loads(body) for _, body in self.told]
        return [body for body in bodies if kind in (None, body["type"])]

    async def until(self, count: int) -> None:
        """Wait until it was told so often."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.told) < count:
                await asyncio.sleep(0.05)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request on one connection."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers["content-length"]))
        self.told.append((headers, body))
        await self.answers.wait()
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % self.status)
        await writer.drain()
        writer.close()


PORT = free_port()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product that may call the receiver's address."""
    state: Path = tmp_path_factory.mktemp("webhooks") / "state"
    with Product(state, env={"OMNI_EGRESS_ALLOW": f"127.0.0.1:{PORT}"}) as running:
        yield running


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """The other side, at its address for one test."""
    found = Receiver()
    server = await asyncio.start_server(found.serve, "127.0.0.1", PORT)
    async with server:
        yield found


@pytest.fixture
async def tenant(product: Product) -> TestTenant:
    """A tenant of its own: what others do is not told."""
    return await make_tenant(product.settings(), ECHO)


@asynccontextmanager
async def webhook(
    owner: Operator, *events: str, url: str = f"http://127.0.0.1:{PORT}/hook"
) -> AsyncIterator[Any]:
    answer = await owner.request(
        "POST", "/settings/webhooks", json={"name": "CRM", "url": url, "events": list(events)}
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    yield made
    await owner.request("DELETE", f"/settings/webhooks/{made['webhook']['id']}")


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the other side checks it (Standard Webhooks 1.0)."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


async def deliveries(owner: Operator, webhook_id: str, **filters: str) -> list[dict[str, Any]]:
    answer = await owner.request("GET", f"/settings/webhooks/{webhook_id}/deliveries", params=filters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def settled(owner: Operator, webhook_id: str, status: str, count: int = 1) -> list[dict[str, Any]]:
    """The deliveries of a status, once there are so many."""
    async with asyncio.timeout(PATIENCE_S):
        while len(found := await deliveries(owner, webhook_id, status=status)) < count:
            await asyncio.sleep(0.1)
    return found


async def test_a_conversation_is_told_in_its_order_and_signed(
    product: Product, tenant: TestTenant, receiver: Receiver
) -> None:
    wanted = ("conversation.created", "message.created", "conversation.resolved")
    async with (
        Operator(product.url, tenant) as owner,
        webhook(owner, *wanted) as made,
        Visitor(product.url, tenant.slug) as visitor,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        await receiver.until(3)
        await owner.act(visitor.conversation_id or "", "resolve")
        await receiver.until(4)
        told = [(body["type"], body["data"].get("message", {}).get("text")) for body in receiver.bodies()]
        assert sorted(told[:3], key=str) == sorted(
            [("conversation.created", None), ("message.created", "раз"), ("message.created", "эхо: раз")],
            key=str,
        )
        assert told[3] == ("conversation.resolved", None)
        assert receiver.bodies()[0]["data"]["conversation"]["id"] == visitor.conversation_id
        assert all(is_signed(made["secret"], headers, body) for headers, body in receiver.told)
        assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 4
        found = await settled(owner, made["webhook"]["id"], "delivered", 4)
        assert [each["attempts"] for each in found] == [1, 1, 1, 1]
        assert found[0]["last_status"] == 200


async def test_nothing_is_told_that_was_not_asked_for(
    product: Product, tenant: TestTenant, receiver: Receiver
) -> None:
    async with (
        Operator(product.url, tenant) as owner,
        webhook(owner, "note.created") as made,
        Visitor(product.url, tenant.slug) as visitor,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        body = {"text": "Только для своих", "kind": "note", "client_message_id": str(uuid4())}
        await owner.request("POST", f"/conversations/{visitor.conversation_id}/messages", json=body)
        await receiver.until(1)
        await asyncio.sleep(0.6)
        assert [each["type"] for each in receiver.bodies()] == ["note.created"]
        assert len(await deliveries(owner, made["webhook"]["id"])) == 1


async def test_what_is_refused_is_tried_again_and_by_hand(
    product: Product, tenant: TestTenant, receiver: Receiver
) -> None:
    receiver.status = 500
    async with Operator(product.url, tenant) as owner, webhook(owner, "note.created") as made:
        path = f"/settings/webhooks/{made['webhook']['id']}"
        assert (await owner.request("POST", f"{path}/test")).status_code == 202
        await receiver.until(1)
        async with asyncio.timeout(PATIENCE_S):
            while (waiting := await deliveries(owner, made["webhook"]["id"]))[0]["attempts"] < 1:
                await asyncio.sleep(0.1)
        assert (waiting[0]["status"], waiting[0]["last_status"]) == ("pending", 500)
        assert waiting[0]["next_at"] is not None
        early = await owner.request("POST", f"{path}/deliveries/{waiting[0]['id']}/redeliver")
        assert (early.status_code, early.json()["code"]) == (409, "still_pending")
        receiver.status = 204
        await receiver.until(2)  # by itself, ten seconds later
        first, second = receiver.told
        assert first[0]["webhook-id"] == second[0]["webhook-id"]
        done = (await settled(owner, made["webhook"]["id"], "delivered"))[0]
        assert done["attempts"] == 2
        again = await owner.request("POST", f"{path}/deliveries/{done['id']}/redeliver")
        assert again.status_code == 202 and again.json()["delivery"]["id"] != done["id"]
        await receiver.until(3)
        assert receiver.bodies()[2] == receiver.bodies()[1]


async def test_one_that_wants_no_more_is_switched_off(
    product: Product, tenant: TestTenant, receiver: Receiver
) -> None:
    receiver.status = 410
    async with Operator(product.url, tenant) as owner, webhook(owner, "note.created") as made:
        path = f"/settings/webhooks/{made['webhook']['id']}"
        await owner.request("POST", f"{path}/test")
        await settled(owner, made["webhook"]["id"], "failed")
        off = (await owner.request("GET", path)).json()["webhook"]
        assert (off["active"], off["disabled_reason"]) == (False, "gone")
        refused = await owner.request("POST", f"{path}/test")
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook_inactive")
        receiver.status = 200
        on = await owner.request("PATCH", path, json={"active": True})
        assert on.json()["webhook"]["disabled_reason"] is None
        await owner.request("POST", f"{path}/test")
        await settled(owner, made["webhook"]["id"], "delivered")


async def test_after_a_renewal_both_secrets_sign(
    product: Product, tenant: TestTenant, receiver: Receiver
) -> None:
    async with Operator(product.url, tenant) as owner, webhook(owner, "note.created") as made:
        path = f"/settings/webhooks/{made['webhook']['id']}"
        renewed = (await owner.request("POST", f"{path}/secret")).json()["secret"]
        await owner.request("POST", f"{path}/test")
        await receiver.until(1)
        assert renewed != made["secret"]
        assert all(is_signed(secret, *receiver.told[0]) for secret in (renewed, made["secret"]))
        newest = (await owner.request("POST", f"{path}/secret")).json()["secret"]
        await owner.request("POST", f"{path}/test")
        await receiver.until(2)
        assert is_signed(newest, *receiver.told[1]) and not is_signed(made["secret"], *receiver.told[1])


async def test_an_address_inside_is_not_called(
    product: Product, tenant: TestTenant, receiver: Receiver
) -> None:
    inside = f"http://127.0.0.1:{product.port}/healthz"
    async with Operator(product.url, tenant) as owner, webhook(owner, "note.created", url=inside) as made:
        await owner.request("POST", f"/settings/webhooks/{made['webhook']['id']}/test")
        async with asyncio.timeout(PATIENCE_S):
            while (tried := await deliveries(owner, made["webhook"]["id"]))[0]["attempts"] < 1:
                await asyncio.sleep(0.1)
        assert (tried[0]["last_status"], tried[0]["last_error"]) == (None, "egress_blocked")


async def test_nothing_is_lost_while_the_worker_is_killed(
    product: Product, tenant: TestTenant, receiver: Receiver
) -> None:
    async with (
        Operator(product.url, tenant) as owner,
        webhook(owner, "message.created"),
        Visitor(product.url, tenant.slug) as visitor,
    ):
        await visitor.connect()
        await visitor.ask("0")
        await receiver.until(2)
        receiver.answers.clear()
        await visitor.ask("1")
        await receiver.until(3)
        pid = product.kill("worker")  # in the midst of a delivery
        receiver.answers.set()
        for number in range(2, 6):
            await visitor.post(str(number))
        await asyncio.to_thread(product.await_restart, "worker", pid)
        async with asyncio.timeout(90):
            while len({body["data"]["message"]["id"] for body in receiver.bodies()}) < 12:
                await asyncio.sleep(0.1)
        seqs = {body["data"]["message"]["seq"] for body in receiver.bodies()}
        assert seqs == set(range(1, 13))


@pytest.mark.parametrize(
    "change",
    [
        {"url": "file:///etc/passwd"},
        {"url": "https://user:secret@example.com"},
        {"events": []},
        {"events": ["tenant.deleted"]},
        {"name": "x" * 200},
        {"secret": "mine"},
    ],
)
async def test_a_webhook_that_cannot_be_is_refused(
    product: Product, tenant: TestTenant, change: dict[str, Any]
) -> None:
    async with Operator(product.url, tenant) as owner:
        body = {"name": "x", "url": "https://x.example", "events": ["note.created"]} | change
        answer = await owner.request("POST", "/settings/webhooks", json=body)
        assert answer.status_code == 422 and answer.json()["errors"]
        assert (await owner.request("GET", "/settings/webhooks")).json()["items"] == []


async def test_twenty_are_enough(product: Product, tenant: TestTenant) -> None:
    body = {"name": "x", "url": "https://x.example", "events": ["note.created"]}
    async with Operator(product.url, tenant) as owner:
        answers = [await owner.request("POST", "/settings/webhooks", json=body) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {201}
    assert (answers[20].status_code, answers[20].json()["code"]) == (409, "webhooks_full")
