"""P9: credentials that are forged, planted, stolen or over, at the doors of the running product.

What one module decides alone stands beside it: tests/auth/test_access.py and tests/path/test_identity.py have their own
tables of forgeries, tests/path/test_https.py the flags of the cookie.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import jwt
import pytest

from omnisupport.auth import access
from omnisupport.auth.limits import ACCOUNT_SHORT, account_subject
from omnisupport.settings import Settings
from omnisupport.storage.keys import parse_master_key
from tests.support.accounts import browser, enable_two_factor, forget_limits, refused, run
from tests.support.desk import desk
from tests.support.mailbox import Mailbox
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import PASSWORD, TestTenant, add_person, make_tenant
from tests.support.visitor import Visitor

SOON_S = 15.0
"""I19 promises five; a machine on which two more stacks are at work may add to it."""
NEW_PASSWORD = "tin kettle on blue stove"
SIGNED_OUT = 4401
HEADER = {"typ": "at+jwt"}


@pytest.fixture(scope="module")
async def tenant(settings: Settings) -> TestTenant:
    """A tenant with an owner."""
    return await make_tenant(settings)


@pytest.fixture
async def mine(settings: Settings) -> TestTenant:
    """A tenant of this test alone: its people lose what they have."""
    await forget_limits(settings)
    return await make_tenant(settings)


@pytest.fixture
async def page(product: Product, settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at a page of ours that nobody has signed in with."""
    await forget_limits(settings)
    async with browser(product.url) as client:
        yield client


# --- forged access tokens ---------------------------------------------------------------------------------


class Mint:
    """Who forges: he has seen a good token and, in the worst rows, the key itself."""

    def __init__(self, good: str, key: bytes, other: UUID, refresh: str) -> None:
        self.good, self.key, self.other, self.refresh = good, key, other, refresh
        self.claims = jwt.decode(good, options={"verify_signature": False})

    def signed(self, key: bytes | str | None = None, algorithm: str = "HS256", **changes: Any) -> str:
        """Signed by the product's own key unless told otherwise; `header` and claims may be changed."""
        header = {**HEADER, **changes.pop("header", {})}
        claims = {name: value for name, value in {**self.claims, **changes}.items() if value is not ...}
        return jwt.encode(claims, self.key if key is None else key, algorithm=algorithm, headers=header)

    def raw(self, header: str, claims: dict[str, Any] | None = None, signature: str = "") -> str:
        """Without a library that would refuse to write it."""
        parts = (header, json.dumps(claims or self.claims))
        return ".".join([*(_base64(part.encode()) for part in parts), signature])


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


WRONG = b"w" * 32
TODAY = int(datetime.now(UTC).timestamp())
FORGED: dict[str, Callable[[Mint], str]] = {
    "no algorithm": lambda m: m.raw('{"alg":"none","typ":"at+jwt"}'),
    "no algorithm, in capitals": lambda m: m.raw('{"alg":"nOnE","typ":"at+jwt"}'),
    "two algorithms": lambda m: m.raw('{"alg":"HS256","alg":"none","typ":"at+jwt"}'),
    "an empty algorithm": lambda m: m.raw('{"alg":"","typ":"at+jwt"}'),
    "another algorithm of the same key": lambda m: m.signed(algorithm="HS384"),
    "a longer algorithm of the same key": lambda m: m.signed(m.key * 2, algorithm="HS512"),
    "another key": lambda m: m.signed(WRONG),
    "a key id that is a path": lambda m: m.signed(b"\0" * 32, header={"kid": "../../../../dev/null"}),
    "a key id that is SQL": lambda m: m.signed(WRONG, header={"kid": "x' union select 'wwww' --"}),
    "a key in the header": lambda m: m.signed(
        WRONG, header={"jwk": {"kty": "oct", "k": _base64(WRONG), "alg": "HS256"}}
    ),
    "an address of keys": lambda m: m.signed(WRONG, header={"jku": "http://127.0.0.1:1/keys.json"}),
    "an address of certificates": lambda m: m.signed(WRONG, header={"x5u": "http://127.0.0.1:1/a.pem"}),
    "a critical extension": lambda m: m.signed(header={"crit": ["exp"], "exp": TODAY}),
    "a type of another trade": lambda m: m.signed(header={"typ": "JWT"}),
    "the widget's audience": lambda m: m.signed(aud="omnisupport/widget"),
    "two audiences": lambda m: m.signed(aud=["omnisupport/api", "x"]),
    "another issuer": lambda m: m.signed(iss="https://evil.example"),
    "without an end": lambda m: m.signed(exp=...),
    "an end in a year": lambda m: m.signed(exp=TODAY + 31_536_000),
    "not yet": lambda m: m.signed(nbf=TODAY + 3600),
    "from tomorrow": lambda m: m.signed(iat=TODAY + 86_400, exp=TODAY + 86_700),
    "cut": lambda m: m.good[:-4],
    "no signature": lambda m: m.good.rpartition(".")[0] + ".",
    "the signature of another": lambda m: m.raw(
        json.dumps({"alg": "HS256", **HEADER}), {**m.claims, "role": "owner"}, m.good.split(".")[2]
    ),
    "another tenant, the signature kept": lambda m: m.raw(
        json.dumps({"alg": "HS256", **HEADER}), {**m.claims, "tid": str(m.other)}, m.good.split(".")[2]
    ),
    "a refresh token": lambda m: m.refresh,
}
SIGNED_AND_WRONG: dict[str, Callable[[Mint], str]] = {
    "another tenant": lambda m: m.signed(tid=str(m.other)),
    "no session of his": lambda m: m.signed(sid=str(uuid4())),
}
"""As if the key had leaked: the session in the database still decides."""


