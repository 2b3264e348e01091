"""`omni`: the door for people. Commands are thin; what they need is imported when they run."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from omnisupport.domain.permissions import PlatformRole
from omnisupport.errors import Invalid, refusals_in_words

EXAMPLES = """\
Examples:

\b
  omni dev                                    start everything on this machine, with the demo shop
  omni dev --json --no-demo                   the same for programs: JSON lines, no demo data
  omni dev status                             what runs, and where
  omni dev stop worker                        hold a part down
  omni dev start worker                       bring it back
  omni api                                    the api alone, on the servers that the environment names
  omni worker                                 a worker alone, on the same servers
  omni doctor                                 what is wrong here, and how to mend it
  omni tenant create my-shop --owner me@example.com
  omni tenant export my-shop my-shop.zip      all of a tenant in a file, but for its secrets
  omni tenant import my-shop.zip              bring it in on another deployment
  omni platform grant me@example.com          make somebody an admin of this deployment
  omni platform list                          who has a role on the platform
  omni scenario check examples/scenarios/greeting.yaml
  omni scenario test greeting.yaml
  omni scenario test                          the templates of the product
  omni scenario walk greeting.yaml --walks 10000
  omni scenario replay greeting.yaml --tenant my-shop
  omni scenario fmt examples/scenarios/greeting.yaml
  omni scenario diff old.yaml new.yaml        what is different, by what it means
  omni scenario import typebot bot.json --output bot.yaml
  omni scenario publish greeting.yaml --tenant my-shop --message "Shorter"
  omni knowledge import ./articles --tenant my-shop
  omni settings apply settings.yaml --tenant my-shop
  omni deploy current 2026-11-26              let a build take what is new (OMNI_BUILD_ID of its workers)
  omni db upgrade                             bring the tables up to date
  omni privacy sweep                          end now what is over its term of retention
  omni keys rotate                            bring every secret under the first key of OMNI_MASTER_KEY
"""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)
dev = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
tenant = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
platform = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
scenario = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
knowledge = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
settings = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
deploy = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
db = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
privacy = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(dev, name="dev", help="Start everything on this machine. Example: omni dev")
app.add_typer(
    tenant, name="tenant", help="Tenants. Example: omni tenant create my-shop --owner me@example.com"
)
app.add_typer(
    platform, name="platform", help="Who runs this deployment. Example: omni platform grant me@example.com"
)
app.add_typer(scenario, name="scenario", help="Scenarios. Example: omni scenario check greeting.yaml")
app.add_typer(
    knowledge, name="knowledge", help="Knowledge. Example: omni knowledge import ./articles --tenant my-shop"
)
app.add_typer(
    settings, name="settings", help="Settings. Example: omni settings apply settings.yaml --tenant my-shop"
)
app.add_typer(deploy, name="deploy", help="Builds of a cluster. Example: omni deploy current 2026-11-26")
app.add_typer(db, name="db", help="The database. Example: omni db upgrade")
app.add_typer(privacy, name="privacy", help="Retention. Example: omni privacy sweep")
app.add_typer(keys, name="keys", help="The master key. Example: omni keys rotate")

AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON on stdout and nothing else there.")]
ScenarioFiles = Annotated[list[Path], typer.Argument(help="Scenario files, YAML or JSON", metavar="FILE...")]


class Locale(StrEnum):
    """Languages of sentences for people."""

    EN = "en"
    RU = "ru"


Language = Annotated[Locale, typer.Option("--locale", help="Language of the sentences.")]
PartArgument = Annotated[str, typer.Argument(help="api, worker, temporal, postgres, valkey, mailbox or shop")]


@app.callback(epilog=EXAMPLES)
def omni() -> None:
    """Customer support where every conversation is a durable workflow."""


@dev.callback()
def dev_run(
    context: typer.Context,
    as_json: AsJson = False,
    no_demo: Annotated[bool, typer.Option("--no-demo", help="Start empty, without the demo shop.")] = False,
) -> None:
    """Start every part on this machine and keep it up; Ctrl-C stops it all. Example: omni dev --json"""
    if context.invoked_subcommand is None:
        from omnisupport.devstack.supervisor import supervise

        supervise(as_json=as_json, demo=not no_demo)


@dev.command("stop")
def dev_stop(part: PartArgument) -> None:
    """Hold a part of the running stack down. Example: omni dev stop worker"""
    from omnisupport.devstack.control import order

    print(order("stop", part))


@dev.command("start")
def dev_start(part: PartArgument) -> None:
    """Bring a stopped part back. Example: omni dev start worker"""
    from omnisupport.devstack.control import order

    print(order("start", part))


@dev.command("status")
def dev_status(as_json: AsJson = False) -> None:
    """Say what runs, and where. Example: omni dev status"""
    from omnisupport.devstack.control import print_status

    print_status(as_json)


@app.command()
def api() -> None:
    """Run the api alone, on the servers that the environment names. Example: DATABASE_URL=... omni api"""
    from omnisupport.devstack.program import become

    become("omnisupport.api")


@app.command()
def worker(
    queue: Annotated[
        list[str],
        typer.Option("--queue", help="conversations, channels or ai; all three when none is named."),
    ] = [],  # noqa: B006 - typer reads it, nobody writes it
) -> None:
    """Run a worker alone, on the servers that the environment names. Example: omni worker --queue ai"""
    from omnisupport.devstack.program import become

    become("omnisupport.worker", *queue)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what is wrong here and how to mend it; exit code 1 if something is. Example: omni doctor"""
    from omnisupport.devstack.doctor import examine, print_findings

    raise typer.Exit(0 if print_findings(examine(), as_json) else 1)


