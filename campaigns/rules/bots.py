"""Which clicks and opens programs made: link scanners, prefetching readers, privacy proxies.

One request is judged by what it says of itself, all requests for one message together by what no
person does: follow a link that cannot be seen, or several links in the same moment. What was once
stored is enough to judge it again.
"""

import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

# The number of the link that no person sees; those of the mail itself begin with 1.
TRAP = 0
# So many different links of one message within so much time are more than a person follows.
BURSTS = ((2, timedelta(seconds=1)), (4, timedelta(seconds=10)))
# Whatever walked into the trap also made the other requests it sent about then.
TRAP_REACH = timedelta(seconds=60)
# Requests further apart than this are never judged together.
REACH = max(TRAP_REACH, *(span for _, span in BURSTS))

_PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|scan|preview|prefetch|fetch|monitor|headless|phantom|curl/|wget/"
    r"|python|java/|go-http|libwww|okhttp/|axios/|node-fetch|httpclient|facebookexternalhit"
    r"|whatsapp|slack-img|barracuda|proofpoint|mimecast|messagelabs|symantec|fireeye|trendmicro"
    r"|bitdefender|kaspersky|forcepoint|cloudmark|sophos|microsoft office existence",
    re.IGNORECASE,
)
# Apple's mail privacy proxy loads every picture of every mail, read or not, and says no more.
_PRIVACY_PROXY = "Mozilla/5.0"
_APPLE = ipaddress.ip_network("17.0.0.0/8")

_PREFETCH_HEADERS = {
    "HTTP_SEC_PURPOSE": "prefetch",
    "HTTP_PURPOSE": "prefetch",
    "HTTP_X_PURPOSE": "preview",
    "HTTP_X_MOZ": "prefetch",
}


class Hit(Protocol):
    """A request for a link (`kind` click) or the picture (`kind` open) of one message."""

    @property
    def kind(self) -> str: ...
    @property
    def link(self) -> int | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def user_agent(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def hints(self) -> str: ...


def hints_of(environ: Mapping[str, object]) -> str:
    """What a request's headers (CGI names) give away: "prefetch", "nameless", both or nothing."""
    found = []
    if not environ.keys().isdisjoint(_PREFETCH_HEADERS) and any(
        word in str(environ.get(name, "")).lower() for name, word in _PREFETCH_HEADERS.items()
    ):
        found.append("prefetch")
    if not environ.get("HTTP_USER_AGENT"):
        found.append("nameless")
    return ",".join(found)


def is_program(hit: Hit, scanners: Iterable[str] = ()) -> bool:
    """Whether the request alone shows it; `scanners` are networks known for programs (CIDR)."""
    if hit.hints or (hit.kind == "click" and hit.link == TRAP):
        return True
    if hit.kind == "open" and hit.user_agent.strip() == _PRIVACY_PROXY:
        return True
    if _says_so(hit.user_agent):
        return True
    networks = [ipaddress.ip_network(each) for each in scanners]
    if hit.kind == "open":
        networks.append(_APPLE)
    return _lies_in(hit.network, networks)


def machine_hits(hits: Sequence[Hit], scanners: Collection[str] = ()) -> set[int]:
    """Of all requests for one message the places of those that programs made."""
    found = {place for place, hit in enumerate(hits) if is_program(hit, scanners)}
    if len(hits) == 1:  # nearly always
        return found
    found |= _trapped(hits)
    clicks = sorted(
        (place for place, hit in enumerate(hits) if hit.kind == "click"),
        key=lambda place: hits[place].at,
    )
    for links, span in BURSTS:
        found |= _burst(hits, clicks, links=links, span=span)
    return found


def _burst(hits: Sequence[Hit], clicks: Sequence[int], *, links: int, span: timedelta) -> set[int]:
    """The clicks of every moment of length `span` that holds so many different links."""
    found: set[int] = set()
    first = 0
    for last, place in enumerate(clicks):
        while hits[place].at - hits[clicks[first]].at > span:
            first += 1
        together = clicks[first : last + 1]
        if len({hits[each].link for each in together}) >= links:
            found.update(together)
    return found


def _trapped(hits: Sequence[Hit]) -> set[int]:
    """What came from the same place, or under the same name, about when the trap was sprung."""
    traps = [hit for hit in hits if hit.kind == "click" and hit.link == TRAP]
    return {
        place
        for place, hit in enumerate(hits)
        for trap in traps
        if abs(hit.at - trap.at) <= TRAP_REACH and _same_visitor(hit, trap)
    }


@lru_cache(maxsize=10_000)
def _says_so(user_agent: str) -> bool:
    """Many people have the same browser."""
    return _PROGRAMS.search(user_agent) is not None


def _same_visitor(hit: Hit, other: Hit) -> bool:
    same_place = bool(hit.network) and hit.network == other.network
    return same_place or (bool(hit.user_agent) and hit.user_agent == other.user_agent)


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _lies_in(network: str, known: Sequence[Network]) -> bool:
    if not network or not known:
        return False
    place = ipaddress.ip_network(network)
    return any(place.version == each.version and place.overlaps(each) for each in known)
