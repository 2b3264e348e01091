"""The API reference as one page without a script, written from our own OpenAPI description."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from html import escape
from typing import Any

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1d2430; --soft: #5b6472; --line: #d9dee6; --paper: #fff; --card: #f6f8fa; --accent: #1c6b45
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7eaf0; --soft: #a2abb9; --line: #333b48; --paper: #14181f; --card: #1b212a; --accent: #6fd3a2 }
}
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); text-transform: capitalize }
a { color: var(--accent) }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; background: var(--card) }
summary { padding: .6rem .8rem; cursor: pointer; overflow-wrap: anywhere }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.method { display: inline-block; min-width: 4.2rem; font-weight: 700; color: var(--accent) }
.body { padding: 0 .8rem .8rem }
.soft { color: var(--soft) }
code, pre { font: .875rem/1.45 ui-monospace, monospace }
pre { overflow-x: auto; padding: .8rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper) }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .25rem .6rem .25rem 0; vertical-align: top; border-bottom: 1px solid var(--line) }
"""
DEPTH = 6


def reference_page(described: dict[str, Any], nonce: str) -> str:
    """The page for an OpenAPI 3.1 description: operations by tag, each with its input and its answers.

    `nonce` is that of the page's policy, for its one style sheet.
    """
    by_tag: dict[str, list[str]] = defaultdict(list)
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            by_tag[(operation.get("tags") or ["other"])[0]].append(
                _operation(path, method, operation, described)
            )
    sections = "".join(
        f'<section aria-labelledby="{tag}"><h2 id="{tag}">{tag}</h2>{"".join(cards)}</section>'
        for tag, cards in by_tag.items()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>OmniSupport API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style nonce="{nonce}">'
        f"{STYLE}</style></head><body><main><h1>OmniSupport API</h1>"
        '<p class="soft">Errors are <code>application/problem+json</code> with a stable <code>code</code>. '
        'The machine-readable description is <a href="/openapi.json">openapi.json</a>.</p>'
        f"{sections}</main></body></html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any], described: dict[str, Any]) -> str:
    text = escape(operation.get("description") or "")
    parts = [
        f"<p>{text}</p>",
        *_callers(operation, described),
        *_parameters(operation),
        *_input(operation, described),
        *_answers(operation, described),
    ]
    head = f'<span class="method">{method.upper()}</span> <code>{escape(path)}</code>'
    title = escape(operation.get("summary") or "")
    summary = f'<summary>{head} <span class="soft">{title}</span></summary>'
    return f'<details>{summary}<div class="body">{"".join(parts)}</div></details>'


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    rows = [
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{p['in']}</td>"
        f"<td>{'required' if p.get('required') else 'optional'}</td></tr>"
        for p in operation.get("parameters", [])
    ]
    if rows:
        head = "<thead><tr><th>Parameter</th><th>In</th><th>Needed</th></tr></thead>"
        yield f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"


def _input(operation: dict[str, Any], described: dict[str, Any]) -> Iterator[str]:
    body = operation.get("requestBody")
    if body:
        schema = body["content"].get("application/json", {}).get("schema", {})
        yield f"<h3>Input</h3>{_shape(schema, described)}"


def _answers(operation: dict[str, Any], described: dict[str, Any]) -> Iterator[str]:
    errors = []
    for status, answer in operation.get("responses", {}).items():
        if "$ref" in answer:
            found = described["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
            errors.append(f"<tr><td>{status}</td><td>{escape(found['description'])}</td></tr>")
            continue
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        yield f"<h3>{status}</h3>{_shape(schema, described) if schema else '<p class=soft>No body.</p>'}"
    if errors:
        yield f"<h3>Errors</h3><table><tbody>{''.join(errors)}</tbody></table>"


def _callers(operation: dict[str, Any], described: dict[str, Any]) -> Iterator[str]:
    schemes = described["components"].get("securitySchemes", {})
    for name in [name for choice in operation.get("security", []) for name in choice]:
        yield f"<p class=soft><b>{escape(name)}</b>: {escape(schemes[name]['description'])}</p>"


def _shape(schema: dict[str, Any], described: dict[str, Any]) -> str:
    return f"<pre>{escape(json.dumps(_example(schema, described, 0), indent=2, ensure_ascii=False))}</pre>"


def _example(schema: dict[str, Any], described: dict[str, Any], depth: int) -> Any:
    """A value of the schema's shape, with the type in the place of each scalar."""
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if depth > DEPTH:
        return "…"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        shapes = [_example(each, described, depth + 1) for each in choices]
        plain = [each for each in shapes if isinstance(each, str)]
        return (
            " | ".join(plain)
            if len(plain) == len(shapes)
            else next(e for e in shapes if not isinstance(e, str))
        )
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return [_example(schema.get("items", {}), described, depth + 1)]
    if "properties" in schema:
        return {name: _example(each, described, depth + 1) for name, each in schema["properties"].items()}
    return schema.get("format") or schema.get("type") or "any"
