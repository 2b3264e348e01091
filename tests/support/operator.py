"""An operator at the console's API, over real HTTP, signed in with tokens."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, Self
from uuid import uuid4

import httpx2

from tests.support.tenants import TestTenant

PATIENCE = 200
AGAIN = (429, 500, 502, 503)


class Operator:
    """One person of a tenant. Actions are repeated under their own id while a part is down, as the console does."""

    def __init__(self, url: str, tenant: TestTenant) -> None:
        self.tenant = tenant
        self._http = httpx2.AsyncClient(base_url=f"{url}/api/v1", timeout=20, verify=False)
        self._token = ""
        self.refresh_token = ""

    async def __aenter__(self) -> Self:
        await self.sign_in()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def sign_in(self) -> None:
        """Get an access token."""
        body = {"email": self.tenant.email, "password": self.tenant.password, "grant": "token"}
        answer = await self._http.post("/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        self._token, self.refresh_token = answer.json()["access_token"], answer.json()["refresh_token"]

    async def request(self, method: str, path: str, *, key: str | None = None, **options: Any) -> Any:
        """One request without retry; the raw answer."""
        headers = {"Authorization": f"Bearer {self._token}"} | ({"Idempotency-Key": key} if key else {})
        return await self._http.request(method, path, headers=headers, **options)

    async def publish(self, path: str, **body: Any) -> Any:
        """Publish a scenario, whose path is given, and take on what its draft is warned of; the raw answer.

        That past conversations would have gone otherwise is taken on as well: tests change scenarios on purpose.
        """
        findings = (await self.request("GET", path)).json()["findings"]
        warned = sorted({each["code"] for each in findings if each["severity"] == "warning"})
        taken = [*warned, "G201", "G202", "G203", "G204", "G205"]
        return await self.request("POST", f"{path}/publish", json={"acknowledge": taken, **body})

    async def patiently(self, method: str, path: str, **options: Any) -> Any:
        """Repeat a request, with the same id, until it is taken or refused for good."""
        key = str(uuid4())
        for _ in range(PATIENCE):
            try:
                answer = await self.request(method, path, key=key, **options)
            except (httpx2.TransportError, OSError):
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 401:
                await self.sign_in()
            elif answer.status_code not in AGAIN and "request_in_progress" not in answer.text:
                return answer
            await asyncio.sleep(0.1)
        raise AssertionError(f"{method} {path} was never taken")

    async def conversations(self, **filters: str) -> list[dict[str, Any]]:
        """A page of the inbox."""
        answer = await self.patiently("GET", "/conversations", params=filters)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def conversation(self, conversation_id: str) -> dict[str, Any]:
        """One conversation as the inbox shows it."""
        answer = await self.patiently("GET", f"/conversations/{conversation_id}")
        assert answer.status_code == 200, answer.text
        summary: dict[str, Any] = answer.json()["conversation"]
        return summary

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """Every row of a conversation, notes and events included, page by page."""
        rows: list[dict[str, Any]] = []
        while True:
            after = {"after": rows[-1]["seq"] if rows else 0, "limit": 500}
            answer = await self.patiently("GET", f"/conversations/{conversation_id}/messages", params=after)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            rows += page["messages"]
            if not page["messages"] or rows[-1]["seq"] >= page["last_seq"]:
                return rows

    async def act(self, conversation_id: str, action: str, **body: Any) -> dict[str, Any]:
        """Take an action that must be allowed: `take-over`, `hand-back`, `assign`, `resolve` …"""
        answer = await self.patiently("POST", f"/conversations/{conversation_id}/{action}", json=body)
        assert answer.status_code == 200, (action, answer.text)
        summary: dict[str, Any] = answer.json()["conversation"]
        return summary

    async def try_to(self, conversation_id: str, action: str, **body: Any) -> Any:
        """Take an action that may be refused; the raw answer."""
        return await self.patiently("POST", f"/conversations/{conversation_id}/{action}", json=body)

    async def snooze(self, conversation_id: str, until: datetime) -> dict[str, Any]:
        """Hide a conversation until a moment."""
        return await self.act(conversation_id, "snooze", until=until.isoformat())

    async def reply(self, conversation_id: str, text: str, *, note: bool = False) -> dict[str, Any]:
        """Answer the customer, or leave a note among colleagues."""
        body = {"text": text, "kind": "note" if note else "reply", "client_message_id": str(uuid4())}
        answer = await self.patiently("POST", f"/conversations/{conversation_id}/messages", json=body)
        assert answer.status_code == 202, answer.text
        message: dict[str, Any] = answer.json()["message"]
        return message
