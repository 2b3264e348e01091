"""The shop's pages as HTML strings. Everything that is not a constant goes through `escape`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape
from typing import Any

from omnisupport.devstack.shop.art import branch, cup
from omnisupport.devstack.shop.articles import load_articles
from omnisupport.devstack.shop.catalogue import Locale, Tea, load_catalogue, money
from omnisupport.devstack.shop.words import WORDS

TENANT = "demo"
MONTHS: dict[Locale, str] = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "en": "January February March April May June July August September October November December",
}
# The snippet as every customer gets it; only the host is filled in.
SNIPPET = """<script>
(function(w,d,s,o,f,js,fjs){{w['OmniSupport']=o;w[o]=w[o]||function(){{(w[o].q=w[o].q||[]).push(arguments)}};
js=d.createElement(s),fjs=d.getElementsByTagName(s)[0];js.id=o;js.src=f;js.async=1;fjs.parentNode.insertBefore(js,fjs);
}}(window,document,'script','omni','{host}/widget/loader.js'));
omni('init','{tenant}');
</script>"""


class Pages:
    """Builds pages for one widget host."""

    def __init__(self, widget_host: str) -> None:
        self._snippet = SNIPPET.format(host=escape(widget_host, quote=True), tenant=TENANT)

    def home(self, locale: Locale) -> str:
        """The front page: hero, promises, all teas."""
        words = WORDS[locale]
        promises = "".join(
            f"<li><strong>{words[f'promise_{n}']}</strong><span>{words[f'promise_{n}_text']}</span></li>"
            for n in (1, 2, 3)
        )
        body = f"""<section class="hero"><div><p class="since">{words["since"]}</p><h1>{words["tagline"]}</h1>
<p class="lead">{words["lead"]}</p><p class="actions"><a class="button" href="#teas">{words["to_teas"]}</a>
{_ask(words["ask"])}</p></div>{branch()}</section>
<ul class="promises">{promises}</ul>
<section class="kind" id="teas"><h2>{words["teas"]}</h2>{_cards(load_catalogue().teas, locale)}</section>"""
        return self._page(locale, "/", words["brand"], body)

    def tea(self, tea: Tea, locale: Locale) -> str:
        """One tea."""
        words, catalogue = WORDS[locale], load_catalogue()
        others = [one for one in catalogue.teas if one.kind == tea.kind and one is not tea]
        also = (
            f"<section class='kind'><h2>{words['also']}</h2>{_cards(others, locale)}</section>"
            if others
            else ""
        )
        name = escape(tea.name[locale])
        body = f"""<article class="product">{cup(tea.liquor, tea.name[locale])}<div>
<p class="since">{escape(catalogue.kinds[tea.kind][locale])}</p><h1>{name}</h1>
<p class="lead">{escape(tea.text[locale])}</p>
<dl><dt>{words["tastes_of"]}</dt><dd>{escape(tea.notes[locale])}</dd>
<dt>{words["brewing"]}</dt><dd>{escape(tea.brewing[locale])}</dd></dl>
<p class="price">{money(tea.price, locale)} <small>{tea.grams} {words["grams"]}</small></p>
<p class="actions">{_ask(words["ask_about"], main=True)}</p></div></article>{also}"""
        return self._page(locale, f"/tea/{tea.slug}", tea.name[locale], body)

    def tracking(self, locale: Locale, number: str, order: dict[str, Any] | None) -> str:
        """Look an order up by its number."""
        words = WORDS[locale]
        answer = ""
        if order is not None:
            answer = _order(order, locale)
        elif number:
            answer = f'<p class="notice" role="status">{words["not_found"]}</p>'
        body = f"""<section class="narrow"><h1>{words["tracking"]}</h1><p class="lead">{words["tracking_lead"]}</p>
<form class="search" action="{_path(locale, "/order")}"><label for="number">{words["number"]}</label>
<input id="number" name="number" value="{escape(number, quote=True)}" maxlength="20" required autocomplete="off">
<button class="button">{words["find"]}</button></form>{answer}</section>"""
        return self._page(locale, "/order", words["tracking"], body)

    def help(self, locale: Locale) -> str:
        """The list of articles."""
        words = WORDS[locale]
        links = "".join(
            f'<li><a href="{_path(locale, f"/help/{article.slug}")}">{escape(article.title)}</a></li>'
            for article in load_articles(locale).values()
        )
        listed = f'<ul class="articles">{links}</ul>' if links else f"<p>{words['help_empty']}</p>"
        body = f"""<section class="narrow"><h1>{words["help"]}</h1><p class="lead">{words["help_lead"]}</p>{listed}
