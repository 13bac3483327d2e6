"""The one judgement: who may be written to, and the first reason why not."""

from datetime import timedelta

import pytest
from django.db import connection

from customers.models.consents import PermissionRule, Suppression
from customers.models.customers import Customer, CustomerFacts
from customers.selectors import audience
from customers.selectors.audience import Reach, Reason, add_reason, judgement_params, reachable
from customers.services.consents import record_consent, withdraw_consent
from customers.services.suppressions import suppress_address
from tests import factories


def reason_of(customer: Customer, **asked) -> str:
    """The judgement for one customer; None when it does not stand in it at all."""
    params = {"brand_id": customer.brand_id, "id": customer.pk, **judgement_params(**asked)}
    with connection.cursor() as cursor:
        cursor.execute(
            audience.judgement() + audience.SQL(" WHERE judged.customer_id = %(id)s"), params
        )
        row = cursor.fetchone()
    return row[-1] if row else None


@pytest.fixture
def jo(floral) -> Customer:
    return factories.customer(email="jo@example.com", phone="+442071234567", country="GB")


def test_without_a_word_nobody_may_be_written_to(jo):
    assert reason_of(jo) == "no_consent"


@pytest.mark.parametrize("basis", ["consent", "claimed", "business", "implied"])
def test_every_ground_will_do_while_the_brand_has_no_rules(jo, basis):
    record_consent(customer=jo, source="test", basis=basis)
    assert reason_of(jo) == ""


def test_an_unsubscribe_beats_every_weaker_ground_recorded_later(jo):
    record_consent(customer=jo, source="test", basis="claimed")
    withdraw_consent(customer=jo, source="unsubscribe")
    for basis in ("soft_opt_in", "implied", "business", "claimed"):
        record_consent(customer=jo, source="import", basis=basis)
        assert reason_of(jo) == "no_consent"
    record_consent(customer=jo, source="form")
    assert reason_of(jo) == ""


def test_a_missing_address_comes_before_everything_else(floral):
    nobody = factories.customer()
    record_consent(customer=nobody, source="test")
    assert reason_of(nobody) == "no_address"


def test_a_marketplaces_address_is_never_mailed(jo):
    record_consent(customer=jo, source="test")
    Customer.objects.filter(pk=jo.pk).update(is_relay=True)
    assert reason_of(jo) == "relay_address"


def test_the_do_not_mail_list_beats_consent(jo):
    record_consent(customer=jo, source="test")
    suppress_address(address="JO@example.com", reason=Suppression.Reason.COMPLAINT)
    assert reason_of(jo) == "suppressed"


def test_an_implied_permission_ends_after_its_last_day(jo, floral):
    record_consent(customer=jo, source="test", basis="implied", expires_on=floral.today)
    assert reason_of(jo) == ""
    assert reason_of(jo, on=floral.today + timedelta(days=1)) == "expired"


def test_a_country_accepts_its_own_grounds_and_others_those_of_all_countries(jo):
    record_consent(customer=jo, source="test", basis="business")
    PermissionRule.objects.create(country="", bases=["consent"])
    assert reason_of(jo) == "basis_not_allowed"
    PermissionRule.objects.create(country="GB", bases=["consent", "business"])
    assert reason_of(jo) == ""
    Customer.objects.filter(pk=jo.pk).update(country="DE")
    assert reason_of(jo) == "basis_not_allowed"


def test_soft_opt_in_needs_an_order_or_an_enquiry(jo):
    record_consent(customer=jo, source="test", basis="soft_opt_in")
    assert reason_of(jo) == "no_purchase"
    facts = CustomerFacts.objects.get(customer=jo)
    facts.orders_count = 1
    facts.save()
    assert reason_of(jo) == ""
    facts.orders_count = 0
    facts.events = {"enquiry": [1, 0, 0]}
    facts.save()
    assert reason_of(jo) == ""


