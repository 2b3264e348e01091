"""A change that breaks callers.

Other scenarios call this one. It now wants an input that they do not give, or no longer gives an output
or an exit that they use, and still has the same major number.

Callers that are live go on: what they call is part of them since they were published. They break when they are
published the next time.

Raise `major`: callers stay with the old version until they are adapted.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Изменение, которое ломает вызывающих.

Этот сценарий вызывают другие. Теперь он требует вход, которого они не дают, или больше не отдаёт выход,
который они используют, а номер `major` прежний.

Опубликованные вызывающие работают дальше: то, что они вызывают, вошло в них при публикации. Сломаются они, когда
их будут публиковать снова.

Поднимите `major`: вызывающие останутся на старой версии, пока их не приведут в порядок.
"""

ENTRIES = {
    "W903": Entry(
        "вызывающие ({callers}) сломаются: {change}",
        "callers ({callers}) break: {change}",
        "поднимите major до {major}",
        "raise major to {major}",
    ),
}
