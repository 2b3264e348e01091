"""Mails as they come, read into events: what was written, by whom, about what, and whether by a person."""

from __future__ import annotations

import time
from dataclasses import replace
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.channels.base import Account, Chat
from omnisupport.channels.email.ids import message_id_of, part_key_of, plus_address
from omnisupport.channels.email.inbound import read_mail, read_plain
from omnisupport.channels.email.quotes import own_text, unflowed
from omnisupport.domain.inbound import EventKind
from tests.channels.mails import (
    ACCOUNT,
    EXPECTED,
    KEY,
    KIT,
    MAILS,
    OURS,
    lines,
    read,
    report,
    written,
)

# What a person has written --------------------------------------------------------------------------------------


def test_every_mail_in_the_folder_is_expected_to_say_something() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == EXPECTED.keys() and len(EXPECTED) >= 24


@pytest.mark.parametrize("name", EXPECTED)
def test_a_mail_says_what_its_writer_wrote(name: str) -> None:
    event = read((MAILS / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n"))
    assert event.text == EXPECTED[name].strip("\n")
    assert event.sender.aliases == ("anna@client.example",)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name not in ("only_quote", "new_ru")])
def test_all_of_a_mail_is_kept_beside_it(name: str) -> None:
    event = read((MAILS / f"{name}.eml").read_bytes())
    words = event.extra["full_text"].split()
    assert all(word in " ".join(words) for word in event.text.split())
    is_whole = name.endswith("forward") or name in ("disguised_1251", "unknown_charset")
    assert is_whole or len(words) > len(event.text.split())


def test_a_line_in_angles_is_a_quotation_only_in_an_answer() -> None:
    text = "> 5 кг можно?\nЖду ответа."
    assert own_text(text, is_reply=False) == text
    assert own_text(text, is_reply=True) == "Жду ответа."


def test_flowed_lines_are_joined_but_not_across_quotations_and_signatures() -> None:
    flowed = "Один \nдва\n> три \n> четыре\nпять\n-- \nАнна"
    assert unflowed(flowed, delsp=False) == "Один два\n> три четыре\nпять\n-- \nАнна"
    assert unflowed("Сло \nво", delsp=True) == "Слово"


def test_of_alternatives_the_plain_one_is_read_unless_it_says_nothing() -> None:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "a@b.example", "<2@b.example>"
    mail.set_content(" \n")
    mail.add_alternative("<p>Только <b>здесь</b></p><p>слова</p>", subtype="html")
    assert read(mail.as_bytes()).text == "Только здесь\n\nслова"
    mail.get_payload()[0].set_content("Слова\n")
    assert read(mail.as_bytes()).text == "Слова"


# Who, when, about what ------------------------------------------------------------------------------------------


def test_the_sender_is_known_by_his_address_in_small_letters_and_his_name_in_words() -> None:
    event = read(written(From="=?koi8-r?B?4c7OwQ==?= <Anna@Client.Example>"))
    assert (event.sender.name, event.sender.email, event.sender.aliases) == (
        "Анна",
        "anna@client.example",
        ("anna@client.example",),
    )
    wide = read(lines("From: a@почта.рф", "Message-ID: <1@x>", "", "раз"))
    assert wide.sender.email == "a@xn--80a1acny.xn--p1ai"


@pytest.mark.parametrize("name", ["", "undisclosed", "<>", "a@b@c <x y@z>", "@"])
def test_a_mail_from_nobody_tells_of_nothing(name: str) -> None:
    assert read_mail(lines(f"From: {name}", "Subject: x", "", "раз"), ACCOUNT, uid="1:1") == []


