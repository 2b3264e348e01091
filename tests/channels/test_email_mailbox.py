"""A mailbox of a real IMAP server: what is new is found once, nothing is changed, and no server is trusted."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from omnisupport.channels.base import Account, AuthFailed, NotSent, Reading, Transient
from omnisupport.channels.email import imap, outbound
from omnisupport.channels.email.inbound import read_mail
from omnisupport.channels.email.mailbox import Cursor, Mailbox
from omnisupport.channels.email.outbound import EmailAdapter
from omnisupport.channels.email.server import Misconfigured, Untrusted
from omnisupport.channels.transport import Transport
from omnisupport.domain.inbound import InboundEvent, MediaRef
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher
from tests.channels.mail_servers import (
    ASCII_PASSWORD,
    OTHER_USER,
    PASSWORD,
    USER,
    Dovecot,
    certificate_for,
    dovecot,
    trusting,
)
from tests.channels.mails import KIT, written
from tests.channels.stub import Answer, Called, Stub
from tests.channels.test_email_bytes import with_files
from tests.net.servers import Names
from tests.support.smtp_peer import smtp_peer

HOST = "imap.shop.example"
NAMES = Names({name: [["127.0.0.1"]] for name in (HOST, "other.example", "127.0.0.1")})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_for(tmp_path_factory.mktemp("tls") / "mail.pem", HOST)


@pytest.fixture(scope="module")
def running(certificate: Path) -> Iterator[Dovecot]:
    with dovecot(certificate) as started:
        yield started


@pytest.fixture
def server(running: Dovecot) -> Dovecot:
    running.empty()
    return running


def account_of(server: Dovecot | int, tls: str = "none", host: str = HOST, **settings: Any) -> Account:
    """The mailbox with its incoming server."""
    port = server if isinstance(server, int) else server.tls_port if tls == "implicit" else server.port
    known = KIT.account(imap={"host": host, "port": port, "tls": tls}, **settings)
    return replace(known, secrets={"imap_password": PASSWORD})


def transport_for(*ports: int) -> Transport:
    """Allowed to reach these ports here."""
    allowed = [f"{host}:{port}" for port in ports for host in (HOST, "other.example", "127.0.0.1")]
    return Transport(Fetcher(EgressPolicy.parse(",".join(allowed)), resolve=NAMES), call_s=2.0)


def mailbox_of(server: Dovecot, tls: ssl.SSLContext | None = None, **options: Any) -> Mailbox:
    """A watcher of it."""
    return Mailbox(transport_for(server.port, server.tls_port), tls=tls, **options)


def numbered(number: int) -> bytes:
    """A mail."""
    return written(f"Письмо {number}", message_id=f"<{number}@client.example>")


async def start(mailbox: Mailbox, account: Account) -> Cursor:
    """Where the mailbox stands now."""
    return (await mailbox.fetch(account, Cursor()))[1]


# Reading -------------------------------------------------------------------------------------------------------


async def test_new_mails_come_once_in_their_order_and_stay_unread(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    cursor = await start(mailbox, account)
    for number in range(5):
        server.deliver(numbered(number))
    first, cursor = await mailbox.fetch(account, cursor, limit=3)
    second, cursor = await mailbox.fetch(account, cursor, limit=3)
    third, after = await mailbox.fetch(account, cursor)
    assert [raw for _, raw in first + second] == [numbered(n).replace(b"\n", b"\r\n") for n in range(5)]
    assert third == [] and after == cursor
    assert [name for name, _ in first] == [f"{cursor.uidvalidity}:{n}" for n in (1, 2, 3)]
    assert server.seen() == [] and cursor.uid == 5
    await mailbox.close()


async def test_a_mailbox_that_numbers_anew_is_read_for_some_days_once_more(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    now = datetime.now(UTC)
    server.deliver(numbered(1), arrived=now - timedelta(days=20))
    server.deliver(numbered(2), arrived=now - timedelta(days=3))
    cursor = await start(mailbox, account)
    server.deliver(numbered(3))
    await mailbox.leave(account)
    server.number_anew()
    await asyncio.sleep(1.1)  # the new numbering is named after the second
    first, between = await mailbox.fetch(account, cursor, limit=1)
    second, after = await mailbox.fetch(account, between)
    assert after.uidvalidity != cursor.uidvalidity
    assert [b"<2@client.example>" in first[0][1], b"<3@client.example>" in second[0][1]] == [True, True]
    assert len(first + second) == 2
    longer, _ = await mailbox.fetch(account_of(server, rescan_days=30), cursor)
    assert len(longer) == 3
    await mailbox.close()


async def test_an_empty_mailbox_is_read_up_to_what_comes_next(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    assert (await mailbox.fetch(account, Cursor(1, 77)))[1].uid == 0
    await mailbox.close()


async def test_a_mail_that_is_gone_meanwhile_and_one_that_is_too_long_stop_nobody(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    cursor = await start(mailbox, account)
    gone = server.deliver(numbered(1))
    server.deliver(written("длинное " * 1000, message_id="<2@client.example>"))
    server.deliver(numbered(3))
    async with mailbox.opened(account) as (connection, _):
        found = connection.after(0)
        [path] = [path for path in server.inbox.glob("*/*") if path.name.startswith(gone.name)]
        path.unlink()
        monkeypatch.setattr(imap, "MAX_MAIL", 2_000)
        mails = connection.mails(found)
    assert [uid for uid, _ in mails] == [2, 3] and len(mails[0][1]) == 2_000
    monkeypatch.setattr(imap, "BATCH_BYTES", 100)
    one, cursor = await mailbox.fetch(account, cursor)
    assert len(one) == 1 and (await mailbox.fetch(account, cursor))[0] != []
    await mailbox.close()


async def test_a_folder_may_have_a_name_in_russian_and_has_to_be_there(server: Dovecot) -> None:
    mailbox = mailbox_of(server)
    account = account_of(server, folder="Заявки & вопросы")
    with pytest.raises(Misconfigured, match="Заявки"):
        await mailbox.fetch(account, Cursor())
    server.deliver(numbered(1), folder=".&BBcEMARPBDIEOgQ4- &- &BDIEPgQ,BEAEPgRBBEs-")
    assert len((await mailbox.fetch(account, Cursor()))[0]) == 1
    await mailbox.close()


# Waiting -------------------------------------------------------------------------------------------------------


async def test_news_are_told_at_once(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    cursor = await start(mailbox, account)
    waiting = asyncio.create_task(mailbox.wait(account, cursor, 20))
    await asyncio.sleep(0.5)
    began = time.monotonic()
    server.deliver(numbered(1))
    assert await waiting and time.monotonic() - began < 5
    began = time.monotonic()
    assert await mailbox.wait(account, cursor, 20) and time.monotonic() - began < 1
    await mailbox.close()


async def test_a_mailbox_that_has_numbered_anew_is_news(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    assert await asyncio.wait_for(mailbox.wait(account, Cursor(1, 77), 60), 5)
    await mailbox.close()


async def test_without_news_the_wait_ends_and_idling_is_begun_anew_meanwhile(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server, idle_s=0.3), account_of(server)
    cursor = await start(mailbox, account)
    began = time.monotonic()
    assert not await mailbox.wait(account, cursor, 1.5)
    assert 1.4 < time.monotonic() - began < 4
    await mailbox.close()


async def test_what_is_no_news_does_not_end_the_wait(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    path = server.deliver(numbered(1))
    cursor = await start(mailbox, account)
    waiting = asyncio.create_task(mailbox.wait(account, cursor, 4))
    await asyncio.sleep(0.5)
    [known] = [each for each in server.inbox.glob("*/*") if each.name.startswith(path.name)]
    known.unlink()
    assert not await waiting
    await mailbox.close()


async def test_a_server_that_does_not_tell_is_asked(certificate: Path) -> None:
    with dovecot(certificate, idle=False) as server:
        mailbox, account = mailbox_of(server, poll_s=0.3), account_of(server)
        cursor = await start(mailbox, account)
        waiting = asyncio.create_task(mailbox.wait(account, cursor, 20))
        await asyncio.sleep(0.5)
        server.deliver(numbered(1))
        assert await asyncio.wait_for(waiting, 5)
        await mailbox.close()


async def test_whoever_gives_up_waiting_is_let_go_at_once(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    waiting = asyncio.create_task(mailbox.wait(account, await start(mailbox, account), 600))
    await asyncio.sleep(0.5)
    began = time.monotonic()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert time.monotonic() - began < 1
    await mailbox.close()


@pytest.mark.parametrize("tls", ["none", "implicit"])
async def test_a_server_that_hangs_up_is_gone_for_the_one_who_waits_and_there_for_the_next(
    server: Dovecot, certificate: Path, tls: str
) -> None:
    mailbox, account = mailbox_of(server, trusting(certificate)), account_of(server, tls)
    cursor = await start(mailbox, account)
    waiting = asyncio.create_task(mailbox.wait(account, cursor, 20))
    await asyncio.sleep(0.5)
    server.hang_up()
    with pytest.raises(Transient):
        await asyncio.wait_for(waiting, 5)
    server.deliver(numbered(1))
    assert len((await mailbox.fetch(account, cursor))[0]) == 1
    server.hang_up()
    await asyncio.sleep(0.2)
    assert len((await mailbox.fetch(account, cursor))[0]) == 1
    await mailbox.close()


# The way in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", ["none", "starttls", "implicit"])
async def test_every_way_of_encryption_leads_in(server: Dovecot, certificate: Path, tls: str) -> None:
    mailbox = mailbox_of(server, trusting(certificate))
    server.deliver(numbered(1))
    assert len((await mailbox.fetch(account_of(server, tls), Cursor()))[0]) == 1
    await mailbox.close()


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_of_nobody_or_of_another_name_opens_nothing(
    server: Dovecot, certificate: Path, tls: str
) -> None:
    with pytest.raises(Untrusted):
        await mailbox_of(server).fetch(account_of(server, tls), Cursor())
    with pytest.raises(Untrusted):
        await mailbox_of(server, trusting(certificate)).fetch(
            account_of(server, tls, "other.example"), Cursor()
        )


@pytest.mark.parametrize("password", ["wrong", "", "a\r\nb DELETE INBOX"])
async def test_a_wrong_password_is_told_and_not_shown(server: Dovecot, password: str) -> None:
    account = replace(account_of(server), secrets={"imap_password": password})
    with pytest.raises(AuthFailed) as refused:
        await mailbox_of(server).fetch(account, Cursor())
    assert not password or password not in refused.value.detail


async def test_a_password_in_ascii_may_have_every_sign(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    known = {**account.settings["imap"], "user": OTHER_USER}
    other = replace(
        account, settings={**account.settings, "imap": known}, secrets={"imap_password": ASCII_PASSWORD}
    )
    server.deliver(numbered(1))
    assert len((await mailbox.fetch(other, Cursor()))[0]) == 1
    await mailbox.close()


async def test_another_password_is_another_connection(server: Dovecot) -> None:
    mailbox, account = mailbox_of(server), account_of(server)
    await start(mailbox, account)
    with pytest.raises(AuthFailed):
        await mailbox.fetch(replace(account, secrets={"imap_password": "wrong"}), Cursor())
    await mailbox.close()


async def test_a_token_opens_the_mailbox_and_a_wrong_one_does_not(certificate: Path) -> None:
    given: list[str] = []

    def respond(called: Called) -> Answer:
        if called.path == "/token":
            given.append(f"token-{len(given) + 1}")
            return Answer(body={"access_token": given[-1], "expires_in": 3600})
        known = called.query.get("access_token") == "token-2"
        return (
            Answer(body={"email": USER, "active": "true"})
            if known
            else Answer(401, {"error": "invalid_token"})
        )

    async with Stub(respond) as stub:
        info = f"{stub.url}/info?access_token="
        with dovecot(certificate, token_info=info) as server:
            mailbox = Mailbox(transport_for(server.port, stub.port))
            server.deliver(numbered(1))
            account = replace(
                account_of(server, oauth={"token_url": f"{stub.url}/token", "client_id": "7"}),
                secrets={"refresh_token": "r", "client_secret": "s"},
            )
            with pytest.raises(AuthFailed):
                await asyncio.wait_for(mailbox.fetch(account, Cursor()), 20)
            assert len((await mailbox.fetch(account, Cursor()))[0]) == 1 and given == ["token-1", "token-2"]
            await mailbox.close()


@pytest.mark.parametrize(
    ("host", "port", "tls"),
    [("127.0.0.1", 993, "implicit"), (HOST, 6379, "implicit"), (HOST, 143, "none"), ("", 993, "implicit")],
)
async def test_a_tenants_word_leads_to_public_mail_servers_only(host: str, port: int, tls: str) -> None:
    mailbox = Mailbox(Transport(Fetcher(EgressPolicy(), resolve=NAMES)))
    with pytest.raises(Misconfigured):
        await mailbox.fetch(account_of(port, tls, host), Cursor())


# Servers that are none -----------------------------------------------------------------------------------------


@asynccontextmanager
async def speaking(
    say: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A listener that says what it likes; its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await say(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listener = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**20)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()


unsaid: list[deque[bytes]] = []


def answering(*after_login: bytes, greeting: bytes = b"* OK hello\r\n") -> Callable[..., Awaitable[None]]:
    """A server that lets everybody in, and then says these things whatever it is asked."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        waiting = deque(after_login)
        unsaid.append(waiting)
        while line := await reader.readline():
            tag, _, asked = line.partition(b" ")
            if asked.upper().startswith(b"CAPABILITY"):
                writer.write(b"* CAPABILITY IMAP4rev1 IDLE\r\n" + tag + b" OK done\r\n")
            elif asked.upper().startswith(b"AUTHENTICATE"):
                writer.write(b"+ \r\n")
                await reader.readline()
                writer.write(tag + b" OK done\r\n")
            elif waiting:
                writer.write(waiting.popleft().replace(b"TAG", tag))
            await writer.drain()

    return say


