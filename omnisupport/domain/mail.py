"""A mail to a person: what it says by template, language and values; the sentences are in `mail/sentences.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

KEY = re.compile(r"[A-Za-z0-9._/-]{1,160}")
LONGEST_VALUE = 2_000
LONGEST_ADDRESS = 254


class MailTemplate(StrEnum):
    """What a mail is about. Those of `LINKED` need `link`; every other value may be left out, with its line.

    Values of all: `name` (of the reader), `workspace`, `at` (ISO 8601), `address` (IP), `device`.
    """

    VERIFY_EMAIL = "verify_email"
    """`link`, `hours` for which it is good."""
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a name
    """`link`, `hours`."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    ADDRESS_CHANGED = "address_changed"
    """To the old address; `email` is the new one."""
    CHANGE_EMAIL = "change_email"
    """To the new address: `link`, `hours`."""
    INVITATION = "invitation"
    """`link`, `hours`, `inviter`, `workspace`, `role`."""
    SIGN_IN_NEW_DEVICE = "sign_in_new_device"
    ACCOUNT_EXISTS = "account_exists"
    """Somebody registered with an address that has an account: `link` to the sign-in."""
    EXPORT_READY = "export_ready"
    """`workspace`, `hours` for which the bundle is kept."""
    TWO_FACTOR_CHANGED = "two_factor_changed"
    """`state`: on, off or codes (new recovery codes)."""
    CHANNEL_BROKEN = "channel_broken"
    """To owners: a connection has not worked for a while. `link` to its page, `channel`, `problem`, `workspace`."""
    CHANNEL_MENDED = "channel_mended"
    """To whom its break was told: `link`, `channel`, `workspace`."""
    SCENARIO_NOTICE = "scenario_notice"
    """To a member: a scenario tells him something: `scenario`, `text`, `workspace`."""
    SCENARIO_LETTER = "scenario_letter"
    """To a customer, from a scenario: `text`, `workspace`."""
    SCENARIO_CODE = "scenario_code"
    """To a customer: the one-time `code` that a scenario asks for, good for `minutes`; `workspace`."""


LINKED = frozenset(
    {
        MailTemplate.VERIFY_EMAIL,
        MailTemplate.RESET_PASSWORD,
        MailTemplate.CHANGE_EMAIL,
        MailTemplate.INVITATION,
        MailTemplate.ACCOUNT_EXISTS,
        MailTemplate.CHANNEL_BROKEN,
        MailTemplate.CHANNEL_MENDED,
    }
)
"""Without their link these say nothing."""
NEEDED = (LINKED | {MailTemplate.SCENARIO_CODE}) - {MailTemplate.CHANNEL_BROKEN, MailTemplate.CHANNEL_MENDED}
"""What waits for the mail: where none can leave, what asks for one is refused."""
GIVEN_UP_AFTER_HOURS = 72
VALUES: Mapping[str, int] = MappingProxyType(
    {
        "name": 120,
        "workspace": 120,
        "inviter": 120,
        "role": 60,
        "email": LONGEST_ADDRESS,
        "at": 40,
        "address": 60,
        "device": 300,
        "hours": 4,
        "state": 10,
        "code": 12,
        "minutes": 4,
        "scenario": 120,
        "channel": 120,
        "problem": 300,
        "text": 4_000,
        "link": LONGEST_VALUE,
    }
)
"""Every value that a template may name, and its most characters; what is longer is cut, but for a link."""


@dataclass(frozen=True)
class Mail:
    """One mail to one person. A payload: it only grows.

    `key` names the mail within its tenant (`reset_password/{id of the token's row}`): the same key is the same mail
    and is sent once. It stands in the workflow's id, in clear: ids only, no address and no token. `names` are the
    values by the names of `VALUES`.
    """

    to: str
    template: str
    locale: str
    names: dict[str, str]
    key: str

    @property
    def good_for_hours(self) -> int:
        """How long it is worth sending: as long as its link is good, three days at most."""
        hours = self.names.get("hours", "")
        return (
            min(int(hours), GIVEN_UP_AFTER_HOURS)
            if hours.isdecimal() and int(hours)
            else GIVEN_UP_AFTER_HOURS
        )


NOBODY = Mail(to="", template="", locale="", names={}, key="")
"""A mail to no one: its workflow ends at once (see `mail/mailer.py`)."""


def check_mail(mail: Mail) -> Mail:
    """Return a mail that can be written.

    Raises:
        ValueError: a fault of the caller: an unknown template or name, no link where one is needed, a key with other
            characters than letters, digits and `._/-`.
    """
    template = MailTemplate(mail.template)
    if not KEY.fullmatch(mail.key):
        raise ValueError(f"'{mail.key}' is no key of a mail: ids and names only.")
    if unknown := mail.names.keys() - VALUES.keys():
        raise ValueError(f"A mail has no value {', '.join(sorted(unknown))}.")
    if template in LINKED and not mail.names.get("link"):
        raise ValueError(f"A mail {template} needs a link.")
    return mail
