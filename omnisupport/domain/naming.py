"""Keys: what documents, roles and imports call a thing whose name people may change."""

from __future__ import annotations

import hashlib
import re
import unicodedata

KEY = r"^[a-z][a-z0-9_-]{0,62}$"
"""How a key looks; it never changes once its thing is made."""
MOST_CHARS = 63

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch _ y _ e yu ya".replace("_", "").split(
            " "
        ),
        strict=True,
    )
)


def key_of(name: str) -> str:
    """A key made from a name: Latin letters and digits, Cyrillic in Latin letters.

    A name without any of these still has a key of its own, which tells nothing of it.
    """
    plain = "".join(_LATIN.get(each, each) for each in name.casefold())
    plain = unicodedata.normalize("NFD", plain).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not key:
        key = hashlib.sha256(name.encode()).hexdigest()[:12]
    if not key[0].isalpha():
        key = f"n-{key}"
    return key[:MOST_CHARS].rstrip("-")
