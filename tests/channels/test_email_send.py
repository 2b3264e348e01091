"""Mails on their way out, over real sockets: what a server answers decides whether a mail is sent again."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.channels.base import (
    Account,
    Ambiguous,
    AuthFailed,
    BadPayload,
    Chat,
    NotSent,
    RecipientGone,
    Transient,
)
from omnisupport.channels.email.ids import plus_address
from omnisupport.channels.email.letter import write
from omnisupport.channels.email.outbound import EmailAdapter, build
from omnisupport.channels.email.server import Misconfigured, Untrusted
from omnisupport.channels.transport import Transport
from omnisupport.domain.message import Native
from omnisupport.net.egress import EgressPolicy
from omnisupport.net.fetch import Fetcher
from tests.channels.mail_servers import certificate_for, server_tls, trusting
from tests.channels.mails import KEY, KIT, OURS
from tests.channels.stub import Answer, Called, Stub
from tests.net.servers import Names
from tests.support.product import free_port
from tests.support.smtp_peer import VANISH, Peer, smtp_peer

HOST = "smtp.shop.example"
NAMES = Names({HOST: [["127.0.0.1"]], "other.example": [["127.0.0.1"]], "127.0.0.1": [["127.0.0.1"]]})
AT = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)
PASSWORD = "пароль: secret"


def account_of(peer: Peer | int, tls: str = "none", host: str = HOST, **settings: Any) -> Account:
    """The mailbox with its outgoing server."""
    port = peer if isinstance(peer, int) else peer.port
    server = {"host": host, "port": port, "tls": tls}
    return replace(KIT.account(smtp=server, **settings), secrets={"smtp_password": PASSWORD})


def transport_for(port: int, *more: str) -> Transport:
    """Allowed to reach this port here, under the server's name."""
    policy = EgressPolicy.parse(",".join([f"{HOST}:{port}", *more]))
    return Transport(Fetcher(policy, resolve=NAMES), call_s=1.0)


def mail(text: str = "Здравствуйте", **payload: Any) -> Native:
    """A mail as it is rendered."""
    [native] = KIT.render.render(
        KIT.message(text), KIT.account(), Chat("anna@client.example", subject="Заказ 7")
    )
    return replace(native, payload=native.payload | payload)


async def send(peer: Peer, part: Native | None = None, account: Account | None = None) -> str:
    """One send of an adapter; the id of what was sent."""
    adapter = EmailAdapter(transport_for(peer.port), data_s=0.7)
    try:
        return (await adapter.send(part or mail(), KEY, account or account_of(peer))).provider_message_id
    finally:
        await adapter.close()


@asynccontextmanager
async def peer_with_login(tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[Peer]:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        good = (data.login, data.password.decode()) == (b"help@shop.example", PASSWORD)
        return AuthResult(success=good, handled=False)

    login: dict[str, Any] = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    async with smtp_peer(**login, **options) as peer:
        if tls is None:
            yield peer
            return
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(peer, enable_SMTPUTF8=True, hostname=HOST, loop=loop, **login),
            "127.0.0.1",
            0,
            ssl=tls,
        )
        peer.port = server.sockets[0].getsockname()[1]
        yield peer
        server.close()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with peer_with_login() as running:
        yield running


def headers(message: EmailMessage) -> dict[str, str]:
    """By their names."""
    return {name: str(value) for name, value in message.items()}


# What arrives --------------------------------------------------------------------------------------------------


async def test_a_mail_arrives_as_words_and_as_a_page_under_an_id_of_ours(peer: Peer) -> None:
    assert await send(peer, mail("**Да**\n\nи [тут](https://a.example)")) == OURS
    [arrived] = peer.mails
    known = headers(arrived)
    assert (known["From"], known["To"]) == ("Лавка <help@shop.example>", "anna@client.example")
    assert (known["Subject"], known["Message-ID"]) == ("Re: Заказ 7", OURS)
    assert known["Auto-Submitted"] == "auto-replied" and "Precedence" not in known
    assert abs(datetime.strptime(known["Date"], "%a, %d %b %Y %H:%M:%S %z") - datetime.now(UTC)) < timedelta(
        minutes=1
    )
    assert arrived.get_content_type() == "multipart/alternative"
    plain, page = cast(list[EmailMessage], list(arrived.iter_parts()))
    assert plain.get_content().replace("\r\n", "\n").strip() == "Да\n\nи тут: https://a.example"
    assert '<p><b>Да</b></p>\n<p>и <a href="https://a.example">тут</a></p>' in page.get_content().replace(
        "\r\n", "\n"
    )
    assert peer.taken[0].mail_from == "help@shop.example" and peer.taken[0].rcpt_tos == [
        "anna@client.example"
    ]


