"""A template that the channel account does not have.

The provider must have approved a template before it can be sent. This one, or this language of it, is
not among the approved ones, so the message would be refused.

Wrong:

```yaml
channels: [whatsapp]
start: first
nodes:
  first:
    type: message
    text: {ru: Всё ли решилось?, en: Is it solved?}
    variants:
      whatsapp: {template: {name: followap, language: ru, params: []}}
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
channels: [whatsapp]
start: first
nodes:
  first:
    type: message
    text: {ru: Всё ли решилось?, en: Is it solved?}
    variants:
      whatsapp: {template: {name: followup, language: ru, params: []}}
    next: bye
  bye: {type: end, outcome: done}
```

Choose an approved template and language, or have this one approved.
"""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.templates import templates_of
from omnisupport.scenario_dsl.report import Report, did_you_mean
from omnisupport.scenario_dsl.resources import Resources
from omnisupport.scenario_dsl.sentence import Entry

RU = """Шаблона нет в аккаунте канала.

Провайдер должен одобрить шаблон до отправки. Этого шаблона или этого языка среди одобренных нет, и
сообщение не приняли бы.

Выберите одобренный шаблон и язык или отправьте этот на одобрение.
"""

ENTRIES = {
    "E522": Entry(
        "в {channel} нет шаблона '{name}'",
        "{channel} has no template '{name}'",
        "одобрены: {known}",
        "approved: {known}",
    ),
    "E522.language": Entry(
        "у шаблона '{name}' в {channel} нет языка '{language}'",
        "template '{name}' of {channel} has no language '{language}'",
        "есть: {known}",
        "there are: {known}",
    ),
}


def check_with(document: Analysis, resources: Resources, report: Report) -> None:
    """E522 for channels whose templates are known."""
    for use in templates_of(document):
        approved = resources.templates.get(use.channel)
        if approved is None:
            continue
        known = approved.get(use.name)
        words: dict[str, Any] = {"channel": use.channel, "name": use.name}
        if known is None:
            listed = ", ".join(sorted(approved)) or "-"
            similar = did_you_mean(use.name, approved)
            at = use.trees.get("name") or use.tree
            report.add("E522", at, node=use.node, field=use.field, similar=similar, **words, known=listed)
        elif use.language not in known.languages:
            listed = ", ".join(sorted(known.languages))
            at = use.trees.get("language") or use.tree
            more: dict[str, Any] = {"language": use.language, "known": listed}
            report.add("E522.language", at, node=use.node, field=use.field, **words, **more)
