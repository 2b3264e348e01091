"""A recording or a voice message."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.fields import Bool
from omnisupport.scenario_dsl.inputs.base import Answer, Found, Outside, Parsed
from omnisupport.scenario_dsl.inputs.files import FilesKind
from omnisupport.scenario_dsl.words import Both


class AudioInput(FilesKind):
    """`{kind: audio, transcribe: true}`: the value's `text` is what was said, null where nobody could write it down."""

    name = "audio"
    mimes = ("audio/*",)
    kinds = ("audio", "voice")
    fields = {
        name: item for name, item in FilesKind.fields.items() if name not in ("min", "max", "debounce")
    } | {"transcribe": Bool()}
    question = Both("Пришлите голосовое сообщение.", "Please send a voice message.")
    title = Both("Запись", "Recording")

    def parse(self, answer: Answer, data: dict[str, Any]) -> Found:
        found = super().parse(answer, data)
        if not isinstance(found, Parsed) or not data.get("transcribe"):
            return found
        return Outside(
            {"kind": "transcription", "file": found.value, "locale": answer.locale}, otherwise=found
        )

    def heard(self, exit: str, value: Any, otherwise: Parsed | None) -> Found:
        """The host gives the words; without them the recording is the answer."""
        if exit == "ok" and isinstance(value, str) and otherwise is not None:
            return Parsed({**otherwise.value, "text": value[:4_000]})
        return otherwise


INPUT = AudioInput()
