"""The sample agency's sister brands: both grants, an offer that was used, and two journals."""

from accounts.models.ledger import Journal
from accounts.scope import brand_scope
from accounts.selectors.ledger_checks import check_ledger
from config.samples.partnering import prepare_partners
from config.samples.sisters import FEE_MINOR, prepare_sister
from customers.models.customers import Customer
from partners.models.offers import Offer, OfferClaim
from partners.models.partnerships import Partnership
from partners.models.sisters import SisterPact, SisterSettlement
from partners.models.vouchers import Redemption
from partners.selectors.sisters import reference_of
from tests import factories
from tests.conftest import Cast


def test_two_sample_brands_worked_together_once_and_settled_it_in_both_books(cast: Cast) -> None:
    with brand_scope(cast.floral):
        for number in range(60):
            factories.consent(factories.customer(email=f"p{number}@example.com"))
    prepare_partners(cast.floral)
    with brand_scope(cast.grocer):
        before = Customer.objects.count()
    for _ in range(2):
        prepare_sister(cast.floral, cast.grocer)

    assert SisterPact.objects.get().stands
    settlement = SisterSettlement.objects.get()
    assert (settlement.amount_minor, settlement.currency) == (6 * FEE_MINOR, cast.floral.currency)
    assert settlement.mirrored_at is not None
    with brand_scope(cast.floral):
        partnership = Partnership.objects.get(sister_brand=cast.grocer)
        offer = Offer.objects.get(partnership=partnership)
        assert (partnership.state, offer.state) == ("active", "live")
        assert OfferClaim.objects.filter(offer=offer).count() == 9
        used = Redemption.objects.filter(voucher__pool__partnership=partnership)
        assert used.count() == 6
    for brand in (cast.floral, cast.grocer):
        with brand_scope(brand):
            assert Journal.objects.filter(reason=reference_of(settlement)).count() == 1
            assert check_ledger() == []
    with brand_scope(cast.grocer):
        assert Customer.objects.count() == before
        assert not Redemption.objects.exists()
