"""Twilio Studio's widgets as nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.importers.draft import QUEUE_TIMEOUT
from omnisupport.scenario_dsl.importers.phrase import Phrase
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.importers.web import Address, json_body, method
from omnisupport.scenario_dsl.importers.wording import (
    is_expression,
    pattern,
    plain_text,
    quoted,
    seconds,
    slug,
)
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.importers.studio import Studio, Widget

_NUMERAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_IS_NUMERAL = r"'^-?[0-9]{1,15}([.][0-9]{1,15})?$'"
_SENDER = (
    "from",
    "service",
    "channel",
    "messaging_service_sid",
    "to",
    "attributes",
    "legacy_wait_timeout",
    "message_type",
)
_CONTENT_TYPES = frozenset(
    f"application/{kind}{charset}"
    for kind in ("json", "x-www-form-urlencoded")
    for charset in ("", ";charset=utf-8")
)
_REQUEST_TIMEOUT_S = 120.0
_KINDS_OF_MEDIA = {
    "mp4": "video",
    "mov": "video",
    "mp3": "audio",
    "ogg": "audio",
    "wav": "audio",
    "pdf": "file",
}


def put_widget(flow: Studio, widget: Widget) -> None:
    """One widget as a node; one without a counterpart leaves a note."""
    if widget.type == "trigger":
        return
    known = {
        "send-message": _put_message,
        "send-and-wait-for-reply": _put_ask,
        "split-based-on": _put_split,
        "make-http-request": _put_http,
        "run-function": _put_function,
        "run-function-v2": _put_function,
        "set-variables": _put_set,
        "send-to-flex": _put_handoff,
        "run-subflow": _put_call,
    }
    known.get(widget.type, _put_unknown)(flow, widget)


def _put_unknown(flow: Studio, widget: Widget) -> None:
    """A note, then on by the first exit that leads anywhere."""
    found = flow.exits(widget)
    following = next((target for target in found.values() if target), None) or flow.draft.finished()
    for event, target in list(found.items()):
        if target and target != following:
            what = Both(f"выход '{event}' не берётся никогда", f"exit '{event}' is never taken")
            widget.reader.note("L121", what=what)
    widget.reader.lost("L110", type=widget.type or "?")
    text = plain_text(f"Twilio Studio: {widget.type or '?'} {widget.name}".strip())
    flow.draft.put(widget.id, {"type": "note", "text": text, "next": following})


def _said(flow: Studio, widget: Widget) -> Phrase:
    """The text of a message."""
    properties = widget.properties
    body = flow.phrase(properties.get("body"))
    properties.looks(*_SENDER)
    template = properties.get("content_template_sid")
    if template:
        template.lost("L110", type="content_template_sid")
    return body


def _shown(flow: Studio, widget: Widget, body: Phrase) -> str:
    """The text, or dots where the source has none."""
    if body.is_blank:
        what = Both("текст сообщения: в исходном его нет", "a text of the message: the source has none")
        widget.reader.note("L141", what=what)
        return "…"
    return body.text()


def _put_message(flow: Studio, widget: Widget) -> None:
    found = flow.exits(widget)
    failed = found.get("failed")
    if failed and failed != found.get("sent"):
        what = Both("неудача доставки видна позже отправки", "a failed delivery shows later than the sending")
        widget.reader.note("L121", what=what)
    body, media = _said(flow, widget), widget.properties.get("media_url")
    node: dict[str, Any] = {"type": "message"}
    if media.peek().strip():
        url = flow.phrase(media).text()
        attached = {"media": {"kind": _kind_of(url), "url": url}}
        node["content"] = [attached] if body.is_blank else [{"text": body.text()}, attached]
    else:
        node["text"] = _shown(flow, widget, body)
    node["next"] = flow.leads(found, "sent")
    if failed:
        node["exits"] = {"error": failed}
    flow.draft.put(widget.id, node)


def _kind_of(url: str) -> str:
    ending = url.rpartition(".")[2].lower()
    return _KINDS_OF_MEDIA.get(ending, "image")


def _asked(flow: Studio, widget: Widget) -> str:
    body, media = _said(flow, widget), widget.properties.get("media_url")
    if media.peek().strip():
        media.note("L170")
        body.parts += [" ", *flow.phrase(media).parts]
    return _shown(flow, widget, body)


def _put_ask(flow: Studio, widget: Widget) -> None:
    found = flow.exits(widget)
    node: dict[str, Any] = {
        "type": "ask",
        "text": _asked(flow, widget),
        "input": {"kind": "text"},
        "save_to": f"vars.{flow.values.replies[widget.name]}",
        "timeout": flow.timeout(widget.properties.get("timeout")),
        "next": flow.leads(found, "incomingMessage"),
        "exits": {"timeout": found.get("timeout") or flow.draft.no_answer()},
    }
    if found.get("deliveryFailure"):
        node["exits"]["error"] = found["deliveryFailure"]
    flow.draft.put(widget.id, node)


def _put_split(flow: Studio, widget: Widget) -> None:
    widget.properties.looks("input")
    cases = []
    for transition in widget.reader.get("transitions").entries():
        conditions = transition.get("conditions").entries()
        if not conditions:
            continue
        if transition.get("event").text() != "match":
            what = Both(
                "случай выбирают условия, не имя", "the case is chosen by its conditions, not by its name"
            )
            transition.get("event").note("L121", what=what)
        when = " && ".join(_condition(flow, item) for item in conditions)
        following = transition.get("next")
        if not following:
            transition.note("L130", exit="match")
        cases.append({"when": when, "next": flow.target(following) if following else flow.draft.finished()})
    otherwise = flow.leads(flow.exits(widget), "noMatch")
    if not cases:
        widget.reader.note("L120", reason=Both("в нём нет сравнений", "it has no comparisons"))
        cases = [{"when": "false", "next": otherwise}]
    flow.draft.put(widget.id, {"type": "condition", "cases": cases, "else": otherwise})


def _condition(flow: Studio, item: Reader) -> str:
    """One comparison; Studio compares texts without regard to case."""
    item.looks("friendly_name")
    kind, value = item.get("type").text(), item.get("value")
    arguments = item.get("arguments").entries()
    wanted = flow.phrase(value)
    subject = flow.phrase(arguments[0]) if arguments else Phrase()
    found = _compared(kind, subject, wanted) if len(arguments) == 1 else None
    if found is None or not is_expression(found) or len(found) > 1_500:
        item.lost("L120", reason=Both(f"'{kind}' не выражается", f"'{kind}' has no counterpart"))
        return "false"
    return f"({found})"


def _compared(kind: str, subject: Phrase, wanted: Phrase) -> str | None:
    if subject.constant is not None:
        return None
    text, folded = _folded(subject), _folded(wanted)
    positive = kind.removeprefix("not_").replace("does_not_", "").replace("is_not_", "is_")
    negated = "!" if positive != kind else ""
    if positive in ("equal_to", "equal"):
        return f"{text} {'!=' if negated else '=='} {folded}"
    if positive in ("matches_any_of", "match_any_of", "contain", "contains"):
        words = [word.strip().lower() for word in (wanted.constant or "").split(",")]
        if positive.startswith("match") and wanted.constant is not None:
            listed = ", ".join(quoted(word) for word in words if word)
            return f"{negated}({text} in [{listed}])" if listed else None
        return f"{negated}{text}.contains({folded})"
    if positive in ("starts_with", "start_with"):
        return f"{negated}{text}.startsWith({folded})"
    if positive == "is_blank":
        return f"{text} {'!=' if negated else '=='} ''"
    if positive == "regex" and wanted.constant:
        found = pattern(wanted.constant)
        return None if found is None else f"{subject_text(subject)}.matches({quoted(f'^(?:{found})$')})"
    if positive in ("less_than", "greater_than"):
        return _ordered("<" if positive == "less_than" else ">", subject, wanted)
    return None


def subject_text(subject: Phrase) -> str:
    """The text that is compared, as one operand."""
    written = subject.expression()
    return f"({written})" if " + " in written else written


def _folded(phrase: Phrase) -> str:
    constant = phrase.constant
    if constant is not None:
        return quoted(constant.strip().lower())
    only = phrase.only
    if only is not None and only.type == "any":
        return f"string({only.path}.orValue('')).trim().lower()"
    return f"{subject_text(phrase)}.trim().lower()"


def _ordered(operator: str, subject: Phrase, wanted: Phrase) -> str | None:
    number = (wanted.constant or "").strip()
    only = subject.only
    if not _NUMERAL.fullmatch(number) or only is None:
        return None
    right = number if "." in number else f"{number}.0"
    text = f"string({only.path}.orValue(''))" if only.type == "any" else only.as_text()
    return f"{text}.matches({_IS_NUMERAL}) && double({text}) {operator} {right}"


def _put_set(flow: Studio, widget: Widget) -> None:
    found = flow.exits(widget)
    assign: dict[str, Any] = {}
    for item in widget.properties.get("variables").entries():
        item.looks("index", "type")
        key, value = item.get("key"), item.get("value")
        if not key.peek():
            continue
        variable = flow.draft.variables[f"flow:{key.text()}"]
        if variable.name != key.peek():
            key.note("L150", name=key.peek(), new=variable.name)
        phrase = flow.phrase(value)
        only = phrase.only
        plain = only is not None and only.type in ("string", "phone") and not only.filters
        assign[f"vars.{variable.name}"] = (
            phrase.value() if plain or phrase.constant is not None else _as_text(phrase)
        )
    following = flow.leads(found, "next")
    node: dict[str, Any] = {"type": "set", "assign": assign, "next": following}
    if not assign:
        node = {"type": "condition", "cases": [{"when": "true", "next": following}], "else": following}
        widget.reader.note("L141", what=Both("узел без присваиваний", "a node without assignments"))
    flow.draft.put(widget.id, node)


def _as_text(phrase: Phrase) -> str:
    text = phrase.text()
    return f"={phrase.expression()}" if text.startswith("=") else text


def _put_http(flow: Studio, widget: Widget) -> None:
    properties = widget.properties
    found = flow.exits(widget)
    url = properties.get("url")
    node = _request(flow, widget, url, method(properties.get("method"), "GET"))
    request = node["request"]
    kind = properties.get("content_type").text()
    if kind and kind.lower().replace(" ", "") not in _CONTENT_TYPES:
        what = Both("тип тела — JSON или форма", "the body is JSON or a form")
        properties.get("content_type").note("L121", what=what)
    body = properties.get("body")
    if body.peek().strip():
        sent = json_body(flow.phrase(body)) if "form" not in kind else None
        if sent is None:
            body.note("L123")
        else:
            request["json"] = sent
    sent_as_form = request["method"] != "GET" and "json" not in kind
    pairs = _parameters(flow, properties.get("parameters"))
    if pairs and "json" not in request:
        place = "form" if sent_as_form else "query" if request["method"] == "GET" else "json"
        request[place] = {**request.get(place, {}), **pairs}
    elif pairs:
        request["query"] = {**request.get("query", {}), **pairs}
    if properties.get("add_twilio_auth").flag():
        what = Both(
            "ключи Twilio не добавляются: задайте их в подключении",
            "no Twilio keys are added: set them in the connection",
        )
        properties.get("add_twilio_auth").note("L121", what=what)
    _finish(flow, widget, node, found, "success", "failed")


def _put_function(flow: Studio, widget: Widget) -> None:
    """A Twilio Function is a request to its address."""
    properties = widget.properties
    found = flow.exits(widget)
    properties.looks("service_sid", "environment_sid", "function_sid")
    node = _request(flow, widget, properties.get("url"), "POST")
    pairs = _parameters(flow, properties.get("parameters"))
    if pairs:
        node["request"]["form"] = pairs
    _finish(flow, widget, node, found, "success", "fail")


def _request(flow: Studio, widget: Widget, url: Reader, verb: str) -> dict[str, Any]:
    address = Address(flow.phrase(url))
    connection = flow.draft.connection(address.base, address.name)
    (url if url else widget.reader).note("L160", connection=connection, url=address.base or "?")
    request: dict[str, Any] = {"method": verb, "path": address.path.text()}
    query = {key.text(): value.value() for key, value in address.query}
    if query:
        request["query"] = query
    return {"type": "http", "connection": connection, "request": request}


def _parameters(flow: Studio, at: Reader) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in at.entries():
        item.looks("type")
        key = item.get("key")
        if key.peek():
            found[key.text()[:200]] = flow.phrase(item.get("value")).value()
    return found


def _finish(
    flow: Studio,
    widget: Widget,
    node: dict[str, Any],
    found: dict[str, str | None],
    success: str,
    failure: str,
) -> None:
    timeout = widget.properties.get("timeout").number()
    if timeout is not None and timeout > 0:
        node["timeout"] = seconds(min(timeout / 1_000 if timeout > 1_000 else timeout, _REQUEST_TIMEOUT_S))
    node["response"] = {"save_to": f"vars.{flow.values.answers[widget.name]}"}
    node["next"] = flow.leads(found, success)
    # An answer that is no JSON is a success to Studio.
    node["exits"] = {"schema": node["next"]}
    if found.get(failure):
        node["exits"]["error"] = found[failure]
    flow.draft.put(widget.id, node)


def _put_handoff(flow: Studio, widget: Widget) -> None:
    properties = widget.properties
    found = flow.exits(widget)
    properties.looks("channel", "workflow", "waitUrl", "waitUrlMethod")
    attributes = properties.get("attributes")
    if attributes:
        attributes.lost("L100", name="attributes", count=1)
    node: dict[str, Any] = {"type": "handoff", "summary": "auto"}
    priority = properties.get("priority").number()
    if priority is not None:
        node["priority"] = "high" if priority > 0 else "normal"
        said = node["priority"]
        what = Both(f"приоритет {priority} теперь {said}", f"priority {priority} is now {said}")
        properties.get("priority").note("L121", what=what)
    timeout = properties.get("timeout").number()
    failed = found.get("failedToEnqueue") or flow.draft.to_people("no_operators")
    node |= {
        "wait_for": "closed",
        "queue_timeout": seconds(timeout) if timeout is not None and timeout > 0 else QUEUE_TIMEOUT,
        "exits": {
            "closed": flow.leads(found, "callComplete"),
            "queue_timeout": found.get("callFailure") or failed,
            "no_operators": failed,
        },
    }
    widget.reader.note(
        "L141",
        what=Both(
            "ожидание оператора и выход, если никого нет",
            "a wait for an operator, and a way out when nobody is there",
        ),
    )
    flow.draft.put(widget.id, node)


def _put_call(flow: Studio, widget: Widget) -> None:
    properties = widget.properties
    found = flow.exits(widget)
    sid = properties.get("flow_sid")
    properties.looks("flow_revision")
    called = f"{slug(sid.peek() or widget.name, 'scenario')}@1"
    sid.text()
    widget.reader.note("L161", name=sid.peek() or widget.name, new=called)
    node: dict[str, Any] = {"type": "call", "scenario": called}
    inputs = {
        slug(name, "input"): value for name, value in _parameters(flow, properties.get("parameters")).items()
    }
    if inputs:
        node["inputs"] = inputs
    node["next"] = flow.leads(found, "completed")
    if found.get("failed"):
        node["exits"] = {"error": found["failed"]}
    flow.draft.put(widget.id, node)
