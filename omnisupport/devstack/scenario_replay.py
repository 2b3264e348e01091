"""`omni scenario replay`: the product's last conversations under a file; nothing is sent, asked or written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from omnisupport.devstack.scenario_files import read_text
from omnisupport.errors import NotFound
from omnisupport.scenario_dsl import ScenarioInvalid, compile_document, load_document
from omnisupport.scenario_dsl.sim import replay_recordings
from omnisupport.scenario_dsl.sim.logs import REASONS, read_logs
from omnisupport.settings import Settings
from omnisupport.storage.access.scenarios import find_scenario
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.recordings import Recordings
from omnisupport.storage.queries.tenants import Tenants
from omnisupport.storage.session import Database


async def replay_file(
    settings: Settings, tenant_slug: str, file: Path, *, last: int, as_json: bool, locale: str
) -> bool:
    """Print what the last conversations of a tenant would have been; True when all are the same.

    Raises:
        NotFound: no such file, tenant, or scenario in it.
        ScenarioInvalid: the file has errors.
    """
    loaded = load_document(read_text(file), file=str(file))
    if loaded.document is None:
        raise ScenarioInvalid(list(loaded.findings))
    ir = compile_document(loaded.document)
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    try:
        tenant_id = await Tenants(database, parse_master_key(settings.master_key)).find(tenant_slug)
        if tenant_id is None:
            raise NotFound(f"There is no tenant '{tenant_slug}'.", code="tenant_not_found")
        scenario = await find_scenario(database, tenant_id, ir["id"])
        if scenario is None:
            raise NotFound(f"'{tenant_slug}' has no scenario '{ir['id']}'.", code="scenario_not_found")
        recordings = Recordings(database)
        logs = await recordings.newest(tenant_id, scenario.id, last)
        versions = await recordings.versions(tenant_id, scenario.id, logs)
    finally:
        await database.close()
    recorded = read_logs(logs, versions)
    report = replay_recordings(ir, recorded.recordings, versions=list(versions.values()))
    if as_json:
        whole = {**report.to_dict(), "left_out": dict(sorted(recorded.left_out.items()))}
        sys.stdout.write(json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(f"{report.text(locale).rstrip()}\n")
        for reason, count in sorted(recorded.left_out.items()):
            sys.stderr.write(f"{count} × {REASONS[reason].pick(locale)}\n")
    return report.counts["same"] == report.total
