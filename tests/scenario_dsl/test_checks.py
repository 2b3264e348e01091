"""Each check finds its fault, and nothing where there is none."""

from __future__ import annotations

import re
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path
from unittest.mock import patch

import phonenumbers
import pytest

from omnisupport.cli import scenario
from omnisupport.scenario_dsl import (
    Document,
    Finding,
    Resources,
    check_document,
    compile_document,
    load_document,
)
from omnisupport.scenario_dsl.checks import rules
from omnisupport.scenario_dsl.checks.live import Live, check_live
from omnisupport.scenario_dsl.checks.publishing import check_migration
from omnisupport.scenario_dsl.expr.types import type_from_json, type_to_json
from omnisupport.scenario_dsl.reading import analyse
from omnisupport.scenario_dsl.regions import REGIONS
from omnisupport.scenario_dsl.registry import node_types
from tests.scenario_dsl.support import EXAMPLES, HEAD, ROOT, SHIPPED, codes, document, findings
from tests.scenario_dsl.tenant import OF_THE_TENANT, TENANT

BYE = "  bye: {type: end, outcome: done}\n"
CASES = Path(__file__).parent / "checks"
CODES = sorted({path.name.split(".")[0] for path in CASES.glob("*.yaml")})
DEMO = Resources(
    departments=frozenset({"support", "sales"}),
    calendars=frozenset({"support", "sales"}),
    connections=frozenset({"shop"}),
    knowledge=frozenset({"help"}),
)


def found_in(path: Path) -> list[Finding]:
    """What is found in a case, beside what is live already in `checks/beside/` where its code asks for that."""
    code = path.name.split(".")[0]
    result = load_document(path.read_bytes(), file=path.name)
    if result.document is None:
        return result.findings
    newest = 2 if code == "W114" else 1  # no node type has a second version yet
    with patch.object(type(node_types()["message"]), "version", newest):
        found = check_document(result.document, resources=TENANT if code in OF_THE_TENANT else None)
    beside = CASES / "beside" / path.name.replace(".bad.", ".").replace(".good.", ".")
    return found + (found_beside(result.document, found, beside) if beside.exists() else [])


def found_beside(document: Document, found: list[Finding], path: Path) -> list[Finding]:
    """What is found beside a live version of the same scenario, called and run at every node, or another scenario."""
    live = load_document(path.read_bytes(), file=path.name).document
    assert live is not None
    assert check_document(live) == []
    old, new = compile_document(live), compile_document(document)
    if old["id"] != new["id"]:
        return check_live(document, found, Live(others=[old])).findings
    running = dict.fromkeys(old["nodes"], 1)
    judged = check_live(document, found, Live(own=live, callers=["shop"])).findings
    return judged + check_migration(old, new, document, version=1, running=running)


@pytest.mark.parametrize("code", CODES)
def test_a_fault_is_found_with_its_code_and_no_other(code: str) -> None:
    found = found_in(CASES / f"{code}.bad.yaml")
    assert {finding.code for finding in found} == {code}
    assert all(finding.severity == ("warning" if code.startswith("W") else "error") for finding in found)


@pytest.mark.parametrize("id", ["😀", "имя", "a b", "a/b", "1st", "a" * 65, '"a\\n"'])
def test_an_id_that_is_no_short_latin_word_is_a_fault(id: str) -> None:
    text = (CASES / "E007.good.yaml").read_text("utf-8").replace("id: fixture", f"id: {id}", 1)
    loaded = load_document(text)
    assert loaded.document is not None
    (found,) = check_document(loaded.document)
    assert (found.code, found.field) == ("E007", "id")


@pytest.mark.parametrize("code", CODES)
def test_the_mended_document_has_no_finding(code: str) -> None:
    assert [str(finding) for finding in found_in(CASES / f"{code}.good.yaml")] == []


def test_every_code_of_the_catalogue_has_a_fixture() -> None:
    assert set(rules.codes()) == set(CODES)
    names = {path.name for path in CASES.glob("*.yaml")}
    assert names == {f"{code}.{kind}.yaml" for code in CODES for kind in ("bad", "good")}


@pytest.mark.parametrize("code", CODES)
def test_findings_are_said_in_both_languages(code: str) -> None:
    for finding in found_in(CASES / f"{code}.bad.yaml"):
        assert set(finding.message) == {"ru", "en"}
        assert any("а" <= character <= "я" for character in finding.message["ru"].lower())
        assert not any("а" <= character <= "я" for character in finding.message["en"].split("'")[0].lower())
        assert "{" not in finding.message["en"].replace("{{", "").replace("'{}'", "")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_comes_with_the_product_has_no_finding(path: Path) -> None:
    result = load_document(path.read_bytes(), file=path.name)
    assert result.document is not None
    found = check_document(result.document, resources=DEMO)
    # Over SMS and by mail the demo's menus are numbered, as they are meant to be.
    meant = [each for each in found if each.code == "W515" and {"sms", "email"} & set(each.text().split())]
    assert [str(finding) for finding in found if finding not in meant] == []


def test_a_type_comes_back_from_its_form_in_the_ir() -> None:
    for path in EXAMPLES.glob("*.yaml"):
        loaded = load_document(path.read_bytes()).document
        assert loaded is not None
        for variable in analyse(loaded).variables.values():
            assert type_from_json(type_to_json(variable.type)) == variable.type


