"""The words of the node `start_scenario`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Запуск сценария", "Start a scenario"),
    about=Both(
        "Передаёт разговор другому сценарию или запускает его рядом.",
        "Hands the conversation to another scenario, or runs it beside this one.",
    ),
    example="""\
nodes:
  hand_on:
    type: start_scenario
    scenario: csat
    mode: replace
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "scenario": Both("id сценария", "the scenario's id"),
        "mode": Both(
            "replace: вместо этого; child: рядом и ждать; detached: рядом",
            "replace: instead of this one; child: beside, waited for; detached: beside",
        ),
        "wait": Both("ждать ли конца", "whether to wait for its end"),
        "on_message": Both(
            "что делать с сообщением клиента во время ожидания",
            "what a message of the customer does during the wait",
        ),
        "timeout": Both("сколько ждать его конца", "how long to wait for its end"),
        "outputs": Both("что забрать, когда он закончится", "what is taken when it has ended"),
    },
    exits={
        "rejected": Both("сценарий не запустился", "the scenario did not start"),
    },
)
