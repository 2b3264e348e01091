"""Privacy in Chromium: time limits, a hold, copies of data and an erasure to its receipt, from page to page."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import httpx2
from playwright.async_api import Locator, Page, StorageState, expect
from sqlmodel import col, select

from omnisupport.storage.queries.sessions import REMEMBERED_S
from omnisupport.storage.session import Database
from omnisupport.storage.tables import Session
from tests.browser.axe import check_axe
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.windows import Windows
from tests.support.visitor import Visitor

PAGE = "/settings/privacy"


ERASED_MS = 180_000


async def customer_of(demo: Demo, name: str) -> str:
    """The id of a customer who has said his name and something more."""
    async with Visitor(demo.api, demo.owner.slug, locale="ru") as visitor, demo.operator() as operator:
        await visitor.connect()
        async with httpx2.AsyncClient(base_url=demo.api, headers=visitor.headers) as client:
            said = await client.post("/api/v1/widget/identify", json={"name": name})
            assert said.status_code == 204, said.text
        await visitor.ask("Позовите оператора", count=1)
        found = (await operator.request("GET", "/customers", params={"q": name})).json()["items"]
    return str(found[0]["id"])


async def forget_the_proof(demo: Demo) -> None:
    """As if everybody had given his password an hour ago."""
    url = demo.product.settings().database_url
    assert url
    database = Database(url, pool_size=1)
    try:
        async with database.session(demo.owner.id) as session:
            for each in await session.exec(select(Session).where(col(Session.tenant_id) == demo.owner.id)):
                each.verified_at = datetime.now(UTC) - timedelta(hours=1)
                session.add(each)
    finally:
        await database.close()
    await asyncio.sleep(REMEMBERED_S + 0.5)  # what the api had read before


async def prove(page: Page, demo: Demo) -> None:
    """Give the password that is asked for."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Пароль", exact=True).fill(demo.owner.password)
    await dialog.get_by_role("button", name="Продолжить").click()


async def choose(page: Page, name: str) -> None:
    """Of the customer's privacy."""
    await page.get_by_role("button", name="Приватность клиента").click()
    await page.get_by_role("menuitem", name=name).click()


def part(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title)


async def download(row: Locator, path: Path) -> Path:
    """What the row's button gives."""
    async with row.page.expect_download() as saved:
        await row.get_by_role("button", name=re.compile("Скачать|Квитанция")).click()
    await (await saved.value).save_as(path)
    return path


async def test_times_are_kept_and_refused(windows: Windows, demo: Demo, owner: StorageState) -> None:
    page, other = [(await Desk.at(windows, demo, owner, PAGE)).page for _ in range(2)]
    audit, files = page.get_by_label("Журнал действий, дней"), page.get_by_label("Файлы, дней")
    save = page.get_by_role("button", name="Сохранить")
    await audit.fill("364")
    await expect(page.get_by_text("от 365 до 3650")).to_be_visible()
    await files.fill("3651")
    await expect(page.get_by_text("от 1 до 3650")).to_be_visible()
    await expect(save).to_be_disabled()
    await windows.shot(page, "privacy-wrong")
    await audit.fill("")
    await files.fill("3650")
    await expect(page.get_by_text("Будут храниться меньше, чем сейчас: файлы.")).to_be_visible()
    await save.click()
    await expect(page.get_by_text("Сохранено.")).to_be_visible()
    await other.get_by_label("События, дней").fill("3650")
    await other.get_by_role("button", name="Сохранить").click()
    await expect(other.get_by_text("Тем временем это изменил кто-то другой.")).to_be_visible()
    await other.reload()
    await expect(other.get_by_label("Файлы, дней")).to_have_value("3650")
    await expect(other.get_by_label("События, дней")).to_have_value("")


