"""The whole path, as a visitor sees it: accept, ring, workflow, commit_turn, socket."""

from __future__ import annotations

from omnisupport.settings import Settings
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor


async def test_a_message_is_answered_on_the_socket(product: Product, settings: Settings) -> None:
    tenant = await make_tenant(settings, ECHO)
    async with Visitor(product.url, tenant.slug) as visitor:
        assert visitor.conversation_id is None
        await visitor.connect()
        assert [reply["text"] for reply in await visitor.ask("привет")] == ["эхо: привет"]
        assert [reply["text"] for reply in await visitor.ask("и ещё")] == ["эхо: и ещё"]
        page = await visitor.read()
        assert [m["seq"] for m in page["messages"]] == [1, 2, 3, 4]


PAUSE = """
omni: scenario/v1
id: pause
kind: dialog
name: {ru: Пауза, en: Pause}
channels: [widget]
locale: {default: ru, supported: [ru, en]}
timezone: Europe/Moscow
triggers:
  - {id: word, type: keyword, match: exact, any: [пауза], priority: 10}
start: hold
nodes:
  hold: {type: message, text: {ru: Минуту., en: One moment.}, next: wait}
  wait: {type: wait, for: 1s, on_message: queue, next: done}
  done: {type: end, outcome: done}
"""


async def test_a_message_that_a_run_took_and_did_not_answer_is_routed_anew(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, PAUSE, ECHO)
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        assert [reply["text"] for reply in await visitor.ask("пауза")] == ["Минуту."]
        queued = await visitor.send("а потом?")
        replies = await visitor.await_reply(queued["seq"])
        assert [reply["text"] for reply in replies] == ["эхо: а потом?"]
