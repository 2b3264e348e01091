"""The customer decides where a link leads.

The address of a button or a picture begins with what a customer typed. Another customer or an operator
may be led to a page of a stranger.

Wrong:

```yaml
variables:
  site: {type: string, default: ""}
start: ask
nodes:
  ask:
    type: ask
    text: {ru: Ваш сайт?, en: Your site?}
    input: {kind: text}
    save_to: vars.site
    timeout: 1h
    next: show
    exits: {timeout: bye}
  show:
    type: message
    content:
      - text: {ru: Вот он., en: Here it is.}
        buttons:
          - {id: go, label: {ru: Открыть, en: Open}, url: "{{ vars.site }}/start"}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
variables:
  site: {type: string, default: ""}
start: ask
nodes:
  ask:
    type: ask
    text: {ru: Ваш сайт?, en: Your site?}
    input: {kind: text}
    save_to: vars.site
    timeout: 1h
    next: show
    exits: {timeout: bye}
  show:
    type: message
    content:
      - text: {ru: Вот он., en: Here it is.}
        buttons:
          - {id: go, label: {ru: Открыть, en: Open}, url: "https://example.com/{{ vars.site }}"}
    next: bye
  bye: {type: end, outcome: done}
```

Write the site yourself and let the value be a part of the path: `https://example.com/{{ vars.code }}`.
"""

from __future__ import annotations

import re

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.taint import TYPED, Reading, taint_of
from omnisupport.scenario_dsl.sentence import Entry
from omnisupport.scenario_dsl.template import Hole

RU = """Клиент решает, куда ведёт ссылка.

Адрес кнопки или картинки начинается с того, что написал клиент. Другого клиента или оператора можно
увести на чужую страницу.

Напишите сайт сами, а значение оставьте частью пути: `https://example.com/{{ vars.code }}`.
"""

ENTRIES = {
    "W405": Entry(
        "адрес начинается со слов клиента: '{path}'",
        "the address begins with words of the customer: '{path}'",
        "напишите сайт сами: https://…/{{{{ {path} }}}}",
        "write the site yourself: https://…/{{{{ {path} }}}}",
    ),
}

_SITE = re.compile(r"https?://[^/{}?#]+[/?#]")


def check(document: Analysis) -> None:
    """W405 for addresses that customers are shown."""
    taint = taint_of(document)
    for reading in taint.readings:
        if reading.sink != "url" or reading.node.type.name == "http" or reading.hole is None:
            continue
        for path in sorted(reading.paths):
            if TYPED in taint.of(reading.node.flow, [path]) and not _SITE.match(_before(reading)):
                node = reading.node.id
                document.report.add("W405", reading.tree, node=node, field=reading.field, path=path)


def _before(reading: Reading) -> str:
    """What stands before the hole."""
    assert reading.text is not None
    before = ""
    for part in reading.text.locales[reading.locale]:
        if part is reading.hole:
            break
        before += "{}" if isinstance(part, Hole) else part
    return before
