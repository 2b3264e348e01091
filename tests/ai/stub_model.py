"""A language model's server that says what a test wants, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
from openai import AsyncOpenAI

from omnisupport.ai.llm import OpenAIModel

Handle = Callable[[httpx2.Request], httpx2.Response]


def make_model(handle: Handle) -> OpenAIModel:
    """The product's adapter in front of a handler."""
    transport = httpx2.AsyncClient(transport=httpx2.MockTransport(handle))
    client = AsyncOpenAI(api_key="k", base_url="https://llm.example/v1", max_retries=0, http_client=transport)
    return OpenAIModel(client, "some-model")


def says(text: str, *, tokens: int | None = None, asked: list[dict[str, Any]] | None = None) -> Handle:
    """A server that always says the same; requests are added to `asked`."""
    body: dict[str, Any] = {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "some-model",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
    }
    if tokens is not None:
        body["usage"] = {"prompt_tokens": tokens - 1, "completion_tokens": 1, "total_tokens": tokens}

    def handle(request: httpx2.Request) -> httpx2.Response:
        if asked is not None:
            asked.append(json.loads(request.content))
        return httpx2.Response(200, json=body)

    return handle
