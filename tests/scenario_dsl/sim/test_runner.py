"""Cases run as the host would run them, without a host; what is not as expected is said with its line."""

from __future__ import annotations

import pytest

from omnisupport.scenario_dsl.sim import run_tests
from omnisupport.scenario_dsl.sim.runner import Setting
from omnisupport.scenario_dsl.sim.standins import parse_by_rule
from tests.scenario_dsl.sim.support import document_of, ir_of, read, read_tests, run, said
from tests.scenario_dsl.support import EXAMPLES, example, scenario

ASK = """\
  first:
    type: ask
    text: {ru: Сколько?}
    input: {kind: int, min: 1, max: 10}
    save_to: vars.count
    reminders: [{after: 10m, text: {ru: Вы здесь?}}]
    timeout: 1h
    next: look
    exits: {invalid: wrong, timeout: gone}
  look:
    type: http
    connection: shop
    request: {method: GET, path: "/x/{{ vars.count }}"}
    timeout: 5s
    retry: {max_attempts: 3, initial: 1s, backoff: 2, retry_on: [timeout, "5xx"]}
    response: {save_to: vars.price}
    next: tell
    exits: {"404": none, error: failed}
  tell: {type: message, text: {ru: "Цена {{ vars.price }}."}, next: bye}
  none: {type: message, text: {ru: Такого нет.}, next: bye}
"""
VARIABLES = "  count: {type: int, default: 0}\n  price: {type: int, default: 0}\n"


def test_the_cases_of_the_design_page_pass_as_written() -> None:
    document = document_of(read("order_status.yaml"))
    report = run_tests(document, read_tests(read("order_status.tests.yaml")))
    assert said(report) == []
    assert [case.outcome for case in report.cases] == ["resolved"] * 3
    assert report.short[0][0] == "nodes"
    assert not report.passed  # three cases do not cover nine tenths


def test_the_demo_has_tests_that_pass() -> None:
    document = document_of((EXAMPLES / "order_status.yaml").read_text("utf-8"))
    report = run_tests(document, read_tests(read("demo_order_status.tests.yaml"), example("order_status")))
    assert said(report) == []
    assert report.passed
    values = report.to_dict()
    assert values["passed"] and values["cases"][0]["transcript"][0]["who"] == "customer"
    assert "Прошло 4 из 4." in report.text("ru")
    assert "4 of 4 passed." in report.text("en")


@pytest.mark.parametrize(
    ("expected", "failure"),
    [
        ("{sent: [{contains: Сколько}]}", None),
        ("{sent: [Сколько?]}", None),
        ("{sent: [{matches: '^Ск.*$'}]}", None),
        ("{sent: [{text: Сколько}]}", "sent: message 1: expected 'Сколько', got 'Сколько?'"),
        ("{sent: []}", "sent: expected 0 messages, sent were 1: [Сколько?]"),
        ("{sent: [{any: true}, {any: true}]}", "sent: expected 2 messages, sent were 1: [Сколько?]"),
        ("{sent: [{channel: sms}]}", "sent: message 1: expected 'sms', got 'widget'"),
        ("{sent: [{buttons: [a]}]}", "sent: message 1: expected [a], got []"),
        ("{nodes: [first], path: [first], waits: first, ended: false, failed: false}", None),
        ("{nodes: [look]}", "nodes: node 'look' was not passed; the path: [first]"),
        ("{path: [first, look]}", "path: expected [first, look], got [first]"),
        ("{vars: {count: 1}}", "vars: vars.count: expected 1, got 0"),
        ("{timers: [10m, 1h]}", None),
        ("{timers: 1}", "timers: expected 1, got 2"),
        ("{ended: done}", "ended: expected 'done', got false"),
        ("{tags: [vip]}", "tags: expected [vip], got []"),
        ("{conversation: {status: pending}}", "conversation: conversation.status: expected 'pending', got 'open'"),
        ("{customer: {name: Анна}}", "customer: customer.name: expected 'Анна', got null"),
        ("{commands: [{type: handoff}]}", "commands: no command {type: handoff}; there were: [send]"),
        ("{commands: [send]}", None),
        ("{never: [{http: any}, {node: look}, {contains: Цена}, note]}", None),
        ("{never: [send]}", "never: must never happen: 'send'"),
        ("{attempts: {look: 1}}", "attempts: look: expected 1, got 0"),
        ("{latency: 1s}", None),
        ("{waits: look}", "waits: expected 'look', got 'first'"),
    ],
)  # fmt: skip
def test_an_expectation_that_is_not_met_says_what_was_there_instead(
    expected: str, failure: str | None
) -> None:
    ir = scenario(ASK, variables=VARIABLES)
    report = run(ir, f"cases:\n- name: a\n  steps:\n  - user: привет\n  - expect: {expected}\n")
    assert said(report) == ([] if failure is None else [f"7: {failure}"])