async def test_an_operators_mail_does_not_say_that_it_is_automatic(peer: Peer) -> None:
    await send(peer, mail(automatic=False))
    assert "Auto-Submitted" not in headers(peer.mails[0])


async def test_the_same_part_is_the_same_mail_each_time_but_for_its_date(peer: Peer) -> None:
    await send(peer)
    await send(peer)
    first, second = [
        [line for line in (each.original_content or b"").split(b"\r\n") if not line.startswith(b"Date:")]
        for each in peer.taken
    ]
    assert first == second


async def test_a_chain_of_ids_is_written_whole_however_long_it_is(peer: Peer) -> None:
    chain = [OURS.replace("000002=3", f"{n:06}=3") for n in range(20)]
    await send(peer, mail(in_reply_to=chain[-1], references=chain))
    raw = peer.taken[0].original_content or b""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    unfolded = head.replace("\r\n ", " ").split("\r\n")
    assert f"In-Reply-To: {chain[-1]}" in unfolded and f"References: {' '.join(chain)}" in unfolded
    assert max(len(line) for line in head.split("\r\n")) < 998


async def test_answers_and_bounces_find_their_conversation_by_the_address_where_it_may_have_a_plus(
    peer: Peer,
) -> None:
    own = plus_address("help@shop.example", KEY, "secret")
    unsigned = account_of(peer, plus=True)
    signing = replace(unsigned, secrets=unsigned.secrets | {"plus": "secret"})
    await send(peer, account=signing)
    await send(peer, mail(automatic=False), signing)
    await send(peer, mail(automatic=False), unsigned)  # until its first look has made the secret
    assert [headers(each).get("Reply-To") for each in peer.mails] == [own, own, None]
    assert [each.mail_from for each in peer.taken] == [own, "help@shop.example", "help@shop.example"]


async def test_an_address_beyond_ascii_arrives_where_the_server_takes_it(peer: Peer) -> None:
    await send(peer, mail(to="анна@почта.рф"))
    assert peer.taken[0].rcpt_tos == ["анна@xn--80a1acny.xn--p1ai"]


HOSTILE = st.text(st.sampled_from('a\r\n\x00\u2028\u0085: <>@,;"\\я\ud800=?'), max_size=40)


@settings(max_examples=150, deadline=None)
@given(subject=HOSTILE, name=HOSTILE, text=HOSTILE, html=HOSTILE, answered=HOSTILE)
def test_no_text_begins_a_header(subject: str, name: str, text: str, html: str, answered: str) -> None:
    payload = mail().payload | {
        "subject": f"{subject}\r\nBcc: evil@evil.example",
        "text": text,
        "html": html,
        "in_reply_to": answered,
        "references": [f"<a@b>\r\nBcc: {answered}", answered],
    }
    letter = write(payload, KEY, KIT.account(name=f"{name}\nBcc: evil@evil.example"), AT)
    raw = letter.content
    assert b"\x00" not in raw and raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    arrived = BytesParser(policy=default).parsebytes(raw)
    assert "bcc" not in {header.lower() for header in arrived} and not arrived.defects
    assert [arrived["To"], arrived["Message-ID"]] == ["anna@client.example", OURS]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "a@b@c.example",
        "a b@c.example",
        "a@c.example\r\nBcc: x@y.example",
        "a@c.example>",
        "@x",
    ],
)
async def test_what_is_no_address_is_sent_nothing(peer: Peer, address: str) -> None:
    with pytest.raises(RecipientGone):
        await send(peer, mail(to=address))
    assert peer.taken == []


