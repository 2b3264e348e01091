"""A file that the channel does not take.

The channel takes only some kinds of files. It would refuse this one, and the customer would get a
message without the picture, or none at all.

Wrong:

```yaml
channels: [widget, whatsapp]
start: first
nodes:
  first:
    type: message
    content:
      - text: {ru: Вот схема., en: Here is the plan.}
        media: {kind: image, url: "https://example.com/plan.webp"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
channels: [widget, whatsapp]
start: first
nodes:
  first:
    type: message
    content:
      - text: {ru: Вот схема., en: Here is the plan.}
        media: {kind: image, url: "https://example.com/plan.png"}
    next: bye
  bye: {type: end, outcome: done}
```

Give the file in a type that the channel takes, or a variant for the channel.
"""

from __future__ import annotations

from typing import Any

from omnisupport.domain.capabilities import capabilities
from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.shown import Shown, shown_by
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.uses import Text

RU = """Файл, который канал не принимает.

Канал принимает файлы только некоторых видов. Этот он отклонит, и клиент получит сообщение без картинки
или ничего.

Дайте файл подходящего типа или вариант для этого канала.
"""

ENTRIES = {
    "E513": Entry(
        "{channel} не принимает {kind} типа {type}, принимает: {known}",
        "{channel} does not take a {kind} of type {type}, it takes: {known}",
        "сохраните файл в другом типе",
        "save the file in another type",
    ),
    "E513.kind": Entry(
        "{channel} не принимает файлы вида {kind}",
        "{channel} does not take files of kind {kind}",
        "дайте вариант: variants.{channel}",
        "give a variant: variants.{channel}",
    ),
}

_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "avi": "video/x-msvideo",
    "mkv": "video/x-matroska",
    "3gp": "video/3gpp",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "flac": "audio/flac",
}


def check(document: Analysis) -> None:
    """E513 by the ending of the file's name; channels that show no files at all send a link."""
    for node in document.nodes.values():
        if node.type.name != "message":
            continue
        for shown in shown_by(document, node):
            media = shown.parts.get("media")
            if isinstance(media, dict):
                for channel in shown.channels:
                    _check(document, node.id, shown, media, channel)


def _check(document: Analysis, node: str, shown: Shown, media: dict[str, object], channel: str) -> None:
    facts, kind = capabilities(channel), str(media.get("kind"))
    if "media" not in facts.parts:
        return
    url = media.get("url")
    tree = url.tree if isinstance(url, Text) else shown.tree
    field = f"{shown.at}.media"
    taken = facts.media.get(kind)
    if taken is None:
        document.report.add("E513.kind", tree, node=node, field=field, channel=channel, kind=kind)
        return
    found = _type(url)
    if found is not None and taken.types and found not in taken.types:
        words: dict[str, Any] = {
            "channel": channel,
            "kind": kind,
            "type": found,
            "known": ", ".join(taken.types),
        }
        document.report.add("E513", tree, node=node, field=field, **words)


def _type(url: object) -> str | None:
    """The media type that the ending of a literal address names."""
    if not isinstance(url, Text):
        return None
    last = next(iter(url.locales.values()))[-1]
    if not isinstance(last, str) or "." not in last.rsplit("/", 1)[-1]:
        return None
    return _TYPES.get(last.split("?")[0].rsplit(".", 1)[-1].lower())
