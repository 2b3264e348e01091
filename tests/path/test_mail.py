"""A mail of the running product, from the api's own mailer to the mailbox, with parts dying in between."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx2

from omnisupport.domain.mail import Mail
from omnisupport.settings import Settings
from tests.support.product import Product
from tests.support.second_api import second_api
from tests.support.tenants import make_tenant

WITHIN_S = 40


async def test_a_mail_outlives_its_server_and_its_worker(product: Product, settings: Settings) -> None:
    tenant = await make_tenant(settings)
    to = f"{uuid4().hex}@example.com"
    names = {"name": "Анна", "link": "/reset-password?token=a_1", "hours": "1"}
    mail = Mail(to=to, template="reset_password", locale="ru", names=names, key=f"reset_password/{uuid4()}")
    assert product.omni("dev", "stop", "mailbox").returncode == 0
    async with second_api(settings) as api:
        await api.services.mailer.send(tenant.id, mail)
        origin = api.services.public_origin
    await asyncio.sleep(1)  # the first attempt meets nobody
    pid = product.kill("worker")
    product.await_restart("worker", pid)
    assert product.omni("dev", "start", "mailbox").returncode == 0
    async with (
        httpx2.AsyncClient(base_url=product.ready["urls"]["mailbox"]) as mailbox,
        asyncio.timeout(WITHIN_S),
    ):
        while not (items := (await mailbox.get("/mails.json", params={"to": to})).json()["items"]):
            await asyncio.sleep(0.2)
    (item,) = items
    assert item["subject"] == "Новый пароль"
    assert f"{origin}/reset-password?token=a_1" in item["text"]
