"""Opaque tokens: random, self-routing, stored as digests, and refused alike whatever is wrong."""

from __future__ import annotations

import base64
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisupport.auth.tokens import CODES, TokenKind, digest_of, invalid, new_token, parse_token
from omnisupport.errors import Unauthenticated

TENANT = UUID("018f3f3e-0000-7000-8000-000000000001")


@pytest.mark.parametrize("kind", TokenKind)
def test_a_token_names_its_tenant_and_its_digest(kind: TokenKind) -> None:
    token, digest = new_token(kind, TENANT)
    assert token.startswith(kind)
    assert len(token) == 66
    assert len(digest) == 32
    assert parse_token(kind, token) == (TENANT, digest)
    assert digest == digest_of(token)


def test_tokens_carry_256_random_bits() -> None:
    bodies = {base64.urlsafe_b64decode(new_token(TokenKind.VISITOR, TENANT)[0][2:])[16:] for _ in range(200)}
    assert len(bodies) == 200
    assert {len(body) for body in bodies} == {32}
    assert 0.45 < sum(byte.bit_count() for body in bodies for byte in body) / (200 * 256) < 0.55


def test_a_changed_tenant_gives_another_digest() -> None:
    token, digest = new_token(TokenKind.VISITOR, TENANT)
    body = base64.urlsafe_b64decode(token[2:])
    moved = "v_" + base64.urlsafe_b64encode(UUID(int=2).bytes + body[16:]).decode()
    assert parse_token(TokenKind.VISITOR, moved) == (UUID(int=2), digest_of(moved))
    assert digest_of(moved) != digest


def test_a_token_of_one_kind_is_none_of_another() -> None:
    for kind in TokenKind:
        token, _ = new_token(kind, TENANT)
        for other in set(TokenKind) - {kind}:
            with pytest.raises(Unauthenticated):
                parse_token(other, token)
            with pytest.raises(Unauthenticated):
                parse_token(other, other + token)
    assert len({digest_of(kind + "A" * 64) for kind in TokenKind}) == len(TokenKind)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "v_",
        "v_" + "A" * 63,
        "v_" + "A" * 65,
        "v_" + "A" * 63 + "=",
        "v_" + "A" * 63 + "+",
        "v_" + "A" * 63 + "\n",
        "v_" + "A" * 64 + "\n",
        "V_" + "A" * 64,
        " v_" + "A" * 64,
        "v_" + "А" * 64,
        "v_" + "A" * 63 + "\0",
        "A" * 66,
    ],
)
def test_a_malformed_token_is_refused_like_an_unknown_one(token: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        parse_token(TokenKind.VISITOR, token)
    unknown = invalid(TokenKind.VISITOR)
    assert (refusal.value.code, refusal.value.status, refusal.value.detail) == (
        "visitor_token_invalid",
        401,
        unknown.detail,
    )


@given(st.text("s_AZaz09-=+/ \n\0й"))
def test_no_text_does_anything_else(text: str) -> None:
    with pytest.raises(Unauthenticated):
        parse_token(TokenKind.SESSION, text)


def test_every_kind_has_a_code() -> None:
    assert set(CODES) == set(TokenKind)
    assert CODES[TokenKind.VISITOR] == "visitor_token_invalid"


def test_different_tenants_are_told_apart() -> None:
    tenants = [uuid4() for _ in range(20)]
    assert [
        parse_token(TokenKind.REFRESH, new_token(TokenKind.REFRESH, each)[0])[0] for each in tenants
    ] == tenants
