"""The whole product as a user starts it (`omni dev --json`), for tests to talk to and to kill."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from omnisupport.settings import Settings

START_S = 90


def free_port() -> int:
    """A port for another process to listen on; in this one, `bound` is better, for it keeps the port.

    None of those that the kernel gives for port 0 and for every connection that begins, nor of those that `omni dev`
    takes for its parts: such a one may be taken until that process binds it.
    """
    while True:
        port = 10_000 + secrets.randbelow(10_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def bound(port: int = 0) -> socket.socket:
    """A socket on a port that is ours from now on, and refuses until it is listened on."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


PROVIDERS = ("TELEGRAM_API_URL", "TWILIO_API_URL", "WHATSAPP_API_URL", "VK_API_URL", "MAX_API_URL")
NOBODY = "http://127.0.0.1:9"
"""Where nothing answers: no test speaks to a real provider."""


class Product:
    """A running `omni dev` on a state folder of its own."""

    def __init__(self, state_dir: Path, *, demo: bool = False, env: dict[str, str] | None = None) -> None:
        self.state_dir = state_dir
        self.port = free_port()
        self.events: list[dict[str, Any]] = []
        self.ready: dict[str, Any] = {}
        self._demo = demo
        self._env = env or {}
        self._process: subprocess.Popen[str] | None = None
        self._news = threading.Condition()

    @property
    def url(self) -> str:
        """Where the api answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Product:
        """Start and wait until it is ready."""
        command = [str(Path(sys.executable).with_name("omni")), "dev", "--json"]
        environment = {
            **{
                k: v
                for k, v in os.environ.items()
                if k not in ("DATABASE_URL", "REDIS_URL", "TEMPORAL_ADDRESS")
            },
            "OMNI_STATE_DIR": str(self.state_dir),
            "OMNI_PORT": str(self.port),
            **dict.fromkeys(PROVIDERS, NOBODY),
            **self._env,
        }
        self.stderr = (self.state_dir.parent / f"{self.state_dir.name}.stderr").open("w+")
        self._process = subprocess.Popen(
            command + ([] if self._demo else ["--no-demo"]),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self.ready = self.await_event(lambda event: event["event"] == "ready", timeout=START_S)
        return self

    def stop(self) -> int:
        """Stop as Ctrl-C does; returns the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(timeout=40)
        self.stderr.close()
        return code

    def __enter__(self) -> Product:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def settings(self) -> Settings:
        """Settings of the running stack, as a command in another terminal finds them."""
        variables = json.loads((self.state_dir / "environment.json").read_text())
        return Settings(**variables).model_copy(update={"state_dir": self.state_dir})

    def omni(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run `omni` as in another terminal."""
        command = [str(Path(sys.executable).with_name("omni")), *words]
        env = os.environ | {"OMNI_STATE_DIR": str(self.state_dir)}
        return subprocess.run(
            command, env=env, cwd=cwd, capture_output=True, text=True, timeout=90, check=False
        )

    def part(self, name: str) -> dict[str, Any]:
        """The newest state of a part: pid, url, state."""
        parts = [e for e in self.events if e["event"] == "part" and e["name"] == name]
        listed = [p for p in self.ready.get("parts", []) if p["name"] == name]
        return (listed + parts)[-1]

    def kill(self, name: str) -> int:
        """SIGKILL a part; returns the pid that died."""
        pid = int(self.part(name)["pid"])
        os.kill(pid, signal.SIGKILL)
        return pid

    def await_restart(self, name: str, old_pid: int, *, timeout: float = 60) -> None:
        """Wait until a part runs again under another pid."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            part = self.part(name)
            if part["pid"] not in (None, old_pid) and part["state"] in ("running", "ready", "up"):
                return
            time.sleep(0.05)
        raise AssertionError(f"{name} did not come back: {self.part(name)}")

    def await_event(self, wanted: Callable[[dict[str, Any]], bool], *, timeout: float) -> dict[str, Any]:
        """Wait for an event of the stack."""
        deadline = time.monotonic() + timeout
        with self._news:
            while True:
                for event in self.events:
                    if wanted(event):
                        return event
                assert self._process is not None
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stderr.seek(0)
                    raise AssertionError(f"no such event; stderr:\n{self.stderr.read()[-4000:]}")
                self._news.wait(timeout=0.2)

    def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()