def answered(stub: str, expected: str) -> list[str]:
    ir = scenario(ASK, variables=VARIABLES)
    return said(
        run(
            ir,
            f"cases:\n- name: a\n  stubs: {{look: {stub}}}\n  steps:\n  - user: привет\n  - user: '3'\n"
            f"  - expect: {expected}\n",
        )
    )


@pytest.mark.parametrize(
    ("stub", "expected"),
    [
        ("{reply: {status: 200, json: 7}}", "{sent: [{any: true}, Цена 7.], attempts: {look: 1}, ended: done}"),
        ("{reply: {status: 404}}", "{nodes: [none], attempts: {look: 1}}"),
        ("[{reply: {status: 503}}, {reply: {status: 200, json: 7}}]", "{nodes: [tell], attempts: {look: 2}}"),
        ("{reply: {status: 503}}", "{nodes: [failed], attempts: {look: 3}, latency: 3s}"),
        ("{error: timeout}", "{nodes: [failed], attempts: {look: 3}, latency: 18s}"),
        ("{error: connection}", "{nodes: [failed], attempts: {look: 1}}"),
        ("{error: blocked}", "{nodes: [failed], attempts: {look: 1}}"),
        ("[{error: timeout, times: 2}, {reply: {status: 200, json: 7}}]", "{nodes: [tell], attempts: {look: 3}}"),
        ("{outcome: ok, value: {status: 200, json: 7}}", "{nodes: [tell]}"),
        ("[{when: {path: /x/4}, reply: {status: 404}}, {reply: {status: 200, json: 9}}]", "{vars: {price: 9}}"),
        ("[{when: {path: {contains: /x}}, reply: {status: 404}}, {reply: {status: 200}}]", "{nodes: [none]}"),
        ("{reply: {status: 200, json: семь}}", "{nodes: [failed]}"),
    ],
)  # fmt: skip
def test_a_stub_answers_as_the_host_would(stub: str, expected: str) -> None:
    assert answered(stub, expected) == []


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("8 916 123-45-67", "RU", "+79161234567"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 20 7946 0958", "GB", "+442079460958"),
        ("030 901820", "DE", "+4930901820"),
        ("(212) 555-0100", "US", "+12125550100"),
    ],
)
def test_a_number_is_read_as_it_is_dialled_at_home(text: str, region: str, number: str) -> None:
    assert parse_by_rule({"kind": "phone", "text": text, "region": region}) == ("ok", number)


def test_a_call_without_an_answer_fails_the_case_and_names_the_node() -> None:
    ir = scenario(ASK, variables=VARIABLES)
    report = run(ir, "cases:\n- name: a\n  steps:\n  - user: привет\n  - user: '3'\n")
    assert said(report) == ["7: node 'look' asks for http, and stubs has no answer"]


