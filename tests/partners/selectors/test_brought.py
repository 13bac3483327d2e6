"""What came of each partner lately: only theirs, only lately, and never what was taken back."""

from partners.models.vouchers import Redemption
from partners.selectors.brought import WEEKS, Brought, brought
from partners.services.redemptions import take_back
from tests.partners.settling import due, offer_of


def test_vouchers_used_and_commission_stand_with_their_partner_and_week(
    dinner, wines, floral
) -> None:
    offer = offer_of(dinner)
    due(offer, 40_000, days_ago=0)
    due(offer, 10_000, days_ago=8)
    due(offer, 90_000, days_ago=7 * WEEKS)
    treated = offer_of(wines, payer="brand", share=0, flat=600)
    due(treated, 5_000)
    found = brought(floral, [dinner.pk, wines.pk])
    assert found[dinner.pk] == Brought((*(0,) * (WEEKS - 2), 1, 1), 5_000)
    assert (found[wines.pk].redeemed, found[wines.pk].cost_minor) == (1, 600)


def test_what_was_taken_back_is_no_voucher_used(dinner, floral) -> None:
    line = due(offer_of(dinner), 40_000)
    take_back(Redemption.objects.get(pk=line.cause_id), reason="A wrong table")
    assert brought(floral, [dinner.pk])[dinner.pk].redeemed == 0
