"""People in the console: invited by mail, imported from a table, merged and parted again; every page in every look."""

from __future__ import annotations

import asyncio
import re
from uuid import uuid4

import pytest
from playwright.async_api import FilePayload, StorageState, expect

from tests.browser.axe import check_axe
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.test_looks import AUDITED, CHOOSE_LANGUAGE, Look, check_page, name_of, see_at_once
from tests.browser.windows import Windows
from tests.support.mailbox import Mailbox

PASSWORD = "three green apples"


def mailbox_of(demo: Demo) -> Mailbox:
    """The stack's own mailbox."""
    return Mailbox(demo.product.ready["urls"]["mailbox"], "")


async def token_of(demo: Demo, address: str) -> str:
    """The token of the newest invitation of an address."""
    return await asyncio.to_thread(mailbox_of(demo).token, address, "")


async def test_an_owner_invites_and_the_invited_comes_to_be_a_member(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    address = f"nina-{uuid4().hex[:8]}@tea.example"
    desk = await Desk.at(windows, demo, owner, "/settings/members")
    page = desk.page
    await page.get_by_role("button", name="Пригласить", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Почта").fill(address)
    await windows.shot(page, "invite-dialog")
    await check_axe(page, "the dialog of an invitation")
    await dialog.get_by_role("button", name="Пригласить", exact=True).click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("heading", name="Открытые приглашения")).to_be_visible()
    await windows.shot(page, "invitations")

    invited = await windows.page()
    await invited.goto(f"{demo.api}/invite#token={await token_of(demo, address)}")
    await expect(invited.get_by_text("Ольга приглашает вас. Роль: Оператор.")).to_be_visible()
    assert "token" not in invited.url
    await windows.shot(invited, "invite")
    await check_axe(invited, "an invitation")
    await invited.get_by_label("Ваше имя").fill("Нина Приглашённая")
    await invited.get_by_label("Придумайте пароль").fill(PASSWORD)
    await invited.keyboard.press("Enter")
    await expect(invited.get_by_role("navigation", name="Разделы")).to_be_visible()
    await expect(invited.locator(".sidebar__tenant")).not_to_be_empty()

    # The owner's list learns it by itself.
    row = page.get_by_role("listitem").filter(has_text="Нина Приглашённая")
    await expect(row).to_be_visible()
    await invited.get_by_role("button", name=re.compile("Профиль и настройки")).click()
    await invited.get_by_role("menuitemradio", name="Отошёл").click()
    await expect(row).to_contain_text("Отошёл")
    await windows.shot(invited, "own-availability")


TEAM = "email,name,role\nvera@tea.example,Вера,operator\nnobody,Никто,operator\n"


async def test_a_table_of_members_is_looked_at_before_anybody_is_invited(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, "/settings/members")
    page = desk.page
    await page.get_by_role("button", name="Загрузить").click()
    dialog = page.get_by_role("dialog")
    table = FilePayload(name="team.csv", mimeType="text/csv", buffer=TEAM.encode())
    await dialog.get_by_label("Файл CSV").set_input_files(files=table)
    await expect(dialog.get_by_text("2 строки. Вот что получится:")).to_be_visible()
    await expect(dialog.get_by_role("row").filter(has_text="Это не адрес почты.")).to_contain_text("3")
    assert await asyncio.to_thread(mailbox_of(demo).of, "vera@tea.example") == []
    await windows.shot(page, "member-import")
    await check_axe(page, "an import of members")
    async with page.expect_download() as saved:
        await dialog.get_by_role("button", name="Скачать список").click()
    assert (await saved.value).suggested_filename == "members-refused.csv"
    await dialog.get_by_role("button", name="Пригласить 1 человека").click()
    await expect(dialog.get_by_text("Вот что получилось")).to_be_visible()
    await dialog.get_by_role("button", name="Готово").click()
    await expect(page.get_by_role("listitem").filter(has_text="vera@tea.example")).to_be_visible()


async def test_two_customers_become_one_and_two_again(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    mark = uuid4().hex[:8]
    desk = await Desk.at(windows, demo, owner, "/customers")
    page = desk.page
    await page.get_by_role("button", name="Новый клиент").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Имя").fill(f"Мария {mark}")
    await dialog.get_by_label("Телефон").fill("12")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog.get_by_text("Это не номер телефона.")).to_be_visible()
    await dialog.get_by_label("Телефон").fill("8 916 123-45-67")
    await dialog.get_by_label("Почта").fill(f"{mark}@tea.example")
    await windows.shot(page, "customer-form")
    await check_axe(page, "the form of a customer")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("heading", level=1, name=f"Мария {mark}")).to_be_visible()

    async with demo.operator() as operator:
        twin = {"name": f"Маша {mark}", "email": f"{mark}@tea.example", "tags": ["улун"]}
        assert (await operator.request("POST", "/customers", json=twin)).status_code == 201
    await page.reload()
    await page.get_by_role("button", name=f"Сравнить: Маша {mark}").click()
    await expect(dialog.get_by_role("row").filter(has_text="Теги").get_by_text("улун")).to_have_count(2)
    await windows.shot(page, "customer-merge")
    await check_axe(page, "a merge")
    await dialog.get_by_role("button", name="Объединить").click()
    await expect(page.get_by_text("Теперь это один клиент.")).to_be_visible()
    await expect(page.get_by_role("main").get_by_text("улун")).to_be_visible()
    await windows.shot(page, "customer-merged")
    await page.get_by_role("button", name="Отменить", exact=True).click()
    await expect(page.get_by_role("heading", level=1, name=f"Маша {mark}")).to_be_visible()
    await expect(page.get_by_role("button", name=f"Сравнить: Мария {mark}")).to_be_visible()

    await page.get_by_role("button", name="Записать").click()
    await dialog.get_by_label("На что").fill("marketing")
    await dialog.get_by_label("Где").fill("по телефону")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("по телефону")).to_be_visible()
    await windows.shot(page, "customer-whole")
    await check_axe(page, "a customer with a consent")