def test_while_a_delayed_answer_is_out_the_customer_may_write() -> None:
    ir = scenario(ASK, variables=VARIABLES)
    report = run(
        ir,
        """\
stubs: {look: {reply: {status: 200, json: 5}, delay: 30s}}
cases:
- name: a
  steps:
  - user: привет
  - user: '3'
  - expect: {waits: look, sent: [{any: true}]}
  - advance: 29s
  - expect: {sent: []}
  - user: отмена
  - expect: {ended: cancelled}
  - advance: 1m
  - expect: {sent: []}
- name: b
  steps:
  - user: привет
  - user: '3'
  - advance: 30s
  - expect: {ended: done}
""",
    )
    assert said(report) == []


def test_time_passes_at_once_and_timers_fire_in_their_order() -> None:
    ir = scenario(ASK, variables=VARIABLES)
    report = run(
        ir,
        """\
cases:
- name: a
  given: {now: 2026-03-28T23:30:00+01:00}
  steps:
  - user: привет
  - advance: 30d
  - expect: {sent: [{any: true}, Вы здесь?], ended: timeout, timers: 0}
- name: b
  given: {now: 2026-03-28T23:30:00+01:00}
  steps:
  - user: привет
  - at_time: 2026-03-29T00:29:59+01:00
  - expect: {waits: first}
  - advance: 1s
  - expect: {ended: timeout}
  - at_time: 2026-03-29T00:00:00+01:00
""",
    )
    assert said(report) == ["18: this moment has passed already"]


def test_a_calendar_of_the_test_answers_over_a_change_of_the_clocks() -> None:
    ir = scenario(
        """\
  first:
    type: business_hours
    calendar: support
    exits: {open: inside, closed: outside, error: failed}
  inside: {type: message, text: {ru: Открыто.}, next: bye}
  outside:
    type: message
    text: {ru: "До {{ calendar.support.next_open | datetime('d MMMM HH:mm') | default('?') }}."}
    next: bye
""",
        head="timezone: Europe/Berlin\n",
    )
    report = run(
        ir,
        """\
calendars: {support: {open: "Mo-Fr 09:00-18:00", timezone: Europe/Berlin, holidays: ["2026-03-30"]}}
cases:
- name: a
  given: {now: 2026-03-28T12:00:00+01:00}
  steps:
  - user: привет
  - expect: {sent: ["До 31 марта 09:00."]}
- name: b
  given: {now: 2026-03-31T09:00:00+02:00}
  steps:
  - user: привет
  - expect: {sent: [Открыто.]}
- name: c
  given: {now: 2026-03-31T08:59:59+02:00}
  steps:
  - user: привет
  - expect: {sent: ["До 31 марта 09:00."]}
""",
    )
    assert said(report) == []


def test_the_worker_may_die_and_a_message_may_come_twice() -> None:
    ir = scenario(ASK, variables=VARIABLES)
    report = run(
        ir,
        """\
stubs: {look: {reply: {status: 200, json: 5}}}
cases:
- name: a
  steps:
  - user: привет
  - restart_worker
  - user: нет
  - restart_worker: true
  - deliver_twice
  - expect: {sent: [{any: true}, {any: true}]}
  - user: '3'
  - restart_worker
  - deliver_twice
  - expect: {ended: done, sent: [{contains: Цена}]}
- name: b
  steps:
  - deliver_twice
- name: c
  steps:
  - user: привет
  - out_of_order: [{user: '4'}, {user: нет}]
  - expect: {vars: {count: 4}}
""",
    )
    assert said(report) == ["19: there is nothing to deliver again"]


HANDOFF = """\
  first:
    type: handoff
    target: {department: support}
    priority: high
    queue_timeout: 10m
    wait_for: closed
    exits: {closed: bye, queue_timeout: gone, error: failed}
"""


