"""The state folder: mode 0700, secrets one file each with mode 0600, small JSON records beside them."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from omnisupport.devstack.refusal import Refused

# sun_path holds 108 bytes on Linux and 104 on macOS, with the closing NUL.
SOCKET_PATH_MAX = 103


def make_password() -> str:
    """A random password that needs no quoting in a URL, in SQL or in a config file."""
    return secrets.token_urlsafe(24)


class StateDir:
    """One folder with everything a stack must find again at its next start."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def open(cls, root: Path) -> StateDir:
        """Make the folder if it is absent and close it to everybody else.

        Raises:
            Refused: the folder belongs to another user, or it cannot be made.
        """
        root = root.expanduser().absolute()
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            owner = root.stat().st_uid
            if owner != os.geteuid():
                raise Refused(
                    f"The state folder {root} belongs to user {owner}, not to user {os.geteuid()}: "
                    "start as its owner, or choose another folder with OMNI_STATE_DIR."
                )
            root.chmod(0o700)
        except OSError as error:
            raise Refused(
                f"The state folder {root} cannot be used ({error.strerror}): choose another with OMNI_STATE_DIR."
            ) from error
        return cls(root)

    def path(self, *names: str) -> Path:
        """A path inside the folder; its parents exist when this returns."""
        path = self.root.joinpath(*names)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def folder(self, *names: str) -> Path:
        """A folder inside, mode 0700."""
        path = self.root.joinpath(*names)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def write(self, text: str, *names: str) -> Path:
        """Replace a file as a whole, mode 0600, so that a kill leaves the old text or the new one."""
        path = self.path(*names)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        return path

    def read(self, *names: str) -> str | None:
        """The text of a file, or None where there is none."""
        try:
            return self.root.joinpath(*names).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read_json(self, *names: str) -> dict[str, Any]:
        """A JSON record; an absent or broken one reads as empty."""
        try:
            value = json.loads(self.read(*names) or "{}")
        except json.JSONDecodeError:
            return {}
        return value if isinstance(value, dict) else {}

    def write_json(self, value: dict[str, Any], *names: str) -> Path:
        """Write a JSON record as a whole."""
        return self.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n", *names)

    def secret(self, *names: str, make: Callable[[], str] = make_password) -> str:
        """A secret of this stack, made at first use and kept."""
        kept = self.read(*names)
        if kept is None or not kept.strip():
            kept = make()
            self.write(kept + "\n", *names)
        return kept.strip()

    def find_socket_folder(self, name: str, longest: str) -> Path | None:
        """Where `socket_folder` has put the sockets; None where it has not yet and a folder must be made."""
        inside = self.root / name
        if len(os.fsencode(inside / longest)) <= SOCKET_PATH_MAX:
            return inside
        kept = self.read_json(f"{name}.json").get("folder")
        return Path(kept) if kept is not None and _is_private(Path(kept)) else None

    def socket_folder(self, name: str, longest: str) -> Path:
        """A folder of mode 0700 for unix sockets whose names are at most as long as `longest`.

        It is inside the state folder where the path is short enough for a socket, otherwise a private
        folder under the system's temporary one, remembered for as long as it exists.
        """
        if (found := self.find_socket_folder(name, longest)) is not None:
            found.mkdir(mode=0o700, parents=True, exist_ok=True)
            return found
        made = tempfile.mkdtemp(prefix="omni-", dir="/tmp")
        self.write_json({"folder": made}, f"{name}.json")
        return Path(made)


class StateLock:
    """Held for as long as a supervisor runs on a state folder; the kernel drops it when the process dies."""

    def __init__(self, state: StateDir) -> None:
        self._path = state.path("supervisor.lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock or refuse.

        Raises:
            Refused: another process holds it.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise Refused(
                f"omni dev already runs on {self._path.parent} (process {holder}): "
                "stop it, or choose another folder with OMNI_STATE_DIR and another port with OMNI_PORT."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Let the next one in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _is_private(folder: Path) -> bool:
    """A real folder of ours that nobody else may enter."""
    try:
        info = folder.lstat()
    except OSError:
        return False
    return (
        folder.is_dir()
        and not folder.is_symlink()
        and info.st_mode & 0o077 == 0
        and info.st_uid == os.geteuid()
    )
