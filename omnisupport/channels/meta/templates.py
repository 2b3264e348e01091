"""Message templates of a WhatsApp Business Account, for whoever has to pick one."""

from __future__ import annotations

from collections.abc import Iterable

from omnisupport.channels.base import Account, NotSent
from omnisupport.channels.meta.graph import Graph
from omnisupport.channels.meta.reading import Told, inner, rows, text
from omnisupport.channels.transport import Transport
from omnisupport.domain.template import Template, holes_of

PAGE = 100
MAX_PAGES = 80
"""An account has at most 6,000 templates; with translations they come in more rows than that seldom."""
FIELDS = "id,name,language,status,category,parameter_format,components"


async def templates(account: Account, transport: Transport) -> list[Template]:
    """All templates of the account, page by page.

    Raises:
        NotSent: Meta does not show them, or not now; `business_account_missing` where the account's id is not set.
    """
    business = str(account.settings.get("business_account_id") or "")
    if not business:
        raise NotSent("The WhatsApp Business Account's id is not set.", code="business_account_missing")
    graph, found, after = Graph(transport), list[Template](), ""
    for _ in range(MAX_PAGES):
        # Not by the address in `next`, which has the token in it.
        cursor = {"after": after} if after else {}
        page = await graph.get(
            account, business, "message_templates", fields=FIELDS, limit=str(PAGE), **cursor
        )
        found += read_templates(rows(page, "data"))
        after = text(inner(page, "paging", "cursors"), "after")
        if not after or "next" not in inner(page, "paging"):
            break
    return found


def read_templates(told: Iterable[Told]) -> list[Template]:
    """Templates as Meta tells of them; one without a name or a body is left out."""
    return [found for each in told if (found := _template(each)) is not None]


def _template(told: Told) -> Template | None:
    parts = {text(each, "type").upper(): each for each in rows(told, "components")}
    name, body = text(told, "name"), text(parts.get("BODY", {}), "text")
    if not name or not body:
        return None
    header = parts.get("HEADER", {})
    kind = text(header, "format").lower() or None
    buttons = rows(parts.get("BUTTONS", {}), "buttons")
    return Template(
        name=name,
        language=text(told, "language"),
        status=text(told, "status").lower(),
        category=text(told, "category").lower(),
        text=body,
        holes=holes_of(body),
        named=text(told, "parameter_format").upper() == "NAMED",
        header=kind,
        header_text=text(header, "text"),
        footer=text(parts.get("FOOTER", {}), "text"),
        buttons=tuple(text(each, "text") for each in buttons),
        wants_more=_has_holes(header, kind) or any(_is_open(each) for each in buttons),
        provider_id=text(told, "id") or f"{name}:{text(told, 'language')}",
        sent_as=name,
    )


def _has_holes(header: Told, kind: str | None) -> bool:
    return kind not in (None, "text") or bool(holes_of(text(header, "text")))


def _is_open(button: Told) -> bool:
    """Whether a button needs a value at every send: a part of its address, a code, a form."""
    kind = text(button, "type").upper()
    if kind == "URL":
        return bool(holes_of(text(button, "url")))
    return kind not in ("QUICK_REPLY", "PHONE_NUMBER", "REQUEST_CONTACT_INFO", "VOICE_CALL")