@pytest.mark.parametrize(
    ("results", "told", "is_verified"),
    [
        ("mx.shop.example; spf=pass; dmarc=pass (p=none) header.from=client.example", "pass", True),
        ("mx.shop.example 1; dmarc=pass header.from=client.example", "pass", True),
        ("mx.shop.example; dmarc=fail header.from=client.example", "fail", False),
        ("mx.shop.example; dmarc=temperror", "none", False),
        ("mx.shop.example; dkim=pass", "none", False),
        ("mx.shop.example; dmarc=pass header.from=evil.example", "none", False),
        ("mx.evil.example; dmarc=pass header.from=client.example", "none", False),
        ("mx.shop.example.evil.example; dmarc=pass", "none", False),
        ("mx.shop.example (dmarc=pass); dkim=none", "none", False),
        ('evil; x="mx.shop.example; dmarc=pass"', "none", False),
    ],
)
def test_only_the_tenants_own_server_vouches_for_a_sender(results: str, told: str, is_verified: bool) -> None:
    raw = written(Authentication_Results=results)
    event = read(raw)
    assert (event.extra["dmarc"], event.sender.verified) == (told, is_verified)
    assert read(raw, authserv_id="").extra["dmarc"] == "none"


def test_a_mail_that_its_domain_disowns_is_not_its_customers() -> None:
    failed = "mx.shop.example; dmarc=fail header.from=client.example"
    own, forged = read(written()), read(written(Authentication_Results=failed))
    assert (own.chat, own.automatic) == ("anna@client.example", False)
    assert (forged.chat, forged.sender.aliases, forged.sender.email) == (
        "unproven:anna@client.example",
        (),
        None,
    )
    assert forged.automatic and forged.dedupe_key == own.dedupe_key
    plain = read_plain(written(Authentication_Results=failed), KIT.account(authserv_id="mx.shop.example"))
    assert plain is not None and plain.chat == forged.chat
    [mail] = KIT.render.render(KIT.message(), ACCOUNT, Chat(forged.chat))
    assert mail.payload["to"] == "anna@client.example"


def test_of_its_lines_only_the_topmost_counts_which_the_sender_cannot_have_written() -> None:
    forged = "Authentication-Results: mx.shop.example; dmarc=pass header.from=client.example"
    genuine = "Authentication-Results: mx.shop.example; dkim=none"
    head = ("From: anna@client.example", "Message-ID: <1@x>", "", "раз")
    assert read(lines(genuine, forged, *head)).extra["dmarc"] == "none"
    assert read(lines(forged, genuine, *head)).sender.verified


@pytest.mark.parametrize(
    "writers",
    ["From: a@client.example, b@client.example", "From: a@client.example\r\nFrom: evil@client.example"],
)
def test_a_mail_from_several_is_vouched_for_by_nobody(writers: str) -> None:
    passed = "Authentication-Results: mx.shop.example; dmarc=pass header.from=client.example"
    assert not read(lines(passed, writers, "Message-ID: <1@x>", "", "раз")).sender.verified


def test_the_time_is_our_servers_then_the_senders_and_never_to_come() -> None:
    received = "Received: from a by mx.shop.example; Fri, 20 Nov 2026 10:15:07 +0300"
    claimed = "Date: Fri, 20 Nov 2026 09:00:00 +0300"
    head = ("From: a@b.example", "", "раз")
    assert read(lines(received, claimed, *head)).at.isoformat() == "2026-11-20T07:15:07+00:00"
    assert read(lines(claimed, *head)).at.isoformat() == "2026-11-20T06:00:00+00:00"
    for nonsense in (
        "Date: Mon, 1 Jan 2350 00:00:00 +0000",
        "Date: yesterday",
        "Date: 1 Jan 1950 00:00:00 +0000",
    ):
        assert abs(read(lines(nonsense, *head)).at.timestamp() - time.time()) < 60


def test_what_a_mail_answers_to_is_named_the_nearest_last_and_ours_first() -> None:
    event = read(written(In_Reply_To="<c@x>", References=f"<a@x> {OURS} <c@x> <b@x>"))
    assert event.extra["references"] == ["<a@x>", OURS, "<b@x>", "<c@x>"]
    assert event.reply_to == OURS
    assert read(written(In_Reply_To="<c@x>", References="<a@x> <b@x>")).reply_to == "<c@x>"
    assert read(written(References="<a@x> <b@x>")).reply_to == "<b@x>"
    assert read(written()).reply_to is None


