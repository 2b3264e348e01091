"""Bytes as words, whatever charset they claim: mails are wrong about it, and no mail may stop its reader."""

from __future__ import annotations

import binascii
import codecs
import re

import charset_normalizer

SAMPLE = 16_384
"""Bytes from which a charset is guessed."""
ALIASES = {
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "cp-1251": "cp1251",
    "x-cp1251": "cp1251",
    "koi8": "koi8-r",
    "dos-866": "cp866",
    "cp-866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
    "utf8mb4": "utf-8",
    "gb2312": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
}
REFUSED = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"})
"""Codecs of Python that are no charsets of a mail; some take time that grows with the square of the text."""
CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
LATIN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})
"""What programs write that do not know their own charset."""
_COMMON = frozenset("оеаинтсрвлкмдпуя")
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def decode(raw: bytes, charset: str | None) -> str:
    """The text of these bytes; never fails. Line ends become `\\n`, controls are dropped."""
    return tidy(_decoded(raw, charset))


def tidy(text: str) -> str:
    """Without controls, NUL and halves of characters; every line ends in `\\n`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def one_line(text: str) -> str:
    """The same on one line, with single blanks: what may stand in a header or a list."""
    return " ".join(tidy(text).split())


def decode_words(text: str) -> str:
    """A header's value with its encoded words (RFC 2047) read, bytes beyond ASCII too; on one line."""
    if _SURROGATES.search(text):
        text = decode(text.encode("utf-8", "surrogateescape"), None)
    found: list[str] = []
    waiting: list[tuple[str, bytes]] = []
    at = 0
    for word in _WORD.finditer(text):
        gap = text[at : word.start()]
        if gap.strip() or not waiting:
            found += [_joined(waiting), gap]
            waiting = []
        waiting.append((word[1].partition("*")[0].lower(), _unwrapped(word[2], word[3])))
        at = word.end()
    return one_line("".join([*found, _joined(waiting), text[at:]]))


def codec_of(charset: str | None) -> str | None:
    """Python's name of a charset, or None where it is none."""
    name = (charset or "").strip().strip("\"'").lower().replace("_", "-")
    try:
        codec = codecs.lookup(ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    found = codec.name.replace("_", "-")
    is_text = getattr(codec, "_is_text_encoding", True)
    return found if is_text and found not in REFUSED else None


def _decoded(raw: bytes, charset: str | None) -> str:
    codec = codec_of(charset)
    for each in dict.fromkeys((codec, "utf-8")):
        try:
            text = raw.decode(each) if each else ""
        except ValueError:
            continue
        if each and not (each in LATIN and _is_disguised(text)):
            return text
    if codec == "utf-8":
        text = raw.decode("utf-8", "replace")
        if text.count("\ufffd") * 20 <= sum(not letter.isascii() for letter in text):
            return text  # cut within a letter, or a few bytes lost
    guessed = _guess(raw[:SAMPLE])
    return raw.decode(guessed or codec or "utf-8", "replace")


def _is_disguised(text: str) -> bool:
    """Whether this is Cyrillic under a Latin name: most of its letters would have accents."""
    letters = [letter for letter in text[:SAMPLE] if letter.isalpha()]
    accented = sum(letter >= "\xc0" for letter in letters)
    return accented > 3 and accented * 2 > len(letters)


def _guess(sample: bytes) -> str | None:
    beyond = sum(byte > 0x7F for byte in sample)
    if not beyond:
        return None
    best = max(CYRILLIC, key=lambda charset: _looks_russian(sample.decode(charset, "replace")))
    if _looks_russian(sample.decode(best, "replace")) > beyond / 2:
        return best
    match = charset_normalizer.from_bytes(sample).best()
    return codec_of(match.encoding) if match is not None else None


def _looks_russian(text: str) -> float:
    """Points for letters as Russian has them: mostly small ones, capitals at the beginning of a word only."""
    points, before = 0.0, " "
    for letter in text:
        if "а" <= letter <= "я" or letter == "ё":
            points += 1.5 if letter in _COMMON else 1
        elif "А" <= letter <= "Я" or letter == "Ё":
            points += -1 if before.islower() else 0.6
        elif letter > "\x7f" and letter not in "«»—–…№\xa0“”„":
            points -= 1.5
        before = letter
    return points


def _joined(words: list[tuple[str, bytes]]) -> str:
    """Words of one charset are joined before they are read: programs split letters between two of them."""
    found: list[tuple[str, bytes]] = []
    for charset, raw in words:
        if found and found[-1][0] == charset:
            found[-1] = (charset, found[-1][1] + raw)
        else:
            found.append((charset, raw))
    return "".join(decode(raw, charset) for charset, raw in found)


def _unwrapped(how: str, written: str) -> bytes:
    if how in "qQ":
        return binascii.a2b_qp(written.replace(" ", "_").encode("utf-8", "replace"), header=True)
    kept = re.sub(r"[^A-Za-z0-9+/]", "", written)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + "=" * (-len(kept) % 4))