<p class="actions">{_ask(words["ask"], main=True)}</p></section>"""
        return self._page(locale, "/help", words["help"], body)

    def article(self, locale: Locale, slug: str) -> str | None:
        """One article, or None where there is none of this slug."""
        article, words = load_articles(locale).get(slug), WORDS[locale]
        if article is None:
            return None
        body = f"""<article class="narrow text"><p><a href="{_path(locale, "/help")}">← {words["back_to_help"]}</a></p>
<h1>{escape(article.title)}</h1>{article.html}<p class="actions">{_ask(words["ask"])}</p></article>"""
        return self._page(locale, f"/help/{slug}", article.title, body)

    def missing(self, locale: Locale) -> str:
        """Nothing is here."""
        words = WORDS[locale]
        body = f"""<section class="narrow"><h1>{words["missing"]}</h1><p class="lead">{words["missing_text"]}</p>
<p class="actions"><a class="button" href="{_path(locale, "/")}">{words["home"]}</a></p></section>"""
        return self._page(locale, "/", words["missing"], body)

    def _page(self, locale: Locale, path: str, title: str, body: str) -> str:
        words = WORDS[locale]
        other: Locale = "en" if locale == "ru" else "ru"
        brand = words["brand"]
        whole = brand if title == brand else f"{title} — {brand}"
        links = "".join(
            f'<a href="{_path(locale, to)}"{" aria-current=page" if to == path else ""}>{words[word]}</a>'
            for word, to in (("tracking", "/order"), ("delivery", "/delivery"), ("help", "/help"))
        )
        return f"""<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(whole)}</title>
<meta name="description" content="{escape(words["lead"], quote=True)}">
<link rel="alternate" hreflang="{other}" href="{_path(other, path)}">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<a class="skip" href="#main">{words["skip"]}</a>
<header><a class="brand" href="{_path(locale, "/")}">{words["brand"]}</a><nav>{links}
<a class="locale" lang="{other}" hreflang="{other}" href="{_path(other, path)}">{words["other_locale"]}</a>
</nav></header>
<main id="main">{body}</main>
<footer><p>{words["shops"]}</p><p>8 800 000-12-34 · help@tea-shop.example ·
<a href="{_path(locale, "/help/contacts")}">{words["contacts"]}</a></p><p>{words["fine_print"]}</p></footer>
{self._snippet}
<script>
addEventListener('click', (event) => {{ if (event.target.closest('[data-chat]')) omni('open'); }});
</script>
</body>
</html>
"""


def _path(locale: Locale, path: str) -> str:
    """Russian pages are at the root, English ones below /en."""
    if locale == "ru":
        return path
    return "/en/" if path == "/" else f"/en{path}"


def _ask(label: str, *, main: bool = False) -> str:
    return f'<button type="button" class="button{"" if main else " quiet"}" data-chat>{label}</button>'


def _cards(teas: Iterable[Tea], locale: Locale) -> str:
    return f'<ul class="cards">{"".join(_card(tea, locale) for tea in teas)}</ul>'


def _card(tea: Tea, locale: Locale) -> str:
    name = escape(tea.name[locale])
    return f"""<li><a href="{_path(locale, f"/tea/{tea.slug}")}">{cup(tea.liquor, tea.name[locale])}
<span class="since">{escape(load_catalogue().kinds[tea.kind][locale])}</span>
<strong>{name}</strong><span class="notes">{escape(tea.notes[locale])}</span>
<span class="price">{money(tea.price, locale)} <small>{tea.grams} {WORDS[locale]["grams"]}</small></span></a></li>"""


def _order(order: dict[str, Any], locale: Locale) -> str:
    words = WORDS[locale]
    rows = "".join(
        f"<tr><td>{escape(item['name' if locale == 'ru' else 'name_en'])} × {item['quantity']}</td>"
        f"<td>{money(item['price'] * item['quantity'], locale)}</td></tr>"
        for item in order["items"]
    )
    eta = (
        f"<p>{words['arrives']}: {_day(date.fromisoformat(order['eta']), locale)}</p>" if order["eta"] else ""
    )
    return f"""<section class="order" role="status"><h2>{escape(order["number"])}</h2>
<p class="status" data-status="{escape(order["status"], quote=True)}">{words[f"status_{order['status']}"]}</p>{eta}
<table>{rows}
<tr><th scope="row">{words["total"]}</th><td>{money(order["total"]["amount"], locale)}</td></tr></table></section>"""


def _day(day: date, locale: Locale) -> str:
    return f"{day.day} {MONTHS[locale].split()[day.month - 1]}"
