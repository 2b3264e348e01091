"""How peers are installed: once, and with a reason where they cannot be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.channels.peers import made as peers


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A peer of its own, kept in a folder of its own."""
    monkeypatch.setattr(peers, "HERE", tmp_path)
    monkeypatch.setattr(peers, "KEPT", tmp_path / "kept")
    (tmp_path / "echo").mkdir()
    (tmp_path / "echo" / "lock").write_text("1")
    return tmp_path


def test_a_peer_is_installed_once_and_again_when_its_lock_is_another(elsewhere: Path) -> None:
    installed: list[str] = []

    def install(at: Path) -> None:
        installed.append((at / "lock").read_text())

    first = peers.made("echo", install)
    assert first == peers.made("echo", install) and (first / "lock").read_text() == "1"
    (elsewhere / "echo" / "lock").write_text("2")
    assert peers.made("echo", install) != first and installed == ["1", "2"]


def test_one_that_cannot_be_had_is_no_failure_but_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    def install(at: Path) -> None:
        raise subprocess.CalledProcessError(1, ["npm", "ci"], stderr="no route to host")

    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no route to host"):
        peers.made("echo", install)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="echo cannot be installed"):
        peers.made("echo", install)
