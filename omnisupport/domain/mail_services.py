"""Where mail providers keep a mailbox and how they let programs in: one file, which the console's wizard reads too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import orjson


@cache
def mail_services() -> Mapping[str, Mapping[str, Any]]:
    """By the name of the service: `imap` and `smtp` (host, port, tls), `sign_in` (password or oauth: what it lets
    programs do at first), `authserv_id` (how its server signs what it has judged), and `oauth` where it has that.
    """
    found: Mapping[str, Mapping[str, Any]] = orjson.loads(
        resources.files("omnisupport.domain").joinpath("mail_services.json").read_bytes()
    )
    return found
