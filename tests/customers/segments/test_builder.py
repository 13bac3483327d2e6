"""The builder: a rule goes in and the same rule comes out, whatever it is."""

from typing import Any

import pytest
from hypothesis import given, settings

from customers.segments import builder
from customers.segments.base import Words
from customers.segments.tree import parse_rule
from customers.segments.words import describe
from tests.customers.segments.test_compiler import rules


def sent(root: builder.Group) -> dict[str, str]:
    """What a browser would send of this builder."""
    data = {f"op:{group.path}": group.op for group in root.groups()}
    for row in root.rows():
        data[f"subject:{row.path}"] = row.subject.key
        data |= {entry.name: entry.value for entry in row.inputs}
    return data


def with_defaults(rule: dict[str, Any]) -> dict[str, Any]:
    for op in ("all", "any", "none"):
        if op in rule:
            return {op: [with_defaults(child) for child in rule[op]]}
    if rule["kind"] == "consent":
        return {"purpose": "marketing", "channel": "email", **rule}
    if "values" in rule:
        return {**rule, "values": list(dict.fromkeys(rule["values"]))}
    return rule


@settings(max_examples=200, deadline=None)
@given(rule=rules)
def test_a_rule_survives_the_form(rule: dict[str, Any]) -> None:
    root = {"all": [rule]}
    again = builder.read(sent(builder.from_rule(root, "GBP")))
    assert builder.to_rule(again, "GBP") == with_defaults(root)
    assert not any(row.problem for row in again.rows())


def test_values_with_commas_survive_the_form() -> None:
    leaf = {
        "kind": "attribute",
        "field": "city",
        "op": "is",
        "values": ["Washington, DC", 'The "Hague"', "Rome"],
    }
    again = builder.read(sent(builder.from_rule({"all": [leaf]}, "GBP")))
    assert builder.to_rule(again, "GBP") == {"all": [leaf]}


@pytest.mark.parametrize(
    ("subject", "values", "problem"),
    [
        ("orders.count", {"value": "two"}, "takes a whole number"),
        ("orders.count", {"value": "٣"}, "takes a whole number"),
        ("orders.count", {"value": "9" * 20}, "takes a whole number"),
        ("orders.net", {"value": "NaN"}, "takes an amount"),
        ("orders.net", {"value": "1e99"}, "takes an amount"),
        ("segment", {"id": ""}, "Fill in"),
        ("attribute.custom", {"name": ""}, "Fill in"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_row(
    subject: str, values: dict[str, str], problem: str
) -> None:
    data = {"op:r": "all", "subject:r-0": subject, **{f"r-0:{k}": v for k, v in values.items()}}
    root = builder.read(data)
    builder.to_rule(root, "GBP")
    assert problem in next(root.rows()).problem


def test_a_form_of_nonsense_is_still_a_builder() -> None:
    root = builder.read({"op:r": "moon", "subject:r-0": "moon", "op:r-1": "any", "r-0:op": "x"})
    assert [group.op for group in root.groups()] == ["all", "any"]
    assert next(root.rows()).subject.key == "orders.count"


def test_rows_and_groups_are_added_and_removed_by_path() -> None:
    root = builder.changed(builder.fresh(), "add-group:r")
    root = builder.changed(root, "add-rule:r-1")
    assert [row.path for row in root.rows()] == ["r-0", "r-1-0", "r-1-1"]
    root = builder.changed(root, "remove:r-0")
    assert [row.path for row in root.rows()] == ["r-0-0", "r-0-1"]
    assert root.is_focused
    assert builder.changed(root, "remove:nonsense").children == root.children


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"all": []}, "Everybody."),
        (
            {"any": [{"kind": "rung", "op": "exactly", "value": 1}]},
            "Customers who bought exactly once.",
        ),
        (
            {"any": [{"kind": "rung", "op": "at_least", "value": 2}]},
            "Customers who bought at least twice.",
        ),
        (
            {"any": [{"kind": "rung", "op": "exactly", "value": 1200}]},
            "Customers who bought exactly 1,200 times.",
        ),
        (
            {"any": [{"kind": "rung", "op": "exactly", "value": 0}]},
            "Customers who have not bought yet.",
        ),
        (
            {
                "all": [
                    {"kind": "attribute", "field": "country", "values": ["France", "Spain"]},
                    {
                        "any": [
                            {
                                "kind": "orders",
                                "measure": "net",
                                "op": "at_least",
                                "value": 10000,
                                "days": 365,
                                "category": "Roses",
                            },
                            {"kind": "orders", "measure": "last", "op": "at_most", "value": 1},
                        ]
                    },
                    {"none": [{"kind": "consent", "status": "withdrawn"}]},
                ]
            },
            "Customers who live in France or Spain and (spent at least £100.00 of “Roses” (less "
            "refunds) in the last 365 days or ordered last at most 1 day ago) and (match none of "
            "these: have withdrawn news and offers by e-mail).",
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(rule: dict[str, Any], sentence: str) -> None:
    assert describe(parse_rule(rule), Words()) == sentence
