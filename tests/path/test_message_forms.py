"""What a scenario shows besides text reaches a visitor: written out, with answers that he may press."""

from __future__ import annotations

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import make_tenant
from tests.support.visitor import Visitor
from tests.workflows.scenarios import scenario

SHOWS = scenario(
    "shows",
    """
triggers:
  - {id: any, type: message, match: any}
start: told
nodes:
  told:
    type: message
    content:
      - text: Схема проезда
        media: {kind: image, url: "https://shop.example/map.png", alt: Карта}
        quick_replies: [Приеду, Не приеду]
      - location: {lat: 55.75, lon: 37.61, title: Офис}
    next: asked
  asked:
    type: ask
    text: Ждать вас?
    input: {kind: text}
    save_to: vars.answer
    timeout: 1h
    next: done
    exits: {timeout: bye}
  done: {type: message, text: "Записал: {{ vars.answer | default('-') }}", next: bye}
  bye: {type: end, outcome: told}
variables:
  answer: {type: string, nullable: true}
""",
)


async def test_forms_are_written_out_and_quick_replies_are_offered(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, SHOWS)
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as owner:
        await visitor.connect()
        picture, place, question = await visitor.ask("где вы?", count=3)
        assert picture["text"] == "Схема проезда\nКарта: https://shop.example/map.png"
        assert picture["content"]["quick_replies"] == [{"label": "Приеду"}, {"label": "Не приеду"}]
        assert place["text"].startswith("Офис: https://www.openstreetmap.org/?mlat=55.75&mlon=37.61")
        assert "quick_replies" not in place["content"]
        assert question["text"] == "Ждать вас?"
        assert (await visitor.ask("Приеду"))[-1]["text"] == "Записал: Приеду"
        read = await owner.request("GET", f"/conversations/{visitor.conversation_id}/messages")
        assert picture["content"] in [each["content"] for each in read.json()["messages"]]
