"""Articles as structure: all that a reader sees is there, and nothing that a browser would run."""

from __future__ import annotations

from typing import Any

import pytest

from omnisupport.ai.knowledge.blocks import blocks_of
from omnisupport.api.schemas.widget_articles import Article

WHOLE = """# Доставка

Привезём за **два дня**, *иногда* за `один`.
Вторая строка.  
После перевода.

- раз
- два
    1. внутри

3. третий

> цитата
>
> > вложенная

| Город | Дней |
|---|---|
| Тула | **2** |

```
код <b>
```

---

![Чайник](https://tea.example/pot.png) и [сайт](https://tea.example "x"), [почта](mailto:a@tea.example)
"""  # noqa: W291


def texts(value: Any) -> str:
    """Every text of blocks."""
    if isinstance(value, dict):
        return "".join(texts(each) for each in value.values())
    if isinstance(value, list):
        return "".join(texts(each) for each in value)
    return value if isinstance(value, str) else ""


def test_every_kind_of_block_is_told() -> None:
    blocks = blocks_of(WHOLE)
    kinds = [each["kind"] for each in blocks]
    assert kinds == ["heading", "paragraph", "list", "list", "quote", "table", "code", "rule", "paragraph"]
    assert blocks[0] == {"kind": "heading", "level": 1, "spans": [{"text": "Доставка"}]}
    assert blocks[1]["spans"] == [
        {"text": "Привезём за "},
        {"text": "два дня", "strong": True},
        {"text": ", "},
        {"text": "иногда", "emphasis": True},
        {"text": " за "},
        {"text": "один", "code": True},
        {"text": ". Вторая строка.\nПосле перевода."},
    ]
    assert blocks[2]["items"][1][1]["kind"] == "list"
    assert (blocks[3]["ordered"], blocks[3]["start"]) == (True, 3)
    assert blocks[4]["blocks"][1]["kind"] == "quote"
    assert blocks[5]["head"] == [[{"text": "Город"}], [{"text": "Дней"}]]
    assert blocks[5]["rows"] == [[[{"text": "Тула"}], [{"text": "2", "strong": True}]]]
    assert blocks[6] == {"kind": "code", "text": "код <b>"}
    assert blocks[8]["spans"] == [
        {"text": "Чайник", "href": "https://tea.example/pot.png"},
        {"text": " и "},
        {"text": "сайт", "href": "https://tea.example"},
        {"text": ", "},
        {"text": "почта", "href": "mailto:a@tea.example"},
    ]


def test_the_structure_is_what_the_api_describes() -> None:
    Article.model_rebuild()
    told = {"id": "x", "slug": "x", "locale": "ru", "title": "x", "category": None, "url": None}
    Article.model_validate(told | {"blocks": blocks_of(WHOLE), "updated_at": "x"})


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:x",
        "/help/delivery",
        "//evil.example",
        "https:///nowhere",
        "https://",
        "file:///etc/passwd",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_an_address_that_does_not_lead_out_is_no_link(address: str) -> None:
    blocks = blocks_of(f"[текст]({address}) ![образ]({address})")
    assert "href" not in str(blocks)
    assert "текст" in texts(blocks)


@pytest.mark.parametrize(
    "markup", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>жирно</b>"]
)
def test_markup_of_html_is_text(markup: str) -> None:
    assert markup in texts(blocks_of(f"До\n\n{markup}\n\nпосле {markup}"))


@pytest.mark.parametrize("text", ["", "> " * 500 + "x", "- " * 500 + "x", "[" * 5000, "*" * 5000, "|" * 5000])
def test_any_text_becomes_blocks(text: str) -> None:
    assert isinstance(blocks_of(text), list)
