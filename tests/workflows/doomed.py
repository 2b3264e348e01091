"""A worker of queue `channels` alone, which dies where `FAULT` says: `python -m tests.workflows.doomed STATE TYPE`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from omnisupport.settings import Settings
from omnisupport.temporal import CHANNELS
from tests.workflows.provider import Provider
from tests.workflows.stage import Stage


async def main(state_dir: Path, channel_type: str) -> None:
    """Work on the stage until the end."""
    settings = Settings(**json.loads((state_dir / "environment.json").read_text()))
    stage = await Stage.open(settings, state_dir=state_dir)
    stage.senders[channel_type] = Provider(channel_type=channel_type)
    async with stage.working(queues=[CHANNELS]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
