"""Uploads: what is let in, what becomes of it, and who gets it."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from PIL import Image

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import ECHO, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

SECRET = b"canary-in-exif"


def image(kind: str, size: tuple[int, int] = (12, 8), *, exif: bool = False) -> bytes:
    """An image, with something hidden in its metadata when asked for."""
    made = io.BytesIO()
    picture = Image.new("RGB", size, (200, 30, 30))
    options: dict[str, Any] = {}
    if exif:
        data = Image.Exif()
        data[0x010E] = SECRET.decode()  # ImageDescription
        data[0x0112] = 6  # Orientation: the camera was turned
        options["exif"] = data
    picture.save(made, kind, **options)
    return made.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 900 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
ARCHIVE = b"PK\x03\x04" + b"\0" * 60
TAKEN: list[tuple[str, bytes, str, str]] = [
    ("photo.png", image("PNG"), "photo.png", "image/png"),
    ("photo.JPG", image("JPEG"), "photo.JPG", "image/jpeg"),
    ("photo.webp", image("WEBP"), "photo.webp", "image/webp"),
    ("moving.gif", image("GIF"), "moving.gif", "image/gif"),
    ("счёт за чай.pdf", PDF, "счёт за чай.pdf", "application/pdf"),
    ("list.csv", "чай;990\n".encode(), "list.csv", "text/plain"),
    ("note.txt", b"\xef\xbb\xbfplain words", "note.txt", "text/plain"),
    (
        "table.xlsx",
        ARCHIVE,
        "table.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("all.zip", ARCHIVE, "all.zip", "application/zip"),
    ("voice.ogg", b"OggS\x00" + b"\0" * 40, "voice.ogg", "audio/ogg"),
    ("clip.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 40, "clip.mp4", "video/mp4"),
    ("../../etc/passwd.txt", b"x", "passwd.txt", "text/plain"),
    ("C:\\temp\\note.txt", b"x", "note.txt", "text/plain"),
    ("in\u202evoice\u200b.txt", b"x", "invoice.txt", "text/plain"),
    ("ｆｕｌｌ.txt", b"x", "full.txt", "text/plain"),
    ("x" * 300 + ".txt", b"x", "x" * 116 + ".txt", "text/plain"),
    ('a"b<c>|d.txt', b"x", "a_b_c__d.txt", "text/plain"),
]
REFUSED: list[tuple[str, bytes, str]] = [
    ("page.html", b"<!doctype html><script>alert(1)</script>", "file_type_refused"),
    ("page.txt", b"<html><script>alert(1)</script>", "file_type_refused"),
    ("page.txt", b"  \n<SCRIPT>alert(1)</SCRIPT>", "file_type_refused"),
    ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type_refused"),
    ("picture.txt", b"<svg onload=alert(1)>", "file_type_refused"),
    ("data.xml", b"<?xml version='1.0'?>", "file_type_refused"),
    ("photo.png", PDF, "file_type_refused"),
    ("photo.png", b"<script>", "file_type_refused"),
    ("photo.png.exe", image("PNG"), "file_type_refused"),
    ("program.exe", b"MZ" + b"\0" * 60, "file_type_refused"),
    ("shell.php\u200b", b"<?php echo 1;", "file_type_refused"),
    ("shell.php", b"<?php echo 1;", "file_type_refused"),
    ("run.sh", b"#!/bin/sh\n", "file_type_refused"),
    (".htaccess", b"AddType x", "file_type_refused"),
    ("\u200b\u202e", b"x", "file_name_invalid"),
    ("noextension", b"plain", "file_type_refused"),
    ("binary.txt", b"\0\1\2", "file_type_refused"),
    ("latin.txt", "naïve".encode("latin-1") + b" words", "file_type_refused"),
    ("cut.png", image("PNG")[:40], "image_broken"),
    ("cut.jpg", image("JPEG")[:60], "image_broken"),
    ("bomb.png", bomb(), "image_too_large"),
    ("wrong.webp", b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 20, "image_broken"),
    ("book.docm", ARCHIVE, "file_type_refused"),
    ("empty.txt", b"", "file_empty"),
    ("page.txt", "<html><script>".encode("utf-16"), "file_type_refused"),
    ("page.md", b"\xef\xbb\xbf<script>alert(1)</script>", "file_type_refused"),
    ("page.txt", b"<!-- <?php echo 1 ?>", "file_type_refused"),
    ("photo.png\u202egpj.exe", image("PNG"), "file_type_refused"),
    ("photo.jpg/../shell.php", image("JPEG"), "file_type_refused"),
    ("photo.php\\.png", b"<?php echo 1;", "file_type_refused"),
    ("photo.SVG", b"<svg onload=alert(1)>", "file_type_refused"),
    ("photo.svgz", b"\x1f\x8b\x08", "file_type_refused"),
    ("paper.pdf", b"<html>%PDF-1.7", "file_type_refused"),
    ("paper.pdf.html", PDF, "file_type_refused"),
    ("applet.jar", ARCHIVE, "file_type_refused"),
    ("link.lnk", b"L\0\0\0", "file_type_refused"),
    ("mail.mht", b"MIME-Version: 1.0\r\n", "file_type_refused"),
    ("clip.swf", b"CWS\x09", "file_type_refused"),
    ("icon.ico", b"\0\0\1\0", "file_type_refused"),
    ("photo.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)", "image_broken"),
    ("photo.jpg", b"\xff\xd8\xff<script>alert(1)</script>", "image_broken"),
    (".png", image("PNG"), "file_type_refused"),
]


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with files."""
    return await make_tenant(settings, ECHO)


