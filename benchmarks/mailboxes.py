"""Many mailboxes that one worker waits at: memory, sockets, processor, and how soon a mail is a message.

    .venv/bin/python -m benchmarks.mailboxes [--mailboxes 200] [--seconds 120] [--out benchmarks/results]

The whole product beside a dovecot with a mailbox each (Linux, root). Prints, and with `--out` writes `mailboxes.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import uvloop

from benchmarks.cpu import rss_kib
from benchmarks.report import markdown_table, percentile
from benchmarks.stack import UNLIMITED
from omnisupport.storage.session import driver_url
from tests.channels.mail_servers import PASSWORD, Dovecot, certificate_for, dovecot
from tests.support.operator import Operator
from tests.support.product import Product, free_port
from tests.support.smtp_peer import smtp_peer
from tests.support.tenants import ECHO, make_tenant

DELIVERIES = 60
OF_A_TENANT = 50
APART_S = 1.0
PATIENCE_S = 900.0
TICK = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Seconds of processor that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def sockets_to(pid: int, port: int) -> int:
    """Connections of a process to a port of this machine."""
    found = {os.readlink(each) for each in _open_files(pid)}
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    ours = [line.split() for line in lines if line.split()[2].endswith(f":{port:04X}")]
    return sum(fields[3] == "01" and f"socket:[{fields[9]}]" in found for fields in ours)


def _open_files(pid: int) -> list[str]:
    return [entry.path for entry in os.scandir(f"/proc/{pid}/fd") if os.path.islink(entry.path)]


async def connect_all(owner: Operator, users: list[str], smtp_port: int, imap_port: int) -> None:
    """A channel for each mailbox."""
    for user in users:
        server = {"host": "127.0.0.1", "tls": "none", "username": user}
        account = {
            "address": user,
            "smtp": server | {"port": smtp_port},
            "imap": server | {"port": imap_port},
            "auth": {"kind": "password", "password": PASSWORD},
        }
        made = await owner.request("POST", "/channels/email", json={"name": user, "account": account})
        assert made.status_code == 201, made.text


async def waiting(worker: int, port: int, count: int) -> float:
    """Seconds until so many connections wait at once."""
    began = time.monotonic()
    while sockets_to(worker, port) < count:
        assert time.monotonic() - began < PATIENCE_S, f"{sockets_to(worker, port)} of {count} wait"
        await asyncio.sleep(1)
    return time.monotonic() - began


async def deliveries(
    server: Dovecot, users: list[str], rows: asyncpg.Connection, tenants: Sequence[UUID]
) -> list[float]:
    """Milliseconds from a mail's arrival in a mailbox until it is a message."""
    sent: dict[str, datetime] = {}
    for number in range(DELIVERIES):
        mail, text = EmailMessage(), f"mail {uuid4().hex}"
        mail["From"], mail["To"] = f"c{number}@client.example", users[number * 7 % len(users)]
        mail["Message-ID"], mail["Subject"] = f"<{uuid4().hex}@client.example>", "Order"
        mail.set_content(text)
        server.deliver(mail.as_bytes(), folder=users[number * 7 % len(users)])
        sent[text] = datetime.now(UTC)
        await asyncio.sleep(APART_S)
    for _ in range(60):
        found = [row for tenant in tenants for row in await messages(rows, tenant)]
        if len(found) == DELIVERIES:
            break
        await asyncio.sleep(1)
    assert len(found) == DELIVERIES, f"{len(found)} of {DELIVERIES} mails are messages"
    return [(row["created_at"] - sent[row["text"]]).total_seconds() * 1000 for row in found]


async def messages(rows: asyncpg.Connection, tenant: UUID) -> list[asyncpg.Record]:
    """What came in."""
    await rows.execute("select set_config('app.tenant', $1, false)", str(tenant))
    found: list[asyncpg.Record] = await rows.fetch(
        "select text, created_at from message where tenant_id = $1 and direction = 'inbound'", tenant
    )
    return found


async def measure(count: int, seconds: float) -> str:
    """All of it."""
    users = [f"{20_001 + number}@shop.example" for number in range(count)]
    smtp_port = free_port()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(dovecot(certificate_for(folder / "mail.pem", "127.0.0.1"), users=users))
        env = UNLIMITED | {"OMNI_EGRESS_ALLOW": f"127.0.0.1:{smtp_port},127.0.0.1:{server.port}"}
        product = stack.enter_context(Product(folder / "state", env=env))
        await stack.enter_async_context(smtp_peer(smtp_port))
        tenants = [await make_tenant(product.settings(), ECHO) for _ in range(0, count, OF_A_TENANT)]
        rows = await asyncpg.connect(driver_url(product.settings().database_url or ""))
        stack.push_async_callback(rows.close)
        worker = int(product.part("worker")["pid"])
        await asyncio.sleep(5)
        rss, began = rss_kib(worker), time.monotonic()
        for number, tenant in enumerate(tenants):
            async with Operator(product.url, tenant) as owner:
                some = users[number * OF_A_TENANT :][:OF_A_TENANT]
                await connect_all(owner, some, smtp_port, server.port)
        waited = await waiting(worker, server.port, count)
        all_s = time.monotonic() - began
        await asyncio.sleep(30)
        more, sockets, spent = rss_kib(worker) - rss, sockets_to(worker, server.port), cpu_s(worker)
        load = os.getloadavg()[0]
        await asyncio.sleep(seconds)
        spent = cpu_s(worker) - spent
        took = await deliveries(server, users, rows, [tenant.id for tenant in tenants])
    lines = [
        ("worker before", f"{rss / 1024:.0f} MiB"),
        ("more with all of them", f"{more / 1024:.0f} MiB, {more / count:.0f} KiB each"),
        ("sockets that wait", str(sockets)),
        (f"processor, {seconds:.0f} s in which nothing comes", f"{100 * spent / seconds:.1f} % of a core"),
        ("from the first `POST` until all wait", f"{all_s:.0f} s ({waited:.0f} s after the last)"),
        ("a mail is a message, p50", f"{percentile(took, 50):.0f} ms"),
        ("p95", f"{percentile(took, 95):.0f} ms"),
        ("at most", f"{max(took):.0f} ms"),
    ]
    return "\n".join(
        [
            "# Mailboxes",
            "",
            f"{count} mailboxes of a dovecot on the same machine, {OF_A_TENANT} channels a tenant; one worker waits at"
            f" all of them by IDLE. {DELIVERIES} mails, {APART_S:g} s apart, each into another mailbox. The share of"
            " the processor has in it the looks at every connection, one in five minutes, and the worker at rest."
            f" {os.cpu_count()} cores; load of the machine at the beginning of the quiet time: {load:.1f}.",
            "",
            "Every mailbox is of another user of the machine's. dovecot hears of a mail by inotify, half a second after"
            " it, and Linux gives one user 128 of these; with one user for all 200, those beyond were told of a mail by"
            " dovecot's own look every 30 s (p95 27 s).",
            "",
            markdown_table(("", "measured"), lines),
            "",
        ]
    )


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--mailboxes", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    told = uvloop.run(measure(wanted.mailboxes, wanted.seconds))
    print(told)
    if wanted.out is not None:
        (wanted.out / "mailboxes.md").write_text(told, "utf-8")


if __name__ == "__main__":
    main()
