"""Counts, contributions of rules and reach, by hand on a handful of people."""

from datetime import date

import pytest
from django.db import connection

from accounts.models.brands import Brand
from config.kit.sql import in_row_order
from customers.models.consents import Suppression
from customers.models.customers import Customer
from customers.segments.tree import parse_rule
from customers.selectors.audience import Reach, reachable
from customers.selectors.portrait import Contribution, Portrait, portrait_with_rules
from customers.selectors.segments import count
from customers.services.facts import refresh_facts
from customers.services.suppressions import suppress_address
from tests import factories

FRENCH = {"kind": "attribute", "field": "country", "values": ["France"]}
BOUGHT = {"kind": "orders", "measure": "count", "op": "at_least", "value": 1}


@pytest.fixture
def people(floral: Brand) -> list[Customer]:
    """1 to 4 are French, 3 to 6 have bought (6 last); and Rae of the cast."""
    people = [
        factories.customer(
            email=f"p{number}@example.com", country="France" if number <= 4 else "Spain"
        )
        for number in range(1, 7)
    ]
    for number in range(3, 7):
        factories.order(people[number - 1], source_id=str(number), on=date(2026, 1, number))
    refresh_facts(customer_ids=None)
    return people


def test_the_count_is_exact(people: list[Customer]) -> None:
    assert count({"all": [FRENCH, BOUGHT]}) == 2
    assert count({"any": [FRENCH, BOUGHT]}) == 6
    assert count({"none": [FRENCH, BOUGHT]}) == 1


def test_each_rule_says_what_it_removes_or_adds(floral: Brand, people: list[Customer]) -> None:
    found, rules = asked({"all": [FRENCH, BOUGHT]}, floral)
    assert found.size == 2
    assert rules == (
        Contribution("/all/0", alone=4, removes=2),
        Contribution("/all/1", alone=4, removes=2),
    )
    _, rules = asked({"any": [FRENCH, BOUGHT]}, floral)
    assert [rule.removes for rule in rules] == [-2, -2]


def test_the_only_rule_of_a_group_takes_the_group_with_it(
    floral: Brand, people: list[Customer]
) -> None:
    found, rules = asked({"all": [BOUGHT, {"none": [FRENCH]}]}, floral)
    assert found.size == 2
    assert rules[1] == Contribution("/all/1/none/0", alone=4, removes=2)


def asked(rule: object, brand: Brand) -> tuple[Portrait, tuple[Contribution, ...]]:
    return portrait_with_rules(parse_rule(rule), brand, as_of=brand.today)


def test_reach_splits_the_segment_by_the_first_reason(people: list[Customer]) -> None:
    for number in (1, 2, 3):
        factories.consent(people[number - 1])
    factories.consent(people[3], granted=False)
    suppress_address(address="p1@example.com", reason=Suppression.Reason.BOUNCE)
    suppress_address(address="p5@example.com", reason=Suppression.Reason.COMPLAINT)
    factories.customer(first_name="Nameless")
    reach = reachable({"all": []})
    assert reach == Reach(2, {"no_address": 1, "suppressed": 2, "no_consent": 3})
    assert (reach.total, reach.no_address, reach.suppressed, reach.no_consent) == (8, 1, 2, 3)


def test_the_planner_is_asked_for_row_order_for_one_statement_only(people: list[Customer]) -> None:
    with connection.cursor() as cursor:
        with in_row_order():
            cursor.execute("SHOW cpu_index_tuple_cost")
            assert cursor.fetchone() == ("0.5",)
        cursor.execute("SHOW cpu_index_tuple_cost")
        assert cursor.fetchone() == ("0.005",)
