"""Scenarios of other systems, with every sentence of the report of losses."""

from __future__ import annotations

import re

from omnisupport.scenario_dsl.importers import KINDS, LOSSES
from omnisupport.scenario_dsl.reference.chapters.parts import Chapter, Heading, Rows, Shell
from omnisupport.scenario_dsl.words import Both

_SOURCES: dict[str, tuple[Both, Both]] = {
    "typebot": (
        Both("выгрузка бота Typebot 6, JSON", "an export of a bot of Typebot 6, JSON"),
        Both(
            "группы, вопросы, кнопки, условия, переменные, запросы, события",
            "groups, questions, buttons, conditions, variables, requests, events",
        ),
    ),
    "studio": (
        Both("схема Twilio Studio, JSON", "a flow of Twilio Studio, JSON"),
        Both(
            "сообщения, вопросы, ветвления, запросы, передача людям, подсхемы",
            "messages, questions, splits, requests, handing over to people, subflows",
        ),
    ),
    "rasa": (
        Both("flows и domain Rasa, YAML", "flows and domain of Rasa, YAML"),
        Both(
            "шаги, слоты с правилами, ответы с вариантами, вызовы",
            "steps, slots with their rules, responses, calls and links",
        ),
    ),
}
_SEVERITIES = {
    "error": Both("ошибка", "error"),
    "warning": Both("предупреждение", "warning"),
    "info": Both("к сведению", "info"),
}


def _general(sentence: str) -> str:
    return re.sub(r"\{[a-z_]+\}", "…", sentence)


CHAPTER = Chapter(
    "importing",
    Both("Перенос из других систем", "Importing"),
    (
        Both(
            "Перенос делает из файла другой системы документ и отчёт: что потеряно, что работает иначе, что добавлено, "
            "с местом в исходном файле. Молча ничего не пропадает. Документ потом проверяют и правят, как любой.",
            "An import makes a document of another system's file, and a report: what is lost, what works differently, "
            "what was added, each with its place in the source. Nothing goes missing silently. The document is then "
            "checked and edited as any other.",
        ),
        Shell("omni scenario import typebot bot.json --output bot.yaml\nomni scenario check bot.yaml\n"),
        Both(
            "То же делает `POST /api/v1/scenarios/import`. Для Rasa называют несколько файлов.",
            "`POST /api/v1/scenarios/import` does the same. For Rasa several files are named.",
        ),
        Rows(
            ("", Both("что читается", "what is read"), Both("что переносится", "what is carried over")),
            tuple((f"`{kind}`", *_SOURCES[kind]) for kind in KINDS),
        ),
        Heading(Both("Строки отчёта", "Lines of the report")),
        Rows(
            (Both("код", "code"), "", Both("что сказано", "what it says")),
            tuple(
                (code, _SEVERITIES[loss.severity], Both(_general(loss.ru), _general(loss.en)))
                for code, loss in LOSSES.items()
            ),
        ),
    ),
)
