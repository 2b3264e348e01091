"""The expression core: what it accepts, what it refuses, what it computes, and where it stops."""

from __future__ import annotations

import time
from typing import Any

import pytest

from omnisupport.scenario_dsl.expr.check import Checker
from omnisupport.scenario_dsl.expr.compile import evaluate
from omnisupport.scenario_dsl.expr.errors import ExprError, ExprSyntaxError
from omnisupport.scenario_dsl.expr.parse import parse
from omnisupport.scenario_dsl.expr.types import (
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    INT,
    MONEY,
    NUMBER,
    PHONE,
    STRING,
    Type,
    list_of,
    object_of,
)

VALUES: dict[str, Any] = {
    "vars": {
        "count": 3,
        "price": 2.5,
        "name": "Анна",
        "tags": ["vip", "чай"],
        "order": {"status": "new", "eta": None},
        "opened": 1_772_438_400_000,
        "empty": None,
    }
}
ROOTS = {
    "vars": object_of(
        count=INT,
        price=NUMBER,
        name=STRING,
        maybe=STRING.optional(),
        number=INT.optional(),
        phone=PHONE,
        tags=list_of(STRING),
        size=Type("enum", values=("small", "large")),
        total=MONEY,
        eta=DATE,
        opened=DATETIME,
        pause=DURATION,
        flag=BOOL,
        order=object_of(status=STRING, eta=DATE.optional()).optional(),
        any=Type("any"),
    )
}


def run(text: str) -> Any:
    return evaluate(parse(text).to_json(), VALUES)


def faults(text: str) -> list[str]:
    checker = Checker(ROOTS)
    checker.infer(parse(text), frozenset())
    return [fault.key.split(".")[0] for fault in checker.faults]


def type_of(text: str) -> str:
    checker = Checker(ROOTS)
    found = checker.infer(parse(text), frozenset())
    assert checker.faults == []
    return str(found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-2 - -3", 1),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("7.0 / 2.0", 3.5),
        ("1 < 2 && 2 < 3", True),
        ("!(1 > 2) || false", True),
        ("vars.count > 2 ? 'много' : 'мало'", "много"),
        ("true ? 1 : false ? 2 : 3", 1),
        ("'a' + \"b\"", "ab"),
        (r"'\u0041\n\'x\''", "A\n'x'"),
        ("size('Анна')", 4),
        ("size('👍🏽')", 2),
        ("'Анна'.size()", 4),
        ("size([1, 2]) + size({'a': 1})", 3),
        ("[1, 2][1]", 2),
        ("{'a': 1}['a']", 1),
        ("{'a': {'b': 2}}.a.b", 2),
        ("[1, 2] + [3]", [1, 2, 3]),
        ("2 in [1, 2]", True),
        ("'a' in {'a': 1}", True),
        ("'vip' in vars.tags", True),
        ("has(vars.name)", True),
        ("has(vars.empty)", False),
        ("has(vars.nothing.at.all)", False),
        ("vars.empty == null", True),
        ("vars.missing.orValue('-')", "-"),
        ("vars.tags.exists(t, t == 'чай')", True),
        ("vars.tags.all(t, size(t) == 3)", True),
        ("[1, 2, 3].exists_one(n, n > 2)", True),
        ("[1, 2, 3].filter(n, n > 1)", [2, 3]),
        ("[1, 2].map(n, n * 10)", [10, 20]),
        ("{'b': 1, 'a': 2}.map(k, k)", ["a", "b"]),
        ("[1, 2].map(n, [3].map(m, n * m))", [[3], [6]]),
        ("'Чай'.lower() + 'чай'.upper()", "чайЧАЙ"),
        ("'  x '.trim()", "x"),
        ("'a-b-c'.split('-')", ["a", "b", "c"]),
        ("['a', 'b'].join('+')", "a+b"),
        ("[1, 2].join(', ')", "1, 2"),
        ("'абв'.replace('б', '-')", "а-в"),
        ("'абвг'.substring(1, 3)", "бв"),
        ("'абвг'.substring(2)", "вг"),
        ("'AB-123456'.matches('^[A-ZА-Я]{2}-[0-9]{6}$')", True),
        ("'хочу чай'.contains('чай') && 'чай'.startsWith('ч') && 'чай'.endsWith('й')", True),
        ("abs(-3) + max(1, 5, 2) - min([4, 2])", 6),
        ("sum([1, 2, 3])", 6),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("round(2.345, 2)", 2.35),
        ("int(2.9) + int('7')", 9),
        ("int(-2.9)", -2),
        ("double(3) / 2.0", 1.5),
        ("double('1.5')", 1.5),
        ("string(42) + string(true) + string(1.5)", "42true1.5"),
        ("bool('true')", True),
        ("duration('1h30m')", 5_400_000),
        ("timestamp('2026-03-02T11:00:00+03:00')", 1_772_438_400_000),
        ("date('2026-03-02')", "2026-03-02"),
        ("date('2026-03-02') < date('2026-10-01')", True),
        ("date(timestamp('2026-03-02T22:30:00Z'), 'Europe/Moscow')", "2026-03-03"),
        ("date('2026-03-02').getDayOfWeek() == 1 && date('2026-03-02').getDate() == 2", True),
        ("date('2026-12-31').getDayOfYear() + date('2026-12-31').getMonth()", 375),
        ("time('09:30') <= time('09:30:15')", True),
        ("time(timestamp('2026-03-02T22:30:59Z'), '+03:00')", "01:30"),
        ("time('09:30').getHours() * 60 + time('09:30').getMinutes()", 570),
        ("vars.opened.getHours('Europe/Moscow')", 11),
        ("vars.opened.getHours('UTC')", 8),
        ("vars.opened.getDayOfWeek('UTC')", 1),
        ("vars.opened.getMonth('UTC') + vars.opened.getDate('UTC')", 4),
        ("vars.opened + duration('1d') > vars.opened", True),
        ("[1, 2.0] == [1, 2.0]", True),
        ("{'a': [1]} == {'a': [1]}", True),
        ("[true] == [1]", False),
        ("1 != 2", True),
    ],
)
def test_expressions_compute(text: str, value: object) -> None:
    found = run(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("vars.empty + 1", "expr.null"),
        ("vars.missing > 1", "expr.null"),
        ("vars.empty.field", "expr.null"),
        ("!vars.empty", "expr.null"),
        ("vars.name > 1", "expr.type"),
        ("vars.count + vars.name", "expr.type"),
        ("vars.count && true", "expr.type"),
        ("1 / 0", "expr.value"),
        ("1 % 0", "expr.value"),
        ("1.0 / 0.0", "expr.value"),
        ("[1][1]", "expr.value"),
        ("int('семь')", "expr.value"),
        ("int('9223372036854775808')", "expr.limit"),
        ("9223372036854775807 + 1", "expr.limit"),
        ("1e308 * 10.0", "expr.limit"),
        ("vars.opened.getHours('Moscow')", "expr.value"),
        ("'abc'.substring(2, 9)", "expr.value"),
        ("timestamp('завтра')", "expr.value"),
        ("date('2026-02-30')", "expr.value"),
        ("date('2026-03-02T10:00')", "expr.value"),
        ("time('25:00')", "expr.value"),
        ("date(timestamp('2026-03-02T22:30:00Z'), 'Mars')", "expr.value"),
        ("date('2026-03-02').getHours()", "expr.value"),
        ("time('09:30').getDate()", "expr.value"),
        ("date('2026-03-02').getMilliseconds()", "expr.type"),
        ("max([])", "expr.value"),
    ],
)
def test_what_cannot_be_computed_is_a_typed_error(text: str, code: str) -> None:
    with pytest.raises(ExprError) as caught:
        run(text)
    assert caught.value.code == code


