"""Sentences about texts, the tenant and limits (E4xx to E8xx)."""

from __future__ import annotations

from omnisupport.scenario_dsl.messages.entry import COL_EN, COL_RU, Entry

ENTRIES: dict[str, Entry] = {
    "E403": Entry(
        "похоже на {kind}: сценарий читают многие",
        "this looks like {kind}: many people read a scenario",
        "храните его в подключении и удалите отсюда",
        "keep it in a connection and delete it here",
    ),
    "E410": Entry(
        "неизвестное подключение '{name}'",
        "unknown connection '{name}'",
        "подключения: {known}",
        "connections: {known}",
    ),
    "E410.path": Entry(
        "path должен начинаться с / и не может содержать адрес, .., ? и #",
        "path must begin with / and cannot hold an address, .., ? or #",
        "адрес хранит подключение, параметры пишут в query",
        "the connection holds the address, parameters go to query",
    ),
    "E510": Entry(
        "текст длиннее {limit} символов ({size}), предел канала {channel}",
        "the text is {size} characters long, {channel} allows {limit}",
        "разделите текст",
        "split the text",
    ),
    "E516": Entry(
        "варианты '{first}' и '{second}' не различить по словам '{label}'",
        "options '{first}' and '{second}' cannot be told apart by '{label}'",
        "дайте им разные подписи и синонимы",
        "give them different labels and synonyms",
    ),
    "E516.number": Entry(
        "'{label}' выберет вариант с номером {number}, а не этот",
        "'{label}' chooses option number {number}, not this one",
        "поставьте вариант на место {number} или перепишите его словами",
        "put the option at place {number}, or say it in words",
    ),
    "W601": Entry(
        "нет перевода на {locale}",
        "the translation to {locale} is missing",
        "добавьте {locale}: …",
        "add {locale}: …",
    ),
    "E602": Entry(
        "подстановки в {locale} и {other} разные: {different}",
        "placeholders of {locale} and {other} differ: {different}",
        "используйте в обоих текстах одни и те же",
        "use the same ones in both texts",
    ),
    "E606": Entry(
        "в texts нет текста '{name}'",
        "there is no text '{name}' under texts",
        "добавьте его в texts или исправьте ключ",
        "add it to texts or correct the key",
    ),
    "W607": Entry(
        "текст '{name}' нигде не используется",
        "the text '{name}' is used nowhere",
        "сошлитесь на него: {{t: {name}}}, или удалите",
        "refer to it by {{t: {name}}}, or delete it",
    ),
    "E603": Entry(
        "plural в {locale} требует форм: {wanted}, а дано {given}" + COL_RU,
        "plural in {locale} wants {wanted} forms, {given} given" + COL_EN,
        "например plural('день', 'дня', 'дней')",
        "for example plural('day', 'days')",
    ),
    "E703": Entry(
        "сценарий '{name}' не опубликован или его нет",
        "scenario '{name}' is not published, or does not exist",
        "опубликуйте его: kind: subflow",
        "publish it: kind: subflow",
    ),
    "E704": Entry(
        "'{name}' не опубликован, есть {known}",
        "'{name}' is not published, there is {known}",
        "перейдите на опубликованную версию входов и выходов",
        "move on to the published version of its inputs and outputs",
    ),
    "E705": Entry(
        "сценарии вызывают друг друга по кругу: {path}",
        "scenarios call each other in a circle: {path}",
        "разорвите круг: start_scenario с mode: replace не возвращается",
        "break the circle: start_scenario with mode: replace does not come back",
    ),
    "E701": Entry(
        "неизвестно: {kind} '{name}'",
        "unknown {kind} '{name}'",
        "выберите из существующих",
        "choose one that exists",
    ),
    "E801": Entry(
        "{what}: {count}, допустимо не больше {limit}",
        "{what}: {count}, at most {limit} are allowed",
        "разделите сценарий",
        "split the scenario",
    ),
}
