"""A picture."""

from __future__ import annotations

from omnisupport.scenario_dsl.inputs.files import FilesKind
from omnisupport.scenario_dsl.words import Both


class ImageInput(FilesKind):
    """`{kind: image, max: 5}`: photos and pictures sent as files."""

    name = "image"
    mimes = ("image/*",)
    kinds = ("image",)
    question = Both("Пришлите фото.", "Please send a picture.")
    title = Both("Фото", "Picture")


INPUT = ImageInput()