def test_skills_and_tags_are_looked_for_where_the_tenant_says_which_it_has() -> None:
    text = document(
        "  first: {type: tag, add: [vip], next: people}\n"
        "  people: {type: handoff, target: {skills: [tee]}, wait_for: none, next: bye}\n" + BYE
    )
    assert findings(text, resources=Resources()) == []
    strict = Resources(skills=frozenset({"tea"}), tags=frozenset({"vip"}))
    (found,) = findings(text, resources=strict)
    assert (found.code, found.node, found.field) == ("E701", "people", "target.skills")
    assert found.edit is not None


def test_quiet_hours_do_not_take_the_whole_day() -> None:
    hello = "  first: {type: message, text: Да, next: bye}\n" + BYE
    assert codes(document(hello, head='quiet_hours: {from: "09:00", to: "09:00"}\n')) == ["W137"]


def test_variables_that_outgrow_a_run_are_refused_before_one_does() -> None:
    hello = "  first: {type: message, text: Да, next: bye}\n" + BYE
    large = "".join(f"  v{index}: {{type: string, default: '', max_length: 3000}}\n" for index in range(3))
    assert codes(document(hello, variables=large)) == ["E801"]
    assert codes(document(hello, variables=large.replace("3000", "2000"))) == []


def test_a_node_has_a_bound_of_ways_out() -> None:
    cases = ", ".join(f"c{index}: bye" for index in range(101))
    values = ", ".join(f"c{index}" for index in range(101))
    nodes = f"  first: {{type: switch, value: vars.kind, cases: {{{cases}}}}}\n{BYE}"
    declared = f"  kind: {{type: enum, values: [{values}], default: c0}}\n"
    assert "E801" in codes(document(nodes, variables=declared))
    assert "E801" not in codes(document(nodes.replace(", c100: bye", ""), variables=declared))


def test_a_finding_reads_like_a_line_of_a_compiler() -> None:
    text = document("  first:\n    type: message\n    text: Привет\n    next: by\n" + BYE)
    assert str(findings(text, "order.yaml")[0]) == (
        "order.yaml:11:11: error E120 unknown node 'by' [fix: did you mean 'bye'?]"
    )


def test_a_finding_reads_in_russian_too() -> None:
    text = document("  first:\n    type: message\n    text: Привет\n    next: by\n" + BYE)
    assert findings(text, "order.yaml")[0].text("ru") == (
        "order.yaml:11:11: error E120 неизвестный узел 'by' [fix: возможно, 'bye'?]"
    )


def test_findings_come_in_the_order_of_the_file() -> None:
    text = document(
        "  first:\n    type: message\n    text: '{{ nme }}'\n    next: seond\n"
        "  second:\n    type: mesage\n    text: Привет\n    next: bye\n"
    )
    found = findings(text)
    assert [finding.code for finding in found] == ["E210", "E120", "E110"]
    assert [finding.line for finding in found] == sorted(finding.line for finding in found)


def test_a_finding_is_json_with_its_node_and_field() -> None:
    text = document("  first:\n    type: message\n    text: Привет\n    next: by\n" + BYE)
    as_json = findings(text)[0].to_dict()
    assert (as_json["node"], as_json["field"], as_json["line"], as_json["column"]) == (
        "first",
        "next",
        11,
        11,
    )


ONE_BROKEN_EDGE = """\
  first:
    type: ask
    text: Имя?
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: second@
    exits: {timeout: bye, invalid: bye}
  second:
    type: message
    text: "{{ vars.name }}"
    next: third
  third:
    type: message
    text: "{{ vars.name }}"
    next: bye
"""


def test_a_misspelt_target_is_one_finding_not_three() -> None:
    """Neither the unreachable nodes behind it nor what they read is reported."""
    text = document(ONE_BROKEN_EDGE.replace("second@", "secnd"), variables="  name: {type: string}\n")
    assert codes(text) == ["E120"]


def test_a_target_that_nothing_resembles_is_one_finding_too() -> None:
    text = document(ONE_BROKEN_EDGE.replace("second@", "xyz"), variables="  name: {type: string}\n")
    assert codes(text) == ["E120"]


def test_an_unknown_node_type_does_not_make_its_neighbours_unreachable() -> None:
    nodes = ONE_BROKEN_EDGE.replace("second@", "second").replace("type: ask", "type: questionnaire")
    assert codes(document(nodes, variables="  name: {type: string}\n")) == ["E110"]


def test_a_condition_proves_what_it_asked() -> None:
    nodes = """\
  first:
    type: condition
    cases:
      - {when: "has(customer.name)", next: named}
    else: bye
  named:
    type: message
    text: "{{ customer.name }}"
    next: bye
"""
    assert codes(document(nodes)) == []
    assert codes(document(nodes.replace("has(customer.name)", "!has(customer.name)"))) == ["E312"]


def test_a_condition_also_proves_the_opposite_behind_else() -> None:
    nodes = """\
  first:
    type: condition
    cases:
      - {when: "customer.name == null", next: bye}
    else: named
  named:
    type: message
    text: "{{ customer.name }}"
    next: bye
"""
    assert codes(document(nodes)) == []


