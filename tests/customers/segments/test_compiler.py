"""The compiled SQL against a naive reading of the same rule, person by person."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit import ids
from customers.models.customers import Customer
from customers.models.orders import Order, OrderLine, Refund, RefundLine
from customers.models.products import Product
from customers.models.segments import Segment
from customers.rules.events import read_events
from customers.segments.compiler import compile_flips, compile_rule
from customers.segments.tree import MAX_DEPTH, MAX_RULES, BadRule, parse_rule
from customers.selectors import segments as selectors
from customers.services.customer_events import latest_instant, record_events
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast
from tests.customers.segments.trees import depth_of

AS_OF = date(2026, 6, 30)


def members(rule: object) -> set[int]:
    compiled = compile_rule(rule, as_of=AS_OF)
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.params)
        return {row[0] for row in cursor.fetchall()}


# --- A small world and the naive reader --------------------------------------------------


def person(
    number: int,
    *,
    orders: list[tuple[int, int, str]] = [],  # noqa: B006
    refunds: list[tuple[int, int, str]] = [],  # noqa: B006
    consent: bool | None = None,
    **fields: Any,
) -> Customer:
    """`orders` and `refunds`: (days ago, minor units, category of the one line)."""
    customer = factories.customer(
        email=f"p{number}@{fields.pop('domain', 'example.com')}", **fields
    )
    for at, (ago, minor, category) in enumerate(orders):
        order = factories.order(
            customer, source_id=f"{number}-{at}", on=AS_OF - timedelta(days=ago), minor=minor
        )
        OrderLine.objects.create(
            order=order, product=product(category), position=1, quantity=1, total_minor=minor
        )
    for at, (ago, minor, category) in enumerate(refunds):
        day = AS_OF - timedelta(days=ago)
        refund = Refund.objects.create(
            customer=customer,
            source="test",
            source_id=f"{number}-{at}",
            refunded_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            refunded_on=day,
            amount_minor=minor,
            content_hash=b"",
        )
        RefundLine.objects.create(
            refund=refund, product=product(category), position=1, quantity=1, total_minor=minor
        )
    refresh_facts(customer_ids=[customer.pk])
    if consent is not None:
        factories.consent(customer, granted=consent)
    return customer


def product(category: str) -> Product:
    return Product.objects.get_or_create(
        source="test", source_id=f"sku-{category}", defaults={"category": category}
    )[0]


@pytest.fixture
def people(floral: Brand) -> None:
    person(1, country="France", consent=True, orders=[(5, 1000, "roses")])
    person(
        2,
        country="France",
        city="Lyon",
        consent=False,
        orders=[(70, 500, "wine"), (3, 900, "roses")],
    )
    person(
        3,
        country="Spain",
        domain="mail.example",
        attributes={"tier": "gold"},
        refunds=[(2, 300, "wine")],
    )
    person(
        4,
        orders=[(0, 100, "wine"), (29, 200, "wine"), (30, 400, "roses")],
        refunds=[(30, 100, "wine")],
    )
    person(5, country="Spain", city="Lyon", attributes={"tier": "tin"}, consent=True)
    merged = person(6, country="France")
    Customer.objects.filter(pk=merged.pk).update(merged_into=Customer.objects.first())
    erased = person(7, country="France")
    Customer.objects.filter(pk=erased.pk).update(erased_at=datetime(2026, 1, 1, tzinfo=UTC))


def naive(rule: dict[str, Any], customer: Customer) -> bool:
    for op, combine in (("all", all), ("any", any)):
        if op in rule:
            return combine(naive(child, customer) for child in rule[op])
    if "none" in rule:
        return not any(naive(child, customer) for child in rule["none"])
    return {
        "attribute": naive_attribute,
        "orders": naive_orders,
        "rung": naive_rung,
        "consent": naive_consent,
    }[rule["kind"]](rule, customer)


def naive_attribute(rule: dict[str, Any], customer: Customer) -> bool:
    value = {
        "country": customer.country,
        "city": customer.city,
        "domain": customer.email.partition("@")[2],
        "custom": customer.attributes.get(rule.get("name"), ""),
    }[rule["field"]]
    return {
        "is": value in rule.get("values", ()),
        "is_not": value != "" and value not in rule.get("values", ()),
        "known": value != "",
        "unknown": value == "",
    }[rule["op"]]


def naive_orders(rule: dict[str, Any], customer: Customer) -> bool:
    def counts(day: date) -> bool:
        return "days" not in rule or 0 <= (AS_OF - day).days < rule["days"]

    def money(rows: Any) -> int:
        return sum(
            line.total_minor
            for row in rows
            for line in row.lines.all()
            if line.product.category == rule.get("category", line.product.category)
        )

    orders = [o for o in customer.orders.all() if counts(o.placed_on) and has_category(o, rule)]
    back = [r for r in customer.refunds.all() if counts(r.refunded_on)]
    ago = sorted((AS_OF - order.placed_on).days for order in orders)
    if rule["measure"] in {"last", "first"} and not ago:
        return False
    figure = {
        "count": lambda: len(orders),
        "gross": lambda: money(orders),
        "net": lambda: money(orders) - money(back),
        "last": lambda: ago[0],
        "first": lambda: ago[-1],
    }[rule["measure"]]()
    return compare(figure, rule)


def has_category(order: Order, rule: dict[str, Any]) -> bool:
    return "category" not in rule or any(
        line.product.category == rule["category"] for line in order.lines.all()
    )


def compare(figure: int, rule: dict[str, Any]) -> bool:
    return {
        "at_least": figure >= rule["value"],
        "at_most": figure <= rule["value"],
        "exactly": figure == rule["value"],
    }[rule["op"]]


def naive_rung(rule: dict[str, Any], customer: Customer) -> bool:
    return compare(customer.orders.count(), rule)


def naive_consent(rule: dict[str, Any], customer: Customer) -> bool:
    state = customer.consent_states.first()
    return (state.status if state else "unknown") == rule["status"]


def text_rule(field: str, values: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    fixed = {"kind": st.just("attribute"), "field": st.just(field)}
    if field == "custom":
        fixed["name"] = st.sampled_from(["tier", "none"])
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=2)
    return st.one_of(
        st.fixed_dictionaries({**fixed, "op": st.sampled_from(["is", "is_not"]), "values": chosen}),
        st.fixed_dictionaries({**fixed, "op": st.sampled_from(["known", "unknown"])}),
    )


compares = st.sampled_from(["at_least", "at_most", "exactly"])
categories = st.sampled_from(["roses", "wine", "nothing"])
leaf_rules = st.one_of(
    text_rule("country", ["France", "Spain", "Peru"]),
    text_rule("city", ["Lyon", "Lima"]),
    text_rule("domain", ["example.com", "mail.example"]),
    text_rule("custom", ["gold", "tin"]),
    st.fixed_dictionaries(
        {
            "kind": st.just("orders"),
            "measure": st.sampled_from(["count", "gross", "net"]),
            "op": compares,
            "value": st.sampled_from([0, 1, 2, 3, 300, 500, 1000]),
        },
        optional={"days": st.sampled_from([1, 5, 30, 71]), "category": categories},
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("orders"),
            "measure": st.sampled_from(["last", "first"]),
            "op": compares,
            "value": st.sampled_from([0, 3, 30, 70]),
        },
        optional={"category": categories},
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("rung"),
            "op": st.sampled_from(["exactly", "at_least"]),
            "value": st.integers(0, 3),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("consent"),
            "status": st.sampled_from(["granted", "withdrawn", "unknown"]),
        }
    ),
)
rules = st.recursive(
    leaf_rules,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"none": st.lists(inner, max_size=3)}),
    ),
    max_leaves=6,
).filter(lambda rule: depth_of(rule) < MAX_DEPTH)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rule=rules)
def test_the_sql_finds_whom_the_naive_reading_finds(people: None, rule: dict[str, Any]) -> None:
    root = {"all": [rule]}
    living = Customer.objects.filter(merged_into=None, erased_at=None)
    expected = {customer.pk for customer in living if naive(root, customer)}
    assert members(root) == expected
    assert selectors.count(root, as_of=AS_OF) == len(expected)


# --- Places where a mistake would hide ---------------------------------------------------


def test_merged_and_erased_customers_are_in_no_segment(people: None) -> None:
    everybody = members({"all": []})
    assert len(everybody) == 6  # five people and Rae of the cast
    assert members({"none": [{"kind": "rung", "op": "exactly", "value": 99}]}) == everybody


def test_another_brand_has_its_own_members(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        assert members({"all": []}) == set()


def test_text_from_people_stays_a_parameter(floral: Brand) -> None:
    hostile = "'); DROP TABLE customers_customer; -- %(brand_id)s {} %"
    rule = {"all": [{"kind": "attribute", "field": "city", "op": "is", "values": [hostile]}]}
    compiled = compile_rule(rule, as_of=AS_OF)
    assert hostile not in compiled.sql.as_string(None)
    assert members(rule) == set()
    factories.customer(email="a@example.com", city=hostile)
    assert len(members(rule)) == 1


def test_a_window_counts_the_as_of_day_as_its_first(floral: Brand) -> None:
    buyer = person(1, orders=[(29, 100, "wine")])
    rule = {"kind": "orders", "measure": "count", "op": "exactly", "value": 1}
    assert buyer.pk in members({"all": [{**rule, "days": 30}]})
    assert buyer.pk not in members({"all": [{**rule, "days": 29}]})


def test_an_order_after_the_as_of_day_is_outside_every_window(floral: Brand) -> None:
    buyer = person(1, orders=[(-1, 100, "wine")])
    rule = {"kind": "orders", "measure": "count", "op": "at_least", "value": 1, "days": 30}
    assert buyer.pk not in members({"all": [rule]})


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        ("at_least", 0, {1, 2, 3, 4}),
        ("at_least", 1, {2, 3}),
        ("at_least", 2, {3}),
        ("at_least", 3, set()),
        ("at_most", 0, {1, 4}),
        ("exactly", 0, {1, 4}),
        ("exactly", 2, {3}),
    ],
)
def test_orders_of_a_window_are_counted_whatever_lies_around_it(
    floral: Brand, op: str, value: int, found: set[int]
) -> None:
    # Days ago: before the window, the first of it, within, and told of tomorrow.
    placed = {1: [60, 40, -1], 2: [40, 29, -1], 3: [40, 29, 10, -1], 4: []}
    people = {
        person(number, orders=[(ago, 100, "wine") for ago in days]).pk: number
        for number, days in placed.items()
    }
    rule = {"kind": "orders", "measure": "count", "op": op, "value": value, "days": 30}
    assert {people[pk] for pk in members({"all": [rule]}) & people.keys()} == found


def test_a_window_that_has_not_begun_is_empty(floral: Brand) -> None:
    buyer = person(1, orders=[(0, 100, "wine"), (30, 100, "wine")])
    since = {"since": (AS_OF - timedelta(days=10)).isoformat()}
    rule = {"kind": "orders", "measure": "count", "op": "exactly", "value": 0, **since}
    compiled = compile_rule({"all": [rule]}, as_of=AS_OF - timedelta(days=20), only=[buyer.pk])
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.params)
        assert cursor.fetchall() == [(buyer.pk,)]


def test_an_anniversary_is_foreseen_on_the_day(floral: Brand) -> None:
    buyer = person(1, orders=[(365, 100, "wine")])
    rule = {"kind": "anniversary", "of": "first_order", "days": 1}
    assert members({"all": [rule]}) == {buyer.pk}
    for as_of, flip in ((AS_OF, AS_OF + timedelta(days=1)), (AS_OF - timedelta(days=9), AS_OF)):
        compiled = compile_flips(parse_rule({"all": [rule]}), as_of=as_of, only=[buyer.pk])
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, compiled.params)
            assert cursor.fetchall() == [(buyer.pk, flip)]


# --- Segments in segments ----------------------------------------------------------------


def saved(name: str, *rules: dict[str, Any]) -> str:
    row = Segment.objects.create(name=name, rule={"all": list(rules)})
    row.refresh_from_db(fields=["uid"])
    return ids.encode("seg", row.uid)


def test_a_segment_may_name_another_and_its_opposite(people: None) -> None:
    french = saved("French", {"kind": "attribute", "field": "country", "values": ["France"]})
    inside = members({"all": [{"kind": "segment", "id": french}]})
    outside = members({"all": [{"kind": "segment", "id": french, "op": "not_in"}]})
    assert (len(inside), len(outside)) == (2, 4)
    assert inside & outside == set()


def test_a_circle_of_segments_is_refused(floral: Brand) -> None:
    first = saved("First")
    second = saved("Second", {"kind": "segment", "id": first})
    row = Segment.objects.get(name="First")
    with pytest.raises(BadRule, match="would contain itself") as refused:
        parse_rule({"all": [{"kind": "segment", "id": second}]}, own_id=row.pk)
    assert list(refused.value.fields) == ["/all/0/all/0/id"]


def test_another_brands_segment_does_not_exist(cast: Cast) -> None:
    with brand_scope(cast.grocer):
        theirs = saved("Theirs")
    with brand_scope(cast.floral), pytest.raises(BadRule, match="no such segment"):
        parse_rule({"all": [{"kind": "segment", "id": theirs}]})


# --- Refusals name the place -------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "place", "problem"),
    [
        ([], "", "begin with"),
        ({"kind": "rung", "op": "exactly", "value": 1}, "", "begin with"),
        ({"all": [], "any": []}, "", "exactly one key"),
        ({"all": {}}, "/all", "list of rules"),
        ({"any": []}, "", "at least one rule"),
        ({"all": [3]}, "/all/0", "a rule is an object"),
        ({"all": [{"kind": "moon"}]}, "/all/0/kind", "the kinds are attribute"),
        ({"all": [{"kind": ["rung"]}]}, "/all/0/kind", "the kinds are attribute"),
        ({"all": [{"kind": "rung", "op": "exactly"}]}, "/all/0", "value"),
        ({"all": [{"kind": "rung", "op": "exactly", "value": "1"}]}, "/all/0/value", "int"),
        ({"all": [{"kind": "rung", "op": "exactly", "value": 10**30}]}, "/all/0/value", "int"),
        ({"all": [{"kind": "rung", "op": "exactly", "value": 1, "x": 1}]}, "/all/0", "x"),
        (
            {"all": [{"any": [{"kind": "attribute", "field": "city", "values": ["a", 5]}]}]},
            "/all/0/any/0/values/1",
            "str",
        ),
        (
            {"all": [{"kind": "attribute", "field": "city", "values": ["a\x00"]}]},
            "/all/0",
            "control",
        ),
        (
            {"all": [{"kind": "attribute", "field": "city", "values": ["\ud800"]}]},
            "/all/0",
            "control",
        ),
        ({"all": [{"kind": "attribute", "field": "city"}]}, "/all/0", "at least one value"),
        ({"all": [{"kind": "segment", "id": "seg_nope"}]}, "/all/0/id", "no such segment"),
    ],
)
def test_a_bad_rule_is_refused_with_its_place(
    floral: Brand, rule: object, place: str, problem: str
) -> None:
    with pytest.raises(BadRule) as refused:
        parse_rule(rule)
    assert problem in refused.value.fields[place]


def test_depth_and_size_have_limits(floral: Brand) -> None:
    deep: dict[str, Any] = {"all": []}
    for _ in range(MAX_DEPTH):
        deep = {"all": [deep]}
    with pytest.raises(BadRule, match="nested"):
        parse_rule(deep)
    leaf = {"kind": "rung", "op": "exactly", "value": 1}
    parse_rule({"all": [leaf] * MAX_RULES})
    with pytest.raises(BadRule, match="too many"):
        parse_rule({"all": [leaf] * (MAX_RULES + 1)})


def test_a_number_no_column_can_hold_stops_no_segment(floral: Brand) -> None:
    whole = factories.customer(email="whole@example.com")
    odd = factories.customer(email="odd@example.com")
    numbers = [(whole, "5"), (odd, "1e-400"), (odd, "1" + "0" * 400)]
    body = ",".join(
        f'{{"id":"{at}","name":"sized","customer":{{"email":"{who.email}"}},'
        f'"properties":{{"size":{number}}}}}'
        for at, (who, number) in enumerate(numbers)
    )
    outcomes = record_events(read_events(f"[{body}]".encode(), latest=latest_instant()))
    assert [outcome.status for outcome in outcomes] == ["created"] * 3
    refresh_facts(customer_ids=None)
    rule = {
        "kind": "event",
        "name": "sized",
        "op": "at_least",
        "value": 1,
        "where": "size",
        "where_op": "at_least",
        "where_value": "0",
    }
    compiled = compile_rule({"all": [rule]}, as_of=floral.today)
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.params)
        assert cursor.fetchall() == [(whole.pk,)]
