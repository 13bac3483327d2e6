"""Codes of the shop: taken in once, given once, used once, whoever asks at the same moment."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import CampaignCoupons, Coupon, CouponBatch
from campaigns.rules.coupons import Basket
from campaigns.selectors.checks import check_campaign
from campaigns.selectors.coupons import stock_of
from campaigns.services.coupons import (
    Added,
    add_codes,
    check_coupon,
    choose_batch,
    codes_in,
    coupon_of,
    create_batch,
    draw_coupon,
    lower_coupon,
    make_coupon,
    redeem_by_orders,
    redeem_coupon,
)
from campaigns.services.drafts import create_campaign
from campaigns.services.planning import plan
from config.kit import sql
from config.kit.errors import Conflict, Invalid, NotFound
from customers.models.orders import Order
from customers.models.segments import Segment
from customers.services.merges import merge_customers
from customers.services.orders import record_order
from tests import factories
from tests.campaigns.mailing import (
    EVERYBODY,
    customers,
    launching,
    outcomes,
    sender,
    work_off,
)
from tests.campaigns.sink import Sink

WITH_CODE = [
    {"kind": "text", "html": "<p>Your code: {{ coupon }}</p>"},
    {"kind": "button", "text": "Shop", "href": "https://shop.example/?code={{ coupon }}"},
    {"kind": "footer"},
]


def batch_with(count, name="Ten off", **terms):
    batch = create_batch(**{"name": name, "kind": "percent", "value": 10, **terms})
    add_codes(batch, [f"{name[:3].upper()}-{number:05}" for number in range(count)])
    return batch


def launched_with(brand, batch, name="Spring"):
    """A planned campaign whose mail has a code of the batch in it."""
    campaign = launching(brand, name=name)
    campaign.frozen["blocks"] = WITH_CODE
    campaign.save()
    CampaignCoupons.objects.create(campaign=campaign, batch=batch)
    plan(campaign.pk)
    return campaign


def test_codes_are_taken_from_the_column_of_codes_or_the_first_one():
    assert codes_in("Code,Value\nA-1,10\n\nA-2,10\n") == ["A-1", "A-2"]
    assert codes_in('Value;"Discount code"\n10;A-1\n') == ["A-1"]
    assert codes_in("n, Coupon Code \n1,A-1\n2, A-2 \n3\n") == ["A-1", "A-2"]
    assert codes_in("A-1\nA-2") == ["A-1", "A-2"]
    assert codes_in("Codes\rA-1\rA-2\r") == ["A-1", "A-2"]
    assert codes_in("\n") == []


def test_a_file_whose_quotation_never_ends_is_refused_in_words():
    with pytest.raises(Invalid, match="cannot be read as CSV") as refusal:
        codes_in('Code\n"' + "A-1\n" * 40_000)
    assert set(refusal.value.fields) == {"file"}


def test_a_code_is_known_once_in_all_batches(floral):
    first, second = batch_with(0, "One"), batch_with(0, "Two")
    assert add_codes(first, ["ABC", "abc", "DEF", "no code", "x"]) == Added(2, 1, 2)
    assert add_codes(second, ["def", "GHI"]) == Added(1, 1, 0)
    assert sorted(Coupon.objects.values_list("code_norm", flat=True)) == ["ABC", "DEF", "GHI"]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"kind": "percent", "value": 101}, "value"),
        ({"kind": "amount", "value": 0}, "value"),
        ({"kind": "other"}, "value"),
        ({"minimum_minor": -1}, "minimum"),
        ({"name": " "}, "name"),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused(floral, terms, field):
    with pytest.raises(Invalid) as refused:
        create_batch(**{"name": "A", "kind": "percent", "value": 10, **terms})
    assert list(refused.value.fields) == [field]
    assert not CouponBatch.objects.exists()


def test_a_name_is_taken_once(floral):
    batch_with(0)
    with pytest.raises(Conflict, match="batch of this name"):
        batch_with(0)
    assert CouponBatch.objects.count() == 1


def test_a_code_is_redeemed_once(floral):
    batch_with(1)
    basket = Basket(2000, {})
    coupon = coupon_of("ten-00000")
    assert check_coupon(floral, coupon, basket).verdict.discount_minor == 200
    assert redeem_coupon(floral, coupon, basket).verdict.discount_minor == 200
    assert check_coupon(floral, coupon_of("TEN-00000"), basket).verdict.reason == "redeemed"
    with pytest.raises(Conflict, match="has been used") as refused:
        redeem_coupon(floral, coupon, basket)
    assert refused.value.code == "coupon_redeemed"
    assert DomainEvent.objects.filter(type="coupon.redeemed").count() == 1


def test_a_code_that_is_worth_nothing_is_not_used_up(floral):
    batch_with(1, minimum_minor=5000)
    with pytest.raises(Conflict, match="too small"):
        redeem_coupon(floral, coupon_of("TEN-00000"), Basket(2000, {}))
    assert Coupon.objects.get().redeemed_at is None
    assert not DomainEvent.objects.filter(type="coupon.redeemed").exists()


def test_a_drawn_code_is_the_customers_and_the_last_one_is_the_last(floral, cast):
    batch = batch_with(2)
    drawn = [draw_coupon(batch, customer=cast.rae).code for _ in range(2)]
    assert drawn == ["TEN-00000", "TEN-00001"]
    assert set(Coupon.objects.values_list("customer", flat=True)) == {cast.rae.pk}
    with pytest.raises(Conflict, match="no code left"):
        draw_coupon(batch, customer=cast.rae)


def test_a_code_made_for_a_customer_has_its_own_worth_and_last_day(floral, cast):
    batch = create_batch(name="Rewards", kind="amount", value=1000)
    yesterday = floral.today - timedelta(days=1)
    whole = make_coupon(batch, customer=cast.rae)
    less = make_coupon(batch, customer=cast.rae, worth_minor=400)
    late = make_coupon(batch, customer=cast.rae, expires_on=yesterday)
    basket = Basket(2000, {})
    assert check_coupon(floral, whole, basket).verdict.discount_minor == 1000
    assert check_coupon(floral, less, basket).verdict.discount_minor == 400
    assert check_coupon(floral, late, basket).verdict.reason == "expired"
    assert len({whole.code, less.code, late.code}) == 3


def test_a_code_loses_worth_until_it_is_redeemed(floral, cast):
    batch = create_batch(name="Rewards", kind="amount", value=1000)
    coupon, basket = make_coupon(batch, customer=cast.rae), Basket(2000, {})
    assert lower_coupon(coupon, worth_minor=0)
    assert check_coupon(floral, coupon_of(coupon.code), basket).verdict.reason == "voided"
    assert lower_coupon(coupon, worth_minor=600)
    assert redeem_coupon(floral, coupon, basket).verdict.discount_minor == 600
    assert not lower_coupon(coupon, worth_minor=0)
    assert coupon_of(coupon.code).voided_at is None


def test_another_brands_code_is_unknown(cast):
    with brand_scope(cast.other_brand):
        batch_with(1)
    with brand_scope(cast.floral), pytest.raises(NotFound):
        coupon_of("TEN-00000")


def test_an_order_that_carries_a_code_redeems_it(floral, cast):
    batch_with(3)
    first = factories.order(cast.rae, source_id="1", on=date(2026, 5, 2))
    later = factories.order(cast.rae, source_id="2", on=date(2026, 5, 3))
    gone = factories.order(cast.rae, source_id="3", on=date(2026, 5, 1))
    Order.objects.filter(pk__in=[first.pk, later.pk]).update(
        discount_codes=[" ten-00001", "FREESHIP"]
    )
    Order.objects.filter(pk=gone.pk).update(
        discount_codes=["TEN-00002"], cancelled_at=gone.placed_at
    )
    ids = [later.pk, first.pk, gone.pk]
    assert redeem_by_orders(ids) == 1
    coupon = Coupon.objects.get(code_norm="TEN-00001")
    assert (coupon.order_id, coupon.redeemed_at) == (first.pk, first.placed_at)
    assert redeem_by_orders(ids) == 0
    assert Coupon.objects.filter(redeemed_at__isnull=False).count() == 1


def test_orders_of_an_import_redeem_too(floral, cast):
    batch_with(1)
    order = factories.order(cast.rae, source_id="1", on=date(2026, 5, 2))
    Order.objects.filter(pk=order.pk).update(discount_codes=["TEN-00000"], import_id=77)
    assert redeem_by_orders(import_id=76) == 0
    assert redeem_by_orders(import_id=77) == 1


@pytest.mark.django_db(transaction=True)
def test_a_recorded_order_redeems_its_code_by_itself(cast, run_due_work):
    with brand_scope(cast.floral):
        batch_with(1)
        record_order(
            source="shop",
            source_id="1",
            placed_at=cast.floral.created_at,
            customer=cast.rae,
            gross_minor=900,
            discount_codes=["ten-00000"],
        )
    run_due_work()
    with brand_scope(cast.floral):
        assert Coupon.objects.get().order.source_id == "1"


def test_codes_follow_the_person_when_records_become_one(floral):
    batch = batch_with(2)
    kept, gone = customers(2)
    campaign = launching(floral)
    Coupon.objects.filter(code_norm="TEN-00000").update(customer=gone, campaign=campaign)
    merge_customers(kept=kept, gone=gone)
    assert Coupon.objects.get(code_norm="TEN-00000").customer_id == kept.pk
    assert stock_of(batch).drawn == 1


def draft(batch=None):
    segment = Segment.objects.create(name="All", rule=EVERYBODY)
    campaign = create_campaign(
        name="Spring", segment=segment, subject="Hi", preheader="a", blocks=WITH_CODE
    )
    choose_batch(campaign, batch)
    return campaign


def coupon_problems(campaign):
    return [p.text for p in check_campaign(campaign).problems if p.place == "coupons"]


def test_pre_flight_asks_for_enough_codes_that_are_valid(floral):
    customers(10)
    assert coupon_problems(draft()) == [
        "The mail has a coupon code in it. Choose the batch it comes from."
    ]
    Segment.objects.all().update(name="Old")
    assert coupon_problems(draft(batch_with(9, "Few"))) == [
        "“Few” has 9 codes left for 10 people. Add more."
    ]
    Segment.objects.filter(name="All").update(name="Older")
    assert coupon_problems(draft(batch_with(10, "Just"))) == [
        "“Just” will have 0 codes left afterwards."
    ]
    Segment.objects.filter(name="All").update(name="Oldest")
    past = floral.today - timedelta(days=1)
    assert coupon_problems(draft(batch_with(50, "Past", expires_on=past))) == [
        "The codes of “Past” are no longer valid."
    ]


def test_a_launched_campaign_keeps_its_batch(floral):
    batch = batch_with(1)
    campaign = draft(batch)
    Campaign.objects.update(state="done")
    with pytest.raises(Conflict):
        choose_batch(campaign, None)
    assert CampaignCoupons.objects.get().batch == batch


@pytest.mark.django_db(transaction=True)
def test_each_recipient_gets_a_code_of_their_own_and_the_rest_none(cast, tmp_path):
    with brand_scope(cast.floral):
        customers(12)
        campaign = launched_with(cast.floral, batch_with(10))
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    found = outcomes(cast.floral, campaign)
    assert Counter(found.values()) == {("sent", ""): 10, ("skipped", "no_coupon"): 2}
    with brand_scope(cast.floral):
        given = {c.customer.email: c.code for c in Coupon.objects.select_related("customer")}
    assert len(given) == len(set(given.values())) == 10
    for address, code in given.items():
        body = sink.contents[address].replace(b"=\r\n", b"")
        assert f"Your code: {code}".encode() in body
        assert sum(other.encode() in body for other in given.values()) == 1


@pytest.mark.django_db(transaction=True)
def test_twelve_workers_draw_no_code_twice_and_nobody_gets_two(cast):
    with brand_scope(cast.floral):
        people = [person.pk for person in customers(240)]
        batch = batch_with(200)
        campaigns = [launching(cast.floral, name=name) for name in ("One", "Two")]
    from_the_start = threading.Barrier(12)

    def draw(number):
        # Every chunk of 40 is asked for by two workers at once.
        mine = people[number % 6 * 40 : number % 6 * 40 + 40]
        try:
            from_the_start.wait()
            with brand_scope(cast.floral), connection.cursor() as cursor:
                cursor.execute(
                    sql.load("campaigns", "draw_coupons"),
                    {
                        "brand_id": cast.floral.pk,
                        "campaign_id": campaigns[number // 6].pk,
                        "batch_id": batch.pk,
                        "customer_ids": mine,
                    },
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(draw, range(12)))
    with brand_scope(cast.floral):
        given = list(
            Coupon.objects.filter(customer__isnull=False).values_list("campaign_id", "customer_id")
        )
        assert len(given) == len(set(given)) == stock_of(batch).drawn
        # 480 were asked for and 200 are there; codes that another has in hand are passed over.
        assert 0 < len(given) <= 200
