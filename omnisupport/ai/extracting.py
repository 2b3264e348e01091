"""Values that a model finds in a text, each of the form that its field asks for or left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnisupport.ai.base import ChatModel, Said
from omnisupport.ai.llm import load_prompt
from omnisupport.ai.prompting import read_object
from omnisupport.scenario_dsl.sinks import prompt_part
from omnisupport.scenario_dsl.values import Misfit, fit

MAX_TOKENS = 800

_FORMS = {
    "string": "text",
    "int": "whole number",
    "number": "number",
    "bool": "true or false",
    "enum": "one of `values`, word for word",
    "date": "YYYY-MM-DD",
    "time": "HH:MM, 24 hours",
    "datetime": "YYYY-MM-DDTHH:MM:SS with the offset from UTC",
    "duration": "as in 1h30m, 15m, 2d",
    "money": '{"amount": whole number of the smallest unit, "currency": three letters}: 5 roubles are 500 RUB',
    "phone": "+ and the digits with the country code",
    "email": "address",
    "url": "address",
    "location": '{"lat": number or null, "lon": number or null, "address": text}',
    "list": "list",
    "object": "object",
}
_BOUNDS = ("min", "max", "min_length", "max_length", "pattern")


async def extract(
    model: ChatModel,
    text: str,
    fields: Mapping[str, Mapping[str, Any]],
    *,
    locale: str,
    today: str,
    timeout: float | None = None,
) -> dict[str, Any] | None:
    """Ask for the fields that a text holds; None when the model's words hold no JSON object.

    `fields` are specs of variables. What does not fit its field, and what nobody asked for, is left out.

    Raises:
        Unavailable: the model cannot be reached.
        OmniError: it refuses its settings.
    """
    parts = [
        prompt_part("fields", {name: _form(spec["type"], spec) for name, spec in fields.items()}),
        prompt_part("today", today),
        prompt_part("language", locale),
        prompt_part("text", text),
    ]
    completion = await model.complete(
        load_prompt("extract").text, [Said("user", "\n".join(parts))], max_tokens=MAX_TOKENS, timeout=timeout
    )
    given = read_object(completion.text)
    return None if given is None else _fitting(given, fields)


def _form(wanted: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """What a model is told of a field."""
    form: dict[str, Any] = {"form": _FORMS.get(wanted["t"], "text")}
    if "values" in wanted:
        form["values"] = wanted["values"]
    if "of" in wanted:
        form["of"] = _form(wanted["of"], {})
    if "fields" in wanted:
        form["fields"] = {name: _form(item, {}) for name, item in wanted["fields"].items()}
    return form | {bound: spec[bound] for bound in _BOUNDS if bound in spec}


def _fitting(given: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, spec in fields.items():
        if given.get(name) is None:
            continue
        try:
            found[name] = fit(given[name], dict(spec))
        except Misfit:
            continue  # what a model makes up is as good as not found
    return found
