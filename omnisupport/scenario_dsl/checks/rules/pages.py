"""The pages of the reference about checks, written from the docstrings of the rules."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from omnisupport.scenario_dsl.checks.rules import codes, rule

FOLDER = "checks"
_EXAMPLE = re.compile(r"^(Wrong|Right):\n\n```yaml\n(.*?)```\n", re.MULTILINE | re.DOTALL)
_GROUPS = (
    ("E0", "Файл", "The file"),
    ("E1", "Узлы, выходы и ожидание", "Nodes, exits and waits"),
    ("E2", "Выражения", "Expressions"),
    ("E3", "Переменные", "Variables"),
    ("E4", "Данные людей и другие системы", "Data of people and other systems"),
    ("E5", "Каналы", "Channels"),
    ("E6", "Тексты и языки", "Texts and languages"),
    ("E7", "То, что есть в компании", "What the tenant has"),
    ("E8", "Пределы", "Limits"),
    ("E9", "Выпуск новой версии", "Publishing a version"),
)
_WORDS = {
    "en": ("Wrong", "Right", "How to mend it", "error", "warning", "All checks"),
    "ru": ("Неверно", "Верно", "Как исправить", "ошибка", "предупреждение", "Все проверки"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a rule's text says in one language; `examples` are the wrong and the right one, or none."""

    title: str
    body: str
    mend: str
    examples: tuple[str, ...]


def read_page(code: str, language: str) -> Page:
    """The text of a rule in `en` (its docstring) or `ru`; the examples are those of the docstring."""
    module = rule(code)
    english = inspect.cleandoc(module.__doc__ or "")
    examples = tuple(match[2] for match in _EXAMPLE.finditer(english + "\n"))
    written = english if language == "en" else inspect.cleandoc(module.RU)
    parts = _EXAMPLE.sub("", written + "\n").strip().split("\n\n")
    return Page(parts[0].rstrip("."), "\n\n".join(parts[1:-1]), parts[-1], examples)


def rule_pages() -> dict[str, str]:
    """The pages by their name under `docs/scenarios/`: `checks/E120.md`, `checks/E120.ru.md`, and two lists."""
    pages = {}
    for language, suffix in (("en", ""), ("ru", ".ru")):
        pages[f"{FOLDER}/README{suffix}.md"] = _list(language, suffix)
        for code in codes():
            pages[f"{FOLDER}/{code}{suffix}.md"] = _page(code, language, suffix)
    return pages


def _page(code: str, language: str, suffix: str) -> str:
    page = read_page(code, language)
    wrong, right, mend, error, warning, every = _WORDS[language]
    kind = warning if code.startswith("W") else error
    parts = [f"# {code}. {page.title}", f"*{kind}* · [{every}](README{suffix}.md)"]
    parts += [f"> {_sentence(code, language)}", page.body]
    for word, example in zip((wrong, right), page.examples, strict=False):
        parts.append(f"**{word}**\n\n```yaml\n{example}```")
    parts.append(f"**{mend}.** {page.mend}")
    return "\n\n".join(parts) + "\n"


def _sentence(code: str, language: str) -> str:
    """What the rule says first, with the words that are filled in as `…`."""
    first = next(iter(rule(code).ENTRIES.values()))
    said = re.sub(r"(?<!\{)\{[a-z_]+\}(?!\})", "…", first.en if language == "en" else first.ru)
    return said.replace("{{", "{").replace("}}", "}")


def _list(language: str, suffix: str) -> str:
    titles = {
        "en": (
            "# Checks",
            "What the compiler finds before a scenario is published. An error blocks publishing; a warning is "
            "acknowledged by name. The examples leave out the head of the file (`omni`, `id`, `name`, `channels`, "
            "`locale`) where it does not matter.",
        ),
        "ru": (
            "# Проверки",
            "Что компилятор находит до публикации сценария. Ошибка не даёт опубликовать, предупреждение "
            "подтверждают поимённо. Примеры опускают заголовок файла (`omni`, `id`, `name`, `channels`, `locale`), "
            "где он не важен.",
        ),
    }
    parts = list(titles[language])
    for prefix, russian, english in _GROUPS:
        lines = [
            f"* [{code}]({code}{suffix}.md) {read_page(code, language).title}"
            for code in codes()
            if code[1] == prefix[1]
        ]
        if lines:
            parts += [f"## {english if language == 'en' else russian}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"
