"""Help articles: written in the console, read and judged in the widget, counted; and how the pages look."""

from __future__ import annotations

import pytest
from playwright.async_api import StorageState, expect

from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.pages import see_pages
from tests.browser.test_looks import AUDITED, Look, name_of, see_at_once
from tests.browser.windows import Windows

AT = "/settings/articles"
TEXT = "# Вода\n\nМягкая, **не кипящая**.\n\n1. Согрейте чайник\n2. Насыпьте чай\n\n|Чай|°C|\n|-|-|\n|Зелёный|80|\n"


@pytest.fixture(scope="module")
async def article(demo: Demo) -> str:
    """The id of a published article."""
    async with demo.operator() as operator:
        body = {"title": "Вода для чая", "slug": "water", "locale": "ru", "category": "Чай", "markdown": TEXT}
        made = await operator.request("POST", "/articles", json=body | {"published": True}, timeout=90)
        assert made.status_code == 201, made.text
        return str(made.json()["article"]["id"])


@pytest.mark.parametrize("looks", AUDITED, ids=name_of)
async def test_the_pages_of_articles(
    windows: Windows, demo: Demo, owner: StorageState, article: str, looks: list[Look]
) -> None:
    pages = {"articles": AT, "articles-new": f"{AT}/new", "articles-one": f"{AT}/{article}"}
    await see_at_once(looks, lambda look: see_pages(windows, demo, pages, look, owner))


async def test_an_article_is_written_read_judged_and_taken_back(
    windows: Windows, demo: Demo, owner: StorageState
) -> None:
    desk = await Desk.at(windows, demo, owner, AT)
    page = desk.page
    await page.get_by_role("link", name="Написать статью").press("Enter")
    await page.get_by_label("Заголовок").fill("Как хранить пуэр")
    await expect(page.get_by_label("Адрес")).to_have_value("kak-hranit-puer")
    await page.get_by_label("Категория").fill("Хранение")
    await page.get_by_label("Текст").fill("В **сухом** месте.\n\n- без запахов\n- в глине")
    preview = page.get_by_role("region", name="Как её прочтут")
    await expect(preview.get_by_role("listitem")).to_have_text(["без запахов", "в глине"])
    await page.get_by_role("checkbox", name="Опубликована").check()
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Как хранить пуэр", timeout=90_000)
    chat = await Chat.begin(windows, demo)
    await chat.press_tool("Статьи помощи")
    frame = await chat.frame()
    await frame.get_by_label("Искать в статьях").fill("хранение пуэра")
    await frame.locator(".list button").filter(has_text="Как хранить пуэр").click()
    await expect(frame.locator("article h2")).to_have_text("Как хранить пуэр")
    await frame.get_by_role("button", name="Нет", exact=True).click()
    await windows.shot(chat.page, "widget-article-judged")
    await page.get_by_role("link", name="Статьи помощи").click()
    row = page.get_by_role("listitem").filter(has_text="Как хранить пуэр")
    await page.reload()
    await expect(row.get_by_title("Не помогла")).to_contain_text("1")
    await row.get_by_role("link").click()
    await page.get_by_role("checkbox", name="Опубликована").uncheck()
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.locator(".article-facts")).to_contain_text("Черновик")
    gone = await Chat.begin(windows, demo)
    await gone.press_tool("Статьи помощи")
    other = await gone.frame()
    await expect(other.locator(".list li").first).to_be_visible()
    await expect(other.locator(".list")).not_to_contain_text("Как хранить пуэр")
    await page.get_by_role("button", name="Удалить статью").click()
    await page.get_by_role("dialog").get_by_role("button", name="Удалить").click()
    await expect(page.get_by_role("link", name="Написать статью")).to_be_visible()
    await expect(row).to_have_count(0)
