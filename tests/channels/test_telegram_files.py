"""Files of ours to Telegram: their bytes in the call itself, and a plainer form where it does not take them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from omnisupport.channels.base import Ambiguous, BadPayload, Chat, NotSent, Transient
from omnisupport.domain.message import Native
from tests.channels.shelf import LINK, PAPER, PDF, PHOTO, PNG, Shelf, adapter, media
from tests.channels.stub import Answer, Called, Stub
from tests.channels.test_telegram import KIT, refusal


def rendered(text: str = "", *files: dict[str, Any], **content: Any) -> list[Native]:
    """Calls for a message with these files."""
    return KIT.render.render(KIT.message(text, files=list(files), **content), KIT.account(), Chat("1001"))


async def send(stub: Stub, part: Native, shelf: Shelf | None = None) -> str:
    """One send."""
    out = adapter(KIT, stub.url, shelf or Shelf())
    try:
        return (await out.send(part, "k/0", KIT.account())).provider_message_id
    finally:
        await out.close()


def test_a_text_stands_under_the_first_file_where_it_fits_and_else_before_all() -> None:
    photo, paper = rendered("Вот", media(PHOTO), media(PAPER))
    assert (photo.method, photo.payload["caption"]) == ("sendPhoto", "Вот")
    assert (paper.method, paper.payload["document"]["file"]) == ("sendDocument", str(PAPER))
    long = rendered("я" * 1500, media(PHOTO), media(PAPER))
    assert [each.method for each in long] == ["sendMessage", "sendPhoto", "sendDocument"]
    [alone] = rendered("", media(PHOTO))
    assert (alone.method, "caption" in alone.payload, alone.lossy) == ("sendPhoto", False, ())


def test_a_picture_that_telegram_takes_for_none_goes_as_a_document() -> None:
    for odd in (media(PHOTO, mime="image/gif"), media(PHOTO, size=11 * 2**20)):
        [part] = rendered("", odd)
        assert part.method == "sendDocument"
    [part] = rendered("вот", media(PAPER, size=60 * 2**20))
    assert (part.method, part.lossy) == ("sendMessage", ("media_as_link",))
    assert part.payload["text"] == f"вот\nсчёт.pdf: {LINK}{PAPER}"


def test_a_scenarios_own_link_is_sent_as_its_file() -> None:
    [part] = rendered("x", forms={"media": media(PHOTO)}, plain="Схема")
    assert part.payload["photo"]["file"] == str(PHOTO) and part.payload["caption"] == "Схема"


async def test_the_bytes_go_in_one_call_with_their_name() -> None:
    async with Stub(KIT.respond) as stub:
        shelf = Shelf()
        [photo] = rendered("Вот", media(PHOTO))
        assert await send(stub, photo, shelf) == "1001:77"
        [called] = stub.calls
        [(name, _, content)] = called.files.values()
        assert called.path.endswith("/sendPhoto") and content == PNG
        assert unquote(name) == "схема.png" and called.form["photo"] == f"attach://{next(iter(called.files))}"
        assert (called.form["chat_id"], called.form["caption"], shelf.opens) == ("1001", "Вот", 1)
        [paper] = rendered("", media(PAPER))
        await send(stub, paper, shelf)
        assert stub.calls[-1].path.endswith("/sendDocument") and PDF in stub.calls[-1].body


@pytest.mark.parametrize("fault", ["drop", "lose", "hang"])
async def test_a_lost_answer_is_ambiguous_and_sent_once(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omnisupport.channels.telegram.outbound.FILE_S", 1.0)
    async with Stub(KIT.respond) as stub:
        stub.answers = [Answer(fault=fault)]
        [part] = rendered("Вот", media(PHOTO))
        with pytest.raises(Ambiguous):
            await send(stub, part)
        assert len(stub.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        refusal(413, "Request Entity Too Large"),
    ],
)
async def test_a_picture_that_is_refused_goes_as_a_document_and_then_as_a_link(answer: Answer) -> None:
    async with Stub(KIT.respond) as stub:
        [part] = rendered("Вот", media(PHOTO), buttons=[{"id": "1", "label": "Да"}])
        for expected in ("sendDocument", "sendMessage"):
            stub.answers = [answer]
            with pytest.raises(BadPayload) as raised:
                await send(stub, part)
            assert raised.value.fallback is not None
            part = raised.value.fallback
            assert part.method == expected and part.payload["reply_markup"]
        assert part.payload["text"] == f"Вот\n{LINK}{PHOTO}" and part.lossy == ("media_as_link",)
        await send(stub, part)
        assert [called.path.rpartition("/")[2] for called in stub.done] == ["sendMessage"]


async def test_a_file_that_is_gone_fails_and_a_store_that_is_away_is_waited_for() -> None:
    def never(called: Called) -> Answer:
        raise AssertionError(called.path)

    async with Stub(never) as stub:
        [part] = rendered("Вот", media(PHOTO))
        shelf = Shelf()
        shelf.is_away = True
        with pytest.raises(Transient):
            await send(stub, part, shelf)
        shelf.is_away = False
        del shelf.files[PHOTO]
        with pytest.raises(NotSent) as raised:
            await send(stub, part, shelf)
        assert (raised.value.code, raised.value.retryable) == ("file_gone", False)
        assert "схема.png" in raised.value.detail