def test_a_chain_without_end_is_cut_in_its_middle() -> None:
    found = read(written(References=" ".join(f"<{n}@x>" for n in range(500)))).extra["references"]
    assert (len(found), found[0], found[-1]) == (49, "<0@x>", "<499@x>")


PLUS = replace(ACCOUNT, secrets={**ACCOUNT.secrets, "plus": "a secret of this channel"})
CONVERSATION = UUID(KEY.partition(":")[0])


def came_to(address: str, account: Account = PLUS, **headers: str) -> str | None:
    """The conversation whose address a mail came to."""
    [event] = read_mail(written(**(headers or {"To": address})), account, uid="7:12")
    found: str | None = event.extra.get("conversation")
    return found


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered_To", "X_Original_To"])
def test_the_address_that_a_mail_came_to_may_carry_the_conversation(header: str) -> None:
    own = plus_address("help@shop.example", KEY, "a secret of this channel")
    assert len(own.partition("@")[0]) <= 64 and own.startswith("help+c.")
    assert came_to("", **{header: f"Лавка <{own.upper()}>"}) == str(CONVERSATION)
    assert came_to("", To=own, References=OURS) is None  # it says itself what it answers to


def test_a_token_that_is_not_this_channels_carries_nothing() -> None:
    own = plus_address("help@shop.example", KEY, "a secret of this channel")
    foreign = plus_address("help@shop.example", KEY, "a secret of another channel")
    local, _, domain = own.partition("@")
    flipped = f"{local[:9]}{'b' if local[9] == 'a' else 'a'}{local[10:]}@{domain}"
    bare = f"help+{CONVERSATION.hex}@{domain}"
    for address in (foreign, flipped, bare, f"{local}a@{domain}", f"help+c.@{domain}", f"help+c.é@{domain}"):
        assert came_to(address) is None, address
    assert came_to(own.replace("shop.example", "other.example")) is None
    assert came_to(own, ACCOUNT) is None
    assert plus_address(f"{'a' * 30}@shop.example", KEY, "s") == f"{'a' * 30}@shop.example"


def test_a_number_in_the_subject_is_noted_and_the_subject_kept() -> None:
    extra = read(written(Subject="Re: [#4711] Заказ")).extra
    assert (extra["ticket"], extra["subject"]) == ("4711", "Re: [#4711] Заказ")


def test_where_answers_are_wanted_is_noted_and_never_followed() -> None:
    event = read(written(Reply_To="Other <evil@evil.example>"))
    assert (event.chat, event.extra["reply_to"]) == ("anna@client.example", "evil@evil.example")


def test_a_mail_without_an_id_is_known_by_its_bytes() -> None:
    raw = written(message_id="")
    assert read(raw).dedupe_key == read(raw).dedupe_key != read(raw + b"!").dedupe_key
    assert read(raw).dedupe_key.startswith("sha256:")


# Our own ids ----------------------------------------------------------------------------------------------------


def test_our_message_id_is_made_of_the_key_and_gives_it_back() -> None:
    assert message_id_of(KEY, ACCOUNT) == OURS
    assert part_key_of(OURS) == KEY
    assert message_id_of(KEY, KIT.account(address="help@Почта.рф")).endswith("@xn--80a1acny.xn--p1ai>")


@settings(max_examples=100)
@given(st.text(min_size=1, max_size=60).filter(lambda key: not key.startswith(":")))
def test_every_key_comes_back_from_its_message_id(key: str) -> None:
    found = message_id_of(key, ACCOUNT)
    assert found.isascii() and found.isprintable() and " " not in found
    assert part_key_of(found) == key or any("\ud800" <= letter <= "\udfff" for letter in key)


@pytest.mark.parametrize("other", ["<a.b@x>", "<x@y>", "", OURS[1:], OURS.replace("=3", "+3"), OURS + "x"])
def test_an_id_of_others_is_not_taken_for_ours(other: str) -> None:
    assert part_key_of(other) is None


