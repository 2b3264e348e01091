"""Flows: called and left, over lists, as digressions, and out of other scenarios."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnisupport.scenario_dsl import (
    Document,
    Failed,
    Handoff,
    Note,
    Resources,
    ScenarioInvalid,
    check_document,
    compile_document,
    load_document,
)
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.runtime import limits
from tests.scenario_dsl.support import Chat, codes, document, findings, replay, scenario

BYE = "  bye: {type: end, outcome: done}\n"


def flows(*parts: str) -> str:
    """The head lines that declare flows."""
    return "flows:\n" + "".join(parts)


ASK_NAME = """\
  naming:
    inputs:
      title: {type: string, default: ""}
    outputs:
      name: {type: string}
    returns: [refused]
    start: ask
    nodes:
      ask:
        type: ask
        text: "{{ vars.title }} Имя?"
        input: {kind: text, min_length: 2}
        save_to: vars.name
        timeout: 1h
        retry: {max: 0}
        next: back
        exits: {timeout: no_name, invalid: no_name}
      back: {type: return}
      no_name: {type: return, exit: refused}
"""
CALLS = """\
  first:
    type: call
    flow: naming
    inputs: {title: "=vars.title"}
    outputs: {vars.who: name}
    next: told
    exits: {refused: special}
  told: {type: message, text: "{{ vars.title }} {{ vars.who }}", next: bye}
  special: {type: message, text: Без имени, next: bye}
"""
NAMES = "  title: {type: string, default: Госпожа}\n  who: {type: string}\n"


def naming() -> Chat:
    return Chat(scenario(CALLS, variables=NAMES, head=flows(ASK_NAME)))


def test_a_flow_has_variables_of_its_own_and_gives_back_its_outputs() -> None:
    chat = naming().start()
    assert chat.said == ["Госпожа Имя?"]
    assert (chat.node, chat.state["vars"]) == ("naming/ask", {"title": "Госпожа"})
    chat.say("Анна")
    assert chat.said == ["Госпожа Анна"]
    assert (chat.outcome, chat.state["vars"]) == ("done", {"title": "Госпожа", "who": "Анна"})


def test_a_flow_is_left_by_the_exit_that_its_return_names() -> None:
    chat = naming().start().say("я")
    assert (chat.said, chat.outcome) == (["Без имени"], "done")
    assert "who" not in chat.state["vars"]


def test_a_flow_goes_on_after_the_state_was_written_down() -> None:
    chat = naming().start()
    chat.state = json.loads(canonical(chat.state))
    assert chat.say("Анна").outcome == "done"
    assert canonical(replay(chat.ir, chat.log)[-1][0]) == canonical(chat.state)


def test_restart_leaves_every_flow() -> None:
    chat = naming().start().say("начать заново")
    assert chat.said == ["Госпожа Имя?"]
    assert len(chat.state["stack"]) == 1


def test_back_stays_in_the_flow() -> None:
    assert naming().start().say("назад").said[0].startswith("Это первый вопрос")


FAILING = """\
  failing:
    variables:
      n: {type: int, default: 0}
    start: divide
    nodes:
      divide: {type: set, assign: {vars.n: "=1 / vars.n"}, next: back}
      back: {type: return}
"""


def test_an_error_in_a_flow_leaves_by_the_error_exit_of_the_call() -> None:
    nodes = "  first: {type: call, flow: failing, next: bye, exits: {error: failed}}\n"
    chat = Chat(scenario(nodes, head=flows(FAILING))).start()
    assert (chat.said, chat.outcome) == (["Не вышло."], "error")
    assert chat.state["stack"] == []


def test_an_error_in_a_flow_takes_its_own_path_first() -> None:
    own = FAILING.replace("    start: divide\n", "    on_error: {next: sorry}\n    start: divide\n")
    own += "      sorry: {type: message, text: В потоке не вышло., next: back}\n"
    nodes = "  first: {type: call, flow: failing, next: bye, exits: {error: failed}}\n"
    chat = Chat(scenario(nodes, head=flows(own))).start()
    assert (chat.said, chat.outcome) == (["В потоке не вышло."], "done")
    assert [note.text for note in chat.of(Note)]


def test_an_error_that_nobody_takes_goes_to_a_person() -> None:
    nodes = "  first: {type: call, flow: failing, next: bye}\n"
    chat = Chat(scenario(nodes, head=flows(FAILING))).start()
    assert chat.outcome == "failed"
    assert chat.of(Handoff)
    assert chat.of(Failed)


def test_an_error_in_a_flow_reaches_the_scenarios_own_path_with_the_main_variables() -> None:
    nodes = (
        "  first: {type: call, flow: failing, next: bye}\n"
        '  sorry: {type: message, text: "{{ vars.title }}, не вышло", next: bye}\n'
    )
    head = "on_error: {next: sorry}\n" + flows(FAILING)
    chat = Chat(scenario(nodes, variables="  title: {type: string, default: Друг}\n", head=head)).start()
    assert (chat.said, chat.outcome) == (["Друг, не вышло"], "done")


EACH = """\
  tea:
    inputs:
      item: {type: string}
      sum: {type: int}
    outputs:
      sum_out: {type: int}
    start: ask
    nodes:
      ask:
        type: ask
        text: "Сколько {{ vars.item }}?"
        input: {kind: int}
        save_to: vars.sum_out
        timeout: 1h
        next: add
        exits: {timeout: back, invalid: back}
      add: {type: set, assign: {vars.sum_out: "=vars.sum + vars.sum_out"}, next: back}
      back: {type: return, outputs: {sum_out: "=vars.sum_out.orValue(vars.sum)"}}
