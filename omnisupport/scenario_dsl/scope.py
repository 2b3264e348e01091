"""The names that expressions see, with their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnisupport.scenario_dsl.expr.types import (
    ANY,
    BOOL,
    DATETIME,
    EMAIL,
    FILE,
    INT,
    LOCATION,
    PHONE,
    STRING,
    Type,
    list_of,
    object_of,
)

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Variable

_TEXT = STRING.optional()
_NAMED = object_of(id=_TEXT, name=_TEXT).optional()

CHANNEL = object_of(id=_TEXT, type=STRING, name=_TEXT)
CUSTOMER = object_of(
    id=_TEXT,
    name=_TEXT,
    email=EMAIL.optional(),
    phone=PHONE.optional(),
    locale=_TEXT,
    timezone=_TEXT,
    verified=BOOL.optional(),
    consents=ANY.optional(),
    fields=ANY.optional(),
)
CONVERSATION = object_of(
    id=_TEXT,
    status=_TEXT,
    subject=_TEXT,
    priority=_TEXT,
    tags=list_of(STRING),
    department=_NAMED,
    assignee=_NAMED,
    attributes=ANY.optional(),
)
TENANT = object_of(id=_TEXT, slug=STRING, name=STRING, timezone=_TEXT, locale=_TEXT)
EVENT = object_of(
    text=STRING,
    button=_TEXT,
    resolution=_TEXT,
    attachments=list_of(FILE).optional(),
    contact=object_of(name=_TEXT, phone=PHONE.optional(), own=BOOL).optional(),
    location=LOCATION.optional(),
    name=_TEXT,
    data=ANY.optional(),
)
RUN = object_of(id=INT, trigger=_TEXT, steps=INT)
CALENDAR = object_of(open=BOOL.optional(), next_open=DATETIME.optional(), timezone=_TEXT)

READ_ONLY = (
    "conversation",
    "customer",
    "tenant",
    "event",
    "channel",
    "locale",
    "now",
    "run",
    "calendar",
    "secret",
)


def roots(document: Analysis, flow: str | None = None) -> dict[str, Type]:
    """Every root name of the expressions in a flow of the document; `vars` are those of the flow."""
    variables = document.variables_of(flow)
    return {
        "vars": Type("object", fields={name: _readable(item) for name, item in variables.items()}),
        "conversation": CONVERSATION,
        "customer": CUSTOMER,
        "tenant": TENANT,
        "event": EVENT,
        "channel": CHANNEL,
        "locale": STRING,
        "now": DATETIME,
        "run": RUN,
        "calendar": Type("object", fields=dict.fromkeys(calendars(document), CALENDAR)),
    }


def calendars(document: Analysis) -> list[str]:
    """The calendars that the document names; each reads as an object whose fields are null until asked."""
    named = {
        ref.name for node in document.nodes.values() for ref in node.uses.refs if ref.kind == "calendars"
    }
    return sorted(named | set(document.header.resources.get("calendars", {})))


def _readable(variable: Variable) -> Type:
    """A variable without a default may be unset until a node writes it."""
    return variable.type if variable.has_default else variable.type.optional()
