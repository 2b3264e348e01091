"""Conversations that were recorded under earlier code go on under this one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from omnisupport.scenario_dsl.registry import node_types
from omnisupport.worker import WORKFLOWS
from tests.workflows import node_stories, recorded, scenarios, stories
from tests.workflows.altered import (
    AlteredChannelWorkflow,
    AlteredExportWorkflow,
    AlteredMailWorkflow,
    AlteredWorkflow,
)
from tests.workflows.bundles import EXPORTED
from tests.workflows.connected import CONNECTED
from tests.workflows.post import MAILED

FILES = recorded.files()


def replayer(*workflows: type, runner: WorkflowRunner | None = None) -> Replayer:
    """A replayer of recorded histories, sandboxed unless told otherwise."""
    return Replayer(
        workflows=workflows,
        data_converter=recorded.converter(),
        workflow_runner=runner or SandboxedWorkflowRunner(),
    )


def test_every_story_is_recorded() -> None:
    told = {story.__name__ for story in [*stories.REAL, *stories.SKIPPED, *MAILED, *EXPORTED, *CONNECTED]}
    assert {file.name.split(".")[0] for file in FILES} == told
    assert len(told) >= 12


def test_every_type_of_node_is_in_a_recorded_story() -> None:
    """The documents of the stories; those of `scenarios.py` have the types that began the language."""
    sources = [*node_stories.DOCUMENTS, *(text for text in vars(scenarios).values() if isinstance(text, str))]
    written = {kind for source in sources for kind in re.findall(r"type: (\w+)", source)}
    assert set(node_types()) - written == {"kb_answer"}  # of the default answer, which two stories take


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_recorded_conversation_replays(file: Path) -> None:
    """In the sandbox, which refuses what is not deterministic."""
    await replayer(*WORKFLOWS).replay_workflow(recorded.read(file))


async def test_recorded_conversations_replay_as_production_runs_them() -> None:
    """Unsandboxed, all in one process, one after the other."""
    one = replayer(*WORKFLOWS, runner=UnsandboxedWorkflowRunner())
    for file in FILES:
        await one.replay_workflow(recorded.read(file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_an_incompatible_change_is_found(file: Path) -> None:
    """One more local activity in each turn would break every open conversation."""
    altered = replayer(
        AlteredWorkflow,
        AlteredMailWorkflow,
        AlteredExportWorkflow,
        AlteredChannelWorkflow,
        runner=UnsandboxedWorkflowRunner(),
    )
    replayed = await altered.replay_workflow(recorded.read(file), raise_on_replay_failure=False)
    assert replayed.replay_failure is not None


def test_recorded_histories_name_no_machine_and_no_customer() -> None:
    """Payloads are sealed; process ids and hosts are left out."""
    for file in FILES:
        text = file.read_text()
        assert "@" not in text, file.name
        assert not any(word in text for word in ("привет", "anna", "Ольга")), file.name