@pytest.fixture
async def operator(product: Product, settings: Settings, tenant: TestTenant) -> AsyncIterator[Operator]:
    """An operator with no uploads yet: there is a limit for each."""
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as found:
        yield found


async def upload(operator: Operator, name: str, content: bytes) -> Any:
    return await operator.request("POST", "/files", params={"name": name}, content=content)


def content_of(operator: Operator, url: str) -> Any:
    """Whoever has the link gets it: no credential goes along."""
    return operator._http.get(urlsplit(url).path.removeprefix("/api/v1"))


@pytest.mark.parametrize(("name", "content", "kept", "media"), TAKEN, ids=lambda each: str(each)[:20])
async def test_what_may_be_uploaded(
    operator: Operator, name: str, content: bytes, kept: str, media: str
) -> None:
    answer = await upload(operator, name, content)
    assert answer.status_code == 201, answer.text
    file = answer.json()["file"]
    assert (file["name"], file["type"]) == (kept, media)
    given = await content_of(operator, file["url"])
    assert given.status_code == 200 and given.headers["content-type"].startswith(media)
    assert len(given.content) == file["size"]
    how = "inline" if media.startswith("image/") else "attachment"
    assert given.headers["content-disposition"].startswith(f"{how}; filename*=UTF-8''")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"].startswith("sandbox;")
    if how == "attachment":
        assert given.content == content


@pytest.mark.parametrize(("name", "content", "code"), REFUSED, ids=lambda each: str(each)[:20])
async def test_what_may_not(operator: Operator, name: str, content: bytes, code: str) -> None:
    answer = await upload(operator, name, content)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_an_image_is_made_anew(operator: Operator, kind: str) -> None:
    sent = image(kind, (12, 8), exif=True)
    assert SECRET in sent
    file = (await upload(operator, f"photo.{kind.lower()}", sent)).json()["file"]
    assert (file["width"], file["height"]) == (8, 12), "turned as the camera said"
    given = (await content_of(operator, file["url"])).content
    assert SECRET not in given
    assert Image.open(io.BytesIO(given)).size == (8, 12)


async def test_what_follows_an_image_does_not_come_along(operator: Operator) -> None:
    file = (await upload(operator, "photo.png", image("PNG") + b"<script>alert(1)</script>")).json()["file"]
    assert b"script" not in (await content_of(operator, file["url"])).content


async def test_25_mib_are_enough(operator: Operator) -> None:
    most = b"x" * (25 * 2**20)
    assert (await upload(operator, "long.txt", most)).status_code == 201
    answer = await upload(operator, "long.txt", most + b"y")
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(27):
            yield b"x" * 2**20

    answer = await operator.request("POST", "/files", params={"name": "long.txt"}, content=pieces())
    assert answer.status_code == 413


async def test_a_file_is_its_uploaders(
    product: Product, settings: Settings, tenant: TestTenant, operator: Operator
) -> None:
    file = (await upload(operator, "note.txt", b"mine")).json()["file"]
    other_tenant = await make_tenant(settings, ECHO)
    async with (
        Operator(product.url, await add_person(settings, tenant, role="operator")) as colleague,
        Operator(product.url, other_tenant) as stranger,
    ):
        for each in (colleague, stranger):
            for method in ("GET", "DELETE"):
                answer = await each.request(method, f"/files/{file['id']}")
                absent = await each.request(method, f"/files/{uuid4()}")
                assert (answer.status_code, answer.text) == (404, absent.text)
    assert (await operator.request("GET", f"/files/{file['id']}")).status_code == 200
    assert (await operator.request("DELETE", f"/files/{file['id']}")).status_code == 204
    assert (await content_of(operator, file["url"])).status_code == 404
    assert (await operator.request("DELETE", f"/files/{file['id']}")).status_code == 404


def _last_changed(link: str) -> str:
    return link[:-2] + ("AA" if link[-2:] != "AA" else "BB")


@pytest.mark.parametrize(
    "change",
    [
        _last_changed,
        lambda link: link[:20],
        lambda link: link + "AAAA",
        lambda link: "A" * len(link),
        lambda link: "%00",
        lambda link: "ссылка",
    ],
)
async def test_a_link_that_was_not_signed_opens_nothing(
    operator: Operator, change: Callable[[str], str]
) -> None:
    url = (await upload(operator, "note.txt", b"mine")).json()["file"]["url"]
    path, link = url.rsplit("/", 1)
    assert (await content_of(operator, f"{path}/{change(link)}")).status_code == 404


async def test_a_visitor_uploads_too_and_not_without_end(product: Product, tenant: TestTenant) -> None:
    async with Visitor(product.url, tenant.slug) as visitor:

        async def send() -> Any:
            return await visitor._http.post(
                "/api/v1/widget/files",
                params={"name": "photo.png"},
                content=image("PNG"),
                headers=visitor.headers,
            )

        assert (await send()).status_code == 201
        answers = [await send() for _ in range(31)]
        assert answers[-1].status_code == 429 and "retry-after" in answers[-1].headers
        anonymous = await visitor._http.post("/api/v1/widget/files", params={"name": "x.txt"}, content=b"x")
        assert anonymous.status_code == 401
