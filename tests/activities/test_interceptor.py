"""What an error says when it leaves the worker, and where the rest of it goes."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from omnisupport.activities.interceptor import ErrorInterceptor
from omnisupport.errors import Conflict
from omnisupport.observability import REGISTRY, get_logger, setup_logging

TENANT = "00000000-0000-0000-0000-000000000001"


class Failing(ActivityInboundInterceptor):
    """An activity that fails, where a worker puts the activity."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        get_logger("test").info("working")
        raise self.error


async def failure(error: BaseException, **info: Any) -> ApplicationError:
    """What the worker reports of an error."""
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(environment.info, **info)
    wrapped = ErrorInterceptor().intercept_activity(Failing(error))

    async def run() -> None:
        await wrapped.execute_activity(ExecuteActivityInput(run, [], None, {}))

    with pytest.raises(ApplicationError) as told:
        await environment.run(run)
    return told.value


def counted(code: str) -> float:
    """How often an error was counted."""
    return REGISTRY.get_sample_value("omni_errors_total", {"code": code}) or 0.0


@pytest.fixture
def logged() -> io.StringIO:
    """Everything that is logged."""
    out = io.StringIO()
    setup_logging("json", out=out)
    return out


@pytest.mark.parametrize("fault", [ZeroDivisionError("DETAIL: select secret"), OSError("DETAIL: /secret")])
async def test_the_text_of_a_fault_stays_in_the_log(logged: io.StringIO, fault: Exception) -> None:
    name, before = type(fault).__name__, counted(type(fault).__name__)
    told = await failure(fault)
    assert (told.type, told.non_retryable) == (name, False)
    assert "DETAIL" not in str(told) and told.__cause__ is None
    assert "DETAIL" in logged.getvalue()
    assert counted(name) == before + 1


async def test_a_bug_is_tried_four_times_and_an_absent_server_until_it_is_back() -> None:
    assert (await failure(ZeroDivisionError(), attempt=4)).non_retryable
    assert not (await failure(OSError(), attempt=40)).non_retryable


async def test_a_refusal_is_told_whole() -> None:
    told = await failure(Conflict("It is taken.", code="taken"))
    assert (told.message, told.type, told.non_retryable) == ("It is taken.", "taken", True)


async def test_what_a_client_called_is_logged_with_its_tenant(logged: io.StringIO) -> None:
    await failure(ZeroDivisionError(), workflow_id=None, activity_id=f"{TENANT}/ingest/1")
    lines = logged.getvalue().splitlines()
    assert [line for line in lines if f'"tenant_id": "{TENANT}"' in line] == lines != []
