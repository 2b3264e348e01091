"""`omni dev --json` with stand-ins for the product's own processes and without migrations and demo content."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from omnisupport.devstack.report import JsonReporter
from omnisupport.devstack.stack import Programs
from omnisupport.devstack.supervisor import Supervisor
from omnisupport.errors import OmniError
from omnisupport.settings import Settings

STAND_IN = str(Path(__file__).with_name("stand_in.py"))


def stand_ins() -> Programs:
    """Programs that answer and do nothing."""
    return Programs(
        replay=None,
        api=[sys.executable, STAND_IN, "api", "OMNI_PORT"],
        worker=[sys.executable, STAND_IN, "worker", "OMNI_WORKER_METRICS_PORT"],
        shop=[sys.executable, STAND_IN, "shop", "SHOP_PORT"],
        mailbox=[sys.executable, STAND_IN, "mailbox", "MAILBOX_PORT"],
        simulator=[sys.executable, STAND_IN, "simulator", "SIMULATOR_PORT"],
        migrate=None,
        demo=None,
    )


async def _run() -> None:
    await Supervisor(Settings(), JsonReporter(), programs=stand_ins()).run()


if __name__ == "__main__":
    try:
        asyncio.run(_run())
    except OmniError as error:
        print(error.detail, file=sys.stderr)
        sys.exit(1)
