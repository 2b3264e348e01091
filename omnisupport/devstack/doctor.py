"""`omni doctor`: what is wrong on this machine, and how to mend it. Looks only; changes nothing."""

from __future__ import annotations

import base64
import binascii
import json
import os
import platform
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from omnisupport.devstack.control import ask_supervisor, here
from omnisupport.devstack.part import Part, http_call
from omnisupport.devstack.ports import KeptPorts, holder_of, is_free
from omnisupport.devstack.postgres import Postgres
from omnisupport.devstack.postgres_home import folders_without_owner
from omnisupport.devstack.preflight import LEAST_FREE, require_disk, require_installed
from omnisupport.devstack.refusal import Refused
from omnisupport.devstack.stack import without_password
from omnisupport.devstack.state import StateDir
from omnisupport.devstack.steps import PROJECT
from omnisupport.devstack.temporal import Temporal
from omnisupport.devstack.valkey import Valkey
from omnisupport.errors import OmniError
from omnisupport.settings import Settings

STATIC = PROJECT / "omnisupport" / "api" / "static"

PORTS = {"redis": 6379, "rediss": 6379, "http": 80, "https": 443, "smtp": 587, "smtps": 465}


class Verdict(StrEnum):
    """How a thing is."""

    OK = "ok"
    NOTE = "note"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    says: str
    mend: str = ""


def examine() -> list[Finding]:
    """Look at everything; works with the stack down and up."""
    settings, state = Settings(), here()
    running = _running_parts(state)
    findings = [_python(), _installed(settings), _disk(state), *_front_ends()]
    findings += [*_state_folder(state), _master_key(settings, state), _api_port(settings, running)]
    findings += [*_external(settings), _mail(settings, running), *_deserted()]
    findings += [_part(settings, state, part) for part in running.values() if part["state"] != "external"]
    if not running:
        findings.append(
            Finding("stack", Verdict.NOTE, "nothing runs on this state folder", "start it: omni dev")
        )
    return findings


