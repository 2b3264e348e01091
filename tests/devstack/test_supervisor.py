"""`omni dev` from outside, with the real servers and stand-ins for our own processes."""

from __future__ import annotations

import os
import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from omnisupport.devstack.control import ask_supervisor
from omnisupport.devstack.doctor import Verdict, examine
from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.state import StateDir
from tests.devstack.conftest import RunningStack, Start, all_gone, free_port, remove_data

NAMES = ["api", "postgres", "temporal", "valkey", "worker"]
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc here")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """One stack for the tests that leave it as they found it."""
    running = RunningStack(tmp_path_factory.mktemp("stack") / "state", free_port())
    try:
        running.ready()
        yield running
        assert running.stop() == 0
    finally:
        running.process.kill()
        running.process.wait()
        remove_data(running.state)


def test_stdout_holds_json_lines_with_the_promised_keys_and_nothing_else(stack: RunningStack) -> None:
    ready = stack.ready()
    assert sorted(ready) == ["event", "login", "parts", "urls"]
    assert sorted(ready["urls"]) == ["api", "console", "docs", "mailbox", "shop", "simulator", "temporal_ui"]
    assert ready["urls"]["api"] == f"http://127.0.0.1:{stack.port}"
    assert sorted(part["name"] for part in ready["parts"]) == NAMES
    assert all(sorted(part) == ["name", "pid", "state", "url"] for part in ready["parts"])
    assert all(part["state"] == "ready" and psutil.pid_exists(part["pid"]) for part in ready["parts"])
    assert {one["event"] for one in stack.events} == {"part", "ready"}


@pytest.mark.parametrize("name", ["valkey", "worker", "postgres", "temporal"])
def test_a_part_that_died_is_started_again_where_it_was(stack: RunningStack, name: str) -> None:
    part = next(part for part in stack.ready()["parts"] if part["name"] == name)
    seen = len(stack.events)
    os.kill(part["pid"], signal.SIGKILL)
    stack.wait_for(lambda _: stack.changes(name, seen)[-1:] == ["ready"])
    assert stack.changes(name, seen) == ["failed", "starting", "ready"]
    last = [one for one in stack.events if one.get("name") == name][-1]
    assert last["pid"] != part["pid"]
    assert last["url"] == part["url"]


def test_a_part_can_be_held_down_and_brought_back(stack: RunningStack) -> None:
    state = StateDir(stack.state)
    assert ask_supervisor(state, {"do": "stop", "part": "worker"})["part"]["state"] == "stopped"
    assert ask_supervisor(state, {"do": "stop", "part": "worker"})["part"]["state"] == "stopped"
    parts = {part["name"]: part for part in ask_supervisor(state, {"do": "status"})["parts"]}
    assert parts["worker"]["pid"] is None
    assert parts["api"]["state"] == "ready"
    assert ask_supervisor(state, {"do": "start", "part": "worker"})["part"]["state"] == "ready"
    with pytest.raises(Refused, match="no part 'kafka'"):
        ask_supervisor(state, {"do": "stop", "part": "kafka"})


def test_each_process_gets_only_the_secrets_it_needs(stack: RunningStack) -> None:
    ready = stack.ready()
    urls = {part["name"]: part["url"] for part in ready["parts"]} | {"shop": ready["urls"]["shop"]}
    given = {name: _variables(urls[name]) for name in ("api", "worker", "shop")}
    assert {"DATABASE_URL", "REDIS_URL", "TEMPORAL_ADDRESS", "OMNI_MASTER_KEY"} <= given["api"]
    assert not given["api"] & {"DATABASE_OWNER_URL", "DATABASE_SWEEPER_URL"}
    assert "DATABASE_SWEEPER_URL" in given["worker"]
    assert "DATABASE_OWNER_URL" not in given["worker"]
    secret = ("DATABASE", "REDIS", "TEMPORAL", "OMNI_MASTER", "OMNI_STATE")
    assert not [name for name in given["shop"] if name.startswith(secret)]


def test_a_second_supervisor_on_the_same_folder_is_refused(stack: RunningStack, start_stack: Start) -> None:
    second = start_stack(stack.state, stack.port + 1)
    assert _refusal(second) == (
        f"omni dev already runs on {stack.state} (process {stack.process.pid}): stop it, or choose another folder "
        "with OMNI_STATE_DIR and another port with OMNI_PORT."
    )


def test_the_doctor_finds_a_running_stack_well_and_a_held_part(
    stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMNI_STATE_DIR", str(stack.state))
    monkeypatch.setenv("OMNI_PORT", str(stack.port))
    ask_supervisor(StateDir(stack.state), {"do": "stop", "part": "worker"})
    found = {finding.name: finding for finding in examine()}
    assert {found[name].verdict for name in ("port", "disk", "state folder", "master key")} == {Verdict.OK}
    for name, version in (("postgres", "18."), ("valkey", "9."), ("temporal", "1.")):
        assert found[name].verdict is Verdict.OK
        assert version in found[name].says
    assert (found["worker"].verdict, found["worker"].mend) == (
        Verdict.NOTE,
        "bring it back: omni dev start worker",
    )
    ask_supervisor(StateDir(stack.state), {"do": "start", "part": "worker"})


@needs_proc
def test_nothing_survives_a_kill_or_a_signal_and_the_next_start_finds_all_again(start_stack: Start) -> None:
    first = start_stack()
    before = first.ready()
    secrets = {path: path.read_text() for path in (first.state / "secrets").iterdir()}
    family = first.family()
    assert len([one for one in family if "time.sleep(600)" in " ".join(one.cmdline())]) == 5
    first.process.kill()
    first.process.wait()
    assert all_gone(family) == []

    second = start_stack(first.state, first.port)
    after = second.ready()
    assert after["urls"] == before["urls"]
    assert [part["url"] for part in after["parts"]] == [part["url"] for part in before["parts"]]
    assert {path: path.read_text() for path in (first.state / "secrets").iterdir()} == secrets
    family = second.family()
    assert second.stop(signal.SIGINT) == 0
    assert all_gone(family) == []


@needs_proc
def test_a_signal_during_the_start_stops_everything(start_stack: Start) -> None:
    stack = start_stack()
    stack.wait_for(lambda events: events)
    family = stack.family()
    assert stack.stop() == 0
    assert all_gone(family) == []
    assert "ready" not in {one["event"] for one in stack.events}


def test_a_port_in_use_is_refused_before_anything_starts(start_stack: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = _refusal(start_stack(tmp_path / "state", port))
    assert said.startswith(f"Port {port} is already in use by process {os.getpid()}")
    assert f"OMNI_PORT={port + 1}" in said
    assert not (tmp_path / "state" / "logs").exists()


def test_a_first_start_that_fails_says_why_and_leaves_nothing(start_stack: Start) -> None:
    stack = start_stack(STAND_IN_FAILS="api")
    assert stack.process.wait(timeout=30) == 1
    said = stack.err.read_text()
    assert "api ended with 3" in said
    assert "the api is not well today" in said
    assert [one["state"] for one in stack.events if one.get("name") == "postgres"][-1] == "stopped"


def test_servers_named_in_the_environment_are_not_started(start_stack: Start) -> None:
    stack = start_stack(REDIS_URL="redis://:secret@127.0.0.1:1/0", TEMPORAL_ADDRESS="127.0.0.1:2")
    parts = {part["name"]: part for part in stack.ready()["parts"]}
    assert (parts["valkey"]["state"], parts["valkey"]["pid"]) == ("external", None)
    assert parts["valkey"]["url"] == "redis://@127.0.0.1:1/0"
    assert parts["temporal"]["state"] == "external"
    assert parts["postgres"]["state"] == "ready"


def _variables(url: str) -> set[str]:
    with urllib.request.urlopen(f"{url}/env") as answer:
        return set(answer.read().decode().split("\n"))


def _refusal(stack: RunningStack) -> str:
    assert stack.process.wait(timeout=20) == 1
    assert stack.out.read_text() == ""
    (line,) = stack.err.read_text().splitlines()
    return line
