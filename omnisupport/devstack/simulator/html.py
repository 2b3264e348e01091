"""The simulator's page as HTML: what anybody typed is escaped, and the script does nothing but refresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import orjson

from omnisupport.devstack.simulator.double import Double, Line, Shown
from omnisupport.devstack.simulator.pictures import shown_as
from omnisupport.devstack.simulator.words import NAMES, WORDS

STYLE = """
:root { color-scheme: light dark; --line: #767b85; --soft: #eef1f5; --own: #dcefe2; --text: #1d2129; --link: #0b57d0 }
@media (prefers-color-scheme: dark) {
  :root { --line: #8b919c; --soft: #2a2f37; --own: #1f4430; --text: #f1f3f5; --link: #a8c7fa }
  body { background: #16191d }
}
body { font: 16px/1.5 sans-serif; max-width: 64rem; margin: 0 auto; padding: 1rem; color: var(--text) }
a { color: var(--link) }
main { display: grid; gap: 2rem; grid-template-columns: minmax(0, 1fr) }
@media (min-width: 52rem) { main { grid-template-columns: 18rem minmax(0, 1fr) } }
ol { list-style: none; margin: 0; padding: 0 }
.log ol { display: grid; gap: .75rem }
.log { max-height: 60vh; overflow: auto; border: 1px solid var(--line);
  border-radius: .5rem; padding: 1rem }
.log li { background: var(--soft); border-radius: .5rem; padding: .5rem .75rem; max-width: 80% }
.log li.own { background: var(--own); margin-left: auto }
p.words { white-space: pre-wrap; overflow-wrap: anywhere; margin: .25rem 0 }
.log img { max-width: 100%; max-height: 16rem; border-radius: .375rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .25rem 0; font-size: .875rem }
form { margin: .25rem 0 } form.inline { display: inline-block; margin-right: .5rem }
label { display: block; margin: .5rem 0 .25rem }
input, textarea, select, button { font: inherit; color: inherit; background: Canvas; border: 1px solid var(--line);
  border-radius: .375rem; padding: .375rem .625rem; max-width: 100%; box-sizing: border-box }
textarea { width: 100% } button { cursor: pointer; min-height: 2.25rem }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
"""
CURRENT = ' aria-current="page"'
SCRIPT = """
const log = document.getElementById('log');
const refresh = async () => {
  const answer = await fetch(log.dataset.from);
  const told = await answer.text();
  if (answer.ok && told !== log.dataset.told && !log.contains(document.activeElement)) {
    log.innerHTML = told;
    log.dataset.told = told;
    log.scrollTop = log.scrollHeight;
  }
};
if (log) setInterval(refresh, 1000);
"""


@dataclass(frozen=True)
class Place:
    """Where on the page one is: the language, and the conversation that is open."""

    language: str
    provider: str = ""
    account: str = ""
    person: str = "79161234567"

    def words(self, name: str) -> str:
        """A text of the page, escaped."""
        return escape(WORDS[self.language][name])

    def query(self, **changes: str) -> str:
        """The query of a link, escaped."""
        told = {
            "lang": self.language,
            "provider": self.provider,
            "account": self.account,
            "person": self.person,
        }
        return escape(urlencode(told | changes))

    def hidden(self, **more: str) -> str:
        """The same as fields of a form."""
        told = {
            "lang": self.language,
            "provider": self.provider,
            "account": self.account,
            "person": self.person,
        }
        return "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in (told | more).items()
        )


def page(
    place: Place, doubles: Sequence[Double], faults: dict[str, str], notice: str, made: str, shop_url: str
) -> str:
    """The whole page; `notice` is said at its top, `made` an account to enter by hand, `shop_url` has the widget."""
    other = "en" if place.language == "ru" else "ru"
    double = next((each for each in doubles if each.provider == place.provider), None)
    line = double.lines.get(place.account) if double else None
    chat = _chat(place, double, line, faults) if double and line else ""
    said = f'<p role="status">{escape(notice)}</p>' if notice else ""
    hand = f'<p>{place.words("by_hand")}:</p><pre tabindex="0">{escape(made)}</pre>' if made else ""
    return (
        f'<!doctype html><html lang="{place.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{place.words('title')}</title><style>{STYLE}</style></head><body>"
        f"<header><h1>{place.words('title')}</h1>"
        f'<p><a href="?{place.query(lang=other)}" lang="{other}">{place.words("other")}</a></p></header>'
        f"<main><div><p>{place.words('intro')}</p>{said}{hand}"
        f"{_channels(place, doubles)}{_widget(place, shop_url)}</div>"
        f"<div>{chat}</div></main><script>{SCRIPT}</script></body></html>"
    )


def log(place: Place, double: Double, line: Line) -> str:
    """The messages of a conversation."""
    shown = double.seen(line.account, place.person)
    if not shown:
        return f"<p>{place.words('empty')}</p>"
    return f"<ol>{''.join(_message(place, double, each) for each in shown)}</ol>"


def _channels(place: Place, doubles: Sequence[Double]) -> str:
    listed = "".join(
        f'<li><a href="?{place.query(provider=double.provider, account=line.account)}"'
        f"{CURRENT if line.account == place.account else ''}>"
        f"{escape(name_of(double, line))} {escape(line.account)}</a></li>"
        for double in doubles
        for line in double.lines.values()
        if line.hook or line.facts.get("polled")
    )
    made = "".join(
        f'<form method="post" action="connect">{place.hidden(type=type, by=provider)}'
        f"<button>{place.words('connect')}: {escape(name)}</button></form>"
        for (type, provider), name in NAMES.items()
    )
    body = f"<ol>{listed}</ol>" if listed else f"<p>{place.words('none')}</p>"
    return (
        f'<nav aria-labelledby="channels"><h2 id="channels">{place.words("channels")}</h2>{body}</nav>{made}'
    )


def _widget(place: Place, shop_url: str) -> str:
    if not shop_url:
        return ""
    return f'<p><a href="{escape(shop_url)}" target="_blank">{place.words("widget")}</a></p>'


def name_of(double: Double, line: Line) -> str:
    """The channel of a line."""
    type = double.types[-1] if line.account.startswith("whatsapp:") else double.types[0]
    return NAMES[(type, double.provider)]


def _chat(place: Place, double: Double, line: Line, faults: dict[str, str]) -> str:
    now = faults.get(double.provider, "well")
    options = "".join(
        f'<option value="{name}"{" selected" if name == now else ""}>{place.words(name)}</option>'
        for name in ("well", "busy", "blocked", "silent")
    )
    return (
        f"<h2>{place.words('chat')}: {escape(name_of(double, line))}</h2>"
        f'<form method="get"><input type="hidden" name="lang" value="{place.language}">'
        f'<input type="hidden" name="provider" value="{escape(place.provider)}">'
        f'<input type="hidden" name="account" value="{escape(place.account)}">'
        f'<label for="person">{place.words("person")}</label>'
        f'<input id="person" name="person" inputmode="numeric" pattern="[1-9][0-9]{{6,14}}"'
        f' value="{escape(place.person)}"> '
        f"<button>{place.words('as_person')}</button></form>"
        f'<div class="log" id="log" tabindex="0" role="log" aria-label="{place.words("chat")}" '
        f'data-from="log?{place.query()}">{log(place, double, line)}</div>'
        f'<form method="post" action="write" enctype="multipart/form-data">{place.hidden()}'
        f'<label for="text">{place.words("text")}</label><textarea id="text" name="text" rows="2"></textarea>'
        f'<label for="file">{place.words("file")}</label><input id="file" name="file" type="file"> '
        f"<button>{place.words('send')}</button></form>"
        f'<h2>{place.words("faults")}</h2><form method="post" action="fault">{place.hidden()}'
        f'<label for="fault">{place.words("fault")}</label><select id="fault" name="fault">{options}</select> '
        f"<button>{place.words('set')}</button></form>"
    )


def _message(place: Place, double: Double, shown: Shown) -> str:
    who = place.words("you" if shown.own else "shop")
    status = "failed_own" if shown.own and shown.status == "failed" else shown.status
    buttons = "".join(_button(place, shown, each.label, each.url) for each in shown.buttons)
    files = "".join(_file(double, each) for each in shown.files)
    receipts = "" if shown.own else _receipts(place, double, shown)
    raw = "" if shown.own else _raw(place, shown)
    return (
        f'<li class="{"own" if shown.own else "theirs"}"><strong>{who}</strong>'
        f'<p class="words">{escape(shown.text)}</p>{files}{buttons}'
        f"<p>{place.words('status')}: {place.words(status)}</p>{receipts}{raw}</li>"
    )


def _button(place: Place, shown: Shown, label: str, url: str) -> str:
    if url:
        return f'<p><a href="{escape(url)}" rel="noreferrer" target="_blank">{escape(label)}</a></p>'
    fields = place.hidden(message=shown.id, label=label)
    return (
        f'<form class="inline" method="post" action="press">{fields}<button>{escape(label)}</button></form>'
    )


def _receipts(place: Place, double: Double, shown: Shown) -> str:
    return "".join(
        f'<form class="inline" method="post" action="tell">{place.hidden(message=shown.id, status=status)}'
        f"<button>{place.words('mark')}: {place.words(status)}</button></form>"
        for status in double.receipts
    )


def _raw(place: Place, shown: Shown) -> str:
    told = orjson.dumps(shown.raw, option=orjson.OPT_INDENT_2).decode()
    return f"<details><summary>{place.words('request')}</summary><pre>{escape(told)}</pre></details>"


def _file(double: Double, id: str) -> str:
    """A picture as such, another file to be saved; what lies elsewhere by its address, which is not asked."""
    if id not in double.files:
        return f'<p class="words">📎 {escape(id)}</p>'
    name, type, content = double.files[id]
    address = f"/{double.provider}/files/{escape(id)}"
    if shown_as(type, content) == type:
        return f'<p class="words"><img src="{address}" alt="{escape(name)}"></p>'
    return f'<p class="words">📎 <a href="{address}" download="{escape(name)}">{escape(name)}</a></p>'
