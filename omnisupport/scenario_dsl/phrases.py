"""What a run says of its own accord, where the author wrote nothing."""

from __future__ import annotations

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
SUMMARY_TEXT = Both("Последнее сообщение: {text}", "Last message: {text}")
