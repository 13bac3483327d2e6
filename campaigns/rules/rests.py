"""A brand whose mail server fails is left alone for a while, each time for longer."""

from dataclasses import dataclass, field

# Beyond so many doublings any first rest is the longest.
_MOST_DOUBLINGS = 20


@dataclass(slots=True)
class Rests:
    """Which brands rest, by what one process knows. Times are seconds of one clock."""

    first: float
    longest: float
    until: dict[int, float] = field(default_factory=dict)
    _failures: dict[int, int] = field(default_factory=dict)

    def failed(self, brand_id: int, *, at: float) -> None:
        """Rest for `first` seconds, and twice as long each time in a row, up to `longest`."""
        before = self._failures.get(brand_id, 0)
        self._failures[brand_id] = before + 1
        self.rest(brand_id, self.first * 2 ** min(before, _MOST_DOUBLINGS), at=at)

    def worked(self, brand_id: int) -> None:
        """The next failure is the first again."""
        self._failures.pop(brand_id, None)

    def rest(self, brand_id: int, seconds: float, *, at: float) -> None:
        self.until[brand_id] = at + min(seconds, self.longest)

    def left(self, brand_id: int, *, at: float) -> float:
        """How many seconds of the rest are left; 0 when there is none."""
        return max(self.until.get(brand_id, at) - at, 0.0)

    def resting(self, *, at: float) -> list[int]:
        self.until = {brand_id: until for brand_id, until in self.until.items() if at < until}
        return list(self.until)
