"""What a browser loads of the built front ends before it can show anything, gzipped.

The same counts as `widget/tests/budget.test.ts` and `console/tests/bundle.test.ts`, which refuse what is too heavy.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

STATIC = Path(__file__).parents[1] / "omnisupport" / "api" / "static"
NAMED = re.compile(r'(?:src|href)="/(?:widget/)?(assets/[^"]+\.(?:js|css))"')
IMPORTED = re.compile(r'(?:from|import)\s*"\./([^"]+\.js)"')


def measure_weight(static: Path = STATIC) -> dict[str, float]:
    """KB of the widget's loader, of the widget to its first message, and of the console's first scripts."""
    widget, console = static / "widget", static / "console"
    page, loader = widget / "chat" / "index.html", widget / "loader.js"
    first = [loader, page, *(widget / name for name in NAMED.findall(page.read_text()))]
    named = [name for name in NAMED.findall((console / "index.html").read_text()) if name.endswith(".js")]
    return {
        "widget_loader": _weigh([loader]),
        "widget_first": _weigh(first),
        "console_first": _weigh(_with_imports([console / name for name in named])),
    }


def _with_imports(scripts: list[Path]) -> list[Path]:
    for script in scripts:  # grows as it is read: what a script imports is read too
        found = (script.with_name(name) for name in IMPORTED.findall(script.read_text()))
        scripts += [path for path in dict.fromkeys(found) if path not in scripts]
    return scripts


def _weigh(files: Iterable[Path]) -> float:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) / 1024
