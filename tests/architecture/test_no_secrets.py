"""Nothing that is committed tells of the machine it was written on, or opens a door."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.files import repository_files, text_of
from tests.architecture.processes import ROOT

# Put together from parts, or this file would find itself.
HOMES = ["ro" + "ot", "wo" + "rk", "ho" + r"me/[a-z][\w-]*", "Us" + r"ers/[A-Za-z][\w-]*"]
HOME = re.compile(r"(?<![\w.~}>-])/(?:" + "|".join(HOMES) + ")(?=/)")
KEY = re.compile("-----BEGIN " + r"(?:[A-Z]+ )*PRIVATE KEY" + "-----")
CREDENTIAL = re.compile(
    r"\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|\bglpat-[\w-]{20}\b"
    r"|\bxox[abprs]-[\w-]{10,}"
    r"|\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}"
    r"|\b\d{8,10}:AA[\w-]{33}\b"  # a Telegram bot
    r"|\bSK[0-9a-f]{32}\b"  # a Twilio key
    r"|_authToken\s*="
)
SECRET_FILES = {".env", ".netrc", ".pypirc", "master.key", "id_rsa", "id_ed25519"}


def hits(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in repository_files():
        text = text_of(path) or ""
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: {match.group()}")
    return found


def test_there_are_files_to_look_at() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in repository_files()}
    assert {"pyproject.toml", "omnisupport/errors.py", "tests/architecture/test_no_secrets.py"} <= names
    assert not any(name.startswith((".venv/", "node_modules/", ".omni/")) for name in names)


def test_no_path_of_a_machine_is_committed() -> None:
    assert hits(HOME) == []


def test_no_private_key_is_committed() -> None:
    assert hits(KEY) == []


def test_no_credential_of_a_service_is_committed() -> None:
    assert hits(CREDENTIAL) == []


def test_no_file_that_holds_secrets_by_trade_is_committed() -> None:
    bad = [
        path
        for path in repository_files()
        if path.name in SECRET_FILES or path.suffix in {".pem", ".p12", ".pfx"}
    ]
    assert bad == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (HOME, 'cd "/ho' + 'me/anna/omni"'),
        (HOME, "path=/ro" + "ot/x"),
        (HOME, "(/Us" + "ers/Anna/x)"),
        (KEY, "-----BEGIN " + "RSA PRIVATE KEY-----"),
        (KEY, "-----BEGIN " + "PRIVATE KEY-----"),
        (CREDENTIAL, "AKIA" + "ABCDEFGHIJKLMNOP"),
        (CREDENTIAL, "sk-" + "proj-" + "a1" * 20),
        (CREDENTIAL, "123456789:AA" + "b" * 33),
    ],
)
def test_each_of_these_would_be_noticed(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize(
    "text", ["https://tea.example/work/hours", "GET /work HTTP", "~/ro" + "ot/x", "{state}/home/x/"]
)
def test_an_ordinary_path_is_none_of_a_machine(text: str) -> None:
    assert not HOME.search(text)


def test_binary_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"\xff\xfe\x00")
    assert text_of(tmp_path / "x.bin") is None