@pytest.mark.parametrize("purpose", ["partner_offers", "surveys", "partner:7"])
def test_soft_opt_in_is_for_the_brands_own_products_only(jo, purpose):
    CustomerFacts.objects.filter(customer=jo).update(orders_count=1)
    record_consent(customer=jo, source="test", basis="soft_opt_in", purpose=purpose)
    assert reason_of(jo, purpose=purpose) == "basis_not_allowed"
    record_consent(customer=jo, source="test", purpose=purpose)
    assert reason_of(jo, purpose=purpose) == ""


@pytest.mark.parametrize("basis", ["claimed", "business", "implied"])
def test_offers_of_partners_need_the_customers_own_consent(jo, basis):
    record_consent(customer=jo, source="test", basis=basis, purpose="partner_offers")
    assert reason_of(jo, purpose="partner_offers") == "basis_not_allowed"
    record_consent(customer=jo, source="form", purpose="partner_offers")
    assert reason_of(jo, purpose="partner_offers") == ""


def test_no_more_news_is_no_more_offers_of_partners_until_a_later_yes(jo):
    for purpose in ("marketing", "partner_offers"):
        record_consent(customer=jo, source="form", purpose=purpose)
    withdraw_consent(customer=jo, source="unsubscribe")
    assert reason_of(jo, purpose="partner_offers") == "no_consent"
    record_consent(customer=jo, source="form", purpose="partner_offers")
    assert reason_of(jo, purpose="partner_offers") == ""
    assert reason_of(jo) == "no_consent"


def test_a_no_to_one_partner_or_one_kind_of_offers_counts_for_these_alone(jo, cast):
    for customer in (jo, cast.rae):
        record_consent(customer=customer, source="form", purpose="partner_offers")
    withdraw_consent(customer=jo, source="page", purpose="partner:7")
    withdraw_consent(customer=cast.rae, source="page", purpose="offers:3")
    asked = {"purpose": "partner_offers", "refused": ["partner:7", "offers:2"]}
    assert reason_of(jo, **asked) == "said_no"
    assert reason_of(cast.rae, **asked) == ""
    assert reason_of(jo, purpose="partner_offers") == ""
    assert reason_of(jo, purpose="partner_offers", refused=["partner:8", "offers:3"]) == ""
    assert reachable({"all": []}, **asked) == Reach(1, {"said_no": 1})
    record_consent(customer=jo, source="page", purpose="partner:7")
    assert reason_of(jo, **asked) == ""


def test_purposes_and_channels_stand_apart(jo):
    record_consent(customer=jo, source="test", channel="sms")
    assert reason_of(jo, channel="sms") == ""
    assert reason_of(jo) == "no_consent"
    assert reason_of(jo, purpose="surveys", channel="sms") == "no_consent"
    assert reason_of(jo, channel="post") == "no_address"


def test_erased_and_merged_customers_are_not_judged(jo, cast):
    Customer.objects.filter(pk=jo.pk).update(merged_into=cast.rae)
    assert reason_of(jo) is None


def test_further_reasons_join_behind_ours(jo, cast, monkeypatch):
    monkeypatch.setattr(audience, "_further", {})
    record_consent(customer=jo, source="test")
    add_reason(
        Reason(
            "too_often",
            "Had enough mails this week",
            "SELECT id FROM customers_customer"
            " WHERE brand_id = %(brand_id)s AND email_norm ^@ 'jo'",
        )
    )
    assert reason_of(jo) == "too_often"
    assert reason_of(cast.rae) == "no_consent"
    assert audience.words("too_often") == "Had enough mails this week"
    assert reachable({"all": []}) == Reach(0, {"no_consent": 1, "too_often": 1})


def test_the_view_says_the_same_on_the_brands_own_day(jo):
    record_consent(customer=jo, source="test")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, basis, reason FROM customers_permission"
            " WHERE brand_id = %s AND purpose = 'marketing' AND channel = 'email'"
            " AND customer_id = %s",
            [jo.brand_id, jo.pk],
        )
        assert cursor.fetchall() == [(jo.pk, "consent", "")]
        cursor.execute("SELECT count(DISTINCT brand_id) FROM customers_permission")
        assert cursor.fetchone() == (1,)
