"""What a segment is worth, by hand on a handful of people, today and on an earlier day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models.brands import Brand
from customers.models.customers import Customer
from customers.models.orders import Order, Refund
from customers.segments.tree import parse_rule
from customers.selectors.portrait import portrait, portrait_with_rules
from customers.selectors.segments import count
from customers.services.facts import refresh_facts
from tests import factories

FRENCH = {"kind": "attribute", "field": "country", "values": ["France"]}
BOUGHT = {"kind": "rung", "op": "at_least", "value": 1}


@pytest.fixture
def people(floral: Brand) -> list[Customer]:
    """Customer n of five has n orders of 10.00, one on each of the first days of May 2026; 4.00
    went back to the last on 3 May. Two and three are French; four cannot be mailed."""
    people = [
        factories.customer(
            email=f"p{number}@example.com", country="France" if number in {2, 3} else "Spain"
        )
        for number in range(5)
    ]
    for number, person in enumerate(people):
        factories.consent(person, granted=number != 4)
        for day in range(1, number + 1):
            factories.order(person, source_id=f"{number}-{day}", on=date(2026, 5, day))
    Refund.objects.create(
        customer=people[4],
        order=Order.objects.get(source_id="4-1"),
        source="test",
        source_id="r",
        refunded_at=datetime(2026, 5, 3, 12, tzinfo=UTC),
        refunded_on=date(2026, 5, 3),
        amount_minor=400,
        content_hash=b"r",
    )
    refresh_facts(customer_ids=None)
    return people


def test_the_figures_are_exact(floral: Brand, people: list[Customer]) -> None:
    found = portrait({"all": [BOUGHT]}, floral, examples=2)
    assert (found.size, found.orders, found.net_minor) == (4, 10, 9600)
    assert found.ladder == (4, 3, 2, 1, 0)
    assert found.reasons == {"": 3, "no_consent": 1}
    assert found.average_minor == 2400
    assert found.came_back.share == 0.75
    assert found.people == (people[4], people[3])


def test_an_earlier_day_leaves_out_later_orders_and_refunds(
    floral: Brand, people: list[Customer]
) -> None:
    second, third = (portrait({"all": []}, floral, as_of=date(2026, 5, day)) for day in (2, 3))
    assert (second.orders, second.net_minor, second.ladder) == (7, 7000, (4, 3, 0, 0, 0))
    assert (third.orders, third.net_minor, third.ladder) == (9, 8600, (4, 3, 2, 0, 0))


def test_nobody_has_no_average(floral: Brand) -> None:
    found = portrait({"all": [BOUGHT]}, floral)
    assert (found.size, found.average_minor, found.orders_each) == (0, None, None)
    assert found.came_back.share is None


@pytest.mark.parametrize(
    "rule",
    [
        {"all": []},
        {"all": [FRENCH, BOUGHT]},
        {"any": [FRENCH, {"none": [BOUGHT]}]},
        {"none": [FRENCH, {"all": [BOUGHT, FRENCH]}]},
    ],
)
def test_each_rule_is_told_as_if_it_were_asked_alone(
    floral: Brand, people: list[Customer], rule: dict[str, object]
) -> None:
    found, rules = portrait_with_rules(parse_rule(rule), floral, as_of=floral.today)
    assert found.size == count(rule)
    alone = [count({"all": [leaf_at(rule, each.pointer)]}) for each in rules]
    assert [each.alone for each in rules] == alone
    assert found.net_minor == portrait(rule, floral).net_minor


def leaf_at(rule: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        rule = rule[int(step)] if isinstance(rule, list) else rule[step]
    return rule


def test_the_builders_panel_is_one_evaluation(
    floral: Brand, people: list[Customer], django_assert_num_queries: object
) -> None:
    tree = parse_rule({"all": [FRENCH, BOUGHT]})
    # Two of them ask the planner for row order and back.
    with django_assert_num_queries(7) as queries:  # type: ignore[operator]
        portrait_with_rules(tree, floral, as_of=floral.today)
    evaluations = [q for q in queries.captured_queries if "outcome_0" in q["sql"]]
    assert len(evaluations) == 1