# What servers answer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "answer", "expected"),
    [
        ("to_sender", "451 4.7.1 try later", Transient),
        ("to_sender", "550 5.7.1 not yours", BadPayload),
        ("to_sender", "530 5.7.0 Authentication required", AuthFailed),
        ("to_sender", "421 4.3.2 going down", Transient),
        ("to_recipient", "450 4.2.0 greylisted", Transient),
        ("to_recipient", "550 5.1.1 no such user", RecipientGone),
        ("to_recipient", "552 5.2.2 mailbox full", RecipientGone),
        ("to_recipient", "421 4.3.2 going down", Transient),
        ("to_data", "451 4.3.0 try later", Transient),
        ("to_data", "554 5.7.1 spam", BadPayload),
        ("to_data", "552 5.3.4 too big", BadPayload),
    ],
)
async def test_the_error_table(peer: Peer, stage: str, answer: str, expected: type[NotSent]) -> None:
    setattr(peer, stage, [answer])
    with pytest.raises(NotSent) as raised:
        await send(peer)
    assert type(raised.value) is expected and answer[4:] in raised.value.detail
    assert raised.value.retryable is (expected is Transient)
    if expected is Transient:
        assert (raised.value.retry_after or 0) >= 60
    assert peer.taken == []


async def test_a_connection_that_dies_after_the_mail_leaves_it_unknown_and_the_server_has_it(
    peer: Peer,
) -> None:
    peer.to_data = [VANISH]
    with pytest.raises(Ambiguous):
        await send(peer)
    assert len(peer.taken) == 1


async def test_a_server_that_takes_long_over_the_mail_leaves_it_unknown(peer: Peer) -> None:
    taken = peer.handle_DATA

    async def slow(server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await taken(server, session, envelope)
        await asyncio.sleep(1.5)
        return answer

    peer.handle_DATA = slow  # type: ignore[method-assign]
    with pytest.raises(Ambiguous):
        await send(peer)
    assert len(peer.taken) == 1


async def test_a_server_that_is_not_there_or_says_nothing_has_certainly_nothing() -> None:
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    refusing = await asyncio.start_server(_refuse, "127.0.0.1", 0)
    for port in (free_port(), *(each.sockets[0].getsockname()[1] for each in (silent, refusing))):
        adapter = build(transport_for(port))
        with pytest.raises(Transient):
            await adapter.send(mail(), KEY, account_of(port))
    silent.close()
    refusing.close()


async def _refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"421 4.7.0 too many connections\r\n")
    await writer.drain()
    writer.close()


async def test_what_a_server_says_is_told_without_the_address_and_without_secrets(peer: Peer) -> None:
    peer.to_recipient = [
        f"550 <anna@client.example> is unknown to {PASSWORD}".encode("ascii", "replace").decode()
    ]
    account = replace(account_of(peer), secrets={"smtp_password": PASSWORD, "other": "is unknown"})
    with pytest.raises(RecipientGone) as raised:
        await send(peer, account=account)
    assert "anna" not in raised.value.detail and "is unknown" not in raised.value.detail


async def test_a_wrong_password_is_told_and_a_server_that_cannot_check_is_asked_again(peer: Peer) -> None:
    wrong = replace(account_of(peer), secrets={"smtp_password": "wrong-secret"})
    with pytest.raises(AuthFailed) as refused:
        await send(peer, account=wrong)
    assert "wrong-secret" not in refused.value.detail and not refused.value.retryable

    async def busy(server: SMTP, args: list[str]) -> AuthResult:
        await server.push("454 4.7.0 Temporary authentication failure")
        return AuthResult(success=False, handled=True)

    peer.auth_PLAIN = peer.auth_LOGIN = busy  # type: ignore[attr-defined]
    async with smtp_peer(auth_require_tls=False, authenticator=lambda *_: AuthResult(success=False)) as other:
        other.auth_PLAIN = other.auth_LOGIN = busy  # type: ignore[attr-defined]
        with pytest.raises(Transient):
            await send(other)
    assert peer.taken == []


# The way there -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_for(tmp_path_factory.mktemp("tls") / "mail.pem", HOST)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
async def test_a_server_is_trusted_by_its_name_and_spoken_to_in_tls_only(certificate: Path, tls: str) -> None:
    context = server_tls(certificate)
    options: dict[str, Any] = {"tls": context}
    if tls == "starttls":
        options = {"tls_context": context, "require_starttls": True}
    async with peer_with_login(**options) as peer:
        known = EmailAdapter(transport_for(peer.port), tls=trusting(certificate))
        await known.send(mail(), KEY, account_of(peer, tls))
        assert len(peer.taken) == 1
        with pytest.raises(Untrusted) as raised:
            await build(transport_for(peer.port)).send(mail(), KEY, account_of(peer, tls))
        assert raised.value.code == "certificate"
        other = EmailAdapter(
            transport_for(peer.port, f"other.example:{peer.port}"), tls=trusting(certificate)
        )
        with pytest.raises(Untrusted):
            await other.send(mail(), KEY, account_of(peer, tls, host="other.example"))
    assert len(peer.taken) == 1


