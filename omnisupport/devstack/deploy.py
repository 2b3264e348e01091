"""Which build of a cluster's workers takes what is new."""

from __future__ import annotations

from temporalio.client import Client

from omnisupport import temporal
from omnisupport.devstack.attach import attached_settings


async def make_current(build_id: str) -> None:
    """Make a build current on the Temporal that the environment names.

    Raises:
        Conflict: its workers are not there yet (code `build_not_ready`).
    """
    settings = attached_settings()
    assert settings.temporal_address
    client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    await temporal.make_current(client, build_id)