OPENED = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 9]\r\nTAG OK [READ-ONLY]\r\n"


@pytest.mark.parametrize(
    "say",
    [
        answering(greeting=b"220 smtp.example ESMTP\r\n"),
        answering(greeting=b"* BYE go away\r\n"),
        answering(greeting=b"\xff\xfe\x00\r\n"),
        answering(greeting=b"* OK " + b"x" * (5 * 2**20) + b"\r\n"),
        answering(b"TAG NO nothing here\r\n"),
        answering(b"TAG NO [INUSE] somebody else has it\r\n"),
        answering(b"TAG BAD done\r\n"),
        answering(b"* OK [UIDVALIDITY x]\r\nTAG OK done\r\n"),
        answering(OPENED, b"* SEARCH a b c\r\n* SEARCH 8\r\nTAG OK done\r\n", b"TAG NO done\r\n"),
        answering(OPENED, b"* SEARCH 8\r\nTAG OK done\r\n", b"* 1 FETCH (UID 8 BODY[] {99999999999}\r\n"),
        answering(
            OPENED,
            b"* SEARCH 8\r\nTAG OK done\r\n",
            b"* 1 FETCH (UID 8 RFC822.SIZE 5)\r\nTAG OK done\r\n",
            b"+ \r\nTAG x\r\n",
        ),
        answering(OPENED, b"* 1 \xff\xff\r\nTAG OK done\r\n"),
        answering(OPENED, b"* SEARCH 8\r\nTAG OK done\r\n", b"* 9 EXISTS\r\n" * 1_000_000),
    ],
    ids=range(13),
)
async def test_whatever_a_server_says_it_is_a_refusal_in_words(
    say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omnisupport.channels.email.mailbox.COMMAND_S", 1.0)
    async with speaking(say) as port:
        mailbox = Mailbox(transport_for(port))
        with pytest.raises(NotSent) as refused:
            await asyncio.wait_for(mailbox.fetch(account_of(port), Cursor()), 10)
        assert refused.value.detail and PASSWORD not in refused.value.detail
        assert not unsaid.pop()


async def test_what_comes_in_during_a_search_is_not_missed() -> None:
    found = answering(OPENED, b"* SEARCH\r\n* 2 EXISTS\r\nTAG OK done\r\n", b"* SEARCH 8\r\nTAG OK done\r\n")
    async with speaking(found) as port:
        mailbox = Mailbox(transport_for(port))
        assert await asyncio.wait_for(mailbox.wait(account_of(port), Cursor(7, 7), 60), 5)
        await mailbox.close()


async def test_a_server_that_chatters_is_not_asked_without_end() -> None:
    searches: list[bytes] = []

    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")
        tag = b""
        while line := await reader.readline():
            tag, _, asked = line.partition(b" ") if line != b"DONE\r\n" else (tag, b"", b"")
            known = {b"CAPA": b"* CAPABILITY IMAP4rev1 IDLE\r\n", b"EXAM": OPENED.rpartition(b"TAG")[0]}
            if asked.startswith(b"AUTH"):
                writer.write(b"+ \r\n")
                await reader.readline()
            if asked.startswith(b"UID SEARCH"):
                searches.append(asked)
            if asked.startswith(b"IDLE"):
                writer.write(b"+ idling\r\n* OK Still here\r\n")
            else:
                writer.write(known.get(asked[:4], b"") + tag + b" OK done\r\n")
            await writer.drain()

    async with speaking(chatter) as port:
        mailbox = Mailbox(transport_for(port))
        assert not await mailbox.wait(account_of(port), Cursor(7, 8), 2.5)
        assert 1 < len(searches) < 8
        await mailbox.close()


async def test_a_server_without_tls_gets_no_password() -> None:
    heard: list[bytes] = []
    say = answering()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken = reader.readline

        async def noted() -> bytes:
            heard.append(await taken())
            return heard[-1]

        reader.readline = noted  # type: ignore[method-assign]
        await say(reader, writer)

    async with speaking(listen) as port:
        with pytest.raises(Misconfigured, match="encryption"):
            await Mailbox(transport_for(port)).fetch(account_of(port, "starttls"), Cursor())
    assert [each.split()[1:] for each in heard if each] == [[b"CAPABILITY"]]


async def test_a_server_that_drips_is_given_up_and_its_thread_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("omnisupport.channels.email.mailbox.WORK_S", 1.0)
    ended = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ")
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.1)
        finally:
            ended.set()

    async with speaking(drip) as port:
        began = time.monotonic()
        with pytest.raises(Transient):
            await Mailbox(transport_for(port)).fetch(account_of(port), Cursor())
        assert time.monotonic() - began < 5
        await asyncio.wait_for(ended.wait(), 5)


