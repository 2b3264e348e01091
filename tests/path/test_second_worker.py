"""A second worker with an index of its own would answer from nothing; one after a killed worker is let in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.support.patience import PATIENCE_S
from tests.support.product import Product


def test_a_worker_on_another_state_folder_is_refused(product: Product, tmp_path: Path) -> None:
    variables = json.loads((product.state_dir / "environment.json").read_text())
    env = os.environ | variables | {"OMNI_STATE_DIR": str(tmp_path / "state")}
    said = subprocess.run(
        [sys.executable, "-P", "-m", "omnisupport.worker"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "run one worker, or set QDRANT_URL" in said.stderr
    assert not (tmp_path / "state").exists()


def test_the_successor_of_a_killed_worker_is_let_in_at_once(product: Product) -> None:
    killed = product.kill("worker")
    began = time.monotonic()
    product.await_restart("worker", killed)
    assert time.monotonic() - began < PATIENCE_S
    failures = [e for e in product.events if e["event"] == "part" and e["name"] == "worker"]
    assert [event["state"] for event in failures][-2:] == ["starting", "ready"]