def test_operators_act_and_the_conversation_remembers() -> None:
    report = run(
        scenario(HANDOFF),
        """\
cases:
- name: a
  steps:
  - user: привет
  - expect: {commands: [{type: handoff, priority: high}], conversation: {department.name: support, priority: high}}
  - user: ау
  - expect: {sent: []}
  - operator: {action: accepted, name: Анна}
  - expect: {conversation: {assignee: {name: Анна}}, ended: false}
  - operator: {action: closed, summary: Всё}
  - expect: {ended: done, conversation: {status: resolved}}
- name: b
  steps:
  - user: привет
  - advance: 10m
  - expect: {ended: timeout}
""",
    )
    assert said(report) == []


KEYWORD = """\
triggers: [{id: word, type: keyword, match: word, any: [заказ]}, {id: came, type: event, event: widget.opened}]
"""


def test_triggers_decide_whether_a_run_begins() -> None:
    report = run(
        scenario("  first: {type: message, text: {ru: Да}, next: bye}\n", head=KEYWORD),
        """\
cases:
- name: a
  steps:
  - user: мой заказ
  - expect: {sent: [Да]}
- name: b
  steps:
  - user: погода
  - expect: {sent: []}
- name: c
  steps:
  - user: погода
- name: d
  steps:
  - event: widget.opened
  - expect: {ended: done}
- name: e
  given: {trigger: word}
  steps:
  - user: погода
  - expect: {sent: [Да]}
""",
    )
    assert said(report) == ["14: no trigger takes 'погода'"]


def test_an_invariant_is_looked_at_after_every_event() -> None:
    ir = scenario(ASK, variables=VARIABLES)
    report = run(
        ir,
        """\
stubs: {look: {reply: {status: 200, json: 5}}}
cases:
- name: a
  steps:
  - user: привет
  - user: '3'
invariants:
- vars.count < 3
- size(sent) < 5 && !run.ended || vars.price == 5
""",
    )
    assert said(report) == ["8: an invariant does not hold: vars.count < 3 → false"]


def test_a_failure_of_the_scenario_fails_the_case_unless_it_is_expected() -> None:
    ir = scenario(
        '  first: {type: message, text: {ru: "{{ 1 / vars.count }}"}, next: bye}\n', variables=VARIABLES
    )
    report = run(
        ir,
        """\
cases:
- name: a
  steps:
  - user: привет
- name: b
  steps:
  - user: привет
  - expect: {failed: expr.value, ended: failed}
""",
    )
    assert said(report, "ru") == ["6: сценарий упал: expr.value: division by zero"]


def test_a_case_may_name_the_version_that_it_is_about() -> None:
    ir = scenario("  first: {type: message, text: {ru: Новое}, next: bye}\n")
    old = scenario("  first: {type: message, text: {ru: Старое}, next: bye}\n")
    text = """\
cases:
- name: a
  given: {version: 3}
  steps:
  - user: привет
  - expect: {sent: [Старое]}
- name: b
  given: {version: 4}
  steps: [{user: привет}]
"""
    report = run(ir, text, setting=Setting(versions={3: old}))
    assert said(report) == ["9: there is no version 4"]


def test_the_same_file_gives_the_same_report() -> None:
    ir, testfile = ir_of("order_status"), read_tests(read("order_status.tests.yaml"))
    assert run_tests(ir, testfile).to_dict() == run_tests(ir, testfile).to_dict()


def test_a_rating_a_day_and_a_return_are_played_in_no_time() -> None:
    """The third scenario of the design page: an event begins it, timers carry it, a message ends it."""
    document = document_of(read("csat_reengage.yaml"))
    report = run_tests(document, read_tests(read("csat_reengage.tests.yaml")))
    assert said(report) == []
    assert report.coverage.percent("timeouts") == 100


INTENTS = """\
resources:
  intents:
    pay: {description: оплата, examples: {ru: [как оплатить заказ, где внести оплату]}}
triggers:
- {id: pay, type: intent, intent: pay, min_confidence: 0.6}
- {id: ad, type: referral, ref: "lead-*"}
"""


