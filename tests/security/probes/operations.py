"""Operations of /openapi.json as requests: good values for every parameter and body, and the places of ids in them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.support.schema import Description
from tests.support.tenants import ECHO

Own = Callable[[str], str]
"""One's own id of a noun."""
NOUNS: Mapping[str, str] = {
    "actor": "user_id",
    "attachments": "file_id",
    "channel": "channel_type",
    "conversation_id": "conversation_id",
    "customer": "customer_id",
    "department": "department_id",
    "into": "customer_id",
    "move_to": "",
    "link": "link",
    "logo_file_id": "file_id",
    "mail_link": "mail_link",
    "bundle_link": "bundle_link",
    "callback_link": "callback_link",
    "other_id": "customer_id",
    "role": "role_key",
    "state": "state_key",
    "target": "target",
    "tenant_id": "tenant_id",
    "visitor_token": "visitor_token",
}
"""What fields and parameters name, where their own name does not say it."""
NO_IDS = frozenset(
    {
        *("client_message_id", "external_id", "Idempotency-Key"),
        *("group_id", "authserv_id", "phone_number_id", "business_account_id", "client_id"),
    }
)
"""Of the caller's own choice, or a provider's."""
NUMBERS = frozenset({"version", "channel_type"})
"""Parts of paths that are the same for everybody: what counts within a thing, and words of the product."""
GOOD: Mapping[str, Callable[[], Any]] = {
    "auth": lambda: {"kind": "none"},
    "attribute": lambda: "a:b",
    "availability": lambda: "online",
    "base_url": lambda: "https://probe.example",
    "button": lambda: "0.1.x",
    "capacity": lambda: {"any": 3},
    "client_message_id": lambda: str(uuid4()),
    "consent": lambda: "a:b",
    "consents": dict,
    "date": lambda: "2027-01-02",
    "document": lambda: f"omni: scenario/v1\nid: probe-{uuid4().hex[:12]}\n",
    "email": lambda: f"{uuid4().hex}@probe.example",
    "events": lambda: ["note.created"],
    "external_id": lambda: uuid4().hex,
    "expires_at": lambda: "2030-01-01T00:00:00+00:00",
    "fields": dict,
    "from": lambda: "2020-01-01T00:00:00+00:00",
    "headers": lambda: {"X-Probe": "x"},
    "hours": lambda: {"mon": [["09:00", "18:00"]]},
    "key": lambda: f"p{uuid4().hex[:12]}",
    "limit": lambda: 50,
    "minutes": lambda: 5,
    "name": lambda: f"probe {uuid4().hex[:8]}",
    "permissions": lambda: ["team.read"],
    "phone": lambda: "+79990000000",
    "role": lambda: "operator",
    "scopes": lambda: ["team.read"],
    "seq": lambda: 1,
    "slug": lambda: f"p-{uuid4().hex[:12]}",
    "state": lambda: "online",
    "timezone": lambda: "Europe/Moscow",
    "to": lambda: "2030-01-01T00:00:00+00:00",
    "until": lambda: "2027-06-01T00:00:00+00:00",
    "version": lambda: 1,
    "channel_type": lambda: "telegram",
    "url": lambda: "https://probe.example/hook",
}
GOOD_OF: Mapping[tuple[str, str], Callable[[], Any]] = {
    ("NewEvent", "name"): lambda: "probe.told",
    ("PageEvent", "name"): lambda: "probe.told",
    ("NewEvent", "id"): lambda: uuid4().hex,
    ("PageEvent", "id"): lambda: uuid4().hex,
    ("ChannelTest", "to"): lambda: "1009",
    ("NewCalendar", "name"): lambda: {"en": "Probe"},
    ("CalendarChange", "name"): lambda: {"en": "Probe"},
    ("Names", "ru"): lambda: "Проба",
    ("Names", "en"): lambda: "Probe",
    ("NameInput", "ru"): lambda: "Проба",
    ("NameInput", "en"): lambda: f"Probe {uuid4().hex[:8]}",
    ("NewAttribute", "key"): lambda: f"p{uuid4().hex[:12]}",
    ("NewTrigger", "id"): lambda: f"p{uuid4().hex[:12]}",
    ("NewTrigger", "spec"): lambda: {"type": "keyword", "any": ["проба"]},
    ("NewVariable", "name"): lambda: f"p{uuid4().hex[:12]}",
    ("NewVariable", "spec"): lambda: {"type": "string"},
    ("PartChange", "spec"): lambda: {"type": "string"},
    ("Rollback", "to"): lambda: 1,
    ("NodePreviewRequest", "document"): lambda: ECHO,
    ("NodePreviewRequest", "node"): lambda: "listen",
    ("PreviewRequest", "text"): lambda: "probe",
    ("TestFile", "name"): lambda: f"{uuid4().hex}.yaml",
    ("TestFile", "document"): lambda: "omni: scenario-test/v1\n",
    ("AuditExport", "action"): lambda: "customer",
    ("NewIdentity", "address"): lambda: "+79161234567",
    ("Entrust", "manager"): lambda: f"{uuid4().hex}@probe.example",
    ("Entrust", "referrer"): lambda: f"{uuid4().hex}@probe.example",
}
BODIES: Mapping[str, Callable[[Own], Any]] = {
    "Identify": lambda _: {"name": "Probe"},
    "FilledForm": lambda _: {"client_message_id": str(uuid4()), "form": "pre_chat", "text": "probe"},
    "Merge": lambda own: {"into": own("customer_id")},
    "NewConversation": lambda own: {
        "identity_id": own("identity_id"),
        "text": "probe",
        "client_message_id": str(uuid4()),
    },
    "NewMessage": lambda _: {"client_message_id": str(uuid4()), "text": "probe"},
    "Reauthenticate": lambda _: {"password": "probe"},
    "Trial": lambda _: {"transcript": {"steps": [{"user": "probe"}]}},
    "Transfer": lambda own: {"department_id": own("department_id")},
    "VerifyCode": lambda _: {"code": "123456"},
}
"""Where a good body is one of several, and a schema cannot say so."""
RAW = {"text/csv": b"email;name\nprobe@probe.example;Probe\n", "application/octet-stream": b"probe"}


