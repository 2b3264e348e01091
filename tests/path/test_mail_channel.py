"""A customer writes mails: real servers on both sides, answered in his thread, and nothing lost or answered twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from omnisupport.settings import Settings
from tests.channels.mail_servers import PASSWORD, USER, Dovecot, certificate_for, dovecot
from tests.path.test_erasure import ended, erase
from tests.support.accounts import run
from tests.support.operator import Operator
from tests.support.patience import PATIENCE_S
from tests.support.product import Product, free_port
from tests.support.smtp_peer import Peer, smtp_peer
from tests.support.tenants import ECHO, TestTenant, make_tenant

pytestmark = pytest.mark.long

PORT = free_port()
SEEN_S = 60
"""Far less than the five minutes after which a mailbox is read whether somebody tells of news or not."""
BY_MAIL = ECHO.replace("[widget]", "[widget, email]")


@pytest.fixture(scope="module")
def mailboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dovecot, Dovecot]]:
    """Two mailboxes, each on a server of its own."""
    certificate = certificate_for(tmp_path_factory.mktemp("tls") / "mail.pem", "127.0.0.1")
    with dovecot(certificate) as first, dovecot(certificate) as second:
        yield first, second


@pytest.fixture(scope="module")
def product(
    mailboxes: tuple[Dovecot, Dovecot], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """A product that may reach them."""
    ports = [PORT, *(each.port for each in mailboxes)]
    allowed = ",".join(f"127.0.0.1:{port}" for port in ports)
    state: Path = tmp_path_factory.mktemp("mail") / "state"
    with Product(state, env={"OMNI_EGRESS_ALLOW": allowed}) as running:
        yield running


@pytest.fixture
async def post(mailboxes: tuple[Dovecot, Dovecot]) -> AsyncIterator[Peer]:
    """Where the product's mails arrive."""
    for each in mailboxes:
        each.empty()

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(
            success=(data.login.decode(), data.password.decode()) == (USER, PASSWORD), handled=False
        )

    login: dict[str, Any] = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    async with smtp_peer(PORT, **login) as peer:
        yield peer


@dataclass
class Shop:
    """A tenant with a connected mailbox."""

    owner: Operator
    mailbox: Dovecot
    peer: Peer
    address: str
    settings: Settings
    channel: dict[str, Any] = field(default_factory=dict)

    def write(self, text: str, *, sender: str = "Анна <anna@client.example>", **headers: str) -> str:
        """A customer's mail arrives; its Message-ID."""
        mail, message_id = EmailMessage(), f"<{uuid4().hex}@client.example>"
        known = {"From": sender, "To": self.address, "Message_ID": message_id, "Subject": "Заказ 7"}
        for name, value in (known | headers).items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self.mailbox.deliver(mail.as_bytes())
        return mail["Message-ID"]

    def arrived(self) -> list[EmailMessage]:
        """Mails from this shop."""
        return [mail for mail in self.peer.mails if self.address in str(mail["From"])]

    async def until(self, count: int, seconds: float = SEEN_S) -> list[EmailMessage]:
        """Its mails, once there are so many."""

        async def found() -> list[EmailMessage] | None:
            return self.arrived() if len(self.arrived()) >= count else None

        mails: list[EmailMessage] = await until(found, f"{count} mails", seconds)
        return mails

    async def conversations(self) -> list[dict[str, Any]]:
        """Those of the tenant."""
        items: list[dict[str, Any]] = (await self.owner.request("GET", "/conversations?queue=all")).json()[
            "items"
        ]
        return items

    async def messages(self) -> list[dict[str, Any]]:
        """Of its one conversation."""
        [one] = await self.conversations()
        page = await self.owner.request("GET", f"/conversations/{one['id']}/messages")
        rows: list[dict[str, Any]] = page.json()["messages"]
        return rows

    async def customer_rows(self) -> list[dict[str, Any]]:
        """All messages of customers."""
        found = await self.conversations()
        rows = [
            (await self.owner.request("GET", f"/conversations/{each['id']}/messages")).json()["messages"]
            for each in found
        ]
        return [row for page in rows for row in page if row["direction"] == "inbound"]

    async def said(self) -> list[str]:
        """What customers have said."""
        return [row["text"] for row in await self.customer_rows()]


async def until(look: Callable[[], Any], what: str, seconds: float = PATIENCE_S, *, about: Any = None) -> Any:
    """Wait for something that is not None."""
    try:
        async with asyncio.timeout(seconds):
            while (found := await look()) is None:
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"Waited in vain for {what}: {about}.") from None
    return found


