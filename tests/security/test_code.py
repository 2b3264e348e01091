"""What the code must not contain, read from the code: one parse of every file, no process started."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import structlog

from omnisupport.observability import get_logger, setup_logging

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "omnisupport"
RUNS_PROGRAMS = ("devstack/", "cli.py")
"""The embedded parts are programs; nothing that a request, a message or a document reaches starts one."""
PROCESSES = {
    "subprocess",
    "pty",
    "multiprocessing",
    "os.system",
    "os.popen",
    "os.execv",
    "os.execvp",
    "os.spawnv",
}
DYNAMIC = {"eval", "exec", "compile", "__import__"}
UNSAFE_READERS = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "xml", "lxml", "xmlrpc"}
TEMPLATES = {"jinja2", "mako", "chameleon"}
PLANTED = """
import pickle, subprocess
from xml.etree import ElementTree
eval("1"); yaml.load(x); session.exec(text(f"select {x}")); session.exec(text("a" + x)); os.system("ls")
subprocess.run("ls", shell=True)
"""


@cache
def files() -> list[tuple[str, ast.Module]]:
    """Every module of the product, with its name."""
    found = sorted(PACKAGE.rglob("*.py"))
    assert len(found) > 200
    return [(each.relative_to(PACKAGE).as_posix(), ast.parse(each.read_text())) for each in found]


def imported(tree: ast.AST) -> Iterator[str]:
    """The top packages that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call by what is called: `os.system`, `eval`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def programs_of(tree: ast.AST) -> set[str]:
    """What in a module starts programs."""
    return ({*imported(tree)} | {name for name, _ in calls(tree)}) & PROCESSES


def dynamic_of(tree: ast.AST) -> set[str]:
    """What in a module runs or reads objects out of data."""
    found = {name for name, _ in calls(tree)} & (DYNAMIC | {"yaml.load", "yaml.unsafe_load"})
    return found | ({*imported(tree)} & (UNSAFE_READERS | TEMPLATES))


def built_sql(tree: ast.AST) -> Iterator[str]:
    """SQL that is put together at the place of its use: `text(f"…")`, `text("…" + x)`, `text("…".format(x))`."""
    for name, call in calls(tree):
        if name in ("text", "sa.text") and call.args:
            written = call.args[0]
            is_format = isinstance(written, ast.Call) and ast.unparse(written.func).endswith(".format")
            if isinstance(written, ast.JoinedStr | ast.BinOp) or is_format:
                yield f"{call.lineno}: {ast.unparse(written)[:80]}"


def test_no_request_starts_a_program() -> None:
    found = {
        name: programs_of(tree)
        for name, tree in files()
        if not name.startswith(RUNS_PROGRAMS) and programs_of(tree)
    }
    assert found == {}


def test_nothing_is_run_that_came_as_data() -> None:
    found = {name: dynamic_of(tree) for name, tree in files() if dynamic_of(tree)}
    assert found == {}


def test_no_sql_is_put_together_of_what_came() -> None:
    """Values travel as parameters; the parts of a statement that differ are chosen, not written."""
    found = {name: list(built_sql(tree)) for name, tree in files() if list(built_sql(tree))}
    found.pop("storage/tables/columns.py")  # the default of a column, a word of its table
    assert len(found.pop("storage/queries/retention.py")) == 1  # the tables of `domain/retention.DEAD`
    assert found == {}


def test_each_of_these_would_be_noticed() -> None:
    tree = ast.parse(PLANTED)
    assert programs_of(tree) == {"subprocess", "os.system"}
    assert dynamic_of(tree) == {"eval", "yaml.load", "pickle", "xml"}
    assert len(list(built_sql(tree))) == 2


# --- pages ------------------------------------------------------------------------------------------------


def sources(*folders: str) -> dict[str, str]:
    """The front ends' own code, without tests and stand-ins."""
    found = {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for folder in folders
        for path in (ROOT / folder).rglob("*.ts*")
        if "test" not in path.name and "/mock/" not in path.as_posix() and path.suffix in (".ts", ".tsx")
    }
    assert len(found) > 20
    return found


