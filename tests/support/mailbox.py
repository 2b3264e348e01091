"""The stack's own mailbox, for tests that read what the product has sent."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx2

from tests.support.patience import PATIENCE_S


class Mailbox:
    """What arrived, by address. `url` is the page's; `smtp_url` is what `OMNI_SMTP_URL` names."""

    def __init__(self, url: str, smtp_url: str) -> None:
        self.url = smtp_url
        self._http = httpx2.Client(base_url=url, timeout=20, verify=False)

    def of(self, address: str) -> list[dict[str, Any]]:
        """What arrived for an address, oldest first."""
        newest: list[dict[str, Any]] = self._http.get("/mails.json", params={"to": address}).json()["items"]
        return newest[::-1]

    def await_mail(self, address: str, subject: str, *, within: float = PATIENCE_S) -> str:
        """The text of the newest mail to an address with this in its subject."""
        deadline = time.monotonic() + within
        while True:
            mails = self.of(address)
            found = [mail for mail in mails if subject in mail["subject"]]
            if found:
                return str(found[-1]["text"])
            assert time.monotonic() < deadline, [mail["subject"] for mail in mails]
            time.sleep(0.05)

    def token(self, address: str, subject: str) -> str:
        """The token in the link of the newest such mail."""
        found = re.search(r"#token=(\S+)", self.await_mail(address, subject))
        assert found is not None
        return found[1]
