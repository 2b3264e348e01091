"""What a mail looks like: both languages, nothing injected, the same each time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import cast

import pytest

from omnisupport.domain.mail import LINKED, VALUES, Mail, MailTemplate, check_mail
from omnisupport.errors import Invalid
from omnisupport.mail.letter import write_letter
from omnisupport.mail.sentences import SENTENCES, STATES
from omnisupport.texts import LOCALES

SENDER = "Поддержка <noreply@omni.example>"
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
LINK = "https://omni.example/x?token=a_1&b=2"
FULL = {name: f"<{name}>" for name in VALUES} | {
    "link": LINK,
    "hours": "24",
    "at": "2026-11-26T12:30:00+03:00",
    "state": "on",
}
MAIL = Mail(to="anna@example.com", template="invitation", locale="ru", names=FULL, key="invitation/1")


def parsed(mail: Mail) -> EmailMessage:
    """The mail as a mail program reads it."""
    content = write_letter(mail, tenant_id="t", sender=SENDER, at=AT).content
    return cast(EmailMessage, BytesParser(policy=default).parsebytes(content))


def part(mail: Mail, subtype: str) -> str:
    """The text or the HTML of a mail."""
    body = parsed(mail).get_body((subtype,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("template", list(MailTemplate))
def test_each_mail_exists_in_each_language(template: MailTemplate, locale: str) -> None:
    mail = replace(MAIL, template=template, locale=locale)
    text, page = part(mail, "plain"), part(mail, "html")
    is_russian = lambda words: bool(re.search("[а-я]", words))  # noqa: E731
    assert (
        is_russian(text) == is_russian(page) == is_russian(str(parsed(mail)["Subject"])) == (locale == "ru")
    )
    assert (LINK in text) == (template in LINKED)
    assert (LINK.replace("&", "&amp;") in page) == (template in LINKED)
    assert "{" not in text
    assert parsed(mail)["Content-Language"] == locale


@pytest.mark.parametrize("template", list(MailTemplate))
def test_a_value_that_is_not_given_takes_its_line_with_it(template: MailTemplate) -> None:
    names = {"link": LINK} if template in LINKED else {}
    text = part(replace(MAIL, template=template, names=names), "plain")
    assert text.startswith("Здравствуйте!")
    assert "None" not in text
    assert ": \n" not in text
    assert parsed(replace(MAIL, template=template, names=names))["Subject"]


def test_every_state_of_the_second_factor_has_its_sentence() -> None:
    for state, sentences in STATES.items():
        mail = replace(MAIL, template="two_factor_changed", names={"state": state})
        assert sentences["ru"] in part(mail, "plain")


def test_values_are_text_and_never_markup() -> None:
    page = part(replace(MAIL, names=FULL | {"workspace": '<img src="https://evil.example">'}), "html")
    assert "<img" not in page
    assert "&lt;img" in page


def test_nothing_is_loaded_from_elsewhere() -> None:
    for template in MailTemplate:
        page = part(replace(MAIL, template=template, names=FULL | {"link": LINK}), "html")
        assert not re.search(r"<(img|link|script|iframe|style)|url\(|src=", page)
        assert set(re.findall(r'href="([^"]*)"', page)) <= {LINK.replace("&", "&amp;")}


def test_a_name_cannot_become_a_link_in_a_mail_program() -> None:
    text = part(
        replace(MAIL, names=FULL | {"inviter": "Win at http://win.example or www.win.example"}), "plain"
    )
    assert "win.example" not in text
    assert "://w" not in text


@pytest.mark.parametrize("name", sorted(VALUES.keys() - {"link"}))
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\u2028", "\x00", "\x0b"])
def test_no_value_can_add_a_header_or_a_line(name: str, ending: str) -> None:
    evil = f"x{ending}Bcc: victim@example.com{ending}{ending}<b>body</b>"
    for template in MailTemplate:
        mail = parsed(replace(MAIL, template=template, names=FULL | {name: evil}))
        assert mail["Bcc"] is None
        assert sorted(mail.keys()) == sorted(parsed(replace(MAIL, template=template)).keys())
        assert mail.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    "to",
    [
        "a@b.c\r\nBcc: d@e.f",
        "a@b.c\n",
        "a@b.c, d@e.f",
        "Anna <a@b.c>",
        "a b@c.d",
        "nobody",
        "a@" + "b" * 300,
        "a@.b",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(to: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(replace(MAIL, to=to))
    assert refused.value.code == "mail_address_invalid"


def test_a_domain_is_written_as_the_mail_system_knows_it() -> None:
    letter = write_letter(replace(MAIL, to="anna@почта.рф"), tenant_id="t", sender=SENDER, at=AT)
    assert letter.recipient == "anna@xn--80a1acny.xn--p1ai"


def test_a_repeat_is_the_same_mail_and_another_key_is_another() -> None:
    once, twice = (write_letter(MAIL, tenant_id="t", sender=SENDER, at=AT).content for _ in range(2))
    assert once == twice
    ids = {
        parsed(MAIL)["Message-ID"],
        parsed(replace(MAIL, key="invitation/2"))["Message-ID"],
        cast(
            EmailMessage,
            BytesParser(policy=default).parsebytes(
                write_letter(MAIL, tenant_id="u", sender=SENDER, at=AT).content
            ),
        )["Message-ID"],
    }
    assert len(ids) == 3


def test_no_machine_answers_it() -> None:
    mail = parsed(MAIL)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == AT
    assert mail["From"].addresses[0].addr_spec == "noreply@omni.example"
    assert mail["From"].addresses[0].display_name == "Поддержка"
    assert str(mail["Message-ID"]).endswith("@omni.example>")


def test_every_line_is_as_short_as_smtp_wants_it() -> None:
    content = write_letter(
        replace(MAIL, names=FULL | {"link": LINK + "x" * 1900}), tenant_id="t", sender=SENDER, at=AT
    )
    assert max(len(line) for line in content.content.split(b"\r\n")) <= 998
    assert b"\n" not in content.content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "wrong",
    [
        {"template": "no_such"},
        {"names": {}},
        {"names": FULL | {"surprise": "x"}},
        {"key": "anna@example.com"},
        {"key": ""},
        {"key": "a b"},
    ],
)
def test_a_mail_that_cannot_be_written_is_found_before_it_is_sent(wrong: dict[str, object]) -> None:
    assert check_mail(MAIL) is MAIL
    with pytest.raises(ValueError, match=r"mail|no_such"):
        check_mail(replace(MAIL, **wrong))  # type: ignore[arg-type]


def test_every_template_has_its_sentences() -> None:
    assert set(SENTENCES) == set(MailTemplate)
    assert all(set(each) == set(LOCALES) for each in SENTENCES.values())
