"""What comes with a message of MAX: files that can be fetched, a place, a contact, and links in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeGuard

from omnisupport.domain.inbound import MediaRef

Attachments = Sequence[Mapping[str, Any]]
_KINDS: Mapping[str, Literal["image", "audio", "video", "sticker", "file"]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "sticker": "sticker",
}


def media_of(attachments: Attachments) -> tuple[MediaRef, ...]:
    """The files among attachments, in their order."""
    found = (_file(each) for each in attachments)
    return tuple(each for each in found if each is not None)


def lines_of(attachments: Attachments) -> Iterator[str]:
    """A line for each link that is shared."""
    for each in attachments:
        if each.get("type") == "share" and (address := _string(_payload(each), "url")):
            yield ": ".join(filter(None, (_string(each, "title"), address)))


def location_of(attachments: Attachments) -> dict[str, Any] | None:
    """The place that is shown, if any."""
    for each in attachments:
        latitude, longitude = each.get("latitude"), each.get("longitude")
        if each.get("type") == "location" and _is_number(latitude) and _is_number(longitude):
            return {"lat": float(latitude), "lon": float(longitude)}
    return None


def contact_of(attachments: Attachments) -> dict[str, Any] | None:
    """The person who is named, if any: from his card, else from his profile."""
    for each in attachments:
        if each.get("type") == "contact":
            card = _card(_string(_payload(each), "vcf_info"))
            profile = _payload(each).get("max_info")
            known = " ".join(filter(None, (_string(profile, "first_name"), _string(profile, "last_name"))))
            phone = card.get("TEL", "")
            name = card.get("FN") or known or phone
            if name:
                return {"name": name} | ({"phone": phone} if phone else {})
    return None


def transcript_of(attachments: Attachments) -> str:
    """What MAX has understood of a voice message."""
    return "\n".join(filter(None, (_string(each, "transcription") for each in attachments)))


def _file(attachment: Mapping[str, Any]) -> MediaRef | None:
    kind = _KINDS.get(_string(attachment, "type"))
    address = _string(_payload(attachment), "url")
    ref = {"url": address} if address else {}
    if kind == "video" and (token := _string(_payload(attachment), "token")):
        ref["video"] = token
    if kind is None or not ref:
        return None
    size = attachment.get("size")
    return MediaRef(
        kind, ref, _string(attachment, "filename") or None, size=size if type(size) is int else None
    )


def _card(written: str) -> dict[str, str]:
    """Names and first values of a vCard's lines."""
    found: dict[str, str] = {}
    for line in written.splitlines():
        name, _, value = line.partition(":")
        found.setdefault(name.partition(";")[0].strip().upper(), value.strip())
    return found


def _payload(attachment: Mapping[str, Any]) -> Mapping[str, Any]:
    payload = attachment.get("payload")
    return payload if isinstance(payload, dict) else {}


def _string(body: Any, name: str) -> str:
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
