"""A mail as bytes for SMTP: text and HTML, every value escaped, nothing from elsewhere in it."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from html import escape

from omnisupport.domain.mail import LONGEST_ADDRESS, VALUES, Mail
from omnisupport.errors import Invalid
from omnisupport.mail.sentences import FOOT, HELLO, HELLO_NOBODY, SENTENCES, STATES
from omnisupport.texts import DEFAULT_LOCALE

ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,253}")
CHOSEN = ("name", "workspace", "inviter", "role", "device", "channel")
"""Values that some person has chosen, who may want our mail to carry an advertisement."""
BREAK = "\u200b"
"""Keeps a mail program from making a link of a name such as `win.example`."""

PAGE = """\
<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="margin:0;padding:24px;background:#f4f5f7;color:#1d2129;font:16px/1.5 sans-serif">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px">
{body}
</div>
<p style="max-width:560px;margin:16px auto 0;color:#5c6370;font-size:13px">{foot}</p>
</body></html>
"""
PARAGRAPH = '<p style="margin:0 0 16px">{text}</p>'
BUTTON = (
    '<p style="margin:24px 0"><a href="{link}" style="display:inline-block;padding:12px 20px;background:#1f5eff;'
    'color:#ffffff;text-decoration:none;border-radius:6px">{text}</a></p>'
    '<p style="margin:0 0 16px;color:#5c6370;font-size:13px;word-break:break-all">{link}</p>'
)


@dataclass(frozen=True)
class Letter:
    """What goes over SMTP: the bare addresses of the envelope and the whole mail."""

    sender: str
    recipient: str
    content: bytes


def write_letter(mail: Mail, *, tenant_id: str, sender: str, at: datetime) -> Letter:
    """Write a mail that comes from `sender` (`Name <address>`), was asked for at `at` and is the same each time.

    Raises:
        Invalid: its address cannot stand in a mail (code `mail_address_invalid`).
    """
    locale = mail.locale if mail.locale in HELLO else DEFAULT_LOCALE
    sentences = SENTENCES[mail.template][locale]
    values = _values(mail.names, locale)
    subject = _filled(sentences.subject, values) or sentences.bare_subject
    paragraphs = [_filled(HELLO[locale], values) or HELLO_NOBODY[locale]]
    paragraphs += [text for each in sentences.paragraphs if (text := _filled(each, values)) is not None]
    link = values.get("link", "")
    text = "\n\n".join([*paragraphs, f"-- \n{FOOT[locale]}"]) + "\n"
    page = PAGE.format(
        lang=locale,
        title=escape(subject),
        body="\n".join(_markup(each, link, sentences.button) for each in paragraphs),
        foot=escape(FOOT[locale]),
    )
    digest = hashlib.sha256(f"{tenant_id}/{mail.key}".encode()).hexdigest()[:40]
    recipient, from_ = _ascii_domain(mail.to), parseaddr(sender)
    letter = EmailMessage(policy=SMTP if recipient.isascii() else SMTPUTF8)
    letter["From"] = Address(from_[0], addr_spec=from_[1])
    letter["To"] = Address(addr_spec=recipient)
    letter["Subject"] = subject
    letter["Date"] = format_datetime(at.astimezone(UTC))
    letter["Message-ID"] = f"<{digest}@{from_[1].rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text, cte="quoted-printable")
    letter.add_alternative(page, subtype="html", cte="quoted-printable")
    letter["Content-Language"] = locale  # the two above begin with no header of this kind
    letter.set_boundary(f"=_{digest}")  # a random one would make each attempt another mail
    return Letter(from_[1], recipient, letter.as_bytes())


def _values(names: Mapping[str, str], locale: str) -> dict[str, str]:
    """The values as they may stand in a mail: on one line, not too long, no accidental links."""
    kept = {}
    for name, longest in VALUES.items():
        value = "".join(c if c.isprintable() else " " for c in names.get(name, ""))
        value = " ".join(value.split())[:longest]
        if name in CHOSEN:
            value = re.sub(r"(?<=[.:/@])(?=\w)", BREAK, value)
        if value:
            kept[name] = value
    if "at" in kept:
        kept["at"] = _moment(kept["at"])
    if "state" in kept:
        kept["state"] = STATES[kept["state"]][locale] if kept["state"] in STATES else ""
    return {name: value for name, value in kept.items() if value}


def _moment(iso: str) -> str:
    try:
        return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return ""


def _filled(sentence: str, values: Mapping[str, str]) -> str | None:
    """The sentence with its values; None when one of them is not given."""
    wanted = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    return sentence.format(**values) if wanted <= values.keys() else None


def _markup(paragraph: str, link: str, button: str) -> str:
    if link and paragraph == link:
        return BUTTON.format(link=escape(link), text=escape(button))
    return PARAGRAPH.format(text=escape(paragraph))


def _ascii_domain(address: str) -> str:
    """An address with its domain as the mail system knows it (`xn--…`)."""
    refused = Invalid("This address cannot stand in a mail.", code="mail_address_invalid")
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or not ADDRESS.fullmatch(address):
        raise refused
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise refused from None
