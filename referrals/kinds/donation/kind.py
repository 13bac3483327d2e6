"""Money that the brand gives to a good cause in the customer's name."""

from referrals.kinds.base import RewardKind


class Donation(RewardKind):
    code = "donation"
    name = "Donation"


KIND = Donation()
