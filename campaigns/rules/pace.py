"""How many mails may leave now when so many may leave in a minute.

The generic cell rate algorithm (ITU-T I.371): what is kept is one instant, at which the next mail
is due. It may lie WINDOW_SECONDS ahead, so that mails leave in small bundles; over any stretch of
time no more leave than the limit allows for it and for one window, or two with transactional mails.
"""

import math
from dataclasses import dataclass

WINDOW_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Share:
    """`count` mails may leave now; the next mail is due `ahead` seconds from now. Whoever wants
    more asks again in `wait` seconds."""

    count: int
    ahead: float
    wait: float


@dataclass(frozen=True, slots=True)
class Place:
    """One mail's place: it leaves in `wait` seconds, and the next mail is due `ahead` from now."""

    wait: float
    ahead: float


def gap(per_minute: int) -> float:
    """Seconds from one mail to the next."""
    return 60.0 / per_minute


def share(ahead: float, *, wanted: int, per_minute: int) -> Share:
    """`ahead`: in how many seconds the next mail is due; negative when it was due already."""
    between = gap(per_minute)
    window = max(WINDOW_SECONDS, between)
    start = max(ahead, 0.0)
    free = math.floor((window - start) / between + 1e-9)
    count = max(0, min(wanted, free))
    after = start + count * between
    # Half a window is worth coming back for, and one mail when they are rare.
    return Share(count, after, max(0.0, after - min(window / 2, window - between)))


def place(ahead: float, *, per_minute: int) -> Place:
    """The next free place of a mail that answers an act, however far off it is.

    Such mails may lie two windows ahead, of which campaigns leave the second to them: so they are
    first in line, and nobody stands between one and its place."""
    between = gap(per_minute)
    after = max(ahead, 0.0) + between
    return Place(max(0.0, after - 2 * max(WINDOW_SECONDS, between)), after)
