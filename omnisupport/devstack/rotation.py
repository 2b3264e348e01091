"""What `omni keys rotate` does, in a sentence."""

from __future__ import annotations

from omnisupport.settings import Settings
from omnisupport.storage.keys import parse_master_key
from omnisupport.storage.rotation import rotate
from omnisupport.storage.session import Database

HOW = (
    "Put a new key (openssl rand -base64 32) before the old one in OMNI_MASTER_KEY, with a comma between them, "
    "start api and worker with it, and run this again."
)


async def rotate_keys(settings: Settings) -> str:
    """Bring every tenant's secrets under the current master key; returns what to tell.

    Raises:
        OmniError: the master key cannot be read, or one that is needed is not set.
    """
    assert settings.database_url
    master = parse_master_key(settings.master_key)
    database = Database(settings.database_url, pool_size=2)
    try:
        done = await rotate(database, master)
    finally:
        await database.close()
    tenants = f"{done.tenants} tenant{'s' * (done.tenants != 1)}"
    if not done.wrapped and not done.sealed:
        rest = "The old keys may go." if master.count > 1 else HOW
        return f"Everything of {tenants} is under the current master key. {rest}"
    return (
        f"{tenants}: {done.wrapped} data keys wrapped anew, {done.made} made, {done.sealed} secrets sealed anew. "
        "When every api and worker has been started with the new key, the old one may go."
    )
