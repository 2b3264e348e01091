"""The widget's recipes of docs/widget-sdk.md, word for word in pages of others, and what its commands do there."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.demo import Demo
from tests.browser.windows import ROOT, Windows

DOCS = (ROOT / "docs" / "widget-sdk.md").read_text("utf-8")
NOTE = """
  window.__refused = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    window.__refused.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
BUNDLE = """
import { rolldown } from "rolldown";
const [input, file] = process.argv.slice(1);
const bundle = await rolldown({ input, cwd: process.cwd(), resolve: { modules: [`${process.cwd()}/node_modules`] },
  transform: { define: { "process.env.NODE_ENV": '"production"' } } });
await bundle.write({ file, format: "iife" });
"""
SHARED = """import { createRoot } from "react-dom/client";
import { Support } from "./support";
const root = createRoot(document.body.appendChild(document.createElement("div")));
window.__show = (token) => root.render(<Support token={token} onUnread={(count) => { window.__unread = count; }} />);
window.__show(null);
"""


class Place:
    """A site of somebody else: pages by path, each with headers of its own."""

    def __init__(self, windows: Windows, demo: Demo) -> None:
        self._windows, self._demo = windows, demo
        self.pages: dict[str, tuple[Mapping[str, str], str]] = {}
        self.origin = ""
        self._server: asyncio.Server | None = None

    async def serve(self) -> None:
        """From now on there."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def recipe(self, name: str) -> str:
        """A recipe with host and slug filled in, as its reader fills them in."""
        found = re.search(rf"<!-- recipe: {name} -->\n```\w+\n(.*?)```", DOCS, re.DOTALL)
        assert found is not None, name
        return (
            found[1].replace("https://YOUR-HOST", self._demo.api).replace("my-company", self._demo.owner.slug)
        )

    async def visit(self, body: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Chat:
        """Come to a page with this in its body."""
        self.pages["/"] = (
            headers or {},
            "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Elsewhere</title>"
            f"<link rel='icon' href='data:,'></head><body><main><h1>Tea</h1></main>{body}</body></html>",
        )
        context = await self._windows.context(**options)
        await context.add_init_script(NOTE)
        chat = Chat(await context.new_page(), self._demo)
        await chat.page.goto(self.origin + "/")
        return chat

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode().partition("?")[0]
        headers, text = self.pages.get(path, ({}, ""))
        content = text.encode()
        kind = "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8"
        lines = {"Content-Type": kind, "Content-Length": str(len(content)), "Connection": "close", **headers}
        status = "200 OK" if path in self.pages else "404 Not Found"
        told = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        writer.write(f"HTTP/1.1 {status}\r\n{told}\r\n".encode() + content)
        writer.close()

    def close(self) -> None:
        """Gone."""
        if self._server is not None:
            self._server.close()


@pytest.fixture
async def place(windows: Windows, demo: Demo) -> AsyncIterator[Place]:
    """A site of somebody else."""
    site = Place(windows, demo)
    await site.serve()
    yield site
    site.close()


@pytest.fixture
async def key(demo: Demo) -> AsyncIterator[str]:
    """A signing key of the demo's tenant."""
    async with demo.operator() as owner:
        made = (await owner.request("POST", "/settings/security/identity-keys")).json()
        yield made["secret"]
        await owner.request("DELETE", f"/settings/security/identity-keys/{made['identity_key']['id']}")


