"""Mail servers for tests: dovecot over a folder of files, and certificates for names that only tests know."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.product import free_port

USER, PASSWORD = "help@shop.example", 'пароль "p\\w" 1'
OTHER_USER, ASCII_PASSWORD = "info@shop.example", 'p"\\w {7} %'
START_S = 20
NOBODY = 65_534
CONFIG = """\
protocols = imap
base_dir = {at}/run
state_dir = {at}/run
log_path = {at}/log
listen = 127.0.0.1
disable_plaintext_auth = no
auth_mechanisms = plain login{mechanisms}
mail_location = maildir:{at}/mail{own}
mail_max_userip_connections = 100
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
first_valid_uid = 0
first_valid_gid = 0
ssl = {ssl}
ssl_cert = <{certificate}
ssl_key = <{certificate}
{capability}
{oauth}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {at}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {at}/users
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
}}
"""
OAUTH = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {at}/oauth2.conf
}}
"""
IDLELESS = "imap_capability = IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+ UIDPLUS"


def find_dovecot() -> tuple[str | None, str]:
    """Where dovecot is, and why it cannot be used; nothing if it can."""
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    lacks = "" if found else "dovecot is not installed (apt-get install dovecot-imapd)"
    return found, lacks or ("" if os.geteuid() == 0 else "dovecot's users are known to root only")


def dovecot_or_skip() -> str:
    """Where dovecot is; the test is skipped where it is not, but in CI it has to be there."""
    found, lacks = find_dovecot()
    if lacks and os.environ.get("CI") == "true":
        pytest.fail(lacks)
    if lacks:
        pytest.skip(lacks)
    assert found is not None
    return found


@dataclass
class Dovecot:
    """A running one with the mailbox of `USER`; mails are files, put there as a mail server would."""

    at: Path
    port: int
    tls_port: int
    certificate: Path
    _count: int = field(default=0)

    @property
    def inbox(self) -> Path:
        """The folder that mails come to."""
        return self.at / "mail"

    def deliver(self, raw: bytes, *, arrived: datetime | None = None, folder: str = "") -> Path:
        """Put a mail there; its time of arrival is that of the file."""
        self._count += 1
        home = self.inbox / folder if folder else self.inbox
        for each in ("tmp", "new", "cur"):
            (home / each).mkdir(parents=True, exist_ok=True)
        _let_everybody_in(self.inbox)
        seconds = (arrived or datetime.now(UTC)).timestamp()
        name = f"{int(seconds)}.M{self._count}P{os.getpid()}.test"
        waiting, path = home / "tmp" / name, home / "new" / name
        waiting.write_bytes(raw.replace(b"\r\n", b"\n"))
        waiting.chmod(0o666)
        os.utime(waiting, (seconds, seconds))
        waiting.rename(path)
        return path

    def seen(self) -> list[str]:
        """Mails that somebody is said to have read."""
        return [path.name for path in self.inbox.glob("cur/*") if "S" in path.name.rpartition(":2,")[2]]

    def number_anew(self) -> None:
        """Lose the numbers of mails, as a server does whose files were restored."""
        for path in self.inbox.glob("dovecot*"):
            if path.is_file():
                path.unlink()

    def empty(self) -> None:
        """Begin anew, without a mail and without a session."""
        self.hang_up()
        shutil.rmtree(self.inbox, ignore_errors=True)
        self.inbox.mkdir(exist_ok=True)
        self.inbox.chmod(0o777)

    def hang_up(self) -> None:
        """End every session."""
        for each in subprocess.run(
            ["doveadm", "-c", str(self.at / "dovecot.conf"), "kick", "*"], capture_output=True, check=False
        ).stderr.splitlines():
            assert b"Error" not in each or b"no users kicked" in each, each


@contextmanager
def dovecot(
    certificate: Path, *, idle: bool = True, token_info: str | None = None, users: Sequence[str] = ()
) -> Iterator[Dovecot]:
    """A server of one's own; `token_info` is an address that knows tokens, with the token at its end.

    `users` (`20001@…`, by the id of a user of the machine's) have a mailbox each then, by the same password: the folder
    of their name. Linux lets one user watch some 100 folders (inotify); beyond that dovecot looks every half minute.
    """
    program = dovecot_or_skip()
    # Not one of pytest's folders: these are closed to others, and dovecot reads mails as nobody.
    at = Path(tempfile.mkdtemp(prefix="omni-dovecot-"))
    for each in ("run", "mail", "home"):
        (at / each).mkdir(parents=True)
    known = {USER: PASSWORD, OTHER_USER: ASCII_PASSWORD} | dict.fromkeys(users, PASSWORD)
    told = (
        f"{user}:{{PLAIN}}{password}:{_uid_of(user)}:{NOBODY}::{at}/home\n"
        for user, password in known.items()
    )
    (at / "users").write_text("".join(told))
    (at / "oauth2.conf").write_text(
        f"tokeninfo_url = {token_info}\nintrospection_mode = auth\nusername_attribute = email\n"
        "active_attribute = active\nactive_value = true\n"
    )
    server = Dovecot(at, free_port(), free_port(), certificate)
    config = at / "dovecot.conf"
    config.write_text(
        CONFIG.format(
            at=at,
            own="/%u" if users else "",
            port=server.port,
            tls_port=server.tls_port,
            certificate=certificate,
            ssl="yes",
            capability="" if idle else IDLELESS,
            mechanisms=" xoauth2" if token_info else "",
            oauth=OAUTH.format(at=at) if token_info else "",
        )
    )
    _let_everybody_in(at)
    process = subprocess.Popen(
        [program, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait_for(server.port, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(at, ignore_errors=True)


def certificate_for(path: Path, *names: str) -> Path:
    """A certificate for these names, signed by itself, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return path


def server_tls(certificate: Path) -> ssl.SSLContext:
    """How a server shows it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def trusting(certificate: Path) -> ssl.SSLContext:
    """How a client knows it."""
    return ssl.create_default_context(cafile=str(certificate))


def _uid_of(user: str) -> int:
    name = user.partition("@")[0]
    return int(name) if name.isdecimal() else NOBODY


def _let_everybody_in(folder: Path) -> None:
    for each in [folder, *folder.rglob("*")]:
        if each.is_dir():
            each.chmod(0o777)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            assert process.stderr is not None
            pytest.fail(f"dovecot ended: {process.stderr.read().decode()}")
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("dovecot does not answer")
