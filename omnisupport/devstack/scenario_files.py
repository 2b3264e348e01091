"""Scenario files on disk, for `omni scenario`: read, compared and put into form without a server."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from omnisupport.errors import Invalid, NotFound
from omnisupport.scenario_dsl.diff import describe, diff_texts
from omnisupport.scenario_dsl.fmt import format_document


def read_text(file: Path) -> str:
    """A file's text.

    Raises:
        NotFound: it cannot be read.
        Invalid: it is no text in UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(f"{file}: {error.strerror}.", code="file_not_found") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file}: this is not a text file in UTF-8.", code="file_unreadable") from error


def diff_files(before: Path, after: Path, *, as_json: bool, locale: str = "en") -> bool:
    """Print what is different by meaning; True when nothing is.

    Raises:
        ScenarioInvalid: one of them is no map of YAML.
    """
    changes = diff_texts(read_text(before), read_text(after))
    if as_json:
        _print_json([each.to_dict() for each in changes])
    else:
        sys.stdout.write(describe(changes, locale))
    return not changes


def format_files(files: Sequence[Path], *, check: bool) -> bool:
    """Write each file in the language's form, or with `check` only say which are not; True when all were.

    Raises:
        ScenarioInvalid: one of them is no map of YAML; the files before it are written.
    """
    were_formatted = True
    for file in files:
        text = read_text(file)
        formatted = format_document(text)
        if formatted == text:
            continue
        were_formatted = False
        sys.stdout.write(f"{file}\n")
        if not check:
            file.write_text(formatted, encoding="utf-8")
    return were_formatted


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
