"""What nodes share that ask a model or a search by meaning: one text in, an answer of the host out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import STRING
from omnisupport.scenario_dsl.fields import Duration, Expr, Field
from omnisupport.scenario_dsl.nodes.retrying import ATTEMPTS
from omnisupport.scenario_dsl.runtime import limits
from omnisupport.scenario_dsl.runtime.errors import NodeError

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.runtime.turn import Turn

TIMEOUT_S = 20

INPUT: dict[str, Field] = {"input": Expr(STRING, required=True)}
CALLING: dict[str, Field] = {"timeout": Duration(), "retry": ATTEMPTS}


def input_text(turn: Turn, data: dict[str, Any], node: str) -> str:
    """The text that is asked about, cut to what a call may carry.

    Raises:
        NodeError: it is no text.
    """
    text = turn.evaluate(data["input"])
    if type(text) is not str:
        raise NodeError("expr.type", f"{node}: the input is no text")
    return text[: limits.TEXT_KEPT].strip()


def unavailable(exit: str) -> NodeError:
    """What the host answers without a model, and when the model does not answer."""
    return NodeError("ai.unavailable", f"no answer of a model ({exit})")
