"""A form of the widget as a visitor has filled it in: held to the settings, then kept."""

from __future__ import annotations

from typing import Any

from omnisupport.api.deps import Visitor
from omnisupport.api.schemas.widget import FilledForm
from omnisupport.api.schemas.widget_settings import AskedField, AskedForm, WidgetSettings
from omnisupport.api.services import Services
from omnisupport.api.signed import seen_fields
from omnisupport.api.widget_config import said
from omnisupport.domain.customer import clean_line, parse_phone
from omnisupport.domain.people import parse_address
from omnisupport.errors import Conflict, Invalid
from omnisupport.storage.access.security import access_security
from omnisupport.storage.queries.visitors import Visitors

OF_CUSTOMER = ("name", "email", "phone")
LONGEST_NAME = 200


def asked(settings: WidgetSettings, kind: str) -> AskedForm:
    """The form of this kind.

    Raises:
        Conflict: the widget has none (code `form_off`).
    """
    form = settings.pre_chat if kind == "pre_chat" else settings.offline
    if form is None:
        raise Conflict(f"This widget has no form '{kind}'.", code="form_off")
    return form


def check(form: AskedForm, body: FilledForm) -> dict[str, str]:
    """What was filled in, by key, as it is kept; what was left empty is absent.

    Raises:
        Invalid: something is missing, unknown or does not fit (code `form_invalid`), with the field.
    """
    known = {each.key: each for each in form.fields}
    for key in body.fields:
        if key not in known:
            raise _unfit(f"The form has no field '{key}'.", key)
    filled = {key: _value(field, body.fields.get(key, "")) for key, field in known.items()}
    if form.consent is not None and not body.consent:
        raise Invalid(
            "Without your consent the message cannot be taken.", code="form_invalid", field="consent"
        )
    return {key: value for key, value in filled.items() if value}


def _value(field: AskedField, text: str) -> str:
    value = clean_line(text) if field.kind != "text" else text.strip()
    if not value:
        if field.required:
            raise _unfit(f"'{field.key}' is required.", field.key)
        return ""
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise _unfit(f"'{field.key}' holds characters that are not text.", field.key)
    try:
        match field.kind:
            case "email":
                return parse_address(value)
            case "phone":
                return parse_phone(value)
    except Invalid as wrong:
        raise _unfit(wrong.detail, field.key) from wrong
    if field.kind == "name" and len(value) > LONGEST_NAME:
        raise _unfit(f"A name has at most {LONGEST_NAME} characters.", field.key)
    if field.kind == "select" and value not in {each.value for each in field.options}:
        raise _unfit(f"'{field.key}' is one of the choices of the form.", field.key)
    return value


def content_of(form: AskedForm, kind: str, filled: dict[str, str], locale: str) -> dict[str, Any]:
    """The form as its message keeps it, with the labels that the visitor has read."""
    fields = []
    for field in form.fields:
        if field.key in filled:
            shown = filled[field.key]
            if field.kind == "select":
                shown = next(
                    said(each.label, locale) or shown for each in field.options if each.value == shown
                )
            fields.append({"key": field.key, "label": said(field.label, locale), "value": shown})
    content: dict[str, Any] = {"kind": kind, "fields": fields}
    if form.consent is not None:
        content["consent"] = {"purpose": form.consent.purpose, "text": said(form.consent.text, locale)}
    return content


async def keep(
    at: Services, who: Visitor, visitor: dict[str, Any], form: AskedForm, filled: dict[str, str]
) -> None:
    """Fill what of the customer is not verified, and write his consent down."""
    visitors = Visitors(at.database)
    security, _ = await access_security(at.database, who.tenant_id)
    if security.identity_mode != "enforced":
        own = {field.kind: filled.get(field.key) for field in form.fields if field.kind in OF_CUSTOMER}
        known = seen_fields(own.get("name"), own.get("email"), own.get("phone"))
        await visitors.fill(who.tenant_id, visitor["customer_id"], known)
    if form.consent is not None:
        await visitors.consent(who.tenant_id, visitor["customer_id"], form.consent.purpose)


def _unfit(detail: str, key: str) -> Invalid:
    return Invalid(detail, code="form_invalid", field=f"fields.{key}")
