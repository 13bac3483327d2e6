"""How sure a share is: intervals for what was counted on few people."""

import math
from dataclasses import dataclass

Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """`share` of `whole`, between 0 and 1, with its 95 % interval; all None when nobody counts."""

    part: int
    whole: int
    share: float | None
    low: float | None
    high: float | None


def wilson(part: int, whole: int) -> Share:
    """The score interval of E. B. Wilson (JASA 22, 1927): honest for few people and for shares
    near 0 and 1."""
    if not whole:
        return Share(part, whole, None, None, None)
    share = part / whole
    weight = Z**2 / whole
    middle = (share + weight / 2) / (1 + weight)
    reach = Z / (1 + weight) * math.sqrt(share * (1 - share) / whole + weight / (4 * whole))
    return Share(part, whole, share, max(0.0, middle - reach), min(1.0, middle + reach))
