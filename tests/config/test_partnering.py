"""The partners of a sample brand: one in each state, and books that add up."""

from django.db.models import Count

from accounts.models.brands import Brand
from accounts.models.members import Membership
from accounts.models.work import WorkItem
from accounts.selectors.ledger_checks import check_ledger
from campaigns.services.planning import SEND_CHUNK
from config.samples import brands
from config.samples.partnering import prepare_partners
from customers.models.consents import ConsentState
from customers.models.products import Product
from partners.models.offers import Offer, OfferClaim
from partners.models.packs import Pack
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine, PayoutBatch, Statement
from partners.models.vouchers import Redemption
from tests import factories

FEE = 600


def test_floral_has_partners_with_a_past_made_once(floral: Brand) -> None:
    for number in range(160):
        factories.consent(factories.customer(email=f"p{number}@example.com"))
    Product.objects.create(source="test", source_id="919766", title="Rose bouquet")
    for _ in range(2):
        prepare_partners(floral)

    partners = Partnership.objects.order_by("name").values_list("name", "state")
    assert list(partners) == [
        ("Candle Corner", "rejected"),
        ("Corner Wines", "active"),
        ("Harbour Books", "invited"),
        ("Paper & Ink", "applied"),
        ("Sweet Nothings", "active"),
        ("The Glass Barn", "active"),
        ("Trattoria Lucia", "active"),
    ]
    offers = dict(Offer.objects.values_list("partnership__name", "state"))
    assert offers == {
        "Corner Wines": "live",
        "Sweet Nothings": "changes_requested",
        "The Glass Barn": "live",
        "Trattoria Lucia": "submitted",
    }
    assert set(ConsentState.objects.exclude(purpose="marketing").values_list("simulated")) == {
        (True,)
    }
    # 72 and 54 clicked, two of three of them took it, and fewer went there.
    claims = OfferClaim.objects.order_by("offer__partnership__name")
    taken = dict(claims.values_list("offer__partnership__name").annotate(Count("pk")))
    wines = Redemption.objects.filter(voucher__pool__name="Tastings")
    vases = Redemption.objects.filter(voucher__pool__name="Vases")
    assert taken == {"Corner Wines": 48, "The Glass Barn": 36}
    assert wines.count() < 48
    assert 18 < vases.count() < 36
    assert CommissionLine.objects.filter(amount_minor=FEE).count() == wines.count()
    owed = list(CommissionLine.objects.filter(amount_minor__lt=0).order_by("cause_id"))
    paid = vases.order_by("pk").values_list("paid_minor", flat=True)
    assert [-line.amount_minor for line in owed] == [(each * 12 + 50) // 100 for each in paid]
    first, second = Statement.objects.order_by("number")
    assert [first.state, second.state] == ["paid", "issued"]
    assert first.total_minor == first.lines_count * FEE == PayoutBatch.objects.get().total_minor
    assert second.total_minor == second.lines_count * FEE > 0
    assert check_ledger() == []
    parts = Pack.objects.get().parts.order_by("position").values_list("need", "kind")
    assert list(parts) == [
        *(("flowers", "own"), ("card", "wanted"), ("sweets", "wanted")),
        *(("wine", "partner"), ("dinner", "wanted")),
    ]
    # Nobody is written to, and who signs in for the trattoria is no member of the brand.
    assert not WorkItem.objects.filter(kind=SEND_CHUNK).exists()
    kinds = Membership.objects.filter(user=brands.partner()).values_list("organisation__kind")
    assert list(kinds) == [("partner",)]
