"""Which way each brand's mail leaves a sender: ours for most, their own for some; and who rests.

A mail server that a brand brought is not ours to trust: when it cannot be used, or is slow, only
the brand's own mail waits.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from campaigns.channels.email.smtp import Connection, SmtpUnavailable
from campaigns.channels.ways import Target, Way, way_to
from campaigns.rules.rests import Rests
from campaigns.selectors.transports import FIELDS, target_of
from campaigns.services.desk import Desk
from config.kit import sql
from config.kit.sealed import Unreadable

# How long a change of the settings may go unnoticed.
FRESH_SECONDS = 10.0
# How long one brand's own server may keep a sender to itself.
SLICE_SECONDS = 10.0
MOST_OPEN = 16
_IDLE_SECONDS = 60.0
_FIRST_REST_SECONDS = 15.0
_LONGEST_REST_SECONDS = 120.0
_UNREADABLE = "The password or key your mail leaves with cannot be read any more. Type it again."


@dataclass(frozen=True, slots=True)
class Route:
    """A brand's way out as it is set now; `target` None: by EMAIL_URL. Limits are mails a minute,
    in all (None: no limit) and by domain."""

    version: int = 0
    target: Target | None = None
    per_minute: int | None = None
    domain_limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Kept:
    way: Way
    used_at: float


class Routes:
    """One sender process's ways out. At most one connection to each brand's own server."""

    def __init__(self, desk: Desk, ours: Connection) -> None:
        self._desk = desk
        self._ours = ours
        self._known: dict[int, tuple[float, Route]] = {}
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._rests = Rests(_FIRST_REST_SECONDS, _LONGEST_REST_SECONDS)

    def way(self, brand_id: int) -> Way:
        """The one to send this brand's next mails with.

        Raises SmtpUnavailable when the settings cannot be used."""
        route, at = self.route(brand_id), time.monotonic()
        if route.target is None:
            self._hang_up_idle(at)
            return self._ours
        kept = self._kept.get(brand_id)
        if kept is None:
            own = way_to(route.target, hello=self._ours.hello, is_bulk=True)
            kept = self._kept[brand_id] = _Kept(own, at)
        kept.used_at = at
        self._kept.move_to_end(brand_id)
        self._hang_up_idle(at)
        return kept.way

    def route(self, brand_id: int) -> Route:
        """As it was set some seconds ago at most. Raises SmtpUnavailable."""
        until, route = self._known.get(brand_id, (0.0, Route()))
        if time.monotonic() < until:
            return route
        fresh = self._read(brand_id)
        if fresh.version != route.version:
            self._forget(brand_id)
        self._known[brand_id] = (time.monotonic() + FRESH_SECONDS, fresh)
        return fresh

    def until(self, brand_id: int) -> float:
        """Until when, by time.monotonic, this brand may keep the sender to itself."""
        is_ours = self.route(brand_id).target is None
        return math.inf if is_ours else time.monotonic() + SLICE_SECONDS

    def failed(self, brand_id: int) -> str:
        """The way could not be used. A brand's own is left alone for a while, each time for longer;
        returns what to say about it."""
        _, route = self._known.get(brand_id, (0.0, None))
        if route is not None and route.target is None:
            return "We try again every few seconds."
        self._rests.failed(brand_id, at=time.monotonic())
        return "We try again every two minutes. Settings, Sending has a test."

    def worked(self, brand_id: int) -> None:
        self._rests.worked(brand_id)

    def rest(self, brand_id: int, seconds: float) -> None:
        """Take up nothing of this brand for so long."""
        self._rests.rest(brand_id, seconds, at=time.monotonic())

    def resting(self) -> list[int]:
        """The brands whose work is left alone now."""
        return self._rests.resting(at=time.monotonic())

    def hang_up(self, brand_id: int) -> None:
        """Close this brand's connection; the next mail opens it again."""
        kept = self._kept.get(brand_id)
        (kept.way if kept else self._ours).close()

    def close(self) -> None:
        """Close all but ours."""
        for kept in self._kept.values():
            kept.way.close()
        self._kept.clear()

    def _forget(self, brand_id: int) -> None:
        kept = self._kept.pop(brand_id, None)
        if kept is not None:
            kept.way.close()
        self._rests.worked(brand_id)

    def _hang_up_idle(self, at: float) -> None:
        while self._kept:
            brand_id, kept = next(iter(self._kept.items()))
            if len(self._kept) <= MOST_OPEN and at - kept.used_at < _IDLE_SECONDS:
                return
            kept.way.close()
            del self._kept[brand_id]

    def _read(self, brand_id: int) -> Route:
        with self._desk.scope(brand_id) as cursor:
            cursor.execute(sql.load("campaigns", "transport"), {"brand_id": brand_id})
            row = cursor.fetchone()
        if row is None:
            return Route()
        version, per_minute, domain_limits, *kept = row
        try:
            target = target_of(dict(zip(FIELDS, kept, strict=True)))
        except Unreadable as error:
            raise SmtpUnavailable(_UNREADABLE, step="sign_in") from error
        return Route(version, target, per_minute, domain_limits)
