#!/usr/bin/env python3
"""Sets the project up in `.venv`: Python packages, Node, front ends. Standard library only.

    python3 scripts/bootstrap.py         what `make run` needs
    python3 scripts/bootstrap.py --dev   what `make test` needs as well

Each step leaves a stamp with the hash of what it was made from, so a second run does nothing. Every tool
is the one in `.venv`; nothing outside the project is written, except the usual download caches.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / ".stamps"
CACHE = VENV / ".cache"
STATIC = ROOT / "omnisupport" / "api" / "static"

LEAST_PYTHON = (3, 11)
LEAST_FREE = 3 * 1024**3
# What a front end is built into; a build that is gone is made again.
FRONT_ENDS = {"widget": STATIC / "widget" / "loader.js", "console": STATIC / "console" / "index.html"}
NOT_SOURCES = {"node_modules", "dist", "coverage", "__pycache__", ".vite"}


class Refused(Exception):
    """One sentence for people; nothing was started."""


def main() -> int:
    """Run every step that is due; the exit code is 1 when one failed or the machine is not fit."""
    dev = "--dev" in sys.argv[1:]
    try:
        check_machine()
        with only_one():
            set_up(dev)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run it again to go on from here.", file=sys.stderr)
        return 130
    return 0


def check_machine() -> None:
    """Refuse what cannot work before anything is changed."""
    if sys.version_info < LEAST_PYTHON:
        found = ".".join(str(part) for part in sys.version_info[:3])
        wanted = ".".join(str(part) for part in LEAST_PYTHON)
        raise Refused(
            f"Python {wanted} or newer is needed and this is {found}: run this script with a newer python3."
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            raise Refused(
                f"Python's module {module} is missing: on Debian or Ubuntu run apt-get install {package}."
            )
    if not os.access(ROOT, os.W_OK):
        raise Refused(
            f"The project folder {ROOT} is not writable for this user: copy it to a folder of your own."
        )
    free = shutil.disk_usage(ROOT).free
    if free < LEAST_FREE:
        raise Refused(
            f"Only {free / 1024**3:.1f} GB are free on the disk of {ROOT} "
            f"and {LEAST_FREE / 1024**3:.0f} GB are needed: make room and start again."
        )


@contextlib.contextmanager
def only_one():
    """Wait for another bootstrap of the same folder; the lock ends with the process."""
    with open(__file__, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Waiting for another bootstrap of this folder …", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def set_up(dev: bool) -> None:
    """Every step, in order."""
    make_environment()
    installed = install_packages(dev)
    install_project(again=installed)
    compile_project()
    if (ROOT / "package-lock.json").exists():
        install_front_end()
        for name, built in FRONT_ENDS.items():
            build_front_end(name, built)


def make_environment() -> None:
    """`.venv`, of this very Python, and uv in it."""
    stamp = hash_of([], f"{sys.version} {sys.base_prefix} {VENV}")
    if not is_done("environment", stamp, BIN / "python"):
        if not is_of_this_python(VENV):
            run("Making the Python environment", [sys.executable, "-m", "venv", "--clear", str(VENV)])
        done("environment", stamp)
    lock = ROOT / "bootstrap.lock"
    stamp = hash_of([lock])
    if not is_done("uv", stamp, BIN / "uv"):
        pip = [
            str(BIN / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--no-deps",
            "-r",
            str(lock),
        ]
        run("Installing uv", pip)
        done("uv", stamp)


def is_of_this_python(venv: Path) -> bool:
    """Somebody has made the environment by hand, and rightly: the next steps bring it up to date."""
    ask = "import pip, sys; print(sys.version, sys.base_prefix, sys.prefix)"
    try:
        said = subprocess.run(
            [str(venv / "bin" / "python"), "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return said.stdout.decode().strip() == f"{sys.version} {sys.base_prefix} {venv}"


def install_packages(dev: bool) -> bool:
    """The locked Python packages, Node among them; True when something was installed."""
    dev_lock, run_lock = ROOT / "requirements-dev.lock", ROOT / "requirements-run.lock"
    with_dev = hash_of([dev_lock, run_lock], "dev")
    stamp = with_dev if dev else hash_of([run_lock], "run")
    # The packages for tests are the others and more: what has them needs nothing taken away.
    if is_done("packages", with_dev, BIN / "node") or is_done("packages", stamp, BIN / "node"):
        return False
    lock = dev_lock if dev else run_lock
    sync = [
        str(BIN / "uv"),
        "pip",
        "sync",
        "--python",
        str(BIN / "python"),
        "--require-hashes",
        "--compile-bytecode",
    ]
    run(f"Installing the Python packages of {lock.name}", [*sync, str(lock)])
    done("packages", stamp)
    return True


def install_project(again: bool) -> None:
    """The project itself, as links to this folder; a sync takes it away, so it follows each."""
    stamp = hash_of([ROOT / "pyproject.toml"], str(ROOT))
    if again or not is_done("project", stamp, BIN / "omni"):
        install = [str(BIN / "uv"), "pip", "install", "--python", str(BIN / "python"), "--quiet"]
        run("Linking the project", [*install, "--no-build-isolation", "--no-deps", "--editable", str(ROOT)])
        done("project", stamp)


def compile_project() -> None:
    """Bytecode of our own modules, for images that forbid Python to write it while it runs."""
    stamp = hash_of([ROOT / "omnisupport"], suffixes=(".py",))
    if not is_done("bytecode", stamp, ROOT / "omnisupport"):
        run(
            "Compiling the project",
            [str(BIN / "python"), "-m", "compileall", "-q", str(ROOT / "omnisupport")],
        )
        done("bytecode", stamp)


def install_front_end() -> None:
    """node_modules, by the npm in `.venv`."""
    names = ("package-lock.json", "package.json", ".npmrc", "widget/package.json", "console/package.json")
    stamp = hash_of([ROOT / name for name in names])
    if not is_done("node_modules", stamp, ROOT / "node_modules"):
        run(
            "Installing the front-end packages",
            [str(BIN / "npm"), "ci", "--prefer-offline", "--no-progress", "--loglevel=error"],
        )
        done("node_modules", stamp)


def build_front_end(name: str, built: Path) -> None:
    """One front end into `omnisupport/api/static`, when its sources have changed."""
    folder = ROOT / name
    if not any(folder.glob("vite*.config.*")):
        return
    stamp = hash_of([folder, ROOT / "package-lock.json", ROOT / "tsconfig.base.json"])
    if not is_done(f"build-{name}", stamp, built):
        run(f"Building the {name}", [str(BIN / "npm"), "run", "build", "--silent", "--workspace", name])
        done(f"build-{name}", stamp)


def hash_of(paths, words: str = "", suffixes=None) -> str:
    """A hash of these files, of every source file below these folders, and of the words."""
    digest = hashlib.sha256(words.encode())
    for path in paths:
        for file in sorted(sources_below(path)):
            if suffixes is None or file.suffix in suffixes:
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def sources_below(path: Path):
    """The file itself, or the files of a folder without what tools put there."""
    if path.is_file():
        yield path
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        yield from (Path(folder, name) for name in files)


def is_done(name: str, stamp: str, result: Path) -> bool:
    """The step was done from the same sources and its result is still there."""
    kept = STAMPS / name
    return kept.is_file() and kept.read_text() == stamp and result.exists()


def done(name: str, stamp: str) -> None:
    """Remember that a step was done."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(stamp)


