"""Workers of queue `channels` with the real adapters, one after the other, to be killed.

`python -m tests.workflows.mortal STATE SETTINGS`: every line of its input begins one, its pid is printed. Everything is
loaded once, and each worker is a fork of what was loaded: twenty deaths take seconds instead of minutes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from omnisupport.channels import registry
from omnisupport.channels.outlets import Outlets
from omnisupport.settings import Settings
from omnisupport.temporal import CHANNELS
from omnisupport.worker import transport_of
from tests.workflows.stage import Stage


async def work(settings: Settings, state_dir: Path) -> None:
    """Until the end, which comes from outside."""
    stage = await Stage.open(settings, state_dir=state_dir, egress_allow=settings.egress_allow)
    stage.adapters.outlets = Outlets(transport_of(settings, stage.adapters.fetcher))
    async with stage.working(queues=[CHANNELS]):
        await asyncio.Event().wait()


def main(state_dir: Path, more: dict[str, str]) -> None:
    """Fork a worker for each line."""
    settings = Settings(**json.loads((state_dir / "environment.json").read_text()) | more)
    for folder in set(registry.ADAPTERS.values()):
        registry.outbound_of(folder, transport_of(settings, None))  # type: ignore[arg-type]
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(work(settings, state_dir))
        print(child, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
