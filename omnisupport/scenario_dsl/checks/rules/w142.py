"""A question that is asked without bound.

The circle asks the customer again and again, and neither a counter nor a choice of the customer leads
out. Whoever cannot answer is caught. The same where time alone leads round: whoever has gone is written to more
than once an hour, for ever.

Wrong:

```yaml
variables:
  name: {type: string, default: ""}
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: check
    exits: {invalid: bye, timeout: bye}
  check:
    type: condition
    cases:
      - {when: "vars.name == 'ok'", next: bye}
    else: first
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  name: {type: string, default: ""}
  count: {type: int, default: 0}
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: check
    exits: {invalid: bye, timeout: bye}
  check:
    type: condition
    cases:
      - {when: "vars.name == 'ok'", next: bye}
    else: tried
  tried:
    type: set
    assign: {vars.count: "=vars.count + 1"}
    next: bound
  bound:
    type: condition
    cases:
      - {when: "vars.count < 3", next: first}
    else: bye
  bye: {type: end, outcome: done}
```

Count the rounds with `set` and leave by a `condition`, or offer a menu.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Вопрос повторяется без предела.

Цикл спрашивает клиента снова и снова, и ни счётчик, ни выбор клиента не выводят из него. Кто не может
ответить, тот застрял. То же, когда по кругу ведёт одно время: тому, кто ушёл, пишут чаще раза в час, без конца.

Считайте круги через `set` и выходите по `condition` или предложите меню.
"""

ENTRIES = {
    "W142": Entry(
        "цикл с вопросом без предела попыток: {path}",
        "loop with a question and no bound: {path}",
        'считайте попытки: set vars.tries: "=vars.tries + 1" и condition',
        'count the attempts: set vars.tries: "=vars.tries + 1" and a condition',
    ),
    "W142.silent": Entry(
        "клиенту, который молчит, пишут каждые {time} без конца: {path}",
        "a customer who says nothing is written to every {time} without end: {path}",
        "считайте круги или ведите время к концу",
        "count the rounds, or let the time lead to an end",
    ),
}
