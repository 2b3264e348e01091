"""What only the embedded store has to promise: one owner, and nothing lost when the process is killed."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omnisupport.ai.knowledge import edge
from omnisupport.ai.knowledge.edge import EdgeStore
from omnisupport.ai.knowledge.embed import DIMENSIONS
from omnisupport.errors import Conflict, OmniError, Unavailable
from tests.ai.conftest import axis, make_chunk

WRITER = """
import asyncio, sys
from pathlib import Path
from omnisupport.ai.knowledge.edge import EdgeStore
from tests.ai.conftest import axis, make_chunk
from omnisupport.ai.knowledge.embed import DIMENSIONS

async def main():
    store = EdgeStore.open(Path(sys.argv[1]), dimensions=DIMENSIONS)
    for number in range(10_000):
        chunk = make_chunk(f"text {number}", document=str(number))
        await store.upsert("one", str(number), [chunk], [axis(1, number)])
        print(number, flush=True)

asyncio.run(main())
"""


async def test_documents_survive_a_restart(tmp_path: Path) -> None:
    first = EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS)
    await first.upsert("one", "doc", [make_chunk("kept")], [axis(1)])
    await first.close()
    second = EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS)
    hits = await second.search("one", ["help"], axis(1), "kept")
    await second.close()
    assert [hit.chunk.text for hit in hits] == ["kept"]
    assert hits[0].bm25 is not None


async def test_every_acknowledged_document_survives_kill_9(tmp_path: Path) -> None:
    folder = tmp_path / "shard"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    acknowledged = -1
    started = time.monotonic()
    while acknowledged < 40 and time.monotonic() - started < 30:
        acknowledged = int(writer.stdout.readline() or acknowledged)
    writer.send_signal(signal.SIGKILL)
    rest = writer.stdout.read().split()
    writer.wait()
    acknowledged = int(rest[-1]) if rest else acknowledged
    store = EdgeStore.open(folder, dimensions=DIMENSIONS)
    count = await store.count("one")
    hits = await store.search("one", ["help"], axis(1, acknowledged), f"text {acknowledged}")
    await store.close()
    assert acknowledged >= 40
    # The one after the last acknowledged may be in or not.
    assert count in (acknowledged + 1, acknowledged + 2)
    assert f"text {acknowledged}" in {hit.chunk.text for hit in hits}


async def test_a_second_process_is_refused_in_words(tmp_path: Path) -> None:
    store = EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS)
    code = (
        "import sys; from pathlib import Path\n"
        "from omnisupport.ai.knowledge.edge import EdgeStore\n"
        "from omnisupport.errors import OmniError\n"
        "try: EdgeStore.open(Path(sys.argv[1]), dimensions=384)\n"
        "except OmniError as e: print(e.code, '|', e.detail)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "shard")], capture_output=True, text=True, check=True
    )
    await store.upsert("one", "doc", [make_chunk("still fine")], [axis(1)])
    await store.close()
    assert ran.stdout.startswith("knowledge_in_use | ")
    assert "QDRANT_URL" in ran.stdout


async def test_a_second_opener_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    store = EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS)
    with pytest.raises(Conflict):
        EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS)
    await store.close()
    EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS)


def test_a_folder_that_is_no_shard_is_named(tmp_path: Path) -> None:
    (tmp_path / "edge_config.json").write_text("{broken", encoding="utf-8")
    with pytest.raises(OmniError) as refused:
        EdgeStore.open(tmp_path, dimensions=DIMENSIONS)
    assert refused.value.code == "knowledge_unreadable"
    assert str(tmp_path) in refused.value.detail


@pytest.mark.parametrize("left", [(), ("wal",), ("wal", "segments"), ("wal", "segments/*")])
async def test_a_start_that_was_killed_half_way_is_finished_by_the_next(
    tmp_path: Path, left: tuple[str, ...]
) -> None:
    """These are the states that kills at 25 moments of the creation left."""
    folder = tmp_path / "shard"
    await EdgeStore.open(folder, dimensions=DIMENSIONS).close()
    kept = {path for pattern in left for path in folder.glob(pattern)}
    for path in (folder / "edge_config.json", *folder.glob("segments/*"), *folder.iterdir()):
        if path.exists() and path not in kept and not any(path in other.parents for other in kept):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    store = EdgeStore.open(folder, dimensions=DIMENSIONS)
    await store.upsert("one", "doc", [make_chunk("x")], [axis(1)])
    assert await store.count("one") == 1
    await store.close()


async def test_a_closed_store_refuses(tmp_path: Path) -> None:
    store = EdgeStore.open(tmp_path / "shard", dimensions=DIMENSIONS)
    await store.close()
    await store.close()
    with pytest.raises(Unavailable):
        await store.count("one")


async def test_writes_are_flushed_and_optimised_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "FLUSH_AFTER", 0.01)
    monkeypatch.setattr(edge, "OPTIMIZE_AFTER", 3)
    calls: list[str] = []

    class Shard:
        def flush(self) -> None:
            calls.append("flush")

        def optimize(self) -> None:
            calls.append("optimize")

    keeper = edge._Housekeeper(Shard())  # type: ignore[arg-type]
    keeper.written(1)
    while not calls:
        await asyncio.sleep(0.005)
    assert calls == ["flush"]
    keeper.written(2)
    while "optimize" not in calls:
        await asyncio.sleep(0.005)
    keeper.stop()
    assert calls[:3] == ["flush", "flush", "optimize"]
