"""The words of the node `http`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Запрос", "HTTP request"),
    about=Both(
        ("Обращается к вашей системе через подключение: адрес и пароли хранит оно, в сценарии только путь."),
        (
            "Calls your system by a connection, which holds address and secrets; the scenario has"
            " the path only."
        ),
    ),
    example="""\
variables:
  order_no: {type: string, default: A-1}
  status: {type: string, nullable: true}
nodes:
  lookup:
    type: http
    connection: shop
    request: {method: GET, path: "/orders/{{ vars.order_no }}"}
    timeout: 8s
    retry: {max_attempts: 3, initial: 1s, backoff: 2, retry_on: [timeout, 5xx]}
    response: {save_to: vars.status, pick: status}
    next: says
    exits: {"404": people, error: people}
  says:
    type: message
    text: {ru: "Статус: {{ vars.status }}", en: "Status: {{ vars.status }}"}
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "connection": Both("подключение", "the connection"),
        "request": Both("запрос", "the request"),
        "request.method": Both("метод", "the method"),
        "request.path": Both("путь от адреса подключения", "the path below the connection's address"),
        "request.query": Both("параметры адреса", "parameters of the address"),
        "request.headers": Both("заголовки", "headers"),
        "request.json": Both("тело JSON", "a body of JSON"),
        "request.form": Both("поля формы", "fields of a form"),
        "timeout": Both("сколько ждать ответа", "how long to wait for the answer"),
        "retry": Both("повторы", "attempts"),
        "retry.max_attempts": Both("сколько попыток", "how many attempts"),
        "retry.initial": Both("первая пауза", "the first pause"),
        "retry.backoff": Both("во сколько раз растёт пауза", "by how much the pause grows"),
        "retry.max_interval": Both("самая длинная пауза", "the longest pause"),
        "retry.jitter": Both("разброс пауз", "a spread of the pauses"),
        "retry.retry_on": Both("когда повторять", "when to try again"),
        "response": Both("что делать с ответом", "what becomes of the answer"),
        "response.save_to": Both("переменная для тела ответа", "the variable for the body"),
        "response.pick": Both("часть тела, например data.order", "a part of the body, data.order"),
        "response.schema": Both("форма ответа", "the shape of the answer"),
        "idempotency": Both(
            "ключ, с которым повтор не сделает дважды", "the key by which an attempt is not done twice"
        ),
        "callback_url_as": Both(
            "адрес, по которому система ответит событием", "an address to which the system reports an event"
        ),
        "callback_url_as.field": Both("поле тела с этим адресом", "the field of the body that holds it"),
        "callback_url_as.event": Both("имя события", "the name of the event"),
        "callback_url_as.expires": Both(
            "сколько адрес действует, без слова: сутки", "how long it is good, a day unless you say"
        ),
        "cache": Both("сколько помнить ответ", "how long the answer is kept"),
    },
    exits={
        "3xx": Both('ответ 3xx; можно и код, "301"', 'a 3xx answer; or one code, "301"'),
        "4xx": Both('ответ 4xx; можно и код, "404"', 'a 4xx answer; or one code, "404"'),
        "5xx": Both("ответ 5xx", "a 5xx answer"),
        "schema": Both("ответ не подходит переменной", "the answer does not fit the variable"),
        "timeout": Both("ответа нет вовремя", "no answer in time"),
    },
)
