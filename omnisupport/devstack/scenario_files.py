"""Scenario files on disk, for `omni scenario`: read, compared and put into form without a server."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from omnisupport.errors import Invalid, NotFound
from omnisupport.scenario_dsl import ScenarioInvalid, loader
from omnisupport.scenario_dsl.diff import describe, diff_texts
from omnisupport.scenario_dsl.fmt import format_document
from omnisupport.scenario_dsl.importers import KINDS, import_document


def read_text(file: Path) -> str:
    """A file's text.

    Raises:
        NotFound: it cannot be read.
        ScenarioInvalid: it is no text in UTF-8 (E002).
    """
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(f"{file}: {error.strerror}.", code="file_not_found") from error
    except UnicodeDecodeError as error:
        raise ScenarioInvalid(loader.read_text(file.read_bytes(), file=str(file)).findings) from error


def told(
    run: Callable[[], bool], *, as_json: bool = False, as_list: bool = False, locale: str = "en"
) -> bool:
    """What `run` comes to; the findings of a file that it cannot read are told, one a line, and it is False then.

    As JSON they are {file, passed, findings} of each file, in the place of its report: `as_list` where `run` prints
    a list of reports.
    """
    try:
        return run()
    except ScenarioInvalid as invalid:
        if as_json:
            files = dict.fromkeys(each.file for each in invalid.findings)
            reports = [
                {
                    "file": file,
                    "passed": False,
                    "findings": [each.to_dict() for each in invalid.findings if each.file == file],
                }
                for file in files
            ]
            _print_json(reports if as_list else reports[0])
        else:
            sys.stdout.flush()
            sys.stderr.writelines(f"{each.text(locale)}\n" for each in invalid.findings)
        return False


def tests_beside(file: Path) -> list[Path]:
    """The test files of a scenario: `word.test.yaml`, `word.night.test.yaml` of `word.yaml`."""
    return sorted(
        {*file.parent.glob(f"{file.stem}.test.yaml"), *file.parent.glob(f"{file.stem}.*.test.yaml")}
    )


def diff_files(before: Path, after: Path, *, as_json: bool, locale: str = "en") -> bool:
    """Print what is different by meaning; True when nothing is.

    Raises:
        ScenarioInvalid: one of them is no map of YAML.
    """
    names = (str(before), str(after))
    changes = diff_texts(read_text(before), read_text(after), files=names)
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
        formatted = format_document(text, file=str(file))
        if formatted == text:
            continue
        were_formatted = False
        sys.stdout.write(f"{file}\n")
        if not check:
            file.write_text(formatted, encoding="utf-8")
    return were_formatted


def import_files(kind: str, files: Sequence[Path], *, output: Path | None, locale: str = "en") -> bool:
    """Write the document that files of another system come to, and tell on stderr what is lost; True if no error is.

    Raises:
        Invalid: a kind that is not known, or a target that is there already.
    """
    if kind not in KINDS:
        raise Invalid(f"'{kind}' is not known: {', '.join(KINDS)} are.", code="kind_unknown")
    if output is not None and output.exists():
        raise Invalid(f"{output} is there already.", code="file_exists")
    first, *others = files
    more = {str(each): read_text(each) for each in others}
    made = import_document(kind, read_text(first), file=str(first), more=more)
    for loss in made.losses:
        sys.stderr.write(f"{loss.text(locale)}\n")
    if output is None:
        sys.stdout.write(made.text)
    elif made.text:
        output.write_text(made.text, encoding="utf-8")
    return bool(made.text) and not any(loss.severity == "error" for loss in made.losses)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
