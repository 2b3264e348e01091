"""An answer that does not fit its variable.

`response.schema` says what the other system answers, and the variable that receives it has another
type. Every answer would be refused.

Wrong:

```yaml
variables:
  order: {type: int, default: 0}
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/1"}
    response: {save_to: vars.order, schema: {type: object, fields: {status: string}}}
    next: said
    exits: {error: said}
  said: {type: message, text: {ru: "Заказ {{ vars.order }}", en: "Order {{ vars.order }}"}, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  order: {type: object, nullable: true, fields: {status: string}}
start: first
nodes:
  first:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/1"}
    response: {save_to: vars.order, schema: {type: object, fields: {status: string}}}
    next: said
    exits: {error: bye}
  said:
    type: message
    text: {ru: "Заказ {{ vars.order.status }}", en: "Order {{ vars.order.status }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Give the variable the type of the schema, or `pick` the part that is meant.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.expr.types import assignable, type_from_json
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.uses import Write

RU = """Ответ не подходит переменной.

`response.schema` говорит, что отвечает другая система, а у переменной для ответа другой тип. Ни один
ответ не подошёл бы.

Дайте переменной тип схемы или выберите нужную часть через `pick`.
"""

ENTRIES = {
    "E308": Entry(
        "{path} имеет тип {wanted}, а schema обещает {given}",
        "{path} is {wanted}, the schema promises {given}",
        "дайте переменной тип схемы",
        "give the variable the type of the schema",
    ),
}


def check(document: Analysis) -> None:
    """E308 for whole variables; a part of one is fitted when it runs."""
    for node in document.nodes.values():
        response = node.values.get("response")
        if not isinstance(response, dict) or not isinstance(response.get("schema"), dict):
            continue
        write = response.get("save_to")
        if not isinstance(write, Write) or len(write.target) != 2:
            continue
        variable = document.variables_of(node.flow).get(write.target[1])
        given = type_from_json(response["schema"]["type"])
        # An answer that is null is looked at when it comes.
        if variable is not None and not assignable(given.required(), variable.type):
            words: dict[str, Any] = {"path": ".".join(write.path), "given": given.required()}
            words["wanted"] = variable.type.required()
            document.report.add("E308", write.tree, node=node.id, field=write.field, **words)
