"""Shops, and a batch of codes one of them makes, in every width and theme."""

import pytest

from accounts.scope import brand_scope
from campaigns.models.shops import ShopBatch
from campaigns.services.coupons import create_batch
from campaigns.services.shops import add_shop, request_codes
from config.kit import ids
from tests.browser.conftest import page_checks

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_pages_of_a_shop_and_its_codes_hold(live_server, signed_in, cast, look):
    page = signed_in(cast.ana)
    home = f"{live_server.url}/b/floral"
    with brand_scope(cast.floral):
        shop = add_shop(address="floral", token="shpat_secret")
        batch = create_batch(name="Autumn, ten per cent", kind="percent", value=10)
        batch.refresh_from_db(fields=["uid"])
        asked = request_codes(batch, shop=shop, count=40)
    url = f"{home}/coupons/{ids.encode('cpb', batch.uid)}/"
    look(page, url, pictures="batch-coming")
    with brand_scope(cast.floral):
        words = "The shop does not accept the access token. It needs the scope write_discounts."
        ShopBatch.objects.filter(pk=asked.pk).update(state="failed", error=words)
        type(shop).objects.update(problem=words)
    look(page, url, pictures="batch-failed")
    page_checks(page, f"{home}/settings/shops/", pictures="shops")
    look(page, f"{home}/coupons/", pictures="coupons")
