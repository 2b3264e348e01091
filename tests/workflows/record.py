"""Records every story anew: `python -m tests.workflows.record [STORY …]`. Takes about a minute.

Record again only when a change of the workflow is meant to break open conversations: until then the old
histories are what proves that it does not.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.api.history.v1 import HistoryEvent

from omnisupport.errors import OmniError
from tests.support.product import Product
from tests.workflows import recorded, stories
from tests.workflows.budget import runs_of, settled
from tests.workflows.bundles import EXPORTED, kept_briefly
from tests.workflows.chat import Chat
from tests.workflows.connected import CONNECTED, Connection
from tests.workflows.post import MAILED, Posted, post_of, soon
from tests.workflows.shop import Shop, open_shop
from tests.workflows.skipping import SkippingStage, open_skipping_stage
from tests.workflows.stage import Stage

VISIBLE_AFTER_S = 1.0
"""The engine lists a run a moment after it began."""


class Recorder:
    """Plays stories on the stages of one stack and writes what they leave; a story that fails keeps its old history."""

    def __init__(self, product: Product, folder: Path, wanted: Sequence[str]) -> None:
        self._product = product
        self._folder = folder
        self._wanted = wanted
        self.failed: list[str] = []

    async def record(self) -> None:
        """Play the wanted stories; all of them when none is named."""
        async with open_shop() as shop:
            await self._record_real(shop)
        await self._record_skipped()

    async def _record_real(self, shop: Shop) -> None:
        stage = await Stage.open(
            self._product.settings(),
            state_dir=self._folder,
            egress_allow=f"127.0.0.1:{shop.port}",
            namespace="record",
            keys=recorded.KEYS,
        )
        async with stage.working():
            for story in stories.REAL:
                await self._play(stage, story.__name__, lambda story=story: story(stage, shop))  # type: ignore[misc]
            for one in CONNECTED:
                await self._play(stage, one.__name__, lambda one=one: one(stage))  # type: ignore[misc]
        with soon():
            async with post_of(stage) as post, stage.working(sandboxed=False):
                for mail in MAILED:
                    await self._play(stage, mail.__name__, lambda mail=mail: mail(post))  # type: ignore[misc]
                with kept_briefly():
                    for export in EXPORTED:
                        await self._play(stage, export.__name__, lambda export=export: export(stage))  # type: ignore[misc]
        await stage.close()

    async def _record_skipped(self) -> None:
        stage = await open_skipping_stage(
            self._product.settings(), state_dir=self._folder, keys=recorded.KEYS
        )
        for story in stories.SKIPPED:
            async with stage.working():
                await self._play(stage, story.__name__, lambda story=story: story(stage))  # type: ignore[misc]
        await stage.close()

    async def _play(
        self,
        stage: Stage,
        name: str,
        story: Callable[[], Awaitable[Chat | stories.Told | Posted | Connection]],
    ) -> None:
        if self._wanted and name not in self._wanted:
            return
        try:
            chat = await story()
        except (AssertionError, OmniError) as broken:
            self.failed.append(name)
            print(f"{name}: {broken}")
            return
        for old in recorded.FOLDER.glob(f"{name}.*.json"):
            old.unlink()
        for run, events in enumerate(await _all_runs(stage, chat), start=1):
            file = recorded.write(name, run, chat.workflow_id, events)
            print(f"{file.name}: {len(events)} events, {file.stat().st_size // 1024} KiB")


async def _all_runs(
    stage: Stage, chat: Chat | stories.Told | Posted | Connection
) -> list[list[HistoryEvent]]:
    """Every run of a conversation, those before it was resolved included; only the full server lists them."""
    if isinstance(stage, SkippingStage):
        return await runs_of(stage.client, chat.workflow_id)
    await asyncio.sleep(VISIBLE_AFTER_S)
    found = [run async for run in stage.client.list_workflows(f"WorkflowId = '{chat.workflow_id}'")]
    found.sort(key=lambda run: run.start_time)
    return [await settled(stage.client, chat.workflow_id, run.run_id) for run in found]


def main() -> None:
    """Start a stack of its own, record, stop it; exits with 1 when a story could not be told."""
    recorded.FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, Product(Path(folder) / "state") as product:
        recorder = Recorder(product, Path(folder), sys.argv[1:])
        asyncio.run(recorder.record())
    if recorder.failed:
        sys.exit(f"not recorded: {', '.join(recorder.failed)}")


if __name__ == "__main__":
    main()
