"""Facts, rungs and gaps: the same SQL for a few customers and for all."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.db import connection, transaction

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.work import drain
from config.kit.clock import now
from customers.models.customers import Customer, CustomerFacts
from customers.models.orders import Order, OrderRule, Refund
from customers.services.consents import record_consent, withdraw_consent
from customers.services.customers import Details, upsert_customer
from customers.services.facts import Written, audit_facts, refresh_facts
from customers.services.merges import merge_customers, undo_merge
from customers.services.privacy import erase_customer
from customers.tasks import audit_facts as ring_audit
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def refund(customer: object, minor: int, order: Order | None = None) -> None:
    Refund.objects.create(
        customer=customer,
        order=order,
        source="test",
        source_id=f"R{minor}",
        refunded_at=now(),
        refunded_on=date(2026, 3, 1),
        amount_minor=minor,
        content_hash=b"",
    )


def test_orders_that_come_in_any_order_get_their_rungs(floral: Brand, cast: Cast) -> None:
    for source_id, day in (("late", 20), ("early", 1), ("middle", 10)):
        factories.order(cast.rae, source_id=source_id, on=date(2026, 3, day), minor=100)
        refresh_facts(customer_ids=[cast.rae.pk])
    rows = Order.objects.order_by("placed_at").values_list("source_id", "rung", "gap_days")
    assert list(rows) == [("early", 1, None), ("middle", 2, 9), ("late", 3, 10)]
    facts = CustomerFacts.objects.get(customer=cast.rae)
    assert facts.orders_count == 3
    assert facts.first_order_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert facts.first_order_on == date(2026, 3, 1)
    assert facts.second_order_on == date(2026, 3, 10)
    assert facts.last_order_on == date(2026, 3, 20)


def test_refunds_with_and_without_an_order_lower_the_net(floral: Brand, cast: Cast) -> None:
    order = factories.order(cast.rae, source_id="1", on=date(2026, 3, 1), minor=1000)
    refund(cast.rae, 300, order)
    refund(cast.rae, 900)
    refresh_facts(customer_ids=[cast.rae.pk])
    facts = CustomerFacts.objects.get(customer=cast.rae)
    assert (facts.gross_minor, facts.refunded_minor, facts.net_minor) == (1000, 1200, -200)


def test_a_customer_without_orders_has_a_row_too(floral: Brand, cast: Cast) -> None:
    CustomerFacts.objects.all().delete()
    assert refresh_facts(customer_ids=None) == Written(facts=1, orders=0)
    facts = CustomerFacts.objects.get(customer=cast.rae)
    assert (facts.orders_count, facts.net_minor, facts.last_order_at) == (0, 0, None)


def test_a_second_refresh_writes_nothing(floral: Brand, cast: Cast) -> None:
    factories.order(cast.rae, source_id="1", on=date(2026, 3, 1))
    assert refresh_facts(customer_ids=[cast.rae.pk]).orders == 1
    assert refresh_facts(customer_ids=[cast.rae.pk]) == Written(0, 0)
    assert audit_facts() == Written(0, 0)


def test_refreshing_nobody_writes_nothing(floral: Brand, cast: Cast) -> None:
    factories.order(cast.rae, source_id="1", on=date(2026, 3, 1))
    assert refresh_facts(customer_ids=[]) == Written(0, 0)
    assert Order.objects.get().rung is None


def test_the_audit_repairs_what_drifted_and_says_so(
    floral: Brand, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    factories.order(cast.rae, source_id="1", on=date(2026, 3, 1), minor=1000)
    refresh_facts(customer_ids=None)
    CustomerFacts.objects.update(net_minor=1)
    with caplog.at_level(logging.ERROR):
        assert audit_facts() == Written(facts=1, orders=0)
    assert "had drifted: 1 rows, 0 orders" in caplog.text
    assert CustomerFacts.objects.get(customer=cast.rae).net_minor == 1000


def test_the_nightly_audit_reaches_every_brand(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with brand_scope(cast.floral):
        refresh_facts(customer_ids=None)
        CustomerFacts.objects.update(orders_count=7)
    ring_audit()
    with caplog.at_level(logging.ERROR):
        assert drain() == 3
    with brand_scope(cast.floral):
        assert CustomerFacts.objects.get().orders_count == 0


def test_what_was_bought_before_there_were_these_figures_is_counted_after_an_upgrade(
    cast: Cast, run_due_work: Callable[[], int]
) -> None:
    with brand_scope(cast.floral):
        factories.order(cast.rae, source_id="1", on=date(2026, 3, 1), minor=100)
        refresh_facts(customer_ids=None)
        CustomerFacts.objects.update(full_price_orders=0)
    upgrade = import_module("customers.migrations.0009_buying_of_before")
    for _ in range(2):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(upgrade.STATEMENT)
    run_due_work()
    with brand_scope(cast.floral):
        assert CustomerFacts.objects.get(customer=cast.rae).full_price_orders == 1
        assert OrderRule.objects.get().judged_up_to is None
    with brand_scope(cast.other_brand):
        assert OrderRule.objects.get().judged_up_to is None


def test_the_copies_for_segments_follow_every_change(floral: Brand) -> None:
    def copies(customer: Customer) -> tuple[bool, str, str]:
        facts = CustomerFacts.objects.get(customer=customer)
        return facts.is_living, facts.country, facts.mail_permission

    jo = upsert_customer(email="jo@example.com", details=Details(country="FR")).customer
    assert copies(jo) == (True, "France", "")
    record_consent(customer=jo, source="test")
    upsert_customer(email="jo@example.com", details=Details(country="ES"))
    assert copies(jo) == (True, "Spain", "granted")
    withdraw_consent(customer=jo, source="test")
    assert copies(jo) == (True, "Spain", "withdrawn")
    ann = upsert_customer(email="ann@example.com").customer
    merge = merge_customers(kept=ann, gone=jo)
    assert (copies(jo)[0], copies(ann)) == (False, (True, "Spain", "withdrawn"))
    undo_merge(merge=merge)
    assert (copies(jo), copies(ann)) == ((True, "Spain", "withdrawn"), (True, "", ""))
    erase_customer(customer=jo)
    assert copies(jo)[0] is False
    assert audit_facts() == Written(0, 0)
