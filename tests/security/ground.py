"""A tenant with one of everything, for requests that are made up: real ids, and new ones for what deletes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import httpx2
from redis import Redis

from omnisupport.settings import Settings
from tests.support.accounts import run
from tests.support.callbacks import callback_link
from tests.support.originals import plant_original
from tests.support.tenants import ECHO, TestTenant
from tests.support.widgets import plant_article

WIDGET = "/widget"


@dataclass
class Ground:
    """What stands in a tenant, reached over HTTP as its owner.

    `invitations` are tokens that were planted, to be used up as the members are.
    """

    url: str
    tenant: TestTenant
    settings: Settings
    invitations: list[str]
    members: list[str] = field(default_factory=list)
    token: str = ""
    visitor_token: str = ""
    _known: dict[str, str] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self._http = httpx2.Client(base_url=f"{self.url}/api/v1", timeout=20, verify=False)
        self._redis = Redis.from_url(self.settings.redis_url or "")
        self.sign_in()
        self.open_widget()
        own = self._json("GET", "/me")["user"]["id"]
        self.members = [each["id"] for each in self.items("/team/members?limit=100") if each["id"] != own]

    def sign_in(self) -> None:
        """Get an access token."""
        login = {"email": self.tenant.email, "password": self.tenant.password, "grant": "token"}
        answer = self._http.post("/auth/login", json=login)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]

    def mend(self, status: int, answer: bytes) -> None:
        """Undo what would keep every later request out."""
        if status == 401 and self.ask("GET", "/me").status_code != 200:
            self.forget_limits()
            self.sign_in()
        if status == 429:
            self.forget_limits()
        if b'"two_factor_required"' in answer:
            sql = "update tenant set settings = settings - 'require_two_factor'"
            asyncio.run(run(self.settings, self.tenant.id, sql))

    def call_off(self, path: str, job: dict[str, Any] | None) -> None:
        """End a long trial of a scenario that was begun: it would slow down whatever is tested next."""
        if job is not None:
            gone = self.ask("DELETE", f"{path.removesuffix('/test')}/jobs/{job['id']}")
            assert gone.status_code == 200, gone.text

    def forget_limits(self) -> None:
        """What was tried so far does not count."""
        for key in self._redis.scan_iter("omni:limit:*"):
            self._redis.delete(key)

    def open_widget(self) -> None:
        """Be a visitor who has said something."""
        opened = self._http.post(f"{WIDGET}/{self.tenant.slug}/sessions", json={})
        assert opened.status_code == 201, opened.text
        self.visitor_token = opened.json()["visitor_token"]
        headers = {"Authorization": f"Bearer {self.visitor_token}"}
        body = {"client_message_id": self.word(), "text": "раз"}
        said = self._http.post(f"{WIDGET}/messages", json=body, headers=headers)
        assert said.status_code == 202, said.text
        self._known["conversation_id"] = said.json()["message"]["conversation_id"]

    def word(self) -> str:
        """A word that was not used yet."""
        return f"word{next(self._numbers)}"

    def id(self, path: str, *, anew: bool = False) -> str | None:
        """The id that a path ends with, such as `/api/v1/keys/{key_id}`; None for what is made by nothing here.

        `anew`: of a thing that may be done away with.
        """
        place = path.removeprefix("/api/v1")
        if place not in MAKERS:
            return None
        if anew or place not in self._known:
            made = MAKERS[place](self)
            if anew:
                return made
            self._known[place] = made
        return self._known[place]

    def named(self, name: str) -> str | None:
        """The id that a field of a body means: `department_id`, or `user_ids` for each of a list."""
        place = FIELDS.get(name.removesuffix("s"))
        return self.id(f"/api/v1{place}") if place else None

    def fill(self, template: str, *, anew: bool = False) -> dict[str, str]:
        """The parameters of a path, each a real one."""
        found: dict[str, str] = {}
        names = re.findall(r"\{(\w+)\}", template)
        for name in names:
            upto = template[: template.index("{" + name + "}")] + "{" + name + "}"
            made = self.id(upto, anew=anew and name == names[-1])
            if made is not None:
                found[name] = made
        return found

    def etag(self, path: str) -> str:
        """What a save of a thing has to name; a part of a draft, and its publish, name the draft."""
        place = path.rpartition("/")[2]
        if place in ("triggers", "variables"):
            path = f"/scenarios/{self.id('/scenarios/{scenario_id}')}/draft"
        elif place == "publish":
            path = f"{path.removesuffix('publish')}draft"
        answer = self.ask("GET", path)
        if answer.status_code != 200:
            return '"1"'
        return answer.headers.get("etag") or f'"{answer.json()["customer"]["revision"]}"'

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """A request as the owner, signed in again where that is needed."""
        for _ in range(2):
            headers = {"Authorization": f"Bearer {self.token}"}
            answer = self._http.request(method, path.removeprefix("/api/v1"), headers=headers, **options)
            if answer.status_code != 401:
                break
            self.sign_in()
        return answer

    def made(self, path: str, noun: str, by: str = "id", **body: Any) -> str:
        """Make a thing; what it goes by."""
        return str(self._json("POST", path, json=body)[noun][by])

    def _json(self, method: str, path: str, **options: Any) -> Any:
        answer = self.ask(method, path, **options)
        assert answer.status_code < 300, (method, path, answer.text)
        return answer.json()

    def items(self, path: str) -> list[Any]:
        """A page of a list."""
        found: list[Any] = self._json("GET", path)["items"]
        return found

    def member(self) -> str:
        """A colleague; the last stays."""
        return self.members.pop() if len(self.members) > 1 else self.members[0]

    def invitation(self) -> str:
        """The token of an invitation; the last stays."""
        return self.invitations.pop() if len(self.invitations) > 1 else self.invitations[0]

    def session(self) -> str:
        """Another session of the owner."""
        ours = self.token
        self.sign_in()
        other = next(each["id"] for each in self.items("/auth/sessions") if each["current"])
        self.token = ours
        return str(other)

    def scenario(self) -> str:
        """Another scenario, with a variable."""
        declared = ECHO.replace(
            "on_error:", "variables:\n  city: {type: string, default: Тула}\non_error:", 1
        )
        document = declared.replace("id: echo", f"id: {self.word()}", 1)
        return self.made("/scenarios", "scenario", document=document)

    def file(self) -> dict[str, Any]:
        """A file of text."""
        made = self._json("POST", "/files", params={"name": "x.txt"}, content=b"x")["file"]
        assert isinstance(made, dict)
        return made

    def attachment(self) -> str:
        """A file that the visitor has sent."""
        headers = {"Authorization": f"Bearer {self.visitor_token}"}
        sent = self._http.post(f"{WIDGET}/files", params={"name": "x.txt"}, content=b"x", headers=headers)
        assert sent.status_code == 201, sent.text
        file_id = str(sent.json()["file"]["id"])
        body = {"client_message_id": self.word(), "attachments": [file_id]}
        said = self._http.post(f"{WIDGET}/messages", json=body, headers=headers)
        assert said.status_code == 202, said.text
        return file_id


def _test(at: Ground) -> str:
    scenario = at.id("/scenarios/{scenario_id}")
    body = {"name": f"{at.word()}.yaml", "document": "omni: scenario-test/v1\n"}
    return at.made(f"/scenarios/{scenario}/tests", "test", **body)


def _of_webhook(at: Ground) -> str:
    webhook = at.id("/settings/webhooks/{webhook_id}")
    return str(at._json("POST", f"/settings/webhooks/{webhook}/test")["delivery"]["id"])


def _customer(at: Ground) -> str:
    for each in at.items("/settings/attributes"):
        if each["required"]:  # made so by a request before
            at.ask("PATCH", f"/settings/attributes/{each['id']}", json={"required": False})
    return at.made("/customers", "customer", name="Анна")


def _identity(at: Ground) -> str:
    """An address on a channel for phones, which is connected once."""
    there = [each["id"] for each in at.items("/channels") if each["type"] == "sms"]
    account = {"account_sid": "AC0123", "auth_token": "0123456789abcdef", "number": "+15005550006"}
    new = {"name": "SMS", "account": account}
    channel = there[0] if there else at._json("POST", "/channels/sms", json=new)["channel"]["id"]
    where = f"/customers/{at.id('/customers/{customer_id}')}/identities"
    phone = f"+7916{next(PHONES)}"
    found = at._json("POST", where, json={"channel_id": channel, "address": phone})["items"]
    return next(str(each["id"]) for each in found if each["address"] == phone)


def _identity_key(at: Ground) -> str:
    there = at._json("GET", "/settings/security")["identity_keys"]
    if len(there) > 1:  # there may be two
        return str(there[0]["id"])
    return at.made("/settings/security/identity-keys", "identity_key")


def _webhook(at: Ground) -> str:
    there = at.items("/settings/webhooks")
    if len(there) > 15:  # there may be twenty
        return str(there[0]["id"])
    return at.made("/settings/webhooks", "webhook", name=at.word(), **WEBHOOK)


def _note(at: Ground) -> str:
    customer = at.id("/customers/{customer_id}")
    return at.made(f"/customers/{customer}/notes", "note", text="x")


def _hold(at: Ground) -> str:
    held = {"customer_id": _customer(at), "reason": "x"}
    return str(at._json("POST", "/privacy/holds", json=held)["id"])


def _erasure(at: Ground) -> str:
    return str(at._json("POST", "/privacy/erasures", json={"customer_id": _customer(at)})["id"])


def _callback(at: Ground) -> str:
    conversation_id = UUID(at._known["conversation_id"])
    return asyncio.run(callback_link(at.settings, at.tenant.id, conversation_id))


def _export(at: Ground) -> str:
    return str(at._json("POST", f"/customers/{_customer(at)}/export")["id"])


def _connection(at: Ground, by: str = "id") -> str:
    new = {"key": at.word(), "name": "x", "base_url": "https://x.example", "auth": {"kind": "none"}}
    return at.made("/settings/connections", "connection", by, **new)


def _message(at: Ground) -> str:
    page = at._json("GET", f"/conversations/{at._known['conversation_id']}/messages")
    return str(page["messages"][0]["id"])


def _channel(at: Ground) -> str:
    there = [each for each in at.items("/channels") if each["type"] == "telegram"]
    if len(there) > 50:  # there may be a hundred
        return str(there[-1]["id"])
    account = {"token": f"{next(BOTS)}:{'A' * 35}"}
    return str(
        at._json("POST", "/channels/telegram", json={"name": "x", "account": account})["channel"]["id"]
    )


def _mail_page(at: Ground) -> str:
    return asyncio.run(plant_original(at.settings, at.tenant.id, b"From: anna@client.example\n\nx\n")).link


def _widget(at: Ground) -> str:
    return next(str(each["id"]) for each in at.items("/channels") if each["type"] == "widget")


def _article(at: Ground) -> str:
    return asyncio.run(plant_article(at.settings, at.tenant, at.word()))


BOTS = count(10_000_000)
PHONES = count(1_000_000)
MOSCOW = "Europe/Moscow"
WEBHOOK = {"url": "https://x.invalid", "events": ["note.created"]}
MAKERS: dict[str, Callable[[Ground], str]] = {
    "/conversations/{conversation_id}": lambda at: at._known["conversation_id"],
    "/conversations/{conversation_id}/messages/{message_id}": _message,
    "/customers/{customer_id}": _customer,
    "/customers/{customer_id}/notes/{note_id}": _note,
    "/customers/{customer_id}/identities/{identity_id}": _identity,
    "/settings/attributes/{attribute_id}": lambda at: at.made(
        "/settings/attributes",
        "attribute",
        subject="customer",
        key=at.word(),
        name={"ru": "A", "en": "A"},
        kind="text",
    ),
    "/team/members/{user_id}": Ground.member,
    "/team/departments/{department_id}": lambda at: at.made(
        "/team/departments", "department", name={"en": at.word()}
    ),
    "/team/skills/{skill_id}": lambda at: at.made("/team/skills", "skill", name=at.word()),
    "/team/roles/{role_key}": lambda at: at.made(
        "/team/roles", "role", "key", name=at.word(), permissions=["team.read"]
    ),
    "/team/availability-states/{state_key}": lambda at: at.made(
        "/team/availability-states", "state", "key", name=at.word(), kind="away"
    ),
    "/team/invitations/{invitation_id}": lambda at: at.made(
        "/team/invite", "invitation", email=f"{at.word()}@example.com", role="operator"
    ),
    "/team/invite/{token}": Ground.invitation,
    "/scenarios/{scenario_id}": Ground.scenario,
    "/scenarios/{scenario_id}/versions/{version}": lambda at: "1",
    "/scenarios/{scenario_id}/tests/{test_id}": _test,
    "/scenarios/runs/{run_id}": lambda at: f"{at._known['conversation_id']}:1",
    "/triggers/{scenario_id}": lambda at: str(at.id("/scenarios/{scenario_id}")),
    "/triggers/{scenario_id}/{trigger_id}": lambda at: "any",
    "/variables/{scenario_id}": lambda at: str(at.id("/scenarios/{scenario_id}")),
    "/variables/{scenario_id}/{variable_id}": lambda at: "city",
    "/settings/connections/{connection_id}": _connection,
    "/channels/{channel_type}": lambda at: "telegram",
    "/channels/{channel_id}": _channel,
    "/channels/{channel_type}/{channel_id}": _channel,
    "/channels/widget/{channel_id}": _widget,
    "/hooks/{slug}": lambda at: at.tenant.slug,
    "/hooks/{slug}/{key}": lambda at: _connection(at, by="key"),
    "/settings/calendars/{calendar_id}": lambda at: at.made(
        "/settings/calendars", "calendar", key=at.word(), name={"en": "x"}, timezone=MOSCOW, hours={}
    ),
    "/settings/tags/{key}": lambda at: at.made("/settings/tags", "tag", "key", key=at.word(), name="x"),
    "/settings/webhooks/{webhook_id}": _webhook,
    "/settings/webhooks/{webhook_id}/deliveries/{delivery_id}": _of_webhook,
    "/settings/security/identity-keys/{identity_key_id}": _identity_key,
    "/files/{file_id}": lambda at: str(at.file()["id"]),
    "/widget/files/{file_id}": Ground.attachment,
    "/conversations/{conversation_id}/files/{attachment_id}": Ground.attachment,
    "/callbacks/{callback_link}": _callback,
    "/mail-pages/{mail_link}": _mail_page,
    "/file-content/{link}": lambda at: str(at.file()["url"].rpartition("/")[2]),
    "/auth/sessions/{session_id}": Ground.session,
    "/auth/keys/{key_id}": lambda at: at.made("/auth/keys", "key", name="x", scopes=["team.read"]),
    "/keys/{key_id}": lambda at: at.made("/keys", "key", name="x", scopes=["team.read"]),
    "/widget/{slug}": lambda at: at.tenant.slug,
    "/widget/{slug}/articles/{article_id}": _article,
    "/articles/{article_id}": _article,
    "/widget/conversations/{conversation_id}": lambda at: at._known["conversation_id"],
    "/privacy/holds/{hold_id}": _hold,
    "/privacy/erasures/{erasure_id}": _erasure,
    "/privacy/exports/{export_id}": _export,
    "/apart/{customer_id}": _customer,
}
"""What a path ends with, to how such a thing is made."""
FIELDS = {
    "customer_id": "/apart/{customer_id}",
    "user_id": "/team/members/{user_id}",
    "department_id": "/team/departments/{department_id}",
    "skill_id": "/team/skills/{skill_id}",
    "into": "/customers/{customer_id}",
    "move_to": "/team/departments/{department_id}",
    "conversation_id": "/conversations/{conversation_id}",
    "channel_id": "/channels/{channel_id}",
    "identity_id": "/customers/{customer_id}/identities/{identity_id}",
    "scenario_id": "/scenarios/{scenario_id}",
}
"""Fields of bodies and queries, to what their ids are of."""
