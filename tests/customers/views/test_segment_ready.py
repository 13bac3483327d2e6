"""The gallery of ready segments: thresholds of the brand's own, what is missing, one click."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from accounts.scope import brand_scope
from customers.models.orders import Order, OrderLine, Refund
from customers.models.products import CategoryMapping, Product
from customers.models.segments import Segment
from customers.segments.ready import ready_segments
from customers.segments.tree import parse_rule
from customers.selectors.habits import habits
from customers.selectors.segments import count
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

BASE = "/b/floral/segments"


@pytest.fixture
def buyers(cast: Cast) -> None:
    """Twenty who came back after 10, 20, ... 200 days and wait since; two who bought once, 300
    and 5 days ago."""
    with brand_scope(cast.floral):
        today = cast.floral.today
        for number in range(1, 21):
            person = factories.customer(email=f"p{number}@example.com")
            second = today - timedelta(days=400)
            first = second - timedelta(days=number * 10)
            factories.order(person, source_id=f"{number}-1", on=first, minor=1000 * number)
            factories.order(person, source_id=f"{number}-2", on=second, minor=1000)
        for ago in (300, 5):
            person = factories.customer(email=f"once{ago}@example.com")
            factories.order(person, source_id=f"once{ago}", on=today - timedelta(days=ago))
        refresh_facts(customer_ids=None)


def rules(cast: Cast) -> dict[str, object]:
    found = habits(as_of=cast.floral.today)
    return {ready.key: ready.rule for ready in ready_segments(found, "£1")}


def test_thresholds_are_the_brands_own_quantiles(cast: Cast, buyers: None) -> None:
    with brand_scope(cast.floral):
        found = habits(as_of=cast.floral.today)
        assert (found.buyers, found.gaps) == (22, 20)
        assert (found.late_days, found.slipping_days, found.lapsed_days) == (150, 150, 190)
        assert (found.big_minor, found.many_orders) == (19000, 2)
        made = rules(cast)
        assert count(made["one_order_late"]) == 1
        assert count(made["new"]) == 1
        assert count(made["lapsed"]) == 21
        assert count(made["big_spenders_slipping"]) == 3
        assert count(made["loyal_regulars"]) == 0
        assert count(made["came_back"]) == 0


def test_who_comes_back_after_long_is_found(cast: Cast, buyers: None) -> None:
    with brand_scope(cast.floral):
        person = Order.objects.get(source_id="3-1").customer
        assert person is not None
        factories.order(person, source_id="3-3", on=cast.floral.today - timedelta(days=29))
        refresh_facts(customer_ids=None)
        assert count(rules(cast)["came_back"]) == 1


def test_discounts_refunds_and_categories_are_read_from_orders(cast: Cast, buyers: None) -> None:
    with brand_scope(cast.floral):
        Order.objects.filter(source_id__in=["5-1", "5-2", "6-1"]).update(discount_minor=100)
        order = Order.objects.get(source_id="7-1")
        Refund.objects.create(
            customer=order.customer,
            order=order,
            source="test",
            source_id="r1",
            refunded_at=order.placed_at,
            refunded_on=order.placed_on,
            amount_minor=500,
            content_hash=b"x",
        )
        refresh_facts(customer_ids=None)
        made = rules(cast)
        assert count(made["discount_only"]) == 1
        assert count(made["refunders"]) == 1


def test_every_ready_rule_can_be_used_or_says_what_is_missing(cast: Cast, buyers: None) -> None:
    with brand_scope(cast.floral):
        found = ready_segments(habits(as_of=cast.floral.today), "£190")
        assert len(found) >= 12
        assert len({ready.key for ready in found}) == len(found)
        for ready in found:
            assert bool(ready.rule) != bool(ready.missing)
            if ready.rule:
                parse_rule(ready.rule)
        missing = {ready.key for ready in found if ready.missing}
        assert {"gift_buyers", "one_category", "discount_only", "birthday_soon"} <= missing


def test_the_gallery_keeps_a_segment_with_one_click(cast: Cast, buyers: None, ben: Client) -> None:
    page = ben.get(f"{BASE}/ready/").content.decode()
    assert "One order and late" in page
    assert "at least 150 days ago" in page
    assert "Import orders with their discounts." in page
    kept = ben.post(f"{BASE}/ready/use/", {"key": "one_order_late"}, follow=True).content.decode()
    assert "“One order and late” is saved among your segments." in kept
    again = ben.post(f"{BASE}/ready/use/", {"key": "one_order_late"}, follow=True).content.decode()
    assert "There is a segment “One order and late” already." in again
    for key in ("discount_only", "moon"):
        assert ben.post(f"{BASE}/ready/use/", {"key": key}).status_code == 404
    with brand_scope(cast.floral):
        assert [segment.name for segment in Segment.objects.all()] == ["One order and late"]


def test_a_card_is_counted_by_its_rule(cast: Cast, buyers: None, ben: Client) -> None:
    rule = json.dumps({"all": [{"kind": "rung", "op": "at_least", "value": 2}]})
    part = ben.get(f"{BASE}/figures/", {"rule": rule}).content.decode()
    assert '<dd class="figure">20</dd>' in part
    assert '<dd class="figure">£2,300</dd>' in part
    assert "It is not JSON" in ben.get(f"{BASE}/figures/", {"rule": "{"}).content.decode()


def test_categories_count_as_the_brand_reads_them(cast: Cast, buyers: None) -> None:
    with brand_scope(cast.floral):
        names = ("Roses", "Red 70cm", "Tulips", "Gift cards", "")
        products = {
            name: Product.objects.create(
                source="test", source_id=f"p{name}", title=name, category=name
            )
            for name in names
        }
        CategoryMapping.objects.create(shop_category="Red 70cm", category="Roses")
        # One of Roses twice, one of Roses by two names, two of two kinds, one of nothing known.
        bought = {"1": ("Roses", "Roses"), "2": ("Roses", "Red 70cm"), "3": ("Roses", "Tulips")}
        bought |= {"4": ("Roses", "Gift cards"), "5": ("", "")}
        for number, kinds in bought.items():
            for at, kind in enumerate(kinds, start=1):
                OrderLine.objects.create(
                    order=Order.objects.get(source_id=f"{number}-{at}"),
                    product=products[kind],
                    position=1,
                    quantity=1,
                    total_minor=1000,
                )
        refresh_facts(customer_ids=None)
        made = rules(cast)
        assert count(made["one_category"]) == 2
        assert count(made["gift_buyers"]) == 1
        earlier = cast.floral.today - timedelta(days=401)
        exactly = {"kind": "figure", "name": "categories", "op": "exactly", "value": 1}
        assert count({"all": [exactly]}, as_of=earlier) == 4
