"""Who asks: everybody that a tenant lets in, who is let in no more, and nobody."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import httpx2

from omnisupport.settings import Settings
from tests.security.probes.workspace import Workspace
from tests.support.operator import Operator
from tests.support.roles import add_scoped
from tests.support.tenants import TestTenant, add_person


@dataclass(frozen=True)
class Asker:
    """A name for findings, and the headers that let it in."""

    name: str
    headers: dict[str, str]
    is_live: bool = True
    """False: no tenant knows it (any more)."""
    person: Operator | None = None
    """Whose access token it is, which lasts ten minutes."""

    async def renew(self) -> None:
        """Sign in again."""
        if self.person is not None:
            await self.person.sign_in()
            self.headers.update(bearer(self.person._token))


@asynccontextmanager
async def askers(url: str, settings: Settings, at: Workspace, other: Workspace) -> AsyncIterator[list[Asker]]:
    """Each kind of a workspace's callers; `other` is whose number forged credentials carry."""
    people: list[Operator] = []

    async def sign_in(person: TestTenant) -> Operator:
        operator = Operator(url, person)
        people.append(operator)
        await operator.sign_in()
        return operator

    own = await sign_in(await add_scoped(settings, at.tenant, "own", name="Олег"))
    roles = {
        role: await sign_in(await add_person(settings, at.tenant, role=role))
        for role in ("admin", "supervisor", "builder", "analyst")
    }
    ended = await sign_in(at.tenant)
    assert (await ended.request("POST", "/auth/logout")).status_code < 300
    found = [
        Asker("owner", bearer(at.owner._token), person=at.owner),
        Asker("owner in a browser", await browser_of(url, at.tenant)),
        Asker("operator of departments", bearer(at.scoped._token), person=at.scoped),
        Asker("operator of his own", bearer(own._token), person=own),
        *(Asker(role, bearer(person._token), person=person) for role, person in roles.items()),
        Asker("key of the workspace", bearer(at.keys["workspace"])),
        Asker("personal key", bearer(at.keys["personal"])),
        Asker("visitor", bearer(at.visitor.token)),
        Asker("ended session", bearer(ended._token), is_live=False),
        Asker("forged key", bearer(renumbered(at.keys["workspace"], other.tenant.id)), is_live=False),
        Asker("anonymous", {}, is_live=False),
    ]
    yield found
    for person in people:
        await person._http.aclose()


def bearer(token: str) -> dict[str, str]:
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}


async def browser_of(url: str, tenant: TestTenant) -> dict[str, str]:
    """The headers of a browser that has signed in."""
    body = {"email": tenant.email, "password": tenant.password}
    async with httpx2.AsyncClient(base_url=url, timeout=20) as http:
        answer = await http.post("/api/v1/auth/login", json=body, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"].partition(";")[0]
    return {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}


def renumbered(token: str, tenant_id: UUID) -> str:
    """A token with the number of another tenant in it."""
    kind, body = token[:2], base64.urlsafe_b64decode(token[2:])
    return kind + base64.urlsafe_b64encode(tenant_id.bytes + body[16:]).decode()
