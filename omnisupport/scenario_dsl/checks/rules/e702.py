"""A thing of another environment.

The name exists, but only in another environment: in the test system and not in the live one, or the
other way round. Published here it would not be found.

Wrong:

```yaml
start: first
nodes:
  first:
    type: handoff
    target: {department: sandbox}
    wait_for: none
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: handoff
    target: {department: support}
    wait_for: none
    next: bye
  bye: {type: end, outcome: done}
```

Create it in this environment, or name the one that is here.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Это из другого окружения.

Такое имя есть, но только в другом окружении: в тестовом, а не в боевом, или наоборот. После публикации
здесь его не нашли бы.

Создайте его в этом окружении или назовите то, что есть здесь.
"""

ENTRIES = {
    "E702": Entry(
        "'{name}' ({kind}) есть только в другом окружении",
        "'{name}' ({kind}) exists in another environment only",
        "создайте его здесь или назовите другое",
        "create it here, or name another one",
    ),
}