def test_a_variable_set_on_one_of_two_ways_may_be_unset() -> None:
    nodes = """\
  first:
    type: ask
    text: Имя?
    input: {kind: text}
    save_to: vars.name
    skippable: true
    timeout: 1h
    next: told
    exits: {timeout: bye, invalid: bye, skip: SKIPPED}
  told:
    type: message
    text: "{{ vars.name }}"
    next: bye
"""
    name = "  name: {type: string}\n"
    assert codes(document(nodes.replace("SKIPPED", "told"), variables=name)) == ["E312"]
    assert codes(document(nodes.replace("SKIPPED", "bye"), variables=name)) == []


def test_a_node_that_may_be_skipped_sets_nothing_for_certain() -> None:
    nodes = """\
  first:
    type: set
    when: "event.text == ''"
    assign: {vars.name: Анна}
    next: told
  told:
    type: message
    text: "{{ vars.name }}"
    next: bye
"""
    name = "  name: {type: string}\n"
    assert codes(document(nodes, variables=name)) == ["E312"]
    assert codes(document(nodes.replace("    when: \"event.text == ''\"\n", ""), variables=name)) == []


def test_an_interrupt_knows_only_what_has_a_default() -> None:
    nodes = """\
  first:
    type: ask
    text: Имя?
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: told
    exits: {timeout: bye, invalid: bye}
  told:
    type: message
    text: "{{ vars.name }}"
    next: bye
"""
    head = "interrupts:\n  - {id: tell, when: {keywords: [имя]}, run: {node: told}}\n"
    assert codes(document(nodes, variables="  name: {type: string}\n", head=head)) == ["E312"]
    assert codes(document(nodes, variables='  name: {type: string, default: ""}\n', head=head)) == []


def test_a_default_of_a_filter_may_stand_after_a_format() -> None:
    text = "{{ vars.eta | date('d MMMM') | default('скоро') }}"
    nodes = f'  first:\n    type: message\n    text: "{text}"\n    next: bye\n'
    eta = "  eta: {type: date, nullable: true}\n"
    assert codes(document(nodes, variables=eta)) == ["W305"]


def test_unknown_names_of_the_tenant_are_found_with_its_resources() -> None:
    text = document(
        "  first:\n    type: business_hours\n    calendar: suport\n    exits: {open: bye, closed: hand}\n"
        "  hand:\n    type: handoff\n    target: {department: sale}\n    wait_for: none\n    next: web\n"
        "  web:\n    type: http\n    connection: shp\n    request: {path: /x}\n    next: bye\n    exits: {error: bye}\n"
    )
    result = load_document(text)
    assert result.document is not None
    assert check_document(result.document) == []
    found = check_document(result.document, resources=DEMO)
    assert [finding.code for finding in found] == ["E701", "E701", "E410"]
    assert [finding.fix["en"] for finding in found if finding.fix] == [
        "did you mean 'support'?",
        "did you mean 'sales'?",
        "did you mean 'shop'?",
    ]
    missing = check_document(result.document, resources=Resources(departments=frozenset({"support"})))
    assert [(finding.message["en"], finding.fix and finding.fix["en"]) for finding in missing] == [
        ("there is no calendar 'suport'", "set it up in the settings, or choose one that exists"),
        ("there is no department 'sale'", "set it up in the settings, or choose one that exists"),
        ("there is no connection 'shp'", "set it up in the settings, or name another: -"),
    ]


@pytest.mark.parametrize(
    "path", ["orders", "//evil.example/x", "https://evil.example/x", "/orders/../admin", "/orders?all=1"]
)
def test_a_request_path_cannot_leave_its_connection(path: str) -> None:
    text = document(
        f"  first:\n    type: http\n    connection: shop\n    request: {{path: '{path}'}}\n"
        "    next: bye\n    exits: {error: bye}\n"
    )
    assert codes(text) == ["E410"]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("kind: dialogue", "E007"),
        ("timezone: Moscow", "E007"),
        ("quiet_hours: {from: late, to: '09:00'}", "E007"),
        ("channels: widget", "E007"),
        ("triggers: [{type: keyword, match: regex, any: ['(?=a)']}]", "E217"),
        ("triggers: [{type: keyword, any: ['']}]", "E112"),
        ("triggers: [{type: keyword, match: contains, any: [чай, ' ']}]", "E112"),
        ('triggers: [{type: keyword, match: regex, any: ["\\u200b"]}]', "E112"),
        ("interrupts: [{id: a, when: {keywords: ['']}, run: {node: bye}}]", "E112"),
        ("triggers: [{type: keyword, match: exact, any: ['?']}]", None),
        ("triggers: [{type: intention, intent: order}]", "E007"),
        ("triggers: [{type: event, event: widget.open}]", "E701"),
        ("triggers: [{id: a, type: message}, {id: a, type: message}]", "E126"),
        ("triggers: [{type: message, when: 'vars.x'}]", "E210"),
        ("interrupts: [{id: a, when: {}, run: {node: bye}}]", "E112"),
        ("interrupts: [{id: a, when: {pattern: people}, run: {node: bye}}]", "E007"),
        ("interrupts: [{id: a, when: {otherwise: true}, run: {node: by}}]", "E120"),
        ("on_error: {next: by}", "E120"),
        ("on_error: bye", "E007"),
        ("triggers: [{type: keyword, any: [чай], channels: [vk]}]", "E182"),
        ("locale: {default: en, supported: [ru]}", "E007"),
        ("variables: {n: {type: int, min: 5, max: 4}}", "E007"),
        ("variables: {n: {type: phone, region: XX}}", "E007"),
        ("view: {x: [1, 2]}", None),
        ("description: Для проверки", None),
    ],
)
def test_the_head_of_a_document_is_checked(field: str, code: str | None) -> None:
    head = f"{field}\n"
    text = document("  first:\n    type: message\n    text: Привет\n    next: bye\n", head=head)
    for written in HEAD.splitlines(keepends=True):
        if written.split(":")[0] == field.split(":")[0]:
            text = text.replace(written, "", 1)
    assert codes(text) == ([] if code is None else [code])


