"""The kinds of rewards there are, in the order in which they are offered."""

from referrals.kinds.balance import BalanceKind
from referrals.kinds.base import RewardKind
from referrals.kinds.cash.kind import KIND as CASH
from referrals.kinds.coupon.kind import KIND as COUPON
from referrals.kinds.donation.kind import KIND as DONATION
from referrals.kinds.gift_card.kind import KIND as GIFT_CARD
from referrals.kinds.points.kind import KIND as POINTS
from referrals.kinds.store_credit.kind import KIND as STORE_CREDIT

KINDS: dict[str, RewardKind] = {
    kind.code: kind for kind in (COUPON, STORE_CREDIT, POINTS, GIFT_CARD, CASH, DONATION)
}
# Of these a claim gives nothing away: they are the customer's balance, which the shop asks for.
BALANCES = tuple(code for code, kind in KINDS.items() if isinstance(kind, BalanceKind))


def kind_of(code: str) -> RewardKind:
    return KINDS[code]
