"""Files of ours by mail: pictures in the page, other files beside it, and links for what is too much."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from typing import Any, cast

import pytest

from omnisupport.channels.base import Ambiguous, BadPayload, NotSent, Transient
from omnisupport.channels.email.outbound import EmailAdapter
from omnisupport.channels.email.render import ATTACHED_BYTES
from omnisupport.channels.preview import preview
from omnisupport.domain.message import Native
from tests.channels.mails import KEY, KIT
from tests.channels.shelf import LINK, PAPER, PDF, PHOTO, PNG, Shelf, media
from tests.channels.test_email_send import account_of, peer_with_login, transport_for
from tests.support.smtp_peer import VANISH, Peer


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with peer_with_login() as running:
        yield running


def rendered(text: str, *files: dict[str, Any], **settings: Any) -> Native:
    """The one mail of an operator."""
    message = replace(KIT.message(text, files=list(files)), author_kind="operator")
    [native] = KIT.render.render(message, KIT.account(**settings), KIT.chat())
    return native


async def send(peer: Peer, part: Native, shelf: Shelf | None = None) -> str:
    """One send."""
    transport = replace(transport_for(peer.port), files=shelf or Shelf())
    out = EmailAdapter(transport, data_s=1.0)
    try:
        return (await out.send(part, KEY, account_of(peer))).provider_message_id
    finally:
        await out.close()


async def test_a_picture_is_shown_in_the_page_and_a_paper_is_attached(peer: Peer) -> None:
    part = rendered("Вот", media(PHOTO), media(PAPER))
    assert part.lossy == () and LINK not in part.payload["text"]
    await send(peer, part)
    [arrived] = peer.mails
    assert arrived.get_content_type() == "multipart/mixed" and not arrived.defects
    body, paper = cast(list[EmailMessage], list(arrived.iter_parts()))
    assert (paper.get_filename(), paper.get_content_type()) == ("счёт.pdf", "application/pdf")
    assert paper.get_content() == PDF and paper.get_content_disposition() == "attachment"
    plain, related = cast(list[EmailMessage], list(body.iter_parts()))
    assert plain.get_content().strip() == "Вот" and related.get_content_type() == "multipart/related"
    page, photo = cast(list[EmailMessage], list(related.iter_parts()))
    assert photo.get_content() == PNG and photo.get_content_disposition() == "inline"
    assert f'<img src="cid:{photo["Content-ID"].strip("<>")}" alt="схема.png"' in page.get_content()


async def test_each_attempt_is_the_same_mail_with_the_same_files(peer: Peer) -> None:
    part = rendered("Вот", media(PHOTO), media(PAPER))
    await send(peer, part)
    await send(peer, part)
    first, second = [
        [line for line in (each.original_content or b"").split(b"\r\n") if not line.startswith(b"Date:")]
        for each in peer.taken
    ]
    assert first == second and len(first) > 100


async def test_a_mail_of_files_alone_is_a_mail(peer: Peer) -> None:
    await send(peer, rendered("", media(PAPER)))
    assert [each.get_filename() for each in peer.mails[0].iter_attachments()] == ["счёт.pdf"]


def test_what_does_not_fit_any_more_is_a_link() -> None:
    large = media(PAPER, size=ATTACHED_BYTES - 5)
    part = rendered("Вот", large, media(PHOTO, size=10))
    assert [each["name"] for each in part.payload["files"]] == ["счёт.pdf"]
    assert part.payload["text"] == f"Вот\n\nсхема.png: {LINK}{PHOTO}" and part.lossy == ("media_as_link",)
    assert f'<a href="{LINK}{PHOTO}">схема.png</a>' in part.payload["html"]


async def test_a_server_that_takes_no_such_size_gets_links_above_the_signature(peer: Peer) -> None:
    part = rendered("Вот", media(PHOTO), media(PAPER), signature="Лавка")
    peer.to_data = ["552 5.3.4 too big"]
    with pytest.raises(BadPayload) as raised:
        await send(peer, part)
    plainer = raised.value.fallback
    assert plainer is not None and plainer.lossy == ("media_as_link",)
    links = f"схема.png: {LINK}{PHOTO}\nсчёт.pdf: {LINK}{PAPER}"
    assert plainer.payload["text"] == f"Вот\n\n{links}\n\n-- \nЛавка"
    assert "cid:" not in plainer.payload["html"]
    await send(peer, plainer)
    assert peer.mails[-1].get_content_type() == "multipart/alternative"


async def test_a_lost_answer_leaves_it_unknown_and_the_store_is_waited_for(peer: Peer) -> None:
    part, shelf = rendered("Вот", media(PAPER)), Shelf()
    peer.to_data = [VANISH]
    with pytest.raises(Ambiguous):
        await send(peer, part)
    assert len(peer.taken) == 1
    shelf.is_away = True
    with pytest.raises(Transient):
        await send(peer, part, shelf)
    shelf.is_away = False
    shelf.files.clear()
    with pytest.raises(NotSent) as raised:
        await send(peer, part, shelf)
    assert raised.value.code == "file_gone" and len(peer.taken) == 1


def test_an_operator_sees_which_files_go() -> None:
    message = replace(KIT.message("Вот", files=[media(PHOTO), media(PAPER)]), author_kind="operator")
    [shown] = preview(message, KIT.account(), KIT.chat())
    assert (shown.shown.kind, shown.shown.text, shown.shown.note) == ("mail", "Вот", "схема.png, счёт.pdf")
