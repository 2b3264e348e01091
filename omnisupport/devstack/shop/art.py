"""Drawings for the shop: a glass cup with the colour of the tea in it, and a leaf for the hero."""

from __future__ import annotations

from html import escape

LEAF = "M0 0c22-34 66-34 96-12-26 30-70 36-96 12Z"


def cup(liquor: str, label: str) -> str:
    """A glass of tea; `liquor` is a CSS colour."""
    colour = escape(liquor, quote=True)
    return f"""<svg class="cup" viewBox="0 0 200 160" role="img" aria-label="{escape(label, quote=True)}">
<path class="steam" d="M82 34c-8-10 8-16 0-28M104 34c-8-10 8-16 0-28M126 34c-8-10 8-16 0-28"/>
<ellipse class="saucer" cx="100" cy="142" rx="72" ry="9"/>
<path fill="{colour}" d="M55 66h90c0 40-16 66-45 66S55 106 55 66Z"/>
<ellipse fill="{colour}" class="surface" cx="100" cy="66" rx="45" ry="9"/>
<path class="glass" d="M152 48c0 54-19 88-52 88S48 102 48 48"/>
<ellipse class="glass" cx="100" cy="48" rx="52" ry="10"/>
<path class="glass" d="M150 62c26-6 34 34-8 40"/>
<path class="gleam" d="M64 74c2 20 8 34 16 44"/>
</svg>"""


def branch() -> str:
    """A branch of tea leaves, for the hero; decoration only."""
    leaves = "".join(
        f'<path transform="translate({x} {y}) rotate({turn}) scale({size})" d="{LEAF}"/>'
        for x, y, turn, size in (
            (60, 250, -62, 1.0),
            (96, 210, -8, 1.1),
            (112, 170, -84, 0.95),
            (146, 140, -20, 1.15),
            (168, 96, -92, 0.9),
            (196, 78, -36, 1.0),
        )
    )
    return f"""<svg class="branch" viewBox="0 0 320 300" aria-hidden="true">
<path class="stem" d="M30 292c40-90 90-170 196-232"/>{leaves}</svg>"""
