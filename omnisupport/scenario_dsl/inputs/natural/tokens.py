"""Cut a text into the tokens of dates: words, numbers, and numbers that are written together."""

from __future__ import annotations

import re
from typing import NamedTuple

from omnisupport.scenario_dsl.keywords import fold

LONGEST = 120
"""Characters; who writes more than a line means more than a date."""
_MOST = 24

# No alternative can begin where another one goes on, so a text is read once.
_TOKEN = re.compile(
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))"
    r"|(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:]))"
    r"|(?P<dotted>[0-9]{1,2}[./][0-9]{1,2}(?:[./](?:[0-9]{4}|[0-9]{2}))?(?![0-9./]*[0-9]))"
    r"|(?P<dashed>[0-9]{1,2}-[0-9]{2}(?:-[0-9]{4})?(?![0-9-]*[0-9]))"
    r"|(?P<decimal>[0-9]{1,4}[.,][0-9]{1,2}(?![0-9.,]*[0-9]))"
    r"|(?P<number>[0-9]{1,9}(?![0-9]))"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<gap>[\s,.!?;()«»\"'’“”\u2013\u2014-])"
)


class Token(NamedTuple):
    """A piece of the text; `glued` says that nothing stands between it and the one before."""

    kind: str
    text: str
    glued: bool


def tokenise(text: str) -> list[Token] | None:
    """The tokens of a text, or None when it holds what no date holds."""
    if len(text) > LONGEST:
        return None
    folded = fold(text).replace("a.m.", "am").replace("p.m.", "pm")
    tokens: list[Token] = []
    at, glued = 0, False
    while at < len(folded):
        match = _TOKEN.match(folded, at)
        if match is None or len(tokens) > _MOST:
            return None
        at = match.end()
        kind = match.lastgroup or ""
        if kind == "gap":
            if match.group() == "-" and not glued and folded[at : at + 1].isdigit():
                return None  # a number below zero
            # «5-го», "twenty-first": a hyphen holds words together.
            glued = glued and match.group() == "-"
            continue
        tokens.append(Token(kind, match.group(), glued))
        glued = True
    return tokens or None
