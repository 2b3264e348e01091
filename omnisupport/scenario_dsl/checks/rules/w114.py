"""An older version of a node type.

The node is written for an earlier version of its type. It works as before, but new things of the type
are not there, and one day the old version will be gone.

Set `type_version` to the newest one, or delete the field; then look at the node again by the page of its type, and run
its tests. Nothing does it by itself.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.sentence import Entry

RU = """Старая версия типа узла.

Узел написан для прежней версии своего типа. Он работает как раньше, но новых возможностей в нём нет, и
однажды старая версия исчезнет.

Поставьте новую `type_version` или уберите это поле; потом проверьте узел по странице его типа и запустите тесты.
Само это не делается.
"""

ENTRIES = {
    "W114": Entry(
        "узел '{id}' написан для версии {written} типа {type}, новая версия {newest}",
        "node '{id}' is written for version {written} of {type}, the newest is {newest}",
        "обновите: type_version: {newest}",
        "upgrade: type_version: {newest}",
    ),
}


def check(document: Analysis) -> None:
    """W114; a version that is not there yet is no value of the field."""
    for node in document.nodes.values():
        version = node.values.get("type_version")
        if version is not None and version < node.type.version:
            words: dict[str, Any] = {"id": node.id, "written": version}
            words |= {"type": node.type.name, "newest": node.type.version}
            at = node.tree.values["type_version"]
            document.report.add("W114", at, node=node.id, field="type_version", **words)
