"""Starts the product as a stranger would, talks to it and stops it. Standard library only.

    .venv/bin/python tests/devstack/smoke.py

Used by `.ci/run` as an unprivileged user with an empty home.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

OMNI = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "omni"
READY_WITHIN = 300.0
ANSWER_WITHIN = 30.0
QUESTION = "сколько стоит доставка?"


def main() -> None:
    """Start, ask, be answered, stop; any assertion that fails ends with a traceback and exit code 1."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "stdout")
        env = os.environ | {"OMNI_STATE_DIR": str(Path(folder, "state")), "OMNI_PORT": str(_free_port())}
        with output.open("wb") as file:
            omni = subprocess.Popen([str(OMNI), "dev", "--json"], env=env, stdout=file)
        try:
            began = time.monotonic()
            ready = _wait_until_ready(omni, output)
            print(f"ready after {time.monotonic() - began:.1f} s as user {os.geteuid()}")
            if ready["login"]:
                print(f"answered: {_ask(ready['urls']['api'], ready['login']['tenant'])[:80]!r}")
        finally:
            omni.send_signal(signal.SIGINT)
            code = omni.wait(timeout=60)
        assert code == 0, f"omni dev ended with {code}"
        _assert_all_json(output)
        _assert_nobody_left(folder)
        print("stopped, and nothing is left running")


def _wait_until_ready(omni: subprocess.Popen[bytes], output: Path) -> dict[str, Any]:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        assert omni.poll() is None, f"omni dev ended with {omni.poll()}"
        for line in output.read_text().splitlines(keepends=True):
            if line.endswith("\n") and (event := json.loads(line))["event"] == "ready":
                return dict(event)
        time.sleep(0.1)
    raise AssertionError(f"not ready within {READY_WITHIN:.0f} s")


def _ask(api: str, tenant: str) -> str:
    """Ask a question as a visitor of the widget and give back the answer's text."""
    session = _call(f"{api}/api/v1/widget/{tenant}/sessions", body={"locale": "ru"})
    token = session["visitor_token"]
    body = {"client_message_id": str(uuid.uuid4()), "text": QUESTION}
    _call(f"{api}/api/v1/widget/messages", body=body, token=token)
    deadline = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < deadline:
        messages = _call(f"{api}/api/v1/widget/messages?after=0", token=token)["messages"]
        answers = [one["text"] for one in messages if one["direction"] == "outbound"]
        if answers:
            return str(answers[0])
        time.sleep(0.2)
    raise AssertionError(f"no answer within {ANSWER_WITHIN:.0f} s")


def _call(url: str, *, body: dict[str, Any] | None = None, token: str | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(
        urllib.request.Request(url, data=data, headers=headers), timeout=15
    ) as answer:
        return dict(json.loads(answer.read()))


def _assert_all_json(output: Path) -> None:
    for line in output.read_text().splitlines():
        assert json.loads(line)["event"] in ("part", "ready"), line


def _assert_nobody_left(folder: str) -> None:
    """No process has the state folder among its arguments or in its environment."""
    left = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if folder.encode() in words and int(entry.name) != os.getpid():
            left.append(entry.name)
    assert not left, f"still running: {left}"


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


if __name__ == "__main__":
    main()
