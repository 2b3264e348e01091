"""A tenant with a canary in every text field that its api can hold, made through the api itself."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from omnisupport.devstack.provision import import_knowledge
from omnisupport.domain.permissions import Permission
from omnisupport.settings import Settings
from tests.security.probes.operations import GOOD, NUMBERS, noun_of
from tests.security.probes.witness import Witness
from tests.support.accounts import run
from tests.support.callbacks import callback_link
from tests.support.exports import ready
from tests.support.operator import Operator
from tests.support.originals import plant_original
from tests.support.roles import add_scoped
from tests.support.schema import Description
from tests.support.team import plant_invitation
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor
from tests.support.widgets import plant_article

GREETING = """
omni: scenario/v1
id: greeting-{mark}
kind: dialog
name: {{ru: Привет {mark}, en: Hello {mark}}}
channels: [widget]
locale: {{default: ru, supported: [ru, en]}}
timezone: Europe/Moscow
triggers:
  - {{id: opened, type: event, event: widget.opened, priority: 10}}
on_error: {{next: finish}}
start: ask
nodes:
  ask:
    type: menu
    text: {{ru: "Чем помочь? {mark}", en: "How can we help? {mark}"}}
    options:
      - {{id: o_{mark}, label: {{ru: "Заказ {mark}", en: "Order {mark}"}}, next: finish}}
    timeout: 24h
    exits: {{timeout: finish, invalid: finish}}
  finish: {{type: end, outcome: quiet}}
"""
ANSWERS = """\
  a_{mark}:
    type: message
    content:
      - text: {{ru: "Ещё {mark}?", en: "More {mark}?"}}
        quick_replies: [{{ru: "Да {mark}", en: "Yes {mark}"}}]
    next: n_{mark}
"""
SUBFLOW = """
omni: scenario/v1
id: sub-{mark}
kind: subflow
name: {{ru: Часть {mark}, en: Part {mark}}}
channels: [widget]
locale: {{default: ru, supported: [ru, en]}}
timezone: Europe/Moscow
inputs:
  i_{mark}: {{type: string}}
on_error: {{next: done}}
start: say
nodes:
  say: {{type: message, text: {{ru: "{{{{ vars.i_{mark} }}}}", en: "{{{{ vars.i_{mark} }}}}."}}, next: done}}
  done: {{type: return}}
"""
RASA = """flows:
  f_{mark}:
    description: says hello {mark}
    steps:
      - id: s_{mark}
        action: utter_{mark}
        strange_{mark}: 1
        next: END
"""
ARTICLE = """---
title: Доставка {mark}
slug: delivery
locale: ru
url: /help/{mark}
---
# Доставка {mark}

Курьером по Москве доставка стоит 350 рублей. {mark}
"""
TEMPLATE = """
insert into message_template (tenant_id, id, channel_id, provider_id, sent_as, name, language, category, status,
  sendable, body)
select tenant_id, cast(:id as uuid), id, 'x', 'x', 'x', 'ru', 'utility', 'approved', true, 'x'
  from channel where id = cast(:channel as uuid)
