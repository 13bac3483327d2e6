"""Statements and payouts in every width and theme, as the brand and as the partner sees them."""

import pytest

from accounts.scope import brand_scope
from partners.models.partnerships import OfferCategory
from partners.selectors.partnerships import public_id as partnership_id
from partners.selectors.payouts import public_id as payout_id
from partners.selectors.statements import public_id
from partners.services.partnerships import ban
from partners.services.payouts import confirm_payout, export_payout, fail_payments
from partners.services.statements import agree, dispute
from tests.browser.conftest import page_checks
from tests.partners.conftest import make_partner, make_partnership, partner_path
from tests.partners.settling import due, earned, offer_of, stated, usable_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.full]


def test_settlement_pages_hold_in_every_width_and_theme(live_server, signed_in, cast) -> None:
    with brand_scope(cast.floral):
        pia = make_partner("pia@lucia.example", name="Pia Roth", business="Trattoria Lucia")
        dinner = make_partnership(pia, category=OfferCategory.objects.create(name="Dinner"))
        usable_account(dinner)
        offer = offer_of(dinner, payer="brand", lock_days=0)
        first, second = stated(offer, 45_050, 60_000), stated(offer, 31_000)
        dispute(second, note="She paid 320", line_ids=[second.lines.get().pk])
        agree(first)
        batch = export_payout([first]).batch
        third = stated(offer, 50_000, 41_200)
        agree(stated(offer, 90_000))
        due(offer, 12_000)
        earned(offer_of(dinner, payer="brand"), 9_000)
    brand = f"{live_server.url}/b/floral/partners"
    page = signed_in(cast.ana)
    page_checks(page, f"{brand}/statements/", pictures="statements")
    page_checks(page, f"{brand}/statements/{public_id(second)}/", pictures="statement")
    lines = f"{brand}/partnerships/{partnership_id(dinner)}/lines/"
    page_checks(page, lines, pictures="open-lines")
    page_checks(page, f"{brand}/payouts/", pictures="payouts")
    with brand_scope(cast.floral):
        confirm_payout(batch)
        fail_payments(batch, {batch.payouts.get().pk: "The account was closed."})
    page_checks(page, f"{brand}/payouts/{payout_id(batch)}/", pictures="payout")
    with brand_scope(cast.floral):
        otto = make_partner("otto@wines.example", name="Otto", business="Otto's Wines")
        wines = make_partnership(otto, category=OfferCategory.objects.create(name="Wine"))
        waits = stated(offer_of(wines, payer="brand", lock_days=0), 31_000)
        ban(wines, reason="They sold codes on")
    page_checks(page, f"{brand}/payouts/", pictures="payouts-held")
    page_checks(page, f"{brand}/statements/{public_id(waits)}/", pictures="statement-held")
    own = signed_in(pia)
    page_checks(own, live_server.url + partner_path(dinner, "statements/"), pictures="own-list")
    path = partner_path(dinner, f"statements/{public_id(third)}/")
    page_checks(own, live_server.url + path, pictures="own-statement")
    path = partner_path(dinner, f"statements/{public_id(first)}/")
    page_checks(own, live_server.url + path, pictures="own-statement-failed")
