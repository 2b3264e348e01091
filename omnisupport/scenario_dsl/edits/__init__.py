"""Change documents by their text: what is not meant keeps its comments, its order and its quotes."""

from __future__ import annotations

from omnisupport.scenario_dsl.edits.assign import Editor
from omnisupport.scenario_dsl.edits.document import (
    delete_field,
    delete_flow,
    delete_interrupt,
    delete_node,
    delete_trigger,
    delete_variable,
    set_field,
    set_flow,
    set_interrupt,
    set_node,
    set_trigger,
    set_variable,
)
from omnisupport.scenario_dsl.edits.names import rename_node, rename_variable
from omnisupport.scenario_dsl.edits.places import (
    append_item,
    delete_item,
    delete_key,
    insert_item,
    rename_key,
    replace_value,
    rewrite_scalar,
    set_key,
)
from omnisupport.scenario_dsl.edits.source import NoSuchPlace, Source
from omnisupport.scenario_dsl.text_edit import TextEdit, apply_edits

__all__ = [
    "Editor",
    "NoSuchPlace",
    "Source",
    "TextEdit",
    "append_item",
    "apply_edits",
    "delete_field",
    "delete_flow",
    "delete_interrupt",
    "delete_item",
    "delete_key",
    "delete_node",
    "delete_trigger",
    "delete_variable",
    "insert_item",
    "rename_key",
    "rename_node",
    "rename_variable",
    "replace_value",
    "rewrite_scalar",
    "set_field",
    "set_flow",
    "set_interrupt",
    "set_key",
    "set_node",
    "set_trigger",
    "set_variable",
]