async def connect(
    product: Product, owner: Operator, mailbox: Dovecot, peer: Peer, address: str, **account: Any
) -> Shop:
    """A mailbox that is connected and well."""
    body = {
        "name": "Почта",
        "account": {
            "address": address,
            "sender_name": "Лавка",
            "smtp": {"host": "127.0.0.1", "port": PORT, "tls": "none", "username": USER},
            "imap": {"host": "127.0.0.1", "port": mailbox.port, "tls": "none", "username": USER},
            "auth": {"kind": "password", "password": PASSWORD},
            **account,
        },
    }
    made = await owner.request("POST", "/channels/email", json=body)
    assert made.status_code == 201, made.text
    channel, health = made.json()["channel"], {}
    assert PASSWORD not in made.text

    async def well() -> dict[str, Any] | None:
        found: dict[str, Any] = (await owner.request("GET", f"/channels/{channel['id']}")).json()["channel"]
        health.update(found["health"])
        return found if found["health"]["state"] == "ok" and found["health"]["backfilled_at"] else None

    channel = await until(well, "the mailbox to be well", about=health)
    return Shop(owner, mailbox, peer, address, product.settings(), channel)


@pytest.fixture
async def tenant(product: Product) -> TestTenant:
    """A tenant of its own."""
    return await make_tenant(product.settings(), BY_MAIL)


@pytest.fixture
async def shop(
    product: Product, tenant: TestTenant, post: Peer, mailboxes: tuple[Dovecot, Dovecot]
) -> AsyncIterator[Shop]:
    """Its mailbox is connected, and taken away in the end."""
    async with Operator(product.url, tenant) as owner:
        opened = await connect(
            product, owner, mailboxes[0], post, "help@shop.example", authserv_id="mx.shop.example"
        )
        yield opened
        await owner.request("DELETE", f"/channels/{opened.channel['id']}")


QUOTED = """\
Спасибо, а когда привезут?

пт, 27 нояб. 2026 г. в 10:11, Лавка <help@shop.example>:

> эхо: Где мой заказ?
>
> --
> Лавка
"""


async def test_a_mail_is_answered_in_its_thread_and_the_reply_joins_it(shop: Shop) -> None:
    first = shop.write("Где мой заказ?")
    [answer] = await shop.until(1)
    assert answer["In-Reply-To"] == first and answer["References"] == first
    assert (answer["Subject"], answer["To"]) == ("Re: Заказ 7", "anna@client.example")
    assert answer["Auto-Submitted"] == "auto-replied"
    plain, page = answer.get_body(("plain",)), answer.get_body(("html",))
    assert plain is not None and "эхо: Где мой заказ?" in plain.get_content()
    assert page is not None and "эхо: Где мой заказ?" in page.get_content()
    began = time.monotonic()
    second = shop.write(
        QUOTED, In_Reply_To=answer["Message-ID"], References=f"{first} {answer['Message-ID']}"
    )
    [_, other] = await shop.until(2)
    assert time.monotonic() - began < SEEN_S
    assert other["In-Reply-To"] == second and other["Subject"] == "Re: Заказ 7"
    assert other["References"].split() == [first, answer["Message-ID"], second]
    [conversation] = await shop.conversations()
    assert conversation["channel"]["type"] == "email" and conversation["customer"]["name"] == "Анна"
    rows = await shop.messages()
    assert [row["text"] for row in rows if row["direction"] == "inbound"] == [
        "Где мой заказ?",
        "Спасибо, а когда привезут?",
    ]
    inbound = [row for row in rows if row["direction"] == "inbound"][-1]
    path = f"/conversations/{inbound['conversation_id']}/messages/{inbound['id']}/original"
    told = (await shop.owner.request("GET", path)).json()["original"]
    page = (await shop.owner._http.get(told["page_url"])).text
    assert "&gt; эхо: Где мой заказ?" in page and told["size"] == inbound["content"]["original"]["size"]
    sql = "select content from message where id = :id"
    [(content,)] = await run(shop.settings, shop.owner.tenant.id, sql, id=inbound["id"])
    assert not {"full_text", "html"} & set(content["provider"])
    assert shop.mailbox.seen() == []  # a mailbox that people open as well


async def test_a_reply_that_names_no_mail_finds_its_own_by_the_address(
    product: Product, tenant: TestTenant, post: Peer, mailboxes: tuple[Dovecot, Dovecot]
) -> None:
    async with Operator(product.url, tenant) as owner:
        shop = await connect(product, owner, mailboxes[0], post, "help@shop.example", plus=True)
        shop.write("Где мой заказ?")
        [answer] = await shop.until(1)
        assert str(answer["Reply-To"]).startswith("help+c.")
        shop.write("Спасибо", To=answer["Reply-To"], Subject="Другое")
        shop.write("Это не моё", To=answer["Reply-To"], sender="boris@client.example")
        await shop.until(3)
        rows = {row["text"]: row for row in await shop.customer_rows()}
        own, foreign = rows["Спасибо"], rows["Это не моё"]
        path = f"/conversations/{own['conversation_id']}/messages"
        [said, *_] = [
            row
            for row in (await owner.request("GET", path)).json()["messages"]
            if row["direction"] == "outbound"
        ]
        assert own["reply_to"] == said["id"] and foreign["reply_to"] is None
        assert foreign["conversation_id"] != own["conversation_id"]
        await owner.request("DELETE", f"/channels/{shop.channel['id']}")


