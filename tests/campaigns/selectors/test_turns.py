"""Whose turn it is: transactional mails obey no limit, and use one up where the brand says so."""

import pytest

from campaigns.models.campaigns import Campaign
from campaigns.models.preferences import Preference
from campaigns.models.transactional import TransactionalMessage
from campaigns.rules.pressure import Cap, Rules
from campaigns.selectors.turns import Pressure, pressure_on
from campaigns.services.policy import set_contact_rules
from campaigns.services.transactional import create_template
from config.kit.clock import now

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
