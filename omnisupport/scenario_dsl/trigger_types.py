"""What may start a scenario: the types of triggers, their fields, and whether anything sends them yet."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.channels import CHANNELS
from omnisupport.scenario_dsl.cron import CronError, parse_cron
from omnisupport.scenario_dsl.expr.types import BOOL
from omnisupport.scenario_dsl.fields import (
    Duration,
    Expr,
    Field,
    Int,
    ListOf,
    Name,
    Number,
    Plain,
    Str,
)
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Scalar, Tree
from omnisupport.scenario_dsl.zones import Zone

LOCALES = ("ru", "en")
MATCHES = ("exact", "word", "contains", "regex")
STARTERS = ("customer", "operator", "assistant", "api")
"""Who began the conversation or made the event."""


class _Cron(Field):
    """`0 9 * * mon-fri`: minute, hour, day of the month, month, day of the week."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        text = tree.text if isinstance(tree, Scalar) else ""
        try:
            parse_cron(text)
        except CronError as error:
            site.add("E008.cron", tree, name, written=text, problem=error.problem)
            return MISSING
        return text


class _StartedBy(Field):
    """One starter or several; always kept as a list."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if isinstance(tree, Scalar):
            read = Str(STARTERS).read(tree, site, name)
            return MISSING if read is MISSING else [read]
        return ListOf(Str(STARTERS), least=1).read(tree, site, name)


COMMON: dict[str, Field] = {
    "id": Str(),
    "type": Plain(required=True),
    "channels": ListOf(Str(CHANNELS), least=1),
    "when": Expr(BOOL),
    "started_by": _StartedBy(),
    "locale": Str(LOCALES),
    "priority": Int(-1_000, 1_000),
}

TRIGGER_TYPES: dict[str, dict[str, Field]] = {
    "message": {"match": Str(("any", "first", "reopen"))},
    "keyword": {
        "any": ListOf(Str(), required=True, least=1, most=200),
        "match": Str(MATCHES),
        "fuzzy": Int(0, 1),
    },
    "intent": {"intent": Str(required=True), "min_confidence": Number(0, 1)},
    "referral": {"ref": Str(required=True)},
    "button": {"button": Str(required=True)},
    "event": {"event": Str(required=True)},
    "schedule": {"cron": _Cron(required=True), "tz": Zone("customer", "tenant"), "audience": Expr(BOOL)},
    "api": {"inputs": ListOf(Str(), most=50)},
    "webhook": {
        "connection": Name("connections", required=True),
        "signature": Str(("hmac_sha256",), required=True),
    },
    "inactivity": {"after": Duration(required=True), "who": Str(("customer", "operator"), required=True)},
    "business_hours": {"at": Str(("open", "close"), required=True), "calendar": Name("calendars")},
    "page": {"url": Str(), "seconds": Int(0, 86_400), "scroll": Int(0, 100)},
    "comment": {"post": Str()},
    "missed_call": {},
}

WITHOUT_SOURCE = frozenset({"page", "comment", "missed_call"})
"""Types that are read and checked, and that nothing sends yet: such a trigger never fires."""
