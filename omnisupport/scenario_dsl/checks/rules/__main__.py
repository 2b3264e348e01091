"""Write the pages of all checks: `python -m omnisupport.scenario_dsl.checks.rules docs/scenarios`."""

from __future__ import annotations

import sys
from pathlib import Path

from omnisupport.scenario_dsl.checks.rules.pages import FOLDER, rule_pages


def main(folder: Path) -> None:
    """Write every page into the folder and remove pages of codes that are no more."""
    pages = rule_pages()
    for path in sorted((folder / FOLDER).glob("*.md")):
        if f"{FOLDER}/{path.name}" not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
