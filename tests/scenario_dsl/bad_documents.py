"""Documents that mean harm, or were made by a program gone wrong: name, contents, and what is said of each.

`benchmarks.scenario` measures how soon each is refused; the codes are what a test expects, `None` where the
document is harmless and only has to be read in time.
"""

from __future__ import annotations

import json
from typing import NamedTuple

MIB = 1024 * 1024
_HEAD = (
    "omni: scenario/v1\nid: bad\nname: {ru: Плохой, en: Bad}\n"
    "channels: [widget]\nlocale: {default: ru, supported: [ru]}\n"
)
_END = "  end: {type: end, outcome: done}\n"


class Bad(NamedTuple):
    """One document; `code` is the first finding's, without the word behind the dot."""

    name: str
    text: str | bytes
    code: str | None


def _nodes(nodes: str, head: str = "") -> str:
    return f"{_HEAD}{head}start: first\nnodes:\n{nodes}{_END}"


def expression(text: str) -> str:
    """A document with one condition."""
    when = json.dumps(text, ensure_ascii=False)
    return _nodes(
        "  first:\n    type: condition\n    cases:\n"
        f"      - {{when: {when}, next: said}}\n    else: said\n"
        "  said: {type: message, text: Привет, next: end}\n",
        "variables:\n  text: {type: string, default: aaaa}\n  list: {type: list, of: int, default: [1, 2]}\n",
    )


def message(text: str) -> str:
    """A document with one text."""
    return _nodes(f"  first: {{type: message, text: {json.dumps(text, ensure_ascii=False)}, next: end}}\n")


def _repeated(count: int, line: str) -> str:
    return "".join(line.format(number=number) for number in range(count))


def _padded(size: int) -> bytes:
    document = message("Привет").encode()
    return document + b"#" * (size - len(document))


OK = message("Привет")
_TEN = "[1,2,3,4,5,6,7,8,9,10]"