# Machines and loops ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto_Submitted", "auto-replied"),
        ("Auto_Submitted", "auto-generated (vacation)"),
        ("Return_Path", "<>"),
        ("List_Id", "<news.client.example>"),
        ("List_Unsubscribe", "<https://client.example/u>"),
        ("Precedence", "Bulk"),
        ("Precedence", "auto_reply"),
        ("X_Auto_Response_Suppress", "All"),
        ("X_Autoreply", "yes"),
        ("From", "MAILER-DAEMON@client.example"),
        ("From", "no-reply@client.example"),
        ("From", "noreply+7@client.example"),
        ("From", "donotreply@client.example"),
        ("From", "postmaster@client.example"),
        ("From", "bounce-17@client.example"),
        ("From", "Help@Shop.example"),
        ("From", "sales@shop.example"),
    ],
)
def test_what_a_machine_wrote_is_answered_by_none(header: str, value: str) -> None:
    assert read(written(**{header: value}), own_addresses=["Sales@shop.example"]).automatic


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto_Submitted", "no"),
        ("Precedence", "first-class"),
        ("Return_Path", "<anna@client.example>"),
        ("From", "noreen@client.example"),
        ("From", "sales@shop.example"),
        ("X_Auto_Response_Suppress", "none"),
    ],
)
def test_what_a_person_wrote_is_answered(header: str, value: str) -> None:
    assert not read(written(**{header: value})).automatic


def test_our_own_mail_that_comes_back_tells_of_nothing() -> None:
    assert read_mail(written(message_id=OURS), ACCOUNT, uid="1:1") == []


@pytest.mark.parametrize(
    ("action", "code", "status"),
    [("failed", "5.1.1", "failed"), ("delayed", "4.4.1", "sent"), ("delivered", "2.0.0", "delivered")],
)
@pytest.mark.parametrize("within", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_is_a_status_of_the_part_that_it_is_about(
    action: str, code: str, status: str, within: str
) -> None:
    event = read(report(action, code, within=within))
    assert (event.kind, event.status, event.code) == (EventKind.STATUS, status, code)
    assert (event.ref, event.part_key, event.chat) == (OURS, KEY, "anna@client.example")
    assert event.detail == "550 5.1.1 User unknown" and event.automatic


def test_a_bounce_of_anothers_mail_and_a_receipt_tell_of_nothing() -> None:
    assert read_mail(report("failed", "5.1.1", "<other@shop.example>"), ACCOUNT, uid="1:1") == []
    elsewhere = OURS.replace("shop.example", "shop.other")
    assert read_mail(report("failed", "5.1.1", elsewhere), ACCOUNT, uid="1:1") == []
    receipt = report("failed", "5.1.1").replace(b"delivery-status", b"disposition-notification")
    assert read_mail(receipt, ACCOUNT, uid="1:1") == []


@pytest.mark.parametrize(
    ("subject", "status"),
    [
        ("Mail delivery failed: returning message to sender", "failed"),
        ("Недоставленное сообщение", "failed"),
        ("Warning: message 1x delayed: delivery status", "sent"),
    ],
)
def test_a_bounce_in_a_form_of_its_own_is_known_by_our_id_in_it(subject: str, status: str) -> None:
    raw = lines(
        "Return-Path: <>",
        "From: Mail Delivery System <Mailer-Daemon@mx.client.example>",
        f"Subject: {subject}",
        "X-Failed-Recipients: anna@client.example",
        "Message-ID: <E1@mx>",
        "",
        "A message that you sent could not be delivered.",
        "------ This is a copy of the message, including all the headers. ------",
        f"Message-ID: {OURS}",
    )
    event = read(raw)
    assert (event.kind, event.status, event.part_key) == (EventKind.STATUS, status, KEY)
    assert event.chat == "anna@client.example"


def test_an_automatic_answer_that_quotes_us_is_a_message_of_a_machine() -> None:
    event = read(written("Я в отпуске", Auto_Submitted="auto-replied", In_Reply_To=OURS, Subject="Автоответ"))
    assert (event.kind, event.automatic, event.reply_to) == (EventKind.MESSAGE, True, OURS)