async def look_at_the_people(
    windows: Windows, demo: Demo, owner: StorageState, path: str, look: Look
) -> None:
    context = await windows.context(storage_state=owner, **look.options)
    await context.add_init_script(script=CHOOSE_LANGUAGE.replace("LOCALE", look.locale))
    page = await context.new_page()
    name = {"ru": "Новый клиент", "en": "New customer"}[look.locale]
    await page.goto(f"{demo.api}/customers")
    await page.get_by_role("button", name=name).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await windows.shot(page, f"customer-form-{look}")
    await check_page(page, "the form of a customer", look)
    await page.goto(demo.api + path)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.get_by_role("main").locator("[aria-busy='true']")).to_have_count(0)
    await windows.shot(page, f"customer-{look}")
    await check_page(page, "a customer", look)
    opened = {"ru": "Сравнить: Двойник", "en": "Compare: Двойник"}[look.locale]
    await page.get_by_role("button", name=opened).click()
    await expect(page.get_by_role("dialog").get_by_role("table")).to_be_visible()
    await windows.shot(page, f"customer-merge-{look}")
    await check_page(page, "a merge", look)
    table = page.get_by_role("dialog").locator(".merge__table")
    assert await table.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0, f"cut off, {look}"
    await expect(table.get_by_role("rowheader").first).to_be_visible()


@pytest.fixture(scope="session")
async def twin(demo: Demo) -> str:
    """The page of a customer who has a double and all that a customer can have."""
    address = f"{uuid4().hex[:8]}@tea.example"
    consents = {"marketing": {"status": "granted", "source": "форма на сайте"}}
    async with demo.operator() as operator:
        for name, more in (("Двойник", {}), ("Пётр Первый", {"tags": ["опт"], "consents": consents})):
            body = {"name": name, "email": address, **more}
            made = await operator.request("POST", "/customers", json=body)
    return f"/customers/{made.json()['customer']['id']}"


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_the_pages_of_people_look_well(
    windows: Windows, demo: Demo, owner: StorageState, twin: str, looks: list[Look]
) -> None:
    await see_at_once(looks, lambda look: look_at_the_people(windows, demo, owner, twin, look))


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_an_invitation_looks_well(windows: Windows, demo: Demo, looks: list[Look]) -> None:
    address = f"look-{uuid4().hex[:8]}@tea.example"
    async with demo.operator() as operator:
        body = {"email": address, "role": "operator"}
        assert (await operator.request("POST", "/team/invite", json=body)).status_code == 201
    path = f"/invite#token={await token_of(demo, address)}"

    async def see(look: Look) -> None:
        page = await windows.page(**look.options)
        await page.goto(demo.api + path)
        await expect(page.get_by_role("textbox").first).to_be_visible()
        await windows.shot(page, f"invite-{look}")
        await check_page(page, "an invitation", look)

    await see_at_once(looks, see)
