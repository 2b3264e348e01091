"""Turns our errors into Temporal's: `retryable` and `retry_after` decide, the code becomes the type."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from omnisupport.errors import OmniError
from omnisupport.observability import ERRORS, log_context

TRIES_OF_A_BUG = 4
AWAY = (OSError, OperationalError, InterfaceError, CancelledError)
"""A server that does not answer: tried until it does."""


class ErrorInterceptor(Interceptor):
    """Installed in every worker."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap each activity attempt."""
        return _Translate(next)


class _Translate(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        workflow_id = activity.info().workflow_id or ""
        tenant_id, _, thing = workflow_id.partition("/")
        try:
            with log_context(
                tenant_id=tenant_id, conversation_id=thing.rpartition("/")[2], workflow_id=workflow_id
            ):
                return await self.next.execute_activity(input)
        except OmniError as error:
            ERRORS.labels(error.code).inc()
            raise ApplicationError(
                error.detail,
                type=error.code,
                non_retryable=not error.retryable,
                next_retry_delay=timedelta(seconds=error.retry_after) if error.retry_after else None,
            ) from error
        except (ApplicationError, *AWAY):
            raise
        except Exception as bug:
            # Trying a bug again does not mend it; a few times cover what looks like one and is not.
            tired = activity.info().attempt >= TRIES_OF_A_BUG
            raise ApplicationError(str(bug), type=type(bug).__name__, non_retryable=tired) from bug
