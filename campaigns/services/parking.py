"""Chunks that a sender keeps for itself while others have their turn: the mails of this moment have
gone, or the brand's own server is slow.

A parked chunk is still the sender's, by the same lock; what was decided about it stands in the
database. So a crash costs nothing, and putting off who was told “later” is not forgotten either.
"""

import time
from dataclasses import dataclass

from campaigns.services.desk import Claim
from campaigns.services.rounds import Round

_LONGEST_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Parked:
    """`until` by time.monotonic; `is_whole`: nothing else of its brand can be sent before."""

    claim: Claim
    turn: Round
    until: float
    is_whole: bool


class Parking:
    """One sender's parked chunks, one of a brand at most."""

    def __init__(self) -> None:
        self._parked: dict[int, Parked] = {}
        self._appointed: dict[int, float] = {}

    def has(self, brand_id: int) -> bool:
        return brand_id in self._parked

    def leave(self, claim: Claim, turn: Round, *, seconds: float, is_whole: bool) -> None:
        until = time.monotonic() + seconds
        self._parked[claim.brand_id] = Parked(claim, turn, until, is_whole)

    def due(self) -> Parked | None:
        """One whose time has come; it is no longer parked then."""
        at = time.monotonic()
        first = min(self._parked.values(), key=lambda each: each.until, default=None)
        if first is None or first.until > at:
            return None
        return self._parked.pop(first.claim.brand_id)

    def resting(self) -> list[int]:
        """Brands of which nothing else is to be taken up."""
        return [brand_id for brand_id, each in self._parked.items() if each.is_whole]

    def appointment(self, brand_id: int, *, seconds: float) -> float:
        """In how many seconds a chunk may come back that needs `seconds` at its domains' pace, when
        others have made their appointments before it."""
        at = time.monotonic()
        last = max(self._appointed.get(brand_id, at), at)
        self._appointed[brand_id] = min(last + seconds, at + _LONGEST_SECONDS)
        return self._appointed[brand_id] - at

    def take_all(self) -> list[Parked]:
        taken, self._parked = [*self._parked.values()], {}
        return taken
