"""Content templates of an account at Twilio, with what WhatsApp has decided about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from omnisupport.channels.base import Account, Ambiguous
from omnisupport.channels.twilio.calls import Calls
from omnisupport.domain.template import Template, holes_of

PAGE = 100
MAX_PAGES = 80


async def templates(calls: Calls, account: Account) -> list[Template]:
    """All of them, page by page.

    Raises:
        NotSent: Twilio does not show them, or not now.
        Ambiguous: it did not answer as it should.
    """
    found: list[Template] = []
    params: dict[str, str] = {"PageSize": str(PAGE)}
    for _ in range(MAX_PAGES):
        page = await calls.ask("GET", f"{calls.content}/v1/ContentAndApprovals", account, params=params)
        rows = page.get("contents")
        if not isinstance(rows, list):
            raise Ambiguous("Twilio answered without its list of templates.")
        found += read_templates(rows)
        # The place in the list, not the address: we ask nowhere but at Twilio.
        following = parse_qs(urlsplit(_text(_map(page.get("meta")).get("next_page_url"))).query)
        if not following.get("PageToken"):
            break
        params |= {name: following[name][0] for name in ("Page", "PageToken") if following.get(name)}
    return found


def read_templates(told: Iterable[Any]) -> list[Template]:
    """Templates as Twilio tells of them; one without an id or a text is left out."""
    return [found for each in told if isinstance(each, dict) and (found := _template(each)) is not None]


def _template(told: Mapping[str, Any]) -> Template | None:
    types = {name: form for name, form in _map(told.get("types")).items() if isinstance(form, dict)}
    sid = _text(told.get("sid"))
    # The richest form of several is what WhatsApp shows; all say the same.
    form = next((types[name] for name in sorted(types, key=_rank) if _text(types[name].get("body"))), None)
    if not sid or form is None:
        return None
    body, approval = _text(form["body"]), _map(told.get("approval_requests"))
    holes = holes_of(body)
    return Template(
        name=_text(told.get("friendly_name")) or sid,
        language=_text(told.get("language")),
        status=_text(approval.get("status")).lower() or "unsubmitted",
        category=_text(approval.get("category")).lower(),
        text=body,
        holes=holes,
        named=holes != tuple(str(number) for number in range(1, len(holes) + 1)),
        header="text" if _text(form.get("header_text")) else None,
        header_text=_text(form.get("header_text")),
        footer=_text(form.get("footer")),
        buttons=tuple(_labels(form)),
        wants_more=bool(set(_map(told.get("variables"))) - set(holes)),
        provider_id=sid,
        sent_as=sid,
    )


def _rank(name: str) -> int:
    return {"twilio/text": 2, "twilio/media": 1}.get(name, 0)


def _labels(form: Mapping[str, Any]) -> Iterable[str]:
    actions = form.get("actions")
    for action in actions if isinstance(actions, list) else ():
        if isinstance(action, dict) and (label := _text(action.get("title"))):
            yield label


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value.replace("\x00", "") if isinstance(value, str) else ""
