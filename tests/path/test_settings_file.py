"""`omni settings apply`: a file brings a tenant's settings to what it says, or changes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from omnisupport.devstack.apply import apply_settings, read_document
from omnisupport.errors import OmniError
from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, make_tenant
from tests.support.widgets import change_widget

FILE = """
tags:
  - {key: vip, name: VIP, color: violet}
calendars:
  - key: moscow
    name: {ru: Москва, en: Moscow}
    timezone: Europe/Moscow
    hours: {mon: [["09:00", "18:00"]]}
    holidays: [{date: 2027-01-01, name: Новый год}]
    departments: [support]
connections:
  - key: orders
    name: Orders
    base_url: https://orders.example.com
    auth: {kind: bearer, token: "${ORDERS_TOKEN}"}
"""


@pytest.fixture
async def tenant(settings: Settings) -> TestTenant:
    """A tenant without settings."""
    return await make_tenant(settings, ECHO)


def run_command(product: Product, tenant: TestTenant, file: Path) -> tuple[int, str]:
    """As a person runs it: the exit code, and what is said."""
    ran = product.omni("settings", "apply", str(file), "--tenant", tenant.slug)
    return ran.returncode, ran.stdout + ran.stderr


async def apply(settings: Settings, tenant: TestTenant, file: Path) -> list[str]:
    """What the command does, without a process for it: its lines."""
    lines: list[str] = []
    await apply_settings(settings, tenant.slug, file, tell=lines.append)
    return lines


async def first_words(settings: Settings, tenant: TestTenant, file: Path) -> list[str]:
    return [line.split()[0] for line in await apply(settings, tenant, file)]


async def test_a_file_is_applied_and_then_there_is_nothing_to_do(
    product: Product,
    settings: Settings,
    tenant: TestTenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(FILE)
    monkeypatch.setenv("ORDERS_TOKEN", "one")
    code, said = run_command(product, tenant, file)
    assert (code, said.split()) == (
        0,
        ["created", "tag", "vip", "created", "calendar", "moscow", "created", "connection", "orders"],
    )
    assert "one" not in said.split()
    assert await first_words(settings, tenant, file) == ["unchanged"] * 3
    monkeypatch.setenv("ORDERS_TOKEN", "two")
    assert await first_words(settings, tenant, file) == ["unchanged", "unchanged", "changed"]
    async with Operator(product.url, tenant) as owner:
        calendars = (await owner.request("GET", "/settings/calendars")).json()["items"]
        assert [each["key"] for each in calendars[0]["departments"]] == ["support"]
        assert calendars[0]["holidays"] == [{"date": "2027-01-01", "name": "Новый год", "hours": []}]
        connections = (await owner.request("GET", "/settings/connections")).json()["items"]
        assert connections[0]["auth"] == {"kind": "bearer", "headers": ["Authorization"]}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("color: violet", "color: plaid", "tags.0.color"),
        ("[support]", "[nobody]", "there is no department 'nobody'"),
        ("key: moscow", "key: support", "is a department's key"),
        ("kind: bearer", "kind: magic", "connections.0.auth"),
        ("tags:", "colours:", "colours"),
        ("${ORDERS_TOKEN}", "${ORDERS_TOKEN_2}", "ORDERS_TOKEN_2 is not set"),
        ("tags:", "tags: [", "is not YAML"),
        ("- {key: vip", "- {key: vip, name: V}\n  - {key: vip", "'vip' stands there twice"),
    ],
)
async def test_a_file_with_a_fault_changes_nothing(
    product: Product,
    settings: Settings,
    tenant: TestTenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    place: str,
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(FILE.replace(old, new, 1))
    monkeypatch.setenv("ORDERS_TOKEN", "one")
    with pytest.raises(OmniError, match=re.escape(place)):
        await apply(settings, tenant, file)
    async with Operator(product.url, tenant) as owner:
        for noun in ("tags", "calendars", "connections"):
            assert (await owner.request("GET", f"/settings/{noun}")).json()["items"] == []


ATTRIBUTES = """
attributes:
  - {subject: customer, key: plan, name: {ru: Тариф, en: Plan}, kind: choice, options: [free, paid]}
  - {subject: conversation, key: plan, name: {ru: Тариф, en: Plan}, kind: text}
