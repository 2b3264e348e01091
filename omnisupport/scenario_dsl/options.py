"""Options of menus and choices: how they are shown, and how an answer finds one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.keywords import bare, fold
from omnisupport.scenario_dsl.tree import Map, Scalar, Seq, Tree
from omnisupport.scenario_dsl.uses import Text

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.template import Segments

_NUMBER = re.compile(r"(?:№|#)?\s*([0-9]{1,2})\s*[.)]?\Z")


def check_ids(tree: Tree | None, site: Site, name: str) -> None:
    """Note option ids that occur twice (E126)."""
    if not isinstance(tree, Seq):
        return
    seen: set[str] = set()
    for index, option in enumerate(tree.items):
        found = option.get("id") if isinstance(option, Map) else None
        if not isinstance(found, Scalar):
            continue
        if found.text in seen:
            site.add("E126", found, f"{name}[{index}].id", id=found.text)
        seen.add(found.text)


def check_labels(options: list[dict[str, Any]], site: Site) -> None:
    """Note options that the words or the number of another one would choose (E516).

    Options with `when` are left out: which of them are shown together, and under which numbers, is not known.
    """
    numbered = not any("when" in option for option in options)
    taken: dict[str, str] = {}
    for number, option in enumerate(options, 1):
        if "when" in option or not isinstance(option.get("label"), Text):
            continue
        label, own = option["label"], {}
        for said in [*_literals(label), *option.get("synonyms", ())]:
            own[_key(said)] = said
            other = _NUMBER.match(said.strip())
            if numbered and other and int(other[1]) != number and 1 <= int(other[1]) <= len(options):
                site.add("E516.number", label.tree, label.field, label=said, number=int(other[1]))
        for key, said in own.items():
            if key in taken:
                words = {"label": said, "first": taken[key], "second": option.get("id", "")}
                site.add("E516", label.tree, label.field, **words)
                break
        taken |= dict.fromkeys(own, option.get("id", ""))


def _literals(label: Text) -> list[str]:
    """The label in every language in which it has no holes."""
    written = ["".join(map(str, parts)) for parts in label.locales.values() if _is_literal(parts)]
    return [text for text in written if text]


def _is_literal(parts: Segments) -> bool:
    return all(isinstance(part, str) for part in parts)


def visible(turn: Turn, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The options whose `when` holds now."""
    return [option for option in options if "when" not in option or turn.truth(option["when"])]


def buttons(turn: Turn, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The options as buttons of the current prompt: `{run}.{prompt}.{option}`."""
    prefix = f"{turn.state['run']}.{turn.state['waiting']['prompt']}"
    return [{"id": f"{prefix}.{option['id']}", "label": turn.render(option["label"])} for option in options]


def chosen(turn: Turn, options: list[dict[str, Any]], text: str) -> dict[str, Any] | None:
    """The option that the text names by its label, a synonym or its number, or None."""
    number = _NUMBER.match(text.strip())
    if number and 1 <= int(number[1]) <= len(options):
        return options[int(number[1]) - 1]
    said = _key(text)
    for option in options if said else ():
        if _is_called(turn, option, said):
            return option
    return None


def _is_called(turn: Turn, option: dict[str, Any], said: str) -> bool:
    """Whether it has this name, in any language: a visitor may answer in each that the scenario speaks."""
    label = option["label"]
    for words in label.values():
        if isinstance(words, str) and _key(words) == said:
            return True
    if not all(isinstance(words, str) for words in label.values()) and _key(turn.render(label)) == said:
        return True
    return any(_key(synonym) == said for synonym in option.get("synonyms", ()))


def _key(text: str) -> str:
    return bare(text) or fold(text)
