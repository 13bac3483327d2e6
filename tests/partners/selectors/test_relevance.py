"""Who clicked in none of the last offers of partners gets no more of them by mail."""

from datetime import timedelta

from campaigns.models.messages import Delivery, Feedback
from config.kit.clock import now
from customers.models.customers import Customer
from customers.selectors.audience import reachable
from customers.services.merges import merge_customers
from partners.services.offer_rules import set_offer_rules
from tests.partners.reaching import mailing_of, sent, who_said_yes


def _left_out() -> int:
    found = reachable({"all": []}, purpose="partner_offers")
    return found.left_out.get("silent", 0)


def test_what_somebody_got_before_they_were_merged_counts_for_silence_and_their_click_too(
    dinner,
):
    kept, gone, other = who_said_yes(3)
    set_offer_rules(floor_minor=0, silent_after=2)
    mailings = [mailing_of(sent(dinner, headline=f"Course {n}")) for n in range(2)]

    def got(person: Customer, place: int) -> None:
        at = now() - timedelta(days=9 - place)
        Delivery.objects.create(campaign=mailings[place], customer=person, outcome="sent", at=at)

    got(gone, 0)
    got(kept, 1)
    got(other, 0)
    assert _left_out() == 0
    merge_customers(kept=kept, gone=gone)
    assert _left_out() == 1
    Feedback.objects.create(campaign=mailings[0], customer=gone, kind="click", link=1)
    assert _left_out() == 0
