"""Access tokens: a table of forgeries, each refused for its own reason."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from omnisupport.auth.access import LIFETIME, AccessClaims, AccessTokens
from omnisupport.errors import Unauthenticated

KEY, OTHER = b"k" * 32, b"o" * 32
CLAIMS = AccessClaims(UUID(int=1), UUID(int=2), UUID(int=3), "operator")


def now() -> datetime:
    """Read at each use: a run of all tests takes longer than a token lives."""
    return datetime.now(UTC).replace(microsecond=0)


HEADER = {"typ": "at+jwt"}


def payload(**changes: Any) -> dict[str, Any]:
    moment = now()
    told = {
        "iss": "omnisupport",
        "aud": "omnisupport/api",
        "iat": moment,
        "exp": moment + LIFETIME,
        "sub": str(CLAIMS.user_id),
        "tid": str(CLAIMS.tenant_id),
        "sid": str(CLAIMS.session_id),
        "role": "operator",
    } | changes
    return {name: value for name, value in told.items() if value is not ...}


def signed(
    key: bytes = KEY, algorithm: str = "HS256", headers: dict[str, Any] = HEADER, **changes: Any
) -> str:
    return jwt.encode(payload(**changes), key, algorithm=algorithm, headers=headers)


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def with_payload(**changes: Any) -> str:
    head, _, signature = signed().split(".")
    told = {
        name: value.timestamp() if isinstance(value, datetime) else value
        for name, value in payload(**changes).items()
    }
    return f"{head}.{part(told)}.{signature}"


FORGERIES: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "not three parts": lambda: "a.b",
    "four parts": lambda: signed() + ".x",
    "no signature": lambda: signed().rpartition(".")[0] + ".",
    "cut signature": lambda: signed()[:-3],
    "unsigned": lambda: f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{signed().split('.')[1]}.",
    "unsigned in capitals": lambda: f"{part({'alg': 'NONE', 'typ': 'at+jwt'})}.{signed().split('.')[1]}.",
    "another key": lambda: signed(OTHER),
    "another algorithm": lambda: signed(KEY * 2, "HS512"),
    "changed role": lambda: with_payload(role="owner"),
    "changed tenant": lambda: with_payload(tid=str(UUID(int=9))),
    "key in the header": lambda: signed(OTHER, headers=HEADER | {"jwk": {"kty": "oct", "k": "b28"}}),
    "a critical extension": lambda: signed(headers=HEADER | {"crit": ["x"], "x": 1}),
    "another type": lambda: signed(headers={"typ": "JWT"}),
    "no type": lambda: signed(headers={"typ": None}),
    "another audience": lambda: signed(aud="omnisupport/widget"),
    "a list of audiences": lambda: signed(aud=["omnisupport/api", "x"]),
    "no audience": lambda: signed(aud=...),
    "another issuer": lambda: signed(iss="evil"),
    "no issuer": lambda: signed(iss=...),
    "no expiry": lambda: signed(exp=...),
    "an expiry in words": lambda: signed(exp="never"),
    "an expiry as text": lambda: signed(exp=str(int((now() + LIFETIME).timestamp()))),
    "too long a life": lambda: signed(exp=now() + LIFETIME + timedelta(seconds=1)),
    "an endless life": lambda: signed(exp=10**300),
    "issued tomorrow": lambda: signed(
        iat=now() + timedelta(days=1), exp=now() + timedelta(days=1, minutes=5)
    ),
    "not yet valid": lambda: signed(nbf=now() + timedelta(days=1)),
    "no person": lambda: signed(sub=...),
    "no tenant": lambda: signed(tid=...),
    "no session": lambda: signed(sid=...),
    "no role": lambda: signed(role=...),
    "a person that is no id": lambda: signed(sub="admin"),
    "a tenant that is a list": lambda: signed(tid=[str(UUID(int=2))]),
    "a role that is a list": lambda: signed(role=["owner"]),
    "oversized": lambda: signed(more="x" * 3_000),
    "not base64": lambda: "ы.ы.ы",
    "a visitor token": lambda: "v_" + "A" * 64,
}


def test_a_token_says_who_and_for_how_long() -> None:
    token, seconds = AccessTokens([KEY]).issue(CLAIMS, now())
    assert seconds == 600
    assert AccessTokens([KEY]).read(token) == CLAIMS
    assert AccessTokens([KEY]).read(signed()) == CLAIMS  # what the forgeries below differ from


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(name: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        AccessTokens([KEY]).read(FORGERIES[name]())
    assert (refusal.value.code, refusal.value.status) == ("access_token_invalid", 401)


def test_the_table_is_long_enough() -> None:
    assert len(FORGERIES) >= 20


@pytest.mark.parametrize("age", [LIFETIME + timedelta(seconds=6), timedelta(days=400)])
def test_an_expired_token_asks_for_a_refresh(age: timedelta) -> None:
    token, _ = AccessTokens([KEY]).issue(CLAIMS, now() - age)
    with pytest.raises(Unauthenticated) as refusal:
        AccessTokens([KEY]).read(token)
    assert refusal.value.code == "access_token_expired"


def test_an_expired_forgery_is_a_forgery() -> None:
    token, _ = AccessTokens([OTHER]).issue(CLAIMS, now() - timedelta(days=1))
    with pytest.raises(Unauthenticated) as refusal:
        AccessTokens([KEY]).read(token)
    assert refusal.value.code == "access_token_invalid"


def test_a_rotated_key_reads_old_tokens_and_signs_new_ones() -> None:
    old, _ = AccessTokens([OTHER]).issue(CLAIMS, now())
    both = AccessTokens([KEY, OTHER])
    assert both.read(old) == CLAIMS
    new, _ = both.issue(CLAIMS, now())
    assert AccessTokens([KEY]).read(new) == CLAIMS
    with pytest.raises(Unauthenticated):
        AccessTokens([OTHER]).read(new)


def test_a_short_key_is_refused_at_start() -> None:
    for keys in ([], [b"short"], [KEY, b"short"]):
        with pytest.raises(ValueError, match="32 bytes"):
            AccessTokens(keys)
