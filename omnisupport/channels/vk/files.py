"""Files for a community's messages: uploaded where VK says, saved, and named as an attachment."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

import orjson

from omnisupport.channels.base import Account, Ambiguous, BadPayload
from omnisupport.channels.transport import Transport
from omnisupport.channels.uploads import post_file
from omnisupport.domain.files import OpenFile
from omnisupport.domain.message import Native

AS_PHOTO = ("image/jpeg", "image/png", "image/gif", "image/webp")
"""What VK makes a photo of; other pictures are documents."""


class Call(Protocol):
    """A method of the API."""

    def __call__(self, method: str, account: Account, **fields: Any) -> Awaitable[Any]:
        """Its `response`."""


async def upload(call: Call, transport: Transport, part: Native, account: Account) -> str:
    """Hand the file of a part over; gives its `photo…` or `doc…`.

    Raises:
        NotSent, Ambiguous: nothing of it is shown to anybody, whatever became of it.
    """
    ref, peer = part.payload["attachment"], str(part.payload["peer_ids"])
    async with transport.file(ref, account) as file:
        if ref.get("kind") == "image" and file.type in AS_PHOTO:
            return await _photo(call, transport, file, peer, account)
        return await _document(call, transport, file, peer, account)


def without_file(part: Native) -> Native:
    """A picture as a document; else the address in words."""
    ref = part.payload["attachment"]
    if ref.get("kind") == "image" and ref.get("file"):
        payload = {**part.payload, "attachment": {**ref, "kind": "file"}}
        return Native(part.index, part.method, payload, part.lossy)
    payload = {name: value for name, value in part.payload.items() if name != "attachment"}
    said = ": ".join(filter(None, (ref.get("name"), str(ref["url"]))))
    payload["message"] = "\n".join(filter(None, (str(payload.get("message") or ""), said)))
    lossy = tuple(dict.fromkeys([*part.lossy, "media_as_link"]))
    return Native(part.index, part.method, payload, lossy)


async def _photo(call: Call, transport: Transport, file: OpenFile, peer: str, account: Account) -> str:
    server = await call("photos.getMessagesUploadServer", account, peer_id=peer)
    given = await _given(transport, server, "photo", file, account)
    if given.get("photo") in (None, "", "[]"):
        raise BadPayload("VK makes no photo of this picture.")
    told = {name: given.get(name) for name in ("server", "photo", "hash")}
    saved = await call("photos.saveMessagesPhoto", account, **told)
    return _named("photo", saved[0] if isinstance(saved, list) and saved else None)


async def _document(call: Call, transport: Transport, file: OpenFile, peer: str, account: Account) -> str:
    server = await call("docs.getMessagesUploadServer", account, type="doc", peer_id=peer)
    given = await _given(transport, server, "file", file, account)
    if not given.get("file"):
        raise BadPayload(f"VK takes no file of this kind: {str(given.get('error') or '?')[:100]}")
    saved = await call("docs.save", account, file=given["file"], title=file.name)
    return _named("doc", saved.get("doc") if isinstance(saved, dict) else None)


async def _given(
    transport: Transport, server: Any, field: str, file: OpenFile, account: Account
) -> Mapping[str, Any]:
    address = str(server.get("upload_url") or "") if isinstance(server, dict) else ""
    answer = await post_file(transport, address, field, file, account)
    if answer.status_code == 413:
        raise BadPayload("VK takes no file of this size.")
    try:
        told = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise Ambiguous("VK did not say what became of the file.")
    return told


def _named(kind: str, saved: Any) -> str:
    owner, id = (saved.get("owner_id"), saved.get("id")) if isinstance(saved, dict) else (None, None)
    if not isinstance(owner, int) or not isinstance(id, int):
        raise Ambiguous("VK did not say what the file is called.")
    key = str(saved.get("access_key") or "")
    return f"{kind}{owner}_{id}" + (f"_{key}" if key else "")
