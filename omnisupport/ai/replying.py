"""The next words of an assistant in a talk: its company's instructions, its knowledge, and a fence around both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from omnisupport.ai.answering import MODEL_PASSAGES, PassageFinder
from omnisupport.ai.base import ChatModel, Passage, Reply, Said
from omnisupport.ai.llm import estimate_tokens, load_prompt, shown
from omnisupport.ai.prompting import plain_words, read_object, write_parts
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.sinks import prompt_part

MAX_TOKENS = 500
FEWEST_TOKENS = 60
"""An answer needs so many; with fewer left in the budget nothing is asked."""
PASSAGE_FROM = 0.3
"""A model may read passages that are not sure enough to be an answer by themselves."""


class Assistant:
    """Goes on with a talk by a model, from what the company's pages say.

    It has no tools yet: operations of connections are named to the model as out of its reach, so that it calls a
    person where one would be needed.
    """

    def __init__(self, finder: PassageFinder, model: ChatModel) -> None:
        self._finder = finder
        self._model = model

    async def reply(
        self,
        request: Mapping[str, Any],
        *,
        tenant_id: str,
        knowledge: Sequence[str],
        locale: str,
        timeout: float | None = None,
    ) -> Reply:
        """Say something, end the talk or call a person; `request` is that of a call `reply`.

        `limit` when no turn is left, or when the budget of tokens would not hold another question and answer.

        Raises:
            Unavailable: the store or the model cannot be reached.
            OmniError: the model refuses its settings.
        """
        tokens_left = request.get("tokens_left")
        if request.get("turns_left", 1) <= 0 or tokens_left == 0:
            return Reply("limit")
        passages = await self._passages(request["turns"], tenant_id, knowledge, locale)
        prompt = load_prompt("reply")
        written = request.get("instructions") or ()
        words, data = write_parts(written)
        instructions = _instructions(prompt.text, words, request.get("guardrails") or (), locale)
        talk = _talk(request, data, passages)
        room = MAX_TOKENS
        if tokens_left is not None:
            room = min(room, tokens_left - estimate_tokens(instructions, talk))
            if room < FEWEST_TOKENS:
                return Reply("limit")
        completion = await self._model.complete(instructions, talk, max_tokens=room, timeout=timeout)
        pages = [f"{one.url}\n{one.context or one.text}" for one in passages]
        said = _read(completion.text, "\n".join([plain_words(written), *pages]))
        return replace(said, tokens=completion.tokens, prompt_version=prompt.version, model=completion.model)

    async def _passages(
        self, turns: Sequence[Mapping[str, str]], tenant_id: str, knowledge: Sequence[str], locale: str
    ) -> list[Passage]:
        asked = next((turn["text"] for turn in reversed(turns) if turn["role"] == "customer"), "")
        if not asked or not knowledge:
            return []
        return await self._finder.retrieve(
            asked,
            tenant_id=tenant_id,
            knowledge=knowledge,
            locale=locale,
            limit=MODEL_PASSAGES,
            min_confidence=PASSAGE_FROM,
        )


def _instructions(rules: str, words: str, guardrails: Sequence[str], locale: str) -> str:
    fence = "\n".join(f"- {rule}" for rule in guardrails)
    parts = [rules, f"Language: {locale}.", "The company's instructions:", words or "Help the customer."]
    return "\n\n".join([*parts, "Never break these:", fence] if fence else parts)


def _talk(request: Mapping[str, Any], data: Sequence[str], passages: Sequence[Passage]) -> list[Said]:
    """Data first, then who said what; neighbours of one role are one message, as some models insist."""
    given = [*data, prompt_part("turns_left", request.get("turns_left", 1))]
    if request.get("tools"):
        given.append(prompt_part("tools_out_of_reach", request["tools"]))
    if passages:
        pages = [{"title": one.title, "text": one.context or one.text} for one in passages]
        given.append(prompt_part("passages", pages))
    talk = [Said("user", "\n".join(given))]
    for turn in request["turns"]:
        if turn["role"] == "customer":
            said = Said("user", prompt_part("customer", turn["text"]))
        else:
            said = Said("assistant", canonical({"do": "answer", "text": turn["text"]}))
        if talk[-1].role == said.role:
            said = Said(said.role, f"{talk.pop().text}\n{said.text}")
        talk.append(said)
    return talk


def _read(raw: str, known: str) -> Reply:
    """A model's words as a reply; words that are no JSON are an answer, an unknown exit calls a person."""
    found = read_object(raw)
    if found is None:
        text = "" if "{" in raw else shown(raw, known)
        return Reply("answer", text) if text else Reply("needs_human")
    text = shown(str(found.get("text") or ""), known)
    match found.get("do"):
        case "answer" if text:
            return Reply("answer", text)
        case "done":
            return Reply("done", text)
        case _:
            return Reply("needs_human")
