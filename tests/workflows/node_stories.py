"""Conversations that pass every type of node; what they leave behind is recorded and replayed."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import select

from omnisupport import temporal
from omnisupport.activities.runs import begin
from omnisupport.domain.conversation import Begin, Happened, Move, Moved
from omnisupport.domain.runs import Asked
from omnisupport.scenario_dsl import compile_document, load_document
from omnisupport.scenario_dsl.planning import plan_migration
from omnisupport.storage.queries.runs import Runs
from omnisupport.storage.tables import Conversation, ScenarioRun
from tests.support.tenants import publish_again
from tests.workflows.chat import Chat, until
from tests.workflows.scenarios import PARROT, scenario
from tests.workflows.stage import Stage

INSTANT = scenario(
    "instant",
    """
triggers:
  - {id: any, type: message, match: any}
variables:
  n: {type: int, default: 0}
  there: {type: int, nullable: true}
on_error: {next: bye}
start: hours
nodes:
  hours: {type: business_hours, calendar: support, exits: {open: who, closed: who}}
  who:
    type: operators_available
    save_to: vars.there
    exits: {available: share, unavailable: share}
  share:
    type: split
    sticky: conversation
    branches: [{id: a, weight: 50, next: count}, {id: b, weight: 50, next: count}]
  count: {type: set, assign: {vars.n: "=vars.n + 1"}, next: all}
  all:
    type: actions
    do:
      - tag: {add: [seen]}
      - note: Видели
    next: marked
  marked: {type: tag, add: [vip], next: noted}
  noted: {type: note, text: "Клиент {{ vars.n }}", next: subject}
  subject: {type: update_conversation, set: {subject: Чай, priority: high}, next: card}
  card: {type: update_customer, set: {name: Анна}, consent: {grant: [marketing]}, next: told}
  told: {type: notify, target: {role: owner}, text: Новый клиент, via: [inbox], next: out}
  out: {type: emit, event: tea.asked, data: {n: "=vars.n"}, next: routed}
  routed: {type: assign, target: {department: support}, next: which}
  which:
    type: condition
    cases: [{when: "vars.n > 5", next: bye}]
    else: by_name
  by_name:
    type: switch
    value: locale
    cases: {ru: hello}
    exits: {default: hello}
  hello: {type: message, text: "Здравствуйте, {{ customer.name | default('вы') }}", next: closed}
  closed: {type: close, resolution: done, next: bye_end}
  bye: {type: message, text: Не вышло, next: bye_end}
  bye_end: {type: end, outcome: done}
""",
)
FLOWS = scenario(
    "flows",
    """
triggers:
  - {id: any, type: message, match: any}
variables:
  teas: {type: list, of: string, default: [улун, пуэр]}
  said: {type: string, default: ""}
interrupts:
  - {id: price, when: {keywords: [цена]}, run: {flow: price}, mode: digress}
start: once
nodes:
  once: {type: call, flow: greet, outputs: {vars.said: words}, next: each}
  each: {type: for_each, each: vars.teas, as: tea, flow: ask, max: 5, next: bye, exits: {error: bye}}
  bye: {type: message, text: "{{ vars.said }}, до встречи", next: done}
  done: {type: end, outcome: done}
flows:
  greet:
    outputs:
      words: {type: string}
    start: back
    nodes:
      back: {type: return, outputs: {words: Спасибо}}
  ask:
    inputs:
      tea: {type: string}
    variables:
      cups: {type: int, nullable: true}
    start: count
    nodes:
      count:
        type: ask
        text: "Сколько {{ vars.tea }}?"
        input: {kind: int}
        save_to: vars.cups
        timeout: 1h
        next: back
        exits: {timeout: back, invalid: back}
      back: {type: return}
  price:
    start: told
    nodes:
      told: {type: message, text: 100 рублей, next: back}
      back: {type: return}
""",
)
FORMS = scenario(
    "forms",
    """
triggers:
  - {id: any, type: message, match: any}
variables:
  day: {type: date, nullable: true}
  cups: {type: int, nullable: true}
  score: {type: int, nullable: true}