@dataclass(frozen=True)
class Place:
    """Where an id stands: in `path`, `query` or `body` (then `name` leads through it, `department_ids/0`)."""

    where: str
    name: str
    noun: str


@dataclass
class Request:
    """A request to an operation, with good values."""

    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The path with its ids."""
        return re.sub(r"\{(\w+)\}", lambda found: self.params[found[1]], self.path)

    def put(self, place: Place, value: Any) -> Request:
        """The same with an id at a place."""
        made = copy.deepcopy(self)
        if place.where == "path":
            made.params[place.name] = value
        elif place.where == "query":
            made.query[place.name] = value
        else:
            made.body = _with(made.body, place.name.split("/"), value)
        return made


@dataclass(frozen=True)
class Operation:
    """One operation: its template, where ids stand in it, and its query parameters."""

    method: str
    path: str
    places: tuple[Place, ...]
    query: frozenset[str]
    fixed: frozenset[str]
    """Parts of the path that are no ids: numbers within a thing."""
    schema: dict[str, Any] | None
    media: str | None
    description: Description = field(compare=False, hash=False, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def request(self, own: Own) -> Request:
        """A request with good values and one's own ids in its path."""
        params = {place.name: own(place.noun) for place in self.places if place.where == "path"}
        params |= {name: str(GOOD[name]()) for name in self.fixed}
        made = Request(self.method, self.path, params)
        if self.media in RAW:
            made.content = RAW[self.media or ""]
            made.headers["Content-Type"] = self.media or ""
        elif self.schema is not None:
            title = self.schema.get("$ref", "").rpartition("/")[2]
            made.body = BODIES[title](own) if title in BODIES else example(self.description, self.schema)
        if "name" in self.query and self.media in RAW:
            made.query["name"] = "probe.txt"
        if self.method in ("PUT", "PATCH"):
            made.headers["If-Match"] = '"1"'
        return made


def operations(description: Description) -> list[Operation]:
    """Every operation of the document, in its order."""
    return [
        _operation(description, method.upper(), path, operation)
        for path, item in description.document["paths"].items()
        for method, operation in item.items()
    ]


