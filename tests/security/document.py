"""The figures in docs/security.md, made from the code: run `python -m tests.security.document` to write them anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from omnisupport.activities import webhooks as webhook_sends
from omnisupport.api import body_limit, hub, invitations, limits, protocol, requests, tickets
from omnisupport.api.routes import (
    audit,
    customer_files,
    files,
    member_files,
    widget,
    widget_articles,
    widget_conversations,
)
from omnisupport.auth import access, identity, links, passwords, policy, tokens
from omnisupport.auth import limits as sign_ins
from omnisupport.domain import files as uploads
from omnisupport.domain import message
from omnisupport.net import egress, fetch
from omnisupport.settings import Settings
from omnisupport.storage import images
from omnisupport.storage.access import invitations as invited
from omnisupport.storage.queries import sessions, visitors

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "security.md"
BEGIN, END = (
    "<!-- figures: written by `python -m tests.security.document` -->",
    "<!-- end of the figures -->",
)


@dataclass(frozen=True)
class Figure:
    """One limit or lifetime: what it is for, how much, why so much, and the file that says it."""

    what: str
    value: str
    reason: str
    file: str


def _span(time: timedelta | float) -> str:
    seconds = time.total_seconds() if isinstance(time, timedelta) else float(time)
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length and seconds % length == 0 and seconds != length * 60:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:g} s"


def _size(bytes_: int) -> str:
    for unit, length in (("MiB", 2**20), ("KiB", 2**10)):
        if bytes_ >= length:
            return f"{bytes_ / length:.4g} {unit}"
    return f"{bytes_} bytes"


def _rate(limit: sign_ins.RateLimit) -> str:
    return f"{limit.limit:,} in {_span(limit.window)}"


def passwords_and_tokens() -> Iterator[Figure]:
    """What is hashed and how, and how long each credential is good."""
    cost, at = passwords.OWASP_FLOOR, "auth/policy.py"
    argon = f"argon2id, {cost.memory:,} KiB, {cost.time} passes, {cost.lanes} lane"
    yield Figure("Hash of a password", argon, "OWASP's floor; two at once, 32 wait, the next is refused", at)
    chars = f"{policy.MIN_CHARS} to {policy.MAX_CHARS} characters"
    yield Figure("Length of a password", chars, "NIST SP 800-63B; no rule of composition", at)
    yield Figure(
        "Random bits of a token",
        str(tokens.RANDOM_BYTES * 8),
        "kept as a SHA-256 digest, which needs no stretching then",
        "auth/tokens.py",
    )
    yield Figure(
        "Session, idle",
        _span(sessions.IDLE),
        "a working day; a browser left open overnight signs in again",
        "storage/queries/sessions.py",
    )
    yield Figure(
        "Session and refresh family, in all", _span(policy.ABSOLUTE), "a stolen one ends within it", at
    )
    yield Figure(
        "Refresh token used again",
        _span(policy.GRACE),
        "an answer was lost; later it is a copy, and the family ends",
        at,
    )
    yield Figure(
        "Access token",
        _span(access.LIFETIME),
        "the session is looked up at each request anyway",
        "auth/access.py",
    )
    yield Figure(
        "What a process remembers of a session",
        _span(sessions.REMEMBERED_S),
        "what another process ended is refused within 5 s",
        "storage/queries/sessions.py",
    )
    yield Figure(
        "Looks at the credential of an open socket",
        f"every {_span(hub.RECHECK_EVERY_S)}",
        "closed within 5 s, also when no hint came",
        "api/hub.py",
    )
    yield Figure(
        "Ticket of a socket",
        _span(tickets.LIFE_S),
        "once; it travels in an address, which logs keep",
        "api/tickets.py",
    )
    yield Figure(
        "Proof by password or code",
        _span(policy.FRESH),
        "for what asks for it again: keys, roles, addresses, settings of security",
        at,
    )
    yield Figure(
        "Between password and code", _span(policy.SECOND_FACTOR), "long enough to find the telephone", at
    )
    yield Figure(
        "Code of the second factor",
        f"{policy.STEP_S} s, {policy.STEPS_AROUND} step either way",
        "clocks are off and codes are typed late; each counts once",
        at,
    )
    yield Figure(
        "Recovery codes",
        f"{policy.RECOVERY_CODES} of {policy.RECOVERY_BYTES * 8} bits",
        "once each, kept as digests",
        at,
    )
    yield Figure("Link to set a password", _span(policy.RESET_PASSWORD), "once; mail may be slow", at)
    yield Figure("Link to change an address", _span(policy.CHANGE_EMAIL), "once; no longer than a reset", at)
    yield Figure(
        "Link to verify an address",
        _span(policy.VERIFY_EMAIL),
        "once; opens nothing, so a night may pass",
        at,
    )
    yield Figure(
        "Invitation",
        _span(invited.GOOD_FOR),
        "once; people are on holiday, and it can be revoked",
        "storage/access/invitations.py",
    )
    yield Figure(
        "Token of a visitor",
        _span(visitors.TOKEN_LIFE),
        "slides with each visit; opens one conversation of one browser",
        "storage/queries/visitors.py",
    )
    yield Figure(
        "Signed identity of a visitor",
        f"at most {_span(identity.LIFETIME)}",
        f"clocks may differ by {_span(identity.SKEW)}",
        "auth/identity.py",
    )
    yield Figure(
        "Link to a file", _span(links.LIFETIME), "long enough to load; whoever has it may", "auth/links.py"
    )


def how_often() -> Iterator[Figure]:
    """What may be asked how often, by whom."""
    at = "auth/limits.py"
    guesses = (
        (
            "Failed sign-ins of an account",
            sign_ins.ACCOUNT_SHORT,
            "a person mistypes; successes take it back",
        ),
        ("The same, longer", sign_ins.ACCOUNT_LONG, "successes do not take it back"),
        ("Failed sign-ins from an address", sign_ins.ADDRESS_SHORT, "ten people of one office"),
    )
    for what, rate, reason in guesses:
        yield Figure(what, _rate(rate), reason, at)
    asked = (
        ("Workspaces from an address", policy.REGISTER, "a training course fits, a script does not"),
        ("Letters that an address asks for", policy.MAIL_ADDRESS, "for whomever"),
        ("Letters to an account", policy.MAIL_ACCOUNT, "nobody's mailbox is filled through us"),
    )
    for what, rate, reason in asked:
        yield Figure(what, _rate(rate), reason, "auth/policy.py")
    yield Figure(
        "Invitations of a workspace",
        _rate(invitations.PACE),
        "a team is invited, a list is not",
        "api/invitations.py",
    )
    yield Figure(
        "Files of members",
        _rate(member_files.PACE),
        "each is up to a thousand mails",
        "api/routes/member_files.py",
    )
    yield Figure(
        "Uploads of a person or visitor", _rate(files.UPLOADS), "what a hand chooses", "api/routes/files.py"
    )
    yield Figure("Exports of the audit log", _rate(audit.EXPORTS), "bulk reading", "api/routes/audit.py")
    yield Figure(
        "Files of customers", _rate(customer_files.FILES), "bulk reading", "api/routes/customer_files.py"
    )
    yield Figure(
        "Exports of one customer",
        _rate(customer_files.PERSONS),
        "bulk reading",
        "api/routes/customer_files.py",
    )
    yield Figure(
        "Events of a page", _rate(widget.PAGE_EVENTS), "two a second, of one visitor", "api/routes/widget.py"
    )
    talks, articles = "api/routes/widget_conversations.py", "api/routes/widget_articles.py"
    yield Figure("Forms of a visitor", _rate(widget_conversations.FORMS), "what a hand fills in", talks)
    yield Figure("Scores of a visitor", _rate(widget_conversations.SCORES), "what a hand gives", talks)
    yield Figure(
        "Articles, by address",
        _rate(widget_articles.READS),
        "an office that reads, and types a search",
        articles,
    )
    yield Figure("Words on articles", _rate(widget_articles.FEEDBACK), "of one visitor", articles)
    plain = Settings.model_fields
    yield Figure(
        "Messages of a visitor",
        f"{plain['widget_messages_per_minute'].default} in 1 min",
        "`OMNI_WIDGET_MESSAGES_PER_MINUTE`",
        "settings.py",
    )
    yield Figure(
        "New visitors from an address",
        f"{plain['widget_sessions_per_minute'].default} in 1 min",
        "`OMNI_WIDGET_SESSIONS_PER_MINUTE`",
        "settings.py",
    )
    for (cost, subject), limit in limits.LIMITS.items():
        value = f"{limit.count:,} in {_span(limit.window)}"
        yield Figure(f"`{cost}.{subject}`", value, limit.reason, "api/limits.py")


def how_much() -> Iterator[Figure]:
    """What one request, frame, file or answer may be."""
    at = "api/requests.py"
    yield Figure("Head of a request", _size(requests.HEAD_MAX), "cookies and addresses are far below", at)
    yield Figure(
        "Head, until it is there",
        _span(protocol.HEAD_S),
        "a trickle holds a connection no longer",
        "api/protocol.py",
    )
    yield Figure("Body, until it is there", _span(requests.BODY_S), "the same", at)
    yield Figure("Body", _size(body_limit.BODY_MAX), "the largest scenario is below", "api/body_limit.py")
    for path, most in body_limit.LARGER.items():
        yield Figure(f"Body of `{path}`", _size(most), "a file is the body", "api/body_limit.py")
    yield Figure("JSON, nested", str(requests.DEPTH_MAX), "no document of ours is deeper than ten", at)
    yield Figure("Parts of a form", str(requests.PARTS_MAX), "no form of ours has any", at)
    yield Figure("Text of a message", f"{message.TEXT_MAX:,} characters", "three pages", "domain/message.py")
    yield Figure("Frame of a socket", _size(hub.MOST_FRAME_BYTES), "a frame says little", "api/hub.py")
    yield Figure(
        "Frames of a socket", f"{hub.FRAMES_PER_SECOND} in 1 s", "typing and reading, by hand", "api/hub.py"
    )
    yield Figure("Upload", _size(uploads.MAX_BYTES), "what mail carries too", "domain/files.py")
    yield Figure(
        "Image",
        f"{uploads.MAX_PIXELS:,} pixels",
        "200 MiB while it is open; one at a time",
        "domain/files.py",
    )
    yield Figure(
        "Frames of an image", str(images.MAX_FRAMES), "each is decoded and encoded", "storage/images.py"
    )
    yield Figure(
        "Rows of a file of customers",
        f"{customer_files.MOST_ROWS:,}",
        "a batch of seconds, not minutes",
        "api/routes/customer_files.py",
    )
    yield Figure("Answer of an address outside", _size(fetch.MAX_BYTES), "decompressed", "net/fetch.py")
    yield Figure(
        "Redirects outside",
        str(fetch.MAX_REDIRECTS),
        "none unless asked for, each vetted anew",
        "net/fetch.py",
    )
    yield Figure(
        "Ports outside",
        ", ".join(map(str, sorted(egress.WEB_PORTS))),
        "others by `OMNI_EGRESS_ALLOW`",
        "net/egress.py",
    )
    yield Figure(
        "One attempt of a webhook", _span(webhook_sends.TIMEOUT_S), "four at a time", "activities/webhooks.py"
    )
    keys = f"{policy.MOST_PERSONAL_KEYS} a person, {policy.MOST_TENANT_KEYS} a workspace"
    yield Figure("API keys", keys, "a long list hides the key that should not be there", "auth/policy.py")


TABLES = (
    ("Passwords, sessions, tokens", passwords_and_tokens),
    ("How often", how_often),
    ("How much", how_much),
)


def figures() -> str:
    """The tables as they stand in the document."""
    lines: list[str] = []
    for title, rows in TABLES:
        lines += [f"**{title}**", "", "| What | Figure | Why | Where |", "|---|---|---|---|"]
        lines += [f"| {each.what} | {each.value} | {each.reason} | `{each.file}` |" for each in rows()]
        lines.append("")
    return "\n".join(lines)


def written(text: str) -> str:
    """The document with its figures as the code has them now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{figures()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
