"""`csat`: how satisfied is the customer?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.commands import Rate
from omnisupport.scenario_dsl.expr.types import BOOL, INT, STRING
from omnisupport.scenario_dsl.fields import Duration, Expr, Obj, Path, Str, Words
from omnisupport.scenario_dsl.keywords import bare
from omnisupport.scenario_dsl.nodes.answering import AnsweringNode
from omnisupport.scenario_dsl.nodes.base import WAITING
from omnisupport.scenario_dsl.nodes.content import Variants, content_for
from omnisupport.scenario_dsl.phrases import RATE_AGAIN, SKIP
from omnisupport.scenario_dsl.runtime.answering import Taken, Untaken, leave
from omnisupport.scenario_dsl.runtime.turn import part
from omnisupport.scenario_dsl.runtime.walk import follow
from omnisupport.scenario_dsl.scales import SCALES, score_of
from omnisupport.scenario_dsl.uses import Write
from omnisupport.scenario_dsl.values import Misfit

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.analysis import Analysis, Node
    from omnisupport.scenario_dsl.runtime.program import ProgramNode
    from omnisupport.scenario_dsl.runtime.turn import Turn
    from omnisupport.scenario_dsl.site import Site
    from omnisupport.scenario_dsl.words import Both

_SKIP = "skip"
_NO_COMMENT = frozenset(
    ("нет", "пропустить", "не хочу", "ничего", "без комментариев", "no", "nothing", "none", "skip")
)
_COMMENT_KEPT = 2_000


class Csat(AnsweringNode):
    """Asks for a score by buttons, and understands «4», «пять», «отлично» or emoji as well.

    The score is recorded at once, not only kept in `save_to`. Where `comment.when` holds over `score`, a comment
    is asked for and recorded with it; who writes none has rated all the same. An answer that is no score leaves
    by `message` and may be redelivered from there. Scores: stars5 and emoji 1 to 5, nps10 0 to 10, ces7 1 to 7,
    thumbs 0 or 1.
    """

    name = "csat"
    fields = {
        **WAITING,
        "scale": Str(SCALES, required=True),
        "text": Words(required=True),
        "comment": Obj(
            {
                "when": Expr(BOOL, names={"score": INT}),
                "text": Words(required=True),
                "save_to": Path(("next",), STRING.optional()),
                "timeout": Duration(),
            }
        ),
        "save_to": Path(("next",), INT),
        "variants": Variants(),
    }
    exits = {"next": True, "timeout": False, "message": False, "error": False}
    try_again = RATE_AGAIN
    unanswered_exit = "message"

    def check(self, node: Node, site: Site, document: Analysis) -> None:
        write, scale = node.values.get("save_to"), SCALES.get(node.values.get("scale", ""))
        if not isinstance(write, Write) or scale is None or len(write.path) != 2:
            return
        variable = document.variables_of(node.flow).get(write.path[1])
        low, high = (variable.spec.get(name) for name in ("min", "max")) if variable else (None, None)
        if (low is not None and low > scale.low) or (high is not None and high < scale.high):
            problem = f"{node.values['scale']}: {scale.low}…{scale.high}"
            site.add("E302.value", write.tree, write.field, path=".".join(write.path), problem=problem)

    def compile(self, node: Node) -> dict[str, Any]:
        # What is no score takes the way of any free text.
        return {**node.values, "free_text": node.exit("message")}

    def run(self, turn: Turn, node: ProgramNode) -> str | None:
        self.ask(turn, node)
        return None

    def prompt(self, turn: Turn, node: ProgramNode) -> None:
        if "score" in turn.state["waiting"]:
            turn.say(turn.render(node.data["comment"]["text"]), self.buttons(turn, node))
            return
        parts = content_for(turn, node.data) or [part(turn.render(node.data["text"]))]
        last = {**parts[-1], "buttons": [*parts[-1]["buttons"], *self.buttons(turn, node)]}
        if SCALES[node.data["scale"]].is_numeric:
            last["layout"] = "scale"
        turn.send([*parts[:-1], last])

    def is_strict(self, node: ProgramNode) -> bool:
        return True

    def buttons(self, turn: Turn, node: ProgramNode) -> list[dict[str, Any]]:
        prefix = f"{turn.state['run']}.{turn.state['waiting']['prompt']}"
        if "score" in turn.state["waiting"]:
            return [{"id": f"{prefix}.{_SKIP}", "label": turn.phrase(SKIP)}]
        labels = SCALES[node.data["scale"]].labels
        return [{"id": f"{prefix}.{score}", "label": label} for score, label in labels.items()]

    def press(self, turn: Turn, node: ProgramNode, option: str) -> Taken:
        rated = turn.state["waiting"].get("score")
        if option == _SKIP and rated is not None:
            return self._done(turn, node)
        labels = SCALES[node.data["scale"]].labels
        score = next((score for score in labels if str(score) == option), None)
        # The buttons of the score stay good while the comment is asked for: people correct themselves.
        return Untaken.NO if score is None or score == rated else self._rate(turn, node, score)

    def pick(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        if "score" in turn.state["waiting"]:
            return self._done(turn, node) if bare(text) in _NO_COMMENT else Untaken.NO
        score = score_of(node.data["scale"], text)
        return Untaken.NO if score is None else self._rate(turn, node, score)

    def parse(self, turn: Turn, node: ProgramNode, text: str) -> Taken:
        comment = text.strip()
        if "score" not in turn.state["waiting"] or not comment:
            return Untaken.NO
        if "save_to" in node.data["comment"]:
            try:
                turn.assign(node.data["comment"]["save_to"], comment)
            except Misfit:
                return self.retry(turn, node)
        score = turn.state["waiting"]["score"]
        turn.commands.append(Rate(node.data["scale"], score, comment[:_COMMENT_KEPT], node.id))
        return self._done(turn, node)

    def retry(
        self,
        turn: Turn,
        node: ProgramNode,
        text: dict[str, Any] | None = None,
        *,
        reason: Both | None = None,
    ) -> str | None:
        if "score" in turn.state["waiting"]:
            self.prompt(turn, node)
            return None
        if "message" in node.exits:
            leave(turn, node)
            return node.exits["message"]
        return super().retry(turn, node, text, reason=reason)

    def take_timer(self, turn: Turn, node: ProgramNode, name: str) -> str | None:
        if "score" not in turn.state["waiting"]:
            return super().take_timer(turn, node, name)
        turn.stop_waiting()
        return follow(node, "next")

    def _rate(self, turn: Turn, node: ProgramNode, score: int) -> str | None:
        if "save_to" in node.data:
            turn.store(node.data["save_to"], score)
        turn.commands.append(Rate(node.data["scale"], score, node=node.id))
        comment = node.data.get("comment")
        if comment is None or ("when" in comment and not turn.truth(comment["when"], score=score)):
            return self._done(turn, node)
        waiting = {**turn.state["waiting"], "score": score, "attempt": turn.state["waiting"]["attempt"] + 1}
        turn.state["waiting"] = waiting
        limit_s = comment.get("timeout") or node.data["timeout"]
        timer_id = f"{turn.state['run']}.{waiting['prompt']}.{waiting['attempt']}.comment"
        turn.state["timers"] = [{"id": timer_id, "at": turn.now + limit_s * 1_000}]
        self.prompt(turn, node)
        return None

    def _done(self, turn: Turn, node: ProgramNode) -> str:
        turn.accept()
        leave(turn, node)
        return follow(node, "next")


NODE = Csat()
