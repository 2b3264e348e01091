"""`omni scenario publish`: bring a file into a tenant and let it answer; the gate is the one of the api."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from omnisupport.activities.scenario_jobs import JOB_AT_MOST_S, JOB_CPU_S
from omnisupport.activities.trials import Tell, Trials
from omnisupport.activities.triggers import watch_triggers
from omnisupport.api.scenario_gate import Patience, Report, gate, signature_of, tried
from omnisupport.api.schemas.scenario_tests import FILE_NAME
from omnisupport.devstack.scenario_files import read_text, tests_beside
from omnisupport.domain.actor import Actor, ActorKind
from omnisupport.errors import Conflict, Invalid, NotFound
from omnisupport.scenario_dsl.gate_text import describe_gate
from omnisupport.scenario_dsl.words import Both
from omnisupport.settings import Settings
from omnisupport.storage.access.scenario_tests import keep_tests
from omnisupport.storage.access.scenario_versions import Release, access_version, publish_version
from omnisupport.storage.access.scenarios import create_scenario, find_scenario, write_draft
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.queries.scenarios import PublishedScenarios
from omnisupport.storage.queries.tenants import Tenants
from omnisupport.storage.queries.triggers import Triggers
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Scenario

_ADDED = Both(
    "{name}: теперь среди тестов в продукте",
    "{name}: is among the tests in the product now",
)
_REPLACED = Both("{name}: заменил тест в продукте", "{name}: has replaced the test in the product")
ACTOR = Actor(ActorKind.SYSTEM, name="omni scenario publish")


async def publish_file(
    settings: Settings,
    tenant_slug: str,
    file: Path,
    *,
    message: str = "",
    canary_percent: int | None = None,
    acknowledge: Sequence[str] = (),
    force: bool = False,
    locale: str = "en",
    tell: Callable[[str], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Publish a file as the next version of its scenario; `tell` gets the findings, the gate's report, and the end.

    The test files beside it are tried together with those that the product keeps, and kept there with the publish; one
    of the same name is replaced.

    Raises:
        NotFound: no such file or tenant.
        Invalid: the file cannot be read as a scenario, or a test file has a name that the product has no place for.
        ScenarioInvalid: a file is no text in UTF-8.
        Conflict: the draft in the product has changes that are not in the file (code `draft_changed`), unless `force`.
        NotPublished: it has errors, its trial fails, or there are warnings that nobody has acknowledged. Then nothing
            is written.
    """
    text = read_text(file)
    tests = _tests(file)
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    try:
        tenant_id = await Tenants(database, parse_master_key(settings.master_key)).find(tenant_slug)
        if tenant_id is None:
            raise NotFound(f"There is no tenant '{tenant_slug}'.", code="tenant_not_found")
        report = await gate(database, tenant_id, text, file=str(file))
        for finding in report.findings:
            tell(finding.text(locale))
        ir = report.compiled()
        found = await _found(database, tenant_id, text, report, force=force)
        patience = Patience(JOB_CPU_S, JOB_AT_MOST_S, _progress(progress))
        report = await tried(
            database, Trials(), tenant_id, found.id if found else None, report, patience, tests
        )
        for line in describe_gate(report.told, locale):
            tell(line)
        report.check_open(acknowledge)
        assert report.document is not None
        scenario = await _saved(database, tenant_id, text, report, found)
        for name, was_there in (await keep_tests(database, tenant_id, ACTOR, scenario.id, tests)).items():
            tell((_REPLACED if was_there else _ADDED).pick(locale).format(name=name))
        version = await publish_version(
            database,
            tenant_id,
            scenario.id,
            ir=ir,
            source=text,
            author_id=None,
            actor=ACTOR,
            release=Release(
                message=message,
                report=report.to_dict(),
                signature=signature_of(report.document),
                acknowledged=report.warned,
                canary_percent=canary_percent,
            ),
        )
        await watch_triggers(PublishedScenarios(database), Triggers(database), tenant_id)
    finally:
        await database.close()
    where = "live" if canary_percent is None else f"a canary of {canary_percent} %"
    tell(f"{scenario.key}: version {version} is {where}")


def _tests(file: Path) -> dict[str, str]:
    """The test files beside it, by the names that they have in the product."""
    found = tests_beside(file)
    for each in found:
        if re.fullmatch(FILE_NAME, each.name) is None:
            raise Invalid(
                f"{each}: in the product a test file has a name of Latin letters, digits and . _ -, at most 100. "
                "Rename it.",
                code="test_name_invalid",
            )
    return {each.name: read_text(each) for each in found}


def _progress(show: Callable[[int, int], None]) -> Tell:
    async def told(done: int, total: int) -> bool:
        show(done, total)
        return True

    return told


def show_progress(done: int, total: int) -> None:
    """A line that is written over, for somebody who looks at it."""
    if sys.stderr.isatty():
        share = 100 * done // max(total, 1)
        sys.stderr.write(f"\r{share:3} %" if done < total else "\r     \r")
        sys.stderr.flush()


async def _found(
    database: Database, tenant_id: UUID, text: str, report: Report, *, force: bool
) -> Scenario | None:
    """The scenario of this file, if the tenant has it and its draft may be written over."""
    if report.named is None:
        raise Invalid("The document names no id.", code="scenario_unnamed")
    found = await find_scenario(database, tenant_id, report.named["id"])
    if found is None or force or found.draft == text or await _is_published(database, found):
        return found
    raise Conflict(
        f"The draft of '{found.key}' has changes that were never published and are not in the file. Look at them "
        "in the product, or write over them with --force.",
        code="draft_changed",
    )


async def _saved(
    database: Database, tenant_id: UUID, text: str, report: Report, found: Scenario | None
) -> Scenario:
    """The scenario with the file as its draft."""
    named = report.named
    assert named is not None
    if found is None:
        return await create_scenario(
            database, tenant_id, key=named["id"], name=named["name"], document=text, actor=ACTOR
        )
    if found.draft == text:
        return found
    return await write_draft(
        database,
        tenant_id,
        found.id,
        revision=found.revision,
        key=named["id"],
        name=named["name"],
        document=text,
        actor=ACTOR,
    )


async def _is_published(database: Database, scenario: Scenario) -> bool:
    for number in (scenario.live_version, scenario.canary_version):
        if number is not None:
            version = await access_version(database, scenario.tenant_id, scenario.id, number)
            if version.source == scenario.draft:
                return True
    return False
