"""What the demo step gets and gives back: the seam between the supervisor and `devstack/demo.py`.

    async def ensure_demo(context: DemoContext) -> Login

It makes or mends the demo tenant. Database, Redis, Temporal, api and worker are up; it runs in a process of
its own at a first start and whenever its sources have changed, so it must be safe to repeat.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from omnisupport.devstack.state import StateDir
from omnisupport.settings import Settings

LOGIN_RECORD = ("demo", "login.json")


@dataclass(frozen=True)
class Login:
    """How a person signs in to the console."""

    email: str
    password: str
    tenant: str


@dataclass(frozen=True)
class DemoContext:
    """Everything the demo step may need."""

    settings: Settings
    """Filled like a worker's: URLs of the app and sweeper roles, master key, allowed targets."""
    state: StateDir
    api_url: str
    shop_url: str
    """Origin of the demo shop and of its order service."""

    def owner_password(self) -> str:
        """The demo owner's password: made at first use, kept with mode 0600."""
        return self.state.secret("secrets", "demo_owner")


def save_login(state: StateDir, login: Login) -> None:
    """Keep the login for the next start's greeting."""
    state.write_json(asdict(login), *LOGIN_RECORD)


def saved_login(state: StateDir) -> Login | None:
    """The login of an earlier start."""
    record = state.read_json(*LOGIN_RECORD)
    try:
        return Login(email=record["email"], password=record["password"], tenant=record["tenant"])
    except KeyError:
        return None
