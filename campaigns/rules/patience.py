"""A receiving domain that says "later" again and again is left alone for a while.

Each further mail would only be put off too, and counts against the sender there.
"""

from dataclasses import dataclass, field

from campaigns.rules.domains import domain_of

STRIKES = 5
FIRST_SECONDS = 60.0
LONGEST_SECONDS = 1800.0


@dataclass(slots=True)
class _Domain:
    strikes: int = 0
    seconds: float = 0.0
    until: float = 0.0


@dataclass(slots=True)
class Patience:
    """What one sender has heard from each domain. Times are seconds of one clock."""

    _domains: dict[str, _Domain] = field(default_factory=dict)

    def waits(self, address: str, *, at: float) -> bool:
        """Whether the domain of this address is left alone now."""
        domain = self._domains.get(domain_of(address)) if self._domains else None
        return domain is not None and at < domain.until

    def heard(self, address: str, *, is_later: bool, at: float) -> None:
        """An answer. STRIKES "later" without another answer in between begin a pause, which is
        twice as long each time, from FIRST_SECONDS to LONGEST_SECONDS."""
        if not is_later:
            if self._domains:
                self._domains.pop(domain_of(address), None)
            return
        domain = self._domains.setdefault(domain_of(address), _Domain())
        domain.strikes += 1
        if domain.strikes >= STRIKES:
            domain.strikes = 0
            domain.seconds = min(max(FIRST_SECONDS, 2 * domain.seconds), LONGEST_SECONDS)
            domain.until = at + domain.seconds
