"""Runs a stack: refuses, starts in order, keeps it up, takes orders, stops in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from omnisupport.devstack import attach, steps
from omnisupport.devstack.context import Login, saved_login
from omnisupport.devstack.control import ControlServer
from omnisupport.devstack.part import Part
from omnisupport.devstack.ports import require_free
from omnisupport.devstack.preflight import require_disk, require_installed
from omnisupport.devstack.process import Child, Launch, tail
from omnisupport.devstack.refusal import PartFailed
from omnisupport.devstack.report import HumanReporter, JsonReporter, PartView, Reporter
from omnisupport.devstack.slot import Slot
from omnisupport.devstack.stack import Programs, Stack
from omnisupport.devstack.state import StateDir, StateLock
from omnisupport.devstack.warden import Warden
from omnisupport.errors import OmniError
from omnisupport.settings import Settings

STEP_TIMEOUT = 300.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """One `omni dev`."""

    def __init__(
        self, settings: Settings, reporter: Reporter, *, demo: bool = True, programs: Programs | None = None
    ) -> None:
        """Plan the stack; nothing is started yet.

        Raises:
            Refused: the machine or the state folder is not fit.
        """
        self._began = time.monotonic()
        self._reporter = reporter
        self._state = StateDir.open(settings.state_dir)
        self._lock = StateLock(self._state)
        self._lock.take()
        require_free(settings.port, variable="OMNI_PORT", host=settings.host)
        require_disk(self._state.root)
        require_installed(settings)
        self._demo = demo
        self._stack = Stack(settings, self._state, demo=demo, programs=programs)
        self._slots: list[Slot] = []
        self._warden = Warden()
        self._stopping = asyncio.Event()
        self._signals = 0

    async def run(self) -> None:
        """Run until a signal comes.

        Raises:
            PartFailed: the first start did not succeed; everything is stopped again.
        """
        self._listen_to_signals()
        control = ControlServer(self._state, self._obey)
        try:
            await control.open()
            await self._until_stopped(self._start())
            if not self._stopping.is_set():
                await self._stopping.wait()
        finally:
            self._reporter.progress("Stopping …")
            control.close()
            await self._stop()

    async def _until_stopped(self, work: Any) -> None:
        """Do the work, or leave it when a signal comes first."""
        doing = asyncio.ensure_future(work)
        waiting = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not doing.done():
            doing.cancel()
            with contextlib.suppress(asyncio.CancelledError, OmniError):
                await doing
            return
        await doing

    async def _start(self) -> None:
        for moved in self._stack.ports.moved:
            self._reporter.progress(moved)
        await self._start_all(self._stack.servers)
        attach.write_environment(self._state, self._stack.own_variables)
        await self._migrate()
        await self._replay()
        await self._start_all(self._stack.processes)
        login = await self._make_demo() if self._demo else None
        seconds = time.monotonic() - self._began
        self._reporter.ready(self._stack.urls, login, self._views(), seconds)

    async def _start_all(self, parts: Sequence[Part]) -> None:
        """Start parts that do not need each other, side by side."""
        if not parts:
            return
        self._reporter.progress(f"Starting {', '.join(part.name for part in parts)} …")
        fresh = [Slot(part, self._log_of(part.name), self._warden, self._slot_changed) for part in parts]
        self._slots += fresh
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_outcome(slot)) for slot in fresh]
        failures = [failure for task in tasks if (failure := task.result()) is not None]
        if failures:
            raise PartFailed("\n\n".join(failure.detail for failure in failures))

    async def _migrate(self) -> None:
        environment = self._stack.migration_environment
        if self._stack.programs.migrate is None:
            return
        if "DATABASE_OWNER_URL" not in environment:
            self._reporter.progress("DATABASE_OWNER_URL is not set: the tables are left as they are.")
            return
        print_of = steps.fingerprint(steps.MIGRATIONS, environment["DATABASE_OWNER_URL"])
        await self._step(
            "migrate", "Bringing the database up to date …", print_of, self._stack.programs.migrate
        )

    async def _replay(self) -> None:
        """Look whether the open conversations go on under this code, when it is other code than at the last start."""
        if self._stack.programs.replay is None or self._stack.temporal is None:
            return
        print_of = steps.fingerprint(steps.WORKFLOW_SOURCES)
        if not self._state.read("done", "replay"):  # a first start has no histories
            self._state.write(print_of, "done", "replay")
            return
        await self._step(
            "replay", "Replaying the open conversations …", print_of, self._stack.programs.replay
        )

    async def _make_demo(self) -> Login | None:
        if self._stack.programs.demo is None or not steps.has_demo():
            return None
        environment = self._stack.app_environment
        places = (environment["DATABASE_URL"], environment["OMNI_SHOP_URL"])  # articles link to the shop
        print_of = steps.fingerprint(steps.DEMO_SOURCES, *places)
        await self._step("demo", "Making the demo tenant …", print_of, self._stack.programs.demo)
        return saved_login(self._state)

    async def _step(self, name: str, text: str, fingerprint: str, command: Sequence[str]) -> None:
        """Run a step unless it was done with exactly these sources on exactly this database."""
        if self._state.read("done", name) == fingerprint:
            return
        self._reporter.progress(text)
        env = self._stack.migration_environment if name == "migrate" else self._stack.worker_environment
        await self._run_once(name, command, env)
        self._state.write(fingerprint, "done", name)

    async def _run_once(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        log = self._log_of(name)
        written = log.stat().st_size if log.exists() else 0
        child = Child(Launch(command, env=env), log, self._warden)
        try:
            async with asyncio.timeout(STEP_TIMEOUT):
                while (code := child.exit_code()) is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise PartFailed(f"{name} took more than {STEP_TIMEOUT:.0f} s. Its log is {log}.") from None
        finally:
            child.kill()
        if code != 0:
            raise PartFailed(f"{name} ended with {code}. Its log is {log}:\n{tail(log, since=written)}")

    async def _stop(self) -> None:
        """In reverse order; what does not end by itself is killed after 10 s, or at a second Ctrl-C."""
        attach.forget_environment(self._state)
        process_names = {part.name for part in self._stack.processes}
        for stage in (process_names, {"temporal"}, {"postgres", "valkey"}):
            slots = [slot for slot in self._slots if slot.name in stage]
            await asyncio.gather(*(slot.stop() for slot in reversed(slots)))
        self._warden.dismiss()
        self._lock.release()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # started with nohup: it is meant to outlive its terminal
            loop.add_signal_handler(number, self._on_signal)

    def _on_signal(self) -> None:
        self._signals += 1
        self._stopping.set()
        if self._signals > 1:
            for slot in self._slots:
                slot.kill()

    async def _obey(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer one order of `omni dev stop|start|status`."""
        if request.get("do") == "status":
            return {"parts": [view.to_dict() | {"reason": view.reason} for view in self._views()]}
        slot = next((slot for slot in self._slots if slot.name == request.get("part")), None)
        if slot is None:
            known = ", ".join(sorted(slot.name for slot in self._slots))
            return {"error": f"There is no part {request.get('part')!r} here. Parts: {known}."}
        if request.get("do") == "stop":
            await slot.stop()
        elif (failure := await _outcome(slot)) is not None:
            return {"error": failure.detail}
        return {"part": _view(slot).to_dict()}

    def _slot_changed(self, slot: Slot) -> None:
        self._reporter.part(_view(slot))

    def _views(self) -> list[PartView]:
        return [_view(slot) for slot in self._slots] + self._stack.external

    def _log_of(self, name: str) -> Path:
        return self._state.path("logs", f"{name}.log")


def supervise(*, as_json: bool, demo: bool) -> None:
    """`omni dev`: returns when it was told to stop.

    Raises:
        Refused: before anything was started.
        PartFailed: the first start did not succeed; everything is stopped again.
    """

    async def run() -> None:
        reporter = JsonReporter() if as_json else HumanReporter()
        await Supervisor(Settings(), reporter, demo=demo).run()

    asyncio.run(run())


async def _outcome(slot: Slot) -> OmniError | None:
    """Start one part; a failure is a value, so that its neighbours come up undisturbed."""
    try:
        await slot.start()
    except OmniError as error:
        return error
    except (OSError, subprocess.SubprocessError) as error:
        return PartFailed(f"{slot.name} could not be started: {error}")
    return None


def _view(slot: Slot) -> PartView:
    return PartView(slot.name, slot.pid, slot.part.url, slot.state, slot.reason)
