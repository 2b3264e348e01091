"""A language model behind any OpenAI-compatible endpoint, held to the passages it is given."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, cast

import yaml

from omnisupport.ai.base import MAX_FOLLOWUP, Completion, ModelReply, Passage, Said
from omnisupport.errors import OmniError, Unavailable

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI
    from openai.types.chat import ChatCompletionMessageParam

TIMEOUT = 20.0
"""Seconds for one answer. Retries are the caller's: a workflow's policy knows how long a customer waits."""
MAX_ANSWER_TOKENS = 400
MAX_ANSWER = 2_000
"""Characters of an answer that are shown; a model that runs on is cut."""

FOLLOWUP_TOKENS = 50
_NO_ANSWER = "NO_ANSWER"
_MORE = re.compile(r"^\W{0,4}MORE:\W{0,3}$", re.MULTILINE)
_ITEM = re.compile(r"^\s*(?:[-•*]|\d{1,2}[.)])\s*")
_CITATION = re.compile(r"\s*\[(\d{1,2})\]")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\]]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt of `prompts/`. Its version changes whenever a character of it does."""

    version: str
    text: str


@cache
def load_prompt(name: str) -> Prompt:
    """Read `prompts/{name}.md`; the recorded version is `name@number+hash of the text`."""
    source = resources.files("omnisupport.ai").joinpath(f"prompts/{name}.md").read_text(encoding="utf-8")
    _, head, text = source.split("---\n", 2)
    number = yaml.safe_load(head)["version"]
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return Prompt(f"{name}@{number}+{digest}", text.strip())


class OpenAIModel:
    """`AnswerModel` over the `openai` client, chat completions only: the part every compatible server has."""

    def __init__(self, client: AsyncOpenAI, model: str) -> None:
        self._client = client
        self._model = model

    @classmethod
    def connect(
        cls, *, model: str, api_key: str | None, base_url: str | None = None, timeout: float = TIMEOUT
    ) -> OpenAIModel:
        """Make an adapter; nothing is sent yet. Local servers need no key."""
        from openai import AsyncOpenAI

        client = AsyncOpenAI(api_key=api_key or "none", base_url=base_url, timeout=timeout, max_retries=0)
        return cls(client, model)

    async def answer(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        locale: str,
        manner: str = "",
        followups: int = 0,
    ) -> ModelReply:
        """Ask the model; an answer that cites none of the passages counts as no answer.

        Raises:
            Unavailable: not reached in time, rate-limited or failing (`model_unavailable`).
            OmniError: it refuses these settings, for example a wrong key (`model_refused`); do not retry.
        """
        prompt = load_prompt("answer")
        asked = [Said("user", _data(question, passages, locale, manner, followups))]
        room = MAX_ANSWER_TOKENS + FOLLOWUP_TOKENS * followups
        raw = await self.complete(prompt.text, asked, max_tokens=room)
        said, *more = _MORE.split(raw.text, maxsplit=1)
        text, cited = read_reply(said, passages)
        further = read_followups(more[0], followups, passages) if text and more else ()
        return ModelReply(text, cited, prompt.version, self._model, further)

    async def complete(
        self, instructions: str, talk: Sequence[Said], *, max_tokens: int, timeout: float | None = None
    ) -> Completion:
        """Ask the model to go on; servers that do not count tokens are counted for.

        Raises:
            Unavailable: rate-limited, failing, or not reached in `timeout` seconds (`model_unavailable`); None is
                the client's own.
            OmniError: it refuses these settings, for example a wrong key (`model_refused`); do not retry.
        """
        import openai

        messages = [{"role": "system", "content": instructions}]
        messages += [{"role": said.role, "content": said.text} for said in talk]
        client = self._client if timeout is None else self._client.with_options(timeout=timeout)
        try:
            completion = await client.chat.completions.create(
                model=self._model,
                messages=cast("list[ChatCompletionMessageParam]", messages),
                temperature=0,
                max_tokens=max_tokens,
            )
        except openai.APIStatusError as error:
            raise _from_status(error) from error
        except openai.APIError as error:
            raise Unavailable(
                f"The language model could not be reached ({type(error).__name__}).", code="model_unavailable"
            ) from error
        text = (completion.choices[0].message.content or "") if completion.choices else ""
        counted = completion.usage.total_tokens if completion.usage else 0
        return Completion(text, counted or estimate_tokens(instructions, talk, text), self._model)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def estimate_tokens(instructions: str, talk: Sequence[Said], text: str = "") -> int:
    """Tokens of a question and its answer, rather too many: two characters each, as in Russian at its worst."""
    return (len(instructions) + sum(len(said.text) for said in talk) + len(text)) // 2


def read_reply(raw: str, passages: Sequence[Passage]) -> tuple[str, tuple[int, ...]]:
    """Check a model's words: its text for the customer and the positions of the passages it cites.

    Nothing is trusted: without a citation of a given passage there is no answer, addresses that stand in no
    cited passage are taken out, Markdown links and images become their label.
    """
    numbers = [int(number) - 1 for number in _CITATION.findall(raw)]
    cited = tuple(number for number in dict.fromkeys(numbers) if 0 <= number < len(passages))
    if _NO_ANSWER in raw or not cited:
        return "", ()
    known = "\n".join(f"{passages[i].url}\n{passages[i].context or passages[i].text}" for i in cited)
    text = shown(_CITATION.sub("", raw), known)
    return (text, cited) if text else ("", ())


def read_followups(raw: str, most: int, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The further questions of a model, one a line, as they may be shown; what is too long to be one is left out."""
    known = "\n".join(passage.text for passage in passages)
    lines = (shown(_ITEM.sub("", _CITATION.sub("", line)), known) for line in raw.splitlines())
    questions = dict.fromkeys(line for line in lines if 0 < len(line) <= MAX_FOLLOWUP)
    return tuple(questions)[:most]


def shown(text: str, known: str, *, at_most: int = MAX_ANSWER) -> str:
    """A model's words as they may be shown: no Markdown links, no address that is not in `known`, and not too long."""
    text = _MARKDOWN_LINK.sub(r"\1", text)
    text = _URL.sub(lambda match: match.group() if match.group().rstrip(".,;") in known else "", text)
    return "".join(char for char in text if char == "\n" or char.isprintable()).strip()[:at_most]


def _data(question: str, passages: Sequence[Passage], locale: str, manner: str, followups: int) -> str:
    numbered = [
        {"number": number, "title": passage.title, "text": passage.context or passage.text}
        for number, passage in enumerate(passages, 1)
    ]
    # JSON quotes whatever the customer typed: no text can close the data part and go on as an instruction.
    asked: dict[str, object] = {"passages": numbered, "question": question, "language": locale}
    if manner:
        asked["manner"] = manner
    if followups:
        asked["further_questions"] = followups
    return json.dumps(asked, ensure_ascii=False)


def _from_status(error: APIStatusError) -> OmniError:
    status = error.status_code
    if status in (408, 409, 429) or status >= 500:
        after = error.response.headers.get("retry-after", "")
        return Unavailable(
            f"The language model answered {status}.",
            code="model_unavailable",
            retry_after=float(after) if after.isdigit() else None,
        )
    return OmniError(
        f"The language model refused the request with {status}: check OPENAI_BASE_URL, OPENAI_API_KEY and "
        "OPENAI_MODEL.",
        code="model_refused",
    )
