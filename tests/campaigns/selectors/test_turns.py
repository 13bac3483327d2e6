"""Whose turn it is: transactional mails obey no limit, and use one up where the brand says so."""

import pytest
from django.db import connection

from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.models.preferences import Preference
from campaigns.models.transactional import TransactionalMessage
from campaigns.rules.pressure import Cap, Rules
from campaigns.selectors.turns import Pressure, pressure_on
from campaigns.services.policy import set_contact_rules
from campaigns.services.transactional import create_template
from config.kit.clock import now
from tests.campaigns.mailing import customers

CAPS = (Cap(1, days=7),)


@pytest.fixture
def campaign(floral):
    return Campaign.objects.create(name="May")


@pytest.fixture
def answered(cast, floral):
    """Rae got an order confirmation a moment ago."""
    template = create_template(name="Order", key="order", intent="thank")
    return TransactionalMessage.objects.create(
        template=template,
        version=1,
        customer=cast.rae,
        address="rae@example.com",
        address_norm="rae@example.com",
        state="sent",
        done_at=now(),
    )


@pytest.mark.parametrize(("is_counted", "found"), [(False, Pressure()), (True, Pressure(1, 1))])
def test_an_order_confirmation_counts_where_the_brand_says_so(
    cast, campaign, answered, is_counted, found
):
    set_contact_rules(Rules(caps=CAPS, counts_transactional=is_counted))
    assert pressure_on(campaign, [cast.rae.pk]) == found


def test_what_never_left_does_not_count(cast, campaign, answered):
    TransactionalMessage.objects.update(state="failed")
    set_contact_rules(Rules(caps=CAPS, counts_transactional=True))
    assert pressure_on(campaign, [cast.rae.pk]) == Pressure()


def test_a_customers_own_wish_is_about_news(cast, campaign, answered):
    Preference.objects.create(customer=cast.rae, at_most_days=7)
    set_contact_rules(Rules(counts_transactional=True))
    assert pressure_on(campaign, [cast.rae.pk]) == Pressure()


def test_what_people_got_is_looked_up_without_statistics(floral, campaign):
    """Deliveries grow by thousands a second, and PostgreSQL counts them once a minute at best."""
    rows = customers(40)
    former = Campaign.objects.bulk_create(Campaign(name=f"Number {n}") for n in range(60))
    Delivery.objects.bulk_create(
        Delivery(campaign=each, customer=row, outcome="sent") for each in former for row in rows
    )
    set_contact_rules(Rules(caps=(Cap(60, days=7),)))
    before = _looked_at("campaigns_delivery")
    assert pressure_on(campaign, [row.pk for row in rows[:10]]) == Pressure(10, 10)
    assert _looked_at("campaigns_delivery") - before == 10 * 60


def _looked_at(table):
    """How many rows of the table this transaction has read so far, whichever way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = %s",
            [table],
        )
        [(count,)] = cursor.fetchall()
    return count
