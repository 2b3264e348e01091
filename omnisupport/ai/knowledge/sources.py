"""Knowledge files: what may be imported, their front matter, and clear refusals for what may not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import yaml

from omnisupport.errors import Invalid

MAX_FILE_BYTES = 1_000_000
"""About 500 printed pages. More in one file is a book: split it."""
MAX_FIELD = 500
"""Characters of a title, a slug or an address."""

SUFFIXES = (".md", ".markdown", ".txt")
LOCALES = ("ru", "en")

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_FIRST_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_SAFE_URL = re.compile(r"^(?:https?://[^\s]+|/(?!/)[^\s]*)$")
_FIELDS = ("title", "slug", "locale", "url", "kind", "category", "position", "published")
KINDS = ("document", "article")
MAX_CATEGORY = 120
MAX_POSITION = 1_000_000


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A knowledge file as read: its front matter and the Markdown below it."""

    slug: str
    locale: str
    title: str
    url: str | None
    markdown: str
    kind: str = "document"
    category: str | None = None
    position: int = 0
    published: bool = True


def find_files(folder: Path) -> list[Path]:
    """Every Markdown or text file below `folder`, ordered by path; other files are passed over.

    Raises:
        Invalid: no such folder or no knowledge file in it (`knowledge_empty`).
    """
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not paths:
        raise Invalid(f"{folder}: no Markdown or text file found there.", code="knowledge_empty")
    return paths


def read_folder(folder: Path) -> list[SourceDocument]:
    """Read every knowledge file below `folder`.

    Reads all before it returns: a caller that stores the result has changed nothing when a file is refused.

    Raises:
        Invalid: there is none (`knowledge_empty`), or a file is refused.
    """
    return [read_file(path, within=folder) for path in find_files(folder)]


def read_file(path: Path, *, within: Path) -> SourceDocument:
    """Read one knowledge file; its folder's name gives the language when the front matter does not.

    Raises:
        Invalid: it is refused as `parse_source` says, it leads out of the folder `within` (`knowledge_link`),
            or it may not be read (`knowledge_unreadable`).
    """
    if not path.resolve().is_relative_to(within.resolve()):
        raise Invalid(
            f"{path.name}: a link that leads out of the folder. Copy the file into it.", code="knowledge_link"
        )
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Invalid(
            f"{path.name}: cannot be read ({error.strerror}).", code="knowledge_unreadable"
        ) from error
    folder_locale = path.parent.name if path.parent.name in LOCALES else None
    return parse_source(data, name=path.name, locale=folder_locale)


def parse_source(data: bytes, *, name: str, locale: str | None = None) -> SourceDocument:
    """Check that `data` is readable text and split its front matter off.

    Raises:
        Invalid: `knowledge_not_text`, `knowledge_empty`, `knowledge_too_large` or `knowledge_front_matter`.
    """
    text = decode_text(data, name=name)
    fields, body = _split_front_matter(text, name)
    if not body.strip():
        raise Invalid(f"{name}: there is no text in it. Write some.", code="knowledge_empty")
    heading = _FIRST_HEADING.search(body)
    stem = Path(name).stem
    title = fields.get("title") or (heading.group(1) if heading else stem)[:MAX_FIELD]
    return SourceDocument(
        slug=fields.get("slug") or stem,
        locale=_check_locale(fields.get("locale") or locale or guess_locale(body), name),
        title=title,
        url=_check_url(fields.get("url"), name),
        markdown=body.strip() + "\n",
        kind=_one_of("kind", fields.get("kind", KINDS[0]), KINDS, name),
        category=_check_category(fields.get("category"), name),
        position=_check_position(fields.get("position", "0"), name),
        published=_one_of("published", fields.get("published", "true").lower(), ("true", "false"), name)
        == "true",
    )


def decode_text(data: bytes, *, name: str) -> str:
    """Decode UTF-8 and refuse what is not text: NUL bytes, other encodings, mostly control characters."""
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1_000
        raise Invalid(f"{name}: larger than {limit} KB. Split it.", code="knowledge_too_large")
    not_text = Invalid(
        f"{name}: not a text file. Knowledge is Markdown or plain text in UTF-8.", code="knowledge_not_text"
    )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_text from error
    if not text.strip():
        raise Invalid(f"{name}: the file is empty. Write some text.", code="knowledge_empty")
    controls = sum(1 for char in text if unicodedata.category(char) == "Cc" and char not in "\n\r\t\f")
    if "\0" in text or controls * 100 > len(text):
        raise not_text
    return text


def guess_locale(text: str) -> str:
    """Tell Russian from English by the letters."""
    cyrillic = sum(1 for char in text if "а" <= char.lower() <= "я")
    latin = sum(1 for char in text if "a" <= char.lower() <= "z")
    return "ru" if cyrillic > latin else "en"


def _split_front_matter(text: str, name: str) -> tuple[dict[str, str], str]:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    refused = Invalid(
        f"{name}: the front matter between the --- lines must be YAML such as `title: Delivery`.",
        code="knowledge_front_matter",
    )
    try:
        loaded = yaml.safe_load(match.group(1))
    except yaml.YAMLError as error:
        raise refused from error
    if loaded is None:
        loaded = {}
    if not isinstance(loaded, dict):
        raise refused
    known = {key: str(loaded[key]).strip() for key in _FIELDS if loaded.get(key) is not None}
    for key, value in known.items():
        if len(value) > MAX_FIELD or any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
            raise Invalid(
                f"{name}: {key} must be one line of at most {MAX_FIELD} characters.",
                code="knowledge_front_matter",
            )
    return known, text[match.end() :]


def _check_locale(locale: str, name: str) -> str:
    if locale not in LOCALES:
        raise Invalid(f"{name}: locale {locale!r} is not known; use ru or en.", code="knowledge_front_matter")
    return locale


def _one_of(field: str, value: str, known: tuple[str, ...], name: str) -> str:
    if value not in known:
        raise Invalid(
            f"{name}: {field} {value!r} is not known; use {' or '.join(known)}.",
            code="knowledge_front_matter",
        )
    return value


def _check_category(category: str | None, name: str) -> str | None:
    if category is not None and len(category) > MAX_CATEGORY:
        raise Invalid(
            f"{name}: category has at most {MAX_CATEGORY} characters.", code="knowledge_front_matter"
        )
    return category or None


def _check_position(position: str, name: str) -> int:
    if not re.fullmatch(r"[0-9]{1,7}", position, re.ASCII) or int(position) > MAX_POSITION:
        raise Invalid(
            f"{name}: position {position!r} must be a number up to {MAX_POSITION}.",
            code="knowledge_front_matter",
        )
    return int(position)


def _check_url(url: str | None, name: str) -> str | None:
    # The address becomes a link in a customer's chat: javascript: and the like must never get there.
    if url and not _SAFE_URL.match(url):
        raise Invalid(
            f"{name}: url {url!r} must begin with / or with https://.", code="knowledge_front_matter"
        )
    return url or None
