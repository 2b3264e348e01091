"""The field `input` of `ask`: the kind decides which other fields there are."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.fields import Field, Str, read_fields
from omnisupport.scenario_dsl.registry import input_kinds
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.words import Both


def input_type(data: dict[str, Any]) -> Type:
    """The type of the answers that an `input` gives."""
    return input_kinds()[data["kind"]].type(data)


class InputField(Field):
    """`{kind: phone, region: RU}`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("поля", "fields"))
        written = tree.get("kind")
        if written is None:
            site.add("E112", tree, f"{name}.kind", name=f"{name}.kind")
            return MISSING
        kinds = input_kinds()
        kind = kinds.get(written.text) if isinstance(written, Scalar) else None
        if kind is None:
            word = written.text if isinstance(written, Scalar) else ""
            known = ", ".join(kinds)
            site.unknown(
                "E007.value", written, f"{name}.kind", word, kinds, field_name=f"{name}.kind", values=known
            )
            return MISSING
        data = read_fields(tree, {"kind": Str(required=True), **kind.fields}, site, f"{name}.")
        kind.check(data, tree, site)
        return data