"""
LOOP = """\
  first:
    type: for_each
    each: vars.teas
    as: item
    flow: tea
    max: 5
    inputs: {sum: "=vars.sum"}
    outputs: {vars.sum: sum_out}
    next: told
    exits: {empty: special}
  told: {type: message, text: "Всего {{ vars.sum }}", next: bye}
  special: {type: message, text: Пусто, next: bye}
"""


def loop(*teas: str) -> Chat:
    default = json.dumps(list(teas), ensure_ascii=False)
    variables = f"  teas: {{type: list, of: string, default: {default}}}\n  sum: {{type: int, default: 0}}\n"
    return Chat(scenario(LOOP, variables=variables, head=flows(EACH))).start()


def test_each_item_is_asked_in_turn() -> None:
    chat = loop("улун", "пуэр")
    assert chat.said == ["Сколько улун?"]
    assert chat.say("2").said == ["Сколько пуэр?"]
    assert chat.say("3").said == ["Всего 5"]


def test_an_empty_list_leaves_by_empty() -> None:
    assert loop().said == ["Пусто"]


def test_a_list_longer_than_max_is_an_error_and_not_cut() -> None:
    assert loop(*"абвгде").outcome == "failed"


QUIET = """\
  quiet:
    inputs:
      item: {type: int}
    start: work
    nodes:
      work: {type: set, assign: {vars.item: "=100 / vars.item"}, next: more}
      more: {type: set, assign: {vars.item: 1}, next: back}
      back: {type: return}
"""


def quiet_loop(items: str, error: str = "") -> Chat:
    nodes = (
        f"  first: {{type: for_each, each: vars.all, as: item, flow: quiet, max: 100, next: bye{error}}}\n"
    )
    variables = f"  all: {{type: list, of: int, default: {items}}}\n"
    return Chat(scenario(nodes, variables=variables, head=flows(QUIET))).start()


def test_a_hundred_items_are_no_circle() -> None:
    assert quiet_loop(json.dumps(list(range(1, 101)))).outcome == "done"


def test_an_item_that_fails_ends_the_loop_or_not() -> None:
    assert quiet_loop("[1, 0, 2]").outcome == "failed"
    chat = quiet_loop("[1, 0, 2]", ", on_item_error: continue")
    assert (chat.outcome, chat.state["steps"]) == ("done", 9)


def test_loops_inside_each_other_have_an_end() -> None:
    outer = """\
  outer:
    inputs:
      item: {type: int}
    variables:
      all: {type: list, of: int, default: ALL}
    start: work
    nodes:
      work: {type: for_each, each: vars.all, as: item, flow: quiet, max: 100, next: back}
      back: {type: return}
""".replace("ALL", json.dumps([1] * 100))
    nodes = "  first: {type: for_each, each: vars.all, as: item, flow: outer, max: 100, next: bye}\n"
    variables = f"  all: {{type: list, of: int, default: {[1] * 100}}}\n"
    chat = Chat(scenario(nodes, variables=variables, head=flows(outer, QUIET))).start()
    assert (chat.outcome, chat.of(Failed)[0].code) == ("failed", "limit.steps")
    assert chat.state["steps"] <= limits.STEPS_OF_LOOPS + 1


def test_flows_that_call_each_other_for_ever_end_at_a_depth() -> None:
    again = """\
  again:
    start: deeper
    nodes:
      deeper: {type: call, flow: again, when: "event.text != 'стоп'", next: back}
      back: {type: return}
