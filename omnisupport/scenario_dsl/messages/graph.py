"""Sentences about nodes, exits, waits and circles (E1xx)."""

from __future__ import annotations

from omnisupport.scenario_dsl.messages.entry import Entry

ENTRIES: dict[str, Entry] = {
    "E101": Entry(
        "до узла '{id}' нельзя дойти",
        "node '{id}' can never be reached",
        "соедините его или удалите",
        "connect it or delete it",
    ),
    "E102": Entry(
        "из узла '{id}' нет выхода",
        "node '{id}' is a dead end",
        "добавьте next или сделайте его узлом end",
        "add next, or make it an end",
    ),
    "E104": Entry(
        "от узла '{id}' ни один путь не ведёт к end",
        "no path leads from node '{id}' to an end",
        "добавьте выход к узлу end",
        "add a way to an end node",
    ),
    "E105": Entry(
        "итог '{outcome}' не объявлен в settings.outcomes",
        "outcome '{outcome}' is not declared in settings.outcomes",
        "объявлены: {known}",
        "declared: {known}",
    ),
    "E106": Entry(
        "сообщение клиента может дойти до '{id}' без ответа: {path}",
        "a customer's message can reach '{id}' without a word: {path}",
        "ответьте (message, menu, handoff) или поставьте release: redeliver",
        "say something (message, menu, handoff), or set release: redeliver",
    ),
    "E110": Entry(
        "неизвестный тип узла '{name}'",
        "unknown node type '{name}'",
        "типы: {known}",
        "types: {known}",
    ),
    "E111": Entry(
        "неизвестное поле '{name}'",
        "unknown field '{name}'",
        "возможные поля: {known}",
        "fields: {known}",
    ),
    "E111.both": Entry(
        "'{name}' и '{other}' вместе не бывают",
        "'{name}' and '{other}' exclude each other",
        "оставьте одно из них",
        "keep one of them",
    ),
    "E112": Entry(
        "нет обязательного поля '{name}'",
        "required field '{name}' is missing",
        "добавьте {name}",
        "add {name}",
    ),
    "E112.either": Entry(
        "нужно поле '{name}' или '{other}'",
        "field '{name}' or '{other}' is missing",
        "добавьте одно из них",
        "add one of them",
    ),
    "E112.items": Entry(
        "{field_name}: нужно не меньше {least}",
        "{field_name} wants at least {least}",
        "добавьте элемент",
        "add an item",
    ),
    "E113": Entry(
        "узел типа {type} не бывает в сценарии вида {kind}",
        "a node of type {type} cannot be in a scenario of kind {kind}",
        "поменяйте kind или уберите узел",
        "change kind or remove the node",
    ),
    "E120": Entry(
        "неизвестный узел '{name}'",
        "unknown node '{name}'",
        "создайте узел или исправьте имя",
        "create the node or correct the name",
    ),
    "E121": Entry(
        "у узла '{id}' нет next",
        "node '{id}' has no next",
        "добавьте next",
        "add next",
    ),
    "E122": Entry(
        "у узла '{id}' нет выхода '{name}'",
        "node '{id}' has no exit '{name}'",
        "выходы: {known}",
        "exits: {known}",
    ),
    "E123": Entry(
        "выход '{exit}' узла '{id}' не соединён",
        "exit '{exit}' of '{id}' is not connected",
        "добавьте exits.{exit}",
        "add exits.{exit}",
    ),
    "E124": Entry(
        "у условия '{id}' нет else",
        "condition '{id}' has no else",
        "добавьте else",
        "add else",
    ),
    "E125": Entry(
        "switch '{id}' не учитывает: {missing}",
        "switch '{id}' does not cover: {missing}",
        "добавьте случаи или exits.default",
        "add cases or exits.default",
    ),
    "E126": Entry(
        "вариант '{id}' повторяется",
        "option id '{id}' occurs twice",
        "дайте другой id",
        "give it another id",
    ),
    "E126.trigger": Entry(
        "триггер '{id}' повторяется",
        "trigger id '{id}' occurs twice",
        "дайте другой id",
        "give it another id",
    ),
    "E126.interrupt": Entry(
        "прерывание '{id}' повторяется",
        "interrupt id '{id}' occurs twice",
        "дайте другой id",
        "give it another id",
    ),
    "E127": Entry(
        "два случая для '{constant}'",
        "two cases for '{constant}'",
        "удалите один",
        "remove one",
    ),
    "E130": Entry(
        "ждущий узел '{id}' без timeout",
        "waiting node '{id}' has no timeout",
        "добавьте timeout: 24h и exits.timeout",
        "add timeout: 24h and exits.timeout",
    ),
    "E130.queue": Entry(
        "handoff '{id}' ждёт без queue_timeout",
        "handoff '{id}' waits without queue_timeout",
        "добавьте queue_timeout: 15m и exits.queue_timeout",
        "add queue_timeout: 15m and exits.queue_timeout",
    ),
    "E131": Entry(
        "у timeout узла '{id}' нет выхода",
        "the timeout of '{id}' has no exit",
        "добавьте exits.{exit}",
        "add exits.{exit}",
    ),
    "W132": Entry(
        "у повторов узла '{id}' нет выхода invalid",
        "the retries of '{id}' have no exit",
        "добавьте exits.invalid",
        "add exits.invalid",
    ),
    "E133": Entry(
        "у действия '{id}' нет пути на случай ошибки",
        "'{id}' has an effect but no error path",
        "добавьте exits.error или on_error сценария",
        "add exits.error or the scenario's on_error",
    ),
    "E134": Entry(
        "ответ, который узел '{id}' не поймёт, никто не обработает",
        "nobody takes an answer that '{id}' does not understand",
        "добавьте exits.invalid, free_text, прерывание otherwise или on_error сценария",
        "add exits.invalid, free_text, an interrupt with otherwise, or the scenario's on_error",
    ),
    "E134.wait": Entry(
        "сообщение во время ожидания '{id}' останется без ответа",
        "a message during the wait '{id}' is left without an answer",
        "добавьте exits.message или on_message: queue",
        "add exits.message or on_message: queue",
    ),
    "E135": Entry(
        "напоминание позже, чем timeout узла '{id}'",
        "a reminder of '{id}' is later than its timeout",
        "сделайте after меньше timeout",
        "make after shorter than timeout",
    ),
    "E136": Entry(
        "все попытки узла '{id}' вместе могут длиться больше 2 минут, клиент столько не ждёт",
        "all attempts of '{id}' together may take more than 2 minutes, longer than a customer waits",
        "уменьшите timeout, max_attempts или паузы",
        "lower timeout, max_attempts or the pauses",
    ),
    "E140": Entry(
        "цикл без ожидания клиента: {path}",
        "loop without user input: {path}",
        "добавьте ask, menu или выход из цикла",
        "put an ask or a menu into it, or lead it out",
    ),
    "E141": Entry(
        "цикл ждёт меньше минуты: {path}",
        "loop that waits less than a minute: {path}",
        "ждите не меньше 1m",
        "wait at least 1m",
    ),
    "E181": Entry(
        "до слова '{keyword}' не доходит: раньше срабатывает '{first}'",
        "keyword '{keyword}' is never reached: '{first}' takes its messages before",
        "поставьте его раньше, поднимите priority или уточните другое",
        "put it before, raise its priority, or make the other one narrower",
    ),
    "E182": Entry(
        "триггер ждёт канал {channel}, которого нет в channels",
        "the trigger waits for channel {channel}, which channels does not list",
        "channels: {known}",
        "channels: {known}",
    ),
    "W142": Entry(
        "цикл с вопросом без предела попыток: {path}",
        "loop with a question and no bound: {path}",
        'считайте попытки: set vars.tries: "=vars.tries + 1" и condition',
        'count the attempts: set vars.tries: "=vars.tries + 1" and a condition',
    ),
}
