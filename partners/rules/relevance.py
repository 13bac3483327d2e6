"""What an offer is worth to the brand: whether its customers' attention is well spent on it.

Per 1,000 recipients, in minor units. What happened with offers of its category counts as much as
it is many; until then a prior does (empirical Bayes: Robbins 1956)."""

from dataclasses import dataclass

from partners.rules.revenue_share import Deal

# As if so many recipients had been there before, of whom so many of a thousand redeemed.
PRIOR_RECIPIENTS = 1_000
PRIOR_REDEEMED = 5
# As if so many redemptions had brought what the deal promises of a bill of this size.
PRIOR_LINES = 10
PRIOR_BILL = 3_000


@dataclass(frozen=True, slots=True)
class Past:
    """Offers of a category so far: who got them, who redeemed, and what redemptions came to, in
    minor units that partners owe."""

    delivered: int = 0
    redeemed: int = 0
    earned_minor: int = 0


def expected_minor(past: Past, deal: Deal) -> int | None:
    """Per 1,000 recipients; None where the brand pays the partner: then it is no income that it
    sends offers for."""
    if deal.payer != "partner":
        return None
    redeemed = past.redeemed + PRIOR_REDEEMED
    delivered = past.delivered + PRIOR_RECIPIENTS
    earned = past.earned_minor + PRIOR_LINES * promised_minor(deal)
    each = earned * 1_000 // (past.redeemed + PRIOR_LINES)
    return max(redeemed * each // delivered, 0)


def promised_minor(deal: Deal) -> int:
    """What the deal says of one redemption of somebody unknown, and of the lead before it."""
    promised = deal.flat + deal.lead + deal.share * PRIOR_BILL // 1_000
    return min(promised, deal.most_each) if deal.most_each else promised
