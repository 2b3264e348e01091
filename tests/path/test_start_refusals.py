"""What keeps an api or a worker from starting is one sentence on stderr, whatever loads before it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.product import Product, free_port

PROGRAMS = ("api", "worker")


def start(product: Product, program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start a program on the stack's servers, with some variables changed."""
    ours = json.loads((product.state_dir / "environment.json").read_text())
    ours |= {"OMNI_PORT": str(free_port()), "OMNI_API_METRICS_PORT": "0", "OMNI_WORKER_METRICS_PORT": "0"}
    # A server that nobody asks: the worker's index is not what is tried here.
    env = os.environ | ours | {"QDRANT_URL": "http://127.0.0.1:1"} | variables
    command = [sys.executable, "-P", "-m", f"omnisupport.{program}"]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        yield int(server.getsockname()[1])


def refused(said: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refusal."""
    lines = [line for line in said.stderr.splitlines() if "[info" not in line]
    assert (said.returncode, len(lines)) == (1, 1), said.stderr
    return lines[0]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_role_above_the_wall(product: Product, program: str) -> None:
    owner = product.settings().database_owner_url or ""
    assert "Use the app role" in refused(start(product, program, DATABASE_URL=owner))


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_master_key_that_is_none(product: Product, program: str) -> None:
    assert "openssl rand -base64 32" in refused(start(product, program, OMNI_MASTER_KEY="abc"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_urls_that_are_none(product: Product, program: str) -> None:
    said = refused(start(product, program, DATABASE_URL="db", REDIS_URL="redis"))
    assert said.startswith("DATABASE_URL must be") and "REDIS_URL must be" in said


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_database_that_does_not_answer(product: Product, program: str) -> None:
    url = f"postgresql+asyncpg://a:b@127.0.0.1:{free_port()}/omni"
    assert "The database does not answer" in refused(start(product, program, DATABASE_URL=url))


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_password_that_the_database_refuses(product: Product, program: str) -> None:
    url = (product.settings().database_url or "").replace("omni_app:", "omni_app:not-")
    said = refused(start(product, program, DATABASE_URL=url))
    assert said == 'The database refuses DATABASE_URL: password authentication failed for user "omni_app".'


@pytest.mark.parametrize(
    ("program", "variable"), [("api", "OMNI_API_METRICS_PORT"), ("worker", "OMNI_WORKER_METRICS_PORT")]
)
def test_a_port_of_metrics_that_is_taken(product: Product, program: str, variable: str, taken: int) -> None:
    said = refused(start(product, program, **{variable: str(taken)}))
    assert f"127.0.0.1:{taken}" in said and variable in said
