"""Published schemas of providers, which tests read where they lie and never copy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def spec(name: str) -> Path:
    """The path of a schema. Where the data are absent the test is skipped; under CI it fails."""
    data = Path(os.environ.get("OMNI_TEST_DATA") or _ROOT.parent / "shared" / "data")
    path = data / "provider_specs" / name
    if not path.exists():
        reason = f"There is no {path}; OMNI_TEST_DATA names another folder of the data."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
