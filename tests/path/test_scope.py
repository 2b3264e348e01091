"""Who reaches which conversation: a role's scope, in lists, reads, operations, counts and on the socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import websockets
from sqlalchemy import text

from omnisupport.domain.permissions import Scope
from omnisupport.domain.reach import Reach, reach_of
from omnisupport.settings import Settings
from omnisupport.storage.session import Database
from tests.support.desk import Desk, Frame, desk
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.roles import add_department, add_scoped, database_of
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.visitor import Visitor

ABSENT = {
    "type": "urn:omnisupport:not_found",
    "title": "Not found",
    "status": 404,
    "detail": "There is no such conversation.",
    "code": "not_found",
    "errors": [],
}


@dataclass
class Office:
    """A tenant with two departments, and one conversation for each way to be in reach or out of it."""

    tenant: TestTenant
    ours: UUID
    theirs: UUID
    owner: Operator
    dina: Operator
    """Scope `departments`, in `ours`."""
    oleg: Operator
    """Scope `own`."""
    ids: dict[str, str]

    def names(self, lines: list[dict[str, Any]]) -> set[str]:
        """Which of the conversations are listed."""
        by_id = {value: name for name, value in self.ids.items()}
        return {by_id[line["id"]] for line in lines}


async def id_of(operator: Operator) -> str:
    answer = await operator.request("GET", "/me")
    return str(answer.json()["user"]["id"])


@pytest.fixture(scope="module")
async def office(product: Product, settings: Settings) -> AsyncIterator[Office]:
    """Where everything stands; tests that move a conversation make one of their own."""
    tenant = await make_tenant(settings, ECHO)
    ours, theirs = [await add_department(settings, tenant, key) for key in ("ours", "theirs")]
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, await add_scoped(settings, tenant, "departments", departments=[ours])) as dina,
        Operator(product.url, await add_scoped(settings, tenant, "own", name="Олег")) as oleg,
    ):
        office = Office(tenant, ours, theirs, owner, dina, oleg, {})
        places: dict[str, dict[str, Any]] = {
            "ours": {"department_id": str(ours)},
            "theirs": {"department_id": str(theirs)},
            "bot": {},
            "dinas": {"department_id": str(theirs), "user_id": await id_of(dina)},
            "olegs": {"department_id": str(theirs), "user_id": await id_of(oleg)},
        }
        for name, place in places.items():
            office.ids[name] = await begin(product, office, **place)
        yield office


async def begin(product: Product, office: Office, **place: Any) -> str:
    """A conversation, passed on to a place."""
    async with Visitor(product.url, office.tenant.slug) as visitor:
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
    if place:
        await office.owner.act(conversation_id, "assign", **place)
    return conversation_id


REACHED = {
    "owner": {"ours", "theirs", "bot", "dinas", "olegs"},
    "dina": {"ours", "bot", "dinas"},
    "oleg": {"olegs"},
}


@pytest.mark.parametrize("who", REACHED)
async def test_a_list_holds_what_is_in_reach_and_nothing_else(office: Office, who: str) -> None:
    person: Operator = getattr(office, who)
    lines = [line for line in await person.conversations() if line["id"] in office.ids.values()]
    assert office.names(lines) == REACHED[who]
    everything = {line["id"] for line in await person.conversations(status="open")}
    assert {office.ids[name] for name in REACHED[who]} <= everything
    assert not everything & {office.ids[name] for name in REACHED["owner"] - REACHED[who]}


@pytest.mark.parametrize("who", ["dina", "oleg"])
@pytest.mark.parametrize(
    "filters",
    [
        {"assigned_to": "none"},
        {"assigned_to": "me"},
        {"controller": "bot"},
        {"controller": "operator"},
        {"channel": "widget"},
        {"channel": "telegram"},
        {"status": "open", "controller": "operator", "assigned_to": "none", "channel": "widget"},
    ],
)
async def test_a_filter_narrows_what_is_in_reach_and_never_widens_it(
    office: Office, who: str, filters: dict[str, str]
) -> None:
    mine = await id_of(getattr(office, who))
    reached = {line["id"]: line for line in await getattr(office, who).conversations()}
    found = {line["id"] for line in await getattr(office, who).conversations(**filters)}

    def fits(line: dict[str, Any]) -> bool:
        holder = (line["assignee"] or {}).get("id")
        wanted = {"none": None, "me": mine}.get(filters.get("assigned_to", ""), holder)
        is_bot = line["controller"] != "operator"
        return (
            holder == wanted
            and {"bot": is_bot, "operator": not is_bot}.get(filters.get("controller", ""), True)
            and filters.get("channel", "widget") == line["channel"]["type"]
        )

    assert found == {each for each, line in reached.items() if fits(line)}


async def test_pages_of_a_narrow_reach_hold_each_conversation_once(office: Office) -> None:
    whole = [line["id"] for line in await office.dina.conversations()]
    paged, cursor = [], ""
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await office.dina.request("GET", "/conversations", params=params)).json()
        paged += [line["id"] for line in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert paged == whole


@pytest.mark.parametrize("who", REACHED)
async def test_the_counts_are_those_of_the_lists(office: Office, who: str) -> None:
    person: Operator = getattr(office, who)
    lists: dict[str, dict[str, str]] = {
        "mine": {"status": "open", "assigned_to": "me"},
        "unassigned": {"status": "open", "assigned_to": "none", "controller": "operator"},
        "bot": {"status": "open", "controller": "bot"},
        "all": {},
        "open": {"status": "open"},
        "snoozed": {"status": "snoozed"},
    }
    expected = {name: len(await person.conversations(**filters)) for name, filters in lists.items()}
    answer = (await person.request("GET", "/conversations/counts")).json()
    departments = answer.pop("departments")
    assert answer == expected
    shown = await person.conversations(status="open")
    for department_id, count in departments.items():
        there = await person.conversations(status="open", department=department_id)
        assert len(there) == count
        by_hand = [each for each in shown if (each["department"] or {}).get("id") == department_id]
        assert [each["id"] for each in there] == [each["id"] for each in by_hand]
    assert sum(departments.values()) == len([each for each in shown if each["department"]])
    assert expected["all"] >= len(REACHED[who])


OPERATIONS: dict[str, dict[str, Any]] = {
    "take-over": {},
    "hand-back": {},
    "assign": {},
    "transfer": {"user_id": "me"},
    "resolve": {},
    "reopen": {},
    "snooze": {"until": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
    "messages": {"text": "здравствуйте"},
    "note": {"text": "между нами", "kind": "note"},
    "seen": {"seq": 1},
}


@pytest.mark.parametrize("action", OPERATIONS)
@pytest.mark.parametrize("who", ["dina", "oleg"])
async def test_an_operation_out_of_reach_is_refused_as_for_an_absent_conversation(
    office: Office, who: str, action: str
) -> None:
    person: Operator = getattr(office, who)
    body = OPERATIONS[action]
    if body.get("user_id"):
        body = {"user_id": await id_of(person)}
    if "text" in body:
        body = body | {"client_message_id": str(uuid4())}
    before = await office.owner.messages(office.ids["theirs"])
    row = await office.owner.conversation(office.ids["theirs"])
    path = "messages" if action == "note" else action
    for conversation_id in (office.ids["theirs"], str(uuid4())):
        answer = await person.request("POST", f"/conversations/{conversation_id}/{path}", json=body)
        assert answer.json() == ABSENT
    assert await office.owner.messages(office.ids["theirs"]) == before
    assert await office.owner.conversation(office.ids["theirs"]) == row


@pytest.mark.parametrize("path", ["", "/messages"])
@pytest.mark.parametrize("who", ["dina", "oleg"])
async def test_a_read_out_of_reach_is_refused_as_for_an_absent_conversation(
    office: Office, who: str, path: str
) -> None:
    person: Operator = getattr(office, who)
    for conversation_id in (office.ids["theirs"], str(uuid4())):
        answer = await person.request("GET", f"/conversations/{conversation_id}{path}")
        assert answer.json() == ABSENT
    reached = office.ids[min(REACHED[who])]
    assert (await person.request("GET", f"/conversations/{reached}{path}")).status_code == 200


async def test_a_customer_is_reached_through_his_conversations(office: Office) -> None:
    customers = {
        name: (await office.owner.conversation(each))["customer"]["id"] for name, each in office.ids.items()
    }
    for who, names in REACHED.items():
        answers = {
            name: (await getattr(office, who).request("GET", f"/customers/{each}")).status_code
            for name, each in customers.items()
        }
        assert {name for name, status in answers.items() if status == 200} == names
        assert set(answers.values()) <= {200, 404}


async def test_what_nobody_holds_is_taken_over_and_passed_on_beyond_ones_reach(
    product: Product, office: Office
) -> None:
    conversation_id = await begin(product, office, department_id=str(office.ours))
    taken = await office.dina.act(conversation_id, "take-over")
    assert taken["assignee"]["id"] == await id_of(office.dina)
    body = {"user_id": await id_of(office.oleg), "department_id": str(office.theirs)}
    key = str(uuid4())
    passed, again = [
        await office.dina.request("POST", f"/conversations/{conversation_id}/transfer", key=key, json=body)
        for _ in range(2)
    ]
    assert passed.status_code == again.status_code == 200
    assert passed.json() == again.json(), "a repeat of what was done is no refusal"
    assert passed.json()["conversation"]["assignee"]["name"] == "Олег"
    assert passed.json()["conversation"]["last_message"] is None, "its content is out of reach already"
    assert (await office.dina.request("GET", f"/conversations/{conversation_id}")).status_code == 404
    assert (await office.oleg.conversation(conversation_id))["last_message"]


async def test_unread_figures_change_only_by_who_reaches(office: Office) -> None:
    before = (await office.owner.conversation(office.ids["theirs"]))["unread"]
    answer = await office.dina.request(
        "POST", f"/conversations/{office.ids['theirs']}/seen", json={"seq": 99}
    )
    assert answer.status_code == 404
    assert (await office.owner.conversation(office.ids["theirs"]))["unread"] == before > 0


# --- the socket -------------------------------------------------------------------------------------------


async def frames_about(console: Desk, conversation_id: str, *, after: float = 0.7) -> list[Frame]:
    """What a console hears of a conversation within a while."""
    frames = await console.settle(after=after)
    return [frame for frame in frames if conversation_id in str(frame)]


async def test_a_console_hears_nothing_of_what_is_out_of_reach(product: Product, office: Office) -> None:
    async with (
        Visitor(product.url, office.tenant.slug) as visitor,
        desk(product.url, office.dina) as console,
        desk(product.url, office.owner) as beside,
    ):
        await visitor.connect()
        await visitor.ask("раз")
        conversation_id = visitor.conversation_id or ""
        await office.owner.act(conversation_id, "assign", department_id=str(office.theirs))
        await console.await_frame("gone", lambda frame: frame["conversation_id"] == conversation_id)
        await console.say("watch", conversation_id=conversation_id, after=0)
        await beside.say("watch", conversation_id=conversation_id, after=0)
        await asyncio.sleep(0.5)
        await console.settle(after=0)
        sent = await visitor.send("два")
        await visitor.say({"type": "typing", "on": True})
        await visitor.say({"type": "seen", "seq": sent["seq"]})
        await office.owner.reply(conversation_id, "здравствуйте")
        heard = {frame["type"] for frame in await frames_about(beside, conversation_id)}
        assert heard >= {"change", "message", "typing"}
        assert await frames_about(console, conversation_id) == []


async def test_who_does_not_reach_types_and_reads_into_the_void(product: Product, office: Office) -> None:
    conversation_id = office.ids["theirs"]
    before = (await office.owner.conversation(conversation_id))["unread"]
    async with desk(product.url, office.dina) as console, desk(product.url, office.owner) as beside:
        await beside.say("watch", conversation_id=conversation_id, after=0)
        await beside.await_frame("message")
        await console.say("watch", conversation_id=conversation_id, after=0)
        await console.say("typing", conversation_id=conversation_id, on=True)
        await console.say("seen", conversation_id=conversation_id, seq=99)
        heard = await frames_about(beside, conversation_id)
        assert [frame for frame in heard if frame["type"] == "typing"] == []
    assert (await office.owner.conversation(conversation_id))["unread"] == before


async def test_a_conversation_comes_into_reach_and_goes_out_of_it_while_the_console_is_open(
    product: Product, office: Office
) -> None:
    conversation_id = await begin(product, office, department_id=str(office.theirs))
    async with desk(product.url, office.dina) as console:
        await console.settle()
        await office.owner.act(conversation_id, "assign", department_id=str(office.ours))
        come = await console.await_frame("change")
        assert come["conversation"]["id"] == conversation_id
        await console.say("watch", conversation_id=conversation_id, after=0)
        await console.await_frame("message")
        await office.owner.act(conversation_id, "assign", department_id=str(office.theirs))
        await console.await_frame("gone", lambda frame: frame["conversation_id"] == conversation_id)
        await office.owner.reply(conversation_id, "тайна")
        assert "тайна" not in str(await console.settle())


async def test_who_was_away_is_told_of_what_went_out_of_his_reach(product: Product, office: Office) -> None:
    leaves = await begin(product, office, department_id=str(office.ours))
    async with desk(product.url, office.dina):
        pass
    ticket = (await office.dina.request("POST", "/ws-ticket")).json()["ticket"]
    async with desk(product.url, office.owner) as beside:
        await beside.say("watch", conversation_id=leaves, after=0)
        frame = await beside.await_frame("change", lambda frame: frame["conversation"]["id"] == leaves)
        cursor = frame["cursor"]
    await office.owner.act(leaves, "assign", department_id=str(office.theirs))
    stays_out = await begin(product, office, department_id=str(office.theirs))
    await office.owner.reply(stays_out, "чужое")
    address = f"{product.url.replace('http', 'ws')}/api/v1/ws?ticket={ticket}&after={cursor}"
    async with websockets.connect(address, origin=product.url) as socket:  # type: ignore[arg-type]
        console = Desk(socket)
        gone = await console.await_frame("gone", lambda frame: frame["conversation_id"] == leaves)
        assert gone["cursor"] != cursor
        assert "чужое" not in str(await console.settle())


# --- the rule itself --------------------------------------------------------------------------------------

ME, OTHER, HERE, THERE = (str(UUID(int=n)) for n in range(4))


@pytest.mark.parametrize("assignee", [None, ME, OTHER])
@pytest.mark.parametrize("department", [None, HERE, THERE])
@pytest.mark.parametrize("scope", ["all", "departments", "own", "no-such"])
async def test_the_code_and_the_database_say_the_same(
    settings: Settings, scope: str, assignee: str | None, department: str | None
) -> None:
    reach = Reach(scope, ME, [HERE])
    async with database_of(settings) as database:
        said = await _ask(database, assignee, department, reach)
    expected = scope == "all" or assignee == ME or (scope == "departments" and department in (None, HERE))
    assert said == expected
    if scope == "all":
        assert reach_of(Scope.ALL, UUID(ME), []) is None
    else:
        assert reach.covers(assignee, department) == expected


async def _ask(database: Database, assignee: str | None, department: str | None, reach: Reach) -> bool:
    sql = text("select reaches(cast(:a as uuid), cast(:d as uuid), cast(:s as jsonb))")
    values = {"a": assignee, "d": department, "s": orjson.dumps(reach.to_dict()).decode()}
    async with database.session(None) as session:
        return bool(await session.scalar(sql, params=values))
