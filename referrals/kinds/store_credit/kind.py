"""Money to spend in the shop; where the shop cannot take it, one code for all of it."""

from referrals.kinds.balance import BalanceKind


class StoreCredit(BalanceKind):
    code = "store_credit"
    name = "Store credit"


KIND = StoreCredit()
