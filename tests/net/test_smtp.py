"""Over real sockets: what a mail server answers decides whether a mail is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiosmtpd.smtp import AuthResult

from omnisupport.net import smtp
from omnisupport.net.smtp import MailNotTaken, MailRefused, MailUncertain, SmtpServer, SmtpTransport
from tests.support.product import free_port
from tests.support.smtp_peer import VANISH, Peer, smtp_peer

CONTENT = b"Subject: x\r\n\r\n.line\r\nbody\r\n"


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with smtp_peer() as running:
        yield running


async def deliver(url: str, to: str = "anna@example.com") -> None:
    await SmtpTransport(SmtpServer.parse(url)).deliver("noreply@omni.example", to, CONTENT)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587)),
        ("smtp://mail.example:25?tls=off", SmtpServer("mail.example", 25, may_be_plain=True)),
        ("smtp://127.0.0.1:1025", SmtpServer("127.0.0.1", 1025, may_be_plain=True)),
        ("smtps://me%40x.ru:p%3Aw@mail.example", SmtpServer("mail.example", 465, "me@x.ru", "p:w", tls=True)),
    ],
)
def test_the_url_says_where_and_how(url: str, expected: SmtpServer) -> None:
    assert SmtpServer.parse(url) == expected


async def test_a_mail_arrives_as_it_is(peer: Peer) -> None:
    await deliver(peer.url)
    (taken,) = peer.taken
    assert (taken.mail_from, taken.rcpt_tos) == ("noreply@omni.example", ["anna@example.com"])
    assert taken.original_content == CONTENT


async def test_an_address_beyond_ascii_arrives(peer: Peer) -> None:
    await deliver(peer.url, "анна@example.com")
    assert peer.taken[0].rcpt_tos == ["анна@example.com"]


@pytest.mark.parametrize("stage", ["to_sender", "to_recipient", "to_data"])
@pytest.mark.parametrize(
    ("answer", "kind"), [("451 4.7.1 try later", MailNotTaken), ("550 5.1.1 nobody here", MailRefused)]
)
async def test_4xx_is_tried_again_and_5xx_is_not(
    peer: Peer, stage: str, answer: str, kind: type[Exception]
) -> None:
    setattr(peer, stage, [answer])
    with pytest.raises(kind, match=answer[:3]) as refused:
        await deliver(peer.url)
    assert refused.value.retryable is (kind is MailNotTaken)  # type: ignore[attr-defined]
    assert peer.taken == []


async def test_the_address_is_not_in_what_goes_to_the_log(peer: Peer) -> None:
    peer.to_recipient = ["550 <anna@example.com> is unknown"]
    with pytest.raises(MailRefused) as refused:
        await deliver(peer.url)
    assert "anna" not in refused.value.detail


async def test_nobody_listens_is_tried_again() -> None:
    with pytest.raises(MailNotTaken):
        await deliver(f"smtp://127.0.0.1:{free_port()}")


async def test_a_server_that_says_nothing_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "CONNECT_S", 0.3)
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    with pytest.raises(MailNotTaken):
        await deliver(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    server.close()


async def test_a_connection_that_dies_after_the_mail_leaves_it_uncertain(peer: Peer) -> None:
    peer.to_data = [VANISH]
    with pytest.raises(MailUncertain):
        await deliver(peer.url)
    assert len(peer.taken) == 1


async def test_a_server_without_tls_gets_neither_login_nor_mail(peer: Peer) -> None:
    """Unless it is on this machine: here the same server, as if it were not."""
    server = SmtpServer("127.0.0.1", peer.port, "me", "secret")
    with pytest.raises(MailNotTaken):
        await SmtpTransport(server).deliver("a@omni.example", "b@example.com", CONTENT)
    assert peer.taken == []


async def test_a_wrong_password_waits_for_whoever_mends_it() -> None:
    refuse = lambda *_: AuthResult(success=False, handled=False)  # noqa: E731
    async with smtp_peer(authenticator=refuse, auth_require_tls=False) as peer:
        with pytest.raises(MailNotTaken, match="refuses the login") as refused:
            await deliver(f"smtp://me:wrong@127.0.0.1:{peer.port}")
    assert "wrong" not in refused.value.detail
