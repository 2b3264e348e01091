"""Where the secret of a channel is sealed for, and by which key."""

from __future__ import annotations

from omnisupport.net.sealing import Place
from omnisupport.storage.tables import Channel

PURPOSE = "channels"
"""For `MasterKey.derive`: the key that seals what a provider's account is opened with (S15)."""


def place_of_channel(channel: Channel) -> Place:
    """Sealed for one channel of one tenant: in another row it stays shut."""
    return Place(channel.tenant_id, PURPOSE, str(channel.id))