def test_an_error_counts_only_when_no_term_decides_without_it() -> None:
    assert run("vars.empty > 1 || true") is True
    assert run("1 / 0 == 1 && false") is False
    with pytest.raises(ExprError):
        run("vars.empty > 1 || false")


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("1 +", "E203", 3),
        ("(1", "E203", 2),
        ("1 2", "E203", 2),
        ("vars.", "E203", 5),
        ("a ? b", "E203", 5),
        ("has(1)", "E203", 0),
        ("'abc", "E202", 0),
        ("1 # 2", "E202", 2),
        ("9223372036854775808", "E202", 0),
        ("in", "E203", 0),
        ("[1, 2", "E203", 5),
        ("{1 2}", "E203", 3),
        ("", "E203", 0),
        ("x" * 2001, "E201", 2000),
        ("(" * 70 + "1" + ")" * 70, "E204", 64),
        ("!" * 65 + "true", "E204", 65),
    ],
)
def test_what_cannot_be_read_has_its_place(text: str, code: str, position: int) -> None:
    with pytest.raises(ExprSyntaxError) as caught:
        parse(text)
    assert (caught.value.key.split(".")[0], caught.value.position) == (code, position)


@pytest.mark.parametrize(
    "text", ["1" + "+1" * 900, "a" + ".b" * 300, "a" + "[0]" * 300, "-(" * 400 + "1" + ")" * 400]
)
def test_long_chains_are_too_deep_rather_than_a_crash(text: str) -> None:
    with pytest.raises(ExprSyntaxError) as caught:
        parse(text)
    assert caught.value.key == "E204"


