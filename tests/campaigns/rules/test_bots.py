"""What gives a program away: its name, its prefetching, the trap, and its haste."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.rules.bots import TRAP, hints_of, is_program, machine_hits

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True)
class Hit:
    kind: str = "click"
    link: int | None = 1
    at: datetime = NOON
    user_agent: str = FIREFOX
    network: str = "203.0.113.0/24"
    hints: str = ""


def later(seconds, **changes):
    return replace(Hit(**changes), at=NOON + timedelta(seconds=seconds))


def test_one_click_of_a_browser_is_a_persons():
    assert machine_hits([Hit()]) == set()


@pytest.mark.parametrize(
    "name",
    [
        "Googlebot/2.1",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
        "Mozilla/5.0 (X11) HeadlessChrome/120.0",
        "Microsoft Office Existence Discovery",
        "facebookexternalhit/1.1",
    ],
)
def test_a_program_that_says_its_name_is_believed(name):
    assert is_program(Hit(user_agent=name))


@pytest.mark.parametrize(
    "name",
    [
        FIREFOX,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    ],
)
def test_browsers_and_gmails_picture_proxy_are_people(name):
    assert not is_program(Hit(user_agent=name))
    assert not is_program(Hit(kind="open", link=None, user_agent=name))


@pytest.mark.parametrize(
    ("environ", "hints"),
    [
        ({"HTTP_USER_AGENT": "x"}, ""),
        ({}, "nameless"),
        ({"HTTP_USER_AGENT": "x", "HTTP_SEC_PURPOSE": "prefetch;prerender"}, "prefetch"),
        ({"HTTP_USER_AGENT": "x", "HTTP_X_PURPOSE": "preview"}, "prefetch"),
        ({"HTTP_X_MOZ": "Prefetch"}, "prefetch,nameless"),
    ],
)
def test_headers_give_prefetching_and_namelessness_away(environ, hints):
    assert hints_of(environ) == hints
    assert is_program(Hit(hints=hints)) == bool(hints)


def test_apples_proxy_loads_pictures_but_a_click_under_its_name_may_be_a_persons():
    assert is_program(Hit(kind="open", link=None, user_agent="Mozilla/5.0"))
    assert is_program(Hit(kind="open", link=None, network="17.58.1.0/24"))
    assert not is_program(Hit(user_agent="Mozilla/5.0"))
    assert not is_program(Hit(network="17.58.1.0/24"))


def test_networks_of_scanners_are_known_by_setting():
    assert is_program(Hit(), ["203.0.112.0/23"])
    assert not is_program(Hit(), ["203.0.114.0/24", "2001:db8::/32"])
    assert is_program(Hit(network="2001:db8:1::/48"), ["2001:db8::/32"])
    assert not is_program(Hit(network=""), ["0.0.0.0/0"])


def test_two_links_in_a_second_are_no_person():
    hits = [later(0, link=1), later(0.9, link=2), later(30, link=3)]
    assert machine_hits(hits) == {0, 1}


def test_two_links_in_two_seconds_may_be_one():
    assert machine_hits([later(0, link=1), later(1.1, link=2)]) == set()


def test_four_links_in_ten_seconds_are_no_person():
    hits = [later(3.3 * n, link=n + 1) for n in range(4)]
    assert machine_hits(hits) == {0, 1, 2, 3}
    assert machine_hits([later(3.4 * n, link=n + 1) for n in range(4)]) == set()


def test_the_same_link_many_times_is_an_impatient_person():
    assert machine_hits([later(0.2 * n) for n in range(8)]) == set()


def test_who_walks_into_the_trap_made_its_neighbours_too():
    trap = later(20, link=TRAP, network="198.51.100.0/24", user_agent="Mozilla/5.0 X")
    same_place = later(0, network="198.51.100.0/24")
    same_name = later(70, user_agent="Mozilla/5.0 X")
    long_before = later(-41, network="198.51.100.0/24")
    person = later(21)
    opened = later(19, kind="open", link=None, network="198.51.100.0/24")
    hits = [person, trap, same_place, same_name, long_before, opened]
    # The person clicked within a second of the trap: two links in a moment, so that is one too.
    assert machine_hits(hits) == {0, 1, 2, 3, 5}
    assert machine_hits([later(22), *hits[1:]]) == {1, 2, 3, 5}


def test_opens_are_no_links_of_a_burst():
    assert machine_hits([later(0), later(0.1, kind="open", link=None)]) == set()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 60)), max_size=12), st.randoms())
def test_the_order_in_which_hits_come_to_light_changes_nothing(places, random):
    hits = [later(at, link=link) for link, at in places]
    found = {(hits[n].link, hits[n].at) for n in machine_hits(hits)}
    random.shuffle(hits)
    assert {(hits[n].link, hits[n].at) for n in machine_hits(hits)} == found


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 60)), max_size=10))
def test_bursts_are_those_of_the_slow_way_round(places):
    hits = [later(at, link=link) for link, at in places]
    slow = set()
    for first in hits:
        for links, seconds in ((2, 1), (4, 10)):
            end = first.at + timedelta(seconds=seconds)
            moment = [n for n, hit in enumerate(hits) if first.at <= hit.at <= end]
            if len({hits[n].link for n in moment}) >= links:
                slow.update(moment)
    assert machine_hits(hits) == slow
