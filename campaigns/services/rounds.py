"""One pass over a chunk: who is left, and what became of the others."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from campaigns.channels.email.smtp import Outcome
from campaigns.services.desk import Result


@dataclass(slots=True)
class Round:
    """A pass in the making; a parked chunk goes on with the same one."""

    left: dict[int, None]  # customer ids without an outcome in this pass, in order
    results: list[Result]  # not yet written
    later: dict[int, Outcome] = field(default_factory=dict)
    # Until when they wait for their turn under the contact rules.
    waiting: dict[int, datetime] = field(default_factory=dict)
    # Those whose mail may not leave yet: as many as may have left just now.
    paced: dict[int, None] = field(default_factory=dict)
    state: str = "sending"
    # By time.monotonic: then others have their turn.
    until: float = math.inf

    def settle(self, result: Result) -> None:
        self.results.append(result)
        self.left.pop(result.customer_id, None)

    def postpone(self, customer_id: int, outcome: Outcome) -> None:
        self.left.pop(customer_id, None)
        self.later[customer_id] = outcome

    def pace(self, customer_id: int) -> None:
        self.left.pop(customer_id, None)
        self.paced[customer_id] = None

    def resume(self, order: Sequence[int]) -> int:
        """Those who were held back are left again, in the chunk's order; returns how many they are.

        A window on the chunk's row moves along that order."""
        held, self.paced = self.paced, {}
        if held:
            self.left = dict.fromkeys(each for each in order if each in self.left or each in held)
        return len(held)

    def first_left(self) -> int:
        return next(iter(self.left))

    def take_results(self) -> list[Result]:
        taken, self.results = self.results, []
        return taken
