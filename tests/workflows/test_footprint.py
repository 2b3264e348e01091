"""A conversation that waits keeps nothing of the message that began its run."""

from __future__ import annotations

import gc

from tests.workflows.scenarios import PARROT
from tests.workflows.stage import Stage


async def test_a_waiting_conversation_lets_go_of_its_first_activation(stage: Stage) -> None:
    """Its empty fields would hold all of it: 12 KiB of each waiting conversation."""
    tenant = await stage.tenant(PARROT)
    async with stage.working(sandboxed=False):
        chat = await stage.chat(tenant)
        await chat.ask("[1]", count=2)
        await chat.quiet()
        gc.collect()
        begun = [each for each in gc.get_objects() if type(each).__name__ == "InitializeWorkflow"]
        kept = [each for each in begun if each.workflow_id == chat.workflow_id]
    assert kept == []
