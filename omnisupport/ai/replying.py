"""The next words of an assistant in a talk: its company's instructions, its knowledge, and a fence around both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from omnisupport.ai.answering import MODEL_PASSAGES, PassageFinder
from omnisupport.ai.base import ChatModel, Passage, Reply, Said, Tool, ToolAnswer, Tools
from omnisupport.ai.llm import estimate_tokens, load_prompt, shown
from omnisupport.ai.prompting import plain_words, read_object, write_parts
from omnisupport.scenario_dsl.ir import canonical
from omnisupport.scenario_dsl.sinks import prompt_part

MAX_TOKENS = 500
FEWEST_TOKENS = 60
"""An answer needs so many; with fewer left in the budget nothing is asked."""
PASSAGE_FROM = 0.3
"""A model may read passages that are not sure enough to be an answer by themselves."""
MAX_CALLS = 3
"""Of tools, in one reply."""
TOOL_SECONDS = 10.0
"""For one call of a tool where nothing limits the reply."""
FEWEST_SECONDS = 0.1
CALL_KEPT = 2_000
"""Characters of a call that the model reads again."""


class Assistant:
    """Goes on with a talk by a model, from what the company's pages say and what its tools look up.

    Tools that are named and not there are told to the model as out of its reach, so that it calls a person where one
    would be needed.
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
        tools: Tools | None = None,
    ) -> Reply:
        """Say something, end the talk or call a person; `request` is that of a call `reply`.

        `limit` when no turn is left, or when the budget of tokens would not hold another question and answer.
        Questions, calls of tools and the answer share `timeout`.

        Raises:
            Unavailable: the store or the model cannot be reached.
            OmniError: the model refuses its settings.
        """
        tokens_left = request.get("tokens_left")
        if request.get("turns_left", 1) <= 0 or tokens_left == 0:
            return Reply("limit")
        clock = _Clock(timeout)
        offered = {each.name: each for each in tools.offered} if tools is not None else {}
        passages = await self._passages(request["turns"], tenant_id, knowledge, locale)
        prompt = load_prompt("reply")
        written = request.get("instructions") or ()
        words, data = write_parts(written)
        instructions = _instructions(prompt.text, words, request.get("guardrails") or (), locale)
        talk = _talk(request, data, passages, offered)
        known = [plain_words(written), *(f"{one.url}\n{one.context or one.text}" for one in passages)]
        said, spent, model, answers = Reply("limit"), 0, None, list[ToolAnswer]()
        while True:
            room = MAX_TOKENS
            if tokens_left is not None:
                room = min(room, tokens_left - spent - estimate_tokens(instructions, talk))
                if room < FEWEST_TOKENS:
                    said = Reply("limit")
                    break
            completion = await self._model.complete(
                instructions, talk, max_tokens=room, timeout=clock.seconds_left
            )
            spent, model = spent + completion.tokens, completion.model
            call = _call_in(completion.text)
            if call is None or tools is None or not offered:
                said = _read(completion.text, "\n".join(known))
                break
            if len(answers) == MAX_CALLS:
                said = Reply("needs_human")
                break
            answers.append(await _look_up(call, tools, offered, clock))
            talk += _told(completion.text, answers)
            if answers[-1].has_data:
                known.append(canonical(answers[-1].told))
        return replace(said, tokens=spent, prompt_version=prompt.version, model=model, tools=tuple(answers))

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


class _Clock:
    """The seconds that a reply has, of which each question and each call takes its part; None: as many as it likes."""

    def __init__(self, seconds: float | None) -> None:
        self._until = None if seconds is None else monotonic() + seconds

    @property
    def seconds_left(self) -> float | None:
        """Never nothing: what is asked too late is given up by whoever is asked, under a name."""
        return None if self._until is None else max(self._until - monotonic(), FEWEST_SECONDS)


def _call_in(raw: str) -> dict[str, Any] | None:
    """The call that a model asks for; None: it says something."""
    found = read_object(raw)
    return found if found is not None and found.get("do") == "call" else None


async def _look_up(
    call: Mapping[str, Any], tools: Tools, offered: Mapping[str, Tool], clock: _Clock
) -> ToolAnswer:
    name = call.get("tool")
    if not isinstance(name, str) or name not in offered:
        return ToolAnswer("unknown", "refused", {"refused": "there is no such tool"})
    seconds = clock.seconds_left
    return await tools.call_tool(
        name, call.get("arguments", {}), timeout=TOOL_SECONDS if seconds is None else seconds
    )


def _told(raw: str, answers: Sequence[ToolAnswer]) -> list[Said]:
    """The model's own words, and what came of them."""
    last = answers[-1]
    told = {"tool": last.name, **last.told, "calls_left": MAX_CALLS - len(answers)}
    return [Said("assistant", raw[:CALL_KEPT]), Said("user", prompt_part("tool_answer", told))]


def _talk(
    request: Mapping[str, Any],
    data: Sequence[str],
    passages: Sequence[Passage],
    offered: Mapping[str, Tool],
) -> list[Said]:
    """Data first, then who said what; neighbours of one role are one message, as some models insist."""
    given = [*data, prompt_part("turns_left", request.get("turns_left", 1))]
    if offered:
        tools = [
            {"tool": each.name, "description": each.description, "arguments": each.arguments}
            for each in offered.values()
        ]
        given.append(prompt_part("tools", tools))
    away = [name for name in request.get("tools") or () if name not in offered]
    if away:
        given.append(prompt_part("tools_out_of_reach", away))
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
