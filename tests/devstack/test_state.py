"""The state folder, the ports in it, and what is refused before a start."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections import namedtuple
from pathlib import Path

import pytest

from omnisupport.devstack import ports as ports_module
from omnisupport.devstack.ports import KeptPorts, PortBook, is_free, require_free
from omnisupport.devstack.preflight import require_disk, require_installed
from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.report import HumanReporter, PartView, Urls
from omnisupport.devstack.slot import PartState
from omnisupport.devstack.stack import Stack, without_password
from omnisupport.devstack.state import SOCKET_PATH_MAX, StateDir
from omnisupport.settings import Settings


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir.open(tmp_path / "state")


def test_the_folder_is_closed_even_when_it_was_open(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    state = StateDir.open(tmp_path / "open")
    state.secret("secrets", "one")
    assert stat.S_IMODE(state.root.stat().st_mode) == 0o700
    assert stat.S_IMODE((state.root / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((state.root / "secrets" / "one").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match=r"cannot be used .*OMNI_STATE_DIR"):
        StateDir.open(tmp_path / "file" / "state")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 65534, -1)
    with pytest.raises(Refused, match="belongs to user 65534, not to user 0"):
        StateDir.open(tmp_path / "theirs")


def test_a_secret_is_made_once(state: StateDir) -> None:
    made = state.secret("secrets", "one")
    assert len(made) == 32
    assert state.secret("secrets", "one") == made
    assert state.secret("secrets", "other") != made


def test_sockets_move_to_a_short_private_folder_when_the_path_is_long(tmp_path: Path) -> None:
    state = StateDir.open(tmp_path / ("x" * 120))
    assert state.find_socket_folder("run", "control.sock") is None
    folder = state.socket_folder("run", "control.sock")
    assert len(str(folder / "control.sock")) <= SOCKET_PATH_MAX
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert state.socket_folder("run", "control.sock") == folder
    folder.chmod(0o755)  # somebody may have been there
    other = state.socket_folder("run", "control.sock")
    assert other != folder
    for made in (folder, other):
        shutil.rmtree(made)


def test_a_port_is_kept_while_it_is_free_and_moves_with_a_word_when_it_is_not(state: StateDir) -> None:
    kept = PortBook(state).claim("shop")
    assert PortBook(state).claim("shop") == kept
    assert PortBook(state).claim("other") != kept
    with socket.create_server(("127.0.0.1", kept)):
        book = PortBook(state)
        moved = book.claim("shop")
    assert moved != kept
    assert book.moved == [f"Port {kept} of shop is taken by {_me()}; using {moved} from now on."]
    del book
    assert PortBook(state).claim("shop") == moved
    assert KeptPorts(state).claim("nothing") == 0


def test_two_stacks_that_look_at_once_find_two_ports(
    state: StateDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter([25_001, 25_001, 25_002])
    monkeypatch.setattr(ports_module.random, "randint", lambda *_: next(found))
    monkeypatch.setattr(ports_module, "is_free", lambda port: True)
    first, second = PortBook(state), PortBook(StateDir(tmp_path / "second"))
    assert (first.claim("shop"), second.claim("mailbox")) == (25_001, 25_002)


def test_a_port_that_nobody_may_use_is_refused() -> None:
    with pytest.raises(Refused, match="OMNI_PORT=70000 is not a port"):
        require_free(70000, variable="OMNI_PORT")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        with pytest.raises(Refused) as refusal:
            require_free(port, variable="OMNI_PORT")
    assert refusal.value.detail == (
        f"Port {port} is already in use by {_me()}: stop it, or choose another port, for example OMNI_PORT={port + 1}."
    )


def test_no_free_port_is_said(state: StateDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports_module, "is_free", lambda port: False)
    with pytest.raises(Refused, match="No free port"):
        PortBook(state).claim("shop")


def test_a_nearly_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**12, 0, 2 * 1024**3))
    with pytest.raises(Refused, match=r"Only 2\.0 GB are free .* 3 GB are needed"):
        require_disk(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**12, 0, 3 * 1024**3))
    require_disk(tmp_path)


def test_a_missing_server_is_refused_unless_its_url_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    with pytest.raises(Refused, match=r"PostgreSQL is missing.*bootstrap"):
        require_installed(Settings())
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://elsewhere")
    require_installed(Settings())


def test_a_lost_master_key_is_not_replaced_beside_data(state: StateDir) -> None:
    stack = Stack(Settings(), state, demo=False)
    key = stack.app_environment["OMNI_MASTER_KEY"]
    assert Stack(Settings(), state, demo=False).app_environment["OMNI_MASTER_KEY"] == key
    (state.root / "master.key").unlink()
    state.write("fingerprint", "done", "migrate")
    with pytest.raises(Refused, match=r"master\.key is gone"):
        Stack(Settings(), state, demo=False)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "postgresql+asyncpg://omni_app:secret@/omni?host=/run",
            "postgresql+asyncpg://omni_app@/omni?host=/run",
        ),
        ("redis://:p@ss@host:1/0", "redis://@host:1/0"),
        ("127.0.0.1:7233", "127.0.0.1:7233"),
    ],
)
def test_a_shown_url_holds_no_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_people_read_everything_they_need_in_one_look(capsys: pytest.CaptureFixture[str]) -> None:
    from omnisupport.devstack.context import Login

    urls = Urls("http://a", "http://a/", "http://shop", "http://a/docs", "http://ui")
    reporter = HumanReporter()
    reporter.ready(urls, Login("owner@tea-shop.example", "s3cret", "demo"), [], 4.2)
    reporter.part(PartView("worker", None, "http://w", PartState.FAILED, "killed by signal 9"))
    reporter.part(PartView("worker", 7, "http://w", PartState.READY))
    said = capsys.readouterr().out
    for needed in (
        "http://shop",
        "http://a/",
        "http://a/docs",
        "http://ui",
        "owner@tea-shop.example",
        "s3cret",
    ):
        assert needed in said
    assert "worker killed by signal 9; starting it again" in said
    assert "worker is back (process 7)" in said


def _me() -> str:
    return f"process {os.getpid()} ({Path('/proc/self/comm').read_text().strip()})"


def test_the_embedded_engine_runs_one_build_whatever_the_environment_says(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker of a build that nobody has made current would get nothing to do."""
    monkeypatch.setenv("OMNI_BUILD_ID", "b7")
    assert Stack(Settings(), state, demo=False).worker_environment["OMNI_BUILD_ID"] == ""
    elsewhere = Settings(TEMPORAL_ADDRESS="temporal.example:7233")
    assert Stack(elsewhere, state, demo=False).worker_environment["OMNI_BUILD_ID"] == "b7"
