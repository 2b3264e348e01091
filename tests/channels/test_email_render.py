"""Messages as mails; and what of the suite for adapters is possible without a webhook and without HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from omnisupport.channels.base import Account, Chat, Forged, RawRequest
from omnisupport.domain.inbound import EventKind
from omnisupport.domain.message import Native
from tests.channels.conformance import Conformance, Kit
from tests.channels.mails import (
    ACCOUNT,
    KIT,
    harmless,
    read,
    written,
)


class TestEmail(Conformance):
    """What of the suite is possible without a webhook and without HTTP."""

    kit: ClassVar[Kit] = KIT

    def test_a_signed_message_is_read(self) -> None:
        event = read(written("Где мой заказ №7? 😀"))
        assert event.kind is EventKind.MESSAGE and event.text == "Где мой заказ №7? 😀"
        assert (event.chat, event.ref) == ("anna@client.example", "<1@client.example>")
        assert event.dedupe_key == event.ref and event.at.tzinfo is not None

    def test_what_was_not_signed_for_this_account_is_refused(self) -> None:
        request = KIT.webhook(ACCOUNT, number=1, text="раз")
        with pytest.raises(Forged):
            KIT.inbound.verify(request, ACCOUNT)
        assert list(KIT.inbound.parse(request, ACCOUNT)) == []
        assert KIT.inbound.ack(request, ACCOUNT).status == 200

    def _harmless(self, request: RawRequest, account: Account) -> None:
        harmless(request.body)

    def _event(self, account: Account, number: int) -> Any:
        return read(KIT.webhook(account, number=number, text="раз").body)

    test_both_secrets_are_good_while_one_is_replaced_and_no_secret_is_no_door = None
    test_a_send_is_one_call_and_has_its_id = None
    test_a_repeat_is_known_by_its_key_where_the_adapter_says_so = None
    test_no_answer_is_ambiguous_and_nothing_is_repeated = None
    test_a_page_of_a_broken_gateway_is_ambiguous = None
    test_no_page_of_a_gateway_is_taken_for_a_sent_message = None
    test_an_answer_that_comes_late_is_an_answer = None
    test_too_many_is_in_the_error_table_with_a_hint_and_without = None
    test_a_provider_that_is_not_there_has_certainly_nothing = None
    test_the_error_table = None
    test_a_hint_to_wait_is_kept = None


def rendered(text: str, chat: Chat | None = None, author: str = "scenario", **more: Any) -> Native:
    """The one mail of a message."""
    content = {name: more.pop(name) for name in ("forms", "plain", "buttons", "sources") if name in more}
    message = replace(KIT.message(text, **content), author_kind=author)
    [native] = KIT.render.render(message, KIT.account(**more), chat or KIT.chat())
    assert native.method == "mail"
    return native


def test_a_bots_mail_is_words_and_a_page_and_says_that_it_is_automatic() -> None:
    payload = rendered("**Да** <b>\n\n[тут](https://example.com/?a=1&b=2)").payload
    assert payload["text"] == "Да <b>\n\nтут: https://example.com/?a=1&b=2"
    assert payload["html"] == (
        '<p><b>Да</b> &lt;b&gt;</p>\n<p><a href="https://example.com/?a=1&amp;b=2">тут</a></p>'
    )
    assert payload["automatic"] and payload["to"] == "anna@client.example"


def test_an_operators_mail_is_no_markup_and_has_the_signature() -> None:
    native = rendered(
        "**нет** <x>\nhttps://a.example/?b=1&c=2.", author="operator", signature="Лавка\nпн–пт <10>"
    )
    assert native.payload["text"] == "**нет** <x>\nhttps://a.example/?b=1&c=2.\n\n-- \nЛавка\nпн–пт <10>"
    assert native.payload["html"] == (
        '<p>**нет** &lt;x&gt;<br>\n<a href="https://a.example/?b=1&amp;c=2">https://a.example/?b=1&amp;c=2</a>.</p>\n'
        "<p>-- <br>Лавка<br>\nпн–пт &lt;10&gt;</p>"
    )
    assert not native.payload["automatic"]
    assert "-- " not in rendered("раз", signature="Лавка").payload["text"]


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("Заказ 7", "Re: Заказ 7"),
        ("RE: Заказ 7", "RE: Заказ 7"),
        ("Отв: Заказ 7", "Отв: Заказ 7"),
        ("Регистрация", "Re: Регистрация"),
        ("a\r\nBcc: x@y", "Re: a Bcc: x@y"),
        (None, "Ваш вопрос"),
    ],
)
def test_the_subject_is_the_customers_own(subject: str | None, told: str) -> None:
    chat = Chat("anna@client.example", subject=subject)
    assert rendered("раз", chat, subject="Ваш вопрос").payload["subject"] == told


def test_a_mail_answers_to_the_last_one_and_names_the_first_and_the_last_of_the_chain() -> None:
    chain = tuple(f"<{n}@x>" for n in range(40))
    payload = rendered("раз", Chat("a@b.example", references=(*chain, "nonsense", "<a@b> <c@d>"))).payload
    assert payload["in_reply_to"] == "<39@x>"
    assert payload["references"] == [chain[0], *chain[21:]]
    bare = rendered("раз").payload
    assert (bare["in_reply_to"], bare["references"]) == (None, [])


def test_links_and_files_are_links() -> None:
    forms = {
        "links": [{"label": "Оплатить <1>", "url": "https://a.example/?a=1&b=2"}],
        "media": {"kind": "image", "url": "https://a.example/a.jpg", "alt": "Схема"},
    }
    native = rendered("x", forms=forms, plain="Вот")
    assert native.payload["text"] == (
        "Схема: https://a.example/a.jpg\n\nВот\n\nОплатить <1>: https://a.example/?a=1&b=2"
    )
    assert '<a href="https://a.example/?a=1&amp;b=2">Оплатить &lt;1&gt;</a>' in native.payload["html"]
    assert '<a href="https://a.example/a.jpg">Схема</a>' in native.payload["html"]
    assert native.lossy == ("media_as_link",)
