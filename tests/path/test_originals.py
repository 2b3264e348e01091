"""A mail as it came: seen by who may read its conversation, as a page that loads nothing unless it is asked to."""

from __future__ import annotations

import re
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2

from omnisupport.settings import Settings
from tests.support.accounts import run
from tests.support.operator import Operator
from tests.support.originals import plant_original
from tests.support.product import Product
from tests.support.tenants import ECHO, make_tenant
from tests.support.visitor import Visitor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "0005fe02fea70000000049454e44ae426082"
)
HOSTILE = """\
<html><head><style>body{background:url(https://evil.example/css)}</style></head><body onload="alert(1)">
<script>alert(2)</script><img src="https://evil.example/pixel.png" onerror="alert(3)"><img src="cid:logo@x">
<a href="javascript:alert(4)">раз</a> <a href="https://shop.example/order">Заказ</a>
<form action="https://evil.example"><input name="q"></form><iframe src="https://evil.example"></iframe>
<svg onload="alert(5)"></svg><p style="position:fixed">Где мой &lt;b&gt;заказ&lt;/b&gt;?</p></body></html>
"""


def mail() -> bytes:
    """A mail with everything that must not happen."""
    made = EmailMessage()
    made["From"] = '"<script>alert(0)</script>" <anna@client.example>'
    made["To"], made["Subject"] = "help@shop.example", "<b>Заказ</b> 7"
    made.set_content("Где мой заказ?")
    made.add_alternative(HOSTILE, subtype="html")
    [_, page] = made.get_payload()  # type: ignore[misc]
    page.add_related(PNG, maintype="image", subtype="png", cid="<logo@x>")  # type: ignore[union-attr]
    return made.as_bytes()


async def test_a_mail_is_shown_without_what_it_would_do_and_pictures_are_loaded_when_asked(
    product: Product, settings: Settings
) -> None:
    tenant = await make_tenant(settings, ECHO)
    other = await make_tenant(settings, ECHO)
    async with (
        Visitor(product.url, tenant.slug) as visitor,
        Operator(product.url, tenant) as owner,
        Operator(product.url, other) as stranger,
        httpx2.AsyncClient(timeout=20) as anybody,
    ):
        await visitor.open()
        await visitor.send("Где мой заказ?")
        raw = mail()
        planted = await plant_original(settings, tenant.id, raw)
        path = f"/conversations/{planted.conversation_id}/messages/{planted.message_id}/original"
        answer = await owner.request("GET", path)
        assert answer.status_code == 200, answer.text
        told = answer.json()["original"]
        assert told["size"] == len(raw)
        for asker, place, code in (
            (stranger, path, None),
            (owner, path.replace(planted.message_id, str(uuid4())), "message_not_found"),
            (owner, path.replace(planted.conversation_id, str(uuid4())), None),
        ):
            refused = await asker.request("GET", place)
            assert refused.status_code == 404 and code in (None, refused.json()["code"])
        file = await anybody.get(told["file_url"])
        assert file.status_code == 200, file.text
        assert file.content == raw and file.headers["content-disposition"].startswith("attachment")
        page = await anybody.get(told["page_url"])
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
        assert "img-src data:;" in policy and page.headers["cache-control"] == "private, no-store"
        for bad in (
            "<script",
            "onload",
            "onerror",
            "javascript:",
            "<form",
            "<input",
            "<iframe",
            "<svg",
            "style=",
        ):
            assert bad not in page.text
        assert not re.search(r'\ssrc="(?!data:image/png;base64,)', page.text)
        assert 'src="data:image/png;base64,' in page.text and "&lt;b&gt;Заказ&lt;/b&gt; 7" in page.text
        assert "Картинки из интернета не загружены" in page.text and "https://shop.example/order" in page.text
        ask = re.search(r'href="(\?[^"]+)"', page.text)
        assert ask is not None
        bare = urlsplit(told["page_url"])._replace(query="").geturl()
        loaded = await anybody.get(bare + ask[1].replace("&amp;", "&"))
        assert 'src="https://evil.example/pixel.png"' in loaded.text and "<script" not in loaded.text
        assert "img-src data: https: http:" in loaded.headers["content-security-policy"]
        assert "Load the pictures" in (await anybody.get(f"{bare}?locale=en")).text
        forged = await anybody.get(bare[:-2] + ("A=" if not bare.endswith("A=") else "B="))
        assert forged.status_code == 404
        await run(settings, tenant.id, "delete from file where id = :id", id=planted.file_id)
        gone = await owner.request("GET", path)
        assert (gone.status_code, gone.json()["code"]) == (404, "original_absent")


async def test_only_a_mail_has_a_page(product: Product, settings: Settings) -> None:
    tenant = await make_tenant(settings, ECHO)
    async with Operator(product.url, tenant) as owner, httpx2.AsyncClient(timeout=20) as anybody:
        made = await owner.request(
            "POST", "/files", params={"name": "x.txt"}, content=b"From: a@b.example\n\nx"
        )
        link = made.json()["file"]["url"].rpartition("/")[2]
        answer = await anybody.get(f"{product.url}/api/v1/mail-pages/{link}")
        assert answer.status_code == 404
        eml = await owner.request(
            "POST", "/files", params={"name": "x.eml"}, content=b"From: a@b.example\n\nx"
        )
        assert (eml.status_code, eml.json()["code"]) == (422, "file_type_refused")
