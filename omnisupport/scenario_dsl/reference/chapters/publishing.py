"""From a draft to what customers get: the gate, versions, and those who are talking."""

from __future__ import annotations

from omnisupport.scenario_dsl.gate import (
    FAILING,
    FAULTS,
    MISSED,
    OUTCOME,
    PATH,
    POINTS,
    SHORT,
    STUCK,
    TEXT,
    UNREADABLE,
    Point,
)
from omnisupport.scenario_dsl.reference import head, tables
from omnisupport.scenario_dsl.reference.chapters.parts import (
    Cell,
    Chapter,
    Example,
    Fields,
    Heading,
    Rows,
    Shell,
)
from omnisupport.scenario_dsl.words import Both

_POLICIES: dict[str, Both] = {
    "keep": Both(
        "остаются на своей версии до конца; так по умолчанию",
        "they stay with their version to the end; this is the default",
    ),
    "at_next_wait": Both(
        "переходят на новую версию, как только ждут клиента",
        "they move to the new version as soon as they wait for the customer",
    ),
    "restart": Both("начинают новую версию сначала", "they begin the new version from its start"),
    "finish": Both("сценарий для них заканчивается", "the scenario ends for them"),
    "ask_human": Both("разговор идёт в очередь к людям", "the conversation goes to the queue of people"),
}
_REASONS: dict[str, Both] = {
    "node_gone": Both("узла, где ждёт клиент, больше нет", "the node where the customer waits is gone"),
    "node_changed": Both(
        "под этим именем теперь узел другого типа", "the name is a node of another type now"
    ),
    "flow_gone": Both("потока, в котором ждёт клиент, больше нет", "the flow in which he waits is gone"),
    "variable_gone": Both("переменной больше нет", "a variable is gone"),
    "variable_changed": Both("у переменной другой тип", "a variable has another type"),
    "variable_unset": Both(
        "новой версии нужно значение, которого нет", "the new version needs a value that is not there"
    ),
    "failed": Both("не вычислилось выражение из migrations", "an expression of migrations failed"),
    "calling": Both(
        "ждёт ответа другой системы; попробовать позже", "it waits for another system; try later"
    ),
}
_BLOCKS = Both("блокирует", "blocks")
_ACKNOWLEDGED = Both("подтверждают", "is acknowledged")


_NEXT: dict[str, Both] = {
    UNREADABLE: Both("исправьте тестовый файл", "mend the test file"),
    FAILING: Both(
        "исправьте сценарий, или тест, если так и задумано", "mend the scenario, or the test if it is meant"
    ),
    SHORT: Both("допишите тесты к строкам, которые названы", "write tests for the lines that are named"),
    FAULTS: Both(
        "прогулка напечатана как тестовый случай: повторите её и исправьте",
        "the walk is printed as a test case: repeat it and mend",
    ),
    OUTCOME: Both("прочтите примеры: так и задумано?", "read the samples: is it meant?"),
    STUCK: Both(
        "прочтите примеры: где разговор не кончается?", "read the samples: where does a talk not end?"
    ),
    PATH: Both("прочтите примеры: так и задумано?", "read the samples: is it meant?"),
    TEXT: Both("прочтите примеры: так и задумано?", "read the samples: is it meant?"),
    MISSED: Both(
        "новая версия спрашивает наружу то, чего не спрашивала прежняя; проверьте это тестом",
        "the new version asks outside what the old one did not; look at it with a test",
    ),
}


def _row(code: str) -> tuple[Cell, ...]:
    point = Point(code, 3)
    return code, _BLOCKS if point.blocks else _ACKNOWLEDGED, point.said, _NEXT[code]


