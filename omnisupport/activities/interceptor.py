"""Turns our errors into Temporal's: `retryable` and `retry_after` decide, the code becomes the type."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from omnisupport.errors import OmniError
from omnisupport.observability import ERRORS, QUEUE_LAG_SECONDS, get_logger, log_context

log = get_logger(__name__)

TRIES_OF_A_BUG = 4
AWAY = (OSError, OperationalError, InterfaceError)
"""A server that does not answer: tried until it does."""


class ErrorInterceptor(Interceptor):
    """Installed in every worker."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap each activity attempt."""
        return _Translate(next)


class _Translate(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        if not info.is_local:
            waited = info.started_time - info.current_attempt_scheduled_time
            QUEUE_LAG_SECONDS.labels(info.task_queue).set(waited.total_seconds())
        # An activity that a client called for itself has no workflow; its own id has the same shape.
        work_id = info.workflow_id or info.activity_id
        tenant_id, _, thing = work_id.partition("/")
        with log_context(tenant_id=tenant_id, conversation_id=thing.rpartition("/")[2], workflow_id=work_id):
            try:
                return await self.next.execute_activity(input)
            except OmniError as error:
                ERRORS.labels(error.code).inc()
                raise ApplicationError(
                    error.detail,
                    type=error.code,
                    non_retryable=not error.retryable,
                    next_retry_delay=timedelta(seconds=error.retry_after) if error.retry_after else None,
                ) from error
            except (ApplicationError, CancelledError):
                raise
            except Exception as fault:
                # Trying a bug again does not mend it; a few times cover what looks like one and is not.
                tired = not isinstance(fault, AWAY) and info.attempt >= TRIES_OF_A_BUG
                raise _told(fault, non_retryable=tired) from None


def _told(fault: Exception, *, non_retryable: bool) -> ApplicationError:
    """An unexpected error as it may leave the worker (S17): its text goes to the log, its class's name on."""
    name = type(fault).__name__
    ERRORS.labels(name).inc()
    log.error("activity_failed", activity=activity.info().activity_type, error=name, exc_info=fault)
    return ApplicationError(f"{name}: the worker's log says more.", type=name, non_retryable=non_retryable)
