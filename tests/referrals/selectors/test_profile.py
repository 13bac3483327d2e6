"""What a customer's profile and its timeline say of referrals."""

from accounts.models.brands import Brand
from customers.models.customers import Customer
from customers.selectors.timeline import Position
from referrals.models.links import ReferralCode
from referrals.models.programmes import Advocate
from referrals.selectors.profile import panel, timeline
from tests.conftest import Cast
from tests.referrals.services import rewarding


def test_who_has_no_part_in_it_has_no_panel(floral: Brand, cast: Cast) -> None:
    assert panel(floral, cast.rae) is None
    assert timeline(cast.rae, None, 25) == []


def test_the_panel_tells_code_friends_and_what_is_theirs(
    floral: Brand, cast: Cast, advocate: Advocate
) -> None:
    rewarding.granted(advocate)
    rewarding.ready(advocate)
    rewarding.referral_by(advocate)
    found = panel(floral, cast.rae)
    assert found is not None
    code = ReferralCode.objects.get(advocate=advocate).code
    assert [(line.label, line.words) for line in found.lines] == [
        ("Give 10, get 10", code),
        ("Friends who ordered", "2 of 3"),
        ("To come", "£20"),
    ]


def test_a_friends_panel_tells_who_brought_them(
    floral: Brand, cast: Cast, advocate: Advocate
) -> None:
    reward = rewarding.granted(advocate)
    assert reward.order is not None
    friend = Customer.objects.get(pk=reward.order.customer_id)
    found = panel(floral, friend)
    assert found is not None
    assert ("Brought by", "Rae Winter") in [(line.label, line.words) for line in found.lines]


def test_the_timeline_goes_on_where_a_page_ended(
    floral: Brand, cast: Cast, advocate: Advocate
) -> None:
    for _ in range(3):
        rewarding.granted(advocate)
    everything = timeline(cast.rae, None, 25)
    assert len(everything) == 7  # joined, three friends, three rewards
    assert {entry.title.split()[0] for entry in everything} == {"Takes", "Brought", "Reward"}
    read, position = [], None
    while page := timeline(cast.rae, position, 2):
        read += page
        position = Position(page[-1].at, page[-1].id)
    assert read == everything
