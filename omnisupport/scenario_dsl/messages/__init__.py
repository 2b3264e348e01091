"""The sentences of all findings, in Russian and in English; codes are public and never renamed.

A key is the code, or the code and a word where one code has several sentences (`E007.quote`).
"""

from __future__ import annotations

from omnisupport.scenario_dsl.messages import expressions, graph, loading, variables, world
from omnisupport.scenario_dsl.messages.entry import Entry

CATALOGUE: dict[str, Entry] = {
    **loading.ENTRIES,
    **graph.ENTRIES,
    **expressions.ENTRIES,
    **variables.ENTRIES,
    **world.ENTRIES,
}
