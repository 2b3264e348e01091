"""What is said of a document beside everything that is live, and what is proved of its runs."""

from __future__ import annotations

import pytest

from omnisupport.scenario_dsl import Document, Resources, check_document, compile_document, load_document
from omnisupport.scenario_dsl.checks.live import Judged, Live, check_live
from tests.scenario_dsl.support import HEAD, document

BYE = "  bye: {type: end, outcome: done}\n"
SILENT = (
    "  first: {type: message, text: Да, next: pause}\n"
    "  pause: {type: wait, for: 1h, next: bye, exits: {message: silent}}\n"
    "  silent: {type: tag, add: [wrote], next: bye}\n" + BYE
)
FLOWS = """\
flows:
  note:
    start: put
    nodes:
      put: {type: tag, add: [seen], next: back}
      back: {type: return}
"""


def read(text: str) -> Document:
    found = load_document(text).document
    assert found is not None
    return found


def judged(text: str, live: Live | None = None) -> Judged:
    written = read(text)
    return check_live(written, check_document(written), live or Live())


def named(text: str, id: str) -> str:
    return text.replace("id: under_test", f"id: {id}")


def test_a_way_without_an_answer_that_no_check_sees_is_an_error_at_its_end() -> None:
    found = judged(document(SILENT))
    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.node) == ("E106", "error", "bye")
    assert "first -> pause -> silent -> bye" in finding.message["en"]
    assert [each.name for each in found.guarantees if not each.holds] == ["answers"]
    assert finding.line == document(SILENT)[: document(SILENT).index("bye: {")].count("\n") + 1


def test_what_a_check_has_said_already_is_not_said_twice() -> None:
    text = document("  first: {type: tag, add: [a], next: bye}\n" + BYE, head="triggers: [{type: message}]\n")
    assert [finding.code for finding in check_document(read(text))] == ["E106"]
    assert judged(text).findings == []


def test_nothing_is_proved_beside_other_errors() -> None:
    text = document(SILENT.replace("text: Да", "text: '{{ vars.nobody }}'"))
    assert [finding.code for finding in check_document(read(text))] == ["E301"]
    assert judged(text) == Judged()


def test_a_flow_comes_back_to_where_it_was_called_from() -> None:
    """It is called before the answer in one place and after it in another: neither way is left without a word."""
    nodes = (
        "  first: {type: condition, cases: [{when: \"channel.type == 'widget'\", next: before}], else: said}\n"
        "  before: {type: call, flow: note, next: late}\n"
        "  late: {type: message, text: Да, next: bye}\n"
        "  said: {type: message, text: Да, next: after}\n"
        "  after: {type: call, flow: note, next: bye}\n" + BYE
    )
    text = document(nodes, head="triggers: [{type: message}]\n" + FLOWS)
    assert [finding.code for finding in check_document(read(text)) if finding.is_error] == []
    found = judged(text)
    assert found.findings == [] and all(each.holds for each in found.guarantees)


def test_another_live_scenario_that_waits_for_the_same_is_a_warning_at_ones_own_trigger() -> None:
    nodes = "  first: {type: message, text: Да, next: bye}\n" + BYE
    text = document(nodes, head="triggers:\n  - {id: mine, type: keyword, any: [Возврат]}\n")
    other = compile_document(read(named(text.replace("Возврат", "возврат"), "returns")))
    (finding,) = judged(text, Live(others=[other])).findings
    assert (finding.code, finding.field) == ("W180", "triggers.mine")
    assert "'returns'" in finding.message["ru"]
    apart = compile_document(read(named(text.replace("Возврат", "обмен"), "returns")))
    assert judged(text, Live(others=[apart])).findings == []


@pytest.mark.parametrize(("kind", "codes"), [("dialog", ["W180"]), ("background", [])])
def test_an_event_begins_every_background_scenario_so_they_do_not_meet(kind: str, codes: list[str]) -> None:
    nodes = "  first: {type: emit, event: a, next: bye}\n" + BYE
    text = document(nodes, head="triggers:\n  - {id: mine, type: event, event: csat.submitted}\n")
    other = compile_document(read(named(text, "other").replace("channels:", f"kind: {kind}\nchannels:", 1)))
    assert [each.code for each in judged(text, Live(others=[other])).findings] == codes


def test_a_called_scenario_names_the_callers_that_a_change_breaks() -> None:
    body = "start: back\nnodes:\n  back: {type: return}\n"
    before, after = (HEAD + "kind: subflow\n" + given + body for given in ("", "returns: [failed]\n"))
    after = after.replace("{type: return}", "{type: return, exit: failed}")
    (finding,) = judged(after, Live(own=read(before), callers=["orders", "returns"])).findings
    assert finding.code == "W903" and "orders, returns" in finding.message["en"]
    assert judged(after, Live(own=read(before))).findings == []


CALLS = "  first: {type: call, scenario: part@1, next: bye}\n" + BYE
SPEAKING = "start: say\nnodes:\n  say: {type: message, text: Да, next: back}\n  back: {type: return}\n"


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        (SPEAKING, []),
        (SPEAKING.replace("say: {type: message, text: Да,", "say: {type: tag, add: [a],"), ["E106"]),
        (SPEAKING.replace("say: {type: message, text: Да,", "say: {type: call, scenario: deep@1,"), []),
        (SPEAKING.replace("say: {type: message, text: Да,", "say: {type: call, scenario: part@1,"), ["E106"]),
    ],
)
def test_a_called_scenario_answers_where_each_of_its_ways_says_something(part: str, codes: list[str]) -> None:
    scenarios = {
        "part@1": read(named(HEAD, "part") + "kind: subflow\n" + part),
        "deep@1": read(named(HEAD, "deep") + "kind: subflow\n" + SPEAKING),
    }
    written = read(document(CALLS, head="triggers: [{type: message}]\n"))
    found = check_document(written, resources=Resources(scenarios=scenarios))
    assert [each.code for each in found if each.code == "E106"] == codes
    if not codes:
        seen = check_live(written, found, Live(), scenarios)
        assert seen.findings == [] and {each.name: each.holds for each in seen.guarantees}["answers"]


def test_of_a_scenario_that_nobody_knows_nothing_bad_is_said() -> None:
    assert check_document(read(document(CALLS, head="triggers: [{type: message}]\n"))) == []
