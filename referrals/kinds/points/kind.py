"""Points, counted apart from money; where the shop cannot take them, a code of their worth."""

from referrals.kinds.balance import BalanceKind


class Points(BalanceKind):
    code = "points"
    name = "Points"

    def unit(self, currency: str) -> str:
        return "points"


KIND = Points()