def print_findings(findings: list[Finding], as_json: bool) -> bool:
    """Print them; True when nothing is broken."""
    is_well = all(finding.verdict is not Verdict.BROKEN for finding in findings)
    if as_json:
        record = {"ok": is_well, "findings": [asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return is_well
    marks = {Verdict.OK: "✓", Verdict.NOTE: "·", Verdict.BROKEN: "✗"}
    for finding in findings:
        sys.stdout.write(f"{marks[finding.verdict]} {finding.name:14} {finding.says}\n")
        if finding.mend:
            sys.stdout.write(f"  {'':14} → {finding.mend}\n")
    return is_well


def _python() -> Finding:
    return Finding("python", Verdict.OK, f"{platform.python_version()} in {sys.prefix}")


def _installed(settings: Settings) -> Finding:
    return _refusable(
        "installation", lambda: require_installed(settings), "every server that is needed is installed"
    )


def _disk(state: StateDir) -> Finding:
    folder = _nearest(state.root)
    free = shutil.disk_usage(folder).free / 1024**3
    return _refusable("disk", lambda: require_disk(folder, LEAST_FREE), f"{free:.0f} GB free")


def _nearest(path: Path) -> Path:
    """The path, or the first folder above it that is there."""
    return next(place for place in (path, *path.parents) if os.path.exists(place))


def _refusable(name: str, check: Callable[[], None], says: str) -> Finding:
    try:
        check()
    except Refused as refusal:
        fact, _, advice = refusal.detail.partition(": ")
        return Finding(name, Verdict.BROKEN, fact, advice)
    return Finding(name, Verdict.OK, says)


def _front_ends() -> Iterator[Finding]:
    for name, built in (
        ("widget", STATIC / "widget" / "loader.js"),
        ("console", STATIC / "console" / "index.html"),
    ):
        if built.is_file():
            yield Finding(name, Verdict.OK, "built")
        else:
            yield Finding(name, Verdict.BROKEN, "not built", "run python3 scripts/bootstrap.py")


def _state_folder(state: StateDir) -> Iterator[Finding]:
    place = _nearest(state.root)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        says = f"{state.root} cannot be a folder of ours: {place} cannot be written to"
        yield Finding("state folder", Verdict.BROKEN, says, "choose another with OMNI_STATE_DIR")
        return
    if place != state.root:
        yield Finding("state folder", Verdict.NOTE, f"{state.root} does not exist yet", "omni dev makes it")
        return
    info = state.root.stat()
    if info.st_uid != os.geteuid():
        mend = f"run omni as user {info.st_uid}, or set OMNI_STATE_DIR"
        yield Finding("state folder", Verdict.BROKEN, f"{state.root} belongs to user {info.st_uid}", mend)
    elif stat.S_IMODE(info.st_mode) & 0o077:
        yield Finding(
            "state folder", Verdict.BROKEN, f"{state.root} is open to others", f"chmod 700 {state.root}"
        )
    else:
        yield Finding("state folder", Verdict.OK, f"{state.root}")
    for path in [state.root / "master.key", *sorted((state.root / "secrets").glob("*"))]:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding("secrets", Verdict.BROKEN, f"{path} is open to others", f"chmod 600 {path}")


def _deserted() -> Iterator[Finding]:
    for folder in folders_without_owner():
        says = f"{folder} is the database of a state folder that is gone"
        yield Finding("left over", Verdict.NOTE, says, f"if nobody needs it: rm -r {folder}")


def _master_key(settings: Settings, state: StateDir) -> Finding:
    try:
        key = settings.master_key or state.read("master.key")
    except OSError as error:
        says = f"{state.root / 'master.key'} cannot be read ({error.strerror})"
        return Finding("master key", Verdict.BROKEN, says, "see the state folder")
    if key is None:
        if (state.root / "secrets").exists():
            mend = "put master.key back from your backup: without it the tenants' keys cannot be read"
            return Finding("master key", Verdict.BROKEN, f"{state.root / 'master.key'} is gone", mend)
        return Finding("master key", Verdict.NOTE, "none yet", "omni dev makes one at its first start")
    try:
        is_good = len(base64.b64decode(key.strip(), validate=True)) == 32
    except binascii.Error:
        is_good = False
    if not is_good:
        place = "OMNI_MASTER_KEY" if settings.master_key else str(state.root / "master.key")
        return Finding(
            "master key", Verdict.BROKEN, f"{place} is not 32 bytes in base64", "put the right key back"
        )
    return Finding(
        "master key", Verdict.OK, "from the environment" if settings.master_key else "in the state folder"
    )


def _api_port(settings: Settings, running: dict[str, Any]) -> Finding:
    if "api" in running:
        return Finding("port", Verdict.OK, f"{settings.port} is the running stack's")
    if is_free(settings.port):
        return Finding("port", Verdict.OK, f"{settings.port} is free")
    mend = f"stop it, or choose another: OMNI_PORT={settings.port + 1}"
    return Finding("port", Verdict.BROKEN, f"{settings.port} is taken by {holder_of(settings.port)}", mend)


def _external(settings: Settings) -> Iterator[Finding]:
    """Servers that the environment names: somebody must listen there."""
    given = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "TEMPORAL_ADDRESS": f"//{settings.temporal_address}" if settings.temporal_address else None,
        "QDRANT_URL": settings.qdrant_url,
    }
    for name, url in given.items():
        if url is None:
            continue
        shown = without_password(url).removeprefix("//")
        if _reaches(url):
            yield Finding(name, Verdict.OK, f"{shown} answers")
        else:
            yield Finding(
                name, Verdict.BROKEN, f"nobody answers at {shown}", f"start that server, or unset {name}"
            )


def _mail(settings: Settings, running: dict[str, Any]) -> Finding:
    """Who takes our mail: registering, invitations and forgotten passwords cannot do without."""
    if settings.smtp_url:
        shown = without_password(settings.smtp_url)
        if not _reaches(settings.smtp_url):
            mend = "start that server, or put OMNI_SMTP_URL right; mail waits for three days"
            return Finding("mail", Verdict.BROKEN, f"nobody answers at {shown}", mend)
        return Finding("mail", Verdict.OK, f"from {settings.mail_sender} through {shown}")
    if "mailbox" in running or not settings.database_url:
        return Finding(
            "mail", Verdict.NOTE, "omni dev catches it in the mailbox", "to send it: OMNI_SMTP_URL"
        )
    mend = "set OMNI_SMTP_URL=smtp://USER:PASSWORD@HOST:587 and OMNI_MAIL_FROM for api and worker"
    says = "none can be sent: no registration, invitation or forgotten password"
    return Finding("mail", Verdict.BROKEN, says, mend)


def _reaches(url: str) -> bool:
    parts = urlsplit(url)
    if not parts.hostname:
        return "host=/" in parts.query  # a unix socket: its own check is the server's
    default = {"redis": 6379, "rediss": 6379, "http": 80, "https": 443, "smtp": 587, "smtps": 465}.get(
        parts.scheme, 5432
    )
    try:
        with socket.create_connection((parts.hostname, parts.port or default), timeout=3):
            return True
    except OSError:
        return False


def _running_parts(state: StateDir) -> dict[str, Any]:
    try:
        return {part["name"]: part for part in ask_supervisor(state, {"do": "status"}, timeout=5)["parts"]}
    except Refused:
        return {}


def _part(settings: Settings, state: StateDir, part: dict[str, Any]) -> Finding:
    """A part of the running stack: what the supervisor says of it, and whether it answers us."""
    name = part["name"]
    log = state.root / "logs" / f"{name}.log"
    if part["state"] == "stopped":
        return Finding(name, Verdict.NOTE, "held down", f"bring it back: omni dev start {name}")
    if part["state"] != "ready":
        return Finding(name, Verdict.BROKEN, f"{part['state']} {part['reason']}".strip(), f"read {log}")
    try:
        answers, version = _ask(settings, state, part)
    except OmniError as error:
        return Finding(name, Verdict.BROKEN, error.detail)
    if not answers:
        mend = f"read {log}, then: omni dev stop {name}, omni dev start {name}"
        return Finding(name, Verdict.BROKEN, f"process {part['pid']} does not answer at {part['url']}", mend)
    return Finding(name, Verdict.OK, f"answers at {part['url']}" + (f", {version}" if version else ""))


def _ask(settings: Settings, state: StateDir, part: dict[str, Any]) -> tuple[bool, str | None]:
    servers: dict[str, Callable[[], Part]] = {
        "postgres": lambda: Postgres(state),
        "valkey": lambda: Valkey(state, KeptPorts(state)),
        "temporal": lambda: Temporal(state, KeptPorts(state)),
    }
    if part["name"] in servers:
        server = servers[part["name"]]()
        return server.is_ready(), server.version()
    port = urlsplit(part["url"]).port or settings.port
    answer = http_call(port, "/healthz", timeout=3)
    return answer is not None and answer.status == 200, None
