"""The people of the platform, by the command line: the first admin has nobody to make him one."""

from __future__ import annotations

from collections.abc import Sequence

from omnisupport.domain.actor import SYSTEM
from omnisupport.domain.permissions import PlatformRole
from omnisupport.settings import Settings
from omnisupport.storage.access import platform
from omnisupport.storage.session import Database


async def grant(settings: Settings, email: str, role: PlatformRole) -> None:
    """Give somebody who has a login a role on the platform.

    Raises:
        NotFound: nobody has this address (code `person_not_found`).
    """
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    try:
        await platform.grant_role(database, SYSTEM, email, role)
    finally:
        await database.close()


async def people(settings: Settings) -> Sequence[tuple[str, str, str]]:
    """Address, name and role of everybody of the platform."""
    assert settings.database_url
    database = Database(settings.database_url, pool_size=1)
    try:
        return await platform.list_people(database)
    finally:
        await database.close()
