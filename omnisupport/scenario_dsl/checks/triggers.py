"""What triggers name: variables that the api fills, connections and calendars."""

from __future__ import annotations

from omnisupport.scenario_dsl.analysis import Analysis, Trigger
from omnisupport.scenario_dsl.checks.places import add_unknown
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.site import Site
from omnisupport.scenario_dsl.tree import Seq


def check(document: Analysis) -> None:
    """E301, and E410 and E701 against the document's own `resources`."""
    site = Site(document.report, document.header)
    for trigger in document.triggers:
        _check_inputs(trigger, document, site)
        for ref in trigger.uses.refs:
            declared = document.header.resources.get(ref.kind)
            if declared is not None and ref.name not in declared:
                add_unknown(ref, site, frozenset(declared))


def _check_inputs(trigger: Trigger, document: Analysis, site: Site) -> None:
    written = trigger.tree.get("inputs")
    for item in written.items if isinstance(written, Seq) else ():
        name = getattr(item, "text", None)
        if name is not None and name not in document.variables:
            similar = did_you_mean(name, document.variables)
            site.add("E301", item, f"triggers.{trigger.id}.inputs", similar, name=name)
