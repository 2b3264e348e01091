"""Files that are handed to a provider before the message that shows them: a step that shows nothing to anybody."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2

from omnisupport.channels.base import Account, Ambiguous, BadPayload, NotSent, Transient
from omnisupport.channels.transport import FILE_S, Transport
from omnisupport.domain.files import OpenFile

KEPT_S = 1800.0
KEPT_MOST = 1000
GONE = "file_gone"


class Uploads:
    """Uploads for sends, remembered by this process for as long as a send is tried: a repeat is harmless and dear."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    async def once(
        self, account: Account, key: str, ref: Mapping[str, Any], upload: Callable[[], Awaitable[Any]]
    ) -> Any:
        """What `upload` gave for this file of this send, now or before; a lost answer may be asked for again.

        Raises:
            NotSent: see its kinds; never is it unknown whether something was shown.
        """
        which = (ref.get("kind"), ref.get("file") or ref.get("url"))
        name, now = f"{account.channel_id}/{key}/{which}", time.monotonic()
        kept = self._kept.get(name)
        if kept is not None and now - kept[0] < KEPT_S:
            return kept[1]
        try:
            found = await upload()
        except Ambiguous as silent:
            raise Transient(f"The file could not be handed over. {silent.detail}") from silent
        self._kept[name] = (now, found)
        while len(self._kept) > KEPT_MOST:
            self._kept.popitem(last=False)
        return found


def in_plainer_form(refused: NotSent, fallback: Any) -> NotSent:
    """A file that cannot be handed over, with the form that does without; what helps itself, or is gone, stays."""
    if refused.retryable or refused.code == GONE or fallback is None:
        return refused
    return BadPayload(refused.detail, fallback=fallback)


async def post_file(
    transport: Transport,
    address: str,
    field: str,
    file: OpenFile,
    account: Account,
    *,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Response:
    """A form with one file, to where a provider wants it.

    Raises:
        Transient: it never left.
        Ambiguous: no answer came.
    """
    if not address.startswith(("https://", "http://")):
        raise Ambiguous(f"{account.provider} names no address for files.")
    form = {field: (file.name, file.content, file.type)}
    return await transport.call(
        "POST",
        address,
        provider=account.provider,
        account=account.external_id,
        files=form,
        data=dict(fields or {}),
        headers=dict(headers or {}),
        timeout=FILE_S,
    )