"""
    chat = Chat(scenario("  first: {type: call, flow: again, next: bye}\n", head=flows(again))).start()
    assert chat.of(Failed)[0].code == "limit.depth"


DIGRESS = """\
interrupts:
  - {id: price, when: {keywords: [цена]}, run: {flow: pricing}, mode: digress, resume: RESUME}
"""
PRICING = """\
  pricing:
    start: sure
    nodes:
      sure:
        type: menu
        text: Показать цену?
        options: [{id: "yes", label: Да, next: shown}, {id: "no", label: Нет, next: back}]
        timeout: 1h
        exits: {timeout: back, invalid: back}
      shown: {type: message, text: 100 рублей, next: back}
      back: {type: return}
"""
QUESTION = """\
  first:
    type: ask
    text: Имя?
    input: {kind: text}
    save_to: vars.who
    timeout: 2h
    reminders: [{after: 30m, text: Вы здесь?}]
    next: told
    exits: {timeout: gone, invalid: wrong}
  told: {type: message, text: "{{ vars.who }}", next: bye}
"""


def digressing(resume: str = "reprompt") -> Chat:
    head = DIGRESS.replace("RESUME", resume) + flows(PRICING)
    return Chat(scenario(QUESTION, variables="  who: {type: string}\n", head=head)).start()


def test_a_digression_comes_back_to_the_question() -> None:
    chat = digressing().say("какая цена")
    assert chat.said == ["Показать цену?"]
    chat.press("yes")
    assert chat.said == ["100 рублей", "Имя?"]
    assert (chat.node, chat.state["waiting"]["node"]) == ("pricing/back", "first")
    assert [timer["at"] - chat.context.now for timer in chat.state["timers"]] == [7_200_000]
    assert chat.say("Анна").said == ["Анна"]


def test_a_digression_may_come_back_without_a_word() -> None:
    chat = digressing("silent").say("цена").press("yes")
    assert chat.said == ["100 рублей"]
    assert chat.say("Анна").said == ["Анна"]


def test_a_digression_does_not_lead_into_itself() -> None:
    chat = digressing().say("цена").say("цена")
    assert chat.said[0].startswith("Выберите")
    assert len(chat.state["stack"]) == 1


def test_an_interrupt_for_good_leaves_the_flow_with_the_main_variables() -> None:
    head = "interrupts:\n  - {id: out, when: {keywords: [выйду]}, run: {node: special}}\n" + flows(ASK_NAME)
    chat = Chat(scenario(CALLS, variables=NAMES, head=head)).start().say("я выйду")
    assert (chat.said, chat.outcome, chat.state["stack"]) == (["Без имени"], "done", [])
    assert chat.state["vars"] == {"title": "Госпожа"}


# What the checks say


def test_a_scenario_with_flows_has_no_finding() -> None:
    assert findings(document(CALLS, variables=NAMES, head=flows(ASK_NAME))) == []
    assert (
        findings(
            document(
                QUESTION,
                variables="  who: {type: string}\n",
                head=DIGRESS.replace("RESUME", "reprompt") + flows(PRICING),
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("flow: naming", "flow: nameing", "E120"),
        ("exits: {refused: special}", "exits: {refusd: special, refused: special}", "E122"),
        ("    exits: {refused: special}\n", "", "E123"),
        ("inputs: {title: ", "inputs: {titel: ", "E307"),
        ('"=vars.title"', "5", "E302"),
        ("{vars.who: name}", "{vars.who: nmae}", "E307"),
        ("{vars.who: name}", "{vars.title: name}", "E312"),
        ("        timeout: 1h\n", "", "E130"),
        ("next: back\n", "next: bcak\n", "E120"),
        ("exit: refused}", "exit: refusd}", "E122"),
        ("save_to: vars.name", "save_to: vars.title", "E312"),
        ("save_to: vars.name", "save_to: vars.who", "E301"),
        ("returns: [refused]", "returns: [refused, other]", "E123"),
        ("      back: {type: return}\n", "      back: {type: return}\n      lost: {type: return}\n", "E101"),
        (
            '      title: {type: string, default: ""}\n',
            '      title: {type: string, default: ""}\n      must: {type: int}\n',
            "E307",
        ),
    ],
)
def test_a_fault_of_a_call_is_found(old: str, new: str, code: str) -> None:
    text = document(CALLS, variables=NAMES, head=flows(ASK_NAME))
    assert old in text
    assert code in codes(text.replace(old, new, 1))


def test_a_return_outside_of_a_flow_is_no_way_out() -> None:
    assert codes(document("  first: {type: return}\n")) == ["E113"]


def test_a_circle_through_a_flow_that_waits_is_none() -> None:
    nodes = "  first: {type: call, flow: FLOW, next: first, exits: {EXITS}}\n"
    waiting = document(nodes.replace("FLOW", "naming").replace("EXITS", "refused: bye"), head=flows(ASK_NAME))
    assert "E140" not in codes(waiting)
    quiet = QUIET.replace(
        "    inputs:\n      item: {type: int}\n", "    variables:\n      item: {type: int, default: 1}\n"
    )
    assert "E140" in codes(
        document(nodes.replace("FLOW", "quiet").replace("EXITS", "error: bye"), head=flows(quiet))
    )


# Other scenarios

CALLEE = """\
omni: scenario/v1
id: naming
kind: subflow
name: {ru: Имя, en: Name}
major: 2
locale: {default: ru, supported: [ru]}
inputs:
  title: {type: string, default: ""}
