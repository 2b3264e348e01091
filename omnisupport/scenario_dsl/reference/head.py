"""The words of the document's own fields, of variables and of all triggers."""

from __future__ import annotations

from omnisupport.scenario_dsl.words import Both

TOP: dict[str, Both] = {
    "omni": Both("язык документа, всегда scenario/v1", "the language of the document, always scenario/v1"),
    "id": Both("имя сценария для машин", "the scenario's name for machines"),
    "major": Both("номер большой версии подсценария", "the major version of a subflow"),
    "name": Both("название для людей", "the name for people"),
    "description": Both("о чём сценарий", "what the scenario is about"),
    "kind": Both(
        ("dialog говорит с клиентом; background работает рядом; subflow вызывают; outbound пишет первым"),
        ("dialog talks to the customer; background works beside; subflow is called; outbound writes first"),
    ),
    "channels": Both("каналы, на которых обещает работать", "the channels that it promises to work on"),
    "locale": Both("языки: по умолчанию и все", "the languages: the default one and all"),
    "timezone": Both("часовой пояс", "the time zone"),
    "quiet_hours": Both("когда не писать первым", "when not to write first"),
    "settings": Both(
        "настройки, например объявленные исходы outcomes", "settings, declared outcomes for one"
    ),
    "concurrency": Both(
        "что делать, если разговор занят другим сценарием",
        "what happens when another scenario has the conversation",
    ),
    "reentry": Both("как часто сценарий запускается для клиента", "how often it may run for a customer"),
    "triggers": Both("что запускает", "what starts it"),
    "inputs": Both("что передают подсценарию", "what a subflow is given"),
    "outputs": Both("что он возвращает", "what it gives back"),
    "returns": Both("его выходы кроме next", "its exits besides next"),
    "variables": Both("переменные с типами", "variables with types"),
    "resources": Both(
        "имена подключений, баз знаний, календарей", "names of connections, knowledge bases, calendars"
    ),
    "interrupts": Both("что прерывает ожидание", "what interrupts a wait"),
    "patterns": Both("слова встроенных команд", "the words of the built-in commands"),
    "on_error": Both("узел для необработанных ошибок", "the node for errors that nothing takes"),
    "start": Both("первый узел", "the first node"),
    "nodes": Both("узлы по именам", "the nodes by their names"),
    "flows": Both("потоки, которые вызывают", "flows that are called"),
    "texts": Both("каталог текстов", "a catalogue of texts"),
    "migrations": Both(
        "что делать с идущими разговорами при новой версии",
        "what becomes of running conversations with a new version",
    ),
    "view": Both("расположение на холсте", "where things stand on the canvas"),
}

ATTRIBUTES: dict[str, Both] = {
    "type": Both("тип", "the type"),
    "default": Both("значение в начале", "the value at the start"),
    "nullable": Both("может быть пустой", "may hold nothing"),
    "min": Both("не меньше", "at least"),
    "max": Both("не больше", "at most"),
    "min_length": Both("наименьшая длина", "the least length"),
    "max_length": Both("наибольшая длина", "the greatest length"),
    "pattern": Both("выражение RE2 для всего значения", "a pattern of RE2"),
    "values": Both("значения перечисления", "the values of an enum"),
    "of": Both("тип элементов списка", "the type of a list's items"),
    "fields": Both("поля и их типы", "the fields and their types"),
    "region": Both("страна номеров", "the country of numbers"),
    "currency": Both("валюта", "the currency"),
    "pii": Both("вид персональных данных", "the class of personal data"),
    "secret": Both("значение не показывают", "the value is not shown"),
    "retention": Both("сколько хранить", "how long it is kept"),
    "description": Both("пояснение", "an explanation"),
}

TRIGGER: dict[str, Both] = {
    "id": Both("имя триггера", "the trigger's name"),
    "type": Both("что это за триггер", "which trigger it is"),
    "channels": Both("только на этих каналах", "on these channels only"),
    "when": Both("условие", "a condition"),
    "locale": Both("только на этом языке", "in this language only"),
    "priority": Both("кого спросить раньше", "which is asked before others"),
    "started_by": Both("кем начат разговор", "who began the conversation"),
}
