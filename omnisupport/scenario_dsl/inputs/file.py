"""A file of any kind."""

from __future__ import annotations

from omnisupport.scenario_dsl.inputs.files import FilesKind
from omnisupport.scenario_dsl.words import Both


class FileInput(FilesKind):
    """`{kind: file, mime: [application/pdf], max_size: 10MB, max: 3}`."""

    name = "file"
    question = Both("Пришлите файл.", "Please send a file.")
    title = Both("Файл", "File")


INPUT = FileInput()
