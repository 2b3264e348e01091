"""Scenarios that ask what a text means, and messages that are taken by what they are about."""

from __future__ import annotations

import pytest
from sqlmodel import select

from omnisupport import temporal
from omnisupport.activities.runs import begin
from omnisupport.domain.runs import Asked
from omnisupport.storage.queries.runs import Runs
from omnisupport.storage.tables import EventRow
from omnisupport.workflows import options
from tests.workflows.budget import kinds_of, runs_of
from tests.workflows.chat import Chat, until
from tests.workflows.scenarios import scenario
from tests.workflows.stage import Stage

ROUTER = scenario(
    "router",
    """
triggers:
  - {id: any, type: message, match: any}
start: route
nodes:
  route:
    type: ai_classify
    input: "event.text"
    labels:
      billing: {description: оплата картой и возврат денег, examples: [верните деньги за чайник]}
      delivery: {description: доставка и курьер, examples: [когда приедет курьер]}
    timeout: 8s
    exits: {billing: money, delivery: courier, unsure: menu, error: menu}
  money: {type: message, text: Это к бухгалтерии, next: done}
  courier: {type: message, text: Курьер в пути, next: done}
  menu: {type: message, text: Не понял вас, next: done}
  done: {type: end, outcome: routed}
""",
)
WRITER = scenario(
    "writer",
    """
triggers:
  - {id: any, type: message, match: any}
variables:
  mood: {type: string, default: ''}
start: look
nodes:
  look:
    type: ai_generate
    prompt: "Какое настроение у письма {{ event.text }}?"
    save_to: vars.mood
    next: told
    exits: {error: alone}
  told: {type: message, text: "Настроение {{ vars.mood }}", next: done}
  alone: {type: message, text: Некого спросить, next: done}
  done: {type: end, outcome: looked}
""",
)
SELLER = scenario(
    "seller",
    """
triggers:
  - {id: any, type: message, match: any}
start: talk
nodes:
  talk:
    type: ai_reply
    assistant: seller
    instructions: Продавай чай.
    timeout: 30m
    exits: {done: bye, needs_human: people, limit: people, error: broken}
  bye: {type: message, text: До встречи, next: done}
  people: {type: message, text: Зову людей, next: done}
  broken: {type: message, text: Сломалось, next: done}
  done: {type: end, outcome: talked}
""",
)
SORTER = """
omni: scenario/v1
id: sorter
kind: background
name: {ru: Разбор, en: Sorting}
locale: {default: ru, supported: [ru]}
variables:
  letter: {type: string, default: когда приедет курьер}
  about: {type: string, default: nothing}
on_error: {next: done}
start: look
nodes:
  look:
    type: ai_classify
    input: "vars.letter"
    labels:
      billing: {description: оплата картой, examples: [верните деньги за чайник]}
      delivery: {description: доставка и курьер, examples: [когда приедет курьер]}
    exits: {billing: money, delivery: courier, unsure: told, error: done}
  money: {type: set, assign: {vars.about: billing}, next: told}
  courier: {type: set, assign: {vars.about: delivery}, next: told}
  told: {type: emit, event: sorted, data: {about: "=vars.about"}, next: done}
  done: {type: end, outcome: sorted}
"""
ORDERS = scenario(
    "orders",
    """
resources:
  intents:
    order_status: {examples: {ru: [где мой заказ сейчас, что с моим заказом]}}
triggers:
  - {id: status, type: intent, intent: order_status, min_confidence: 0.6, priority: 5}
start: say
nodes:
  say: {type: message, text: "Ищу заказ", next: done}
  done: {type: end, outcome: found}
""",
)
REST = scenario(
    "rest",
    """
triggers:
  - {id: any, type: message, match: any}
  - {id: stop, type: keyword, any: [стоп], priority: 9}
start: say
nodes:
  say: {type: message, text: "Слушаю вас", next: done}
  done: {type: end, outcome: heard}
""",
)


async def _activities(stage: Stage, chat: Chat) -> int:
    """How often the conversation has left its process."""
    return sum(
        kinds_of(run).count("ACTIVITY_TASK_SCHEDULED")
        for run in await runs_of(stage.client, chat.workflow_id)
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("верните деньги за мой чайник", "Это к бухгалтерии"),
        ("когда же приедет курьер", "Курьер в пути"),
        ("фыва олдж", "Не понял вас"),
    ],
)
async def test_a_scenario_goes_on_by_the_label_of_a_text(stage: Stage, text: str, answer: str) -> None:
    tenant = await stage.tenant(ROUTER)
    async with stage.working():
        chat = await stage.chat(tenant)
        assert await chat.ask(text) == [answer]


async def test_without_a_model_a_text_is_not_written_and_people_take_over_from_an_assistant(
    stage: Stage,
) -> None:
    writer, seller = await stage.tenant(WRITER), await stage.tenant(SELLER)
    async with stage.working():
        assert await (await stage.chat(writer)).ask("ура") == ["Некого спросить"]
        assert await (await stage.chat(seller)).ask("ура") == ["Зову людей"]


async def test_a_message_begins_the_scenario_that_waits_for_what_it_is_about(stage: Stage) -> None:
    tenant = await stage.tenant(ORDERS, REST)
    async with stage.working():
        chat = await stage.chat(tenant)
        assert await chat.ask("а где мой заказ сейчас?") == ["Ищу заказ"]
        assert await chat.ask("посоветуйте улун") == ["Слушаю вас"]
        assert await chat.ask("что с моим заказом") == ["Ищу заказ"]
        assert await _activities(stage, chat) == 3


async def test_a_trigger_that_stands_before_intents_takes_a_message_without_a_question(stage: Stage) -> None:
    tenant = await stage.tenant(ORDERS, REST)
    async with stage.working():
        chat = await stage.chat(tenant)
        assert await chat.ask("стоп, где мой заказ сейчас") == ["Слушаю вас"]
        assert await _activities(stage, chat) == 0


async def test_a_message_is_answered_though_nobody_tells_what_it_is_about(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief = {**options.INTENT, "schedule_to_close_timeout": options.INTENT["start_to_close_timeout"] / 3}
    monkeypatch.setattr(options, "INTENT", brief)
    tenant = await stage.tenant(ORDERS, REST)
    queues = [queue for queue in temporal.QUEUES if queue != temporal.AI]
    async with stage.working(sandboxed=False, queues=queues):
        chat = await stage.chat(tenant)
        assert await chat.ask("что с моим заказом") == ["Слушаю вас"]


async def test_a_run_without_a_conversation_asks_too(stage: Stage) -> None:
    tenant = await stage.tenant(SORTER)
    async with stage.working():
        runs, bell = Runs(stage.adapters.database), temporal.Bell(stage.client)
        asked = Asked(key="letter", scenario="sorter", mode="api")
        assert (await begin(runs, bell, tenant.id, asked)).run_id is not None

        async def emitted() -> dict[str, object] | None:
            async with stage.adapters.database.session(tenant.id) as session:
                found = await session.exec(select(EventRow).where(EventRow.name == "sorted"))
                event = found.first()
                return event.data if event else None

        assert await until(emitted, "the run to sort the letter") == {"about": "delivery"}
