"""Rules as text: what is typed, what it means, and what is said when it cannot be read."""

from typing import Any

import pytest
from django.db import connection

from accounts.models.brands import Brand
from customers.segments.compiler import compile_rule
from customers.segments.registry import KINDS
from customers.segments.text import MAX_TEXT, BadText, parse_text, to_text
from customers.segments.tree import MAX_DEPTH
from customers.selectors.segments import today


def orders(measure: str, op: str, value: int, **more: Any) -> dict[str, Any]:
    return {"kind": "orders", "measure": measure, "op": op, "value": value, **more}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            'orders.count >= 2 in last 365 days of category "wine"',
            orders("count", "at_least", 2, days=365, category="wine"),
        ),
        (
            'orders.net between 100 and 500.50 of tag "wine" in last 90 days',
            orders("net", "between", 10000, to=50050, tag="wine", days=90),
        ),
        (
            "orders.gross <= 10.99 in last_quarter",
            orders("gross", "at_most", 1099, period="last_quarter"),
        ),
        (
            "orders.last days ago >= 60 from 2025-01-01 up to 2025-12-31",
            orders("last", "at_least", 60, since="2025-01-01", until="2025-12-31"),
        ),
        ("rung = 1", {"kind": "rung", "op": "exactly", "value": 1}),
        (
            "figure.average_order >= 50",
            {"kind": "figure", "name": "average_order", "op": "at_least", "value": 5000},
        ),
        (
            'event "page_viewed" count >= 1 in last 30 days where "colour" is not "red"',
            {
                "kind": "event",
                "name": "page_viewed",
                "measure": "count",
                "op": "at_least",
                "value": 1,
                "days": 30,
                "where": "colour",
                "where_op": "is_not",
                "where_value": "red",
            },
        ),
        (
            'profile.city is "Washington, DC" or "The \\"Hague\\""',
            {
                "kind": "attribute",
                "field": "city",
                "op": "is",
                "values": ["Washington, DC", 'The "Hague"'],
            },
        ),
        (
            'attribute "tier" is not known',
            {"kind": "attribute", "field": "custom", "name": "tier", "op": "unknown"},
        ),
        (
            'number "age" >= 17.5',
            {"kind": "attribute_number", "name": "age", "op": "at_least", "value": 17.5},
        ),
        (
            'date "renewal" in next 7 days',
            {"kind": "attribute_date", "name": "renewal", "op": "next_days", "days": 7},
        ),
        ('"vip" is yes', {"kind": "attribute_boolean", "name": "vip", "op": "yes"}),
        ("has no phone", {"kind": "identity", "what": "phone", "op": "has_not"}),
        ("reachable by sms", {"kind": "reachable", "op": "can", "channel": "sms"}),
        (
            "not reachable because expired",
            {"kind": "reachable", "op": "cannot", "reason": "expired"},
        ),
        ("permission is withdrawn", {"kind": "consent", "status": "withdrawn"}),
        (
            'anniversary of "birthday" in next 7 days',
            {
                "kind": "anniversary",
                "of": "attribute",
                "name": "birthday",
                "op": "next_days",
                "days": 7,
            },
        ),
    ],
)
def test_a_line_says_what_the_json_says(floral: Brand, text: str, rule: dict[str, Any]) -> None:
    assert parse_text(f"all({text})") == {"all": [rule]}
    assert parse_text(to_text({"all": [rule]})).keys() == {"all"}


def test_groups_nest_and_lines_are_laid_out(floral: Brand) -> None:
    text = (
        "all(\n  rung >= 1,\n  none(\n    has email,\n"
        "    any(\n      rung = 3\n    )\n  ),\n  all()\n)"
    )
    rule = parse_text("all(rung >= 1, none(has email, any(rung = 3)), all())")
    assert to_text(rule) == text
    assert parse_text(text) == rule


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        ("", 1, 1, "expected all(...), any(...) or none(...), found the end"),
        ("rung = 1", 1, 1, "expected all(...)"),
        ("all(rung = 1", 1, 13, "expected “,” or “)”, found the end"),
        ("all(rung = 1)) ", 1, 14, "expected nothing more"),
        ("all(\n  rung >= 1,\n  orders.count > 2\n)", 3, 16, "expected a rule: words"),
        ("all(\n  orders.count >= two\n)", 2, 19, "expected a number, found “two”"),
        ("all(orders.profit >= 2)", 1, 12, "expected “"),
        ("all(moon = 1)", 1, 5, "expected "),
        ("all(rung = 1 rung = 2)", 1, 14, "expected"),
        ("all(rung = 1 = 2)", 1, 14, "each thing once"),
        ("all(orders.count >= 1 in last 2 days in last 3 days)", 1, 38, "each thing once"),
        ('all(profile.city is "Ros)', 1, 21, "straight quotes"),
        ("all(rung = 1,\n  any())", 2, 3, "at least one rule"),
        ("all(orders.net >= 1.999)", 1, 19, "an amount of GBP"),
        ('all(in segment "seg_nope")', 1, 5, "there is no such segment"),
        ("all(orders.count >= 1 in last 3 days in this_year)", 1, 5, "give one of"),
        ("all(rung = 1.5)", 1, 5, "int"),
    ],
)
def test_a_mistake_is_named_with_line_and_column(
    floral: Brand, text: str, line: int, column: int, problem: str
) -> None:
    with pytest.raises(BadText) as refused:
        parse_text(text)
    assert (refused.value.line, refused.value.column) == (line, column)
    assert problem in refused.value.message


def test_depth_and_length_have_limits(floral: Brand) -> None:
    with pytest.raises(BadText, match="nested"):
        parse_text("all(" * (MAX_DEPTH + 1) + ")" * (MAX_DEPTH + 1))
    with pytest.raises(BadText, match="deep"):
        parse_text("all(" * 4000)
    with pytest.raises(BadText, match="characters"):
        parse_text(" " * (MAX_TEXT + 1))


def test_nothing_of_the_text_becomes_sql(floral: Brand) -> None:
    hostile = "x'); DROP TABLE customers_customer; -- %(brand_id)s {} %"
    for kind in (
        f'attribute "{hostile[:60]}" is "{hostile}"',
        f'event "{hostile[:60]}" count >= 1',
    ):
        compiled = compile_rule(parse_text(f"all({kind})"), as_of=today())
        assert "DROP TABLE" not in compiled.sql.as_string(None)
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, compiled.params)
            assert cursor.fetchall() == []


def test_every_kind_can_be_typed() -> None:
    assert all(kind.wordings() for kind in KINDS.values())
