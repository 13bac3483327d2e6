"""SEND_JOURNAL=db: for hosts whose disk does not outlive them.

Before each window of mails the chunk's row says how far sending may have come; a killed sender
leaves at most one window in doubt.
"""

from collections.abc import Callable

from campaigns.channels.email.smtp import Outcome
from campaigns.services.desk import Claim, Desk, Result

WINDOW = 20


class WindowJournal:
    """A journal that is the chunk's row. `take_results` gives what is decided and not written,
    `first_left` the first customer about whom nothing is decided."""

    def __init__(
        self,
        desk: Desk,
        claim: Claim,
        *,
        take_results: Callable[[], list[Result]],
        first_left: Callable[[], int],
    ) -> None:
        self._desk = desk
        self._claim = claim
        self._take_results = take_results
        self._first_left = first_left
        self._places = {each: place for place, each in enumerate(claim.customer_ids)}
        # Whatever a former sender's window was: what it left in doubt has its outcome by now.
        self._intent = 0

    def intend(self, customer_id: int) -> None:
        """Move the window when this customer stands behind it. Those behind whom it moves, and who
        wait for a later pass, are not in doubt."""
        place = self._places[customer_id]
        if place >= self._intent:
            self._intent = place + WINDOW
            decided = self._places[self._first_left()]
            self._desk.advance(self._claim, self._intent, self._take_results(), decided=decided)

    def answer(self, customer_id: int, outcome: Outcome) -> None:
        """Nothing: decided outcomes are written when the window moves."""

    def flush(self) -> None:
        """Nothing is kept back."""
