"""In which pages a tenant's widget may stand: asked when a session begins, and told to browsers with the chat page."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from starlette.requests import Request

from omnisupport.domain.domains import host_of_page, is_allowed
from omnisupport.errors import Forbidden, OmniError
from omnisupport.observability import get_logger
from omnisupport.storage.access.security import SecuritySettings
from omnisupport.storage.queries.visitors import Visitors
from omnisupport.storage.session import Database

log = get_logger(__name__)

REMEMBERED_S = 30.0
"""How long the chat page is given with the list of before."""
MOST_REMEMBERED = 10_000
ANYWHERE = ("*",)


class Embedding:
    """Allowed pages by slug, for the header of the chat page."""

    def __init__(self, database: Database) -> None:
        self._visitors = Visitors(database)
        self._remembered: dict[str, tuple[float, tuple[str, ...]]] = {}

    async def ancestors(self, slug: str) -> Sequence[str]:
        """Sources for `frame-ancestors`; anywhere for a widget that is none, whose page says nothing.

        While the database is away the last word counts, else anywhere: the session, without which the page is empty,
        is refused then as well.
        """
        known = self._remembered.get(slug)
        if known is not None and monotonic() - known[0] < REMEMBERED_S:
            return known[1]
        try:
            home = await self._visitors.home(slug)
        except OmniError as away:
            log.warning("allowed_domains_unknown", code=away.code)
            return known[1] if known is not None else ANYWHERE
        if home is None:  # not remembered: anybody can think of a slug
            return ANYWHERE
        domains = SecuritySettings.of(home.tenant.settings).allowed_domains
        # Any port: the list is of hosts.
        sources = ("'self'", *(f"{each}:*" for each in domains)) if domains else ANYWHERE
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[slug] = (monotonic(), sources)
        return sources


def check_page(request: Request, page: str | None, domains: Sequence[str]) -> None:
    """Refuse a session for a page that is not on the list, as far as it can be known.

    `page` is the address that the loader gives. `Origin` and `Referer` are those of our own chat page as a rule;
    another page that asks by itself is known by them. Who names none is no browser, and a list holds none such back.

    Raises:
        Forbidden: code `domain_not_allowed`.
    """
    if not domains:
        return
    own = request.url.hostname
    told = [page, request.headers.get("origin"), request.headers.get("referer")]
    for address in told:
        host = host_of_page(address) if address is not None else own
        if host != own and (host is None or not is_allowed(host, domains)):
            raise Forbidden(
                "This widget may not stand in this page. Add its host to the allowed domains of the workspace.",
                code="domain_not_allowed",
            )
