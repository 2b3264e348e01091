"""`ai_classify`: which of a few things is a text about?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import Type
from omnisupport.scenario_dsl.fields import Field, ListOf, Number, Obj, Path, Str
from omnisupport.scenario_dsl.nodes.asking_ai import CALLING, INPUT, TIMEOUT_S, input_text, unavailable
from omnisupport.scenario_dsl.nodes.base import NodeType
from omnisupport.scenario_dsl.nodes.retrying import retry_policy
from omnisupport.scenario_dsl.report import did_you_mean
from omnisupport.scenario_dsl.runtime.interrupts import DEFAULT_CONFIDENCE
from omnisupport.scenario_dsl.runtime.labels import labels_within
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.site import MISSING, Site
from omnisupport.scenario_dsl.tree import Map, Scalar, Tree
from omnisupport.scenario_dsl.uses import Write
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn

_FIXED = ("unsure", "error")
_MOST = 30
_LABEL = Obj({"description": Str(), "examples": ListOf(Str(), most=100)})


class _Labels(Field):
    """`{billing: "payment, refund"}`, or `{billing: {description, examples}}`."""

    def read(self, tree: Tree, site: Site, name: str) -> Any:
        if not isinstance(tree, Map):
            return self.wrong(tree, site, name, Both("метки и описания", "labels and descriptions"))
        if len(tree.values) < 2:
            site.add("E112.items", tree, name, field_name=name, least=2)
            return MISSING
        if len(tree.values) > _MOST:
            site.add("E801", tree, name, what=name, count=len(tree.values), limit=_MOST)
            return MISSING
        labels: dict[str, Any] = {}
        for label, value in tree.items():
            field = f"{name}.{label}"
            if label in (*_FIXED, "next"):
                site.add("E126", tree.keys[label], field, id=label)
            if isinstance(value, Scalar):
                read = Str().read(value, site, field)
                labels[label] = {} if read is MISSING else {"description": read}
            else:
                read = _LABEL.read(value, site, field)
                labels[label] = {} if read is MISSING else read
        return labels


class AiClassify(NodeType):
    """Leaves by the exit of the label that fits best, or by `unsure` below `min_confidence` (0.6).

    A label is told by its description and by examples of what people write; `few_shot` are further examples with
    their labels. `save_to` receives the label. It works without a model, by the examples that are nearest in
    meaning.
    """

    name = "ai_classify"
    fields = {
        **INPUT,
        **CALLING,
        "labels": _Labels(required=True),
        "min_confidence": Number(0, 1),
        "few_shot": ListOf(Obj({"text": Str(required=True), "label": Str(required=True)}), most=100),
        "save_to": Path(()),
    }
    exits = {"unsure": True, "error": False}
    effect = True

    def knows_exit(self, exit: str) -> bool:
        # The labels of a node are its exits; `check` looks at them.
        return exit != "next"

    def mandatory_exits(self, node: Node) -> Iterable[str]:
        return (*node.values.get("labels", ()), "unsure")

    def settle(self, node: Node) -> None:
        write, labels = node.values.get("save_to"), tuple(node.values.get("labels", ()))
        if isinstance(write, Write):
            write.type, write.exits = Type("enum", values=labels), labels

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        labels = node.values.get("labels")
        if labels is None:
            return
        exits = node.tree.get("exits")
        for exit, at in exits.keys.items() if isinstance(exits, Map) else ():
            if exit not in labels and exit not in _FIXED:
                known = ", ".join((*labels, *_FIXED))
                similar = did_you_mean(exit, labels)
                site.add("E122", at, f"exits.{exit}", similar, name=exit, id=node.id, known=known)
        for index, shot in enumerate(node.values.get("few_shot", ())):
            if "label" in shot and shot["label"] not in labels:
                field, values = f"few_shot[{index}].label", ", ".join(labels)
                shots = node.tree.values["few_shot"]
                site.unknown(
                    "E007.value", shots, field, shot["label"], labels, field_name=field, values=values
                )

    def compile(self, node: Node) -> dict[str, Any]:
        values = dict(node.values)
        labels = {
            name: {**label, "examples": list(label.get("examples", ()))}
            for name, label in values["labels"].items()
        }
        for shot in values.pop("few_shot", ()):
            labels[shot["label"]]["examples"].append(shot["text"])
        return {**values, "labels": labels}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        data = node.data
        text = input_text(turn, data, self.name)
        if not text:
            return follow(node, "unsure")
        request = {
            "text": text,
            "labels": labels_within(data["labels"]),
            "min_confidence": data.get("min_confidence", DEFAULT_CONFIDENCE),
            "locale": turn.context.locale,
        }
        turn.call(node, "classify", request, data.get("timeout", TIMEOUT_S), retry_policy(data.get("retry")))
        return None

    def take_result(self, turn: Turn, node: ProgramNode, exit: str, value: Any) -> str | None:
        turn.stop_waiting()
        if exit == "unsure":
            return follow(node, "unsure")
        label = value.get("label") if isinstance(value, dict) else None
        if exit != "label" or label not in node.data["labels"]:
            raise unavailable(exit)
        confidence = value.get("confidence", 1.0)
        wanted = node.data.get("min_confidence", DEFAULT_CONFIDENCE)
        if not isinstance(confidence, int | float) or confidence < wanted:
            return follow(node, "unsure")
        if "save_to" in node.data:
            turn.store(node.data["save_to"], label)
        return follow(node, str(label))


NODE = AiClassify()
