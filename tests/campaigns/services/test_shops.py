"""Codes a shop makes for us: none twice, none before it confirmed them, whatever goes wrong."""

from datetime import date

import pytest
from django.db import connection

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.coupons import Coupon
from campaigns.models.shops import Shop, ShopBatch
from campaigns.selectors.coupons import stock_of
from campaigns.services.coupons import create_batch
from campaigns.services.shops import (
    LONGEST_JOB,
    MAX_ATTEMPTS,
    add_shop,
    change_token,
    make_further,
    remove_shop,
    request_again,
    request_codes,
)
from config.kit import sql
from config.kit.clock import now
from config.kit.egress import EgressRefused
from config.kit.errors import Conflict, Invalid
from tests import factories
from tests.campaigns.channels.shops.shop import TOKEN, open_shop
from tests.campaigns.mailing import launching

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(settings):
    settings.EGRESS_LOOPBACK = True
    with open_shop() as opened:
        yield opened


@pytest.fixture
def asked(cast, shop):
    """250 codes, ten per cent off roses from 25 pounds on."""
    with brand_scope(cast.floral):
        batch = create_batch(
            name="Roses",
            kind="percent",
            value=10,
            minimum_minor=2500,
            products=["77"],
            expires_on=date(2027, 1, 31),
        )
        own = add_shop(address=shop.url, token=TOKEN)
        return request_codes(batch, shop=own, count=250, prefix="ROSE-")


def turn(cast, asked):
    return make_further(brand_id=cast.floral.pk, shop_batch_id=asked.pk)


def work_off(cast, asked, *, most=60):
    for _ in range(most):
        if turn(cast, asked) is None:
            break
    with brand_scope(cast.floral):
        return ShopBatch.objects.get()


def stock(cast):
    with brand_scope(cast.floral):
        return stock_of(ShopBatch.objects.select_related("batch").get().batch)


def ours(cast):
    with brand_scope(cast.floral):
        return {code.upper() for code in Coupon.objects.values_list("code", flat=True)}


def drawn(cast, name):
    """How many of three customers get a code of a campaign of this name."""
    with brand_scope(cast.floral), connection.cursor() as cursor:
        people = [factories.customer(email=f"{name}{n}@example.com").pk for n in range(3)]
        keys = {"brand_id": cast.floral.pk, "campaign_id": launching(cast.floral, name=name).pk}
        keys["batch_id"] = ShopBatch.objects.get().batch_id
        cursor.execute(sql.load("campaigns", "draw_coupons"), {**keys, "customer_ids": people})
        return cursor.rowcount


def test_a_shop_makes_all_codes_of_a_batch_with_its_terms(cast, shop, asked):
    assert (stock(cast).codes, stock(cast).free) == (250, 0)
    done = work_off(cast, asked)
    assert (done.state, done.error) == ("confirmed", "")
    assert shop.codes == dict.fromkeys(ours(cast), done.discount_ref)
    assert stock(cast).free == 250
    (terms,) = shop.discounts.values()
    assert terms["customerGets"] == {
        "value": {"percentage": 0.1},
        "items": {"products": {"productsToAdd": ["gid://shopify/Product/77"]}},
    }
    assert (terms["title"], terms["usageLimit"]) == ("Roses", 1)
    assert terms["minimumRequirement"] == {"subtotal": {"greaterThanOrEqualToSubtotal": "25.00"}}
    assert terms["endsAt"] == "2027-02-01T00:00:00+00:00"
    assert terms["combinesWith"]["orderDiscounts"] is False
    with brand_scope(cast.floral):
        event = DomainEvent.objects.get(type="shop_codes.made")
        assert event.payload == {"made": 250, "refused": 0}
        assert TOKEN not in Shop.objects.get().token


def test_codes_are_given_to_nobody_before_the_shop_confirmed_them(cast, shop, asked):
    assert turn(cast, asked) == 0  # The discount, with one code in it.
    assert turn(cast, asked) > 0  # 100 codes on their way.
    assert drawn(cast, "early") == 0
    while stock(cast).free == 0:
        turn(cast, asked)
    assert stock(cast).free == 100
    assert drawn(cast, "later") == 3


