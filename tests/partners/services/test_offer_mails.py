"""What follows the brand's word: the offer starts by itself, and its partner hears of it."""

from typing import Any

import pytest
from django.core import mail

from accounts.scope import Actor, acting, brand_scope
from config.kit import ids
from partners.models.offers import Offer
from partners.models.partnerships import OfferCategory, PartnerMail
from partners.selectors.names import OFFER
from partners.services.approvals import decline_offer, request_changes
from partners.services.partnerships import suspend
from tests.conftest import Cast
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.services.offering import approve, days, submitted

State = Offer.State


@pytest.mark.django_db(transaction=True)
def test_after_the_brands_word_the_offer_starts_and_its_partner_is_told(
    cast: Cast, run_due_work: Any
) -> None:
    lucia = make_partner("lucia@example.com", name="Lucia", business="Trattoria Lucia")
    with brand_scope(cast.floral):
        dinner = make_partnership(lucia, category=OfferCategory.objects.create(name="Dinner"))
        now, later = approve(submitted(dinner)), approve(submitted(dinner, **days(2, 9)))
        asked, refused = submitted(dinner), submitted(dinner)
        with acting(Actor("user", cast.ana.pk)):
            request_changes(asked, number=1, note="Until when?")
            decline_offer(refused, number=1, note="Not for us.")
    run_due_work()
    with brand_scope(cast.floral):
        for offer, state in ((now, State.LIVE), (later, State.SCHEDULED)):
            offer.refresh_from_db()
            assert offer.state == state
        rows = {row.link.split("/")[-2]: row for row in PartnerMail.objects.all()}
        told = {offer.pk: rows[ids.encode(OFFER, offer.uid)] for offer in (now, asked, refused)}
        assert told[now.pk].subject == "Floral has approved “A fifth off dinner for two”"
        assert told[asked.pk].lines[-1] == "They wrote: Until when?"
        assert told[refused.pk].lines == ["This time it is a no.", "They wrote: Not for us."]
        suspend(dinner, reason="Kitchen is being rebuilt.")
    to_lucia = [each for each in mail.outbox if each.to == ["lucia@example.com"]]
    assert len(to_lucia) == 4
    run_due_work()
    with brand_scope(cast.floral):
        now.refresh_from_db()
        assert now.state == State.PAUSED
