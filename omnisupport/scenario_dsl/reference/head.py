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
    "retention": Both(
        "сколько компания намерена хранить: требование для персональных данных; значения удаляются вместе с "
        "разговором, по сроку из настроек",
        "how long the company means to keep it, asked for where data are personal; values are deleted with their "
        "conversation, after the term of the settings",
    ),
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

RESOURCES: dict[str, Both] = {
    "connections": Both("подключения к вашим системам", "connections to your systems"),
    "knowledge": Both("базы знаний", "knowledge bases"),
    "calendars": Both("часы работы", "opening hours"),
    "departments": Both("отделы", "departments"),
    "assistants": Both("ИИ-ассистенты", "AI assistants"),
    "intents": Both("намерения клиента с примерами фраз", "what customers want, with examples of phrases"),
}

BELOW: dict[str, Both] = {
    "locale.default": Both(
        "язык, пока клиент не выбрал другой", "the language while the customer chose none"
    ),
    "locale.supported": Both("языки, на которых есть тексты", "the languages that the texts are in"),
    "quiet_hours.from": Both("с какого часа не писать первым", "from when on nobody is written to first"),
    "quiet_hours.to": Both("до какого часа", "until when"),
    "quiet_hours.tz": Both("чьи часы: пояс, customer или tenant", "whose clock: a zone, customer or tenant"),
    "concurrency.if_busy": Both(
        "skip: не начинать; queue: начать после; replace: прервать тот сценарий",
        "skip: do not begin; queue: begin afterwards; replace: end the other one",
    ),
    "reentry.policy": Both(
        "always: всегда; once: один раз; cooldown: не чаще срока; max: не больше раз",
        "always; once; cooldown: not again within a time; max: so many times",
    ),
    "reentry.per": Both("считать по разговору или по клиенту", "counted by conversation or by customer"),
    "reentry.cooldown": Both("срок для cooldown", "the time of cooldown"),
    "reentry.max": Both("число раз для max", "the number of max"),
    "settings.outcomes": Both("допустимые исходы узлов end", "the outcomes that end nodes may have"),
    **{f"resources.{name}": words for name, words in RESOURCES.items()},
}

INTERRUPT: dict[str, Both] = {
    "id": Both("имя прерывания", "the interrupt's name"),
    "when": Both("когда срабатывает; одно из условий", "when it takes a message; one of the conditions"),
    "when.keywords": Both("слова или фразы", "words or phrases"),
    "when.match": Both(
        "exact: всё сообщение; word: целое слово; contains: часть; regex: выражение",
        "exact: the whole message; word: a whole word; contains: a part; regex: a pattern",
    ),
    "when.fuzzy": Both("сколько опечаток прощать: 0 или 1", "how many slips are forgiven: 0 or 1"),
    "when.intent": Both("намерение из resources.intents", "an intent of resources.intents"),
    "when.min_confidence": Both("уверенность от 0 до 1", "confidence from 0 to 1"),
    "when.pattern": Both("встроенная команда", "a built-in command"),
    "when.otherwise": Both("всё, чего никто не понял", "whatever nothing else took"),
    "run": Both("куда идти: узел или поток", "what runs: a node or a flow"),
    "run.node": Both("узел, насовсем", "a node, for good"),
    "run.flow": Both("поток, с возвратом к вопросу", "a flow that comes back to the question"),
    "mode": Both(
        "replace: уйти насовсем (узел); digress: вернуться (поток)",
        "replace: for good (a node); digress: comes back (a flow)",
    ),
    "resume": Both(
        "reprompt: повторить вопрос после возврата; silent: молча ждать ответа",
        "reprompt: the question is asked again afterwards; silent: it is only waited for",
    ),
}

MIGRATION: dict[str, Both] = {
    "from": Both("с какой версии по предыдущую", "from this version up to the one before"),
    "nodes": Both(
        "прежний узел и новый; {goto: узел} — уйти из ожидания туда",
        "the old node and the new one; {goto: node} leaves the wait for that node",
    ),
    "vars": Both(
        "новые значения переменных, выражения видят прежние",
        "new values of variables; expressions see the old ones",
    ),
    "drop": Both("переменные, которых больше нет", "variables that are no more"),
    "timers": Both(
        "keep: прежний срок ожидания; recompute: отсчитать заново",
        "keep: the deadline stays; recompute: it is counted anew",
    ),
}