# The adapter ---------------------------------------------------------------------------------------------------


def adapter_for(server: Dovecot, *ports: int) -> EmailAdapter:
    """One that reaches them."""
    return EmailAdapter(transport_for(server.port, server.tls_port, *ports))


async def test_a_connection_is_tried_on_both_sides(server: Dovecot) -> None:
    server.deliver(numbered(1))
    async with smtp_peer() as peer:
        smtp = {"host": HOST, "port": peer.port, "tls": "none"}
        adapter, account = adapter_for(server, peer.port, 1), account_of(server, smtp=smtp)
        found = await adapter.connect(account)
        assert (found.state, found.external_id, found.problems) == ("ok", "help@shop.example", ())
        plus = replace(account, settings=account.settings | {"plus": True})
        made = (await adapter.connect(plus)).secrets["plus"]
        again = await adapter.connect(replace(plus, secrets={**plus.secrets, "plus": made}))
        assert len(made) == 32 and found.secrets == again.secrets == {}
        wrong = await adapter.connect(replace(account, secrets={"imap_password": "wrong-secret"}))
        [problem] = wrong.problems
        assert (wrong.state, problem.code, problem.mends) == ("degraded", "unauthorized", "reauthorize")
        assert "wrong-secret" not in problem.detail and wrong.settings == {}
        away = await adapter.connect(
            replace(account, settings=account.settings | {"smtp": smtp | {"port": 1}})
        )
        assert (away.state, [each.code for each in away.problems]) == ("degraded", ["provider_unreachable"])
        untrusted = await adapter.connect(
            replace(
                account_of(server, "implicit"), settings=account_of(server, "implicit", smtp=smtp).settings
            )
        )
        assert [each.code for each in untrusted.problems] == ["certificate"]
        nowhere = await adapter.connect(replace(account, settings={"address": USER}))
        assert (nowhere.state, {each.code for each in nowhere.problems}) == (
            "down",
            {"channel_misconfigured"},
        )
        await adapter.disconnect(account)
        await adapter.close()