def test_a_document_without_nodes_says_so() -> None:
    assert codes(HEAD) == ["E112", "E112"]


def test_a_choice_must_give_values_that_its_variable_has() -> None:
    nodes = """\
  first:
    type: menu
    text: Тема?
    save_to: vars.topic
    options:
      - {id: price, label: Цены, next: told}
      - {id: other, label: Другое, next: told}
    timeout: 1h
    exits: {timeout: bye, invalid: bye}
  told:
    type: message
    text: "{{ vars.topic }}"
    next: bye
"""
    assert codes(document(nodes, variables="  topic: {type: enum, values: [price, other]}\n")) == []
    assert codes(document(nodes, variables="  topic: {type: enum, values: [price]}\n")) == ["E302"]


def test_a_switch_over_a_text_needs_a_default() -> None:
    nodes = "  first:\n    type: switch\n    value: event.text\n    cases: {да: bye}\n    exits: {@}\n"
    assert codes(document(nodes.replace("@", "default: bye"))) == []
    assert codes(document(nodes.replace("@", ""))) == ["E125"]


def test_checking_twice_gives_the_same_findings() -> None:
    result = load_document((CASES / "E312.bad.yaml").read_bytes())
    assert result.document is not None
    assert check_document(result.document) == check_document(result.document)


TAGGED = """\
  first: {type: tag, add: [vip], next: second}
  second: NODE
"""
HEARD = "triggers: [{type: message}]\n"


@pytest.mark.parametrize(
    ("node", "found"),
    [
        ("{type: note, text: Пишет., next: bye}", ["E106"]),
        ("{type: wait, for: 1h, next: bye, exits: {message: bye}}", ["E106"]),
        (
            "{type: kb_answer, question: event.text, exits: {answered: bye, no_answer: bye, error: bye}}",
            ["E106"],
        ),
        ("{type: message, text: Да., next: bye}", []),
        ("{type: handoff, wait_for: none, next: bye}", []),
        ("{type: close, next: bye}", []),
        ("{type: end, release: queue}", []),
        ("{type: end, release: redeliver}", []),
    ],
)
def test_a_message_that_starts_a_scenario_is_told_something(node: str, found: list[str]) -> None:
    nodes = TAGGED.replace("NODE", node)
    assert codes(document(nodes, head=HEARD)) == found
    assert codes(document(nodes, head="triggers: [{type: event, event: customer.updated}]\n")) == []


def test_a_variable_that_nothing_sets_is_no_value() -> None:
    """One fault is one finding: what cannot be read is not «never set» as well."""
    nodes = '  first: {type: message, text: "Вас {{ vars.n }}", next: bye}\n'
    assert codes(document(nodes, variables="  n: {type: int}\n")) == ["E312"]
    assert codes(
        document(nodes.replace("vars.n", "vars.n | default('много')"), variables="  n: {type: int}\n")
    ) == ["W305"]
    assert codes(document(nodes, variables="  n: {type: int, default: 2}\n")) == []


ASKED = """\
  first:
    type: ask
    text: Сколько?
    input: {INPUT}
    timeout: 1h
    next: bye
    exits: {invalid: bye, timeout: bye}
    interruptible: [LIST]
"""
PRICE = "interrupts: [{id: price, when: {keywords: [цена]}, run: {node: bye}}]\n"


@pytest.mark.parametrize(
    ("input", "names", "found"),
    [
        ("kind: int, min: 5, max: 5", "price", []),
        ("kind: int, min: 5, max: 4", "price", ["E007"]),
        ("kind: text, min_length: 5, max_length: 4", "price", ["E007"]),
        ("kind: phone, region: RU", "price", []),
        ("kind: phone, region: XX", "price", ["E007"]),
        ("kind: phone, region: ru", "price", ["E007"]),
        ("kind: int", "prise", ["E007"]),
        ("kind: int", "", []),
    ],
)
def test_a_question_that_nothing_can_answer_is_refused(input: str, names: str, found: list[str]) -> None:
    nodes = ASKED.replace("INPUT", input).replace("LIST", names)
    assert codes(document(nodes, head=PRICE)) == found


def test_the_regions_are_those_that_phone_numbers_are_parsed_for() -> None:
    assert REGIONS == phonenumbers.SUPPORTED_REGIONS


