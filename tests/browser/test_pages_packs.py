"""Gift packs and sister brands in every width and theme, and the page of who buys a pack."""

import pytest

from accounts.scope import brand_scope
from partners.selectors.gifts import gift_address
from partners.services.pack_sales import follow_orders
from partners.services.packs import add_need
from tests.browser.conftest import page_checks
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.packing import items, sell, the_sale, use, valentine

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_gift_pack_is_made_and_given_and_sister_brands_grant_theirs(
    live_server, signed_in, cast, look
):
    page = signed_in(cast.ana)
    root = f"{live_server.url}/b/floral/partners/"
    page.goto(f"{root}packs/")
    page.get_by_text("Flowers, a card, and a table for two").wait_for()
    with brand_scope(cast.floral):
        pia = make_partner("pia@lucia.example", name="Pia", business="Trattoria Lucia")
        add_need(valentine(make_partnership(pia)), "wine")
        follow_orders([sell(cast.rae, quantity=2).pk])
        use(items(1)[0])
        gift = "/gift/" + gift_address(the_sale().pk).rpartition("/")[2]
    page.goto(f"{root}packs/")
    page.get_by_role("link", name="Valentine pack").click()
    page.get_by_role("heading", name="Where the money went").wait_for()
    look(page, page.url, pictures="pack")
    page_checks(page, live_server.url + gift, pictures="gift")
    page.goto(f"{root}sisters/")
    page.get_by_label("Who offers").select_option("host")
    page.get_by_role("button", name="Propose it").click()
    page.get_by_role("button", name="Grant it in these words").click()
    page.get_by_text("Waits for the other brand").wait_for()
