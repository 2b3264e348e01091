"""How a command in another terminal finds the running stack: its variables, in a file of mode 0600."""

from __future__ import annotations

import os

from omnisupport.devstack.control import here, is_running
from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.state import StateDir
from omnisupport.settings import Settings

RECORD = "environment.json"


def write_environment(state: StateDir, variables: dict[str, str]) -> None:
    """Called by the supervisor once the servers answer."""
    state.write_json(variables, RECORD)


def forget_environment(state: StateDir) -> None:
    """Called by the supervisor when it stops."""
    state.root.joinpath(RECORD).unlink(missing_ok=True)


def attached_settings() -> Settings:
    """Settings of this process, or those of the `omni dev` that runs on the same state folder.

    Raises:
        Refused: no database is named and nothing runs.
    """
    settings = Settings()
    if settings.database_url:
        return settings
    state = here()
    variables = state.read_json(RECORD)
    if not variables or not is_running(state):
        raise Refused(
            f"DATABASE_URL is not set and nothing runs on the state folder {state.root}: "
            "start omni dev in another terminal, or set the URLs of your servers."
        )
    os.environ.update({name: str(value) for name, value in variables.items()})
    return Settings()