CHAPTER = Chapter(
    "publishing",
    Both("Публикация", "Publishing"),
    (
        Heading(Both("Черновик и версии", "Drafts and versions")),
        Both(
            "Черновик меняют сколько угодно: клиенты его не видят. Если двое сохраняют одновременно, второму "
            "показывают разницу, и ничего не теряется. Публикация делает из черновика версию. Версия не меняется "
            "никогда; `live` указывает на ту, что отвечает. Откат, `POST /api/v1/scenarios/:id/rollback`, возвращает "
            "`live` на прежнюю версию.",
            "A draft may be changed at will: customers do not see it. When two people save at once, the second is "
            "shown the difference, and nothing is lost. Publishing makes a version of the draft. A version never "
            "changes; `live` points at the one that answers. A rollback is `live` at an earlier version.",
        ),
        Shell(
            'omni scenario publish shop.yaml --tenant my-shop --message "Shorter greeting"\n'
            "omni scenario publish shop.yaml --tenant my-shop --canary 10\n"
        ),
        Both(
            "`--canary 10` показывает версию десяти процентам клиентов, всегда одним и тем же. Публикация без него "
            "заканчивает пробу.",
            "`--canary 10` gives a version to ten per cent of the customers, always the same ones. Publishing without "
            "it ends the trial.",
        ),
        Heading(Both("Отчёт перед публикацией", "The report before publishing")),
        Both(
            "Перед публикацией делается один отчёт: проверки, то, что доказано про каждый диалог, тестовые файлы с "
            "покрытием, тысяча случайных прогулок и последняя тысяча разговоров на новой версии. Ошибки не дают "
            "опубликовать. Предупреждения подтверждают поимённо, по коду: `--acknowledge W142`. Кто и что подтвердил, "
            "остаётся при версии, как и отчёт.",
            "One report is made before publishing: the checks, what is proved of every run, the test files with their "
            "coverage, a thousand random walks and the last thousand conversations under the new version. Errors "
            "block. Warnings are acknowledged by their codes: `--acknowledge W142`. Who took on what stays with the "
            "version, and so does the report.",
        ),
        Both(
            "Доказывается, что из каждого ожидания можно прийти к концу или к людям, что ни одно сообщение клиента не "
            "остаётся без ответа, что до согласия и после закрытия окна канала ничего не отправляется. Что не "
            "доказано, — ошибка (E104, E106, E150, E521) с путём, на котором это видно. Кроме того, черновик сверяется "
            "с другими живыми сценариями: их триггеры не должны ждать того же (W180), а вызывающие не должны сломаться "
            "(W903). Если тех, кто разговаривает, надо перевести, у каждого должно быть место (E901, E902).",
            "It is proved that every wait can come to an end or to people, that no message of a customer is left "
            "without an answer, and that nothing goes out before consent or after the channel's window. What is not "
            "proved is an error (E104, E106, E150, E521) with the way that shows it. Besides, a draft is held against "
            "what else is live: other triggers should not wait for the same (W180), and callers should not break "
            "(W903). Where those who are talking are to be moved, each needs a place (E901, E902).",
        ),
        Rows(
            (Both("код", "code"), "", Both("например", "for example"), Both("что делать", "what to do")),
            (
                (
                    "[E…](checks/README)",
                    _BLOCKS,
                    Both("ошибки проверок", "errors of the checks"),
                    Both(
                        "страница проверки говорит, как исправить",
                        "the page of the check tells how to mend it",
                    ),
                ),
                (
                    "[W…](checks/README)",
                    _ACKNOWLEDGED,
                    Both("предупреждения проверок", "warnings of the checks"),
                    Both("исправьте или подтвердите", "mend it, or take it on"),
                ),
                *(_row(code) for code in POINTS),
            ),
        ),
        Both(
            "Отчёт делает сама публикация: у первой версии разговоров ещё нет, и это быстро. Если он не успевает за "
            "время запроса, ответ — 409 `gate_needed`: `POST /api/v1/scenarios/:id/test` с `{gate: {}}` делает его "
            "заданием, которое показывает, сколько сделано, и обезличенные примеры разговоров, тем, кому видны все. "
            "Публикация того же черновика с теми же тестами в течение дня берёт готовый. При версии примеров нет, "
            "только числа. `omni scenario "
            "publish shop.yaml` запускает `shop.test.yaml` и `shop.night.test.yaml` рядом с файлом вместе с "
            "тестами, которые хранит продукт, и при публикации сохраняет их там: тест с тем же именем "
            "заменяется. Команда показывает ход и печатает отчёт; если что-то мешает, не записано "
            "ничего. Отправить при этом ничего нельзя: ответы других систем берутся из записи. Сравнить разговоры, не "
            "публикуя, можно так:",
            "A publish makes the report itself: a first version has no conversations yet, and that is quick. "
            "Where it takes longer than a request waits, the answer is 409 `gate_needed`: `POST "
            "/api/v1/scenarios/:id/test` with `{gate: {}}` makes it as a job, which shows how far it is and, to "
            "those who may see every conversation, masked samples. A publish of the same draft with the same "
            "tests within a day takes that one. A version keeps no samples, only the counts. `omni scenario "
            "publish shop.yaml` runs `shop.test.yaml` and `shop.night.test.yaml` beside the file together with "
            "the tests in the product, and keeps them there with the publish: one of the same name is replaced. "
            "It shows progress and prints the report; when something blocks, nothing is written. Nothing "
            "can be sent meanwhile: answers of other systems come from the recording. To compare conversations "
            "without publishing:",
        ),
        Shell("omni scenario replay shop.yaml --tenant my-shop --last 1000\n"),
        Heading(Both("Что с теми, кто уже разговаривает", "Those who are talking")),
        Both(
            "Кто начал разговор со старой версией, тот с ней и закончит. Если это не годится, разговоры переводят: "
            "`POST /api/v1/scenarios/:id/migrate` с одним из правил.",
            "Who began with the old version ends with it. Where that will not do, conversations are moved: "
            "`POST /api/v1/scenarios/:id/migrate` with one of these policies.",
        ),
        Rows(
            (Both("правило", "policy"), Both("что с идущими разговорами", "what becomes of conversations")),
            tuple((f"`{name}`", words) for name, words in _POLICIES.items()),
        ),
        Both(
            "Разговор переходит только там, где он ждёт. Если узел на месте и переменные подходят, он переходит сам. "
            "Иначе он остаётся на старой версии, и отчёт называет причину; `migrations` говорит, что делать. "
            "`dry_run` показывает это заранее.",
            "A conversation moves only where it waits. Where the node is there and the variables fit, it moves by "
            "itself. Else it stays with the old version and the report names the reason; `migrations` says what to do. "
            "`dry_run` shows all of it beforehand.",
        ),
        Both(
            "Диалоги без разговора (фоновые и исходящие) не переводят никогда: они заканчиваются на своей версии. "
            "Сколько их, говорит `kept`.",
            "Runs without a conversation (background and outbound ones) are never moved: they end in their version. "
            "`kept` says how many there are.",
        ),
        Rows(
            (Both("причина", "reason"), Both("что значит", "what it means")),
            tuple((f"`{name}`", words) for name, words in _REASONS.items()),
        ),
        Example(
            """\
variables:
  phone: {type: phone, region: RU, nullable: true}
migrations:
  - from: 3
    nodes: {ask_tel: ask_phone, upsell: {goto: people}}
    vars: {phone: "=vars.tel"}
    drop: [tel]
    timers: keep
nodes:
  ask_phone:
    type: ask
    text: {ru: Ваш телефон?, en: Your phone number?}
    input: {kind: phone, region: RU}
    save_to: vars.phone
    timeout: 24h
    next: people
    exits: {invalid: people, timeout: people}
"""
        ),
        Fields(tables.MIGRATION, head.MIGRATION),
    ),
)