"""
"""A template, as if the provider had listed it."""
HOURS = {"mon": [["09:00", "18:00"]]}
CSV = "text/csv"


BOTS = count(20_000_000)


@dataclass
class Workspace:
    """A tenant, its people and what they hold. `ids`: by noun, the ids that name its things in the api."""

    tenant: TestTenant
    mark: str
    phone: str
    witness: Witness
    owner: Operator
    scoped: Operator
    visitor: Visitor
    keys: dict[str, str] = field(default_factory=dict)
    """Tokens of API keys: of the workspace (`workspace`), of the owner (`personal`)."""
    ids: dict[str, list[str]] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    """What is shown once: tokens, signing secrets, recovery codes."""
    cursors: dict[str, str] = field(default_factory=dict)
    """Of each list by its path."""
    links: dict[str, list[str]] = field(default_factory=dict)
    """Signed links to files and bundles, by noun."""
    asked: list[tuple[str, str, Any, str]] = field(default_factory=list)
    """Method, path, body and Idempotency-Key of what its owner has sent."""

    @property
    def words(self) -> frozenset[str]:
        """What nobody else may ever read."""
        return frozenset({self.mark, self.tenant.slug, self.phone.removeprefix("+")} | self.secrets)

    def own(self, noun: str) -> str:
        """An id, or a link, of a noun."""
        return (self.links.get(noun) or self.ids[noun])[0]

    def add(self, noun: str, value: str) -> str:
        """Note an id."""
        if value not in self.ids.setdefault(noun, []):
            self.ids[noun].append(value)
        return value


@asynccontextmanager
async def workspace(
    url: str, settings: Settings, description: Description, *, hook: str
) -> AsyncIterator[Workspace]:
    """Make one, with everything in it. `hook` is an address that takes what webhooks tell."""
    mark = f"wall{secrets.token_hex(5)}"
    phone = f"+7999{secrets.randbelow(10**7):07d}"
    documents = (GREETING.format(mark=mark), echo(mark))
    tenant = await make_tenant(settings, *documents)
    await run(
        settings,
        tenant.id,
        "update tenant set name = :name where tenant_id = :tenant",
        name=f"Чай {mark}",
        tenant=tenant.id,
    )
    department = (await run(settings, tenant.id, "select id from department"))[0][0]
    narrow = await add_scoped(settings, tenant, "departments", departments=[department], name=f"Дина {mark}")
    witness = Witness(description)
    async with AsyncExitStack() as stack:
        owner, scoped = Operator(url, tenant), Operator(url, narrow)
        visitor = Visitor(url, tenant.slug, locale="ru")
        for client in (owner, scoped, visitor):
            client._http.headers["User-Agent"] = f"Mozilla/5.0 {mark}"
            client._http.event_hooks = {"response": [witness.see]}
            await stack.enter_async_context(client)
        made = Workspace(tenant, mark, phone, witness, owner, scoped, visitor)
        made.add("tenant_id", str(tenant.id))
        made.add("slug", tenant.slug)
        made.add("department_id", str(department))
        made.add("email", narrow.email)
        made.add("email", tenant.email)
        await plant(made, settings, hook)
        yield made


def echo(mark: str) -> str:
    """The echo scenario under a name of its own, with a trigger and a variable that nobody else has."""
    named = ECHO.replace("id: echo", f"id: echo-{mark}").replace("name: {ru: Эхо", f"name: {{ru: Эхо {mark}")
    named = named.replace("start: listen", f"start: a_{mark}", 1).replace("listen", f"n_{mark}")
    named += ANSWERS.format(mark=mark)
    word = f"\n  - {{id: k_{mark}, type: keyword, any: [k{mark}]}}\non_error:"
    declared = f"variables:\n  v_{mark}: {{type: string, default: чай {mark}}}\non_error:"
    named = named.replace("\non_error:", word, 1).replace("on_error:", declared, 1)
    return named.replace("{id: any,", f"{{id: t_{mark},")


async def send(at: Workspace, method: str, path: str, body: Any = None, **options: Any) -> Any:
    """A request of the owner that must be taken, with an Idempotency-Key; what it answers."""
    key = f"key-{uuid4().hex}"
    answer = await at.owner.request(method, path, key=key, json=body, **options)
    assert answer.status_code < 300, (method, path, answer.text)
    if method == "POST":
        at.asked.append((method, f"/api/v1{path}", body, key))
    kind = answer.headers.get("content-type", "")
    return answer.json() if answer.content and kind.startswith("application/json") else answer.text


async def plant(at: Workspace, settings: Settings, hook: str) -> None:
    """Fill every table that the api reaches, through the api."""
    mark = at.mark
    await send(at, "PATCH", "/auth/me", {"name": f"Ольга {mark}"})
    for person in (at.owner, at.scoped):
        at.add("user_id", (await person.request("GET", "/me")).json()["user"]["id"])
    await _widget(at)
    await _settings(at, hook)
    await _team(at, settings)
    await _customers(at)
    await _conversations(at, settings)
    await _scenarios(at)
    await _files(at, settings)
    await _callbacks(at, settings)
    await _troubles(at, settings)
    await _keys(at, settings)
    await _privacy(at)
    await settle(at, settings)
    await _runs(at, settings)
    await _knowledge(at, settings)
    await _behind_the_api(at, settings)
    security = {"allowed_domains": [f"{mark}.example"], "require_two_factor": "nobody"}
    await send(at, "PUT", "/settings/security", security | {"identity_mode": "optional"})
    await run(
        settings,
        at.tenant.id,
        "insert into rating (tenant_id, conversation_id, customer_id, scenario_key, run, node, scale, score, comment)"
        " select tenant_id, id, customer_id, '', 0, 'widget', 'stars5', 5, :mark from conversation",
        mark=at.mark,
    )
    seen = await at.visitor._http.get("/api/v1/widget/conversations", headers=at.visitor.headers)
    assert seen.is_success, seen.text
    await _look(at)


async def _widget(at: Workspace) -> None:
    mark = at.mark
    words = {"ru": f"Слова {mark}"}
    asked = {
        "intro": words,
        "consent": {"purpose": f"p_{mark}", "text": words, "url": f"https://{mark}.example/pd"},
    }
    option = {"value": f"o_{mark}", "label": words}
    field = {"key": f"f_{mark}", "kind": "select", "label": words, "options": [option]}
    opening = {"id": mark, "text": words, "when": {"page": f"*{mark}*", "event": f"e.{mark}"}}
    settings = {
        "title": words,
        "greeting": words,
        "away": words,
        "theme": {"launcher": {"kind": "label", "text": words}},
        "pre_chat": {**asked, "fields": [field]},
        "openings": [opening],
    }
    there = (await at.owner.request("GET", "/channels")).json()["items"]
    widget = next(each["id"] for each in there if each["type"] == "widget")
    at.add("channel_id", widget)
    await send(at, "PATCH", f"/channels/widget/{widget}", {"name": f"Чат {mark}", **settings})
    await at.visitor.open()


async def _settings(at: Workspace, hook: str) -> None:
    mark = at.mark
    names = {"ru": f"Город {mark}", "en": f"City {mark}"}
    for key, kind, options in (
        (f"a_{mark}", "text", []),
        (f"b_{mark}", "choice", [f"Тула {mark}", f"Орёл {mark}"]),
    ):
        attribute = {"subject": "customer", "key": key, "name": names, "kind": kind, "options": options}
        made = await send(at, "POST", "/settings/attributes", attribute)
        at.add("attribute_id", made["attribute"]["id"])
    wish = {"subject": "conversation", "key": f"w_{mark}", "name": names, "kind": "text"}
    at.add("attribute_id", (await send(at, "POST", "/settings/attributes", wish))["attribute"]["id"])
    for auth in (
        {"kind": "bearer", "token": f"secret-{mark}"},
        {"kind": "headers", "headers": {f"X-{mark}": f"secret-{mark}"}},
    ):
        service = {
            "key": f"c-{auth['kind']}-{mark}",
            "name": f"Сервис {mark}",
            "base_url": f"https://{mark}.example",
            "auth": auth,
            "operations": [
                {
                    "key": f"r_{mark}",
                    "description": f"Reads {mark}",
                    "path": f"/{mark}/{{p_{mark}}}",
                    "parameters": [
                        {
                            "name": f"p_{mark}",
                            "description": f"Number {mark}",
                            "in": "path",
                            "required": True,
                        }
                    ],
                }
            ],
        }
        made = await send(at, "POST", "/settings/connections", service)
        one = at.add("connection_id", made["connection"]["id"])
        at.add("connection_key", service["key"])
        signing = await send(at, "POST", f"/settings/connections/{one}/signing-secret")
        at.secrets.add(signing["secret"])
        bot = {"name": f"Бот {mark}", "account": {"token": f"{next(BOTS)}:{'A' * 35}"}}
        connected = await send(at, "POST", "/channels/telegram", bot)
        at.add("channel_id", connected["channel"]["id"])
        at.secrets |= {bot["account"]["token"], connected["setup"]["webhook_url"].rpartition("/")[2]}
    hours = {
        "key": f"h-{mark}",
        "name": {"en": f"Hours {mark}"},
        "timezone": "Europe/Moscow",
        "hours": HOURS,
        "holidays": [{"date": "2027-01-01", "name": f"New Year {mark}"}],
    }
    at.add("calendar_id", (await send(at, "POST", "/settings/calendars", hours))["calendar"]["id"])
    for number in "12":
        made = await send(at, "POST", "/settings/tags", {"key": f"t{number}-{mark}", "name": f"Метка {mark}"})
        at.add("tag_key", made["tag"]["key"])
    told = {"name": f"CRM {mark}", "url": f"{hook}/{mark}", "events": ["note.created"]}
    made = await send(at, "POST", "/settings/webhooks", told)
    at.secrets.add(made["secret"])
    one = at.add("webhook_id", made["webhook"]["id"])
    at.secrets.add((await send(at, "POST", f"/settings/webhooks/{one}/secret"))["secret"])
    for _ in range(2):
        delivery = (await send(at, "POST", f"/settings/webhooks/{one}/test"))["delivery"]
        at.add("delivery_id", delivery["id"])
    made = await send(at, "POST", "/settings/security/identity-keys")
    at.add("identity_key_id", made["identity_key"]["id"])
    at.secrets.add(made["secret"])


async def _team(at: Workspace, settings: Settings) -> None:
    mark = at.mark
    names = {"ru": f"Отдел {mark}", "en": f"Team {mark}"}
    department = {"key": f"d-{mark}", "name": names, "hours": HOURS}
    at.add("department_id", (await send(at, "POST", "/team/departments", department))["department"]["id"])
    calendar = {"department_ids": [at.ids["department_id"][1]]}
    await send(at, "PATCH", f"/settings/calendars/{at.own('calendar_id')}", calendar)
    for number in "12":
        body = {"key": f"s{number}-{mark}", "name": f"Язык {mark} {number}"}
        at.add("skill_id", (await send(at, "POST", "/team/skills", body))["skill"]["id"])
        body = {"name": f"Роль {mark} {number}", "permissions": ["team.read"]}
        at.add("role_key", (await send(at, "POST", "/team/roles", body))["role"]["key"])
        body = {"name": f"Обед {mark} {number}", "kind": "away"}
        at.add("state_key", (await send(at, "POST", "/team/availability-states", body))["state"]["key"])
    member = f"/team/members/{at.ids['user_id'][1]}"
    skills = [{"skill_id": each, "level": 2} for each in at.ids["skill_id"]]
    await send(at, "PATCH", member, {"skills": skills})
    await send(at, "PUT", f"{member}/availability", {"state": at.own("state_key")})
    await send(at, "PUT", "/team/availability", {"state": at.own("state_key")})
    await add_person(settings, at.tenant, role=at.own("role_key"), name=f"Роль {mark}")
    for number in "12":
        email = f"{number}@{mark}.example"
        invitation_id, token = await plant_invitation(
            settings,
            at.tenant,
            email=email,
            name=f"Нина {mark}",
            role=at.own("role_key"),
            departments=frozenset({UUID(at.own("department_id"))}),
        )
        at.add("invitation_id", invitation_id)
        at.add("invitation_token", token)
        at.secrets.add(token)
        at.add("email", email)
    await at.owner._http.get(f"/team/invite/{token}")


async def _customers(at: Workspace) -> None:
    mark = at.mark
    consents = {f"p_{mark}": {"status": "granted", "source": f"звонок {mark}"}}
    for number in "123":
        customer = {
            "name": f"Анна {mark} {number}",
            "email": f"anna@{mark}.example",
            "phone": at.phone,
            "external_id": f"crm-{mark}-{number}",
            "tags": [at.own("tag_key")],
            "fields": {f"a_{mark}": f"Тула {mark}"},
            "consents": consents,
        }
        made = (await send(at, "POST", "/customers", customer))["customer"]
        at.add("customer_id", made["id"])
        note = await send(at, "POST", f"/customers/{made['id']}/notes", {"text": f"звонила {mark}"})
        at.add("note_id", note["note"]["id"])
        await send(at, "GET", f"/customers/{made['id']}/notes")
    first, second, third = at.ids["customer_id"]
    await send(at, "GET", f"/customers/{first}/duplicates")
    await send(at, "POST", f"/customers/{third}/merge", {"into": second})
    account = {"account_sid": f"AC{mark}", "auth_token": f"0123456789{mark}", "number": "+15005550006"}
    sms = {"name": f"SMS {mark}", "account": account}
    channel = (await send(at, "POST", "/channels/sms", sms))["channel"]["id"]
    at.add("channel_id", channel)
    at.secrets.add(account["auth_token"])
    for place, phone in ((first, at.phone), (second, f"{at.phone[:-1]}{(int(at.phone[-1]) + 1) % 10}")):
        new = {"channel_id": channel, "address": phone}
        made = await send(at, "POST", f"/customers/{place}/identities", new)
        at.add("identity_id", made["items"][0]["id"])
    await send(at, "GET", f"/customers/{first}/identities")
    for number in "12":
        event = {
            "id": f"e{number}-{mark}",
            "name": f"order.{mark}",
            "customer": first,
            "data": {mark: f"чай {mark}"},
        }
        at.add("event_id", (await send(at, "POST", "/events", event))["event"]["id"])


async def _conversations(at: Workspace, settings: Settings) -> None:
    mark, visitor = at.mark, at.visitor
    at.secrets.add(visitor.token)
    at.add("visitor_token", visitor.token)
    await visitor.identify(name=f"Вера {mark}", email=f"vera@{mark}.example", phone=at.phone)
    page = {"url": f"https://{mark}.example/", "title": f"Витрина {mark}"}
    body = {"visitor_token": visitor.token, "locale": "ru", "page": page}
    assert (await visitor._http.post(f"/api/v1/widget/{at.tenant.slug}/sessions", json=body)).is_success
    await visitor.connect()
    event = {"id": f"seen-{mark}", "name": f"seen.{mark}", "data": {mark: mark}}
    answer = await visitor._http.post("/api/v1/widget/events", json=event, headers=visitor.headers)
    assert answer.is_success, answer.text
    await visitor.ask(f"раз {mark}")
    await visitor.read()
    one = at.add("conversation_id", visitor.conversation_id or "")
    await at.owner.act(one, "take-over")
    await at.owner.reply(one, f"здравствуйте {mark}")
    await at.owner.reply(one, f"между нами {mark}", note=True)
    await at.owner.act(one, "transfer", department_id=at.ids["department_id"][1], note=f"вам {mark}")
    await at.owner.act(one, "assign", user_id=at.own("user_id"))
    await send(at, "PATCH", f"/conversations/{one}", {"fields": {f"w_{mark}": f"чай {mark}"}})
    row = await at.owner.conversation(one)
    await send(at, "GET", f"/customers/{at.add('customer_id', row['customer']['id'])}")
    at.add("channel_id", row["channel"]["id"])
    for message in await at.owner.messages(one):
        at.add("message_id", message["id"])
    template = {"id": at.add("template_id", str(uuid4())), "channel": row["channel"]["id"]}
    await run(settings, at.tenant.id, TEMPLATE, **template)
    async with Visitor(visitor.url, at.tenant.slug, locale="ru") as second:
        second._http.event_hooks = visitor._http.event_hooks
        await second.connect()
        await second.send(button=second.config["greeting"]["buttons"][0]["id"])
        at.add("conversation_id", second.conversation_id or "")
        await second.ask(f"k{mark}")  # stays with the bot
        at.secrets.add(second.token)


async def _scenarios(at: Workspace) -> None:
    document = echo(at.mark).replace("id: echo", "id: more")
    at.add("scenario_id", (await send(at, "POST", "/scenarios", {"document": document}))["scenario"]["id"])
    at.add("scenario_id", (await send(at, "GET", "/scenarios"))["items"][0]["id"])
    release = {"message": f"Первая {at.mark}", "acknowledge": ["W142", "W180", "W304"]}
    one = f"/scenarios/{at.own('scenario_id')}"
    await send(at, "POST", f"{one}/publish", release)
    subflow = (await send(at, "POST", "/scenarios", {"document": SUBFLOW.format(mark=at.mark)}))["scenario"]
    at.add("scenario_id", subflow["id"])
    await send(at, "POST", f"/scenarios/{subflow['id']}/publish", release)
    await send(at, "GET", f"/scenarios/{subflow['id']}/versions/1")
    changed = document.replace("echo:", f"{at.mark}:")
    answer = await at.owner._http.put(
        one,
        json={"document": changed},
        headers={"Authorization": f"Bearer {at.owner._token}", "If-Match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    await _move(at)
    foreign = {"kind": "rasa", "document": RASA.format(mark=at.mark), "name": f"{at.mark}.yaml"}
    assert (await send(at, "POST", "/scenarios/import", foreign))["losses"]
    at.add("trigger_id", f"k_{at.mark}")
    at.add("variable_id", f"v_{at.mark}")
    for number in "12":
        test = {
            "name": f"{number}-{at.mark}.yaml",
            "document": f"omni: scenario-test/v1\nscenario: {at.mark}\n",
        }
        at.add("test_id", (await send(at, "POST", f"{one}/tests", test))["test"]["id"])
    for conversation_id in at.ids["conversation_id"]:
        at.add("run_id", f"{conversation_id}:1")
    for seed in (1, 2):
        asked = await send(at, "POST", f"{one}/test", {"walks": {"walks": 10, "seed": seed}})
        at.add("job_id", asked["job"]["id"])
        await send(at, "GET", f"{one}/jobs/{asked['job']['id']}")
    await send(at, "POST", f"{one}/test", {"transcript": {"steps": [{"user": at.mark}]}})
    broken = document.replace(f"next: n_{at.mark}", f"next: x_{at.mark}")
    await send(at, "POST", "/scenarios/validate", {"document": broken})


async def _move(at: Workspace) -> None:
    """Look at what would become of those who are in the echo under two other drafts of it."""
    two = f"/scenarios/{at.ids['scenario_id'][1]}"
    await send(at, "GET", f"{two}/waiting")
    text, etag = echo(at.mark), '"1"'
    for changed in (
        text.replace("эхо:", "слышу:"),
        text.replace(f"n_{at.mark}", f"m_{at.mark}").replace(f"  v_{at.mark}:", "  other:"),
    ):
        answer = await at.owner._http.put(
            two,
            json={"document": changed},
            headers={"Authorization": f"Bearer {at.owner._token}", "If-Match": etag},
        )
        assert answer.status_code == 200, answer.text
        etag = answer.headers["etag"]
        assert (await send(at, "POST", f"{two}/migrate", {}))["items"]


async def _runs(at: Workspace, settings: Settings) -> None:
    """Runs are the business of workers: one of the first scenario, and the list of those that have ended."""
    await run(
        settings,
        at.tenant.id,
        "insert into scenario_run (tenant_id, id, scenario_id, version, ir_hash, engine, mode, status, outcome,"
        " ended_at) values (:tenant, gen_random_uuid(), cast(:scenario as uuid), 1, :mark, 1, 'background', 'ended',"
        " :mark, now())",
        tenant=at.tenant.id,
        scenario=at.own("scenario_id"),
        mark=at.mark,
    )
    await run(
        settings,
        at.tenant.id,
        "insert into scenario_run (tenant_id, id, scenario_id, version, ir_hash, engine, mode, status, state)"
        " values (:tenant, gen_random_uuid(), cast(:scenario as uuid), 1, :mark, 1, 'background', 'waiting',"
        " jsonb_build_object('node', cast(:mark as text)))",
        tenant=at.tenant.id,
        scenario=at.own("scenario_id"),
        mark=at.mark,
    )
    for query in ({}, {"status": "ended"}):
        await send(at, "GET", f"/scenarios/{at.own('scenario_id')}/runs", params=query)


async def _knowledge(at: Workspace, settings: Settings) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "article.md").write_text(ARTICLE.format(mark=at.mark), "utf-8")
        site = f"https://{at.mark}.example"
        await import_knowledge(settings, at.tenant.slug, Path(folder), site=site)
    found = await send(at, "POST", "/knowledge/test", {"query": "сколько стоит доставка"})
    at.add("document_id", found["passages"][0]["document_id"])
    for _ in range(2):
        at.add("article_id", await plant_article(settings, at.tenant, f"Статья {at.mark}{len(at.ids)}"))
    everything = _everything(at.mark)
    await run(settings, at.tenant.id, "update knowledge_document set markdown = :text", text=everything)
    for path in ("", f"/{at.own('article_id')}"):
        answer = await at.visitor._http.get(f"/api/v1/widget/{at.tenant.slug}/articles{path}")
        assert answer.is_success, answer.text
    where = f"https://{at.mark}.example/help"
    article = {"title": at.mark, "slug": at.mark, "locale": "ru", "category": at.mark, "url": where}
    made = await send(at, "POST", "/articles", article | {"markdown": everything})
    for path in ("", f"/{made['article']['id']}"):
        await send(at, "GET", f"/articles{path}")
    await send(at, "POST", "/articles/preview", {"markdown": everything})


def _everything(mark: str) -> str:
    """An article with every kind of block."""
    address = f"https://{mark}.example"
    return f"# {mark}\n\n[{mark}]({address})\n\n- {mark}\n\n> {mark}\n\n```\n{mark}\n```\n\n|{mark}|\n|-|\n|{mark}|\n"


async def _behind_the_api(at: Workspace, settings: Settings) -> None:
    """What comes from providers, workers and other systems only."""
    source = {"title": at.mark, "url": at.mark, "document_id": at.own("document_id"), "quote": at.mark}
    content = {"sources": [source], "parts": [{"text": at.mark}]}
    await run(
        settings,
        at.tenant.id,
        "update message set external_id = :mark, content = content || cast(:content as jsonb)"
        " where id = cast(:message as uuid)",
        mark=at.mark,
        content=json.dumps(content),
        message=at.own("message_id"),
    )
    for sql in (
        "update conversation set tags = array[cast(:mark as text)]",
        "update channel set name = :mark",
        "update webhook_delivery set last_error = :mark",
        "update webhook set disabled_reason = :mark, active = false",
    ):
        await run(settings, at.tenant.id, sql, mark=at.mark)


async def _privacy(at: Workspace) -> None:
    customer = at.own("customer_id")
    hold = {"customer_id": customer, "reason": f"суд {at.mark}"}
    at.add("hold_id", (await send(at, "POST", "/privacy/holds", hold))["id"])
    gone = await send(at, "POST", "/customers", {"name": "Лишний"})
    asked = {"customer_id": gone["customer"]["id"], "reason": f"просит {at.mark}"}
    erasure = at.add("erasure_id", (await send(at, "POST", "/privacy/erasures", asked))["id"])
    async with asyncio.timeout(60):
        while (await send(at, "GET", f"/privacy/erasures/{erasure}"))["status"] != "done":
            await asyncio.sleep(0.5)
    for made in (
        await send(at, "POST", f"/customers/{customer}/export"),
        await send(at, "POST", "/privacy/exports", {"kind": "tenant"}),
    ):
        export_id = at.add("export_id", made["id"])
        await ready(at.owner, export_id)
        link = (await send(at, "POST", f"/privacy/exports/{export_id}/link"))["url"]
        at.links.setdefault("bundle_link", []).append(link.rpartition("/")[2])
    at.secrets.update(at.links["bundle_link"])


async def _fill_form(at: Workspace) -> None:
    """A form, and an answer to an opening."""
    form = {
        "client_message_id": f"form-{at.mark}",
        "form": "pre_chat",
        "fields": {f"f_{at.mark}": f"o_{at.mark}"},
        "consent": True,
        "text": f"по форме {at.mark}",
    }
    answer = {"client_message_id": f"opening-{at.mark}", "text": f"да {at.mark}", "opening": at.mark}
    for path, body in (("form", form), ("messages", answer)):
        said = await at.visitor._http.post(f"/api/v1/widget/{path}", json=body, headers=at.visitor.headers)
        assert said.status_code == 202, said.text


async def _files(at: Workspace, settings: Settings) -> None:
    for _ in range(2):
        name = {"name": f"счёт {at.mark}.txt"}
        answer = await at.owner.request("POST", "/files", params=name, content=at.mark.encode())
        assert answer.status_code == 201, answer.text
        file = answer.json()["file"]
        at.add("file_id", file["id"])
        at.links.setdefault("link", []).append(file["url"].rpartition("/")[2])
    answer = await at.visitor._http.post(
        "/api/v1/widget/files", params=name, content=at.mark.encode(), headers=at.visitor.headers
    )
    assert answer.status_code == 201, answer.text
    at.add("file_id", answer.json()["file"]["id"])
    at.links.setdefault("link", []).append(answer.json()["file"]["url"].rpartition("/")[2])
    at.secrets.update(at.links["link"])
    message = {
        "client_message_id": f"carries-{at.mark}",
        "text": f"вот счёт {at.mark}",
        "attachments": [answer.json()["file"]["id"]],
        "location": {"lat": 55.7, "lon": 37.6, "address": f"улица {at.mark}, 1"},
        "contact": {"name": f"Пётр {at.mark}", "phone": at.phone},
        "referral": f"spring-{at.mark}",
    }
    said = await at.visitor._http.post("/api/v1/widget/messages", json=message, headers=at.visitor.headers)
    assert said.status_code == 202, said.text
    at.add("attachment_id", message["attachments"][0])
    await _fill_form(at)
    await at.owner.messages(at.own("conversation_id"))
    raw = f"From: anna@client.example\nSubject: {at.mark}\n\n{at.mark}\n".encode()
    planted = await plant_original(settings, at.tenant.id, raw, message=UUID(at.own("message_id")))
    at.links.setdefault("mail_link", []).append(planted.link)
    at.secrets.add(planted.link)
    path = f"/conversations/{planted.conversation_id}/messages/{planted.message_id}/original"
    assert (await send(at, "GET", path))["original"]["size"] == len(raw)


async def _troubles(at: Workspace, settings: Settings) -> None:
    """A reply whose send has failed."""
    await run(
        settings,
        at.tenant.id,
        "update message set status = 'failed' where direction = 'outbound' and author_kind = 'operator'",
    )
    item = (await send(at, "GET", "/deliveries"))["items"][0]
    message, customer = item["message"], item["customer"]["id"]
    account = {"account_sid": f"AC{at.mark}2", "auth_token": f"0123456789{at.mark}", "number": "+15005550007"}
    sms = {"name": f"SMS {at.mark} 2", "account": account}
    channel = at.add("channel_id", (await send(at, "POST", "/channels/sms", sms))["channel"]["id"])
    new = {"channel_id": channel, "address": at.phone}
    await send(at, "POST", f"/customers/{customer}/identities", new)
    path = f"/conversations/{message['conversation_id']}/messages/{message['id']}/fallback"
    assert (await send(at, "GET", path))["items"]


async def _callbacks(at: Workspace, settings: Settings) -> None:
    for _ in range(2):
        at.links.setdefault("callback_link", []).append(
            await callback_link(settings, at.tenant.id, UUID(at.own("conversation_id")))
        )
    at.secrets.update(at.links["callback_link"])


async def _keys(at: Workspace, settings: Settings) -> None:
    every = [each.value for each in Permission]
    for name, path in (("personal", "/auth/keys"), ("workspace", "/keys")):
        made = await send(at, "POST", path, {"name": f"ключ {at.mark}", "scopes": every})
        at.add(f"{name}_key_id", made["key"]["id"])
        at.keys[name] = made["token"]
        at.secrets.add(made["token"])
    for each in (await send(at, "GET", "/auth/sessions"))["items"]:
        at.add("session_id", each["id"])
    at.secrets |= {at.owner.refresh_token, at.owner._token, at.scoped._token, at.scoped.refresh_token}


async def settle(at: Workspace, settings: Settings) -> None:
    """Wait until what goes on behind the api is over: answers of scenarios, deliveries of webhooks."""
    last = None
    for _ in range(60):
        await asyncio.sleep(0.5)
        waiting = await run(
            settings, at.tenant.id, "select count(*) from webhook_delivery where status = 'pending'"
        )
        feed = await run(settings, at.tenant.id, "select count(*), max(id) from change")
        if not waiting[0][0] and feed == last:
            return
        last = feed
    raise AssertionError("the workspace does not come to rest")


async def _look(at: Workspace) -> None:
    """Every list and every thing once, and the cursor of each list: what the witness has to see."""
    document = at.witness.description.document
    for path, item in document["paths"].items():
        operation = item.get("get")
        if operation is None or not path.startswith("/api/v1/") or path.startswith("/api/v1/widget/"):
            continue
        filled = path_of(at, path)
        named = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        if filled is None:
            continue
        for params in ({}, {"limit": 1}) if "cursor" in named else ({},):
            answer = await at.owner._http.get(
                f"{at.visitor.url}{filled}",
                params=params,
                headers={"Authorization": f"Bearer {at.owner._token}"},
            )
            assert answer.status_code == 200, (filled, answer.text)
            if params:
                found = answer.json()
                cursor = found.get("next_cursor") or found.get("cursor")
                if cursor:
                    at.cursors[path] = cursor


def path_of(at: Workspace, path: str) -> str | None:
    """A path with ids of the workspace; None where it has none."""
    filled = path
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        found = at.links.get(name) or at.ids.get(noun_of(path, name))
        if name in NUMBERS:
            found = [str(GOOD[name]())]
        if not found:
            return None
        filled = filled.replace("{" + name + "}", found[0])
    return filled
