"""An expression where a text is written.

`=` before an expression is for values. A text that begins with it is sent as it stands: customers read
«=vars.name» instead of their name.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: message
    text: {ru: "=vars.name", en: "=vars.name"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: message
    text: {ru: "{{ vars.name }}", en: "{{ vars.name }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Write the expression between `{{` and `}}`.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.expr.ast import Ast
from omnisupport.scenario_dsl.expr.errors import ExprSyntaxError
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.scope import READ_ONLY
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.tree import Scalar

RU = """Выражение там, где пишут текст.

`=` перед выражением — это для значений. Текст, который с него начинается, отправляется как есть: вместо
имени клиент прочтёт «=vars.name».

Напишите выражение между `{{` и `}}`.
"""

ENTRIES = {
    "W220": Entry(
        "текст '{text}' отправится как есть: здесь это не выражение",
        "the text '{text}' is sent as it stands: it is no expression here",
        "напишите {mended}",
        "write {mended}",
    ),
}

_ROOTS = ("vars", *READ_ONLY)


def check(document: Analysis) -> None:
    """W220 for a text that reads as an expression over names that are there."""
    for node in document.nodes.values():
        for text in node.uses.texts:
            for tree in text.trees.values():
                if isinstance(tree, Scalar) and _is_expression(tree.text, (*_ROOTS, *text.locals)):
                    written = tree.text.strip()
                    mended = f"{{{{ {written[1:].strip()} }}}}"
                    words: dict[str, Any] = {"text": written, "mended": mended}
                    document.report.add("W220", tree, node=node.id, field=text.field, **words)


def _is_expression(text: str, roots: tuple[str, ...]) -> bool:
    written = text.strip()
    if not written.startswith("="):
        return False
    try:
        return _reads(parse(written[1:]), roots)
    except ExprSyntaxError:
        return False


def _reads(ast: Ast, roots: tuple[str, ...]) -> bool:
    if ast.op == "id":
        return ast.args[0] in roots
    return any(_reads(child, roots) for child in ast.children())