start: form
nodes:
  form:
    type: form
    review: true
    fields:
      - {id: day, text: Когда?, input: {kind: date}}
      - {id: cups, text: Сколько чашек?, input: {kind: int}}
    timeout: 1h
    next: rate
    exits: {cancel: bye, timeout: bye, invalid: bye}
  rate:
    type: csat
    scale: stars5
    text: Как вам?
    save_to: vars.score
    timeout: 1h
    next: bye
    exits: {timeout: bye, message: bye}
  bye: {type: message, text: Спасибо, next: done}
  done: {type: end, outcome: done}
""",
)
AWAITED = scenario(
    "awaited",
    """
triggers:
  - {id: word, type: keyword, any: [чай], priority: 5}
start: wait
nodes:
  wait:
    type: wait_event
    event: tea.ready
    timeout: 1h
    next: bye
    exits: {timeout: bye, message: bye}
  bye: {type: message, text: Чай готов, next: done}
  done: {type: end, outcome: done}
""",
)
ASSISTED = scenario(
    "assisted",
    """
triggers:
  - {id: any, type: message, match: any}
variables:
  parcel: {type: object, nullable: true, fields: {weight: {type: int, nullable: true}}}
  short: {type: string, default: ""}
on_error: {next: sorry}
start: about
nodes:
  about:
    type: ai_classify
    input: event.text
    labels: {delivery: "доставка, курьер", billing: "счёт, оплата"}
    exits: {delivery: data, billing: data, unsure: data, error: data}
  data:
    type: ai_extract
    input: event.text
    fields: {weight: {type: int, nullable: true}}
    save_to: vars.parcel
    next: words
    exits: {incomplete: words, error: words}
  words:
    type: ai_generate
    prompt: "Коротко: {{ event.text }}"
    max_chars: 100
    save_to: vars.short
    next: talk
    exits: {error: talk}
  talk:
    type: ai_reply
    assistant: helper
    max_turns: 2
    timeout: 1h
    exits: {done: sorry, needs_human: sorry, limit: sorry, error: sorry}
  sorry: {type: message, text: Позову человека, next: done}
  done: {type: end, outcome: done}
""",
)
ANOTHER = scenario(
    "another",
    """
triggers:
  - {id: word, type: keyword, any: [другой], priority: 5}
on_error: {next: bye}
start: beside
nodes:
  beside:
    type: start_scenario
    scenario: beside
    mode: detached
    inputs: {topic: чай}
    next: over
    exits: {rejected: over, error: over}
  over: {type: start_scenario, scenario: parrot, mode: replace, next: bye, exits: {rejected: bye}}
  bye: {type: message, text: Не вышло, next: done}
  done: {type: end, outcome: done}
""",
)
BESIDE = """
omni: scenario/v1
id: beside
kind: background
name: {ru: Рядом, en: Beside}
locale: {default: ru, supported: [ru]}
variables:
  topic: {type: string, default: ""}
start: pause
nodes:
  pause: {type: wait, for: 1s, on_message: queue, next: mark}
  mark: {type: tag, add: [beside], next: told}
  told: {type: emit, event: beside.done, data: {topic: "=vars.topic"}, next: done}
  done: {type: end, outcome: done}