outputs:
  name: {type: string}
returns: [refused]
start: ask
nodes:
  ask:
    type: ask
    text: "{{ vars.title }} Имя?"
    input: {kind: text}
    save_to: vars.name
    timeout: 1h
    next: sure
    exits: {timeout: no_name}
  sure: {type: call, flow: check, next: back}
  back: {type: return}
  no_name: {type: return, exit: refused}
flows:
  check:
    start: ok
    nodes:
      ok: {type: return}
"""


def loaded(text: str) -> Document:
    found = load_document(text)
    assert found.document is not None
    return found.document


def calling(name: str = "naming@2") -> Document:
    return loaded(document(CALLS.replace("flow: naming", f"scenario: {name}"), variables=NAMES))


def tenant_codes(caller: Document, **scenarios: Document) -> list[str]:
    resources = Resources(scenarios={name.replace("__", "@"): found for name, found in scenarios.items()})
    return [finding.code for finding in check_document(caller, resources=resources)]


def test_a_called_scenario_becomes_part_of_its_caller() -> None:
    ir = compile_document(calling(), scenarios={"naming@2": loaded(CALLEE)})
    assert sorted(ir["flows"]) == ["naming@2", "naming@2:check"]
    assert {"naming@2/ask", "naming@2:check/ok"} <= set(ir["nodes"])
    chat = Chat(ir).start()
    assert chat.said == ["Госпожа Имя?"]
    assert chat.say("Анна").said == ["Госпожа Анна"]


def test_what_is_called_decides_types_and_exits() -> None:
    assert tenant_codes(calling(), naming__2=loaded(CALLEE)) == []
    other = CALLEE.replace("name: {type: string}", "name: {type: int}").replace("kind: text", "kind: int")
    assert "E302" in tenant_codes(calling(), naming__2=loaded(other))
    assert "E123" in tenant_codes(
        calling(), naming__2=loaded(CALLEE.replace("returns: [refused]", "returns: [refused, more]"))
    )


def test_a_scenario_that_is_not_published_or_has_another_major_version() -> None:
    assert tenant_codes(calling()) == ["E703"]
    assert tenant_codes(calling(), naming__1=loaded(CALLEE)) == ["E704"]
    assert tenant_codes(calling(), nameing__2=loaded(CALLEE)) == ["E703"]


def test_scenarios_that_call_each_other_in_a_circle() -> None:
    back = CALLEE.replace(
        "{type: call, flow: check, next: back}", '{type: call, scenario: "under_test@1", next: back}'
    )
    assert tenant_codes(calling(), naming__2=loaded(back), under_test__1=calling()) == ["E705"]


def test_a_caller_of_what_has_errors_is_not_compiled() -> None:
    with pytest.raises(ScenarioInvalid):
        compile_document(
            calling(), scenarios={"naming@2": loaded(CALLEE.replace("next: sure", "next: srue"))}
        )


def test_the_hash_of_a_caller_depends_on_what_it_calls() -> None:
    def hash_with(text: str) -> Any:
        return compile_document(calling(), scenarios={"naming@2": loaded(text)})["hash"]

    assert hash_with(CALLEE) != hash_with(CALLEE.replace("Имя?", "Как вас зовут?"))
    assert hash_with(CALLEE) == hash_with(CALLEE + "# a comment\n")


def test_a_subflow_can_be_tried_by_itself() -> None:
    chat = Chat(compile_document(loaded(CALLEE)), inputs={"title": "Сэр"}).start()
    assert chat.said == ["Сэр Имя?"]
    assert chat.say("Анна").outcome == "returned"
