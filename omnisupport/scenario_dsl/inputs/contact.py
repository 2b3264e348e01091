"""A contact that the customer shares from the address book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import BOOL, PHONE, STRING, Type, object_of
from omnisupport.scenario_dsl.fields import Bool
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Parsed, Refused
from omnisupport.scenario_dsl.phrases import NOT_OWN_CONTACT
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings

_CONTACT = object_of(name=STRING.optional(), phone=PHONE, own=BOOL)


class ContactInput(InputKind):
    """`{kind: contact, own: true}`: gives `{name, phone, own}`; `own` refuses the contact of somebody else."""

    name = "contact"
    fields = {"own": Bool()}
    question = Both("Поделитесь контактом.", "Please share a contact.")
    title = Both("Контакт", "Contact")

    def type(self, data: dict[str, Any]) -> Type:
        return _CONTACT

    def parse(self, answer: Answer, data: dict[str, Any]) -> Found:
        shared = answer.content.get("contact")
        phone = shared.get("phone") if isinstance(shared, dict) else None
        if not isinstance(shared, dict) or not isinstance(phone, str) or not phone.strip():
            return None
        if data.get("own") and shared.get("own") is not True:
            return Refused(NOT_OWN_CONTACT)
        name = shared.get("name")
        return Parsed(
            {"name": str(name)[:200] if name else None, "phone": phone[:40], "own": shared.get("own") is True}
        )

    def find(self, answer: Answer, data: dict[str, Any]) -> Found:
        found = self.parse(answer, data)
        return found if isinstance(found, Parsed) else None

    def show(self, value: Any, around: Surroundings) -> str:
        return " ".join(part for part in (value.get("name"), value.get("phone")) if part)


INPUT = ContactInput()
