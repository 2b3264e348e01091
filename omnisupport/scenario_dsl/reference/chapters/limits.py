"""The limits of documents, expressions and runs, as the code has them."""

from __future__ import annotations

from omnisupport.scenario_dsl import catalogue, loader, reading, template, values
from omnisupport.scenario_dsl.checks.rules import e801
from omnisupport.scenario_dsl.expr import funcs, lex, parse
from omnisupport.scenario_dsl.reference.chapters.parts import Chapter, Heading, Rows
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.words import Both

_HEADER = (Both("что", "what"), Both("не больше", "at most"))


def _rows(*rows: tuple[str, str, int]) -> Rows:
    return Rows(
        _HEADER,
        tuple((Both(russian, english), f"{count:,}".replace(",", " ")) for russian, english, count in rows),
    )


CHAPTER = Chapter(
    "limits",
    Both("Пределы", "Limits"),
    (
        Heading(Both("Документ", "The document")),
        _rows(
            ("байт в файле", "bytes of the file", loader.MAX_BYTES),
            ("вложенность", "levels of nesting", loader.MAX_DEPTH),
            ("узлов", "nodes", reading.MAX_NODES),
            ("переменных", "variables", reading.MAX_VARIABLES),
            ("переходов из одного узла", "ways out of one node", e801.MAX_BRANCHES),
            ("текстов в каталоге", "texts of the catalogue", catalogue.MAX_TEXTS),
            ("подстановок в одном тексте", "values in one text", template.MAX_HOLES),
        ),
        Heading(Both("Выражения и значения", "Expressions and values")),
        _rows(
            ("знаков в выражении", "characters of an expression", lex.MAX_CHARACTERS),
            ("скобок друг в друге", "brackets in each other", parse.MAX_DEPTH),
            ("элементов в списке выражения", "items of a list in an expression", funcs.MAX_ITEMS),
            ("знаков в переменной", "characters of a variable", values.MAX_STRING),
            ("элементов в списке переменной", "items of a list in a variable", values.MAX_LIST),
            ("байт во всех переменных", "bytes of all variables together", limits.VARS_BYTES),
        ),
        Heading(Both("Проход сценария", "A run")),
        Both(
            "За пределом сценарий останавливается, клиент получает извинение и человека, операторы — заметку с "
            "причиной. Молчания не бывает.",
            "Past a limit the scenario stops, the customer gets an apology and a person, operators a note with the "
            "reason. It is never silent.",
        ),
        _rows(
            (
                "узлов за одно сообщение клиента",
                "nodes for one message of the customer",
                limits.STEPS_PER_TURN,
            ),
            (
                "проходов одного узла за сообщение",
                "visits of one node for one message",
                limits.VISITS_PER_TURN,
            ),
            ("узлов за весь проход", "nodes of a whole run", limits.STEPS_PER_RUN),
            ("сообщений клиенту подряд", "messages to the customer in a row", limits.MESSAGES_PER_TURN),
            ("вызовов друг в друге", "calls in each other", limits.STACK_DEPTH),
            ("элементов for_each", "items of for_each", limits.ITEMS_OF_A_LOOP),
            ("байт в запросе наружу", "bytes of a request to the outside", limits.REQUEST_BYTES),
            (
                "секунд на http со всеми повторами",
                "seconds of http with all attempts",
                limits.REQUEST_AT_MOST_S,
            ),
            ("знаков в сообщении клиента", "characters of a customer's message", limits.TEXT_TAKEN),
        ),
    ),
)