def test_a_busy_shop_is_asked_again_when_it_says(cast, shop, asked):
    shop.trouble = ["429", "throttled", ""]
    assert turn(cast, asked) == 3.0
    assert turn(cast, asked) == 2.0
    assert (shop.asked, shop.discounts) == ([], {})
    assert work_off(cast, asked).state == "confirmed"
    assert len(shop.discounts) == 1


def test_work_done_without_an_answer_makes_no_code_twice(cast, shop, asked):
    # Its answers get lost after the first look, the discount, and a portion of codes.
    shop.trouble = ["", "gone"]
    assert turn(cast, asked) == 10.0
    assert len(shop.discounts) == 1
    shop.trouble = ["", "gone"]
    turn(cast, asked)
    turn(cast, asked)
    assert len(shop.codes) == 100
    done = work_off(cast, asked)
    assert (done.state, done.error, done.attempts) == ("confirmed", "", 0)
    assert len(shop.discounts) == 1
    assert shop.codes == dict.fromkeys(ours(cast), done.discount_ref)
    assert stock(cast).free == 250


def test_some_refused_codes_leave_the_rest_usable_and_are_told_of(cast, shop, asked):
    with brand_scope(cast.floral):
        codes = list(Coupon.objects.order_by("id").values_list("code", flat=True))
    shop.disliked = {codes[5]: "Code is not allowed."}
    shop.codes[codes[7]] = "gid://shopify/DiscountCodeNode/999"
    done = work_off(cast, asked)
    assert done.state == "confirmed"
    assert done.error == "The shop did not make 2 of 250 codes: Code is not allowed."
    assert stock(cast).free == 248
    with brand_scope(cast.floral):
        refused = dict(Coupon.objects.filter(is_usable=False).values_list("code", "problem"))
    assert refused == {
        codes[5]: "Code is not allowed.",
        codes[7]: "Another discount of the shop has this code.",
    }


def test_a_wrong_token_stops_at_once_and_another_one_goes_on(cast, shop, asked):
    with brand_scope(cast.floral):
        own = Shop.objects.get()
        change_token(own, token="shpat_other")
    assert turn(cast, asked) is None
    with brand_scope(cast.floral):
        failed = ShopBatch.objects.get()
        assert failed.state == "failed"
        assert "write_discounts" in failed.error
        assert "write_discounts" in Shop.objects.get().problem
        with pytest.raises(Conflict, match="has made codes"):
            remove_shop(own)
        change_token(own, token=TOKEN)
        request_again(failed)
        with pytest.raises(Conflict, match="has not failed"):
            request_again(failed)
    assert shop.codes == {}
    assert work_off(cast, asked).state == "confirmed"
    assert stock(cast).free == 250


def test_a_shop_that_never_answers_is_given_up(cast, shop, asked):
    with brand_scope(cast.floral):
        ShopBatch.objects.update(attempts=MAX_ATTEMPTS - 2)
    shop.trouble = ["500", "500"]
    assert turn(cast, asked) == 3600.0
    assert turn(cast, asked) is None
    with brand_scope(cast.floral):
        failed = ShopBatch.objects.get()
    assert (failed.state, failed.error) == ("failed", "The shop answered 500.")
    assert turn(cast, asked) is None
    assert (shop.asked, stock(cast).free) == ([], 0)