async def test_a_forged_access_token_opens_nothing(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings)
    key = parse_master_key(settings.master_key).derive(access.PURPOSE)[0]
    async with Operator(product.url, tenant) as owner:
        mint = Mint(owner._token, key, other.id, owner.refresh_token)
        assert mint.signed() and len(FORGED) >= 20
        for name, forge in {"a good one": lambda m: m.signed(), **FORGED, **SIGNED_AND_WRONG}.items():
            owner._token = forge(mint)
            answer = await owner.request("GET", "/me")
            if name == "a good one":
                assert answer.status_code == 200, "what the forgeries differ from"
                continue
            wanted = "session_token_invalid" if name in SIGNED_AND_WRONG else "access_token_invalid"
            assert refused(answer) == (401, wanted), name
            assert answer.json()["detail"].startswith(("The access token is", "The token is")), name
            assert (await owner.request("POST", "/ws-ticket")).status_code == 401, name


async def test_a_role_in_a_token_grants_nothing(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    """Even signed by our key: what somebody may do is read from the database at each request."""
    key = parse_master_key(settings.master_key).derive(access.PURPOSE)[0]
    async with Operator(product.url, await add_person(settings, tenant, role="operator")) as operator:
        mint = Mint(operator._token, key, tenant.id, operator.refresh_token)
        operator._token = mint.signed(role="owner")
        assert (await operator.request("GET", "/me")).json()["role"] == "operator"
        assert refused(await operator.request("GET", "/audit")) == (403, "forbidden")


# --- forged identities of visitors ------------------------------------------------------------------------


def identities(slug: str, secret: str, foreign: str, access_token: str) -> dict[str, str]:
    """Tokens that no server of this company has signed so."""
    now = int(datetime.now(UTC).timestamp())  # not the module's: an hour of tests may lie between
    claims = {"sub": "u1", "aud": slug, "iat": now, "exp": now + 300}

    def sign(key: str | bytes = secret, algorithm: str = "HS256", header: Any = None, **changes: Any) -> str:
        told = {name: value for name, value in {**claims, **changes}.items() if value is not ...}
        return jwt.encode(told, key, algorithm=algorithm, headers=header)

    def raw(header: str) -> str:
        return f"{_base64(header.encode())}.{_base64(json.dumps(claims).encode())}."

    return {
        "no algorithm": raw('{"alg":"none"}'),
        "no algorithm, in capitals": raw('{"alg":"NONE"}'),
        "two algorithms": raw('{"alg":"HS256","alg":"none"}'),
        "another algorithm": sign(secret * 2, "HS512"),
        "another tenant's key": sign(foreign),
        "a key of nulls": sign(b"\0" * 32, header={"kid": "/dev/null"}),
        "the slug for a key": sign(slug),
        "a key in the header": sign(WRONG, header={"jwk": {"kty": "oct", "k": _base64(WRONG)}}),
        "an address of keys": sign(WRONG, header={"jku": "http://127.0.0.1:1/keys.json"}),
        "a critical extension": sign(header={"crit": ["b64"], "b64": True}),
        "another audience": sign(aud="other"),
        "several audiences": sign(aud=[slug, "other"]),
        "no audience": sign(aud=...),
        "no end": sign(exp=...),
        "no beginning": sign(iat=...),
        "two hours": sign(exp=now + 7200),
        "the end is over": sign(iat=now - 900, exp=now - 600),
        "from the future": sign(iat=now + 600, exp=now + 900),
        "not yet": sign(nbf=now + 600),
        "no person": sign(sub=...),
        "cut": sign()[:-4],
        "unsigned": sign().rpartition(".")[0] + ".",
        "an operator's access token": access_token,
    }


async def test_a_forged_identity_makes_nobody_of_a_visitor(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    other = await make_tenant(settings)
    async with (
        Operator(product.url, tenant) as owner,
        Operator(product.url, other) as stranger,
        Visitor(product.url, tenant.slug) as visitor,
    ):
        made = "/settings/security/identity-keys"
        secret = (await owner.request("POST", made)).json()["secret"]
        foreign = (await stranger.request("POST", made)).json()["secret"]
        table = identities(tenant.slug, secret, foreign, owner._token)
        assert len(table) >= 20
        await visitor.open()
        for name, token in table.items():
            answer = await visitor._http.post(
                "/api/v1/widget/identify", json={"token": token}, headers=visitor.headers
            )
            code = "identity_token_expired" if name == "the end is over" else "identity_token_invalid"
            assert refused(answer) == (422, code), name
            assert secret not in answer.text
        known = await run(settings, tenant.id, "select 1 from customer where verified")
        assert known == []


# --- sessions: planted, renewed, ended --------------------------------------------------------------------


def token_of(answer: httpx2.Response) -> str:
    """The session in the cookie that an answer sets."""
    found = re.search(r"omni=(s_[\w-]+)", answer.headers["set-cookie"])
    assert found is not None
    return found[1]


async def test_a_planted_session_is_not_taken_over_by_signing_in(
    page: httpx2.AsyncClient, mine: TestTenant, settings: Settings
) -> None:
    """Fixation: neither a made-up id nor the attacker's own live one becomes the victim's."""
    body = {"email": mine.email, "password": mine.password}
    attacker = await add_person(settings, mine, role="operator")
    theirs = {"email": attacker.email, "password": attacker.password}
    for planted in ("s_" + "A" * 64, token_of(await page.post("/auth/login", json=theirs))):
        page.cookies.clear()
        answer = await page.post("/auth/login", json=body, headers={"Cookie": f"omni={planted}"})
        assert answer.status_code == 200 and token_of(answer) != planted
        page.cookies.clear()
        me = await page.get("/me", headers={"Cookie": f"omni={planted}"})
        assert me.status_code == 401 or me.json()["user"]["email"] == attacker.email


async def test_each_change_of_what_signs_in_gives_another_session(
    page: httpx2.AsyncClient, mine: TestTenant
) -> None:
    body = {"email": mine.email, "password": mine.password}
    first = token_of(await page.post("/auth/login", json=body))
    second = token_of(await page.post("/auth/login", json=body))
    change = {"old": mine.password, "new": NEW_PASSWORD}
    third = token_of(await page.post("/auth/change-password", json=change))
    assert len({first, second, third}) == 3
    page.cookies.clear()
    for over in (first, second):
        assert (await page.get("/me", headers={"Cookie": f"omni={over}"})).status_code == 401
    assert (await page.get("/me", headers={"Cookie": f"omni={third}"})).status_code == 200


async def _changes_password(victim: Operator, _owner: Operator, _settings: Settings) -> None:
    async with browser(str(victim._http.base_url).removesuffix("/api/v1/")) as elsewhere:
        await elsewhere.post("/auth/login", json={"email": victim.tenant.email, "password": PASSWORD})
        change = {"old": PASSWORD, "new": NEW_PASSWORD}
        assert (await elsewhere.post("/auth/change-password", json=change)).status_code == 200


async def _enables_a_factor(victim: Operator, _owner: Operator, _settings: Settings) -> None:
    other = Operator(str(victim._http.base_url).removesuffix("/api/v1/"), victim.tenant)
    async with other:
        await enable_two_factor(other)


async def _signs_out(victim: Operator, _owner: Operator, _settings: Settings) -> None:
    assert (await victim.request("POST", "/auth/logout")).status_code == 204


async def _is_disabled(victim: Operator, owner: Operator, _settings: Settings) -> None:
    him = (await victim.request("GET", "/me")).json()["user"]["id"]
    answer = await owner.request("POST", f"/team/members/{him}/disable", json={})
    assert answer.status_code == 200, answer.text


async def _is_removed(victim: Operator, owner: Operator, _settings: Settings) -> None:
    him = (await victim.request("GET", "/me")).json()["user"]["id"]
    answer = await owner.request("DELETE", f"/team/members/{him}")
    assert answer.status_code == 204, answer.text


ENDS: dict[str, Callable[[Operator, Operator, Settings], Awaitable[None]]] = {
    "signing out": _signs_out,
    "a new password": _changes_password,
    "a second factor": _enables_a_factor,
    "being disabled": _is_disabled,
    "leaving": _is_removed,
}


@pytest.mark.parametrize("event", ENDS)
async def test_what_was_good_before_is_good_for_nothing_within_five_seconds(
    product: Product, settings: Settings, mine: TestTenant, event: str
) -> None:
    """I19: over HTTP, on the open socket, and by the refresh token that would bring it back."""
    person = await add_person(settings, mine, role="operator")
    async with (
        Operator(product.url, mine) as owner,
        Operator(product.url, person) as victim,
        desk(product.url, victim) as console,
    ):
        await ENDS[event](victim, owner, settings)
        began = time.monotonic()
        assert await console.until_closed(within=SOON_S) == SIGNED_OUT
        while (await victim.request("GET", "/me")).status_code != 401:
            assert time.monotonic() - began < SOON_S
            await asyncio.sleep(0.2)
        again = {"refresh_token": victim.refresh_token}
        assert refused(await victim._http.post("/auth/refresh", json=again))[0] == 401


async def test_a_role_that_was_lost_opens_nothing_within_five_seconds(
    product: Product, settings: Settings, mine: TestTenant
) -> None:
    person = await add_person(settings, mine, role="admin")
    async with (
        Operator(product.url, mine) as owner,
        Operator(product.url, person) as demoted,
        desk(product.url, demoted) as console,
    ):
        him = (await demoted.request("GET", "/me")).json()["user"]["id"]
        assert (await demoted.request("GET", "/audit")).status_code == 200
        changed = await owner.request("PATCH", f"/team/members/{him}", json={"role": "operator"})
        assert changed.status_code == 200, changed.text
        began = time.monotonic()
        assert await console.until_closed(within=SOON_S) == SIGNED_OUT
        while (await demoted.request("GET", "/audit")).status_code != 403:
            assert time.monotonic() - began < SOON_S
            await asyncio.sleep(0.2)


# --- passwords that were forgotten ------------------------------------------------------------------------


async def raw(url: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """A request as it is written, past every library that would mend it."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    told = {"Host": f"{host}:{port}", "Content-Length": str(len(body)), "Connection": "close", **headers}
    head = f"POST {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told.items())
    writer.write(head.encode() + b"\r\n" + body)
    answer = await asyncio.wait_for(reader.read(), 15)
    writer.close()
    return int(answer.split(b" ", 2)[1]), answer


EVIL = "evil.example"
POISONED: list[tuple[str, dict[str, str], int]] = [
    ("/api/v1/auth/forgot-password", {"X-Forwarded-Host": EVIL, "X-Forwarded-Proto": "https"}, 202),
    ("/api/v1/auth/forgot-password", {"Forwarded": f"host={EVIL};proto=https"}, 202),
    ("/api/v1/auth/forgot-password", {"X-Host": EVIL, "X-Forwarded-Server": EVIL}, 202),
    ("/api/v1/auth/forgot-password", {"X-Original-URL": f"http://{EVIL}/", "X-Rewrite-URL": "/x"}, 202),
    ("/api/v1/auth/forgot-password", {"Host": EVIL}, 400),
    ("/api/v1/auth/forgot-password", {"Host": f"127.0.0.1@{EVIL}"}, 400),
    (f"http://{EVIL}/api/v1/auth/forgot-password", {}, 0),
    (f"http://{EVIL}/api/v1/auth/forgot-password", {"Host": EVIL}, 400),
]


@pytest.mark.parametrize(("target", "headers", "status"), POISONED)
async def test_a_link_leads_to_our_own_address_whatever_a_request_says(
    product: Product, mine: TestTenant, post: Mailbox, target: str, headers: dict[str, str], status: int
) -> None:
    body = json.dumps({"email": mine.email}).encode()
    said = {"Content-Type": "application/json", **headers}
    got, answer = await raw(product.url, target, said, body)
    assert EVIL.encode() not in answer
    assert got == status or (status == 0 and 202 <= got < 500)
    if got == 202:
        text = post.await_mail(mine.email, "парол")
        assert f"{product.url}/reset-password#token=a_" in text
        assert EVIL not in text


async def test_looking_at_a_link_uses_nothing_up(
    page: httpx2.AsyncClient, mine: TestTenant, post: Mailbox
) -> None:
    """Scanners of mail fetch links: a reset takes a POST with the token in its body."""
    await page.post("/auth/forgot-password", json={"email": mine.email})
    token = post.token(mine.email, "парол")
    site = str(page.base_url).removesuffix("/api/v1/")
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        for path in (f"/auth/reset-password?token={token}", f"/auth/reset-password/{token}"):
            assert (await page.request(method, path)).status_code in (404, 405), (method, path)
    assert (await page.get(f"{site}/reset-password?token={token}")).status_code == 200
    missing = await page.post(f"/auth/reset-password?token={token}", json={"password": NEW_PASSWORD})
    assert refused(missing) == (422, "invalid")
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    wanted = {"token": token, "password": NEW_PASSWORD}
    assert (await page.post("/auth/reset-password", json=wanted, headers=foreign)).status_code == 403
    assert (await page.post("/auth/reset-password", json=wanted)).status_code == 204
    assert (await page.post("/auth/reset-password", json=wanted)).status_code == 401


# --- guessing ---------------------------------------------------------------------------------------------


async def test_a_guesser_is_shut_out_and_the_person_only_from_new_sign_ins(
    page: httpx2.AsyncClient, product: Product, settings: Settings, mine: TestTenant
) -> None:
    """A lock that a stranger can turn must not end what is open, tell who exists, or last."""
    nobody = f"nobody@{uuid4().hex[:10]}.example"
    async with Operator(product.url, mine) as signed_in:
        told: dict[str, list[tuple[int, str]]] = {}
        for email in (mine.email, nobody):
            answers = [
                await page.post("/auth/login", json={"email": email, "password": "wrong"}) for _ in range(6)
            ]
            told[email] = [refused(answer) for answer in answers]
            assert 0 < int(answers[-1].headers["retry-after"]) <= ACCOUNT_SHORT.window
        assert told[mine.email] == told[nobody]
        assert told[nobody][4:] == [(401, "sign_in_failed"), (429, "sign_in_limited")]
        right = {"email": mine.email, "password": mine.password}
        assert refused(await page.post("/auth/login", json=right)) == (429, "sign_in_limited")
        assert (await signed_in.request("GET", "/me")).status_code == 200, "whoever is in stays in"
        await age(settings, account_subject(mine.email), ACCOUNT_SHORT.window + 1)
        assert (await page.post("/auth/login", json=right)).status_code == 200, "time opens it again"


async def age(settings: Settings, subject: str, seconds: float) -> None:
    """Let an account's tries be older than they are."""
    from redis.asyncio import Redis

    redis = Redis.from_url(settings.redis_url or "")
    key = f"omni:limit:{ACCOUNT_SHORT.name}:{subject}"
    assert await redis.zcard(key) == ACCOUNT_SHORT.limit
    for member, at in await redis.zrange(key, 0, -1, withscores=True):
        await redis.zadd(key, {member: at - seconds * 1e6})
    await redis.aclose()


# --- who has an account -----------------------------------------------------------------------------------


def shape_of(answer: httpx2.Response, email: str) -> tuple[Any, ...]:
    """What an answer tells, but for the address that was asked about and the time of day."""
    told = {name: value for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, answer.text.replace(email, "EMAIL"), told


ABOUT: dict[str, Callable[[str], dict[str, Any]]] = {
    "/auth/login": lambda email: {"email": email, "password": "wrong"},
    "/auth/forgot-password": lambda email: {"email": email},
    "/auth/register": lambda email: {
        "email": email,
        "password": NEW_PASSWORD,
        "name": "Анна",
        "company": "Чай",
        "locale": "ru",
    },
}


@pytest.mark.parametrize("path", ABOUT)
async def test_a_known_and_an_unknown_address_get_one_answer(
    page: httpx2.AsyncClient, mine: TestTenant, path: str
) -> None:
    unknown = f"nobody@{uuid4().hex[: len(mine.email) - len('nobody@.example')]}.example"
    assert len(unknown) == len(mine.email), "a length would differ for its own reason"
    answers = [
        shape_of(await page.post(path, json=ABOUT[path](email)), email) for email in (mine.email, unknown)
    ]
    assert answers[0] == answers[1]


async def test_an_invitation_tells_nothing_of_accounts_elsewhere(
    product: Product, settings: Settings, mine: TestTenant
) -> None:
    elsewhere = await make_tenant(settings)
    unknown = f"owner@{uuid4().hex[:14]}.example"
    await run(settings, mine.id, 'update "user" set email_verified_at = now()')
    shapes = []
    async with Operator(product.url, mine) as owner:
        for email in (elsewhere.email, unknown):
            answer = await owner.request("POST", "/team/invite", json={"email": email, "role": "operator"})
            assert answer.status_code == 201, answer.text
            invitation = answer.json()["invitation"]
            shapes.append({**invitation, "email": "", "id": "", "created_at": "", "expires_at": ""})
    assert shapes[0] == shapes[1]


# --- a foreign page ---------------------------------------------------------------------------------------

SITES: list[tuple[dict[str, str], bool]] = [
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Sec-Fetch-Site": "SAME-ORIGIN"}, False),
    ({"Sec-Fetch-Site": "same-origin, cross-site"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
    ({"Referer": "{own}/"}, False),
    ({"Origin": "{own}"}, True),
    ({"Origin": "{own}.evil.example"}, False),
    ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:1"}, False),
]


async def test_a_cookie_counts_from_our_own_page_alone(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    await forget_limits(settings)
    async with httpx2.AsyncClient(base_url=f"{product.url}/api/v1") as client:
        body = {"email": tenant.email, "password": tenant.password}
        cookie = f"omni={token_of(await client.post('/auth/login', json=body))}"
        client.cookies.clear()
        for headers, counts in SITES:
            said = {name: value.replace("{own}", product.url) for name, value in headers.items()}
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            for more in ({}, form, {"Content-Type": "text/plain"}):
                answer = await client.post("/ws-ticket", headers={"Cookie": cookie, **said, **more})
                assert (answer.status_code == 200) is counts, (headers, more)
                if not counts:
                    assert refused(answer) == (403, "csrf")
        assert (await client.get("/me", headers={"Cookie": cookie})).status_code == 200


async def test_no_answer_lets_a_foreign_page_read_it(
    product: Product, settings: Settings, tenant: TestTenant
) -> None:
    """CORS: nothing of the console or the API is opened to another origin, with or without a preflight."""
    async with httpx2.AsyncClient(base_url=product.url) as client:
        for path in ("/api/v1/me", "/api/v1/auth/login", "/api/v1/conversations", "/admin/v1/tenants"):
            asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
            for method in ("OPTIONS", "GET"):
                answer = await client.request(method, path, headers=asked)
                assert not [name for name in answer.headers if name.startswith("access-control-")], path