KEYWORD = "{{type: keyword, match: {0}, any: [{1}]}}"


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        (("contains", "чай"), ("contains", "зелёный чай"), True),
        (("contains", "чай"), ("word", "чайник"), True),
        (("contains", "чай"), ("exact", "Чай!"), True),
        (("word", "чай"), ("word", "зелёный чай"), True),
        (("word", "чай"), ("exact", "чай"), True),
        (("exact", "чай"), ("exact", "Чай?"), True),
        (("word", "чай"), ("word", "чайник"), False),
        (("word", "чай"), ("contains", "зелёный чай"), False),
        (("exact", "чай"), ("word", "чай"), False),
        (("regex", "чай"), ("word", "чай"), False),
        (("contains", "чай"), ("regex", "чай"), False),
    ],
)
def test_a_keyword_is_shadowed_by_one_that_is_in_all_its_messages(
    first: tuple[str, str], second: tuple[str, str], taken: bool
) -> None:
    nodes = "  first: {type: message, text: Есть., next: bye}\n"
    listed = [KEYWORD.format(*first), KEYWORD.format(*second)]
    found = ["E181"] if taken else []
    assert codes(document(nodes, head=f"triggers: [{', '.join(listed)}]\n")) == found
    # In the other order, by priority.
    later = listed[0].replace("type:", "priority: 1, type:")
    assert codes(document(nodes, head=f"triggers: [{listed[1]}, {later}]\n")) == found
    narrow = listed[0].replace("type:", "locale: ru, type:")
    assert codes(document(nodes, head=f"triggers: [{narrow}, {listed[1]}]\n")) == []


def test_an_interrupt_is_shadowed_too_unless_a_node_names_those_it_allows() -> None:
    head = """\
interrupts:
  - {id: any, when: {match: contains, keywords: [цен]}, run: {node: bye}}
  - {id: price, when: {keywords: [цена]}, run: {node: bye}}
"""
    nodes = ASKED.replace("INPUT", "kind: int")
    assert codes(document(nodes.replace("[LIST]", "true"), head=head)) == ["E181"]
    assert codes(document(nodes.replace("LIST", "price"), head=head)) == []


LEFT = """\
  first: {NODE}
  noted: {type: tag, add: [vip], next: second}
  second: {type: message, text: Ещё., next: asked}
  asked:
    type: menu
    text: Помогли?
    options: [{id: y, label: Да, next: bye}]
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
"""


@pytest.mark.parametrize(
    ("node", "found"),
    [
        ("type: handoff, wait_for: none, next: noted", ["E161"]),
        (
            "type: handoff, wait_for: accepted, queue_timeout: 1h, exits: {accepted: noted, queue_timeout: bye}",
            ["E161"],
        ),
        (
            "type: handoff, wait_for: accepted, queue_timeout: 1h, exits: {accepted: bye, queue_timeout: noted}",
            [],
        ),
        ("type: close, next: noted", ["E161"]),
        ("type: close, next: bye, exits: {error: noted}", []),
    ],
)
def test_a_question_behind_a_conversation_that_was_left_is_found(node: str, found: list[str]) -> None:
    assert codes(document(LEFT.replace("NODE", node))) == found


def test_a_wait_behind_a_resolved_conversation_is_found() -> None:
    """Its workflow ends, so the timer would never fire."""
    nodes = "  first: {type: close, next: pause}\n  pause: {type: wait, for: 1h, next: bye, exits: {message: bye}}\n"
    assert codes(document(nodes)) == ["E161"]


@pytest.mark.parametrize(
    ("left", "found"),
    [
        ("type: handoff, wait_for: none", "people have the conversation"),
        ("type: close", "has resolved the conversation"),
    ],
)
def test_a_message_with_a_pause_behind_a_conversation_that_was_left_is_found(left: str, found: str) -> None:
    nodes = f"  first: {{{left}, next: told}}\n  told: {{type: message, text: Да, typing: true, next: bye}}\n"
    [finding] = findings(document(nodes))
    assert (finding.code, found in finding.message["en"]) == ("E161", True), finding
    assert codes(document(nodes.replace(", typing: true", ""))) == []


@pytest.mark.parametrize(
    ("pause", "found"),
    [("", ["E140"]), (", delay: 59s", ["E141"]), (", typing: true", ["E141"]), (", delay: 60s", [])],
)
def test_a_pause_of_a_message_bounds_a_circle_as_a_wait_does(pause: str, found: list[str]) -> None:
    nodes = (
        f"  first: {{type: message, text: Да{pause}, next: check}}\n"
        '  check: {type: condition, cases: [{when: "vars.n > 3", next: bye}], else: count}\n'
        '  count: {type: set, assign: {vars.n: "=vars.n + 1"}, next: first}\n'
    )
    assert codes(document(nodes, variables="  n: {type: int, default: 0}\n")) == found


def test_a_pause_of_a_message_begins_a_new_count_of_messages() -> None:
    def many(pause: str, count: int) -> list[str]:
        first = f"  first: {{type: message, text: Да{pause}, next: m1}}\n"
        more = "".join(f"  m{i}: {{type: message, text: Да, next: m{i + 1}}}\n" for i in range(1, count))
        before = "".join(f"  b{i}: {{type: message, text: Да, next: b{i + 1}}}\n" for i in range(4))
        text = document(
            f"{before}  b4: {{type: message, text: Да, next: first}}\n{first}{more}"
            f"  m{count}: {{type: end, outcome: done}}\n",
            start="b0",
        )
        return codes(text)

    assert many("", 6) == ["E145"]
    assert many(", delay: 2s", 6) == many(", delay: 2s", 10) == []
    assert many(", delay: 2s", 11) == ["E145"]