async def test_a_file_is_fetched_by_its_place_and_only_from_the_mail_that_it_came_with(
    server: Dovecot,
) -> None:
    raw = with_files().as_bytes()
    server.deliver(raw)
    mailbox, account, adapter = mailbox_of(server), account_of(server), adapter_for(server)
    [(name, fetched)], _ = await mailbox.fetch(account, Cursor())
    [event] = read_mail(fetched, account, uid=name)
    [pdf] = [each for each in event.media if each.type == "application/pdf"]
    assert b"".join([chunk async for chunk in adapter.fetch_media(pdf, account)]) == b"%PDF-1"
    validity = name.partition(":")[0]
    for ref in (
        {"uid": f"{int(validity) + 1}:1", "part": pdf.ref["part"]},
        {"uid": f"{validity}:77", "part": pdf.ref["part"]},
        {"uid": name, "part": 99},
        {"uid": "nonsense", "part": 0},
        {},
    ):
        with pytest.raises(NotSent) as gone:
            [chunk async for chunk in adapter.fetch_media(MediaRef("file", ref), account)]
        assert (gone.value.code, gone.value.retryable) == ("media_gone", False)
    await mailbox.close()


def keys_of(reading: Reading) -> list[str]:
    """Keys of all that it tells of."""
    return [event.dedupe_key for piece in reading.pieces for event in piece.events]


