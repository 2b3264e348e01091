"""Fields and exits that many nodes have. A path `buttons.label` is looked up from its longest tail on."""

from __future__ import annotations

from omnisupport.scenario_dsl.words import Both

FIELDS: dict[str, Both] = {
    "type": Both("тип узла", "the type of the node"),
    "type_version": Both("версия типа узла", "the version of the node type"),
    "label": Both(
        "название на холсте и в аналитике, на одном языке или на двух",
        "the name on the canvas and in analytics, in one language or in both",
    ),
    "note": Both("заметка автора, клиент её не видит", "a note of the author, customers never see it"),
    "analytics": Both("метки для аналитики", "marks for analytics"),
    "analytics.goal": Both(
        "цель, которую засчитывает узел: событие goal.reached, один раз за запуск",
        "the goal that the node counts for: the event goal.reached, once a run",
    ),
    "when": Both(
        "условие: если оно ложно, узел пропускается по next",
        "a condition: when it is false, the node is skipped by next",
    ),
    "on_error": Both("короткая запись exits.error", "short for exits.error"),
    "next": Both("следующий узел", "the next node"),
    "exits": Both("выходы: имя выхода и узел", "the ways out: exit and node"),
    "timeout": Both(
        "сколько ждать, например 15m или 24h; потом выход timeout",
        "how long to wait, 15m or 24h; then the exit timeout",
    ),
    "reminders": Both(
        "напоминания, пока клиент молчит; ответ отменяет их, тихие часы переносят",
        "reminders while the customer is silent; an answer cancels them, quiet hours move them",
    ),
    "reminders.after": Both("через сколько после вопроса", "how long after the question"),
    "reminders.text": Both("что напомнить", "what is said"),
    "interruptible": Both(
        "можно ли прервать ожидание: true, false или id прерываний",
        "whether the wait can be interrupted: true, false or ids of interrupts",
    ),
    "text": Both("что сказать клиенту", "what the customer is told"),
    "save_to": Both("переменная, куда записать значение", "the variable that receives the value"),
    "retry": Both("что делать, когда ответ не понят", "what happens when the answer is not understood"),
    "retry.max_attempts": Both("сколько попыток", "how many attempts"),
    "retry.initial": Both("первая пауза", "the first pause"),
    "retry.backoff": Both("во сколько раз растёт пауза", "by how much the pause grows"),
    "retry.max_interval": Both("самая длинная пауза", "the longest pause"),
    "retry.jitter": Both("разброс пауз", "a spread of the pauses"),
    "retry.retry_on": Both("когда повторять", "when to try again"),
    "stale_button": Both(
        "что делать с кнопкой старого сообщения: ignore, reanswer или узел goto",
        "what a button of an earlier message does: ignore, reanswer, or goto a node",
    ),
    "stale_button.goto": Both("узел для старой кнопки", "the node for an old button"),
    "retry.max": Both("сколько раз переспросить", "how many times to ask again"),
    "retry.text": Both("что сказать при повторе", "what is said when asking again"),
    "retry.escalate": Both(
        "свой текст для каждого повтора по очереди", "a text of its own for each time of asking again"
    ),
    "target": Both("кому: отдел, навыки или оператор", "to whom: department, skills or operator"),
    "department": Both("отдел", "the department"),
    "skills": Both("навыки, которые нужны оператору", "the skills that the operator must have"),
    "operator": Both("id оператора или выражение", "the operator's id, or an expression"),
    "strategy": Both(
        "как выбрать: least_busy (у кого меньше разговоров), round_robin (по очереди), last_operator (кто вёл клиента)",
        "how one is chosen: least_busy, round_robin, or last_operator who had the customer before",
    ),
    "role": Both("роль", "the role"),
    "priority": Both("приоритет разговора", "the conversation's priority"),
    "inputs": Both("что передать: вход и значение", "what is given: input and value"),
    "outputs": Both("что забрать: переменная и результат", "what is taken back: variable and output"),
    "flow": Both("поток этого документа", "a flow of this document"),
    "content": Both("части сообщения по порядку", "the parts of the message, in order"),
    "media": Both("картинка, видео, звук или файл", "a picture, a video, a sound or a file"),
    "media.kind": Both("что это", "what it is"),
    "media.url": Both("адрес файла", "the address of the file"),
    "media.name": Both("имя файла", "the name of the file"),
    "media.alt": Both("описание для тех, кто не видит", "a description for those who cannot see it"),
    "carousel": Both("карточки в ряд", "cards in a row"),
    "carousel.title": Both("заголовок карточки", "the title of the card"),
    "carousel.text": Both("текст карточки", "the text of the card"),
    "carousel.image": Both("адрес картинки", "the address of the picture"),
    "location": Both("точка на карте", "a place on the map"),
    "location.lat": Both("широта", "the latitude"),
    "location.lon": Both("долгота", "the longitude"),
    "location.title": Both("название места", "the name of the place"),
    "location.address": Both("адрес словами", "the address in words"),
    "contact": Both("контакт", "a contact"),
    "contact.name": Both("имя", "the name"),
    "contact.phone": Both("телефон", "the phone number"),
    "contact.email": Both("почта", "the e-mail address"),
    "template": Both("одобренный шаблон канала", "an approved template of the channel"),
    "template.name": Both("имя шаблона", "the name of the template"),
    "template.language": Both("язык шаблона", "the language of the template"),
    "template.params": Both("значения подстановок по порядку", "the values of its places, in order"),
    "open_url": Both("кнопка, которая открывает адрес", "a button that opens an address"),
    "open_url.url": Both("адрес", "the address"),
    "open_url.label": Both("подпись кнопки", "the label of the button"),
    "buttons": Both("кнопки с адресами; они не ждут ответа", "buttons with addresses; they wait for nothing"),
    "buttons.id": Both("id кнопки", "the id of the button"),
    "buttons.label": Both("подпись", "the label"),
    "buttons.url": Both("адрес", "the address"),
    "quick_replies": Both("подсказки ответа", "suggested replies"),
    "variants": Both(
        "что сказать в отдельном канале вместо этого", "what is said instead on a single channel"
    ),
    "options.id": Both("id варианта, он же значение", "the id of the option, and its value"),
    "options.label": Both("подпись кнопки", "the label of the button"),
    "options.next": Both("узел этого варианта", "the node of this option"),
    "options.synonyms": Both("другие слова для того же", "other words for the same"),
    "options.when": Both("показывать, только если верно", "shown only when this is true"),
    "options.image": Both("адрес картинки", "the address of a picture"),
    "input": Both("какой ответ нужен: kind и его поля", "which answer is wanted: kind and its fields"),
    "validate": Both("правила для значения value", "rules for the value, called value"),
    "validate.if_not": Both("условие, которое должно быть верно", "what must be true"),
    "validate.text": Both("что сказать, если нет", "what is said when it is not"),
    "prefill": Both(
        "значение, которое уже известно; тогда не спрашивать",
        "a value that is known already; then nobody is asked",
    ),
    "skippable": Both(
        "можно пропустить: true или подпись кнопки", "may be skipped: true, or the button's label"
    ),
    "skippable.label": Both("подпись кнопки «пропустить»", "the label of the button that skips"),
    "default": Both("значение, если вопрос пропущен", "the value when the question is skipped"),
    "extract": Both("взять ответ из того, что уже сказано", "take the answer from what was said already"),
    "extract.from_first_message": Both(
        "из сообщения, с которого начался сценарий", "from the message that began the scenario"
    ),
    "extract.from_current_message": Both("из текущего сообщения", "from the current message"),
    "confirm": Both("переспросить «верно?» перед записью", "ask whether it is right before it is stored"),
    "confirm.text": Both("текст вопроса", "the text of the question"),
    "confirm.yes": Both("подпись «да»", "the label for yes"),
    "confirm.no": Both("подпись «нет»", "the label for no"),
}

EXITS: dict[str, Both] = {
    "next": Both("дальше, когда всё сделано", "onward, when it is done"),
    "error": Both(
        "не получилось; без него ошибка идёт в on_error", "it failed; without it the error goes to on_error"
    ),
    "timeout": Both("время вышло", "the time is over"),
    "invalid": Both("повторы кончились, ответа нет", "asked often enough, there is no answer"),
    "skip": Both("клиент пропустил вопрос", "the customer skipped the question"),
    "message": Both("клиент написал, пока узел ждал", "the customer wrote while the node waited"),
    "no_operators": Both("никого подходящего нет", "there is nobody who fits"),
}
