"""A mail as its reader sees it."""

from __future__ import annotations

from omnisupport.channels.base import Account
from omnisupport.channels.email.render import PICTURE
from omnisupport.channels.preview import Shown, spans_of_html
from omnisupport.domain.capabilities import Capabilities, capabilities
from omnisupport.domain.message import Native


def takes(account: Account) -> Capabilities:
    """The same for every mailbox."""
    return capabilities("email")


def shown(part: Native, account: Account) -> Shown:
    """Its page, its subject, and the names of its files."""
    names = ", ".join(str(each.get("name")) for each in part.payload.get("files") or ())
    spans = spans_of_html(PICTURE.sub("", str(part.payload["html"])))
    return Shown("mail", spans, title=str(part.payload["subject"]), note=names or None)