@tenant.command("create")
def tenant_create(
    slug: Annotated[str, typer.Argument(help="Short name in addresses, for example my-shop")],
    owner: Annotated[str, typer.Option("--owner", help="E-mail address of the owner")],
) -> None:
    """Make a tenant and its owner's login. Example: omni tenant create my-shop --owner me@example.com"""
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.provision import create_tenant

    login = asyncio.run(create_tenant(attached_settings(), slug, owner))
    if login is None:
        print(f"Tenant {slug} is ready. {owner.strip()} signs in with the password that they have already.")
    else:
        print(f"Tenant {slug} is ready. Sign in as {login.email} with the password {login.password}")


@tenant.command("export")
def tenant_export(
    slug: Annotated[str, typer.Argument(help="Slug of the tenant")],
    file: Annotated[Path, typer.Argument(help="The bundle to write; it must not be there yet")],
) -> None:
    """Write all of a tenant to a file, but for its secrets. Example: omni tenant export my-shop my-shop.zip"""
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.bundles import export_tenant

    asyncio.run(export_tenant(attached_settings(), slug, file, tell=partial(print, flush=True)))


@tenant.command("import")
def tenant_import(
    file: Annotated[Path, typer.Argument(help="A bundle of omni tenant export, or of the console")],
    slug: Annotated[str | None, typer.Option("--slug", help="Another slug than that of the bundle")] = None,
) -> None:
    """Bring a tenant in from a bundle of another deployment; says what has to be entered again.

    Example: omni tenant import my-shop.zip --slug my-shop
    """
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.bundles import import_tenant

    asyncio.run(import_tenant(attached_settings(), file, slug=slug, tell=partial(print, flush=True)))


@platform.command("grant")
def platform_grant(
    email: Annotated[str, typer.Argument(help="E-mail address of somebody who has a login")],
    role: Annotated[
        PlatformRole, typer.Option("--role", help="user takes a role away.")
    ] = PlatformRole.ADMIN,
) -> None:
    """Give somebody a role above the tenants. Example: omni platform grant me@example.com --role manager"""
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.platform import grant

    asyncio.run(grant(attached_settings(), email, role))
    print(f"{email.strip()} has the platform role {role.value}.")


@platform.command("list")
def platform_list() -> None:
    """Say who has a role above the tenants. Example: omni platform list"""
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.platform import people

    for email, name, role in asyncio.run(people(attached_settings())):
        print(f"{role:9} {email}  {name}")


@scenario.command("check")
def scenario_check(
    files: ScenarioFiles,
    as_json: AsJson = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="SARIF 2.1.0, for code review.")] = False,
    locale: Language = Locale.EN,
) -> None:
    """Check scenario files; one finding a line, exit code 1 on errors. Example: omni scenario check a.yaml"""
    from omnisupport.devstack.check import check_files

    is_good = check_files(files, as_json=as_json, as_sarif=as_sarif, locale=locale.value)
    raise typer.Exit(0 if is_good else 1)


