"""TLS goes to the vetted address under the name of the URL: SNI and certificate are those of the name."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from omnisupport.net.egress import EgressBlocked, EgressFailed, EgressPolicy, EgressTimeout
from omnisupport.net.fetch import Fetcher
from tests.net.servers import Names, always, ok, redirect, serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `shop.test`, signed by itself, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "shop.pem"
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return path


def server_tls(certificate: Path, names: list[str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    return context


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def test_the_vetted_address_is_asked_under_the_name_of_the_url(certificate: Path) -> None:
    seen: list[str | None] = []
    async with serving(always(ok(b"tea")), server_tls(certificate, seen)) as server:
        policy = EgressPolicy.parse(f"shop.test:{server.port}")
        names = Names({"shop.test": [["127.0.0.1"]]})
        fetcher = Fetcher(policy, resolve=names, tls=trusting(certificate))
        answer = await fetcher.fetch("GET", f"https://shop.test:{server.port}/")
    assert (answer.body, seen, names.asked) == (b"tea", ["shop.test"], ["shop.test"])


async def test_a_certificate_of_another_name_is_refused_before_the_request(certificate: Path) -> None:
    async with serving(always(ok(b"tea")), server_tls(certificate, [])) as server:
        policy = EgressPolicy.parse(f"bank.test:{server.port}")
        fetcher = Fetcher(policy, resolve=Names({"bank.test": [["127.0.0.1"]]}), tls=trusting(certificate))
        with pytest.raises(EgressFailed, match="certificate") as failure:
            await fetcher.fetch("GET", f"https://bank.test:{server.port}/")
    assert (server.asked, failure.value.sent, failure.value.retryable) == ([], False, False)


async def test_an_unknown_signer_is_refused(certificate: Path) -> None:
    async with serving(always(ok(b"tea")), server_tls(certificate, [])) as server:
        policy = EgressPolicy.parse(f"shop.test:{server.port}")
        fetcher = Fetcher(policy, resolve=Names({"shop.test": [["127.0.0.1"]]}))
        with pytest.raises(EgressFailed, match="certificate"):
            await fetcher.fetch("GET", f"https://shop.test:{server.port}/")
    assert server.asked == []


async def test_a_redirect_never_leaves_https(certificate: Path) -> None:
    async with serving(always(ok(b"plain"))) as plain:
        answer = always(redirect(f"http://shop.test:{plain.port}/"))
        async with serving(answer, server_tls(certificate, [])) as server:
            policy = EgressPolicy.parse(f"shop.test:{server.port},shop.test:{plain.port}")
            names = Names({"shop.test": [["127.0.0.1"]]})
            fetcher = Fetcher(policy, resolve=names, tls=trusting(certificate))
            with pytest.raises(EgressBlocked, match="https to http"):
                await fetcher.fetch("GET", f"https://shop.test:{server.port}/", redirects=1)
    assert plain.asked == []


async def test_a_handshake_that_hangs_leaves_no_socket_open(certificate: Path) -> None:
    gone = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # to the end, without a word of TLS
        gone.set()
        writer.close()

    listener = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    fetcher = Fetcher(EgressPolicy.parse(f"127.0.0.1:{port}"), tls=trusting(certificate))
    with pytest.raises(EgressTimeout) as late:
        await fetcher.fetch("POST", f"https://127.0.0.1:{port}/", timeout=0.1)
    assert (late.value.sent, late.value.retryable) == (False, True)
    await asyncio.wait_for(gone.wait(), 2)
    listener.close()
