"""Fields that declare types, as variables do."""

from __future__ import annotations

from typing import Any

from omnisupport.scenario_dsl.fields import Field
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Tree
from omnisupport.scenario_dsl.variables import read_declaration, read_variables
from omnisupport.scenario_dsl.words import Both


class Declared(Field):
    """`{type: object, fields: {…}}`: one declaration, kept as its form in the IR."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("тип и свойства", "a type with its attributes"))
        return read_declaration("value", tree, site, name).spec


class Declarations(Field):
    """`{city: {type: string}}`: several of them, kept as the variables that they are."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("имена и типы", "names and types"))
        if not tree.values:
            site.add("E112.items", tree, name, field_name=name, least=1)
            return MISSING
        return read_variables(tree, site, name)