def test_messages_are_counted_from_wait_to_wait() -> None:
    """Also those of an answer from knowledge and of the question at the end."""
    said = "".join(f"  m{i}: {{type: message, text: Раз., next: m{i + 1}}}\n" for i in range(1, 9))
    nodes = f"""\
  first: {{type: kb_answer, question: event.text, exits: {{answered: m1, no_answer: m1, error: m1}}}}
{said}  m9:
    type: menu
    text: Ещё?
    options: [{{id: y, label: Да, next: m1}}]
    timeout: 1h
    exits: {{invalid: bye, timeout: bye}}
"""
    assert codes(document(nodes)) == []
    assert codes(
        document(nodes.replace("next: m9", "next: m0") + "  m0: {type: message, text: Два., next: m9}\n")
    ) == ["E145"]


@pytest.mark.parametrize(
    ("node", "found"),
    [
        ("{type: message, text: Да., next: bye}", ["E113"]),
        (
            "{type: kb_answer, question: event.text, exits: {answered: bye, no_answer: bye, error: bye}}",
            ["E113"],
        ),
        ("{type: tag, add: [vip], next: bye}", []),
        ("{type: handoff, wait_for: none, next: bye}", []),
    ],
)
def test_a_background_scenario_does_not_talk(node: str, found: list[str]) -> None:
    assert codes(document(f"  first: {node}\n", head="kind: background\n")) == found


OPTIONS = """\
  first:
    type: KIND
    text: Сколько?
    OPTIONS
    timeout: 1h
    exits: {invalid: bye, timeout: bye}
"""


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("label: Да", "label: Нет", []),
        ("label: Да", "label: да!", ["E516"]),
        ("label: Да", "label: Нет, synonyms: [ДА]", ["E516"]),
        ("label: Да, when: \"locale == 'ru'\"", "label: да, when: \"locale == 'en'\"", []),
        ("label: '1'", "label: '2'", []),
        ("label: '2'", "label: '1'", ["E516", "E516"]),
        ("label: '5'", "label: '4'", []),
        ("label: '{{ now | time }}'", "label: '{{ now | time }}'", []),
    ],
)
def test_options_are_told_apart_by_words_and_numbers(first: str, second: str, found: list[str]) -> None:
    options = f"options: [{{id: a, {first}, next: bye}}, {{id: b, {second}, next: bye}}]"
    assert codes(document(OPTIONS.replace("KIND", "menu").replace("OPTIONS", options))) == found
    if "when" not in first:
        options = "input: {kind: choice, " + options.replace(", next: bye", "") + "}\n    next: bye"
        assert codes(document(OPTIONS.replace("KIND", "ask").replace("OPTIONS", options))) == found


def deciding(*cases: str) -> list[str]:
    listed = "".join(f'      - {{when: "{case}", next: bye}}\n' for case in cases)
    nodes = f"  first:\n    type: condition\n    cases:\n{listed}    else: saved\n"
    variables = "  n: {type: int, default: 0}\n  a: {type: string, default: ''}\n"
    return codes(document(nodes, variables=variables))


_HOLDS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


@pytest.mark.parametrize("first", _HOLDS)
@pytest.mark.parametrize("second", _HOLDS)
def test_a_case_is_shadowed_exactly_when_it_is_true_only_where_the_first_is(first: str, second: str) -> None:
    """Over numbers that lie close together: that nothing is between 1 and 2 is not used."""
    for constant in (1, 2, 3):
        values = [value / 2 for value in range(9)]
        shadowed = all(_HOLDS[first](value, 2) for value in values if _HOLDS[second](value, constant))
        if (first, 2) != (second, constant):
            found = ["W128"] if shadowed else []
            assert deciding(f"vars.n {first} 2", f"vars.n {second} {constant}") == found, constant


@pytest.mark.parametrize(
    ("cases", "found"),
    [
        (("vars.n > 1 || vars.a == 'x'", "vars.a == 'x' && vars.n < 0"), ["W128"]),
        (("vars.n > 1 && vars.a == 'x'", "vars.a == 'x'"), []),
        (("has(customer.name)", "vars.n == 1 && has(customer.name)"), ["W128"]),
        (("vars.n > 1", "vars.n > 2 || vars.n == 0"), []),
        (("1 < vars.n", "vars.n > 1 && vars.a == 'x'"), ["W128"]),
        (("vars.n < 5 && vars.n > 5",), ["W129"]),
        (("vars.a != 'x' || vars.a != 'y'",), ["W129"]),
        (("vars.a == 'x' || vars.a == 'y'",), []),
        (("vars.n <= 5 || vars.n >= 5",), ["W129"]),
        (("vars.n == vars.n",), ["W129"]),
        (("!(1 == 1) || vars.n > 1",), []),
        (("vars.n > 1 || 1 == 1",), ["W129"]),
        (("!(2 > 3)",), ["W129"]),
        (("1 / 0 == 1",), []),
    ],
)
def test_conditions_that_decide_nothing_are_found(cases: tuple[str, ...], found: list[str]) -> None:
    assert deciding(*cases) == found


