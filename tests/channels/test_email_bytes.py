"""Files and pages of mails, and whatever bytes come: nothing that a mail holds harms or stops its reader."""

from __future__ import annotations

import base64
import os
import re
import time
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from omnisupport.channels.base import Unreadable
from omnisupport.channels.email.charsets import codec_of, decode, decode_words
from omnisupport.channels.email.inbound import read_mail
from omnisupport.channels.email.mime import part_content
from omnisupport.channels.email.page import TAGS, Page
from tests.channels.mails import (
    ACCOUNT,
    OURS,
    harmless,
    lines,
    read,
    written,
)

# Files ----------------------------------------------------------------------------------------------------------


def with_files() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"], mail["Subject"] = "a@b.example", "<3@b.example>", "Файлы"
    mail.set_content("Вот они")
    mail.add_alternative('<p>Вот они</p><img src="cid:pic@1">', subtype="html")
    mail.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<pic@1>")
    mail.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="Счёт №7.pdf")
    mail.add_attachment(b"TNEF", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "c@d.example", "Письмо: внутри"
    inner.set_content("Внутри")
    mail.add_attachment(inner)
    return mail


def test_files_have_their_names_and_are_found_again_by_their_places() -> None:
    raw = with_files().as_bytes()
    event = read(raw)
    assert [(each.kind, each.name, each.type) for each in event.media] == [
        ("image", None, "image/png"),
        ("file", "Счёт №7.pdf", "application/pdf"),
        ("file", "winmail.dat", "application/ms-tnef"),
        ("file", "Письмо_ внутри.eml", "message/rfc822"),
    ]
    assert event.text == "Вот они" and event.extra["cids"] == {"pic@1": 0}
    assert {each.ref["uid"] for each in event.media} == {"7:12"}
    found = [part_content(raw, int(each.ref["part"])) for each in event.media]
    assert found[:3] == [b"\x89PNG", b"%PDF-1", b"TNEF"] and b"c@d.example" in (found[3] or b"")
    assert [each.size for each in event.media] == [len(each or b"") for each in found]
    assert part_content(raw, 99) is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="=?windows-1251?B?0ffl8i5wZGY=?="', "Счет.pdf"),
        ("attachment; filename*=utf-8''%D0%A1%D1%87%D1%91%D1%82.pdf", "Счёт.pdf"),
        ("attachment; filename*0*=koi8-r''%F3%DE%A3%D4; filename*1=.pdf", "Счёт.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\temp\\\\a.pdf"', "a.pdf"),
        ('attachment; filename="a\u200b.p\u202edf"', "a.pdf"),
        ('attachment; filename="a\x00\x07.pdf"', "a.pdf"),
        ('attachment; filename="Счёт.pdf"', "Счёт.pdf"),
        ("attachment; filename*=zz''%ff%fe", "яю"),
        (f'attachment; filename="{"я" * 400}.pdf"', "я" * 196 + ".pdf"),
    ],
)
def test_names_of_files_are_read_as_programs_write_them_and_made_harmless(header: str, name: str) -> None:
    raw = f"From: a@b.example\r\nContent-Type: application/pdf\r\nContent-Disposition: {header}\r\n\r\nx".encode()
    assert [each.name for each in read(raw).media] == [name]


def test_a_name_in_bare_bytes_of_windows_is_read() -> None:
    head = b"From: a@b.example\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="
    assert (
        read(head + '"Счёт фактура.pdf"'.encode("cp1251") + b"\r\n\r\nx").media[0].name == "Счёт фактура.pdf"
    )


# The page -------------------------------------------------------------------------------------------------------


def shown(html: str) -> str:
    """A page as an operator sees it."""
    return Page(html).shown()


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p onclick=x()>раз<script>alert(1)</script></p>", "<p>раз</p>"),
        ('<a href="javascript:alert(1)">раз</a>', '<a rel="noopener noreferrer nofollow">раз</a>'),
        ('<img src="cid:pic@1" alt="x">', '<img src="cid:pic@1" alt="x">'),
        (
            '<img src="https://a.example/p.gif" width="1">',
            '<img data-src="https://a.example/p.gif" width="1">',
        ),
        ('<img src="//a.example/p.gif">', "<img>"),
        ('<img src="ht\ntps://a.example/p.gif">', "<img>"),
        ('<img src=" https://a.example/p.gif">', "<img>"),
        ('<img data-src="javascript:x" src="data:image/png;base64,AA">', "<img>"),
        ('<p style="background:url(https://a.example)">раз</p>', "<p>раз</p>"),
        ('<table background="https://a.example"><tr><td>1</td></tr></table>', "<td>1</td>"),
        ("<svg><image href=https://a.example/></svg>раз", "раз"),
        ('<link rel=stylesheet href="https://a.example">раз', "раз"),
        ("<iframe srcdoc='<img src=https://a.example>'></iframe>раз", "раз"),
        ("<!--[if mso]><img src=https://a.example><![endif]-->раз", "раз"),
        ("<noscript><p title='</noscript><img src=https://a.example/>'>раз", "раз"),
        ("<div>a &lt;b&gt; &amp;amp;</div>", "<div>a &lt;b&gt; &amp;amp;</div>"),
    ],
)
def test_a_page_loads_and_runs_nothing(html: str, kept: str) -> None:
    assert kept in shown(html)
    check_harmless(shown(html))