async def test_a_server_without_tls_gets_neither_password_nor_mail(peer: Peer) -> None:
    with pytest.raises(Misconfigured):
        await send(peer, account=account_of(peer, "starttls"))
    assert peer.taken == []


@pytest.mark.parametrize(
    ("host", "port", "tls", "why"),
    [
        ("127.0.0.1", 587, "starttls", "public internet"),
        ("inner.example", 465, "implicit", "public internet"),
        ("mixed.example", 587, "starttls", "public internet"),
        (HOST, 6379, "implicit", "Port 6379"),
        ("9.9.9.9", 25, "none", "encryption"),
        ("", 587, "starttls", "no SMTP server"),
        (HOST, 587, "perhaps", "no SMTP server"),
        ("2130706433", 587, "starttls", "public internet"),
        ("::1", 587, "starttls", "public internet"),
    ],
)
async def test_a_tenants_word_leads_to_public_mail_servers_only(
    host: str, port: int, tls: str, why: str
) -> None:
    policy = Fetcher(EgressPolicy(), resolve=_as_written)
    with pytest.raises(Misconfigured, match=why):
        await build(Transport(policy, call_s=0.5)).send(mail(), KEY, account_of(port, tls, host=host))


async def _as_written(host: str, port: int) -> list[str]:
    found = {HOST: ["127.0.0.1"], "inner.example": ["10.0.0.5"], "mixed.example": ["9.9.9.9", "127.0.0.1"]}
    return found.get(host, ["127.0.0.1" if host == "2130706433" else host])


async def test_a_name_is_resolved_once_and_the_socket_goes_where_it_was_vetted(peer: Peer) -> None:
    names = Names({HOST: [["127.0.0.1"], ["10.0.0.5"]]})
    policy = EgressPolicy.parse(f"{HOST}:{peer.port}")
    adapter = build(Transport(Fetcher(policy, resolve=names), call_s=1.0))
    await adapter.send(mail(), KEY, account_of(peer))
    assert names.asked == [HOST] and len(peer.taken) == 1


# OAuth 2 -------------------------------------------------------------------------------------------------------


class Consent:
    """A server for tokens, and the XOAUTH2 of a mail server that knows them."""

    def __init__(self) -> None:
        self.asked: list[Called] = []
        self.good = {"token-1"}
        self.lasts: Any = 3600
        self.rotates, self.refresh = False, "refresh-7"
        self.tried: list[str] = []

    def respond(self, called: Called) -> Answer:
        """A new token each time."""
        self.asked.append(called)
        told = {"access_token": f"token-{len(self.asked)}", "expires_in": self.lasts, "token_type": "B"}
        if self.rotates:
            if called.form["refresh_token"] != self.refresh:
                return Answer(400, {"error": "invalid_grant"})
            self.refresh = told["refresh_token"] = f"refresh-{len(self.asked) + 7}"
        return Answer(body=told)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """As Google has it: a refusal is JSON, to be answered with nothing."""
        written = base64.b64decode(args[1]).decode()
        user, token = written.split("\x01")[:2]
        assert user == "user=help@shop.example" and written.endswith("\x01\x01")
        self.tried.append(token.removeprefix("auth=Bearer "))
        if self.tried[-1] in self.good:
            return AuthResult(success=True)
        answer = await server.challenge_auth(json.dumps({"status": "400"}).encode())
        assert answer == b""
        return AuthResult(success=False, handled=False)


