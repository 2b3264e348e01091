"""Scenarios of any size for the measured turns: one answer a turn, in a ring that never ends by itself."""

from __future__ import annotations

import json
from typing import Any

KINDS = ("ask", "set", "condition")


def ring_scenario(size: int) -> str:
    """A dialog of `size` nodes, as JSON: questions, an assignment and a condition after each, and one end.

    Every message of a customer walks to the next question, so each turn steps three nodes and says one thing.
    """
    steps = size - 1
    nodes: dict[str, Any] = {f"n{i}": _node(i, f"n{(i + 1) % steps}") for i in range(steps)}
    nodes["done"] = {"type": "end", "outcome": "done"}
    return json.dumps(
        {
            "omni": "scenario/v1",
            "id": f"ring_{size}",
            "kind": "dialog",
            "name": {"ru": f"Кольцо из {size}", "en": f"A ring of {size}"},
            "channels": ["widget"],
            "locale": {"default": "ru", "supported": ["ru", "en"]},
            "timezone": "Europe/Moscow",
            "variables": {"answer": {"type": "string"}, "answers": {"type": "int", "default": 0}},
            "triggers": [{"id": "any", "type": "message", "match": "any"}],
            "start": "n0",
            "nodes": nodes,
        },
        ensure_ascii=False,
    )


def _node(number: int, following: str) -> dict[str, Any]:
    match KINDS[number % len(KINDS)]:
        case "ask":
            return {
                "type": "ask",
                "text": {
                    "ru": f"Спасибо, записали: {{{{ vars.answers }}}}. Вопрос {number}: что ещё нам нужно знать о "
                    "заказе, чтобы курьер приехал вовремя и без звонков?",
                    "en": f"Thank you, that makes {{{{ vars.answers }}}}. Question {number}: what else should we know "
                    "about the order, so that the courier comes in time?",
                },
                "input": {"kind": "text"},
                "save_to": "vars.answer",
                "timeout": "24h",
                "next": following,
                "exits": {"timeout": "done"},
            }
        case "set":
            return {"type": "set", "assign": {"vars.answers": "=vars.answers + 1"}, "next": following}
        case _:
            return {
                "type": "condition",
                "cases": [{"when": "vars.answers > 1000000", "next": "done"}],
                "else": following,
            }
