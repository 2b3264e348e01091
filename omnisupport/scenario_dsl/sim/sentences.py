"""Sentences about test files of scenarios (T0xx)."""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

ENTRIES: dict[str, Entry] = {
    "T001": Entry(
        "неизвестное поле '{name}'", "unknown field '{name}'", "есть: {known}", "there are: {known}"
    ),
    "T002": Entry("нет поля '{name}'", "field '{name}' is missing", "добавьте {name}", "add {name}"),
    "T003": Entry("поле '{name}': здесь нужно {wanted}", "field '{name}': {wanted} is wanted here"),
    "T003.value": Entry(
        "поле '{name}': неизвестное значение '{value}'",
        "field '{name}': unknown value '{value}'",
        "есть: {known}",
        "there are: {known}",
    ),
    "T004": Entry(
        "это не длительность: '{written}'",
        "this is no duration: '{written}'",
        "например 15m, 2h, 1h30m, 30d",
        "for example 15m, 2h, 1h30m, 30d",
    ),
    "T005": Entry(
        "это не момент времени: '{written}'",
        "this is no moment: '{written}'",
        "например 2026-03-02T11:00:00+03:00",
        "for example 2026-03-02T11:00:00+03:00",
    ),
    "T006": Entry("нет узла '{name}'", "there is no node '{name}'"),
    "T007": Entry(
        "шаг делает что-то одно: {known}",
        "a step does one thing: {known}",
        "разделите на несколько шагов",
        "write several steps",
    ),
    "T008": Entry(
        "условие нельзя проверить: {problem}",
        "this condition cannot be checked: {problem}",
        "",
        "",
    ),
    "T009": Entry("нет переменной '{name}'", "there is no variable '{name}'"),
    "T010": Entry(
        "случай '{name}' уже есть в строке {line}",
        "case '{name}' occurs already, in line {line}",
        "дайте другое имя",
        "give it another name",
    ),
    "T011": Entry(
        "узел '{name}' ({type}) ничего не спрашивает снаружи, ответ ему не нужен",
        "node '{name}' ({type}) asks nothing outside, so it needs no answer",
        "уберите его из stubs",
        "remove it from stubs",
    ),
    "T012": Entry(
        "ответ для '{name}' пуст",
        "the answer for '{name}' is empty",
        "напишите reply, outcome или error",
        "write reply, outcome or error",
    ),
    "T014": Entry(
        "это не часы работы: '{written}'",
        "these are no opening hours: '{written}'",
        "например Mo-Fr 09:00-18:00; Sa 10:00-14:00",
        "for example Mo-Fr 09:00-18:00; Sa 10:00-14:00",
    ),
    "T015": Entry(
        "нет ни одного случая",
        "there is not a single case",
        "добавьте cases",
        "add cases",
    ),
    "T016": Entry(
        "тесты написаны для сценария '{name}', а это '{id}'",
        "these tests are for scenario '{name}', this one is '{id}'",
        "исправьте scenario",
        "correct scenario",
    ),
    "T017": Entry(
        "это не образец RE2: {problem}",
        "this is no RE2 pattern: {problem}",
    ),
    "T018": Entry("нет триггера '{name}'", "there is no trigger '{name}'"),
    "T019": Entry(
        "кассету '{name}' нельзя прочитать: {problem}",
        "cassette '{name}' cannot be read: {problem}",
    ),
    "T020": Entry(
        "нет команды '{name}'", "there is no command '{name}'", "есть: {known}", "there are: {known}"
    ),
}