"""
SCHEDULED = BESIDE.replace("id: beside", "id: scheduled").replace(
    "variables:", 'triggers:\n  - {id: minute, type: schedule, cron: "* * * * *"}\nvariables:'
)
DOCUMENTS = (INSTANT, FLOWS, FORMS, AWAITED, ASSISTED, ANOTHER, BESIDE)


async def instant_nodes(stage: Stage) -> Chat:
    """Everything that waits for nobody, and what it changes beyond the conversation."""
    chat = await stage.chat(await stage.tenant(INSTANT))
    await chat.ask("привет")
    await chat.ended()
    return chat


async def flows_and_loops(stage: Stage) -> Chat:
    """A flow that is called, one for each item, and one that an interrupt runs in between."""
    chat = await stage.chat(await stage.tenant(FLOWS))
    await chat.ask("привет")
    await chat.ask("какая цена?", count=2)
    await chat.ask("2")
    await chat.ask("3")
    return chat


async def form_and_score(stage: Stage) -> Chat:
    """A form with a review, then a score."""
    chat = await stage.chat(await stage.tenant(FORMS))
    await chat.ask("привет")
    await chat.ask("5 марта 2027")
    await chat.ask("3")
    await chat.ask("да")
    await chat.ask("5")
    return chat


async def event_awaited(stage: Stage) -> Chat:
    """An event of another name, then the one that is waited for."""
    chat = await stage.chat(await stage.tenant(AWAITED))
    await chat.say("чай")
    await chat.until_row(lambda row: row.state is not None, "it waits")
    await chat.handle.signal("happen", Happened("1", "tea.spilt"))
    await chat.handle.signal("happen", Happened("2", "tea.ready", {"cups": 2}))
    await chat.until_said()
    return chat


async def assistants_asked(stage: Stage) -> Chat:
    """Nodes that want a model, where there is none."""
    chat = await stage.chat(await stage.tenant(ASSISTED))
    await chat.ask("доставка 5 кг")
    return chat


async def another_begun(stage: Stage) -> Chat:
    """A scenario that begins one beside the conversation, and gives the conversation to a third."""
    chat = await stage.chat(await stage.tenant(PARROT, ANOTHER, BESIDE))
    await chat.ask("другой", count=2)
    await _ended_run(stage, chat.tenant_id)
    return chat


async def begun_by_others(stage: Stage) -> Chat:
    """A scenario that no message begins, while another one runs."""
    chat = await stage.chat(await stage.tenant(PARROT, AWAITED))
    await chat.ask("привет", count=2)
    bell = temporal.Bell(stage.client)
    told = Begin("1", "awaited", if_busy="replace")
    await bell.begin_in_conversation(chat.tenant_id, UUID(chat.conversation_id), told)
    await chat.until_row(lambda row: row.scenario_key == "awaited", "it has begun")
    await chat.ask("уже?")
    return chat


async def moved_to_a_version(stage: Stage) -> Chat:
    """A run that moves to another version where it waits."""
    chat = await stage.chat(await stage.tenant(PARROT))
    await chat.ask("раз", count=2)
    new = PARROT.replace("эхо:", "снова:")
    before, after = load_document(PARROT).document, load_document(new).document
    assert before is not None
    assert after is not None
    old_ir, new_ir = compile_document(before), compile_document(after)
    await publish_again(stage.adapters.database, chat.tenant_id, new)
    plan = plan_migration(old_ir, new_ir, after, 1).plan
    move = Move("1", old_ir["hash"], new_ir["hash"], plan)
    moved = await chat.handle.execute_update("move", move, result_type=Moved)
    assert moved == Moved("moved")
    await chat.ask("два", count=2)
    return chat


async def run_beside(stage: Stage) -> str:
    """A run that no conversation hosts: a timer, and what it wants of the conversation that it is about."""
    tenant = await stage.tenant(PARROT, BESIDE)
    chat = await stage.chat(tenant)
    await chat.ask("привет", count=2)
    async with stage.adapters.database.session(tenant.id) as session:
        row = (await session.exec(select(Conversation).where(Conversation.tenant_id == tenant.id))).one()
    asked = Asked(
        key="1",
        scenario="beside",
        mode="api",
        conversation_id=chat.conversation_id,
        customer_id=str(row.customer_id),
    )
    begun = await begin(Runs(stage.adapters.database), temporal.Bell(stage.client), tenant.id, asked)
    await _ended_run(stage, tenant.id)
    return temporal.workflow_id(tenant.id, "run", begun.run_id or "")


async def _ended_run(stage: Stage, tenant_id: UUID) -> None:
    async def look() -> ScenarioRun | None:
        async with stage.adapters.database.session(tenant_id) as session:
            rows = (await session.exec(select(ScenarioRun).where(ScenarioRun.tenant_id == tenant_id))).all()
        return next((row for row in rows if row.mode != "dialog" and row.ended_at is not None), None)

    await until(look, "the run beside it has ended")