@asynccontextmanager
async def consented() -> AsyncIterator[tuple[Consent, Peer, Stub, Account, EmailAdapter]]:
    consent = Consent()
    async with Stub(consent.respond) as stub, smtp_peer(auth_require_tls=False, auth_required=True) as peer:
        peer.auth_XOAUTH2 = consent.auth_XOAUTH2  # type: ignore[attr-defined]
        oauth = {"token_url": f"{stub.url}/token", "client_id": "client-7", "scope": "mail"}
        account = replace(
            account_of(peer, oauth=oauth),
            secrets={"refresh_token": "refresh-7", "client_secret": "hush-hush"},
        )
        adapter = EmailAdapter(transport_for(peer.port, f"127.0.0.1:{stub.port}"))
        yield consent, peer, stub, account, adapter
        await adapter.close()


async def test_a_token_is_asked_for_once_and_opens_the_mailbox() -> None:
    async with consented() as (consent, peer, _, account, adapter):
        for _ in range(2):
            await adapter.send(mail(), KEY, account)
        assert len(peer.taken) == 2 and consent.tried == ["token-1", "token-1"]
        [asked] = consent.asked
        assert dict(asked.form) == {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-7",
            "client_id": "client-7",
            "client_secret": "hush-hush",
            "scope": "mail",
        }


async def test_a_refresh_token_that_is_good_once_is_followed_and_given_to_be_kept() -> None:
    async with consented() as (consent, _, _, account, adapter):
        consent.rotates, consent.lasts, consent.good = True, 0, {"token-1", "token-2", "token-3"}
        await asyncio.gather(*(adapter.send(mail(), KEY, account) for _ in range(2)))
        assert [each.form["refresh_token"] for each in consent.asked] == ["refresh-7", "refresh-8"]
        given = (await adapter.connect(account)).secrets
        assert given == {"refresh_token": consent.refresh} and consent.refresh.startswith("refresh-1")
        assert consent.refresh not in repr(await adapter.connect(account))


@pytest.mark.parametrize("lasts", [60, 30, 0, -5, "55"])
async def test_a_token_is_not_used_in_its_last_minute(lasts: Any) -> None:
    async with consented() as (consent, peer, _, account, adapter):
        consent.lasts, consent.good = lasts, {"token-1", "token-2"}
        for _ in range(2):
            await adapter.send(mail(), KEY, account)
        assert consent.tried == ["token-1", "token-2"] and len(peer.taken) == 2


async def test_a_token_that_is_refused_is_forgotten_and_another_consent_has_its_own() -> None:
    async with consented() as (consent, peer, _, account, adapter):
        consent.good = {"token-2", "token-3"}
        with pytest.raises(AuthFailed) as refused:
            await adapter.send(mail(), KEY, account)
        assert "token-1" not in refused.value.detail and peer.taken == []
        await adapter.send(mail(), KEY, account)
        await adapter.send(
            mail(), KEY, replace(account, secrets=account.secrets | {"refresh_token": "refresh-8"})
        )
        assert consent.tried == ["token-1", "token-2", "token-3"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(400, {"error": "invalid_grant"}), AuthFailed),
        (Answer(401, {"error": "invalid_client"}), AuthFailed),
        (Answer(400, "<html>"), AuthFailed),
        (Answer(400, {"error": "temporarily_unavailable"}), Transient),
        (Answer(503, "busy"), Transient),
        (Answer(200, {"token": "x"}), Transient),
        (Answer(200, ["x"]), Transient),
        (Answer(200, {"access_token": "x\r\ny"}), Transient),
        (Answer(302, "", {"Location": "https://evil.example"}), Transient),
        (Answer(fault="lose"), Transient),
    ],
)
async def test_what_the_server_for_tokens_says_is_told_without_its_secrets(
    answer: Answer, expected: type[NotSent]
) -> None:
    async with consented() as (consent, _, stub, account, adapter):
        stub.answers = [answer]
        with pytest.raises(NotSent) as raised:
            await adapter.send(mail(), KEY, account)
        assert type(raised.value) is expected and consent.tried == []
        told = f"{raised.value.detail}{raised.value.__cause__}"
        assert not any(secret in told for secret in ("refresh-7", "hush-hush", "/token"))


async def test_tokens_come_from_where_tenants_may_send_us() -> None:
    async with consented() as (_, peer, stub, account, _):
        adapter = EmailAdapter(transport_for(peer.port))
        with pytest.raises(Misconfigured):
            await adapter.send(mail(), KEY, account)
        assert stub.calls == []
        with pytest.raises(Misconfigured):
            await adapter.send(mail(), KEY, replace(account, settings=account.settings | {"oauth": None}))