def showing(hole: str, *, case: str = "true", more: str = "") -> list[str]:
    nodes = f"""\
  first:
    type: condition
    cases:
      - {{when: "{case}", next: told}}
    else: bye
{more}  told: {{type: message, text: "{{{{ {hole} }}}}", next: bye}}
"""
    variables = "  teas: {type: list, of: string, default: []}\n  n: {type: int, default: 7}\n"
    return [code for code in codes(document(nodes, variables=variables)) if code not in ("W129", "W304")]


@pytest.mark.parametrize(
    ("case", "known"),
    [
        ("size(vars.teas) > 1", True),
        ("vars.teas.size() >= 2", True),
        ("size(vars.teas) == 2", True),
        ("2 <= size(vars.teas)", True),
        ("!(size(vars.teas) < 2)", True),
        ("size(vars.teas) == 5 || size(vars.teas) > 2", True),
        ("size(vars.teas) > 0", False),
        ("size(vars.teas) != 0", False),
        ("size(vars.teas) < 9", False),
        ("size(vars.teas) > 1 || vars.n == 7", False),
    ],
)
def test_the_size_of_a_list_is_known_behind_a_check(case: str, known: bool) -> None:
    assert showing("vars.teas[1]", case=case) == ([] if known else ["E314"])


def test_a_list_may_be_checked_in_the_expression() -> None:
    assert showing("size(vars.teas) > 0 ? vars.teas[0] : ''") == []
    assert showing("size(vars.teas) > vars.n ? vars.teas[vars.n] : ''") == ["E314"]
    assert showing("size(vars.teas) != 0 && vars.teas[vars.n] == '' ? 'x' : ''") == []
    assert showing("event.text.split(',')[0]") == []


def test_a_list_that_was_written_is_of_unknown_size_again() -> None:
    nodes = """\
  first:
    type: condition
    cases: [{when: "size(vars.teas) > 1", next: emptied}]
    else: bye
  emptied: {type: set, assign: {vars.teas: []}, next: told}
  told: {type: message, text: "{{ vars.teas[1] }}", next: bye}
"""
    variables = "  teas: {type: list, of: string, default: []}\n"
    assert codes(document(nodes, variables=variables)) == ["E314"]


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("vars.n / 2", ["W218"]),
        ("(vars.n / 2) + (vars.n / 3)", ["W218", "W218"]),
        ("int(vars.n / 2)", []),
        ("double(vars.n) / 2.0", []),
        ("6 / 2", []),
        ("7 / 2", ["W218"]),
    ],
)
def test_a_division_that_loses_its_remainder_is_a_hint(hole: str, found: list[str]) -> None:
    assert showing(hole) == found


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        # Put together here, so that nobody's scanner takes this file for a leak.
        ("sk-" + "proj-abcdefghij0123456789", True),
        ("sk" + "_live_abcdefghij0123456789", True),
        ("AKIA" + "ABCDEFGHIJ012345", True),
        ("123456789:" + "AAabcdefghijklmnopqrstuvwxyz0123456", True),
        ("eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc", True),
        ("-----BEGIN " + "PRIVATE KEY-----", True),
        ("Карта 4111 1111 1111 1111", True),
        ("Карта 4111 1111 1111 1112", False),
        ("378282246310005", True),
        ("Заказ 4000123412341235", False),
        ("+7 916 123-45-67, ИНН 7707083893", False),
        ("1772438400000", False),
        ("Обратитесь к администратору, он пришлёт ключ", False),
        ("The bearer of good news has come to the shop", False),
    ],
)
def test_a_key_or_a_card_in_a_text_is_found(text: str, secret: bool) -> None:
    found = codes(document(f"  first: {{type: message, text: '{text}', next: bye}}\n"))
    assert found == (["E403"] if secret else [])


def test_a_secret_is_not_said_again_in_its_finding() -> None:
    card = "4111 1111 1111 1111"
    finding = findings(document(f"  first: {{type: message, text: '{card}', next: bye}}\n"))[0]
    assert "1111" not in str(finding.to_dict())
    assert finding.node == "first"


def test_enums_that_differ_are_told_apart_by_their_values() -> None:
    text = (CASES / "E302.bad.yaml").read_text("utf-8")
    text = text.replace('name: {type: string, default: ""}', "name: {type: enum, values: [a, b], default: a}")
    text = text.replace(
        "input: {kind: int}",
        "input: {kind: choice, options: [{id: c, label: {ru: В, en: C}}, {id: d, label: {ru: Г, en: D}}]}",
    )
    assert [each.text() for each in findings(text) if each.code == "E302"] == [
        "scenario.yaml:14:14: error E302 vars.name is enum (a, b) but receives enum (c, d) "
        "[fix: change the variable's type or the value]"
    ]


@pytest.mark.parametrize(("name", "is_wrong"), [("locale", False), ("locales", True), ("tag", True)])
def test_a_search_is_narrowed_by_properties_that_documents_have(name: str, is_wrong: bool) -> None:
    text = document(
        "  first:\n    type: kb_answer\n    knowledge: [help]\n    question: event.text\n"
        f"    filters: {{{name}: ru}}\n    exits: {{answered: bye, no_answer: bye}}\n" + BYE
    )
    assert ("E007" in codes(text)) is is_wrong