def test_many_alternatives_are_not_deep() -> None:
    text = " || ".join(f"vars.count == {number}" for number in range(80))
    assert run(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "[1,2,3,4,5,6,7,8,9,10].map(a,[1,2,3,4,5,6,7,8,9,10].map(b,[1,2,3,4,5,6,7,8,9,10].map(c,[1,2].map(d,1))))",
        "[0,0,0,0,0,0,0,0].all(a,[0,0,0,0,0,0,0,0].all(b,[0,0,0,0,0,0,0,0].all(c,[0,0,0,0,0,0,0,0].all(d,true))))",
    ],
)
def test_nested_macros_stop_at_the_budget_at_once(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(ExprError) as caught:
        run(text)
    assert caught.value.code == "expr.limit"
    assert time.process_time() - begun < 0.1


def test_texts_and_lists_are_bounded() -> None:
    doubled = "vars.name"
    for _ in range(5):
        doubled = f"({doubled}).replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')"
    with pytest.raises(ExprError) as caught:
        run(doubled)
    assert caught.value.code == "expr.limit"
    with pytest.raises(ExprError):
        evaluate(parse("vars.l + vars.l").to_json(), {"vars": {"l": [0] * 600}})


def test_a_pattern_cannot_be_made_to_backtrack() -> None:
    begun = time.process_time()
    expression = parse("vars.text.matches('^(a|a)*$')").to_json()
    assert evaluate(expression, {"vars": {"text": "a" * 5_000 + "b"}}) is False
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("vars.count + 1", "int"),
        ("vars.count / 2", "int"),
        ("vars.price * 2.0", "number"),
        ("vars.name + vars.phone", "string"),
        ("vars.maybe", "string?"),
        ("vars.maybe.orValue('')", "string"),
        ("has(vars.maybe) ? vars.maybe : ''", "string"),
        ("vars.maybe == null ? '' : vars.maybe", "string"),
        ("has(vars.maybe) && vars.maybe.size() > 2", "bool"),
        ("!has(vars.maybe) || vars.maybe.size() > 2", "bool"),
        ("vars.maybe == 'x'", "bool"),
        ("vars.maybe == 'x' && size(vars.maybe) == 1", "bool"),
        ("has(vars.order.eta) ? vars.order.status : 'none'", "string"),
        ("vars.opened - vars.opened", "duration"),
        ("vars.opened + vars.pause", "datetime"),
        ("vars.tags.filter(t, t != '')", "list<string>"),
        ("vars.tags.map(t, size(t))", "list<int>"),
        ("vars.size == 'small'", "bool"),
        ("vars.total.amount > 100", "bool"),
        ("vars.any.whatever + 1", "any"),
        ("sum([1, 2])", "int"),
        ("'a,b'.split(',')", "list<string>"),
        ("vars.flag ? 1 : 2", "int"),
        ("vars.flag ? null : 2", "int?"),
    ],
)
def test_types_are_inferred(text: str, type_name: str) -> None:
    assert type_of(text) == type_name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("count", "E210"),
        ("vars.cuont", "E211"),
        ("vars.count.x", "E212"),
        ("vars.order.status", "E312"),
        ("vars.maybe + 'x'", "E312"),
        ("vars.number > 1", "E312"),
        ("size(vars.maybe) > 1", "E312"),
        ("(has(vars.maybe) || true) && vars.maybe.size() > 1", "E312"),
        ("has(vars.maybe) ? 1 : size(vars.maybe)", "E312"),
        ("(vars.flag ? null : 1) + 1", "E312"),
        ("vars.name + 1", "E213"),
        ("vars.name * 2", "E213"),
        ("vars.count * 2.0", "E213"),
        ("-vars.name", "E213"),
        ("!vars.count", "E213"),
        ("vars.count && true", "E213"),
        ("vars.tags['x']", "E213"),
        ("vars.count.map(x, x)", "E213"),
        ("upper(vars.count)", "E213"),
        ("vars.name.replace('a')", "E213"),
        ("string(vars.opened)", "E213"),
        ("vars.name > 1", "E214"),
        ("vars.name == 1", "E214"),
        ("1 == 1.0", "E214"),
        ("vars.flag > true", "E214"),
        ("vars.size == 'medium'", "E214"),
        ("1 in vars.tags", "E214"),
        ("vars.eta == '2026-01-01'", "E214"),
        ("vars.flag ? 1 : 'x'", "E214"),
        ("vars.total > vars.total", "E214"),
        ("length(vars.name)", "E215"),
        ("vars.name.matches(vars.name)", "E216"),
        ("vars.name.matches('(?!a)')", "E217"),
        ("vars.name.matches('(')", "E217"),
    ],
)
def test_faults_are_found_before_anything_runs(text: str, code: str) -> None:
    assert faults(text) == [code]


def test_one_fault_is_one_finding() -> None:
    assert faults("(vars.cuont + 1) * 2 > vars.price") == ["E211"]


def test_a_macro_variable_hides_a_name_only_inside() -> None:
    assert type_of("vars.tags.exists(vars, vars == 'x') && vars.count > 1") == "bool"
    assert run("vars.tags.exists(vars, vars == 'vip') && vars.count > 1") is True
