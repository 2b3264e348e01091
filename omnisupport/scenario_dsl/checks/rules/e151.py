"""Customers cannot stop the messages.

The pattern `opt_out` is switched off. A customer who writes "stop" would go on to get messages, which
is unlawful and gets the sender blocked.

Wrong:

```yaml
patterns: {opt_out: off}
start: first
nodes:
  first: {type: message, text: {ru: Привет, en: Hello}, next: bye}
  bye: {type: end, outcome: done}
```

Right:

```yaml
patterns: {opt_out: {ru: [хватит писать]}}
start: first
nodes:
  first: {type: message, text: {ru: Привет, en: Hello}, next: bye}
  bye: {type: end, outcome: done}
```

Leave the pattern on. Words of your own may be added to it.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.tree import Map, Scalar

RU = """Клиент не может отказаться от сообщений.

Образец `opt_out` выключен. Клиент, который пишет «стоп», продолжал бы получать сообщения: это
незаконно, и отправителя блокируют.

Оставьте образец включённым. Свои слова можно добавить к нему.
"""

ENTRIES = {
    "E151": Entry(
        "отказ от сообщений выключен",
        "opting out is switched off",
        "удалите opt_out: off",
        "delete opt_out: off",
    ),
}

_PATTERN = "opt_out"


def check(document: Analysis) -> None:
    """E151."""
    patterns = document.root.get("patterns")
    written = patterns.get(_PATTERN) if isinstance(patterns, Map) else None
    if isinstance(written, Scalar) and written.value in ("off", False):
        document.report.add("E151", written, field=f"patterns.{_PATTERN}")
