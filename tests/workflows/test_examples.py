"""The three examples of the language's design, as written, on the real stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from omnisupport import temporal
from omnisupport.scenario_dsl import check_document, load_document
from omnisupport.storage.presence import Presence
from omnisupport.storage.redis import connect
from omnisupport.storage.tables import (
    Conversation,
    Department,
    MemberDepartment,
    MemberSkill,
    Rating,
    Skill,
    UserTenant,
)
from tests.support.tenants import ALWAYS, TestTenant
from tests.workflows.chat import Chat, until
from tests.workflows.scenarios import PARROT
from tests.workflows.shop import Shop
from tests.workflows.stage import Stage

EXAMPLES = Path(__file__).parents[1] / "examples"
ORDER = {
    "status": "shipped",
    "eta": "2026-03-05",
    "total": {"amount": 129900, "currency": "RUB"},
    "items": ["чай"],
}


def example(name: str) -> str:
    return (EXAMPLES / f"{name}.yaml").read_text("utf-8")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_has_no_error(path: Path) -> None:
    document = load_document(path.read_bytes(), file=path.name).document
    assert document is not None
    assert [str(found) for found in check_document(document) if found.is_error] == []


async def add_department(stage: Stage, tenant: TestTenant, key: str, skill: str) -> None:
    """A department that is always open, where the owner works, with a skill and an open console."""
    async with stage.adapters.database.session(tenant.id) as session:
        found = (await session.exec(select(Department).where(Department.tenant_id == tenant.id))).all()
        department = next((each for each in found if each.key == key), None)
        if department is None:
            department = Department(
                tenant_id=tenant.id,
                id=uuid4(),
                key=key,
                name={"ru": key},
                timezone="Europe/Moscow",
                hours=ALWAYS,
            )
            session.add(department)
            await session.flush()
        owner = (await session.exec(select(UserTenant).where(UserTenant.tenant_id == tenant.id))).one()
        key_of = {"tenant_id": tenant.id, "user_id": owner.user_id, "department_id": department.id}
        session.add(MemberDepartment(**key_of))
        learnt = Skill(tenant_id=tenant.id, id=uuid4(), key=skill, name=skill)
        session.add(learnt)
        await session.flush()
        session.add(MemberSkill(tenant_id=tenant.id, user_id=owner.user_id, skill_id=learnt.id, level=3))
        await Presence(connect(stage.settings.redis_url or "")).here(tenant.id, owner.user_id)


async def said(chat: Chat, text: str) -> list[str]:
    """Wait until something with this text was said; everything that was said."""

    async def look() -> list[str] | None:
        texts = [row["text"] for row in await chat.rows()]
        return texts if any(text in each for each in texts) else None

    found: list[str] = await until(look, f"said: {text}")
    return found


async def rows(stage: Stage, tenant_id: UUID, table: Any) -> list[Any]:
    async with stage.adapters.database.session(tenant_id) as session:
        return list((await session.exec(select(table).where(table.tenant_id == tenant_id))).all())


async def test_a_lead_is_captured_and_goes_to_sales(stage: Stage, stage_shop: Shop) -> None:
    stage_shop.reset()
    tenant = await stage.tenant(example("lead_capture"))
    await add_department(stage, tenant, "sales", "b2b")
    await stage.adapters.connections.put(tenant.id, "crm", stage_shop.url, {})
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        assert await chat.ask("добрый день", count=2) == [
            "Здравствуйте! Подберём тариф за минуту.",
            "Что вас интересует?",
        ]
        await chat.press("Демо")
        await said(chat, "Как к вам обращаться?")
        await chat.say("Анна")
        await said(chat, "Анна, оставьте номер телефона.")
        await chat.say("8 916 123-45-67")
        await said(chat, "E-mail для договора?")
        await chat.press("Пропустить")
        await said(chat, "Сколько операторов в команде?")
        await chat.say("20")
        row = await chat.until_row(lambda row: row.controller == "operator", "people have it")
        assert row.state is not None
        assert row.state["vars"]["score"] == 50
        assert row.state["vars"]["phone"] == "+79161234567"
        assert stage_shop.asked == ["/leads"]
        await chat.do("take_over")
        ended = await chat.until_row(lambda row: row.state is None, "the scenario has ended")
        assert ended.controller == "operator"


async def test_an_order_is_looked_up_and_the_customer_says_thanks(stage: Stage, stage_shop: Shop) -> None:
    stage_shop.reset()
    stage_shop.body = ORDER
    tenant = await stage.tenant(example("order_status"))
    await add_department(stage, tenant, "support", "orders")
    await stage.adapters.connections.put(tenant.id, "shop-api", stage_shop.url, {})
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await chat.say("где заказ AB-123456?")
        texts = await said(chat, "Чем ещё помочь?")
        assert "Заказ в пути, ожидаем 5 марта." in texts
        assert stage_shop.asked == ["/orders/AB-123456"]
        await chat.press("Спасибо, всё")
        await said(chat, "Хорошего дня!")
        await chat.until_row(lambda row: row.state is None, "the scenario has ended")


async def test_an_unknown_order_ends_with_people(stage: Stage, stage_shop: Shop) -> None:
    stage_shop.reset()
    stage_shop.status = 404
    tenant = await stage.tenant(example("order_status"))
    await add_department(stage, tenant, "support", "orders")
    await stage.adapters.connections.put(tenant.id, "shop-api", stage_shop.url, {})
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await chat.say("статус заказа")
        await said(chat, "Пришлите номер заказа")
        await chat.say("ab-000001")
        await said(chat, "Заказ AB-000001 не нашёлся.")
        await chat.say("ab-000002")
        row = await chat.until_row(lambda row: row.controller == "operator", "people have it")
        assert (row.state or {})["waiting"]["kind"] == "handoff"


async def test_a_resolved_conversation_is_rated(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause is made short and the night left out: both are tested on a clock that moves, elsewhere."""
    source = example("csat_reengage").replace("for: 2m", "for: 1s")
    source = "".join(line for line in source.splitlines(keepends=True) if "quiet_hours" not in line)
    tenant = await stage.tenant(PARROT, source)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        assert await temporal.Bell(stage.client).ring_triggers(tenant.id)
        await chat.ask("раз", count=2)
        await chat.do("take_over")
        await chat.do("resolve")
        assert await temporal.Bell(stage.client).ring_triggers(tenant.id)
        await said(chat, "Оцените, пожалуйста, работу оператора Ольга.")
        await chat.say("2")
        await said(chat, "Что было не так?")
        await chat.say("Долго ждал")
        await said(chat, "Спасибо за оценку!")
        await chat.until_row(lambda row: row.state is None, "the scenario has ended")
    [rating] = await rows(stage, tenant.id, Rating)
    assert (rating.score, rating.comment) == (2, "Долго ждал")
    [conversation] = await rows(stage, tenant.id, Conversation)
    assert (conversation.status, conversation.tags) == ("resolved", ["detractor"])
