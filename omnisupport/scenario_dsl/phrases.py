"""What a run says of its own accord, where the author wrote nothing."""

from __future__ import annotations

from omnisupport.scenario_dsl.formats import plural_form
from omnisupport.scenario_dsl.words import Both

APOLOGY = Both(
    "Извините, у нас что-то пошло не так. Зову оператора, он ответит вам здесь.",
    "Sorry, something went wrong on our side. I am calling an operator, they will answer you here.",
)
STALE_BUTTON = Both("Эта кнопка устарела.", "This button is no longer active.")
TRY_AGAIN = Both(
    "Не получилось разобрать ответ. Попробуйте ещё раз.",
    "I could not understand that. Please try again.",
)
CHOOSE_AGAIN = Both(
    "Выберите вариант кнопкой или напишите его номер.",
    "Please choose an option or type its number.",
)
RATE_AGAIN = Both(
    "Поставьте оценку кнопкой или напишите её числом.",
    "Please press a button or type your score as a number.",
)
CANCELLED = Both("Хорошо, отменил.", "All right, cancelled.")
NOTHING_BEFORE = Both(
    "Это первый вопрос, назад вернуться некуда.", "This is the first question, there is no way back."
)
SKIP = Both("Пропустить", "Skip")
YES = Both("Да", "Yes")
NO = Both("Нет", "No")
DONE = Both("Готово", "Done")
DID_YOU_MEAN = Both("Вы имели в виду {value}?", "Did you mean {value}?")
IS_IT_RIGHT = Both("Верно: {value}?", "Is this right: {value}?")
SHARE_CONTACT = Both("Поделиться номером", "Share my number")
TOO_EARLY = Both(
    "Это слишком рано. Назовите дату или время позже.", "That is too early. Please give a later one."
)
TOO_LATE = Both(
    "Это слишком поздно. Назовите дату или время раньше.", "That is too late. Please give an earlier one."
)
FILE_INFECTED = Both(
    "В этом файле нашёлся вирус, принять его нельзя. Пришлите другой.",
    "A virus was found in this file, so it cannot be taken. Please send another one.",
)
WRONG_FILE = Both(
    "Файл такого вида не подойдёт. Пришлите другой.", "This kind of file will not do. Please send another."
)
FILE_TOO_LARGE = Both(
    "Файл слишком большой. Пришлите поменьше.", "The file is too large. Please send a smaller one."
)
FILES_TOO_MANY = Both("Файлов слишком много.", "There are too many files.")
FILES_TOO_FEW = Both(
    "Нужно больше файлов, пришлите их одним сообщением.", "More files are needed, please send them together."
)
NOT_OWN_CONTACT = Both("Нужен ваш собственный контакт.", "It must be your own contact.")
CODE_RESEND = Both("Отправить ещё раз", "Send again")
CODE_SENT_AGAIN = Both("Отправил новый код.", "A new code is on its way.")
CODE_WRONG = Both(
    "Код не подошёл. Проверьте и введите ещё раз.", "This code is wrong. Please check it and try again."
)
CODE_RIGHT = Both("подтверждён", "confirmed")
CODE_EXPIRED = Both(
    "Время этого кода вышло, отправил новый.", "This code has expired, a new one is on its way."
)
OPTED_OUT = Both(
    "Хорошо, рекламных сообщений больше не будет.", "All right, you will get no more promotional messages."
)
FORM_CHECK = Both("Проверьте, всё ли верно:", "Please check that everything is right:")
FORM_RIGHT = Both("Всё верно", "All correct")
FORM_EDIT = Both("Изменить: {field}", "Change: {field}")
FORM_EMPTY = Both("—", "—")
FAILED_NOTE = Both(
    "Сценарий «{scenario}» остановился с ошибкой на шаге «{node}»: {code} ({detail}).",
    "The scenario “{scenario}” failed at “{node}”: {code} ({detail}).",
)
ERROR_NOTE = Both(
    "Сценарий «{scenario}»: ошибка на шаге «{node}»: {code} ({detail}), дальше идёт путь on_error.",
    "The scenario “{scenario}”: error at “{node}”: {code} ({detail}), going on by on_error.",
)
SILENT_NOTE = Both(
    "Сценарий «{scenario}»: ошибка на шаге «{node}»: {code} ({detail}). Путь error завершился без слов клиенту.",
    "The scenario “{scenario}”: error at “{node}”: {code} ({detail}). Its error path said nothing to the customer.",
)
SUMMARY = Both("Сценарий «{scenario}», шаг «{node}».", "Scenario “{scenario}”, step “{node}”.")
PLACE_NEXT = Both(
    "Вы следующий в очереди: оператор ответит вам здесь, как только освободится.",
    "You are next in the queue: an operator will answer you here as soon as one is free.",
)
PLACE = Both(
    "Вы {place}-й в очереди, перед вами ещё {before} {people}. Оператор ответит вам здесь.",
    "You are number {place} in the queue, with {before} {people} before you. An operator will answer you here.",
)
PEOPLE = {"ru": ("человек", "человека", "человек"), "en": ("person", "people")}
SUMMARY_TEXT = Both("Последнее сообщение: {text}", "Last message: {text}")


def place_in_queue(place: int, locale: str) -> str:
    """What a customer who waits for an operator is told; 1 is the next one."""
    if place == 1:
        return PLACE_NEXT.pick(locale)
    before = place - 1
    people = Both(*(plural_form(before, forms, language) for language, forms in PEOPLE.items())).pick(locale)
    return PLACE.pick(locale).format(place=place, before=before, people=people)
