"""The last runs of a scenario as a replay reads them from the real Postgres."""

from __future__ import annotations

from sqlmodel import col, select

from benchmarks.replay import SCENARIO, fill
from omnisupport.scenario_dsl import IR, compile_document, load_document
from omnisupport.scenario_dsl.sim.logs import read_logs
from omnisupport.storage.queries.recordings import Recordings
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Conversation, Message
from tests.storage.conftest import Home
from tests.support.tenants import publish

COUNT = 24


def compiled() -> IR:
    document = load_document(SCENARIO.read_text("utf-8")).document
    assert document is not None
    return compile_document(document)


async def test_every_recorded_run_is_read_whole_newest_first(database: Database, home: Home) -> None:
    ir = compiled()
    await publish(database, home.tenant_id, SCENARIO.read_text("utf-8"))
    scenario_id = await fill(database, home.slug, home.tenant_id, ir, COUNT)
    recordings = Recordings(database)
    logs = await recordings.newest(home.tenant_id, scenario_id, 100)
    assert len(logs) == COUNT and {len(log["turns"]) for log in logs} == {11}
    assert {log["is_over"] for log in logs} == {True, False}, "those that go on as well"
    versions = await recordings.versions(home.tenant_id, scenario_id, logs)
    read = read_logs(logs, versions)
    assert len(read.recordings) == COUNT and not read.left_out
    names = {event["context"]["customer"].get("name") for each in read.recordings for event in each.events}
    assert not any(name is not None and name.startswith("Клиент") for name in names), "as they were then"
    async with database.session(home.tenant_id) as session:
        order = select(Conversation.id).order_by(col(Conversation.updated_at).desc())
        newest = [str(each) for each in (await session.exec(order)).all()]
    assert [log["conversation"] for log in logs] == newest
    assert [log["conversation"] for log in await recordings.newest(home.tenant_id, scenario_id, 5)] == newest[
        :5
    ]


async def test_what_came_besides_the_words_is_read_with_them(database: Database, home: Home) -> None:
    await publish(database, home.tenant_id, SCENARIO.read_text("utf-8"))
    scenario_id = await fill(database, home.slug, home.tenant_id, compiled(), 1)
    content = {"button": "1.1.x", "attachments": [{"id": "f1", "kind": "image"}], "sources": ["not his"]}
    async with database.session(home.tenant_id) as session:
        for row in (await session.exec(select(Message))).all():
            row.content = content
            session.add(row)
    [log] = await Recordings(database).newest(home.tenant_id, scenario_id, 1)
    for said in log["messages"].values():
        assert (said["button"], said["content"]) == ("1.1.x", {"attachments": content["attachments"]})
