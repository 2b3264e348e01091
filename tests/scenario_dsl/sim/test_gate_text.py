"""The gate's report in words, in both languages."""

from __future__ import annotations

from omnisupport.scenario_dsl.gate_text import MOST_LINES, describe_gate
from tests.scenario_dsl.sim.test_logs import kept
from tests.scenario_dsl.sim.test_replay import TEXT, logs
from tests.scenario_dsl.sim.test_trial import CASE, test_file, trial
from tests.scenario_dsl.support import example


def test_tests_walks_and_conversations_are_told_with_their_places() -> None:
    ir = example("order_status")
    request = {"logs": [kept(ir, log, 1) for log in logs(ir, 30)], "versions": {ir["hash"]: ir}}
    changed = TEXT.replace("Хорошего дня!", "Всего доброго!")
    report = trial(document=changed, tests=test_file("нет такого текста", 99), **request)
    said = describe_gate(report, "ru")
    assert said[0].startswith("a.yaml: прошло 0 из 1; покрытие: узлы ")
    assert said[1].startswith("  a.yaml:10: an unknown number: ")
    assert sum("не покрыто" in line for line in said) == MOST_LINES and any("и ещё" in line for line in said)
    assert "Прогулок: 200, ошибок: 0" in said
    assert any(line.startswith("Последних разговоров: 30: так же ") for line in said)
    assert any(line.endswith("«Хорошего дня!» → «Всего доброго!»") for line in said)
    assert said[-3:-1] == [
        "G102 мешает: непрошедших тестов: 1",
        "G103 мешает: покрытие меньше, чем требует тестовый файл: 1",
    ]
    assert said[-1].startswith("G204 подтвердить: ")


def test_faults_of_walks_come_with_the_case_that_shows_them_and_bad_files_by_their_name() -> None:
    tests = [
        {"name": "a.yaml", "document": CASE % ("", 0) + 'invariants: ["run.ended == false"]\n'},
        {"name": "b.yaml", "document": "omni: scenario-test/v1\n"},
    ]
    said = describe_gate(trial(tests=tests), "en")
    assert said[said.index("b.yaml: cannot be read") + 1].startswith("  b.yaml:1:1: error T0")
    assert "    omni: scenario-test/v1" in said
    assert any(line.startswith("G104 blocks: ") for line in said)


def test_what_is_not_proved_shows_its_way() -> None:
    text = {"ru": "…", "en": "every wait ends"}
    failed = {"name": "ends", "holds": False, "text": text, "states": 2, "bound": None, "path": ["a", "b"]}
    report = {"checks": {"guarantees": [failed, {**failed, "holds": True, "path": []}]}}
    assert describe_gate(report) == ["not proved: every wait ends (a -> b)", "proved: every wait ends"]
