"""The mailbox of `omni dev`: what is sent on this machine is caught, shown and goes nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import escape
from pathlib import Path

import httpx2
import pytest

from omnisupport.devstack import mailbox as module
from omnisupport.devstack.mailbox import Mailbox, make_mailbox
from omnisupport.mail.letter import write_letter
from omnisupport.net.smtp import SmtpServer, SmtpTransport
from tests.mail.test_letter import AT, MAIL, SENDER
from tests.support.product import free_port

EVIL = b"From: a@b.c\r\nTo: d@e.f\r\nSubject: <script>alert(1)</script>\r\n\r\n<script>alert(2)</script>\r\n"


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mailbox")


@pytest.fixture
async def page(mailbox: Mailbox) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=make_mailbox(mailbox))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8025") as client:
        yield client


def letter(number: int) -> bytes:
    return b"Message-ID: <%d@x>\r\nTo: anna@example.com\r\nSubject: mail %d\r\n\r\nbody\r\n" % (
        number,
        number,
    )


async def test_a_mail_over_smtp_is_listed_and_shown(mailbox: Mailbox, page: httpx2.AsyncClient) -> None:
    port = free_port()
    app = make_mailbox(mailbox, port)
    written = write_letter(MAIL, tenant_id="t", sender=SENDER, at=AT)
    async with app.router.lifespan_context(app):
        transport = SmtpTransport(SmtpServer.parse(f"smtp://127.0.0.1:{port}"))
        await transport.deliver(written.sender, written.recipient, written.content)
    (item,) = (await page.get("/mails.json")).json()["items"]
    assert item["to"] == "anna@example.com"
    assert escape(item["subject"]) in (await page.get("/")).text
    shown = (await page.get(f"/mails/{item['id']}")).text
    assert "Принять приглашение" not in shown  # it is in the frame
    assert 'iframe sandbox="allow-popups' in shown
    html = await page.get(f"/mails/{item['id']}/html")
    assert "Принять приглашение" in html.text
    assert html.headers["content-security-policy"].startswith("sandbox")
    assert "allow-scripts" not in html.headers["content-security-policy"]
    assert (await page.get("/mails.json", params={"to": "other@example.com"})).json() == {"items": []}


async def test_what_is_in_a_mail_is_never_markup_of_the_page(
    mailbox: Mailbox, page: httpx2.AsyncClient
) -> None:
    id = mailbox.keep(EVIL)
    for path in ("/", f"/mails/{id}"):
        assert "<script>" not in (await page.get(path)).text


async def test_another_name_for_this_machine_reads_nothing(
    mailbox: Mailbox, page: httpx2.AsyncClient
) -> None:
    mailbox.keep(EVIL)
    for path in ("/", "/mails.json"):
        assert (await page.get(path, headers={"Host": "evil.example"})).status_code == 400


async def test_an_id_names_a_mail_and_no_other_file(mailbox: Mailbox, page: httpx2.AsyncClient) -> None:
    for id in ("nothing", "..%2Fmaster", "*"):
        assert (await page.get(f"/mails/{id}")).status_code == 404


def test_the_newest_are_kept_and_come_first(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 3)
    for number in range(5):
        mailbox.keep(letter(number))
    assert [mail.header("Subject") for mail in mailbox.all()] == ["mail 4", "mail 3", "mail 2"]


def test_a_repeat_is_the_same_mail(mailbox: Mailbox) -> None:
    for _ in range(2):
        mailbox.keep(letter(1))
    assert len(mailbox.all()) == 1


def test_mails_are_for_their_owner_alone(mailbox: Mailbox, tmp_path: Path) -> None:
    id = mailbox.keep(letter(1))
    assert (tmp_path / "mailbox").stat().st_mode & 0o077 == 0
    assert (tmp_path / "mailbox" / f"{id}.eml").stat().st_mode & 0o077 == 0
