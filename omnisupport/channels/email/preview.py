"""A mail as its reader sees it."""

from __future__ import annotations

from omnisupport.channels.base import Account
from omnisupport.channels.preview import Shown, spans_of_html
from omnisupport.domain.capabilities import Capabilities, capabilities
from omnisupport.domain.message import Native


def takes(account: Account) -> Capabilities:
    """The same for every mailbox."""
    return capabilities("email")


def shown(part: Native, account: Account) -> Shown:
    """Its page and its subject."""
    return Shown("mail", spans_of_html(str(part.payload["html"])), title=str(part.payload["subject"]))