def example(description: Description, schema: dict[str, Any], name: str = "", of: str = "") -> Any:
    """A good value: required fields only, and for a body that requires none, all that are no ids."""
    if "$ref" in schema:
        title = schema["$ref"].rpartition("/")[2]
        inner = description.resolve(schema)
        return example(description, inner, "" if "properties" in inner else name, title)
    if "anyOf" in schema and "$ref" in schema["anyOf"][0]:
        return example(description, schema["anyOf"][0], name, of)
    for known in ((of, name), name):
        good = GOOD_OF.get(known) if isinstance(known, tuple) else GOOD.get(known)
        if good is not None:
            return good()
    if "anyOf" in schema:
        return example(description, schema["anyOf"][0], name, of)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            wanted = schema.get("required") or [each for each in fields if not is_id(of, each, fields[each])]
            return {each: example(description, fields[each], each, of) for each in wanted}
        case "array":
            return [example(description, schema.get("items", {}), name, of)] if schema.get("minItems") else []
        case "string":
            if schema.get("format") == "uuid":
                return str(uuid4())
            return "x" * max(8, schema.get("minLength", 0))
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
    return None


def is_id(of: str, name: str, schema: dict[str, Any]) -> bool:
    """Whether a field or parameter names a thing."""
    if name in NO_IDS or (of, name) in GOOD_OF:
        return False
    named = re.search(r"_(ids?|key)$", name) or name in NOUNS
    return bool(named) or '"uuid"' in str(schema).replace("'", '"')


def noun_of(path: str, name: str, of: str = "") -> str:
    """What a field or parameter names."""
    if name == "key_id":
        return "personal_key_id" if "/auth/" in path else "workspace_key_id"
    if name == "move_to":
        return "role_key" if "/roles/" in path else "department_id"
    if name == "token":
        return "invitation_token"
    if name == "key" and "/tags/" in path:
        return "tag_key"
    if name == "key" and "/hooks/" in path:
        return "connection_key"
    if of == "TemplateUse":
        return "template_id"
    if name == "state" and "availability" not in path and of != "SetAvailability":
        return ""
    return NOUNS.get(name, re.sub(r"_ids$", "_id", name))


def _operation(description: Description, method: str, path: str, operation: dict[str, Any]) -> Operation:
    places: list[Place] = []
    fixed: set[str] = set()
    named = operation.get("parameters", ())
    for each in named:
        name, where = each["name"], each["in"]
        if where == "path" and name in NUMBERS:
            fixed.add(name)
        elif where == "path" or (where == "query" and is_id("", name, each["schema"])):
            noun = noun_of(path, name)
            if noun and noun != "channel_type":
                places.append(Place(where, name, noun))
    media, schema = None, None
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content["schema"]
        if media == "application/json":
            places += _in_body(description, path, schema)
    query = frozenset(each["name"] for each in named if each["in"] == "query")
    return Operation(method, path, tuple(places), query, frozenset(fixed), schema, media, description)


def _in_body(
    description: Description, path: str, schema: dict[str, Any], at: str = "", of: str = ""
) -> Iterator[Place]:
    if "$ref" in schema:
        title = schema["$ref"].rpartition("/")[2]
        yield from _in_body(description, path, description.resolve(schema), at, title)
        return
    for choice in schema.get("anyOf", ()):
        yield from _in_body(description, path, choice, at, of)
    for name, inner in schema.get("properties", {}).items():
        deeper = f"{at}/{name}".lstrip("/")
        plain = inner.get("type") == "array" or any(c.get("type") == "array" for c in inner.get("anyOf", ()))
        holds = list(_in_body(description, path, inner, deeper, of))
        if holds:
            yield from holds
        elif is_id(of, name, inner) and (noun := noun_of(path, name, of)) != "channel_type" and noun:
            yield Place("body", f"{deeper}/0" if plain else deeper, noun)
    if schema.get("type") == "array":
        yield from _in_body(description, path, schema.get("items", {}), f"{at}/0", of)


def _with(body: Any, way: list[str], value: Any) -> Any:
    """A body with a value at the end of a way; what is missing on it is made."""
    name, rest = way[0], way[1:]
    if name == "0":
        return [_with({"level": 1} if rest else None, rest, value) if rest else value]
    made = dict(body or {})
    made[name] = _with(made.get(name), rest, value) if rest else value
    return made
