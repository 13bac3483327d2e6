"""A pass's share of what a brand may send now, in all and to single domains; and the place of one
transactional mail among them.

The clocks are rows, so that all senders together keep to the limit, on whichever machines they are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from accounts.scope import current_brand_id
from campaigns.rules.domains import domain_of
from campaigns.rules.pace import Share, gap, place, share
from campaigns.selectors.transports import transport
from campaigns.services.desk import Desk
from campaigns.services.routes import Route
from config.kit import sql

# The name of the clock that all of a brand's mails go by.
ALL = ""


def book_place(address: str, *, within: float) -> float | None:
    """In how many seconds a transactional mail to `address` may leave; its place is taken. None,
    and no place, when that is later than `within`.

    Its brand's scope is open, in a transaction that ends soon: senders wait for it meanwhile."""
    row = transport()
    names = [domain_of(address)] if domain_of(address) in row.domain_limits else []
    limits = {name: row.domain_limits[name] for name in names}
    if row.per_minute is not None:
        limits[ALL] = row.per_minute
    if not limits:
        return 0.0
    keys: dict[str, Any] = {"brand_id": current_brand_id(), "domains": [*limits]}
    with connection.cursor() as cursor:
        cursor.execute(sql.load("campaigns", "pace_rows"), keys)
        cursor.execute(sql.load("campaigns", "pace_ahead"), keys)
        aheads = dict(cursor.fetchall())
        places = {name: place(ahead, per_minute=limits[name]) for name, ahead in aheads.items()}
        wait = max(each.wait for each in places.values())
        if wait > within:
            return None
        moved = {"domains": [*places], "aheads": [each.ahead for each in places.values()]}
        cursor.execute(sql.load("campaigns", "pace_set"), {**keys, **moved})
    return wait


class Allowance:
    """What one pass may send. Without limits everything, and no clock is asked."""

    def __init__(self, desk: Desk, brand_id: int, route: Route) -> None:
        self._desk = desk
        self._brand_id = brand_id
        self._limits = {**route.domain_limits}
        self._has_domains = bool(self._limits)
        if route.per_minute is not None:
            self._limits[ALL] = route.per_minute
        self._held: Counter[str] = Counter()
        self._short: dict[str, float] = {}  # seconds until there is more
        self._held_back: Counter[str] = Counter()

    @property
    def wait(self) -> float:
        """Seconds until more may leave; 0 when nothing was held back."""
        return min(self._short.values(), default=0.0)

    @property
    def is_all_short(self) -> bool:
        """Whether the brand's own limit is reached, not only that of single domains."""
        return ALL in self._short

    @property
    def seconds_for_rest(self) -> float:
        """How long the mails that were held back take at the pace of their domains."""
        times = (count * gap(self._limits[name]) for name, count in self._held_back.items())
        return max(times, default=0.0)

    def first(self, customer_ids: tuple[int, ...], *, besides: int = 0) -> tuple[int, ...]:
        """Those of them worth looking at now; `besides`: so many wait for their domains' sake."""
        if ALL not in self._limits or not customer_ids:
            return customer_ids
        self._take({ALL: len(customer_ids)})
        held = self._held[ALL]
        return customer_ids[: held + besides] if held else ()

    def expect(self, addresses: Iterable[str]) -> None:
        """Copies to these are about to be asked for: take the shares of their domains."""
        if not self._has_domains:
            return
        wanted = Counter(filter(self._limits.get, map(domain_of, addresses)))
        missing = {name: count - self._held[name] for name, count in wanted.items()}
        self._take({name: count for name, count in missing.items() if count > 0})

    def lets(self, address: str) -> bool:
        """Whether one more mail may leave, to this address; it is counted then."""
        if not self._limits:
            return True
        names = [name for name in (ALL, domain_of(address)) if name in self._limits]
        empty = [name for name in names if self._held[name] <= 0]
        self._held_back.update(empty[:1])
        if not empty:
            self._held.subtract(names)
        return not empty

    def close(self) -> None:
        """Give back what was not used."""
        unused = {name: count for name, count in self._held.items() if count > 0}
        self._held.clear()
        if not unused:
            return
        seconds = [count * gap(self._limits[name]) for name, count in unused.items()]
        with self._desk.scope(self._brand_id) as cursor:
            keys = {"brand_id": self._brand_id, "domains": [*unused], "seconds": seconds}
            cursor.execute(sql.load("campaigns", "pace_back"), keys)

    def _take(self, wanted: Mapping[str, int]) -> None:
        if not wanted:
            return
        keys = {"brand_id": self._brand_id, "domains": [*wanted]}
        shares: dict[str, Share] = {}
        with self._desk.scope(self._brand_id) as cursor:
            cursor.execute(sql.load("campaigns", "pace_rows"), keys)
            cursor.execute(sql.load("campaigns", "pace_ahead"), keys)
            for name, ahead in cursor.fetchall():
                limit = self._limits[name]
                shares[name] = share(ahead, wanted=wanted[name], per_minute=limit)
            aheads = [each.ahead for each in shares.values()]
            cursor.execute(
                sql.load("campaigns", "pace_set"),
                {**keys, "domains": [*shares], "aheads": aheads},
            )
        for name, each in shares.items():
            self._held[name] += each.count
            if each.count < wanted[name]:
                self._short[name] = each.wait
