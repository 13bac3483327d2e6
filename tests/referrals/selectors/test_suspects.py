"""The fraud rules are told what is known: of both sides, of earlier friends, of what was left."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kit.clock import now
from customers.models.consents import Suppression
from customers.services.attributes import define_attribute
from customers.services.refunds import record_refund
from referrals.models.links import Touch
from referrals.models.referrals import Referral
from referrals.models.rewards import PortalDevice
from referrals.rules.fraud import signals_of
from referrals.rules.terms import AllOf, AnyOf, MinimumOrder, NthOrder, Terms
from referrals.selectors.programmes import current_version
from referrals.selectors.suspects import minimum_of, pairs_of
from tests import factories

NETWORK = "203.0.113.0/24"
DEVICE = b"d" * 32


@pytest.fixture
def bring(programme, advocate):
    """A friend of the advocate's, who claimed a moment ago unless told otherwise."""

    def friend(email, *, ago=timedelta(minutes=1), network="", devices=(), **details):
        at = now() - ago
        customer = factories.customer(email=email, **details)
        touch = Touch.objects.create(
            programme=programme,
            advocate=advocate,
            code=advocate.codes.first(),
            kind="claim",
            at=at,
            customer=customer,
            network=network,
            evidence={"devices": list(devices)},
        )
        return Referral.objects.create(
            programme=programme,
            version=current_version(programme),
            advocate=advocate,
            friend=customer,
            touch=touch,
            identified_at=at,
        )

    return friend


def test_nobody_is_asked_about_nothing(programme):
    assert pairs_of([]) == {}


def test_a_stranger_shows_nothing(bring):
    referral = bring("fay@web.de", first_name="Fay", last_name="Stone")
    (pair,) = pairs_of([referral.pk]).values()
    assert signals_of(pair) == []
    assert (pair.friend.email, pair.friend.first_name, pair.friend.last_name) == (
        "fay@web.de",
        "fay",
        "stone",
    )
    assert (pair.friends_last_hour, pair.friends_last_day, pair.seconds_to_order) == (1, 1, None)


def test_what_both_left_behind_is_compared(bring, advocate):
    PortalDevice.objects.create(customer=advocate.customer, key_hash=DEVICE, network=NETWORK)
    referral = bring("fay@web.de", network=NETWORK, devices=[DEVICE.hex()])
    (pair,) = pairs_of([referral.pk]).values()
    assert signals_of(pair) == ["same_device", "same_network"]


def test_one_household_has_one_postal_address(bring, advocate):
    define_attribute(name="street", label="Street", kind="text")
    define_attribute(name="postcode", label="Postcode", kind="text")
    rae = advocate.customer
    rae.attributes = {"street": "7, Mill Lane", "postcode": "AB1 2CD"}
    rae.save(update_fields=["attributes"])
    same = {"street": "7 mill lane", "postcode": "ab12cd"}
    there = bring("fay@web.de", attributes=same)
    half = bring("gil@web.de", attributes={"street": "7 mill lane"})
    pairs = pairs_of([there.pk, half.pk])
    assert signals_of(pairs[there.pk]) == ["same_address"]
    assert signals_of(pairs[half.pk]) == []


def test_earlier_friends_count_and_later_ones_do_not(bring, friend_orders):
    for number in range(3):
        earlier = bring(f"blue.sky{number}@web.de", ago=timedelta(hours=2 + number))
        earlier.order = friend_orders(f"blue.sky{number}@web.de")
        earlier.save(update_fields=["order"])
        record_refund(
            source="shop",
            source_id=f"R-{number}",
            refunded_at=now(),
            order_ref=earlier.order.source_id,
            amount_minor=2_000,
        )
    referral = bring("blue.sky9@web.de")
    bring("late@web.de", ago=timedelta())
    (pair,) = pairs_of([referral.pk]).values()
    assert signals_of(pair) == ["numbered_addresses", "refunded_before"]
    assert (pair.earlier_orders, pair.earlier_refunded) == (3, 3)
    assert (pair.friends_last_hour, pair.friends_last_day) == (1, 4)


def test_bounces_hurry_and_leaks_are_told(bring, advocate, friend_orders):
    Suppression.objects.create(channel="email", reason="bounce", address="fay@web.de")
    advocate.codes.update(leaked_at=now())
    referral = bring("fay@web.de")
    referral.order = friend_orders("fay@web.de", placed_at=now() - timedelta(seconds=30))
    referral.save(update_fields=["order"])
    (pair,) = pairs_of([referral.pk]).values()
    assert signals_of(pair) == ["leaked_code", "bounced", "hurry"]
    assert 29 < pair.seconds_to_order < 31


def test_many_cost_as_many_queries_as_one(bring):
    ids = [bring(f"friend{number}@web.de").pk for number in range(6)]
    counts = []
    for some in (ids[:1], ids):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(pairs_of(some)) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_minimum_is_what_everybody_has_to_reach():
    forty, sixty = MinimumOrder(amount=4_000), MinimumOrder(amount=6_000)
    assert minimum_of(Terms()) == 0
    assert minimum_of(Terms(qualifying=AllOf(of=[NthOrder(), forty, sixty]))) == 6_000
    assert minimum_of(Terms(qualifying=AnyOf(of=[forty, sixty]))) == 4_000
    assert minimum_of(Terms(qualifying=AnyOf(of=[NthOrder(), sixty]))) == 0
