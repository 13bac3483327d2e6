"""Random rules over random people: the SQL finds whom a slow, plain reading finds."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from customers.segments.compiler import CompiledRule, compile_flips, compile_rule, compile_tree
from customers.segments.text import parse_text, to_text
from customers.segments.tree import parse_rule, stored
from customers.selectors.portrait import portrait_with_rules
from customers.selectors.why import explain
from tests.customers.segments.people import TODAY, World, random_world
from tests.customers.segments.reading import Reader
from tests.customers.segments.trees import trees

PAST = [TODAY - timedelta(days=ago) for ago in (1, 17, 31, 90, 366)]
# The strategies name the two segments before the world is made; its ids take their place.
LIST, BUYERS = "the list", "the buyers"
random_rules = trees(LIST, BUYERS)
calm = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def world(floral: Brand, request: pytest.FixtureRequest) -> World:
    return random_world(floral, seed=getattr(request, "param", 1), size=40)


def named(rule: Any, world: World) -> Any:
    if isinstance(rule, dict):
        return {key: named(value, world) for key, value in rule.items()}
    if isinstance(rule, list):
        return [named(each, world) for each in rule]
    return (
        {LIST: world.list_id, BUYERS: world.buyers_id}.get(rule, rule)
        if isinstance(rule, str)
        else rule
    )


def rows(compiled: CompiledRule) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.params)
        return cursor.fetchall()


def members(rule: object, as_of: date, only: list[int] | None = None) -> set[int]:
    return {row[0] for row in rows(compile_rule(rule, as_of=as_of, only=only))}


def check_members(world: World, rule: dict[str, Any], past: date) -> None:
    """Now, on a past day, asked about a few; the count, the explanation and the text form."""
    tree = parse_rule(rule)
    people = {pk for pk in members({"all": []}, TODAY) if pk in world.people}
    expected = Reader(world, TODAY).members(rule)
    assert members(rule, TODAY) & people == expected
    assert members(rule, past) & people == Reader(world, past).members(rule)
    few = random.Random(str(rule)).sample(sorted(people), 7)
    assert members(rule, TODAY, only=few) == expected & set(few)
    assert members(rule, past, only=few) == members(rule, past) & set(few)
    brand = Brand.objects.get(pk=current_brand_id())
    panel, _ = portrait_with_rules(tree, brand, as_of=TODAY, examples=0)
    assert panel.size == len(members(rule, TODAY))
    reader = Reader(world, TODAY)
    for verdict in explain(tree, few[0], as_of=TODAY):
        leaf: Any = rule
        for step in verdict.pointer.split("/")[1:]:
            leaf = leaf[int(step)] if isinstance(leaf, list) else leaf[step]
        assert verdict.is_true == reader.holds(leaf, world.people[few[0]])
    again = parse_text(to_text(rule))
    assert parse_rule(again) == tree
    assert members(stored(tree), TODAY) == members(rule, TODAY)


@settings(calm, max_examples=20)
@given(rule=random_rules, past=st.sampled_from(PAST))
def test_the_sql_finds_whom_a_plain_reading_finds(
    world: World, rule: dict[str, Any], past: date
) -> None:
    check_members(world, named(rule, world), past)


@pytest.mark.full
@pytest.mark.parametrize("world", range(2, 7), indirect=True)
@settings(calm, max_examples=200)
@given(rule=random_rules, past=st.sampled_from(PAST))
def test_a_thousand_trees_over_five_worlds(world: World, rule: dict[str, Any], past: date) -> None:
    check_members(world, named(rule, world), past)


def check_flips(world: World, rule: dict[str, Any], as_of: date) -> None:
    """Nobody's verdict changes before the day foreseen."""
    tree = parse_rule(rule)
    foreseen = dict(rows(compile_flips(tree, as_of=as_of)))
    few = sorted(foreseen)[:5]
    assert dict(rows(compile_flips(tree, as_of=as_of, only=few))) == {
        pk: foreseen[pk] for pk in few
    }
    assert all(flip is None or flip > as_of for flip in foreseen.values())
    now = {row[0] for row in rows(compile_tree(tree, as_of=as_of))}
    for ahead in (1, 2, 6, 28, 29, 30, 31, 61, 90, 184, 366):
        later = as_of + timedelta(days=ahead)
        then = {row[0] for row in rows(compile_tree(tree, as_of=later))}
        for pk in now ^ then:
            assert foreseen[pk] is not None, (pk, later)
            assert foreseen[pk] <= later, (pk, later)


@settings(calm, max_examples=15)
@given(rule=random_rules)
def test_nobody_moves_before_the_day_foreseen(world: World, rule: dict[str, Any]) -> None:
    check_flips(world, named(rule, world), TODAY)


@pytest.mark.full
@pytest.mark.parametrize("world", [2, 3], indirect=True)
@settings(calm, max_examples=300)
@given(rule=random_rules)
def test_nobody_moves_before_the_day_foreseen_in_many_trees(
    world: World, rule: dict[str, Any]
) -> None:
    check_flips(world, named(rule, world), TODAY)
