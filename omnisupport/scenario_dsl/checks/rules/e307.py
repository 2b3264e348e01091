"""What is called takes other values.

The call gives an input that the flow does not have, leaves out one that it needs, or asks for an output
that it does not give. The flow would begin without what it works on.

Wrong:

```yaml
variables:
  said: {type: string, default: ""}
start: first
nodes:
  first:
    type: call
    flow: greet
    inputs: {naem: Анна, name: Анна}
    outputs: {vars.said: words}
    next: told
  told: {type: message, text: "{{ vars.said }}", next: bye}
  bye: {type: end, outcome: done}
flows:
  greet:
    inputs:
      name: {type: string}
    outputs:
      words: {type: string}
    start: answer
    nodes:
      answer: {type: return, outputs: {words: "Здравствуйте, {{ vars.name }}"}}
```

Right:

```yaml
variables:
  said: {type: string, default: ""}
start: first
nodes:
  first:
    type: call
    flow: greet
    inputs: {name: Анна}
    outputs: {vars.said: words}
    next: told
  told: {type: message, text: "{{ vars.said }}", next: bye}
  bye: {type: end, outcome: done}
flows:
  greet:
    inputs:
      name: {type: string}
    outputs:
      words: {type: string}
    start: answer
    nodes:
      answer: {type: return, outputs: {words: "Здравствуйте, {{ vars.name }}"}}
```

Compare `inputs` and `outputs` of the call with those that the flow declares.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """То, что вызывается, принимает другие значения.

Вызов даёт вход, которого у потока нет, не даёт обязательный или ждёт выход, которого поток не отдаёт.
Поток начал бы работу без нужных данных.

Сравните `inputs` и `outputs` вызова с теми, что объявляет поток.
"""

ENTRIES = {
    "E307.input": Entry(
        "у того, что вызывается, нет входа '{name}', есть: {known}",
        "what is called has no input '{name}', it has: {known}",
        "исправьте имя или объявите вход",
        "correct the name, or declare the input",
    ),
    "E307.missing": Entry(
        "узел '{id}' не даёт обязательный вход '{name}'",
        "'{id}' does not give the required input '{name}'",
        "добавьте его в inputs",
        "add it to inputs",
    ),
    "E307.output": Entry(
        "нет выхода '{name}', есть: {known}",
        "there is no output '{name}', there are: {known}",
        "исправьте имя или объявите выход",
        "correct the name, or declare the output",
    ),
}
