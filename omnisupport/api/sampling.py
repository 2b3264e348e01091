"""Test messages: checked, counted, sent by a worker, which alone loads what reaches providers, and written down."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import ActivityFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import TimeoutError as ActivityTimeout
from temporalio.exceptions import TimeoutType
from temporalio.service import RPCError

from omnisupport import temporal
from omnisupport.api.addressing import any_address
from omnisupport.api.deps import Person
from omnisupport.api.operations import unavailable
from omnisupport.api.services import Services
from omnisupport.auth.limits import Mark, RateLimit, require
from omnisupport.channels.preview import takes
from omnisupport.domain.sample import Sample, SampleSent, SampleStatus
from omnisupport.domain.window import window_of
from omnisupport.errors import Conflict
from omnisupport.storage.access import samples as access
from omnisupport.storage.access.reply_places import account_without_secrets
from omnisupport.storage.tables import Channel
from omnisupport.texts.samples import reason, words

PACE = RateLimit("samples", limit=10, window=60 * 60)
"""Of one channel: enough to look whether it works, too few to write to people with."""
DEADLINE_S = 25.0
"""Its slot, and one call of the provider with its longest timeout."""
STARTS_S = 10.0
"""A worker that has not begun by then does not send any more: whoever asked has given up."""
ONCE = RetryPolicy(maximum_attempts=1)
"""An attempt that died may have sent it."""


async def send_sample(at: Services, who: Person, channel: Channel, to: str) -> dict[str, Any]:
    """Send one test message, and tell what came of it.

    Raises:
        Conflict: the channel has no addresses, or takes no free text for this address now (code `window_closed`).
        Invalid: this is no address of the channel.
        TooManyRequests: of this channel ten were sent within an hour.
        EngineUnavailable: no worker took it in time.
    """
    address = any_address(channel, to)
    last_in_at = await access.read_last_in(at.database, who.tenant_id, channel.id, address)
    facts = takes(account_without_secrets(channel, who.locale))
    if window_of(facts, last_in_at, datetime.now(UTC)).state != "open":
        raise Conflict(reason("window_closed", channel.type, who.locale), code="window_closed")
    await require(at.limiter, Mark(PACE, str(channel.id)))
    sample = Sample(
        id=str(uuid4()),
        tenant_id=str(who.tenant_id),
        channel_id=str(channel.id),
        to=address,
        text=words(channel.name, who.locale),
        locale=who.locale,
        last_in_at=last_in_at,
    )
    sent = await _send(at, who, sample)
    await access.record_sample(at.database, who.tenant_id, who.actor, channel.id, address, sent)
    told = reason(sent.code, channel.type, who.locale) if sent.code is not None else None
    return {
        "status": sent.status,
        "address": address,
        "provider_message_id": sent.external_id,
        "code": sent.code,
        "reason": told,
        "detail": sent.detail,
    }


async def _send(at: Services, who: Person, sample: Sample) -> SampleSent:
    try:
        async with asyncio.timeout(DEADLINE_S + STARTS_S):
            sent: SampleSent = await at.client.execute_activity(
                "send_sample",
                sample,
                id=temporal.workflow_id(who.tenant_id, "sample", sample.id),
                task_queue=temporal.CHANNELS,
                result_type=SampleSent,
                schedule_to_start_timeout=timedelta(seconds=STARTS_S),
                start_to_close_timeout=timedelta(seconds=DEADLINE_S),
                retry_policy=ONCE,
                priority=temporal.fairness_of(who.tenant_id),
            )
    except ActivityFailureError as failed:
        if _has_not_begun(failed):
            raise _away(failed) from failed
        return SampleSent(
            SampleStatus.UNCERTAIN, code="send_uncertain", detail="The worker ended amid the send."
        )
    except TimeoutError:
        return SampleSent(
            SampleStatus.UNCERTAIN, code="send_uncertain", detail="The worker did not tell in time."
        )
    except (RPCError, RuntimeError) as silent:
        raise _away(silent) from silent
    return sent


def _has_not_begun(failed: ActivityFailureError) -> bool:
    cause = failed.cause
    return isinstance(cause, ActivityTimeout) and cause.type == TimeoutType.SCHEDULE_TO_START


def _away(failed: Exception) -> Exception:
    return unavailable(failed, "No worker took the test message, and it was not sent. Try again in a moment.")
