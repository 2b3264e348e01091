"""Retries without a way out.

After the last retry the run goes to `on_error` of the scenario, which is meant for faults, not for a
customer who could not type a date.

Wrong:

```yaml
on_error: {next: bye}
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    retry: {max: 2, text: {ru: Ещё раз., en: Again.}}
    timeout: 1h
    next: bye
    exits: {timeout: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
on_error: {next: bye}
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    retry: {max: 2, text: {ru: Ещё раз., en: Again.}}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Add `exits.invalid` with a way that helps.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """У повторов нет своего выхода.

После последней попытки диалог уходит в `on_error` сценария, а он для сбоев, не для клиента, который не
смог ввести дату.

Добавьте `exits.invalid` с путём, который поможет.
"""

ENTRIES = {
    "W132": Entry(
        "у повторов узла '{id}' нет выхода invalid",
        "the retries of '{id}' have no exit",
        "добавьте exits.invalid",
        "add exits.invalid",
    ),
}