async def test_a_bounce_fails_the_message_and_a_machines_answer_is_answered_by_nobody(shop: Shop) -> None:
    shop.write("раз")
    [answer] = await shop.until(1)
    shop.mailbox.deliver(bounce_of(answer))

    async def failed() -> list[dict[str, Any]] | None:
        return (await shop.owner.request("GET", "/deliveries")).json()["items"] or None

    [item] = await until(failed, "the failed message", SEEN_S)
    assert (item["message"]["status"], item["code"]) == ("failed", "5.1.1")
    shop.write("Я в отпуске до понедельника.", Auto_Submitted="auto-replied", Subject="Автоответ: Заказ 7")

    async def heard() -> bool | None:
        return True if "Я в отпуске до понедельника." in await shop.said() else None

    await until(heard, "the automatic mail", SEEN_S)
    shop.write("два")
    await shop.until(2)
    texts = [str((mail.get_body(("plain",)) or mail).get_content()).strip() for mail in shop.arrived()]
    assert texts == ["эхо: раз", "эхо: два"]


async def test_two_workspaces_that_write_to_each_other_stop(
    product: Product, shop: Shop, mailboxes: tuple[Dovecot, Dovecot]
) -> None:
    async with Operator(product.url, await make_tenant(product.settings(), BY_MAIL)) as owner:
        other = await connect(product, owner, mailboxes[1], shop.peer, "info@other.example")
        homes = {shop.address: shop.mailbox, other.address: other.mailbox}

        def forward(envelope: Envelope) -> None:
            for address in envelope.rcpt_tos:
                homes[address].deliver(envelope.original_content or b"")

        shop.peer.on_taken = forward
        shop.write("Здравствуйте, соседи", sender=f"Соседи <{other.address}>")

        async def both() -> bool | None:
            return True if await other.said() else None

        await shop.until(1)
        await until(both, "the answer at the other side", SEEN_S)
        await asyncio.sleep(3)
        assert len(shop.arrived()) == 1 and other.arrived() == []
        await owner.request("DELETE", f"/channels/{other.channel['id']}")


async def test_numbers_that_are_lost_and_a_worker_that_dies_lose_nothing_and_repeat_nothing(
    product: Product, shop: Shop
) -> None:
    shop.write("раз")
    await shop.until(1)
    shop.mailbox.hang_up()
    shop.mailbox.number_anew()
    shop.write("два")
    await shop.until(2)
    pid = product.kill("worker")
    shop.write("три")
    shop.write("четыре")
    product.await_restart("worker", pid)
    await shop.until(4, 120)
    began = time.monotonic()
    shop.write("пять")
    await shop.until(5)
    assert time.monotonic() - began < SEEN_S
    assert await shop.said() == ["раз", "два", "три", "четыре", "пять"]
    await asyncio.sleep(1)
    assert len(shop.arrived()) == 5


async def test_files_come_and_go(shop: Shop) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "anna@client.example", shop.address, "Счёт"
    mail["Message-ID"] = f"<{uuid4().hex}@client.example>"
    mail.set_content("вот счёт")
    mail.add_attachment(b"%PDF-1.7 something", maintype="application", subtype="pdf", filename="счёт.pdf")
    shop.mailbox.deliver(mail.as_bytes())
    await shop.until(1)

    async def fetched() -> dict[str, Any] | None:
        [row] = [each for each in await shop.messages() if each["direction"] == "inbound"]
        [file] = row["attachments"]
        return file if file["state"] == "ready" else None

    file = await until(fetched, "the file", SEEN_S)
    assert (file["name"], file["mime"], file["size"]) == ("счёт.pdf", "application/pdf", 18)


