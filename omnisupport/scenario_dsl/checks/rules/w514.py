"""A text that costs several SMS.

An SMS with Cyrillic letters holds 70 characters, and each further part 67. This text is sent and paid
as more than two.

Wrong:

```yaml
channels: [sms]
locale: {default: ru, supported: [ru]}
start: first
nodes:
  first:
    type: message
    text: >-
      Здравствуйте! Ваш заказ собран и ждёт вас в пункте выдачи. Возьмите с собой паспорт и назовите номер
      заказа, он есть в письме с подтверждением.
    next: bye
  bye: {type: end, outcome: done}
```

Right:

```yaml
channels: [sms]
locale: {default: ru, supported: [ru]}
start: first
nodes:
  first:
    type: message
    text: Ваш заказ ждёт в пункте выдачи. Нужен паспорт.
    next: bye
  bye: {type: end, outcome: done}
```

Write a shorter variant for SMS.
"""

from __future__ import annotations

from omnisupport.domain.sms import sms_size
from omnisupport.scenario_dsl.analysis import Analysis
from omnisupport.scenario_dsl.checks.shown import longest, shown_by
from omnisupport.scenario_dsl.sentence import Entry

RU = """Текст стоит нескольких SMS.

SMS с кириллицей вмещает 70 символов, каждая следующая часть 67. Этот текст уйдёт и будет оплачен больше
чем как две.

Напишите для SMS короче.
"""

ENTRIES = {
    "W514": Entry(
        "текст уйдёт как {parts} SMS",
        "the text goes out as {parts} SMS",
        "сократите его или дайте вариант: variants.sms",
        "shorten it, or give a variant: variants.sms",
    ),
}

_REASONABLE = 2


def check(document: Analysis) -> None:
    """W514 for scenarios that promise SMS, and for messages that go by SMS."""
    for node in document.nodes.values():
        if not node.type.sends:
            continue
        for shown in shown_by(document, node):
            if "sms" not in shown.channels or shown.text is None:
                continue
            for locale, segments in shown.text.locales.items():
                parts = sms_size(longest(segments, document, node)).parts
                if parts > _REASONABLE:
                    at = shown.text.trees[locale]
                    document.report.add("W514", at, node=node.id, field=shown.text.field, parts=parts)
                    break
