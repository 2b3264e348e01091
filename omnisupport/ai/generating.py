"""A text that a model writes as a scenario's author says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from omnisupport.ai.base import ChatModel, Said, Written
from omnisupport.ai.llm import load_prompt, shown
from omnisupport.ai.prompting import plain_words, write_parts

CHARACTERS_A_TOKEN = 2
"""As in Russian at its worst: a text of `max_chars` is never cut by its tokens."""


async def generate(
    model: ChatModel,
    parts: Sequence[Mapping[str, str]],
    *,
    max_chars: int,
    locale: str,
    timeout: float | None = None,
) -> Written:
    """Let a model write; the text may be empty. Addresses that were not given to it are taken out.

    Raises:
        Unavailable: the model cannot be reached.
        OmniError: it refuses its settings.
    """
    prompt = load_prompt("generate")
    words, data = write_parts(parts)
    length = f"At most {max_chars} characters. Language, unless the instructions name another: {locale}."
    instructions = f"{prompt.text}\n\n{length}\n\nThe instructions:\n\n{words}"
    asked = "\n".join(data) or "Write the text."
    completion = await model.complete(
        instructions,
        [Said("user", asked)],
        max_tokens=max_chars // CHARACTERS_A_TOKEN + 50,
        timeout=timeout,
    )
    text = shown(completion.text, known=plain_words(parts), at_most=max_chars)
    return Written(text, prompt.version, completion.model)
