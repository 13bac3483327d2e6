"""How a partner comes in, and the brand's pages about partners, in every width and theme."""

import pytest

from accounts.scope import Actor, acting, brand_scope
from partners.models.partnerships import OfferCategory, PartnerInvite, Partnership
from partners.rules.revenue_share import Deal
from partners.rules.terms import PartnershipTerms
from partners.services.agreements import propose_terms
from partners.services.mails import token_of
from partners.services.partnerships import apply_as_partner
from tests.browser.conftest import page_checks, violations
from tests.partners.conftest import make_partner, make_partnership, partner_path

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_restaurant_comes_in_and_the_brand_looks_at_it(live_server, page, signed_in, cast, look):
    at = live_server.url
    with brand_scope(cast.floral):
        for name in ("Dinner", "Wine"):
            OfferCategory.objects.create(name=name)
        apply_as_partner(
            name="Trattoria Lucia",
            contact_name="Pia Roth",
            email="pia@lucia.example",
            website="https://lucia.example",
            pitch="Dinner for two after the flowers: a glass of prosecco for each guest.",
        )
        link = f"{at}/partner-invite/{token_of(PartnerInvite.objects.get())}"
    page_checks(page, f"{at}/partners/floral/apply", pictures="partner-apply")
    look(page, link, pictures="partner-confirm")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Waiting for an answer").wait_for()
    look(page, page.url, pictures="partner-home")

    page = signed_in(cast.ana)
    look(page, f"{at}/b/floral/partners/", pictures="partners")
    page.get_by_role("link", name="Trattoria Lucia").click()
    page.get_by_role("button", name="Turn down").click()
    page.get_by_label("May apply again from").wait_for()
    assert violations(page, within="#reject-partner") == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("link", name="Propose terms").click()
    look(page, page.url, pictures="partner-terms")
    page.get_by_role("button", name="Propose these terms").click()
    page.get_by_text("Waits for the partner").wait_for()
    page_checks(page, page.url, pictures="partner-one")


def test_a_partner_reads_terms_and_agrees_on_a_telephone(live_server, signed_in, cast):
    pia = make_partner("pia@lucia.example", name="Pia Roth", business="Trattoria Lucia")
    with brand_scope(cast.floral), acting(Actor("user", cast.ben.pk)):
        dinner = make_partnership(pia, category=OfferCategory.objects.create(name="Dinner"))
        deal = Deal(share=125, flat=150, most_each=2_000)
        propose_terms(dinner, PartnershipTerms(deal=deal, notes="Not on Mondays."))
    page = signed_in(pia)
    page_checks(
        page, f"{live_server.url}{partner_path(dinner, 'agreement/')}", pictures="partner-agreement"
    )
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("button", name="Agree for Trattoria Lucia").click()
    page.get_by_text("Agreed. Both of you").wait_for()
    with brand_scope(cast.floral):
        assert Partnership.objects.get().terms_number == 2


@pytest.mark.full
def test_smaller_pages_about_partners_hold(live_server, page, signed_in, cast):
    at = live_server.url
    pia = make_partner("pia@lucia.example", name="Pia Roth", business="Trattoria Lucia")
    page = signed_in(cast.ana)
    for path, name in (
        ("/b/floral/partners/", "partners-empty"),
        ("/b/floral/partners/invite/", "partner-new"),
        ("/b/floral/partners/categories/", "partner-categories"),
    ):
        page_checks(page, f"{at}{path}", pictures=name)
    for brand in (cast.floral, cast.grocer):
        with brand_scope(brand):
            make_partnership(pia)
    page_checks(signed_in(pia), f"{at}/partner/", pictures="partner-list")