def run(text: str, command) -> None:
    """Run one command of a step; its output is shown only when it fails."""
    print(f"{text} … ", end="", flush=True)
    began = time.monotonic()
    try:
        said = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        code, output = said.returncode, said.stdout.decode(errors="replace")
    except OSError as error:
        code, output = 127, str(error)
    if code != 0:
        print("failed", flush=True)
        tail = "\n".join(output.splitlines()[-40:])
        raise Refused(f"{tail}\n\nThis command ended with {code}:\n  {' '.join(command)}\n{advice(output)}")
    print(f"{time.monotonic() - began:.1f} s", flush=True)


def advice(output: str) -> str:
    """What to try, by what the tool said."""
    words = (
        "timed out",
        "certificate",
        "ENOTFOUND",
        "ECONN",
        "ETIMEDOUT",
        "dns error",
        "error sending request",
        "NewConnectionError",
    )
    if any(word in output for word in words):
        return (
            "It could not download. Check the network; behind a mirror or a proxy set PIP_INDEX_URL, UV_DEFAULT_INDEX, "
            "npm_config_registry, HTTPS_PROXY and SSL_CERT_FILE as your network needs them, and start again."
        )
    return "Mend what it says and start again: the steps before it are kept."


def environment():
    """Ours first on the path, so that `node` is found; caches of our own where there is no home."""
    env = dict(os.environ)
    env["PATH"] = f"{BIN}{os.pathsep}{env.get('PATH', os.defpath)}"
    env["VIRTUAL_ENV"] = str(VENV)
    env.pop("PYTHONHOME", None)
    env.update(
        PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", npm_config_update_notifier="false", NO_COLOR="1"
    )
    index = env.get("PIP_INDEX_URL")
    if index and "UV_DEFAULT_INDEX" not in env and "UV_INDEX_URL" not in env:
        env["UV_DEFAULT_INDEX"] = index  # uv does not read pip's settings
    home = env.get("HOME", "")
    if not home or not os.access(home, os.W_OK | os.X_OK):
        (CACHE / "home").mkdir(parents=True, exist_ok=True)
        env.update(HOME=str(CACHE / "home"), UV_CACHE_DIR=str(CACHE / "uv"))
        env.update(PIP_CACHE_DIR=str(CACHE / "pip"), npm_config_cache=str(CACHE / "npm"))
    return env


if __name__ == "__main__":
    sys.exit(main())
