"""An answer that nobody takes.

The node may receive an answer that it does not understand, and nothing says what then. The customer
would be asked for ever, or hear nothing.

Wrong:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: int}
    timeout: 1h
    next: bye
    exits: {timeout: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
start: first
nodes:
  first:
    type: ask
    text: {ru: Сколько?, en: How many?}
    input: {kind: int}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
  bye: {type: end, outcome: done}
```

Add `exits.invalid`, `free_text`, an interrupt with `otherwise`, or `on_error`; for a wait and a `csat` add
`exits.message`, for an `ai_reply` `exits.needs_human`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Ответ некому обработать.

Узел может получить ответ, который он не понимает, а что делать тогда, не сказано. Клиента спрашивали бы
без конца, или он не услышал бы ничего.

Добавьте `exits.invalid`, `free_text`, прерывание с `otherwise` или `on_error`; для ожидания и `csat` добавьте
`exits.message`, для `ai_reply` — `exits.needs_human`.
"""

ENTRIES = {
    "E134": Entry(
        "ответ, который узел '{id}' не поймёт, никто не обработает",
        "nobody takes an answer that '{id}' does not understand",
        "добавьте exits.invalid, free_text, прерывание otherwise или on_error сценария",
        "add exits.invalid, free_text, an interrupt with otherwise, or the scenario's on_error",
    ),
    "E134.other": Entry(
        "ответ, который узел '{id}' не поймёт, никто не обработает",
        "nobody takes an answer that '{id}' does not understand",
        "добавьте exits.{exit}, прерывание otherwise или on_error сценария",
        "add exits.{exit}, an interrupt with otherwise, or the scenario's on_error",
    ),
    "E134.wait": Entry(
        "сообщение во время ожидания '{id}' останется без ответа",
        "a message during the wait '{id}' is left without an answer",
        "добавьте exits.message или on_message: queue",
        "add exits.message or on_message: queue",
    ),
}