def test_an_unknown_event_is_told_of_the_known_ones_and_of_how_an_own_one_is_written() -> None:
    text = document(BYE.replace("bye:", "first:"), head="triggers: [{type: event, event: order.paid}]\n")
    (found,) = [each.text() for each in findings(text) if each.code == "E701"]
    assert "there are widget.opened, conversation.created" in found
    assert "[fix: an event of your own is written custom.order.paid]" in found


def said(text: str) -> list[tuple[str, str, str]]:
    """The code of each finding, and how it says to mend it in both languages."""
    return [
        (each.code, (each.fix or {}).get("en", ""), (each.fix or {}).get("ru", "")) for each in findings(text)
    ]


@pytest.mark.parametrize(
    ("locale", "given", "code", "fix"),
    [
        ("ru", "plural('день', 'дня')", "E603", "plural('день', 'дня', 'дней')"),
        ("en", "plural('day')", "E603", "plural('day', 'days')"),
        ("ru", "plural()", "E603", "plural('день', 'дня', 'дней')"),
        ("ru", "plural", "E603", "plural('день', 'дня', 'дней')"),
        ("ru", "plural(1, 2)", "E213", ""),
    ],
)
def test_a_missing_plural_form_is_one_finding_whose_fix_is_right_in_its_language(
    locale: str, given: str, code: str, fix: str
) -> None:
    node = f'  first: {{type: message, text: "{{{{ vars.n | {given} }}}}", next: bye}}\n'
    text = document(node + BYE, variables="  n: {type: int, default: 0}\n")
    wanted = (code, fix and f"for example {fix}", fix and f"например {fix}")
    assert said(text.replace("[ru]", f"[{locale}]").replace("default: ru", f"default: {locale}")) == [wanted]


@pytest.mark.parametrize(
    ("written", "of"),
    [("list<string>", "string"), ("string[]", "string"), ("list[itn]", "int"), ("List<x>", "string")],
)
def test_a_list_as_other_languages_write_it_is_told_how_it_is_written_here(written: str, of: str) -> None:
    text = document("  first: {type: end, outcome: done}\n", variables=f"  n: {{type: '{written}'}}\n")
    here = f"{{type: list, of: {of}}}"
    assert said(text) == [("E007", f"a list is written {here}", f"список пишут так: {here}")]


@pytest.mark.parametrize(
    ("path", "fix"),
    [
        (
            "conversation.attributes.x",
            ("a node update_conversation changes it", "это меняет узел update_conversation"),
        ),
        ("customer.name", ("a node update_customer changes it", "это меняет узел update_customer")),
        ("event.text", ("write to vars.…", "пишите в vars.…")),
    ],
)
def test_a_write_to_what_is_read_only_names_the_node_that_changes_it(path: str, fix: tuple[str, str]) -> None:
    text = document(f"  first: {{type: set, assign: {{{path}: x}}, next: bye}}\n" + BYE)
    assert said(text) == [("E303", *fix)]


def test_an_unanswered_csat_is_told_of_the_exit_that_it_has() -> None:
    rated = (
        "  first: {type: csat, scale: stars5, text: Оцените, timeout: 1h, exits: {timeout: bye}, next: bye}\n"
    )
    [(code, english, russian)] = said(document(rated + BYE))
    assert code == "E134" and "exits.message" in english and "exits.message" in russian
    assert "invalid" not in english + russian and "free_text" not in english + russian
    assert said(document(rated.replace("exits: {", "exits: {message: bye, ") + BYE)) == []


def test_no_page_names_a_command_that_is_not_there() -> None:
    there = {command.name for command in scenario.registered_commands}
    for page in (ROOT / "docs" / "scenarios").rglob("*.md"):
        for name in re.findall(r"omni scenario ([a-z]+)", page.read_text("utf-8")):
            assert name in there, (page.name, name)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("=vars.n", "{{ vars.n }}"),
        ("= customer.name", "{{ customer.name }}"),
        ("=size(vars.list) + 1", "{{ size(vars.list) + 1 }}"),
        ("=item", None),  # there is no item in a message
        ("= Меню =", None),
        ("=)", None),
        ("=2", None),
        ("=== vars.n ===", None),
    ],
)
def test_a_text_that_is_an_expression_is_taken_for_a_fault_and_no_other_that_begins_so(
    text: str, mended: str | None
) -> None:
    variables = "  n: {type: int, default: 0}\n  list: {type: list, of: string, default: []}\n"
    found = said(
        document(f"  first: {{type: message, text: '{text}', next: bye}}\n" + BYE, variables=variables)
    )
    wanted = [] if mended is None else [("W220", f"write {mended}", f"напишите {mended}")]
    assert [each for each in found if each[0] == "W220"] == wanted


def test_a_label_made_of_an_item_is_a_text_too() -> None:
    menu = """\
  first:
    type: menu
    text: Что?
    options_from: {list: "=vars.list", label: "=item", value: "=item", next: bye}
    exits: {invalid: bye, timeout: bye}
    timeout: 1h
"""
    variables = "  list: {type: list, of: string, default: []}\n"
    assert ("W220", "write {{ item }}", "напишите {{ item }}") in said(
        document(menu + BYE, variables=variables)
    )
