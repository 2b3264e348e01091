"""Files that are handed to VK, Meta and MAX before the message: an upload shows nothing, so it may be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from omnisupport.channels.base import Ambiguous, BadPayload, NotSent, Transient
from omnisupport.channels.preview import preview
from omnisupport.domain.message import Native
from tests.channels import test_max, test_meta, test_vk
from tests.channels.conformance import Kit, fetcher
from tests.channels.shelf import LINK, PAPER, PDF, PHOTO, PNG, Shelf, adapter, media
from tests.channels.stub import Answer, Called, Stub

FILE_ID = "4490709327384033"


class Vk:
    """Two steps around the upload itself; a picture is a photo, then a document."""

    kit: Kit = test_vk.KIT
    forms = 2
    steps = {
        PHOTO: ["photos.getMessagesUploadServer", "place", "photos.saveMessagesPhoto"],
        PAPER: ["docs.getMessagesUploadServer", "place", "docs.save"],
    }

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        name = called.path.rpartition("/")[2]
        if name.endswith("getMessagesUploadServer"):
            address = f"http://{called.headers['host']}/place?key=1"
            return Answer(body={"response": {"upload_url": address}})
        if name == "place":
            kind = "photo" if "photo" in called.files else "file"
            return Answer(body={kind: "[{}]", "server": 7, "hash": "h"})
        if name == "photos.saveMessagesPhoto":
            assert (called.form["server"], called.form["photo"], called.form["hash"]) == ("7", "[{}]", "h")
            return Answer(body={"response": [{"id": 5, "owner_id": -9, "access_key": "k"}]})
        if name == "docs.save":
            assert (called.form["file"], called.form["title"]) == ("[{}]", "счёт.pdf")
            return Answer(body={"response": {"type": "doc", "doc": {"id": 6, "owner_id": -9}}})
        return self.kit.respond(called)

    def shows(self, sent: Called) -> Any:
        """What a send says of its file."""
        return sent.form["attachment"]

    shown = {PHOTO: "photo-9_5_k", PAPER: "doc-9_6"}
    refused = Answer(body={"error": {"error_code": 15, "error_msg": "Access denied"}})

    def text(self, part: Native) -> str:
        return str(part.payload["message"])


class Meta:
    """One step."""

    kit: Kit = test_meta.KIT
    forms = 1
    steps = {PHOTO: ["media"], PAPER: ["media"]}

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        if called.path.endswith("/media"):
            assert called.form["messaging_product"] == "whatsapp"
            assert called.headers["authorization"].startswith("Bearer ")
            return Answer(body={"id": FILE_ID})
        return self.kit.respond(called)

    def shows(self, sent: Called) -> Any:
        """What a send says of its file."""
        told = sent.json()
        return {"type": told["type"], **told[told["type"]]}

    shown = {
        PHOTO: {"type": "image", "id": FILE_ID, "caption": "Вот"},
        PAPER: {"type": "document", "id": FILE_ID, "filename": "счёт.pdf", "caption": "Вот"},
    }
    refused = test_meta.refusal(400, 131053)

    def text(self, part: Native) -> str:
        return str(part.payload["text"]["body"])


class Max:
    """An address is asked for first."""

    kit: Kit = test_max.KIT
    forms = 1
    steps = {PHOTO: ["uploads", "place"], PAPER: ["uploads", "place"]}

    def respond(self, called: Called) -> Answer:
        """Its methods."""
        if called.path == "/uploads":
            found = {"url": f"http://{called.headers['host']}/place?for={called.query['type']}"}
            named = called.query["type"] in ("video", "audio")
            return Answer(body=found | ({"token": "at once"} if named else {}))
        if called.path == "/place":
            assert "data" in called.files and "authorization" not in called.headers
            if called.query["for"] == "image":
                return Answer(body={"photos": {"a": {"token": "t1"}}})
            return Answer(body={"token": "t2"} if called.query["for"] == "file" else {"retval": 1})
        return self.kit.respond(called)

    def shows(self, sent: Called) -> Any:
        """What a send says of its file."""
        return sent.json()["attachments"]

    shown = {
        PHOTO: [{"type": "image", "payload": {"photos": {"a": {"token": "t1"}}}}],
        PAPER: [{"type": "file", "payload": {"token": "t2"}}],
    }
    refused = test_max.refusal(400, "proto.payload", "File extension is forbidden")

    def text(self, part: Native) -> str:
        return str(part.payload["text"])


PROVIDERS: dict[str, Any] = {"vk": Vk(), "meta": Meta(), "max": Max()}


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> Any:
    """Each that takes files beforehand."""
    return PROVIDERS[request.param]


def rendered(provider: Any, text: str, *files: dict[str, Any], **content: Any) -> list[Native]:
    """Payloads for a message with these files."""
    kit: Kit = provider.kit
    message = kit.message(text, files=list(files), **content)
    return kit.render.render(message, kit.account(), kit.chat())


@dataclass
class Way:
    """One adapter on the way of a message."""

    provider: Any
    stub: Stub
    shelf: Shelf

    def __post_init__(self) -> None:
        self.adapter = adapter(self.provider.kit, self.stub.url, self.shelf)

    async def send(self, part: Native) -> str:
        """One attempt."""
        return (await self.adapter.send(part, "k/0", self.provider.kit.account())).provider_message_id

    def steps(self) -> list[str]:
        """What was called, by its last word."""
        return [called.path.rpartition("/")[2] for called in self.stub.calls]

    def sends(self) -> list[Called]:
        """What was shown."""
        return [called for called in self.stub.done if self.provider.kit.is_send(called)]


@pytest.mark.parametrize("file_id", [PHOTO, PAPER], ids=["photo", "paper"])
async def test_the_bytes_are_handed_over_and_the_message_names_them(provider: Any, file_id: Any) -> None:
    async with Stub(provider.respond) as stub:
        way = Way(provider, stub, Shelf())
        [part] = rendered(provider, "Вот", media(file_id))
        assert part.lossy == ()
        assert await way.send(part)
        [handed] = [each for called in stub.calls for each in called.files.values()]
        assert handed == ((*way.shelf.files[file_id][:2], PNG if file_id == PHOTO else PDF))
        assert way.steps()[:-1] == provider.steps[file_id]
        [sent] = way.sends()
        assert provider.shows(sent) == provider.shown[file_id]
        assert sent.form.get("message", sent.form.get("text", "Вот")) == "Вот"  # Meta has a caption
        await way.adapter.close()


async def test_a_lost_answer_to_an_upload_is_tried_again_and_shows_once(provider: Any) -> None:
    for lost in range(len(provider.steps[PHOTO])):
        async with Stub(provider.respond) as stub:
            way = Way(provider, stub, Shelf())
            [part] = rendered(provider, "Вот", media(PHOTO))
            usual = [provider.respond] * lost
            asked: list[Called] = []

            def respond(called: Called, lost: int = lost, asked: list[Called] = asked) -> Answer:
                asked.append(called)
                return Answer(fault="lose") if len(asked) == lost + 1 else provider.respond(called)

            stub.respond = respond
            with pytest.raises(Transient):
                await way.send(part)
            assert way.sends() == [] and len(asked) == len(usual) + 1
            assert await way.send(part)
            assert len(way.sends()) == 1
            await way.adapter.close()


async def test_a_lost_answer_to_the_send_is_unknown_and_needs_no_second_upload(provider: Any) -> None:
    async with Stub(provider.respond) as stub:
        way = Way(provider, stub, Shelf())
        [part] = rendered(provider, "Вот", media(PHOTO))
        lose = [True]

        def respond(called: Called) -> Answer:
            if provider.kit.is_send(called) and lose and lose.pop():
                return Answer(fault="lose")
            return provider.respond(called)

        stub.respond = respond
        with pytest.raises(Ambiguous):
            await way.send(part)
        assert len(way.sends()) == 1
        await way.send(part)  # as whoever knows that a repeat is safe
        assert way.shelf.opens == 1
        assert way.steps().count(provider.steps[PHOTO][0]) == 1
        await way.adapter.close()


async def test_what_is_refused_goes_as_a_link_at_last(provider: Any) -> None:
    async with Stub(provider.respond) as stub:
        way = Way(provider, stub, Shelf())
        stub.respond = lambda called: (
            provider.respond(called) if provider.kit.is_send(called) else provider.refused
        )
        [part] = rendered(provider, "Вот", media(PHOTO))
        for _ in range(provider.forms):
            with pytest.raises(BadPayload) as raised:
                await way.send(part)
            assert raised.value.fallback is not None
            part = raised.value.fallback
        await way.send(part)
        assert provider.text(part) in (f"Вот\n{LINK}{PHOTO}", f"Вот\nсхема.png: {LINK}{PHOTO}")
        assert "media_as_link" in part.lossy and len(way.sends()) == 1
        await way.adapter.close()


async def test_a_file_that_is_gone_fails_and_a_store_that_is_away_is_waited_for(provider: Any) -> None:
    async with Stub(provider.respond) as stub:
        shelf = Shelf()
        way = Way(provider, stub, shelf)
        [part] = rendered(provider, "Вот", media(PHOTO))
        shelf.is_away = True
        with pytest.raises(Transient):
            await way.send(part)
        shelf.is_away = False
        shelf.files.clear()
        with pytest.raises(NotSent) as raised:
            await way.send(part)
        assert type(raised.value) is NotSent and raised.value.code == "file_gone"
        assert way.sends() == []
        await way.adapter.close()


def test_an_operator_sees_the_file_as_it_will_be_shown(provider: Any) -> None:
    kit: Kit = provider.kit
    [shown] = preview(kit.message("Вот", files=[media(PAPER)]), kit.account(), kit.chat())
    assert (shown.shown.kind, shown.shown.title, shown.shown.text) == ("file", "счёт.pdf", "Вот")
    assert shown.shown.url == f"{LINK}{PAPER}"


@pytest.mark.parametrize("name", ["vk", "max"])
async def test_a_file_elsewhere_is_fetched_and_handed_over_or_is_a_link(name: str) -> None:
    provider = PROVIDERS[name]

    def elsewhere(called: Called) -> Answer:
        if called.path == "/paper":
            return Answer(body=PDF.decode(), content_type="application/pdf")
        return Answer(404 if called.path == "/gone" else 503, "no")

    async with Stub(elsewhere) as shop, Stub(provider.respond) as stub:
        way = Way(provider, stub, Shelf())
        way.adapter._transport.fetcher = fetcher(f"127.0.0.1:{shop.port}")  # type: ignore[attr-defined]
        form = {"media": {"kind": "file", "url": f"{shop.url}/paper", "name": "счёт"}}
        [part] = rendered(provider, "x", forms=form, plain="Вот")
        await way.send(part)
        [handed] = [each for called in stub.calls for each in called.files.values()]
        assert handed == ("счёт.pdf", "application/pdf", PDF)
        for path in ("gone", "away"):
            form = {"media": {"kind": "file", "url": f"{shop.url}/{path}", "name": None}}
            [part] = rendered(provider, "x", forms=form, plain="Вот")
            with pytest.raises(BadPayload) as raised:
                await way.adapter.send(part, path, provider.kit.account())
            plainer = raised.value.fallback
            assert plainer is not None and provider.text(plainer) == f"Вот\n{shop.url}/{path}"
            assert plainer.lossy == ("media_as_link",)
        await way.adapter.close()


async def test_max_names_films_at_once_and_a_file_in_work_is_waited_for_and_not_handed_over_again() -> None:
    provider = PROVIDERS["max"]
    async with Stub(provider.respond) as stub:
        shelf = Shelf()
        shelf.files[PAPER] = ("a.mp4", "video/mp4", b"....ftyp" * 9)
        way = Way(provider, stub, shelf)
        [part] = rendered(provider, "Вот", media(PAPER, kind="video", mime="video/mp4", name="a.mp4"))
        waiting = [test_max.refusal(400, "attachment.not.ready")] * 2

        def respond(called: Called) -> Answer:
            return waiting.pop() if provider.kit.is_send(called) and waiting else provider.respond(called)

        stub.respond = respond
        for _ in range(2):
            with pytest.raises(Transient) as raised:
                await way.send(part)
            assert (raised.value.retry_after or 0) >= 1
        await way.send(part)
        assert way.steps().count("uploads") == shelf.opens == 1
        assert provider.shows(way.sends()[-1]) == [{"type": "video", "payload": {"token": "at once"}}]
        await way.adapter.close()


def test_beside_a_file_max_takes_no_buttons_so_they_come_after_it() -> None:
    buttons = [{"id": "1", "label": "Да"}]
    file, words = rendered(PROVIDERS["max"], "Вот", media(PAPER), buttons=buttons)
    assert [each["type"] for each in file.payload["attachments"]] == ["file"]
    assert [each["type"] for each in words.payload["attachments"]] == ["inline_keyboard"]
    [both] = rendered(PROVIDERS["max"], "Вот", media(PHOTO), buttons=buttons)
    assert [each["type"] for each in both.payload["attachments"]] == ["image", "inline_keyboard"]