async def run(*command: str, cwd: Path = ROOT) -> str:
    """What a program prints."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    return said.decode().strip()


def node() -> str:
    """The node that builds the front ends."""
    beside = Path(sys.executable).with_name("node")
    found = str(beside) if beside.exists() else shutil.which("node")
    assert found is not None
    return found


async def test_the_plain_recipe_greets(place: Place) -> None:
    chat = await place.visit(place.recipe("plain"))
    await chat.open()
    await expect(chat.title).to_have_text("Tea Shop")


async def test_a_tag_manager_may_bring_it_late_and_twice(place: Place) -> None:
    chat = await place.visit("")
    snippet = place.recipe("plain").replace("<script>", "").replace("</script>", "")
    for _ in range(2):
        await chat.page.evaluate(
            "(text) => { const tag = document.createElement('script'); tag.text = text; document.body.append(tag); }",
            snippet,
        )
    await expect(chat.page.locator("omni-widget")).to_have_count(1)
    await chat.open()
    await expect(chat.page.locator("omni-widget iframe")).to_have_count(1)


async def test_a_strict_policy_needs_our_scripts_and_our_frame_and_nothing_else(
    place: Place, demo: Demo
) -> None:
    policy = (
        f"default-src 'none'; img-src data:; script-src 'nonce-n0nce' {demo.api}; frame-src {demo.api}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    body = place.recipe("csp").replace("NONCE", "n0nce")
    chat = await place.visit(body, headers={"Content-Security-Policy": policy})
    await chat.open()
    await chat.ask("How much is delivery?", "290")
    assert await chat.page.evaluate("() => window.__refused") == []
    accent = "rgb(31, 122, 77)"
    await expect(chat.launcher).to_have_css("background-color", accent)


async def test_the_react_recipe_signs_in_and_out(place: Place, demo: Demo, key: str, tmp_path: Path) -> None:
    (tmp_path / "support.tsx").write_text(place.recipe("react"), "utf-8")
    (tmp_path / "page.tsx").write_text(SHARED, "utf-8")
    built = tmp_path / "page.js"
    await run(node(), "--input-type=module", "-e", BUNDLE, str(tmp_path / "page.tsx"), str(built))
    place.pages["/page.js"] = ({}, built.read_text("utf-8"))
    chat = await place.visit("<script src='/page.js' defer></script>")
    token = await run(
        node(),
        "--input-type=module",
        "-e",
        place.recipe("node")
        + f"console.log(identityToken({json.dumps(key)}, {json.dumps(demo.owner.slug)}, 'react-1'))",
    )
    await chat.page.evaluate("(token) => window.__show(token)", token)
    await chat.open()
    await chat.ask("How much is delivery?", "290")
    first = await chat.stored()
    await chat.page.evaluate("() => window.__show(null)")
    await expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    await chat.open()
    await expect(chat.bubbles).to_have_count(1)
    second = await chat.stored()
    assert (first["conversation_id"] is not None, second["conversation_id"]) == (True, None)


@pytest.mark.parametrize("language", ["python", "node"])
async def test_a_token_of_the_recipe_is_believed(
    place: Place, demo: Demo, key: str, tmp_path: Path, language: str
) -> None:
    slug = demo.owner.slug
    if language == "python":
        (tmp_path / "sign.py").write_text(
            place.recipe("python")
            + f"\nprint(identity_token({key!r}, {slug!r}, 'recipe-1', name='Мария'))\n",
            "utf-8",
        )
        token = await run(sys.executable, str(tmp_path / "sign.py"))
    else:
        call = f"console.log(identityToken({json.dumps(key)}, {json.dumps(slug)}, 'recipe-1', {{name: 'Мария'}}))"
        token = await run(node(), "--input-type=module", "-e", place.recipe("node") + call)
    chat = await place.visit(place.recipe("plain"))
    async with chat.page.expect_response(re.compile("/widget/identify")) as told:
        await chat.page.evaluate("(token) => omni('identify', {token})", token)
        await chat.open()
    assert (await told.value).status == 204


async def test_commands_open_close_and_tell_of_it(place: Place) -> None:
    early = (
        "<script>window.omni=function(){(omni.q=omni.q||[]).push(arguments)};window.__told=[];"
        "['ready','open','close'].forEach((name)=>omni('on',name,()=>__told.push(name)));</script>"
    )
    chat = await place.visit(early + place.recipe("plain"))
    await expect(chat.launcher).to_be_visible()
    await chat.page.evaluate("() => omni('toggle')")
    await expect(chat.field).to_be_focused()
    await chat.page.wait_for_function("() => __told.includes('ready')")
    await chat.page.evaluate("() => { omni('toggle'); omni('off', 'close'); omni('open'); omni('close'); }")
    await expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    assert await chat.page.evaluate("() => __told.filter((name) => name !== 'ready')") == [
        "open",
        "close",
        "open",
    ]


async def test_where_the_frame_may_keep_nothing_the_page_keeps_it(place: Place, demo: Demo) -> None:
    chat = await place.visit(place.recipe("plain"))
    refuse = (
        "if (location.pathname.startsWith('/widget/')) Object.defineProperty(window, 'localStorage',"
        " {get() { throw new DOMException('refused', 'SecurityError'); }});"
    )
    await chat.page.context.add_init_script(refuse)
    await chat.page.reload()
    await chat.open()
    await chat.ask("How much is delivery?", "290")
    await chat.field.fill("not yet sent")
    await chat.page.reload()
    await chat.open()
    await expect(chat.mine).to_have_text(["How much is delivery?"])
    await expect(chat.field).to_have_value("not yet sent")
    kept = await chat.page.evaluate("(slug) => localStorage.getItem(`omnisupport:${slug}`)", demo.owner.slug)
    assert json.loads(kept)["kept"]["token"]
    assert await chat.page.context.cookies() == []
    await chat.page.evaluate("() => omni('shutdown')")
    await expect(chat.page.locator("omni-widget")).to_have_count(0)
    kept = await chat.page.evaluate("(slug) => localStorage.getItem(`omnisupport:${slug}`)", demo.owner.slug)
    assert json.loads(kept)["kept"] == {}


async def test_a_look_of_the_page_goes_before_the_companys(place: Place, windows: Windows) -> None:
    options = (
        "{position:'left',x:64,y:40,radius:0,scheme:'dark',launcher:{kind:'label',text:'Ask the tea master'}}"
    )
    body = place.recipe("plain").replace(");\n</script>", f", {options});\n</script>")
    chat = await place.visit(body)
    await expect(chat.launcher).to_have_accessible_name("Ask the tea master. Open chat")
    box = await chat.page.locator("omni-widget").bounding_box()
    assert box is not None
    assert (box["x"], round(box["y"] + box["height"])) == (64, 900 - 40)
    await windows.shot(chat.page, "launcher-label-left")
    await chat.open()
    await expect(chat.page.locator("omni-widget section")).to_have_css("border-radius", "0px")
    frame = await chat.frame()
    assert await frame.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "dark"
    await windows.shot(chat.page, "chat-dark-left-square")
