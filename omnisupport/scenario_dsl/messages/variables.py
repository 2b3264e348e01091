"""Sentences about variables and null-safety (E3xx)."""

from __future__ import annotations

from omnisupport.scenario_dsl.messages.entry import COL_EN, COL_RU, Entry

ENTRIES: dict[str, Entry] = {
    "E301": Entry(
        "переменная '{name}' не объявлена",
        "variable '{name}' is not declared",
        "объявите её в variables",
        "declare it under variables",
    ),
    "E301.text": Entry(
        "переменная '{name}' не объявлена" + COL_RU,
        "variable '{name}' is not declared" + COL_EN,
        "объявите её в variables",
        "declare it under variables",
    ),
    "E302": Entry(
        "{path} имеет тип {wanted}, а получает {given}",
        "{path} is {wanted} but receives {given}",
        "поменяйте тип переменной или значение",
        "change the variable's type or the value",
    ),
    "E302.value": Entry(
        "значение не подходит для {path}: {problem}",
        "the value does not fit {path}: {problem}",
        "поменяйте значение",
        "change the value",
    ),
    "E302.field": Entry(
        "{field_name}: нужно {wanted}, а здесь {given}",
        "{field_name} wants {wanted}, this is {given}",
    ),
    "E303": Entry(
        "{path} нельзя изменить",
        "{path} is read-only",
        "пишите в vars.…",
        "write to vars.…",
    ),
    "W304": Entry(
        "переменная '{name}' получает значение, но не читается",
        "variable '{name}' is set but never read",
        "используйте её или удалите",
        "use it or delete it",
    ),
    "W305": Entry(
        "переменная '{name}' читается, но не получает значения",
        "variable '{name}' is read but never set",
        "задайте default или сохраните в неё ответ",
        "give it a default or save an answer to it",
    ),
    "E306": Entry(
        "default не подходит переменной: {problem}",
        "the default does not fit its variable: {problem}",
        "поменяйте default",
        "change the default",
    ),
    "E312": Entry(
        "'{path}' здесь может быть не задано",
        "'{path}' may be unset here",
        ("используйте has({path}) или '| default(...)', или задайте значение на каждом пути к этому узлу"),
        "use has({path}) or '| default(...)', or set it on every path to this node",
    ),
    "E312.value": Entry(
        "значение здесь может быть null" + COL_RU,
        "the value may be null here" + COL_EN,
        "используйте orValue(…)",
        "use orValue(…)",
    ),
    "E314": Entry(
        "в '{path}' может не быть элемента {index}" + COL_RU,
        "'{path}' may have no item {index}" + COL_EN,
        "проверьте раньше: size({path}) > {index}",
        "check before: size({path}) > {index}",
    ),
    "E313": Entry(
        "{field_name}: значение может быть null, а оно обязательно",
        "{field_name}: the value may be null, but one is required",
        "используйте orValue(…) или проверьте раньше",
        "use orValue(…) or check before",
    ),
}