@scenario.command("test")
def scenario_test(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A scenario file, or a folder of them; without one the templates of the product",
            metavar="[FILE]",
        ),
    ] = None,
    tests: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Its test files; else those beside it: a.test.yaml of a.yaml", metavar="[TESTS...]"
        ),
    ] = None,
    mutants: Annotated[
        bool,
        typer.Option("--mutants", help="Put one fault at a time into the scenario: do the tests notice it?"),
    ] = False,
    most: Annotated[int, typer.Option("--most", min=1, max=5_000, help="Faults of --mutants")] = 500,
    as_json: AsJson = False,
    locale: Language = Locale.EN,
) -> None:
    """Run test files of scenarios without a server; exit code 1 if a case fails or the coverage is too small.

    With --mutants: exit code 1 if a fault is not noticed. Example: omni scenario test a.yaml --mutants
    """
    from omnisupport.devstack.scenario_files import told
    from omnisupport.devstack.scenario_trials import mutate_files, test_files, test_folder

    whole = file is None or file.is_dir()
    if whole and (tests or mutants):
        raise Invalid(
            "The tests of a folder are those beside its scenarios: name a scenario for others, or for --mutants.",
            code="tests_of_folder",
        )
    if file is None or whole:
        run = partial(test_folder, file, as_json=as_json, locale=locale.value)
    elif mutants:
        run = partial(mutate_files, file, tests or [], most=most, as_json=as_json, locale=locale.value)
    else:
        run = partial(test_files, file, tests or [], as_json=as_json, locale=locale.value)
    passed = told(run, as_json=as_json, as_list=True, locale=locale.value)
    raise typer.Exit(0 if passed else 1)


@scenario.command("walk")
def scenario_walk(
    file: Annotated[Path, typer.Argument(help="A scenario file")],
    tests: Annotated[
        list[Path] | None,
        typer.Option("--tests", help="Test files, for their stand-ins and invariants; else those beside it"),
    ] = None,
    walks: Annotated[int, typer.Option("--walks", min=1, max=1_000_000, help="How many")] = 1_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed walks the same ways")] = 1,
    as_json: AsJson = False,
    locale: Language = Locale.EN,
) -> None:
    """Walk through a scenario at random; exit code 1 if a fault is found, with the shortest talk that shows it.

    Example: omni scenario walk a.yaml --walks 10000
    """
    from omnisupport.devstack.scenario_files import told
    from omnisupport.devstack.scenario_trials import walk_file

    run = partial(walk_file, file, tests or [], walks=walks, seed=seed, as_json=as_json, locale=locale.value)
    passed = told(run, as_json=as_json, locale=locale.value)
    raise typer.Exit(0 if passed else 1)


@scenario.command("replay")
def scenario_replay(
    file: Annotated[Path, typer.Argument(help="A scenario file")],
    tenant_slug: Annotated[str, typer.Option("--tenant", help="Slug of the tenant")] = "demo",
    last: Annotated[int, typer.Option("--last", min=1, max=100_000, help="So many conversations")] = 1_000,
    as_json: AsJson = False,
    locale: Language = Locale.EN,
) -> None:
    """Say how a tenant's last conversations would have gone with a file; exit code 1 if any would have been different.

    Example: omni scenario replay a.yaml --tenant my-shop --last 1000
    """
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.scenario_files import told
    from omnisupport.devstack.scenario_replay import replay_file

    attached = attached_settings()
    replay = partial(
        replay_file, attached, tenant_slug, file, last=last, as_json=as_json, locale=locale.value
    )
    is_same = told(lambda: asyncio.run(replay()), as_json=as_json, locale=locale.value)
    raise typer.Exit(0 if is_same else 1)


@scenario.command("fmt")
def scenario_fmt(
    files: ScenarioFiles,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if something would change.")
    ] = False,
) -> None:
    """Bring scenario files into the language's form, comments kept; names each that changes.

    Example: omni scenario fmt a.yaml
    """
    from omnisupport.devstack.scenario_files import format_files, told

    is_good = told(lambda: format_files(files, check=check) or not check)
    raise typer.Exit(0 if is_good else 1)


@scenario.command("diff")
def scenario_diff(
    before: Annotated[Path, typer.Argument(help="A scenario file")],
    after: Annotated[Path, typer.Argument(help="Another one")],
    as_json: AsJson = False,
    locale: Language = Locale.EN,
) -> None:
    """Say what is different by what it means; exit code 1 if anything is. Example: omni scenario diff a.yaml b.yaml"""
    from omnisupport.devstack.scenario_files import diff_files, told

    run = partial(diff_files, before, after, as_json=as_json, locale=locale.value)
    raise typer.Exit(0 if told(run, as_json=as_json, locale=locale.value) else 1)


@scenario.command("import")
def scenario_import(
    kind: Annotated[str, typer.Argument(help="typebot, studio or rasa")],
    files: Annotated[list[Path], typer.Argument(help="Files of that system", metavar="FILE...")],
    output: Annotated[
        Path | None, typer.Option("--output", help="The document to write; stdout when none is named")
    ] = None,
    locale: Language = Locale.EN,
) -> None:
    """Turn files of another system into a scenario; what is lost goes to stderr, exit code 1 if something does no more.

    Example: omni scenario import typebot bot.json --output bot.yaml
    """
    from omnisupport.devstack.scenario_files import import_files

    raise typer.Exit(0 if import_files(kind, files, output=output, locale=locale.value) else 1)