def test_an_intent_is_what_the_test_says_or_what_the_examples_resemble() -> None:
    report = run(
        scenario("  first: {type: message, text: {ru: Да}, next: bye}\n", head=INTENTS),
        """\
cases:
- name: by its examples
  steps:
  - user: как мне оплатить заказ
  - expect: {sent: [Да]}
- name: by the word of the test
  steps:
  - user: {text: хочу рассчитаться, intent: pay}
  - expect: {sent: [Да]}
- name: another matter
  steps:
  - user: какая погода
  - expect: {sent: []}
- name: by a link
  steps:
  - user: {text: /start, referral: lead-spring}
  - expect: {sent: [Да]}
""",
    )
    assert said(report) == []


PAYMENT = """\
  first:
    type: wait_event
    event: custom.payment
    match: "event.order == vars.order"
    timeout: 30m
    next: bye
    exits: {timeout: gone, message: special}
"""


def test_an_event_wakes_the_run_that_waits_for_it_and_for_no_other() -> None:
    report = run(
        scenario(PAYMENT, variables='  order: {type: string, default: "A-1"}\n'),
        """\
cases:
- name: a
  steps:
  - user: привет
  - event: {name: custom.payment, data: {order: B-2}}
  - event: custom.other
  - expect: {ended: false, timers: [30m]}
  - event: {name: custom.payment, data: {order: A-1}}
  - expect: {ended: done}
- name: b
  steps:
  - user: привет
  - advance: 30m
  - expect: {ended: timeout}
""",
    )
    assert said(report) == []


def test_what_an_event_brought_is_read_by_the_run_that_it_begins() -> None:
    nodes = """\
  first:
    type: condition
    cases:
      - {when: "has(event.data) && has(event.data.count)", next: keep}
    else: bye
  keep: {type: set, assign: {vars.count: =event.data.count}, next: tell}
  tell: {type: message, text: "Оплачено: {{ vars.count }}", next: saved}
"""
    head = "triggers: [{id: paid, type: event, event: custom.order.paid}]\n"
    report = run(
        scenario(nodes, variables=VARIABLES, head=head),
        """\
cases:
  - name: with data
    steps:
      - event: {name: custom.order.paid, data: {count: 3}}
      - expect: {ended: saved, sent: ["Оплачено: 3"]}
  - name: without
    steps:
      - event: custom.order.paid
      - expect: {ended: done, sent: []}
""",
    )
    assert said(report) == []


def test_a_consent_that_was_given_is_read_as_the_host_keeps_it() -> None:
    nodes = """\
  first: {type: update_customer, consent: {grant: [news], revoke: [calls]}, next: pause}
  pause: {type: wait, for: 1h, next: look, exits: {message: other}}
  look:
    type: condition
    cases:
      - when: "has(customer.consents) && customer.consents.news == 'granted' && customer.consents.calls == 'denied'"
        next: tell
    else: other
  tell: {type: message, text: Так и есть., next: saved}
  other: {type: message, text: Не так., next: bye}
"""
    head = "triggers: [{id: any, type: message, match: any}]\n"
    report = run(
        scenario(nodes, head=head),
        """\
cases:
  - name: later
    steps:
      - user: привет
      - advance: 1h
      - expect: {ended: saved, customer: {consents: {news: granted, calls: denied}}}
""",
    )
    assert said(report) == []


def test_a_space_of_a_test_is_any_space_of_a_text() -> None:
    nodes = """\
  first:
    type: message
    text: "{{ vars.sum | number }} руб. всего"
    next: saved
"""
    report = run(
        scenario(nodes, variables="  sum: {type: int, default: 129900}\n"),
        """\
cases:
  - name: by its text
    steps: [{user: да}, {expect: {sent: [129 900 руб. всего]}}]
  - name: by a part
    steps: [{user: да}, {expect: {sent: [{contains: 129 900 руб}]}}]
  - name: by a pattern
    steps: [{user: да}, {expect: {sent: [{matches: "^129 900 руб. всего$"}], never: [{text: 129 900 руб}]}}]
""",
    )
    assert said(report) == []


