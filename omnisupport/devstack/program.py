"""Parts that are our own Python programs: the api, the worker, the demo shop."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from omnisupport.devstack.part import STANDS_BACK, Part, http_call
from omnisupport.devstack.ports import LOOPBACK
from omnisupport.devstack.process import Launch
from omnisupport.devstack.refusal import Refused


def module_command(module: str, *words: str) -> list[str]:
    """Run a module of ours; `-P` keeps the current folder off `sys.path`, where a `workflows` might lie."""
    return [sys.executable, "-P", "-m", module, *words]


NEEDED = ("DATABASE_URL", "REDIS_URL", "TEMPORAL_ADDRESS", "OMNI_MASTER_KEY")


def become(module: str, *words: str) -> NoReturn:
    """Turn this process into a module of ours, on the servers that the environment names.

    Raises:
        Refused: a server or the key is not named.
    """
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        raise Refused(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set: "
            "name your servers in the environment, or start everything with omni dev."
        )
    command = module_command(module, *words)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - the same interpreter, a module of ours


class Program(Part):
    """A process that answers HTTP on a loopback port and says there when it is ready."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        port: int,
        ready_path: str = "/readyz",
        start_timeout: float = 60.0,
        niceness: int = 0,
    ) -> None:
        self.name = name
        self.start_timeout = start_timeout
        self._command = command
        self._env = env
        self._port = port
        self._ready_path = ready_path
        self._niceness = niceness

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    def prepare(self) -> Launch:
        return Launch(self._command, env=self._env, niceness=self._niceness)

    def is_ready(self) -> bool:
        answer = http_call(self._port, self._ready_path)
        return answer is not None and answer.status == 200


class Unasked(Part):
    """A process that nobody asks anything: it is ready once it runs."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.name = name
        self._command = command
        self._env = env

    @property
    def url(self) -> str:
        """It has no address."""
        return ""

    def prepare(self) -> Launch:
        """As it is."""
        return Launch(self._command, env=self._env, niceness=STANDS_BACK)

    def is_ready(self) -> bool:
        """From the start."""
        return True
