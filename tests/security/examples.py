"""A body for each operation that nobody guesses: what schemathesis begins with, and then spoils."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.support.tenants import ECHO, PASSWORD

WORD = "a-new-word"
"""Stands for a word that was not used yet."""
SOME_ID = "00000000-0000-4000-8000-000000000000"
"""Stands for the id of a thing that is there, by the name of its field."""
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
SCOPES = {"name": "script", "scopes": ["team.read"]}
NAMES = {"ru": "Имя", "en": "Name"}
RASA = "flows:\n  hello:\n    description: says hello\n    steps:\n      - action: utter_greet\n"
KEYWORD = {"type": "keyword", "any": ["привет"]}
NEW = {"email": f"{WORD}@example.com", "password": PASSWORD, "name": "Анна", "company": f"Чай {WORD}"}
TOKEN = "12345678:" + "A" * 35
MAIL_SERVER = {"host": "mail.example.com", "port": 993, "tls": "implicit", "username": "help@example.com"}
BODIES: dict[str, Any] = {
    "POST /auth/login": {"email": "nobody@example.com", "password": PASSWORD, "grant": "token"},
    "POST /auth/register": NEW,
    "POST /auth/forgot-password": {"email": "nobody@example.com"},
    "POST /auth/reauthenticate": {"password": PASSWORD},
    "POST /auth/change-password": {"old": PASSWORD, "new": PASSWORD},
    "POST /auth/change-email": {"password": PASSWORD, "email": f"{WORD}@example.com"},
    "PATCH /auth/me": {"name": "Ольга"},
    "POST /auth/keys": SCOPES,
    "POST /keys": SCOPES,
    "POST /conversations/{conversation_id}/take-over": {},
    "POST /conversations/{conversation_id}/messages": {
        "text": "да",
        "kind": "note",
        "client_message_id": WORD,
    },
    "POST /conversations/{conversation_id}/preview": {
        "text": "да",
        "content": {"buttons": [{"label": "Да"}]},
    },
    "POST /conversations/{conversation_id}/assign": {"user_id": SOME_ID},
    "POST /conversations/{conversation_id}/transfer": {"department_id": SOME_ID},
    "POST /conversations/{conversation_id}/snooze": {"until": TOMORROW},
    "POST /customers": {"name": "Анна", "email": "anna@example.com"},
    "PATCH /customers/{customer_id}": {"name": "Ольга", "tags": ["vip"], "locale": "en"},
    "POST /customers/{customer_id}/notes": {"text": "звонила"},
    "POST /customers/{customer_id}/conversations": {
        "identity_id": SOME_ID,
        "text": "x",
        "client_message_id": WORD,
    },
    "POST /customers/{customer_id}/identities": {"channel_id": SOME_ID, "address": "+7 916 123-45-67"},
    "PATCH /customers/{customer_id}/identities/{identity_id}": {"primary": True, "reachable": True},
    "PUT /customers/{customer_id}/identities/order": {"identity_ids": [SOME_ID]},
    "POST /settings/attributes": {"subject": "customer", "key": WORD, "name": NAMES, "kind": "text"},
    "PATCH /team/members/{user_id}": {
        "department_ids": [SOME_ID],
        "skills": [{"skill_id": SOME_ID, "level": 3}],
    },
    "POST /team/departments": {"name": {"en": WORD}},
    "POST /team/skills": {"name": WORD},
    "POST /team/roles": {"name": WORD, "permissions": ["team.read"]},
    "PUT /team/availability": {"state": "away"},
    "PUT /team/members/{user_id}/availability": {"state": "online"},
    "POST /team/availability-states": {"name": WORD, "kind": "away"},
    "POST /team/invite": {"email": f"{WORD}@example.com", "role": "operator"},
    "POST /team/invite/{token}/accept": {"name": "Нина", "password": PASSWORD},
    "POST /scenarios": {"document": ECHO.replace("id: echo", f"id: {WORD}")},
    "POST /scenarios/import": {"kind": "rasa", "document": RASA},
    "POST /scenarios/validate": {"document": ECHO},
    "POST /scenarios/preview": {"document": ECHO, "node": "listen"},
    "PUT /scenarios/{scenario_id}": {"document": ECHO},
    "PUT /scenarios/{scenario_id}/draft": {"document": ECHO, "base": ECHO},
    "PATCH /scenarios/{scenario_id}": {"archived": False},
    "POST /scenarios/{scenario_id}/publish": {"message": "да", "to": "live", "acknowledge": ["W142"]},
    "POST /scenarios/{scenario_id}/migrate": {"to": "draft", "dry_run": True},
    "POST /scenarios/{scenario_id}/rollback": {"to": 1},
    "POST /scenarios/{scenario_id}/runs": {"inputs": {}, "customer_id": SOME_ID},
    "PUT /scenarios/{scenario_id}/canary": {"percent": 5},
    "POST /scenarios/{scenario_id}/tests": {"name": f"{WORD}.yaml", "document": "omni: scenario-test/v1\n"},
    "PUT /scenarios/{scenario_id}/tests/{test_id}": {
        "name": "x.yaml",
        "document": "omni: scenario-test/v1\n",
    },
    "POST /triggers": {"scenario_id": SOME_ID, "id": "hello", "spec": KEYWORD},
    "PATCH /triggers/{scenario_id}/{trigger_id}": {"spec": KEYWORD},
    "POST /variables": {"scenario_id": SOME_ID, "name": "city", "spec": {"type": "string"}},
    "PATCH /variables/{scenario_id}/{variable_id}": {"spec": {"type": "int"}},
    "POST /knowledge/test": {"query": "доставка"},
    "POST /articles": {"title": "Чай", "slug": WORD, "locale": "ru", "markdown": "Кипятком."},
    "PATCH /articles/{article_id}": {"title": "Чай", "markdown": "Кипятком.", "published": True},
    "POST /articles/preview": {"markdown": "# Чай"},
    "POST /settings/connections": {
        "key": WORD,
        "name": "Склад",
        "base_url": "https://x.example",
        "auth": {"kind": "none"},
        "operations": [
            {
                "key": "find",
                "description": "Остаток товара",
                "path": "/stock/{item}",
                "parameters": [{"name": "item", "in": "path", "required": True}],
            }
        ],
    },
    "PUT /settings/fallback": {"policy": "automatic", "after_minutes": 5},
    "POST /conversations/{conversation_id}/messages/{message_id}/fallback": {"identity_id": SOME_ID},
    "POST /channels/telegram": {"name": "Бот", "account": {"token": TOKEN}},
    "POST /channels/whatsapp": {
        "name": "WhatsApp",
        "account": {
            "provider": "meta",
            "phone_number_id": "123456",
            "business_account_id": "654321",
            "token": "EAAG-token-of-it",
            "app_secret": "0123456789abcdef",
        },
    },
    "POST /channels/sms": {
        "name": "SMS",
        "account": {"account_sid": "AC0123", "auth_token": "0123456789abcdef", "number": "+15005550006"},
    },
    "POST /channels/email": {
        "name": "Почта",
        "account": {
            "address": "help@example.com",
            "smtp": MAIL_SERVER,
            "imap": MAIL_SERVER,
            "auth": {"kind": "password", "password": "x"},
        },
    },
    "POST /channels/vk": {"name": "VK", "account": {"group_id": "7", "token": "vk1.a.token"}},
    "POST /channels/max": {"name": "MAX", "account": {"token": "token-of-max"}},
    "POST /channels/widget": {"name": "Чат", "settings": {"title": {"ru": "Лавка"}}},
    "PATCH /channels/widget/{channel_id}": {"greeting": {"ru": "Здравствуйте!"}},
    "POST /channels/api": {"name": "API", "account": {"url": "https://shop.example.com/omni"}},
    "POST /channels/{channel_id}/test": {"to": "1009"},
    "POST /channels/{channel_id}/reauthorize": {"telegram": {"token": TOKEN}},
    "POST /channels/{channel_id}/backfill": {"since": "2026-11-01T00:00:00Z"},
    "POST /settings/calendars": {
        "key": WORD,
        "name": NAMES,
        "timezone": "Europe/Moscow",
        "hours": {"mon": [["09:00", "18:00"]]},
    },
    "POST /settings/tags": {"key": WORD, "name": "Тег"},
    "POST /settings/webhooks": {"name": WORD, "url": "https://x.invalid", "events": ["note.created"]},
    "POST /privacy/holds": {"customer_id": SOME_ID, "reason": "суд"},
    "POST /privacy/erasures": {"customer_id": SOME_ID},
    "POST /privacy/exports": {"kind": "tenant"},
    "PUT /privacy/retention": {
        "conversations": None,
        "customers": None,
        "events": 90,
        "webhook_deliveries": 30,
        "audit": None,
        "files": None,
    },
    "POST /events": {"id": WORD, "name": "order.paid", "data": {"amount": 1}},
    "POST /widget/messages": {"client_message_id": WORD, "text": "раз"},
    "POST /widget/identify": {"name": "Анна"},
    "POST /widget/form": {"client_message_id": WORD, "form": "pre_chat", "text": "раз"},
    "POST /widget/seen": {"seq": 1},
    "POST /widget/conversations/{conversation_id}/csat": {"score": 5, "comment": "хорошо"},
    "POST /widget/{slug}/articles/{article_id}/feedback": {"helpful": True},
    "POST /widget/events": {"id": WORD, "name": "page.seen"},
}


def with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of the document in which these bodies are examples."""
    told = deepcopy(document)
    for label, body in BODIES.items():
        method, _, path = label.partition(" ")
        operation = told["paths"][f"/api/v1{path}"][method.lower()]
        operation["requestBody"]["content"]["application/json"]["example"] = body
    return told


def filled(body: Any, word: str, named: Callable[[str], str | None], name: str = "") -> Any:
    """A body with a word in the place of each `WORD`, and ids of things that are there."""
    if isinstance(body, dict):
        return {key: filled(each, word, named, key) for key, each in body.items()}
    if isinstance(body, list):
        return [filled(each, word, named, name) for each in body]
    if not isinstance(body, str):
        return body
    return (named(name) or body) if _is_id(body) else body.replace(WORD, word)


def _is_id(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False