def check_harmless(page: str) -> None:
    """Read a page with other eyes: what is in it, and what it would load."""
    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= {"href", "src", "data-src", "alt", "title", "dir", "rel"} | SIZES
        assert str(tag.get("src", "cid:")).startswith("cid:")
        assert re.fullmatch(r"(https?|mailto|cid):.*", str(tag.get("href", "cid:")), re.DOTALL)


SIZES = {"width", "height", "colspan", "rowspan"}
PIECES = """<img |src=|'https://a.example'|"|'|>|<|</|p|<!--|-->|<a href=|x|javascript:x|onerror=|<svg>|<math>|<style>
|</style>
|&lt;|&#|<table>|<td>|data-src=|cid:1| |<noscript>|</noscript>|<template>|<textarea>|<title>|<p>|</p>|<b>|\t"""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES.replace("\n", "").split("|")), max_size=40))
def test_whatever_a_page_is_made_of_it_loads_and_runs_nothing(pieces: list[str]) -> None:
    check_harmless(shown("".join(pieces)))


def test_a_long_page_is_cut_and_still_whole() -> None:
    found = shown("<div><b>" + "<p>раз &amp; два</p>" * 30_000)
    assert len(found.encode()) <= 256 * 1024 and found.endswith("</div>")


BOMBS = {
    "nested": "<div>" * 100_000,
    "formatting": "<p>" + "".join(f"<b id={n}>" for n in range(5000)) + "<p>x" * 60_000,
    "comments": "<!--" * 120_000,
    "signs": "<" * 500_000,
    "quotes": "<a '" * 120_000,
    "attributes": "<a " + " ".join(f"a{n}" for n in range(60_000)) + ">",
    "tables": "<table>x<b>" * 45_000,
    "entities": "&#" + "9" * 500_000,
    "ampersands": "&" * 500_000,
    "blockquotes": "<blockquote>" * 40_000 + "x<br>" * 40_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_page_made_to_be_slow_is_read_in_time(name: str) -> None:
    raw = f"From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{BOMBS[name]}".encode()
    began = time.process_time()
    read(raw)
    assert time.process_time() - began < 10  # what reads HTML as browsers do takes minutes


# Whatever bytes come --------------------------------------------------------------------------------------------


def test_twenty_five_megabytes_are_read() -> None:
    file = os.urandom(25 * 2**20)
    head = lines(
        "From: a@b.example",
        "Content-Type: application/zip; name=a.zip",
        "Content-Transfer-Encoding: base64",
        "",
        "",
    )
    raw = head + base64.encodebytes(file)
    [media] = read(raw).media
    assert (media.size, media.name) == (len(file), "a.zip") and part_content(raw, 0) == file


def test_of_ten_thousand_parts_two_hundred_are_read() -> None:
    parts = b"".join(b"--x\r\nContent-Type: image/png\r\n\r\nhi\r\n" for _ in range(10_000))
    raw = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + parts + b"--x--\r\n"
    assert len(read(raw).media) == 200


DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500))


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(900)
        ),
        DEEP + b"x\r\n" * 400_000,
        b"Content-Type: message/rfc822\r\n\r\n" * 9_000,
        b"Content-Type: multipart/mixed" + b";" * 2_000_000 + b"\r\n\r\nx",
        b"X-A: b\r\n" * 500_000 + b"\r\n\r\nx",
        b"\r\n" * 5_000_000,
        b"To: " + b"(" * 500_000 + b"\r\n\r\nx",
        b"Subject: " + b"=?utf-8?q?" * 200_000 + b"\r\n\r\nx",
        b"In-Reply-To: <a@b>\r\n\r\n" + b"--\n" * 40_000,
        b"In-Reply-To: <a@b>\r\n\r\n" + b"1. 20:20 wrote:\n" * 8_000,
    ],
    ids=[
        "multiparts",
        "deep",
        "mails",
        "semicolons",
        "headers",
        "lines",
        "comments",
        "words",
        "hyphens",
        "wrote",
    ],
)
def test_a_mail_made_to_be_slow_is_read_or_refused_in_time(raw: bytes) -> None:
    began = time.process_time()
    harmless(b"From: a@b.example\r\n" + raw)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "raw", [b"", b"\x00", "раз".encode("utf-16"), b"\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_mail_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_mail(raw, ACCOUNT, uid="1:1")


NAMES = """From To Subject Date Message-ID References In-Reply-To Content-Type Content-Disposition Cc Received
Content-Transfer-Encoding Auto-Submitted Reply-To Authentication-Results Return-Path Content-ID X-Failed-Recipients
Delivered-To"""
VALUES = """a@b.example|<a@b>|=?utf-8?b?0YA=?=|=?x?q?=FF?=|=?utf-8?b?A?=|;|,|"|(|<|multipart/mixed|multipart/report
|message/rfc822|text/html|text/plain| boundary=b|; charset=zip|; charset=utf-7|; name*0*=x''%ff|attachment|base64
|; filename*999999999999=a|quoted-printable|x-uuencode|\x00|форма|; format=flowed|; report-type=delivery-status
|message/delivery-status|mx.shop.example; dmarc=pass|20:20 +9999|; charset="|mailer-daemon@x|; filename=
|message/partial|Fri, 99 Nov 99999 10:15:07"""
LINES = "--b|--b--||<p>|> x|wrote:|-- |begin 666 x|=FF=|Action: failed|Final-Recipient: x|----|AAA=|раз"
VALUE = st.lists(st.sampled_from([*VALUES.replace("\n", "").split("|"), OURS, "\r\n "]), max_size=5).map(
    "".join
)
HEADER = st.tuples(st.sampled_from(NAMES.split()), VALUE).map(
    lambda pair: f"{pair[0]}: {pair[1]}\r\n".encode()
)
LINE = st.sampled_from(LINES.split("|")).map(lambda line: f"{line}\r\n".encode())
PARTS = st.one_of(st.lists(HEADER, max_size=8).map(b"".join), LINE, st.binary(max_size=20))


@settings(max_examples=400, deadline=None)
@given(st.lists(PARTS, max_size=12).map(b"".join))
def test_whatever_bytes_come_there_is_a_list_or_a_refusal(raw: bytes) -> None:
    for each in (raw, b"From: a@b.example\r\n" + raw):
        for event in harmless(each):
            texts = [
                event.text,
                event.chat,
                event.sender.name or "",
                event.detail or "",
                str(dict(event.extra)),
            ]
            "".join(texts).encode()  # no halves of letters
            assert "\x00" not in "".join(texts)


TEXT = "Съешь ещё этих мягких французских булок, да выпей чаю"


@pytest.mark.parametrize("real", ["utf-8", "cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("charset", ["utf-8", "x-none", "zlib", "idna", "us-ascii", "iso-8859-1", None])
def test_a_charset_that_lies_or_does_not_exist_stops_nobody(charset: str | None, real: str) -> None:
    assert decode(TEXT.encode(real), charset) == TEXT


def test_codecs_that_are_no_charsets_are_not_used() -> None:
    # Some of them take minutes for a few megabytes.
    assert {codec_of(each) for each in ("punycode", "idna", "zlib", "unicode_escape", "undefined")} == {None}
    assert codec_of("windows-1251") == "cp1251"


def test_what_is_really_latin_or_cut_within_a_letter_stays_so() -> None:
    french = "Ça déjà été reçu, à bientôt, Zoë"
    assert decode(french.encode("latin-1"), "iso-8859-1") == french
    assert decode(TEXT.encode()[:-1], "utf-8") == TEXT[:-1] + "\ufffd"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("=?utf-8?B?0JfQsNC60LDQtw==?= 7", "Заказ 7"),
        ("=?utf-8?Q?=D0=97_=D0?=\r\n =?utf-8?Q?=B0?=", "З а"),
        ("=?koi8-r?B?+sHLwdo=?=", "Заказ"),
        ("=?utf-8?B?0JfQsNC60LDQtw?=", "Заказ"),
        ("=?none?Q?abc?= =?utf-8?X?abc?=", "abc=?utf-8?X?abc?="),
        ("a\r\n\tb\x00c", "a bc"),
        ("Re: =?UTF-8*ru?q?=D0=90?=", "Re: А"),
    ],
)
def test_encoded_words_are_read_as_programs_write_them(header: str, words: str) -> None:
    assert decode_words(header) == words or decode_words(header) == words.replace("abc=", "abc =")


def test_a_subject_in_bare_bytes_is_read_and_cannot_become_two_headers() -> None:
    raw = b"From: a@b.example\r\nSubject: " + "Возврат товара".encode("cp1251") + b"\r\n\r\nx"
    assert read(raw).extra["subject"] == "Возврат товара"
    folded = b"From: a@b.example\r\nSubject: =?utf-8?Q?a=0D=0ABcc:_evil@x?=\r\n\r\nx"
    assert read(folded).extra["subject"] == "a Bcc: evil@x"


def test_a_long_text_is_kept_within_bounds() -> None:
    event = read(written("слово " * 100_000))
    assert len(event.text.encode()) <= 100_000 and len(event.extra["full_text"].encode()) <= 100_000