async def test_a_fault_in_reading_one_mail_hides_no_other(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        server.deliver(numbered(number))
    real = outbound.read_mail

    def read(raw: bytes, account: Account, *, uid: str) -> list[InboundEvent]:
        if b"<2@client.example>" in raw:
            raise RecursionError("a mail that no reader of ours expects")
        return real(raw, account, uid=uid)

    monkeypatch.setattr(outbound, "read_mail", read)
    adapter, account = adapter_for(server), account_of(server)
    reading = await adapter.read_on(
        account, await adapter.begin(account, datetime.now(UTC) - timedelta(hours=1))
    )
    assert keys_of(reading) == ["<1@client.example>", "<3@client.example>"]
    [_, broken, _] = reading.pieces
    plain = adapter.plain(account, broken)
    assert broken.fault == "mail_unreadable" and plain is not None and plain.automatic
    assert (plain.dedupe_key, plain.chat, plain.original) == (
        "<2@client.example>",
        "anna@client.example",
        broken.raw,
    )
    await adapter.close()


async def test_what_came_in_since_is_read_and_what_came_before_is_not(server: Dovecot) -> None:
    now = datetime.now(UTC)
    for number, hours in ((1, 72), (2, 5), (3, 1)):
        server.deliver(numbered(number), arrived=now - timedelta(hours=hours))
    server.deliver(b"\x00\xff no mail at all\r\n")
    adapter, account = adapter_for(server), account_of(server)
    cursor = await adapter.begin(account, now - timedelta(hours=6))
    reading = await adapter.read_on(account, json.loads(json.dumps(cursor)))
    assert keys_of(reading) == ["<2@client.example>", "<3@client.example>"]
    assert [each.text for piece in reading.pieces for each in piece.events] == ["Письмо 2", "Письмо 3"]
    [*_, unreadable] = reading.pieces
    assert (unreadable.fault, unreadable.cursor) == ("mail_unreadable", reading.cursor) and not reading.is_all
    assert adapter.plain(account, unreadable) is None
    behind_the_first = await adapter.read_on(account, reading.pieces[0].cursor)
    assert keys_of(behind_the_first) == ["<3@client.example>"]
    rest = await adapter.read_on(account, reading.cursor)
    assert (rest.pieces, rest.cursor, rest.is_all) == ([], reading.cursor, True)
    await adapter.close()


async def test_numbers_that_are_lost_bring_back_nothing_from_before_the_beginning(server: Dovecot) -> None:
    now = datetime.now(UTC)
    adapter, account = adapter_for(server), account_of(server)
    server.deliver(numbered(1), arrived=now - timedelta(hours=30))
    server.deliver(numbered(2), arrived=now - timedelta(hours=1))
    cursor = (await adapter.read_on(account, await adapter.begin(account, now - timedelta(hours=2)))).cursor
    await adapter.disconnect(account)
    server.number_anew()
    await asyncio.sleep(1.1)  # the new numbering is named after the second
    assert await adapter.wait(account, cursor, 5)
    again = await adapter.read_on(account, cursor)
    assert keys_of(again) == ["<2@client.example>"]
    assert not await adapter.wait(account, again.cursor, 0.2)
    await adapter.close()


async def test_there_is_nothing_to_ask_and_nothing_to_show(server: Dovecot) -> None:
    adapter, account = adapter_for(server), account_of(server)
    part = KIT.render.render(KIT.message("раз"), account, KIT.chat())[0]
    assert await adapter.reconcile(part, "k/0", account, datetime.now(UTC)) is None
    await adapter.signal("typing", "anna@client.example", None, account)
    assert adapter.rates(account).account == 1 and not adapter.idempotent and not adapter.reconcilable