async def test_what_the_law_lets_a_person_ask_for(
    windows: Windows, demo: Demo, owner: StorageState, tmp_path: Path
) -> None:
    name = f"Дмитрий {uuid4().hex[:8]}"
    customer = f"/customers/{await customer_of(demo, name)}"
    page = (await Desk.at(windows, demo, owner, customer)).page
    await hold(windows, page, name)
    await erasure_is_refused(windows, page, name)

    await page.goto(demo.api + PAGE)
    await part(page, "Хранить в любом случае").get_by_role("button", name="Снять запрет: Дело 7").click()
    await page.get_by_role("dialog").get_by_role("button", name="Снять запрет").click()
    await expect(part(page, "Хранить в любом случае").get_by_text(name)).to_have_count(0)

    await forget_the_proof(demo)
    await page.goto(demo.api + customer)
    await choose(page, "Выгрузить данные клиента")
    await check_axe(page, "the proof before an export")
    await prove(page, demo)
    await expect(page.get_by_text("Копия готовится.")).to_be_visible()
    await page.goto(demo.api + PAGE)
    await take_the_copies(windows, page, name, tmp_path)

    await page.goto(demo.api + customer)
    await erase(page, name)
    await page.goto(demo.api + PAGE)
    row = part(page, "Удалённые клиенты").get_by_role("listitem").filter(has_text="По письму от 3 мая")
    # Done is said once the engine has deleted, which it does in its own time.
    await expect(row.get_by_text("Удалено", exact=True)).to_be_visible(timeout=ERASED_MS)
    receipt = json.loads((await download(row, tmp_path / "receipt.json")).read_text())
    assert receipt["counts"]["customers"] == 1
    assert receipt["counts"]["conversations"] == 1
    await expect(page.get_by_text(name)).to_have_count(0)
    await windows.shot(page, "privacy-whole")
    await check_axe(page, "privacy after all of it")
    await page.goto(demo.api + customer)
    await expect(page.get_by_text("Этого больше нет, или у вас нет доступа.")).to_be_visible()


async def hold(windows: Windows, page: Page, name: str) -> None:
    await choose(page, "Запретить удаление")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Причина").fill("Дело 7")
    await dialog.get_by_label("До какого дня").fill("2020-01-31")
    await dialog.get_by_role("button", name="Запретить").click()
    await expect(dialog.get_by_text("Этот день уже прошёл.")).to_be_visible()
    await windows.shot(page, "privacy-hold")
    await check_axe(page, "a hold")
    await dialog.get_by_label("До какого дня").fill("")
    await dialog.get_by_role("button", name="Запретить").click()
    await expect(page.get_by_text(f"Данные сохранены от удаления: {name}.")).to_be_visible()


async def erasure_is_refused(windows: Windows, page: Page, name: str) -> None:
    await choose(page, "Удалить данные клиента")
    dialog = page.get_by_role("dialog")
    submit = dialog.get_by_role("button", name="Удалить навсегда")
    await expect(submit).to_be_disabled()
    await dialog.get_by_label("Для подтверждения введите").fill(name.lower())
    await submit.click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Действует запрет на удаление")
    await windows.shot(page, "privacy-erase")
    await check_axe(page, "an erasure")
    await dialog.get_by_role("button", name="Отмена").click()


async def erase(page: Page, name: str) -> None:
    await choose(page, "Удалить данные клиента")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Причина").fill(f"Просил {name}")
    await dialog.get_by_label("Для подтверждения введите").fill(name)
    await dialog.get_by_role("button", name="Удалить навсегда").click()
    await expect(dialog.get_by_text("Здесь есть имя или контакт клиента")).to_be_visible()
    await dialog.get_by_label("Причина").fill("По письму от 3 мая")
    await dialog.get_by_role("button", name="Удалить навсегда").click()
    await expect(page.get_by_text("Данные удаляются.")).to_be_visible()


async def take_the_copies(windows: Windows, page: Page, name: str, tmp_path: Path) -> None:
    copies = part(page, "Копии данных")
    await copies.get_by_role("button", name="Выгрузить всё").click()
    of_customer = copies.get_by_role("listitem").filter(has_text=name)
    with ZipFile(await download(of_customer, tmp_path / "customer.zip")) as bundle:
        assert bundle.namelist()
    whole = copies.get_by_role("listitem").filter(has_text="Всё рабочее пространство").first
    with ZipFile(await download(whole, tmp_path / "whole.zip")) as bundle:
        assert bundle.namelist()
    await windows.shot(page, "privacy-copies")
    await whole.get_by_role("button", name=re.compile("Удалить копию")).click()
    await page.get_by_role("dialog").get_by_role("button", name="Удалить").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
