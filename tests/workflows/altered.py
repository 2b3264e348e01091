"""The workflow with a change that open conversations would not survive: one more activity in each turn."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from omnisupport.activities.turns import TurnActivities
    from omnisupport.domain.conversation import Carry
    from omnisupport.domain.mail import Mail
    from omnisupport.workflows import options
    from omnisupport.workflows.channel import ChannelWorkflow
    from omnisupport.workflows.conversation import ConversationWorkflow
    from omnisupport.workflows.export import ExportWorkflow
    from omnisupport.workflows.mail import MailWorkflow


@workflow.defn(name="ConversationWorkflow")
class AlteredWorkflow(ConversationWorkflow):
    """Reads once more before it decides."""

    @workflow.init
    def __init__(self, carry: Carry | None = None) -> None:
        super().__init__(carry)

    @workflow.run
    async def run(self, carry: Carry | None = None) -> None:
        """As the product's."""
        await super().run(carry)

    async def _take_turn(self) -> None:
        await workflow.execute_local_activity_method(TurnActivities.read_inbound, 0, **options.DATABASE_TURN)
        await super()._take_turn()


@workflow.defn(name="MailWorkflow")
class AlteredMailWorkflow(MailWorkflow):
    """Waits before it sends."""

    @workflow.run
    async def run(self, mail: Mail) -> str:
        """As the product's, later."""
        await workflow.sleep(1)
        return await super().run(mail)


@workflow.defn(name="ExportWorkflow")
class AlteredExportWorkflow(ExportWorkflow):
    """Waits before it makes anything."""

    @workflow.run
    async def run(self) -> str:
        """As the product's, later."""
        await workflow.sleep(1)
        return await super().run()


@workflow.defn(name="ChannelWorkflow")
class AlteredChannelWorkflow(ChannelWorkflow):
    """Waits before it looks."""

    @workflow.run
    async def run(self) -> None:
        """As the product's, later."""
        await workflow.sleep(1)
        await super().run()
