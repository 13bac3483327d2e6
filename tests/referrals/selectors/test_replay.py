"""Another rule is tried on the receipts: it tells what would be otherwise, and changes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from config.kit.clock import now
from customers.models.orders import Order
from referrals.models.links import TouchKind
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.rules.terms import Attribution
from referrals.selectors.replay import Difference, replay
from referrals.services.advocates import current_code, join
from referrals.services.qualifying import qualify_orders
from referrals.services.touches import record_touch
from tests import factories

pytestmark = pytest.mark.django_db
Place = Callable[..., Order]


def test_other_rules_give_differences_and_no_rule_changes_a_row(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    moment = now()
    Programme.objects.update(started_at=moment - timedelta(days=400))
    bo = join(programme, customer=factories.customer(email="bo@example.com"), source="api")
    code = current_code(advocate).code
    people = {
        name: factories.customer(email=f"{name}@example.com") for name in ("two", "late", "old")
    }
    for days, who, by in ((60, "two", bo), (2, "two", advocate), (80, "late", bo)):
        record_touch(
            by, kind=TouchKind.VISIT, customer=people[who], at=moment - timedelta(days=days)
        )
    friend_orders("old@example.com", placed_at=moment - timedelta(days=300))
    orders = {
        name: friend_orders(f"{name}@example.com", codes=[code] if name == "old" else [])
        for name in people
    }
    plain = friend_orders("plain@example.com", codes=[code])
    qualify_orders([plain.pk, *(order.pk for order in orders.values())])
    advocates = dict(Referral.objects.values_list("order_id", "advocate_id"))
    assert advocates == {
        plain.pk: advocate.pk,
        orders["two"].pk: bo.pk,
        orders["late"].pk: bo.pk,
    }
    before = [_rows(model) for model in (Referral, Reward)]

    def tried(**rule: object) -> list[Difference]:
        found = replay(
            programme,
            attribution=Attribution(**rule),
            since=moment - timedelta(days=1),
            until=moment + timedelta(days=1),
        )
        assert found.orders == 4
        return list(found.differences)

    two, late = orders["two"].pk, orders["late"].pk
    assert tried() == []
    assert tried(model="last") == [Difference(two, bo.pk, "", advocate.pk, "")]
    assert tried(window_days=30) == [
        Difference(two, bo.pk, "", advocate.pk, ""),
        Difference(late, bo.pk, "", None, "window_passed"),
    ]
    assert [_rows(model) for model in (Referral, Reward)] == before


def test_a_longer_window_finds_who_came_too_late(
    programme: Programme, advocate: Advocate, friend_orders: Place
) -> None:
    moment = now()
    Programme.objects.update(started_at=moment - timedelta(days=400))
    fay = factories.customer(email="fay@example.com")
    record_touch(advocate, kind=TouchKind.VISIT, customer=fay, at=moment - timedelta(days=100))
    order = friend_orders("fay@example.com")
    qualify_orders([order.pk])
    found = replay(
        programme,
        attribution=Attribution(window_days=120),
        since=moment - timedelta(days=1),
        until=moment,
    )
    assert found.differences == [Difference(order.pk, None, "window_passed", advocate.pk, "")]
    assert (found.gained, found.lost, found.moved) == (1, 0, 0)
    assert not Referral.objects.exists()


def _rows(model: type[Referral] | type[Reward]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t)::text FROM {model._meta.db_table} AS t ORDER BY id")
        return [row for (row,) in cursor.fetchall()]
