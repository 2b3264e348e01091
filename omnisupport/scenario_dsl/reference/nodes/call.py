"""The words of the node `call`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Вызов потока", "Call"),
    about=Both(
        (
            "Запускает поток этого документа или опубликованный сценарий и возвращается с "
            "результатом. У потока свои переменные."
        ),
        (
            "Runs a flow of this document or a published scenario and comes back with its "
            "outputs. A flow has variables of its own."
        ),
    ),
    example="""\
variables:
  phone: {type: phone, region: RU, default: "+79161234567"}
  sure: {type: bool, default: false}
flows:
  confirm:
    inputs: {phone: {type: phone}}
    outputs: {ok: {type: bool, default: false}}
    returns: [refused]
    start: asks
    nodes:
      asks:
        type: menu
        text: {ru: "{{ vars.phone }}, верно?", en: "{{ vars.phone }}, right?"}
        options:
          - {id: yes_, label: {ru: Да, en: "Yes"}, next: right}
          - {id: no_, label: {ru: Нет, en: "No"}, next: wrong}
        timeout: 1h
        exits: {invalid: wrong, timeout: wrong}
      right: {type: return, outputs: {ok: true}}
      wrong: {type: return, exit: refused}
nodes:
  check:
    type: call
    flow: confirm
    inputs: {phone: =vars.phone}
    outputs: {vars.sure: ok}
    next: done
    exits: {refused: people}
  done:
    type: message
    text: {ru: "Подтверждено: {{ vars.sure }}.", en: "Confirmed: {{ vars.sure }}."}
    next: finish
  finish: {type: end, outcome: done}
""",
    fields={
        "scenario": Both("опубликованный сценарий, id@версия", "a published scenario, id@major"),
        "flow": Both("поток этого документа", "a flow of this document"),
    },
    exits={
        "next": Both(
            "поток вернулся без особого выхода; ещё есть выходы, которые он объявил",
            ("the flow came back without an exit of its own; besides there are those that it declares"),
        ),
    },
)
