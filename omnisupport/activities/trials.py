"""Runs trials of scenarios in processes of their own: off the event loop, killable, a few at a time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from omnisupport.errors import Invalid, OmniError
from omnisupport.observability import get_logger

log = get_logger(__name__)

AT_ONCE = 2
"""Trials of this process that run beside each other; each takes a core."""
MOST_LINE = 64 * 2**20
"""Bytes of a report."""
Tell = Callable[[int, int], Awaitable[bool]]
"""Hears how far it is; false: nobody wants it any more."""
_COMMAND = (sys.executable, "-P", "-m", "omnisupport.activities.trial_main")
_TOO_LONG = "This takes longer than it may: start it as a job, or with less to do."
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR")
"""Of our environment: no secret is the child's business."""


class TrialTooLong(OmniError):
    """It did not end within its time."""

    code = "trial_too_long"
    status = 409


class TrialFailed(OmniError):
    """The process died, or could not do it."""

    code = "trial_failed"
    status = 500


class DocumentInvalid(Invalid):
    """The document has errors, so nothing of it can be tried; `findings` (as JSON values) say which."""

    code = "scenario_has_errors"

    def __init__(self, findings: list[dict[str, Any]]) -> None:
        errors = sum(finding["severity"] == "error" for finding in findings)
        super().__init__(f"The scenario has {errors} errors and cannot be tried.", code=self.code)
        self.findings = findings


class Unwanted(Exception):
    """Nobody wants it any more."""


class Trials:
    """The trials of one process of the product."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._free = asyncio.Semaphore(at_once)

    async def run(
        self,
        request: Mapping[str, Any],
        *,
        cpu_s: float,
        timeout_s: float,
        tell: Tell | None = None,
        background: bool = False,
    ) -> dict[str, Any]:
        """Run a trial (see `scenario_dsl.sim.trial`) and give its report.

        It may use `cpu_s` seconds of a processor, and take `timeout_s` with the wait for a free place.

        Raises:
            DocumentInvalid: the document has errors.
            TrialTooLong: it did not end within its time.
            TrialFailed: it died, or needs more than it may have.
            Unwanted: `tell` said so.
        """
        try:
            async with asyncio.timeout(timeout_s), self._free, _started() as process:
                limits = {"cpu_s": cpu_s, "background": background}
                return await _talk(process, {**request, **limits}, tell)
        except TimeoutError:
            raise TrialTooLong(_TOO_LONG) from None


@contextlib.asynccontextmanager
async def _started() -> AsyncIterator[Process]:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, limit=MOST_LINE
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _bytes(request: Mapping[str, Any]) -> bytes:
    return json.dumps(request, default=str).encode()


async def _talk(process: Process, request: Mapping[str, Any], tell: Tell | None) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    # Read all the while, or a child that complains much would stand still.
    complaint = asyncio.create_task(process.stderr.read())
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # A thousand conversations are megabytes: the loop has others to serve meanwhile.
            process.stdin.write(await asyncio.to_thread(_bytes, request))
            await process.stdin.drain()
            process.stdin.close()
        while line := await process.stdout.readline():
            said = json.loads(line)
            if "report" in said:
                report: dict[str, Any] = said["report"]
                return report
            if "invalid" in said:
                raise DocumentInvalid(said["invalid"])
            if "failed" in said:
                raise TrialFailed(said["detail"], code=said["failed"], status=said["status"])
            if tell is not None and not await tell(said["done"], said["total"]):
                raise Unwanted
        if await process.wait() == -signal.SIGXCPU:
            raise TrialTooLong(_TOO_LONG)
        log.error("trial_died", complaint=(await complaint).decode(errors="replace")[-2_000:])
        raise TrialFailed("The trial ended without a report.")
    finally:
        complaint.cancel()
