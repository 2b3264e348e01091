"""Answers that the core cannot check: what is checked, what nobody can check, and codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from omnisupport.activities.answer_checks import AnswerChecks
from omnisupport.domain.calls import CallResult

TENANT, THING = UUID(int=1), UUID(int=2)


class AllProviders:
    """Knows one domain, one place and what was said."""

    async def takes_mail(self, domain: str) -> bool | None:
        return {"example.com": True, "nowhere.example": False}.get(domain)

    async def find_place(self, text: str, locale: str) -> dict[str, Any] | None:
        return {"lat": 55.75, "lon": 37.61, "address": text.upper()} if text == "Москва" else None

    async def write_down(self, file: dict[str, Any], locale: str) -> str | None:
        return f"{locale}: {file['id']}"


class MemoryCodes:
    """Codes without a channel."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []

    async def send(
        self, tenant_id: UUID, thing_id: UUID, request: dict[str, Any], *, at: int, locale: str
    ) -> CallResult:
        self.sent.append((request["length"], request["ttl_s"], request["to"], at, locale))
        return CallResult(exit="ok", value={"code_id": "c1"})

    async def check(self, tenant_id: UUID, request: dict[str, Any], *, at: int) -> CallResult:
        good = (request["code_id"], request["text"]) == ("c1", "1234")
        return CallResult(exit="ok" if good else "wrong")


async def ask(checks: AnswerChecks, call: str, **request: Any) -> tuple[str, Any]:
    result = await (checks.code(TENANT, THING, request, 7) if call == "code" else checks.parse(request))
    return result.exit, result.value


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"kind": "phone", "text": "8 916 123-45-67", "region": "RU"}, ("ok", "+79161234567")),
        ({"kind": "phone", "text": "123456", "region": "RU"}, ("invalid", None)),
        ({"kind": "email_domain", "address": "a@example.com"}, ("ok", "a@example.com")),
        ({"kind": "email_domain", "address": "a@nowhere.example"}, ("invalid", "a@nowhere.example")),
        ({"kind": "email_domain", "address": "a@other.example"}, ("not_checked", "a@other.example")),
        ({"kind": "address", "text": "Москва"}, ("ok", {"lat": 55.75, "lon": 37.61, "address": "МОСКВА"})),
        ({"kind": "address", "text": "Неизвестно"}, ("not_checked", None)),
        ({"kind": "transcription", "file": {"id": "f1"}, "locale": "en"}, ("ok", "en: f1")),
    ],
)
async def test_what_providers_know(request_: dict[str, Any], expected: tuple[str, Any]) -> None:
    assert await ask(AnswerChecks(AllProviders()), "parse", **request_) == expected


@pytest.mark.parametrize("kind", ["email_domain", "address", "transcription"])
async def test_without_providers_nothing_is_checked_and_nothing_blocked(kind: str) -> None:
    exit, _ = await ask(AnswerChecks(), "parse", kind=kind, text="x", address="a@b.example", file={})
    assert exit == "not_checked"


async def test_codes_are_sent_and_compared_by_their_own_part() -> None:
    codes = MemoryCodes()
    checks = AnswerChecks(codes=codes)
    to = {"channel": "sms", "address": "+79161234567"}
    assert await ask(checks, "code", op="send", length=4, ttl_s=300, to=to, locale="en") == (
        "ok",
        {"code_id": "c1"},
    )
    assert codes.sent == [(4, 300, to, 7, "en")]
    assert (await ask(checks, "code", op="check", code_id="c1", text="1234"))[0] == "ok"
    assert (await ask(checks, "code", op="check", code_id="c1", text="9999"))[0] == "wrong"


async def test_without_somebody_to_send_them_codes_are_an_error() -> None:
    assert (await ask(AnswerChecks(), "code", op="send", length=4, ttl_s=300, to={}))[0] == "error"
