"""Texts by keys: read once, used anywhere a text may stand."""

from __future__ import annotations

from tests.scenario_dsl.support import Chat, codes, compiled, document, findings

TEXTS = """\
texts:
  greeting: {ru: "Здравствуйте, {{ vars.name }}!"}
  where: {ru: "Куда дальше?"}
  on: {ru: Дальше}
  again: {ru: "Так нельзя."}
"""
NODES = """\
  first: {type: message, text: {t: greeting}, next: second}
  second:
    type: menu
    text: {t: where}
    options:
      - {id: go, label: {t: "on"}, next: bye}
      - {id: stop, label: Хватит, next: gone}
    retry: {max: 2, text: {t: again}}
    timeout: 1h
    exits: {timeout: gone, invalid: gone}
"""
NAME = "  name: {type: string, default: Анна}\n"


def text(nodes: str = NODES, texts: str = TEXTS) -> str:
    return document(nodes, variables=NAME, head=texts)


def test_a_text_of_the_catalogue_stands_where_it_is_named() -> None:
    chat = Chat(compiled(text())).start()
    assert chat.said == ["Здравствуйте, Анна!", "Куда дальше?"]
    assert chat.say("нечто").said == ["Так нельзя."]
    assert chat.say("Дальше").state["ended"] == {"outcome": "done"}


def test_the_ir_is_that_of_the_same_texts_written_in_place() -> None:
    nodes = NODES
    for key, written in {
        "greeting": '"Здравствуйте, {{ vars.name }}!"',
        "where": '"Куда дальше?"',
        '"on"': "Дальше",
        "again": '"Так нельзя."',
    }.items():
        nodes = nodes.replace(f"{{t: {key}}}", f"{{ru: {written}}}")
    assert compiled(text())["hash"] == compiled(text(nodes, ""))["hash"]


def test_an_unknown_key_is_found_where_it_stands_with_the_one_that_was_meant() -> None:
    (found,) = [item for item in findings(text(NODES.replace("t: where", "t: were"))) if item.is_error]
    assert (found.code, found.node, found.field) == ("E606", "second", "text.t")
    assert found.fix == {"ru": "возможно, 'where'?", "en": "did you mean 'where'?"}


def test_a_text_that_nothing_uses_is_found() -> None:
    (found,) = findings(text(texts=TEXTS + "  spare: {ru: Запас}\n"))
    assert (found.code, found.severity, found.field) == ("W607", "warning", "texts.spare")


def test_a_fault_inside_a_text_is_one_finding_at_its_place() -> None:
    broken = text(texts=TEXTS.replace("vars.name }}", "vars.nam }}"))
    twice = broken.replace("retry: {max: 2, text: {t: again}}", "retry: {max: 2, text: {t: greeting}}")
    for written in (broken, twice):
        errors = [item for item in findings(written) if item.is_error]
        assert [(item.code, item.line) for item in errors] == [("E301", 7)]
    unclosed = findings(text(texts=TEXTS.replace("vars.name }}", "vars.name")))
    assert [(item.code, item.line) for item in unclosed] == [("E203", 7)]


def test_what_is_no_text_is_refused_in_the_catalogue_too() -> None:
    assert codes(text(texts=TEXTS + "  spare: [a]\n")) == ["E007"]
    assert codes(text(texts=TEXTS + "  spare: {t: on}\n")) == ["E007"]
    assert codes(text(texts=TEXTS + "  spare: {de: Guten Tag}\n")) == ["E007"]
    assert codes(text(nodes="  first: {type: message, text: Привет, next: bye}\n", texts="texts: [a]\n")) == [
        "E007"
    ]


def test_a_catalogue_has_its_bound() -> None:
    texts = "texts:\n" + "".join(f"  k{number}: {{ru: Текст}}\n" for number in range(601))
    assert "E801" in codes(text("  first: {type: message, text: Привет, next: bye}\n", texts))
