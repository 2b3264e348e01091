"""Fields of the head that say how runs share a conversation, and intents that the document brings along."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.fields import Duration, Field, Int, ListOf, Obj, Str
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Seq, Tree
from omnisupport.scenario_dsl.words import Both

_POLICIES = ("always", "once", "cooldown", "max")
_EXAMPLES = ListOf(Str(), least=1, most=200)


class Reentry(Obj):
    """How often the same customer, or conversation, may come through: `cooldown` and `max` want their number."""

    def __init__(self) -> None:
        super().__init__(
            {
                "policy": Str(_POLICIES, required=True),
                "per": Str(("conversation", "customer")),
                "cooldown": Duration(),
                "max": Int(1, 1_000_000),
            }
        )

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        values = super().read(tree, site, name)
        policy = values.get("policy") if isinstance(values, dict) else None
        if policy in ("cooldown", "max") and isinstance(tree, Map) and policy not in tree.values:
            site.add("E112", tree, f"{name}.{policy}", name=f"{name}.{policy}")
        return values


class Intents(Field):
    """`{order_status: {description, examples: {ru: […], en: […]}}}`; kept with the examples of all languages."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            wanted = Both("намерения и примеры", "intents and their examples")
            return self.wrong(tree, site, name, wanted)
        found: dict[str, Any] = {}
        for intent, value in tree.items():
            field = f"{name}.{intent}"
            read = Obj({"description": Str(), "examples": _Examples(required=True)}).read(value, site, field)
            if read is not MISSING:
                found[intent] = read
        return found


class _Examples(Field):
    """A list, or a list for each language."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if isinstance(tree, Seq):
            return _EXAMPLES.read(tree, site, name)
        read = Obj({"ru": _EXAMPLES, "en": _EXAMPLES}).read(tree, site, name)
        if read is MISSING:
            return MISSING
        if not read and isinstance(tree, Map) and not tree.values:
            site.add("E112.items", tree, name, field_name=name, least=1)
        return [example for examples in read.values() for example in examples]