@scenario.command("publish")
def scenario_publish(
    files: ScenarioFiles,
    tenant_slug: Annotated[str, typer.Option("--tenant", help="Slug of the tenant")] = "demo",
    message: Annotated[str, typer.Option("--message", help="What is new, for the list of versions")] = "",
    acknowledge: Annotated[
        list[str], typer.Option("--acknowledge", help="Code of a warning to take on; may be given many times")
    ] = [],  # noqa: B006 - typer reads it, nobody writes it
    canary: Annotated[
        int | None, typer.Option("--canary", min=1, max=99, help="Percent of the customers who get it")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a draft that is in the product only.")
    ] = False,
    locale: Language = Locale.EN,
) -> None:
    """Bring scenario files into a tenant and let them answer from the next message on, once the gate lets them.

    The gate prints what it finds: checks, tests, random walks, the last thousand conversations again. Errors block;
    everything else is taken on by its code. a.test.yaml beside a.yaml is run with the tests in the product, and kept
    there when the scenario goes live.

    Example: omni scenario publish a.yaml --tenant my-shop --message "Shorter greeting" --acknowledge W142
    """
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.scenario_publish import publish_file, show_progress

    for file in files:
        publishing = publish_file(
            attached_settings(),
            tenant_slug,
            file,
            message=message,
            canary_percent=canary,
            acknowledge=acknowledge,
            force=force,
            locale=locale.value,
            tell=partial(print, flush=True),
            progress=show_progress,
        )
        asyncio.run(publishing)


@deploy.command("current")
def deploy_current(build: Annotated[str, typer.Argument(help="OMNI_BUILD_ID of the workers")]) -> None:
    """Give a build's workers what is new; conversations come over as they go on. Example: omni deploy current b7"""
    from omnisupport.devstack.deploy import make_current

    asyncio.run(make_current(build))
    print(f"Build {build} is current. Keep the workers of the older one until it is drained.")


@knowledge.command("import")
def knowledge_import(
    folder: Annotated[Path, typer.Argument(help="Folder with Markdown files")],
    tenant_slug: Annotated[str, typer.Option("--tenant", help="Slug of the tenant")] = "demo",
) -> None:
    """Take Markdown files into a tenant's knowledge; one file a line, exit code 1 if one is refused.

    Example: omni knowledge import ./articles --tenant my-shop
    """
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.provision import import_knowledge

    tell = partial(print, flush=True)
    report = asyncio.run(import_knowledge(attached_settings(), tenant_slug, folder, tell=tell))
    print(report)
    raise typer.Exit(1 if report.refused else 0)


@settings.command("apply")
def settings_apply(
    file: Annotated[Path, typer.Argument(help="YAML with connections, calendars, tags and attributes")],
    tenant_slug: Annotated[str, typer.Option("--tenant", help="Slug of the tenant")] = "demo",
) -> None:
    """Bring a tenant's settings to what a file says; what it does not name stays.

    Example: omni settings apply settings.yaml --tenant my-shop
    """
    from omnisupport.devstack.apply import apply_settings
    from omnisupport.devstack.attach import attached_settings

    tell = partial(print, flush=True)
    asyncio.run(apply_settings(attached_settings(), tenant_slug, file, tell=tell))


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables up to date, as their owner. Example: omni db upgrade"""
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.steps import migrate

    asyncio.run(migrate(attached_settings()))
    print("The tables are up to date.")


@privacy.command("sweep")
def privacy_sweep() -> None:
    """End now what is over its term, in every workspace; it happens by itself each six hours.

    Prints how many of each kind were ended. Example: omni privacy sweep
    """
    from omnisupport.devstack.retention import sweep

    print(asyncio.run(sweep()))


@keys.command("rotate")
def keys_rotate() -> None:
    """Bring every secret under the first key of OMNI_MASTER_KEY. Example: OMNI_MASTER_KEY=NEW,OLD omni keys rotate

    Start api and worker with both keys before, for one that knows only the old key cannot read what is done here.
    When this has run, the old key may go.
    """
    from omnisupport.devstack.attach import attached_settings
    from omnisupport.devstack.rotation import rotate_keys

    print(asyncio.run(rotate_keys(attached_settings())))


def main() -> None:
    """Entry point: an expected refusal is one sentence on stderr and exit code 1."""
    code: int | str | None = 0
    with refusals_in_words():
        try:
            app()
        except SystemExit as ending:
            code = ending.code
    if isinstance(code, str):  # settings that cannot be used
        print(code, file=sys.stderr)
        code = 1
    if "temporalio" in sys.modules:
        from omnisupport.devstack.steps import leave

        leave(code if isinstance(code, int) else 1)
    sys.exit(code)
