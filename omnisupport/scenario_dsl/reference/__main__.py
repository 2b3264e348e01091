"""Write the reference: `python -m omnisupport.scenario_dsl.reference docs/scenarios`."""

from __future__ import annotations

import sys
from pathlib import Path

from omnisupport.scenario_dsl.reference.pages import pages


def main(folder: Path) -> None:
    """Write every page into the folder, and remove those of nodes that are no more."""
    made = pages()
    for path in sorted((folder / "nodes").glob("*.md")):
        if f"nodes/{path.name}" not in made:
            path.unlink()
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