BAD: tuple[Bad, ...] = (
    # Sizes
    Bad("a file of 1 MiB", _padded(MIB), None),
    Bad("a file of 1 MiB and a byte", _padded(MIB + 1), "E009"),
    Bad("a file of 10 MiB", _padded(10 * MIB), "E009"),
    Bad("1 MiB of blanks", " " * MIB, "E001"),
    Bad("1 MiB of line breaks", "\n" * MIB, "E001"),
    Bad("a text of 1 MB", message("x" * 1_000_000), "E009"),
    Bad("a key of 500,000 letters", _HEAD + "? " + "k" * 500_000 + "\n: 1\n", "E009"),
    Bad("100,000 keys in a map", _HEAD + _repeated(60_000, "k{number}: 1\n"), "E009"),
    Bad("60,000 fields of a node", _nodes("  first:\n    type: end\n" + _repeated(60_000, "    k{number}: 1\n")), "E009"),  # noqa: E501
    Bad("100,000 triggers", _HEAD + "triggers: [" + "{}," * 100_000 + "]\n", "E009"),
    Bad("501 nodes", _nodes("  first: {type: message, text: a, next: end}\n" + _repeated(500, "  n{number}: {{type: message, text: a, next: end}}\n")), "E801"),  # noqa: E501
    Bad("20,000 nodes", _nodes(_repeated(20_000, "  n{number}: {{type: message, text: a, next: end}}\n")), "E009"),
    Bad("201 variables", _nodes("  first: {type: message, text: a, next: end}\n", "variables:\n" + _repeated(201, "  v{number}: {{type: int}}\n")), "E801"),  # noqa: E501
    Bad("10,000 variables", _nodes("  first: {type: message, text: a, next: end}\n", "variables:\n" + _repeated(10_000, "  v{number}: {{type: int}}\n")), "E009"),  # noqa: E501
    Bad("40,000 values in small maps", _HEAD + "view:\n" + "".join(f"  v{a}:\n" + _repeated(900, "    k{number}: 1\n") for a in range(25)), "E009"),  # noqa: E501
    Bad("20,000 options", _nodes("  first:\n    type: menu\n    text: a\n    options:\n" + _repeated(20_000, "      - {{id: o{number}, label: L{number}, next: end}}\n")), "E009"),  # noqa: E501
    # Depth
    Bad("2,000 lists in a line", _HEAD + "view: " + "[" * 2_000 + "]" * 2_000 + "\n", "E009"),
    Bad("2,000 lists never closed", _HEAD + "view: " + "[" * 2_000, "E009"),
    Bad("2,000 maps in a line", _HEAD + "view: " + "{a: " * 2_000 + "1" + "}" * 2_000 + "\n", "E009"),
    Bad("1,000 maps by indentation", _HEAD + "view:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 1_000)), "E009"),  # noqa: E501
    Bad("2,000 lists by dashes", _HEAD + "view:\n  " + "- " * 2_000 + "a\n", "E009"),
    Bad("JSON 2,000 deep", '{"a":' * 2_000 + "1" + "}" * 2_000, "E009"),
    Bad("JSON of 100,000 brackets", "[" * 100_000, "E009"),
    # What YAML has and we have not
    Bad("an alias bomb", _HEAD + "view:\n  a: &a [x, x]\n  b: &b [*a, *a]\n  c: [*b, *b]\n", "E004"),
    Bad("an anchor alone", _HEAD + "view: &here {a: 1}\n", "E004"),
    Bad("a tag", _HEAD + "view: !!python/object/apply:os.system ['ls']\n", "E004"),
    Bad("a merge key with an alias", _HEAD + "view:\n  <<: *base\n", "E004"),
    Bad("a merge key", _nodes("  <<: {first: {type: end, outcome: done}}\n"), "E004"),
    Bad("two documents", OK + "---\n" + OK, "E001"),
    Bad("a key twice", OK + "id: again\n", "E003"),
    Bad("a list as a key", _HEAD + "? [a, b]\n: 1\n", "E001"),
    Bad("nothing", "", "E001"),
    Bad("null", "null", "E001"),
    Bad("half a million quotes", "'" * 500_001, "E001"),
    Bad("300,000 colons", ": " * 300_000, "E001"),
    # Encodings
    Bad("UTF-16 with its mark", OK.encode("utf-16"), "E002"),
    Bad("UTF-16 without", OK.encode("utf-16-le"), "E002"),
    Bad("UTF-16, big end first", OK.encode("utf-16-be"), "E002"),
    Bad("UTF-32", OK.encode("utf-32"), "E002"),
    Bad("Latin-1", OK.replace("Привет", "café").replace("Плохой", "a").encode("latin-1"), "E002"),
    Bad("Windows-1251", OK.encode("cp1251"), "E002"),
    Bad("UTF-8 with a broken byte", OK.encode() + b"# \xff\n", "E002"),
    Bad("an overlong slash", OK.encode() + b"# \xc0\xaf\n", "E002"),
    Bad("half of a letter at the end", OK.encode() + "# ж".encode()[:-1], "E002"),
    Bad("a NUL", OK + "# \0\n", "E002"),
    Bad("a lone surrogate", OK + "# \ud800\n", "E002"),
    Bad("UTF-8 with its mark", b"\xef\xbb\xbf" + OK.encode(), None),
    # Expressions
    Bad("a bomb of maps", expression(f"{_TEN}.map(x,{_TEN}.map(y,{_TEN}.map(z,{_TEN}))) == []"), "W219"),
    Bad("a bomb of conditions", expression(f"{_TEN}.all(a,{_TEN}.all(b,{_TEN}.all(c,{_TEN}.all(d,true))))"), "W219"),
    Bad("a bomb of doubling", expression("[1]" + ".map(a,[a,a])" * 60 + " == [1]" + ".map(a,[a,a])" * 60), None),
    Bad("a bomb of doubled fields", expression("[1]" + ".map(a,{'x':a,'y':a})" * 30 + " == [1]" + ".map(a,{'x':a,'y':a})" * 30), None),  # noqa: E501
    Bad("2,000 brackets", expression("(" * 2_000 + "1" + ")" * 2_000), "E201"),
    Bad("900 brackets", expression("(" * 900 + "1" + ")" * 900), "E204"),
    Bad("5,001 negations", expression("!" * 5_001 + "true"), "E201"),
    Bad("1,900 negations", expression("!" * 1_900 + "true"), "E204"),
    Bad("a sum of 5,000", expression("+".join(["1"] * 5_000)), "E201"),
    Bad("a sum of 900", expression("+".join(["1"] * 900)), "E204"),
    Bad("a pattern that backtracks", expression("vars.text.matches('(a|a)*$')"), None),
    Bad("a pattern of many stars", expression("vars.text.matches('(.*a){25}')"), None),
    Bad("a pattern too large", expression("vars.text.matches('((a{100}){100}){100}')"), "E217"),
    Bad("a name of 1,900 letters", expression("x" * 1_900), "E210"),
    Bad("a number of 1,900 digits", expression("1" * 1_900 + " > 0"), "E202"),
    # Texts
    Bad("101 placeholders", message("{{ vars.x }}" * 101), "E203"),
    Bad("5,000 open braces", message("{{" * 5_000), "E203"),
    Bad("placeholders in placeholders", message("{{ {{ {{ 1 }} }} }}"), "E203"),
)  # fmt: skip