LATE = """\
  first: {type: message, text: Сейчас посмотрю., next: look}
  look: {type: message, text: Нашёл., typing: true, next: more}
  more: {type: message, text: Готово., delay: 20s, next: ask}
  ask: {type: ask, text: Помогло?, input: {kind: text}, save_to: vars.name, timeout: 1h, next: bye,
        exits: {timeout: gone, invalid: failed}}
"""
NAME = "  name: {type: string, nullable: true}\n"


def test_pauses_of_messages_pass_by_themselves_and_the_transcript_shows_them() -> None:
    ir = scenario(LATE, variables=NAME)
    report = run(
        ir,
        """\
cases:
- name: a
  steps:
  - user: привет
  - expect: {sent: [Сейчас посмотрю., Нашёл., Готово., Помогло?], waits: ask, timers: [1h], latency: 0s}
  - user: да
  - expect: {ended: done, vars: {name: да}}
""",
    )
    assert said(report) == []
    passed = [(line["node"], line["passed"]) for line in report.cases[0].transcript if line["who"] == "time"]
    assert passed == [("look", 2_000), ("more", 20_000)]


def test_who_moves_the_clock_by_hand_is_between_the_messages() -> None:
    ir = scenario(LATE, variables=NAME)
    report = run(
        ir,
        """\
cases:
- name: a
  steps:
  - user: привет
  - advance: 1s
  - expect: {sent: [Сейчас посмотрю.], waits: look, timers: [1s]}
  - advance: 1s
  - expect: {sent: [Нашёл.], waits: more}
  - restart_worker
  - expect: {sent: [Готово., Помогло?], waits: ask}
- name: b
  steps:
  - user: привет
  - advance: 0s
  - user: не помогло
  - expect: {ended: done, vars: {name: не помогло}}
- name: c
  steps:
  - user: привет
  - advance: 1h10s
  - expect: {waits: ask}
  - advance: 1m
  - expect: {ended: timeout}
""",
    )
    assert said(report) == []


def test_a_wait_still_takes_the_time_that_the_test_lets_pass() -> None:
    nodes = "  first: {type: wait, for: 2s, on_message: queue, next: bye}\n"
    report = run(
        scenario(nodes), "cases:\n- name: a\n  steps:\n  - user: привет\n  - expect: {waits: first}\n"
    )
    assert said(report) == []


QUEUE = """\
  first:
    type: handoff
    queue_timeout: 1h
    position_messages: true
    exits: {closed: bye, queue_timeout: gone, no_operators: special}
"""


def test_a_place_in_the_queue_is_the_first_unless_the_test_says_another() -> None:
    report = run(
        scenario(QUEUE),
        """\
stubs: {first: [{outcome: available}]}
cases:
- name: next
  steps:
  - user: люди
  - expect: {sent: [{contains: следующий в очереди}], waits: first}
  - advance: 5m
  - expect: {sent: []}
  - operator: closed
  - expect: {ended: done}
- name: ever nearer
  stubs: {first: [{outcome: available}, {position: 3}, {outcome: error, position: 1}, {position: 2}]}
  steps:
  - user: люди
  - expect: {sent: [{contains: Вы 3-й в очереди}]}
  - advance: 1m
  - expect: {sent: []}
  - advance: 2m
  - expect: {sent: [{contains: Вы 2-й в очереди}]}
  - operator: accepted
  - advance: 1h
  - expect: {sent: [], waits: first}
- name: nobody
  stubs: {first: {outcome: unavailable}}
  steps:
  - user: люди
  - expect: {ended: special, sent: []}
""",
    )
    assert said(report) == []


def test_a_place_answers_nothing_else() -> None:
    report = run(
        scenario(QUEUE), "stubs: {first: {position: 2}}\ncases:\n- name: a\n  steps:\n  - user: люди\n"
    )
    assert said(report) == ["7: node 'first' asks for operators_available, and stubs has no answer"]
