"""A list for letters, from the draft to what it brought, in every width and theme."""

import pytest

from accounts.scope import brand_scope
from campaigns.services.coupons import add_codes, choose_batch, create_batch
from campaigns.services.lists import approve_list, create_list, hand_over_list, make_further
from customers.models.customers import Customer
from customers.models.segments import Segment
from customers.services.attributes import define_attribute
from tests.browser.conftest import page_checks

pytestmark = pytest.mark.django_db(transaction=True)


def _draft():
    define_attribute(name="street")
    define_attribute(name="postcode")
    house = {"street": "1 High Street", "postcode": "N1 1AA"}
    Customer.objects.bulk_create(
        Customer(email=f"h{number}@example.com", first_name=f"House {number}", attributes=house)
        for number in range(40)
    )
    batch = create_batch(name="Autumn, ten per cent", kind="percent", value=10)
    add_codes(batch, [f"CAT-{number:03}" for number in range(60)])
    segment = Segment.objects.create(name="Everybody", rule={"all": []})
    campaign = create_list(
        name="Autumn catalogue",
        channel="post",
        segment=segment,
        control_percent=20,
        link="https://shop.example/?code={{ coupon }}",
        notes="A5, 32 pages.\nCodes on the last page.",
    )
    choose_batch(campaign, batch)
    return campaign


def test_the_pages_of_a_list_hold(live_server, signed_in, cast, look):
    page = signed_in(cast.ana)
    with brand_scope(cast.floral):
        campaign = _draft()
    url = f"{live_server.url}/b/floral/campaigns/lists/{campaign.pk}/"
    look(page, url, pictures="list-draft")
    look(page, f"{live_server.url}/b/floral/campaigns/lists/new/", pictures="list-new")
    with brand_scope(cast.floral):
        approve_list(campaign)
        while not make_further(campaign.pk):
            pass
    page_checks(page, url, pictures="list-ready")
    with brand_scope(cast.floral):
        hand_over_list(campaign, on=campaign.brand.today)
    look(page, url, pictures="list-done")
