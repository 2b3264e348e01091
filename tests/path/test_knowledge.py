"""A question typed first is answered from the tenant's documents, with its source, or honestly not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from omnisupport.api.app import create_app
from omnisupport.devstack.provision import import_knowledge
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product
from tests.support.schema import Description
from tests.support.tenants import TestTenant, make_tenant
from tests.support.visitor import Visitor

DELIVERY = """---
title: Доставка
slug: delivery
locale: ru
url: /help/delivery
---
# Доставка

## Сколько стоит

Курьером по Москве доставка стоит 350 ₽, от 3 000 ₽ — бесплатно.

## Сроки

Курьер приезжает на следующий день.
"""
RETURNS = """---
title: Возврат
slug: returns
locale: ru
url: /help/returns
---
# Возврат

Чай можно вернуть за 14 дней, если пачка не вскрыта. Деньги приходят за 3 рабочих дня.
"""


@pytest.fixture(scope="module")
async def tenant(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> TestTenant:
    """A tenant with two articles and no scenario."""
    made = await make_tenant(settings)
    folder: Path = tmp_path_factory.mktemp("articles")
    (folder / "delivery.md").write_text(DELIVERY, "utf-8")
    (folder / "returns.md").write_text(RETURNS, "utf-8")
    (folder / "picture.md").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\xff")
    report = await import_knowledge(settings, made.slug, folder, site="https://shop.example")
    assert sorted(report.imported) == ["delivery.md", "returns.md"]
    assert list(report.refused) == ["picture.md"]
    again = await import_knowledge(settings, made.slug, folder, site="https://shop.example")
    assert sorted(again.unchanged) == ["delivery.md", "returns.md"]
    return made


async def test_a_first_question_gets_the_right_passage_with_its_source(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        answer = (await visitor.ask("сколько стоит доставка?"))[0]
        assert "350" in answer["text"]
        assert answer["author"]["kind"] == "assistant"
        source = answer["content"]["sources"][0]
        assert source["title"] == "Доставка"
        assert source["url"] == "https://shop.example/help/delivery"
        assert source["quote"]
        assert "14 дней" in (await visitor.ask("как вернуть чай?"))[0]["text"]
        visitor._http.event_hooks = {"response": [Description(create_app(settings).openapi()).check]}
        assert (await visitor.read())["messages"], "sources are as /openapi.json says"


async def test_three_fragments_are_one_question(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        for text in ("здравствуйте, подскажите", "сколько стоит", "доставка по Москве?"):
            last = await visitor.send(text)
        answers = await visitor.await_reply(last["seq"])
        await asyncio.sleep(1.0)
        outbound = [m for m in (await visitor.read())["messages"] if m["direction"] == "outbound"]
        assert len(outbound) == 1
        assert "350" in answers[0]["text"]


async def test_what_is_not_known_is_said_and_a_person_is_offered(
    product: Product, tenant: TestTenant
) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:
        await visitor.connect()
        answer = (await visitor.ask("какая завтра погода в Лиссабоне?"))[0]
        assert not answer["content"]["sources"]
        assert answer["content"]["buttons"], "a person is offered"
        again = (await visitor.ask("сколько стоит доставка?"))[0]
        assert "350" in again["text"], "a new question at the offer is answered"


async def test_a_call_for_a_person_hands_off(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor, Operator(product.url, tenant) as operator:
        await visitor.connect()
        await visitor.ask("Позовите оператора")
        conversation = await operator.conversation(visitor.conversation_id or "")
        if conversation["controller"] != "operator":  # outside opening hours a contact is asked for first
            await visitor.ask("+7 916 123-45-67")
            conversation = await _until_held(operator, visitor.conversation_id or "")
            notes = [
                m["text"] for m in await operator.messages(conversation["id"]) if m["direction"] == "note"
            ]
            digits = ["".join(c for c in note if c.isdigit()) for note in notes]
            assert any("9161234567" in each for each in digits), notes
        assert conversation["assignee"] is None
        waiting = await operator.conversations(status="open", controller="operator", assigned_to="none")
        assert conversation["id"] in [line["id"] for line in waiting]


async def _until_held(operator: Operator, conversation_id: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            conversation = await operator.conversation(conversation_id)
            if conversation["controller"] == "operator":
                return conversation
            await asyncio.sleep(0.1)


async def test_a_question_can_be_tried_out(product: Product, tenant: TestTenant, settings: Settings) -> None:
    other = await make_tenant(settings)
    async with Operator(product.url, tenant) as owner, Operator(product.url, other) as stranger:
        found = await owner.request("POST", "/knowledge/test", json={"query": "сколько стоит доставка?"})
        assert found.status_code == 200, found.text
        best = found.json()["passages"][0]
        assert best["title"] == "Доставка"
        assert best["confidence"] >= found.json()["confidence_line"]
        foreign = await stranger.request("POST", "/knowledge/test", json={"query": "сколько стоит доставка?"})
        assert foreign.json()["passages"] == []
