"""The page on which one talks as a customer of any channel; forms lead back to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

import httpx2
import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from omnisupport.devstack.context import saved_login
from omnisupport.devstack.simulator.double import Double, NotConnected
from omnisupport.devstack.simulator.forms import Field, read_form
from omnisupport.devstack.simulator.html import Place, log, page
from omnisupport.devstack.simulator.server import Fault, Simulator
from omnisupport.devstack.simulator.words import NAMES, WORDS, language_of
from omnisupport.devstack.state import StateDir

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
FAULTS = ("busy", "blocked", "silent")
CALL_S = 20.0


@dataclass(frozen=True)
class Owner:
    """The demo's owner at the product's api, by the login that the stack keeps in its state folder."""

    api_url: str
    state: StateDir

    async def connect(self, type: str, name: str, account: dict[str, Any]) -> dict[str, Any] | None:
        """Connect a channel, and give what the other side is to know; None: there is no demo.

        Raises:
            ValueError: the product says why not.
        """
        login = saved_login(self.state)
        if login is None:
            return None
        async with httpx2.AsyncClient(
            base_url=f"{self.api_url}/api/v1", timeout=CALL_S, trust_env=False
        ) as http:
            told = {"email": login.email, "password": login.password, "grant": "token"}
            entered = await http.post("/auth/login", json=told)
            if entered.is_success:
                bearer = {"Authorization": f"Bearer {entered.json()['access_token']}"}
                body = {"name": name, "account": account}
                entered = await http.post(f"/channels/{type}", json=body, headers=bearer)
        if not entered.is_success:
            raise ValueError(entered.json().get("detail", entered.text))
        setup: dict[str, Any] = entered.json()["setup"]
        return setup


class Pages:
    """The page and what its forms do."""

    def __init__(self, simulator: Simulator, owner: Owner) -> None:
        self._simulator = simulator
        self._owner = owner

    def routes(self) -> list[BaseRoute]:
        """Below `/simulator`; the root leads there."""
        actions = {"connect": self.connect, "write": self.write, "press": self.press, "tell": self.tell}
        actions["fault"] = self.fault
        routes: list[BaseRoute] = [Route("/", self.show), Route("/log", self.log)]
        routes += [Route(f"/{name}", action, methods=["POST"]) for name, action in actions.items()]
        return [Route("/", lambda _: RedirectResponse("/simulator/")), Mount("/simulator", routes=routes)]

    async def show(self, request: Request) -> Response:
        """The page."""
        return self._page(_place(request, dict(request.query_params)))

    async def log(self, request: Request) -> Response:
        """The messages alone, for the script that refreshes them."""
        place = _place(request, dict(request.query_params))
        double, line = self._line(place)
        if double is None or line is None:
            return PlainTextResponse("", 404)
        return HTMLResponse(log(place, double, line), headers={"content-security-policy": POLICY})

    async def connect(self, request: Request) -> Response:
        """Make up an account and have the product connect it."""
        place, form = await _posted(request)
        type, provider = form.get("type", ""), form.get("by", "")
        if (type, provider) not in NAMES:
            return self._page(place, WORDS[place.language]["not_there"], status=404)
        double = self._simulator.doubles[provider]
        account = double.new_account(type)
        shown = orjson.dumps(account, option=orjson.OPT_INDENT_2).decode()
        try:
            setup = await self._owner.connect(type, NAMES[(type, provider)], account)
        except (ValueError, httpx2.HTTPError) as refused:
            reason = WORDS[place.language]["refused"].format(reason=refused or type)
            return self._page(place, reason, shown, status=502)
        if setup is None:
            return self._page(place, WORDS[place.language]["no_login"], shown)
        double.connected(account, setup)
        return self._page(place, WORDS[place.language]["connecting"])

    async def write(self, request: Request) -> Response:
        """Write as the customer."""
        place, form = await _posted(request)
        double, line = self._line(place)
        if double is None or line is None:
            return self._page(place, WORDS[place.language]["not_there"], status=404)
        file = form.get("file")
        id = ""
        if isinstance(file, Field) and file.content:
            id = double.keep(file.filename, file.type or "application/octet-stream", file.content)
        text = str(form.get("text", "")).replace("\r\n", "\n")
        if text.strip() or id:
            try:
                await double.write(line.account, place.person, text, id)
            except NotConnected:
                return self._page(place, WORDS[place.language]["not_there"], status=404)
        return _back(place)

    async def press(self, request: Request) -> Response:
        """Press a button."""
        place, form = await _posted(request)
        double, _ = self._line(place)
        try:
            assert double is not None
            await double.press(str(form["message"]), str(form["label"]), place.person)
        except (AssertionError, KeyError, StopIteration, NotConnected):
            return self._page(place, WORDS[place.language]["not_there"], status=404)
        return _back(place)

    async def tell(self, request: Request) -> Response:
        """Have a message delivered, read, or lost."""
        place, form = await _posted(request)
        double, _ = self._line(place)
        if double is None or form.get("status") not in double.receipts:
            return self._page(place, WORDS[place.language]["not_there"], status=404)
        try:
            await double.tell(str(form.get("message")), str(form["status"]))
        except (KeyError, NotConnected):
            return self._page(place, WORDS[place.language]["not_there"], status=404)
        return _back(place)

    async def fault(self, request: Request) -> Response:
        """Let a provider go wrong, or be well again."""
        place, form = await _posted(request)
        self._simulator.faults.pop(place.provider, None)
        if place.provider in self._simulator.doubles and form.get("fault") in FAULTS:
            self._simulator.faults[place.provider] = cast(Fault, form["fault"])
        return _back(place)

    def _line(self, place: Place) -> tuple[Double | None, Any]:
        double = self._simulator.doubles.get(place.provider)
        return double, double.lines.get(place.account) if double else None

    def _page(self, place: Place, notice: str = "", made: str = "", *, status: int = 200) -> Response:
        faults = {name: str(fault) for name, fault in self._simulator.faults.items()}
        written = page(
            place, list(self._simulator.doubles.values()), faults, notice, made, self._simulator.shop_url
        )
        headers = {"content-security-policy": POLICY, "referrer-policy": "no-referrer"}
        return HTMLResponse(written, status, headers)


def _place(request: Request, told: dict[str, Any]) -> Place:
    language = language_of(told.get("lang"), request.headers.get("accept-language", ""))
    person = "".join(each for each in str(told.get("person", "")) if each in "0123456789")[:15]
    known = {"person": person} if len(person) >= 7 and not person.startswith("0") else {}
    return Place(language, str(told.get("provider", "")), str(told.get("account", "")), **known)


async def _posted(request: Request) -> tuple[Place, dict[str, Any]]:
    form = await read_form(request)
    return _place(request, form), form


def _back(place: Place) -> Response:
    told = {
        "lang": place.language,
        "provider": place.provider,
        "account": place.account,
        "person": place.person,
    }
    return RedirectResponse(f"/simulator/?{urlencode(told)}", 303)
