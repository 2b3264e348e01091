"""Files for a bot's messages: uploaded where MAX says, and named by what it gives for them."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

import orjson

from omnisupport.channels.base import Account, Ambiguous, BadPayload
from omnisupport.channels.transport import Transport
from omnisupport.channels.uploads import post_file
from omnisupport.domain.message import Native

NAMED_AT_ONCE = ("video", "audio")
"""Kinds whose token comes with the address, not with the answer to the upload."""


class Call(Protocol):
    """A call of the Bot API."""

    def __call__(self, method: str, path: str, account: Account, **options: Any) -> Awaitable[dict[str, Any]]:
        """Its answer."""


def uploads_of(part: Native) -> list[dict[str, Any]]:
    """The attachments of a body whose files are to be handed over."""
    return [each for each in part.payload.get("attachments") or () if "upload" in (each.get("payload") or {})]


async def upload(
    call: Call, transport: Transport, attachment: Mapping[str, Any], account: Account
) -> dict[str, Any]:
    """Hand a file over; gives the attachment's payload.

    Raises:
        NotSent, Ambiguous: nothing of it is shown to anybody, whatever became of it.
    """
    kind = str(attachment["type"])
    async with transport.file(attachment["payload"]["upload"], account) as file:
        place = await call("POST", "/uploads", account, params={"type": kind})
        answer = await post_file(transport, str(place.get("url") or ""), "data", file, account)
    if answer.status_code == 413 or 400 <= answer.status_code < 404:
        raise BadPayload("MAX takes no such file.")
    if answer.status_code != 200:
        raise Ambiguous(f"MAX's place for files answered {answer.status_code}.")
    token = place.get("token") if kind in NAMED_AT_ONCE else None
    found = {"token": token} if token else _named(answer.content)
    if not found:
        raise Ambiguous("MAX did not say what the file is called.")
    return found


def _named(content: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    told = told if isinstance(told, dict) else {}
    if isinstance(told.get("photos"), dict) and told["photos"]:
        return {"photos": told["photos"]}
    return {"token": told["token"]} if isinstance(told.get("token"), str) else {}
