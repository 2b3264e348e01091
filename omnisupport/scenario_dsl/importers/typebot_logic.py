"""Typebot's logic and integrations as nodes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.importers.draft import NUMERAL, QUEUE_TIMEOUT, Variable
from omnisupport.scenario_dsl.importers.phrase import lines
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.importers.web import Address, json_body, method
from omnisupport.scenario_dsl.importers.wording import (
    guarded,
    is_expression,
    is_sum,
    plain_text,
    seconds,
    slug,
)
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.importers.typebot import Block, Typebot

_NUMERAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_PICK = re.compile(r"data((?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]{1,4}\])*)")
_CODE_SHOWN = 400
_LONGEST_REQUEST_S = 120
# Values of "Set variable" that a text with holes gives, by the name of the value.
_MOMENTS = {
    "Now": "{{ now | datetime('yyyy-MM-dd HH:mm') }}",
    "Today": "{{ now | date('yyyy-MM-dd') }}",
    "Yesterday": "{{ now - duration('24h') | date('yyyy-MM-dd') }}",
    "Tomorrow": "{{ now + duration('24h') | date('yyyy-MM-dd') }}",
    "Contact name": "=customer.name",
    "Phone number": "=customer.phone",
    "User ID": "=customer.id",
    "Result ID": "=string(run.id)",
}


def types_of(block: Reader, note: Callable[[str, str], None]) -> None:
    """Tell which types a block writes into which variables, before anything is read."""
    options = block.get("options")
    if block.get("type").peek() == "Set variable":
        written, text = options.get("type").peek() or "Custom", options.get("expressionToEvaluate").peek()
        if written == "Append value(s)":
            note(options.get("variableId").peek(), "list")
        elif written == "Custom" and options.get("isCode").peek() != "true":
            numeral = _NUMERAL.fullmatch(text.strip())
            kind = NUMERAL if numeral else "number" if is_sum(text) else "string"
            note(options.get("variableId").peek(), kind)
        elif written != "Empty":
            note(options.get("variableId").peek(), "string")
    for mapping in options.get("responseVariableMapping").entries():
        note(mapping.get("variableId").peek(), "any")


def put_logic(bot: Typebot, block: Block) -> None:
    """One block that neither talks nor asks, or a placeholder for one that has no counterpart."""
    known: dict[str, Callable[[Typebot, Block], None]] = {
        "Set variable": _put_set,
        "Condition": _put_condition,
        "Redirect": _put_redirect,
        "Code": _put_code,
        "Typebot link": _put_link,
        "Wait": _put_wait,
        "AB test": _put_split,
        "webhook": _put_wait_event,
        "Return": _put_return,
        "Webhook": _put_http,
        "Zapier": _put_http,
        "Make.com": _put_http,
        "Pabbly": _put_http,
        "Chatwoot": _put_handoff,
        "Email": _put_email,
    }
    known.get(block.type, _put_unknown)(bot, block)


def _put_unknown(bot: Typebot, block: Block) -> None:
    block.reader.lost("L110", type=block.type or "?")
    _placeholder(bot, block, f"Typebot: {block.type or '?'}")


def _placeholder(bot: Typebot, block: Block, text: str) -> None:
    bot.draft.put(block.id, {"type": "note", "text": plain_text(text), "next": block.next})


def _put_set(bot: Typebot, block: Block) -> None:
    options = block.reader.get("options")
    options.looks("isExecutedOnClient")
    target = bot.values.target(options.get("variableId"))
    kind = options.get("type").text("Custom")
    node: dict[str, Any] = {"type": "set", "next": block.next}
    if target is None:
        block.reader.lost("L112", value=kind)
        _placeholder(bot, block, "Typebot: Set variable")
        return
    path = f"vars.{target.name}"
    if kind == "Empty":
        node["unset"] = [path]
    else:
        value = _assigned(bot, block, options, kind, target)
        if value is None:
            _placeholder(bot, block, f"Typebot: {path} = {_said(options, kind)}")
            return
        node["assign"] = {path: value}
    bot.draft.put(block.id, node)


def _said(options: Reader, kind: str) -> str:
    return options.get("expressionToEvaluate").peek()[:_CODE_SHOWN] if kind == "Custom" else kind


def _assigned(bot: Typebot, block: Block, options: Reader, kind: str, target: Variable) -> Any:
    """What is stored, or None after the loss was reported."""
    if kind in _MOMENTS:
        if options.get("timeZone"):
            options.get("timeZone").lost("L121", what=Both("пояс — сценария", "the zone is the scenario's"))
        return _MOMENTS[kind]
    if kind == "Append value(s)" and target.type == "list":
        item = options.get("item")
        added = bot.values.phrase(item.text(), item).expression()
        return f"=vars.{target.name}.orValue([]) + [{added}]"
    if kind != "Custom":
        block.reader.lost("L112", value=kind)
        return None
    at = options.get("expressionToEvaluate")
    if options.get("isCode").flag():
        at.lost("L111", code=at.peek())
        return None
    text = at.text()
    if target.type == "number":
        if _NUMERAL.fullmatch(text.strip()):
            return float(text) if "." in text else int(text)
        calculated = bot.values.sum(text, at)
        if calculated is not None:
            at.note("L121", what=Both("вычисляется как число", "it is computed as a number"))
            return f"={calculated}"
        if is_sum(text):
            at.lost("L112", value=text)
            return None
    return bot.values.phrase(text, at).value()


def _put_condition(bot: Typebot, block: Block) -> None:
    cases = []
    for item in block.reader.get("items").entries():
        item.get("id").text()
        when = bot.values.condition(item.get("content"))
        target = bot.follow(item.get("outgoingEdgeId"))
        if target is None and block.is_open:
            item.note("L130", exit="true")
        cases.append({"when": when, "next": target or block.next})
    if not cases:
        block.reader.note("L120", reason=Both("в нём нет сравнений", "it has no comparisons"))
        cases.append({"when": "false", "next": block.next})
    if block.is_open:
        block.reader.note("L130", exit="else")
    bot.draft.put(block.id, {"type": "condition", "cases": cases, "else": block.next})


def _put_redirect(bot: Typebot, block: Block) -> None:
    options = block.reader.get("options")
    options.looks("isNewTab")
    url = bot.values.phrase(options.get("url").text(), options.get("url"))
    if url.is_blank:
        _put_unknown(bot, block)
        return
    what = Both("клиент сам открывает ссылку", "the customer opens the link himself")
    block.reader.note("L121", what=what)
    link = {"id": "open", "label": bot.draft.say("open"), "url": url.text()}
    content = [{"text": bot.draft.say("link"), "buttons": [link]}]
    bot.draft.put(block.id, {"type": "message", "content": content, "next": block.next})


def _put_code(bot: Typebot, block: Block) -> None:
    options = block.reader.get("options")
    code, name = options.get("content"), options.get("name")
    said = code.peek()
    block.reader.lost("L111", code=said)
    _placeholder(bot, block, f"Typebot: {name.peek() or 'Code'}\n{said[:_CODE_SHOWN]}".strip())


def _put_link(bot: Typebot, block: Block) -> None:
    options = block.reader.get("options")
    target, group = options.get("typebotId"), options.get("groupId")
    options.looks("mergeResults")
    name = target.text("current")
    if name == "current":
        # The group itself follows; block.next was made from it.
        what = Both(
            "после группы разговор не возвращается сюда", "after the group the talk does not come back here"
        )
        block.reader.note("L121", what=what)
        group.text()
        return
    if group:
        group.lost("L121", what=Both("сценарий начинается с начала", "the scenario begins at its beginning"))
    called = slug(name, "scenario")
    target.note("L161", name=name, new=f"{called}@1")
    bot.draft.put(block.id, {"type": "call", "scenario": f"{called}@1", "next": block.next})


def _put_wait(bot: Typebot, block: Block) -> None:
    options = block.reader.get("options")
    options.looks("shouldPause")
    at = options.get("secondsToWaitFor")
    wanted = at.number()
    if wanted is None:
        at.lost("L121", what=Both("ждёт 1 секунду", "it waits for 1 second"))
    node = {"type": "wait", "for": seconds(wanted or 1), "on_message": "queue", "next": block.next}
    bot.draft.put(block.id, node)


def _put_split(bot: Typebot, block: Block) -> None:
    percent = block.reader.get("options").get("aPercent").number()
    first = 50 if percent is None else max(0, min(round(percent), 100))
    branches = []
    for number, item in enumerate(block.reader.get("items").entries()[:2]):
        item.get("id").text()
        name = item.get("path").text("ab"[number])
        target = bot.follow(item.get("outgoingEdgeId"))
        if target is None and block.is_open:
            item.note("L130", exit=name)
        weight = first if number == 0 else 100 - first
        branches.append({"id": slug(name, "b"), "weight": weight, "next": target or block.next})
    if not branches:
        _put_unknown(bot, block)
        return
    bot.draft.put(block.id, {"type": "split", "sticky": "run", "branches": branches})


def _put_wait_event(bot: Typebot, block: Block) -> None:
    options = block.reader.get("options")
    event = f"custom.typebot_{block.id}"
    what = Both(f"ждёт события {event}, а не вызова адреса", f"it waits for event {event}, not for a call")
    block.reader.note("L121", what=what)
    node: dict[str, Any] = {"type": "wait_event", "event": event, "next": block.next}
    _save_response(bot, block, options, node, "save_to")
    node |= {"timeout": "24h", "exits": {"timeout": bot.draft.no_answer()}}
    block.reader.note("L141", what=Both("ожидание не дольше 24h", "a wait of at most 24h"))
    bot.draft.put(block.id, node)


def _put_return(bot: Typebot, block: Block) -> None:
    bot.draft.put(block.id, {"type": "end", "outcome": "completed"})


def _put_handoff(bot: Typebot, block: Block) -> None:
    people = bot.draft.to_people("no_operators")
    exits = {"closed": block.next, "queue_timeout": people, "no_operators": people}
    node = {
        "type": "handoff",
        "summary": "auto",
        "wait_for": "closed",
        "queue_timeout": QUEUE_TIMEOUT,
        "exits": exits,
    }
    block.reader.note(
        "L141", what=Both(f"ожидание оператора {QUEUE_TIMEOUT}", f"a wait for an operator of {QUEUE_TIMEOUT}")
    )
    bot.draft.put(block.id, node)


def _put_email(bot: Typebot, block: Block) -> None:
    options = block.reader.get("options")
    recipients = options.get("recipients").entries()
    if not recipients or not recipients[0].peek().strip():
        _put_unknown(bot, block)
        return
    fields = [bot.values.phrase(options.get(name).text(), options.get(name)) for name in ("subject", "body")]
    said = lines([phrase for phrase in fields if not phrase.is_blank])
    address = bot.values.phrase(recipients[0].text(), recipients[0]).value()
    what = Both(
        "письмо уходит как сообщение: тема и текст подряд",
        "the letter is a message: subject and text in a row",
    )
    block.reader.note("L121", what=what)
    node: dict[str, Any] = {
        "type": "message",
        "to": {"channel": "email", "address": address},
        "text": said.text() if not said.is_blank else "…",
        "next": block.next,
        "exits": {"undeliverable": block.next},
    }
    bot.draft.put(block.id, node)


def _put_http(bot: Typebot, block: Block) -> None:
    options = block.reader.get("options")
    sent = options.get("webhook")
    options.looks("variablesForTest", "isAdvancedConfig", "isExecutedOnClient", "withCredentials")
    url = sent.get("url")
    address = Address(bot.values.phrase(url.text(), url))
    connection = bot.draft.connection(address.base, address.name)
    (url if url else block.reader).note("L160", connection=connection, url=address.base or "?")
    request: dict[str, Any] = {"method": method(sent.get("method"), "POST"), "path": address.path.text()}
    query = [(key.text(), value.value()) for key, value in address.query]
    query += _pairs(bot, sent.get("queryParams"))
    headers = _pairs(bot, sent.get("headers"))
    for name, pairs in (("query", query), ("headers", headers)):
        if pairs:
            request[name] = dict(pairs)
    _body(bot, sent.get("body"), options.get("isCustomBody"), request)
    node: dict[str, Any] = {"type": "http", "connection": connection, "request": request, "next": block.next}
    timeout = options.get("timeout").number()
    if timeout is not None:
        node["timeout"] = seconds(min(timeout, _LONGEST_REQUEST_S))
    after = block.next
    _save_response(bot, block, options, node, "response")
    # Typebot goes on after a request that failed.
    node["exits"] = {"error": after}
    bot.draft.put(block.id, node)


def _pairs(bot: Typebot, at: Reader) -> list[tuple[str, Any]]:
    found = []
    for item in at.entries():
        item.get("id").text()
        key, value = item.get("key"), item.get("value")
        if key.peek():
            found.append((key.text()[:200], bot.values.phrase(value.text(), value).value()))
    return found


def _body(bot: Typebot, body: Reader, is_custom: Reader, request: dict[str, Any]) -> None:
    if is_custom.peek() == "false":
        is_custom.flag()
        if body:
            body.lost(
                "L121", what=Both("тело — ответы по умолчанию", "the body is the default one, the answers")
            )
        return
    is_custom.flag()
    if not body.peek().strip():
        return
    found = json_body(bot.values.phrase(body.text(), body))
    if found is None:
        body.note("L123")
    else:
        request["json"] = found


def _save_response(bot: Typebot, block: Block, options: Reader, node: dict[str, Any], field: str) -> None:
    """Store the answer whole, then its parts in their variables."""
    assign: dict[str, str] = {}
    answer = (
        bot.draft.variable(f"answer:{block.id}", f"{block.id}_answer")
        if options.get("responseVariableMapping").entries()
        else None
    )
    for mapping in options.get("responseVariableMapping").entries():
        mapping.get("id").text()
        target, at = bot.values.target(mapping.get("variableId")), mapping.get("bodyPath")
        found = _PICK.fullmatch(at.peek())
        if target is None or answer is None:
            continue
        path = guarded(f"vars.{answer.name}", found[1]) if found else ""
        if not found or not is_expression(path):
            at.lost("L112", value=at.peek() or "?")
            continue
        at.text()
        assign[f"vars.{target.name}"] = f"={path}"
    if answer is None:
        return
    answer.types.append("any")
    if assign:
        node[field] = {"save_to": f"vars.{answer.name}"} if field == "response" else f"vars.{answer.name}"
        node["next"] = bot.draft.add(
            f"{block.id}_read", {"type": "set", "assign": assign, "next": block.next}
        )