async def test_a_mail_that_cannot_be_taken_does_not_stand_in_the_way(shop: Shop) -> None:
    owner_url = shop.settings.database_owner_url or ""
    await as_owner(owner_url, "alter table message add constraint no_poison check (text not like '%отрава%')")
    try:
        shop.write("до", sender="a@client.example")
        shop.write("отрава", sender="Анна <b@client.example>", Subject="Заказ 8")
        shop.mailbox.deliver(endless_mail("From: c@client.example"))
        shop.mailbox.deliver(endless_mail("X-From: nobody"))
        shop.write("после", sender="d@client.example")
        answers = await shop.until(2, 120)
        assert {mail["To"] for mail in answers} == {"a@client.example", "d@client.example"}
        unshown = "Письмо клиента не удалось разобрать. Откройте его целиком."
        assert sorted(await shop.said()) == sorted(["до", unshown, unshown, "после"])
        plain = [row for row in await shop.customer_rows() if row["text"] == unshown]
        assert all(row["content"]["automatic"] for row in plain)
        pages = []
        for row in plain:
            path = f"/conversations/{row['conversation_id']}/messages/{row['id']}/original"
            told = (await shop.owner.request("GET", path)).json()["original"]
            pages.append((await shop.owner._http.get(told["file_url"])).text)
        assert any("b@client.example" in page for page in pages)
        assert any("c@client.example" in page for page in pages)

        async def told() -> dict[str, Any] | None:
            path = f"/channels/{shop.channel['id']}"
            health = (await shop.owner.request("GET", path)).json()["channel"]["health"]
            return health if health["problems"] else None

        health = await until(told, "the problem", SEEN_S)
        [problem] = health["problems"]
        assert (health["state"], problem["code"], problem["mends"]) == (
            "degraded",
            "mails_put_aside",
            "backfill",
        )
        assert problem["detail"].startswith("1 (UID 4, ") and problem["detail"].endswith(", mail_unreadable)")
    finally:
        await as_owner(owner_url, "alter table message drop constraint no_poison")
    since = {"since": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    await shop.owner.request("POST", f"/channels/{shop.channel['id']}/backfill", json=since)
    shop.write("ещё", sender="e@client.example")
    await shop.until(3)
    assert len(await shop.said()) == 5  # nothing that is here came once more


async def test_a_mail_that_its_domain_disowns_is_a_conversation_of_its_own(shop: Shop) -> None:
    shop.write("Где мой заказ?")
    [answer] = await shop.until(1)
    shop.write(
        "Отправьте его на другой адрес.",
        In_Reply_To=answer["Message-ID"],
        Authentication_Results="mx.shop.example; dmarc=fail header.from=client.example",
    )

    async def came() -> list[dict[str, Any]] | None:
        found = await shop.conversations()
        return found if len(found) == 2 else None

    found = await until(came, "a conversation of its own", SEEN_S)
    assert len({each["customer"]["id"] for each in found}) == 2
    [forged] = [row for row in await shop.customer_rows() if row["text"] == "Отправьте его на другой адрес."]
    assert forged["content"]["dmarc"] == "fail" and forged["reply_to"] is None
    shop.write("Спасибо")
    await shop.until(2)
    await shop.owner.act(forged["conversation_id"], "take-over")
    await shop.owner.reply(forged["conversation_id"], "Это вы?")
    [_, _, asked] = await shop.until(3)
    assert asked["To"] == "anna@client.example" and asked["Subject"] == "Re: Заказ 7"


async def test_mails_of_an_erased_customer_are_not_brought_back(shop: Shop) -> None:
    written = {"Date": format_datetime(datetime.now(UTC) - timedelta(minutes=5))}
    shop.write("Меня зовут Анна", **written)
    shop.write("А меня Борис", sender="boris@client.example", **written)
    await shop.until(2)
    [anna] = [each for each in await shop.conversations() if each["customer"]["name"] == "Анна"]
    erasure = await erase(shop.owner, anna["customer"]["id"])
    await ended(shop.owner, erasure["id"])
    since = {"since": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    await shop.owner.request("POST", f"/channels/{shop.channel['id']}/backfill", json=since)
    shop.write("Это снова я")
    await shop.until(3)
    assert sorted(await shop.said()) == ["А меня Борис", "Это снова я"]


async def as_owner(url: str, statement: str) -> None:
    """Change the database itself."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def endless_mail(first: str) -> bytes:
    """More headers than anybody reads."""
    more = [f"X-More-{number}: {number}" for number in range(6_000)]
    return "\r\n".join(
        [first, "Subject: Endless", "Message-ID: <endless@client.example>", *more, "", "x"]
    ).encode()


def bounce_of(mail: EmailMessage) -> bytes:
    """What a server writes that could not deliver it (RFC 3464)."""
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.client.example>",
        "To: help@shop.example",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <{uuid4().hex}@mx.client.example>",
        f"Date: {format_datetime(datetime.now(UTC))}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "No such user.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.client.example",
        "",
        "Final-Recipient: rfc822; anna@client.example",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 No such user",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {mail['Message-ID']}",
        f"Subject: {mail['Subject']}",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()