def test_our_own_network_is_no_shop(cast, settings):
    settings.EGRESS_LOOPBACK = False
    with brand_scope(cast.floral):
        for address in ("http://floral.myshopify.com", "https://floral.example:99", "https://a b"):
            with pytest.raises(EgressRefused):
                add_shop(address=address, token=TOKEN)
        with pytest.raises(Invalid):
            add_shop(address="floral", token="")
        batch = create_batch(name="Roses", kind="percent", value=10)
        own = add_shop(address="127.0.0.1", token=TOKEN)
        assert add_shop(address="floral", token=TOKEN).address == "https://floral.myshopify.com"
        asked = request_codes(batch, shop=own, count=1)
        with pytest.raises(Conflict, match="codes already"):
            request_codes(batch, shop=own, count=1)
    assert turn(cast, asked) is None
    with brand_scope(cast.floral):
        failed = ShopBatch.objects.get()
        assert (failed.state, failed.error) == (
            "failed",
            "127.0.0.1 is not a public address on the internet.",
        )


def test_the_pages_ask_a_shop_for_codes_and_show_them_come(cast, ana, shop, run_due_work):
    page = "/b/floral/settings/shops/"
    assert ana.post(page, {"address": shop.url, "token": TOKEN})["Location"] == page
    shown = ana.get(page).content.decode()
    assert shop.url in shown
    assert TOKEN not in shown
    with brand_scope(cast.floral):
        own = Shop.objects.get()
    terms = {"name": "Roses", "kind": "amount", "amount": "5.00"}
    made = {"source": f"shop:{own.pk}", "count": "30", "begins_with": "R-"}
    answer = ana.post("/b/floral/coupons/new/", {**terms, **made})
    assert answer["Location"] == "/b/floral/coupons/", answer.content.decode()
    run_due_work()
    with brand_scope(cast.floral):
        batch = ShopBatch.objects.get()
    assert batch.state in ("creating", "confirmed")
    work_off(cast, batch)
    (terms,) = shop.discounts.values()
    worth = {"discountAmount": {"amount": "5.00", "appliesOnEachItem": False}}
    assert terms["customerGets"] == {"value": worth, "items": {"all": True}}
    assert stock(cast).free == 30


def test_an_answer_of_another_form_makes_a_batch_wait_and_say_so(cast, shop, asked):
    answers = iter(
        [{"data": {}}, {"data": {"discountCodeBasicCreate": None}}, {"data": {"c0": "gid"}}]
    )
    shop.answer = lambda query, given: next(answers)
    waits = [turn(cast, asked) for _ in range(2)]
    assert waits == [10, 20]
    with brand_scope(cast.floral):
        found = ShopBatch.objects.get()
    assert (found.state, found.error) == ("requested", "The shop's answer cannot be read.")


def test_a_shop_that_tells_of_other_codes_than_ours_is_not_asked_for_ever(cast, shop, asked):
    job = {"done": True, "codes": {"nodes": [{"code": "OTHER-1", "errors": []}]}}
    shop._codesJob = lambda given: {"discountRedeemCodeBulkCreation": job}
    done = work_off(cast, asked)
    assert (done.state, done.error) == (
        "failed",
        "The shop does not say what became of the codes.",
    )
    assert stock(cast).free == 0


def test_a_shop_that_forgets_every_job_is_given_up_and_can_go_on(cast, shop, asked):
    shop.forgets = True
    batch = work_off(cast, asked)
    assert (batch.state, batch.lost_jobs, shop.asked.count("codesJob")) == ("failed", 5, 5)
    assert "forgot 5 times in a row" in batch.error
    with brand_scope(cast.floral):
        assert not Coupon.objects.filter(is_usable=True).exists()
        assert Shop.objects.get().problem == batch.error
        shop.forgets = False
        request_again(batch)
    # What it had made without saying so is found again.
    assert work_off(cast, asked).state == "confirmed"
    assert (stock(cast).free, len(shop.discounts), set(shop.codes)) == (250, 1, ours(cast))


def test_a_job_that_is_never_done_ends_after_hours(cast, shop, asked):
    shop.idles = True
    assert [turn(cast, asked) for _ in range(3)][1:] == [2.0, 2.0]
    with brand_scope(cast.floral):
        ShopBatch.objects.update(job_since=now() - LONGEST_JOB)
    batch = work_off(cast, asked)
    assert (batch.state, "has been making codes for 6 hours" in batch.error) == ("failed", True)
