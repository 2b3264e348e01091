"""A slug from the name of a company, in the letters that an address has."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
"""Of what is made from a name: there stays room for a suffix, and it can be read out."""
NAMELESS = "workspace"

_CYRILLIC = str.maketrans("абвгдеёзийклмнопрстуфыэіґ", "abvgdeeziyklmnoprstufyeig") | str.maketrans(
    {
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ъ": "",
        "ь": "",
        "ю": "yu",
        "я": "ya",
        "ї": "yi",
        "є": "ye",
    }
)


def slug_of(name: str) -> str:
    """A slug for a name: Cyrillic by its sounds, marks dropped, whatever is left over becomes a hyphen.

    At most 40 characters of a-z, 0-9 and inner hyphens; `workspace` where nothing is left.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    spelt = folded.translate(_CYRILLIC)
    plain = "".join(each for each in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or NAMELESS
