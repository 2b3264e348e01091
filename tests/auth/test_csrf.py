"""A changing request by cookie passes only from a page of ours; a socket only from our exact origin."""

from __future__ import annotations

import pytest

from omnisupport.auth.csrf import check_same_origin, check_socket_origin
from omnisupport.errors import Forbidden

OURS = "https://support.example"
ALLOWED = [OURS, "http://127.0.0.1:8080/"]
CHANGING = ["POST", "PUT", "PATCH", "DELETE", "post", "UNKNOWN"]
OWN = [
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "same-origin", "origin": OURS},
    {"origin": OURS},
    {"origin": "HTTPS://Support.Example"},
    {"origin": "http://127.0.0.1:8080"},
    {"sec-fetch-site": "same-site", "origin": OURS},
]
FOREIGN: list[dict[str, str]] = [
    {},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": ""},
    {"sec-fetch-site": "Same-Origin, cross-site"},
    {"origin": ""},
    {"origin": "null"},
    {"origin": "https://evil.example"},
    {"origin": "https://support.example.evil.example"},
    {"origin": "https://evil-support.example"},
    {"origin": "https://sub.support.example"},
    {"origin": "http://support.example"},
    {"origin": "https://support.example:8443"},
    {"origin": "https://support.example/"},
    {"origin": "https://support.example, https://evil.example"},
    {"origin": "http://127.0.0.1:8081"},
    {"origin": "http://localhost:8080"},
    {"referer": OURS + "/inbox"},
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "none", "origin": "null"},
]


@pytest.mark.parametrize("method", CHANGING)
@pytest.mark.parametrize("headers", OWN)
def test_our_own_page_may_change_things(method: str, headers: dict[str, str]) -> None:
    check_same_origin(method, headers, ALLOWED)


@pytest.mark.parametrize("method", CHANGING)
@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_page_may_not(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden) as refusal:
        check_same_origin(method, headers, ALLOWED)
    assert (refusal.value.code, refusal.value.status) == ("csrf", 403)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "get"])
@pytest.mark.parametrize("headers", FOREIGN)
def test_reading_is_not_changing(method: str, headers: dict[str, str]) -> None:
    check_same_origin(method, headers, ALLOWED)


@pytest.mark.parametrize("headers", [*FOREIGN, {"sec-fetch-site": "same-origin"}])
def test_a_socket_needs_the_exact_origin(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        check_socket_origin(headers, ALLOWED)


def test_a_socket_of_our_page_opens() -> None:
    check_socket_origin({"origin": OURS}, ALLOWED)
    with pytest.raises(Forbidden):
        check_socket_origin({"origin": "null"}, ["null"])
