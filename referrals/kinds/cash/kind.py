"""Money that the brand's people pay out."""

from referrals.kinds.base import RewardKind


class Cash(RewardKind):
    code = "cash"
    name = "Cash"


KIND = Cash()