@pytest.mark.parametrize(
    "word",
    [
        r"dangerouslySetInnerHTML",
        r"\.(inner|outer)HTML\s*=",
        r"insertAdjacentHTML",
        r"document\.write",
        r"\beval\(",
        r"new Function\(",
        r"srcdoc",
        r"javascript:",
        r"postMessage\([^)]*[\"']\*[\"']",
        r"onPaste(?!=\{\(event\) => \{\s+const files)",  # files may be taken; a text goes in as it is
        r"clipboardData\??\.getData",
        r"https?://(?!www\.w3\.org/|example\.com/)[a-z0-9-]+\.[a-z]{2,}/",
    ],
)
def test_no_page_makes_markup_of_text_or_loads_from_elsewhere(word: str) -> None:
    found = [name for name, text in sources("console/src", "widget/src").items() if re.search(word, text)]
    found = [name for name in found if not name.startswith("console/src/kit/")]  # examples, not pages
    assert found == []


STORES = {
    "console/src/lib/storage.ts",
    "widget/src/chat/storage.ts",
    "widget/src/loader/memory.ts",
}


def test_a_page_keeps_things_in_one_place_and_the_console_no_credential() -> None:
    """The widget keeps its visitor's token: in the company's page there is no cookie of ours (S6)."""
    pages = sources("console/src", "widget/src")
    keeping = {name for name, text in pages.items() if re.search(r"(local|session)Storage", text)}
    assert keeping == STORES
    kept = "\n".join(text for name, text in pages.items() if name.startswith("console/"))
    assert re.findall(r"\b(?:write|store|save)\([^)]*(?:token|password|secret)", kept, re.IGNORECASE) == []


def test_every_field_of_a_password_hides_it_and_lets_managers_fill_it() -> None:
    (field,) = [text for name, text in sources("console/src").items() if "function PasswordField" in text]
    assert re.search(r'type=\{?[^}]*"password"', field)
    for name, text in sources("console/src").items():
        for kind in ("current-password", "new-password"):
            for found in re.finditer(rf'autoComplete="{kind}"', text):
                element = text[: found.start()].rpartition("<")[2]
                hides = element.startswith("PasswordField") or '"password"' in element
                assert hides, (name, kind)


def test_every_page_of_the_console_can_be_left() -> None:
    """The menu of the person, with the way out, is part of the frame that every page stands in."""
    pages = sources("console/src")
    assert "<UserMenu" in pages["console/src/frame/sidebar.tsx"]
    assert "<Sidebar" in pages["console/src/frame/frame.tsx"]
    assert "signOut" in pages["console/src/frame/user-menu.tsx"]


def test_nothing_asks_how_old_a_password_is() -> None:
    """It is written down when it changes, for the audit; nobody is sent to choose another for its age."""
    reads = [
        f"{name}:{node.lineno}"
        for name, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "password_changed_at"
        and isinstance(node.ctx, ast.Load)
    ]
    assert reads == []


# --- logs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_line_of_the_log_stays_one_line(form: str) -> None:
    """What a stranger wrote can neither begin a line of its own nor move the cursor of who reads."""
    out = io.StringIO()
    before = (logging.getLogger().handlers[:], logging.getLogger().level, structlog.get_config())
    try:
        setup_logging(form, out=out)
        evil = 'a\n2026-01-01 [info] signed_in user=owner\r\x1b[2J{"event": "x"}\u2028'
        get_logger("tests.security").info("sign_in_failed", name=evil, token="s_" + "A" * 64)
    finally:
        logging.basicConfig(handlers=before[0], level=before[1], force=True)
        structlog.configure(**before[2])
    text = out.getvalue()
    assert text.count("\n") == 1 and text.endswith("\n")
    assert "\r" not in text and "\x1b[2J" not in text
    assert "AAAA" not in text
    if form == "json":
        assert json.loads(text)["name"] == evil
