"""What is proved of all runs, and the way that is shown where it is not true."""

from __future__ import annotations

from pathlib import Path

import pytest

from omnisupport.scenario_dsl import check_document, load_document
from omnisupport.scenario_dsl.checks.proofs import TEXTS, Guarantee, prove
from omnisupport.scenario_dsl.reading import analyse
from tests.scenario_dsl.support import SHIPPED, document, findings

CASES = Path(__file__).parent / "checks"
BYE = "  bye: {type: end, outcome: done}\n"


def proved(text: str) -> dict[str, Guarantee]:
    read = load_document(text).document
    assert read is not None
    check_document(read)
    return {guarantee.name: guarantee for guarantee in prove(analyse(read))}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_everything_is_proved_of_what_comes_with_the_product(path: Path) -> None:
    found = proved(path.read_text("utf-8"))
    assert {"ends", "answers"} <= set(found)
    assert [(item.name, item.path) for item in found.values() if not item.holds] == []
    bound = found["ends"].bound
    assert bound is not None and bound < 10


@pytest.mark.parametrize(
    ("code", "name"), [("E104", "ends"), ("E106", "answers"), ("E150", "consent"), ("E521", "window")]
)
def test_what_a_check_refuses_is_not_proved_and_its_mended_form_is(code: str, name: str) -> None:
    bad = proved((CASES / f"{code}.bad.yaml").read_text("utf-8"))[name]
    good = proved((CASES / f"{code}.good.yaml").read_text("utf-8"))[name]
    assert not bad.holds
    assert bad.path
    assert good.holds
    assert good.path == ()


def test_the_way_of_a_failure_leads_from_the_start_to_the_fault() -> None:
    found = proved((CASES / "E521.bad.yaml").read_text("utf-8"))["window"]
    assert found.path == ("first", "pause", "again")


def test_the_bound_counts_the_events_of_the_shortest_way_from_the_worst_wait() -> None:
    steps = "".join(
        f"  n{index}: {{type: ask, text: Да?, input: {{kind: text}}, timeout: 1h, next: n{index + 1},"
        f" exits: {{timeout: n{index + 1}}}}}\n"
        for index in range(5)
    )
    found = proved(document(f"{steps}  n5: {{type: message, text: Всё, next: bye}}\n{BYE}", start="n0"))
    assert found["ends"].bound == 5


def test_a_message_that_interrupts_a_wait_must_be_answered_too() -> None:
    nodes = (
        "  first: {type: message, text: Да, next: pause}\n"
        "  pause: {type: wait, for: 1h, next: bye, exits: {message: silent}}\n"
        "  silent: {type: tag, add: [wrote], next: bye}\n"
    )
    found = proved(document(nodes + BYE))["answers"]
    assert not found.holds
    assert found.path == ("first", "pause", "silent", "bye")
    given_back = BYE.replace("done}", "done, release: redeliver}")
    assert proved(document(nodes + given_back))["answers"].holds


def test_nothing_is_said_of_a_document_with_broken_ways() -> None:
    assert proved(document("  first: {type: message, text: Да, next: nowhere}\n" + BYE)) == {}


def test_a_flow_is_followed_into_and_out_of() -> None:
    flows = (
        "flows:\n  talk:\n    start: say\n    nodes:\n"
        "      say: {type: message, text: Да, next: back}\n      back: {type: return}\n"
    )
    head = "triggers:\n  - {id: any, type: message}\n" + flows
    found = proved(document("  first: {type: call, flow: talk, next: bye}\n" + BYE, head=head))
    assert found["answers"].holds
    mute = head.replace("{type: message, text: Да, next: back}", "{type: tag, add: [a], next: back}")
    found = proved(document("  first: {type: call, flow: talk, next: bye}\n" + BYE, head=mute))
    assert found["answers"].path == ("first", "talk/say", "talk/back", "bye")


def test_guarantees_are_said_in_both_languages() -> None:
    for text in TEXTS.values():
        assert text.ru and text.en


def test_a_pause_before_a_message_is_a_wait_and_one_event_more() -> None:
    def bound(fields: str) -> int | None:
        return proved(document(f"  first: {{type: message, text: Да{fields}, next: bye}}\n{BYE}"))[
            "ends"
        ].bound

    assert (bound(""), bound(", delay: 5s"), bound(", typing: true")) == (0, 1, 1)


def test_a_window_may_close_in_the_pause_before_a_message() -> None:
    def holds(fields: str) -> bool:
        nodes = (
            "  first: {type: message, text: Да, next: pause}\n"
            "  pause: {type: wait, for: 23h59m30s, on_message: queue, next: again}\n"
            f"  again: {{type: message, text: Ещё{fields}, next: bye}}\n"
        )
        head = "triggers:\n  - {id: begins, type: message}\n"
        text = document(nodes + BYE, head=head).replace("channels: [widget]", "channels: [whatsapp]")
        assert ("E521" in [found.code for found in findings(text)]) != proved(text)["window"].holds
        return proved(text)["window"].holds

    assert (holds(""), holds(", delay: 20s"), holds(", delay: 40s")) == (True, True, False)
