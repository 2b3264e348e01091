"""What a scenario changes beyond its conversation is done once, whatever dies in between."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import select

from omnisupport.storage import tables
from omnisupport.storage.presence import Presence
from omnisupport.storage.queries.effects import Effects
from omnisupport.storage.redis import connect
from omnisupport.storage.tables import (
    ConversationFields,
    Customer,
    Department,
    EventRow,
    MemberDepartment,
    Rating,
    UserTenant,
)
from tests.workflows.chat import Chat, until
from tests.workflows.scenarios import scenario
from tests.workflows.stage import Stage

CHANGES = scenario(
    "changes",
    """
triggers:
  - {id: any, type: message, match: any}
variables:
  score: {type: int, nullable: true}
on_error: {next: bye}
start: who
nodes:
  who:
    type: update_customer
    set: {name: Анна, email: anna@example.com}
    consent: {grant: [marketing]}
    next: told
  told: {type: message, text: "Здравствуйте, {{ customer.name | default('вы') }}", next: what}
  what: {type: update_conversation, set: {subject: Чайник, priority: high}, next: out}
  out: {type: emit, event: tea.asked, data: {kind: улун}, next: rate}
  rate:
    type: csat
    scale: stars5
    text: Оцените
    save_to: vars.score
    timeout: 1h
    next: people
    exits: {timeout: bye, message: bye}
  people:
    type: notify
    target: {role: owner}
    text: "Оценка {{ vars.score | default('нет') }}"
    via: [inbox]
    next: bye
  bye: {type: message, text: Спасибо, next: done}
  done: {type: end, outcome: rated}
""",
)

AVAILABLE = scenario(
    "available",
    """
triggers:
  - {id: any, type: message, match: any}
on_error: {next: nobody}
start: ask
nodes:
  ask: {type: operators_available, target: {department: support}, exits: {available: somebody, unavailable: nobody}}
  somebody: {type: message, text: Кто-то есть, next: done}
  nobody: {type: message, text: Никого нет, next: done}
  done: {type: end, outcome: asked}
""",
)


async def rows(stage: Stage, chat: Chat, table: Any) -> list[Any]:
    """Every row of a table of the chat's tenant."""
    async with stage.adapters.database.session(chat.tenant_id) as session:
        return list((await session.exec(select(table).where(table.tenant_id == chat.tenant_id))).all())


async def owner_of(stage: Stage, chat: Chat) -> UUID:
    """The owner, who works in every department."""
    [owner] = await rows(stage, chat, UserTenant)
    async with stage.adapters.database.session(chat.tenant_id) as session:
        [department] = (
            await session.exec(select(Department).where(Department.tenant_id == chat.tenant_id))
        ).all()
        key = {"tenant_id": chat.tenant_id, "user_id": owner.user_id}
        session.add(MemberDepartment(**key, department_id=department.id))
    return owner.user_id


async def changed(stage: Stage) -> Chat:
    tenant = await stage.tenant(CHANGES)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await chat.say("привет")
        await chat.quiet()
        await chat.say("5")
        await chat.quiet()
    return chat


async def check(stage: Stage, chat: Chat) -> None:
    [customer] = await rows(stage, chat, Customer)
    assert (customer.name, customer.email) == ("Анна", "anna@example.com")
    assert (customer.consents["marketing"]["status"], customer.consents["marketing"]["source"]) == (
        "granted",
        "scenario",
    )
    [fields] = await rows(stage, chat, ConversationFields)
    assert (fields.subject, fields.priority) == ("Чайник", "high")
    events = {event.name: event for event in await rows(stage, chat, EventRow)}
    assert {event.customer_id for event in events.values()} == {customer.id}
    told = {"score": 5, "scale": "stars5", "scenario": "changes", "node": "rate"}
    assert {name: event.data for name, event in events.items()} == {
        "tea.asked": {"kind": "улун"},
        "csat.submitted": told,
    }
    [rating] = await rows(stage, chat, Rating)
    assert (rating.scale, rating.score, rating.node, rating.scenario_key) == ("stars5", 5, "rate", "changes")
    effects = await rows(stage, chat, tables.Effect)
    assert {effect.status for effect in effects} == {"done"}


async def test_a_scenario_changes_the_customer_the_conversation_and_tells_of_it(stage: Stage) -> None:
    chat = await changed(stage)
    await check(stage, chat)
    texts = [row["text"] for row in await chat.rows()]
    assert "Здравствуйте, Анна" in texts
    assert "Для «owner»: Оценка 5" in texts


async def test_whether_somebody_can_take_it_is_asked_of_who_is_there(stage: Stage) -> None:
    tenant = await stage.tenant(AVAILABLE)
    presence = Presence(connect(stage.settings.redis_url or ""))
    async with stage.working(sandboxed=False):
        first, second = await stage.chats(tenant, 2)
        assert await first.ask("есть кто?") == ["Никого нет"]
        await presence.here(tenant.id, await owner_of(stage, second))
        assert await second.ask("есть кто?") == ["Кто-то есть"]


CLOSES = scenario(
    "closes",
    """
triggers:
  - {id: any, type: message, match: any}
start: seen
nodes:
  seen: {type: note, text: Посмотрите заказ, mention: [Ольга], next: over}
  over: {type: close, resolution: solved, reason: Вернули деньги, next: done}
  done: {type: end, outcome: closed}
""",
)


async def test_who_is_mentioned_gets_a_letter_and_the_team_reads_why_it_was_closed(stage: Stage) -> None:
    tenant = await stage.tenant(CLOSES)
    async with stage.working(sandboxed=False):
        [chat] = await stage.chats(tenant, 1)
        await chat.say("привет")
        await chat.quiet()

        async def told() -> Any:
            [effect] = await rows(stage, chat, tables.Effect)
            return effect if effect.status != "pending" else None

        effect = await until(told, "who is mentioned was told")
    notes = [row["text"] for row in await chat.rows() if row["direction"] == "note"]
    assert notes == ["Посмотрите заказ", "Итог: solved\nПричина: Вернули деньги"]
    assert (effect.kind, effect.status, effect.body["target"]) == ("notice", "done", {"operator": "Ольга"})
    assert await Effects(stage.adapters.database).members(tenant.id, effect.body["target"]) != []
