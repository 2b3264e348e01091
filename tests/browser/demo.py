"""The demo tea shop as it runs: where its pages are, who may sign in, and the knobs that a test needs."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from omnisupport.domain.calendar import WEEKDAYS
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Department
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import TestTenant

MOSCOW = ZoneInfo("Europe/Moscow")
SECOND_OPERATOR = "anna@tea.example"
"""Анна; she has the owner's password."""
ALWAYS = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
OPENS_AT = "09:00"


@dataclass(frozen=True)
class Demo:
    """One running `omni dev` with the demo, shared by every browser test of a session."""

    product: Product
    owner: TestTenant

    @property
    def api(self) -> str:
        """Origin of api, widget and console."""
        return self.product.url

    @property
    def shop(self) -> str:
        """Origin of the shop: a customer's site with the snippet in its pages."""
        return str(self.product.ready["urls"]["shop"]).rstrip("/")

    @property
    def temporal_ui(self) -> str:
        """Origin of the Temporal UI."""
        return str(self.product.ready["urls"]["temporal_ui"]).rstrip("/")

    def operator(self) -> Operator:
        """The owner at the console's API, for what a test looks up or prepares behind the pages."""
        return Operator(self.api, self.owner)

    async def omni(self, *words: str) -> None:
        """Run a command of a second terminal, `omni dev stop worker` for one."""
        command = str(Path(sys.executable).with_name("omni"))
        process = await asyncio.create_subprocess_exec(
            command,
            *words,
            env=os.environ | {"OMNI_STATE_DIR": str(self.product.state_dir)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, f"omni {' '.join(words)}: {said.decode()}"

    async def open_departments(self) -> None:
        """Operators are there around the clock."""
        await self._set_hours(ALWAYS)

    async def close_departments(self) -> datetime:
        """Nobody is there until tomorrow; returns when that is, on Moscow's clock."""
        tomorrow = datetime.now(MOSCOW) + timedelta(days=1)
        await self._set_hours({WEEKDAYS[tomorrow.weekday()]: [[OPENS_AT, "18:00"]]})
        return tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)

    async def _set_hours(self, hours: dict[str, list[list[str]]]) -> None:
        url = self.product.settings().database_url
        assert url
        database = Database(url, pool_size=1)
        try:
            async with database.session(self.owner.id) as session:
                for department in await session.exec(
                    select(Department).where(col(Department.tenant_id) == self.owner.id)
                ):
                    department.hours = hours
                    session.add(department)
        finally:
            await database.close()


async def look_at(product: Product) -> Demo:
    """What a running product says of its demo tenant."""
    login = product.ready["login"]
    owner = TestTenant(UUID(int=0), login["tenant"], login["email"], login["password"])
    async with Operator(product.url, owner) as operator:
        me = (await operator.request("GET", "/auth/me")).json()
    return Demo(product, TestTenant(UUID(me["tenant"]["id"]), owner.slug, owner.email, owner.password))