tags:
  - {key: vip, name: VIP, color: violet}
"""


async def test_attributes_are_made_changed_and_never_of_another_kind(
    product: Product, settings: Settings, tenant: TestTenant, tmp_path: Path
) -> None:
    file = tmp_path / "settings.yaml"

    async def words_for(text: str) -> list[str]:
        file.write_text(text)
        return await first_words(settings, tenant, file)

    for old, new, place in (
        ("kind: text", "kind: choice", "attributes.plan: one of kind 'choice' has options"),
        ("subject: conversation", "subject: customer", "'plan' of a customer stands there twice"),
    ):
        file.write_text(ATTRIBUTES.replace(old, new))
        with pytest.raises(OmniError, match=re.escape(place)):
            await apply(settings, tenant, file)
    async with Operator(product.url, tenant) as owner:
        assert (await owner.request("GET", "/settings/tags")).json()["items"] == []
        assert await words_for(ATTRIBUTES) == ["created"] * 3
        assert await words_for(ATTRIBUTES) == ["unchanged"] * 3
        assert await words_for(ATTRIBUTES.replace("paid]", "paid, gift]")) == [
            "unchanged",
            "changed",
            "unchanged",
        ]
        kept = (await owner.request("GET", "/settings/attributes")).json()["items"]
        assert [(each["subject"], each["options"]) for each in kept] == [
            ("conversation", []),
            ("customer", ["free", "paid", "gift"]),
        ]
        file.write_text(ATTRIBUTES.replace("kind: text", "kind: date"))
        code, said = run_command(product, tenant, file)
        assert code == 1 and "its kind is 'text' and stays so" in said, said


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OmniError) as refused:
        read_document(tmp_path / "none.yaml", {})
    assert refused.value.code == "file_not_found"


WIDGET = """
widget:
  title: {ru: Чайная лавка}
  pre_chat:
    fields: [{key: name, kind: name, label: {ru: Имя}, required: true}]
  openings:
    - {id: help, text: {ru: "Подсказать?"}, when: {after_s: 30}}
"""


async def test_the_widget_is_brought_to_what_a_file_says_and_what_it_does_not_name_stays(
    product: Product, settings: Settings, tenant: TestTenant, tmp_path: Path
) -> None:
    file = tmp_path / "settings.yaml"
    async with Operator(product.url, tenant) as owner:
        await change_widget(owner, features={"csat": True})
        file.write_text(WIDGET)
        assert await apply(settings, tenant, file) == ["changed    widget"]
        assert await apply(settings, tenant, file) == ["unchanged  widget"]
        channel = await change_widget(owner)
        assert (channel["settings"]["title"], channel["settings"]["features"]["csat"]) == (
            {"ru": "Чайная лавка"},
            True,
        )
        assert [each["id"] for each in channel["settings"]["openings"]] == ["help"]
        file.write_text("widget: {openings: null}")
        assert await apply(settings, tenant, file) == ["changed    widget"]
        assert (await change_widget(owner))["settings"]["openings"] == []
        assert (await owner.request("DELETE", f"/channels/{channel['id']}")).status_code == 204
        file.write_text(WIDGET)
        assert await apply(settings, tenant, file) == ["created    widget"]
        assert (await change_widget(owner))["id"] == channel["id"]


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ("{theme: {accent: red}}", "widget.theme.accent"),
        ("{openings: [{id: a, text: {ru: Б}, when: {}}]}", "say when"),
        ("{theme: {logo_file_id: 00000000-0000-4000-8000-000000000000}}", "The logo is an image"),
    ],
)
async def test_a_widget_with_a_fault_changes_nothing(
    product: Product, settings: Settings, tenant: TestTenant, tmp_path: Path, part: str, place: str
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(f"tags: [{{key: vip, name: VIP}}]\nwidget: {part}\n")
    with pytest.raises(OmniError, match=re.escape(place)):
        await apply(settings, tenant, file)
    async with Operator(product.url, tenant) as owner:
        assert (await owner.request("GET", "/settings/tags")).json()["items"] == []
