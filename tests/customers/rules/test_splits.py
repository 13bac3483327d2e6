"""Arms of an experiment: by the key and the id alone, fairly."""

from hypothesis import given
from hypothesis import strategies as st

from customers.rules.splits import PLACES, bounds, is_held_out, place, split_key

KEY = split_key("secret", brand_id=1, name="campaign 7")
IDS = range(1, 20_001)


def test_a_place_is_known_and_never_moves():
    assert [place(b"k" * 32, customer_id) for customer_id in (1, 2, 3)] == [2756, 6437, 7168]


def test_each_experiment_of_each_brand_has_a_key_of_its_own():
    keys = {
        split_key(secret, brand_id=brand_id, name=name)
        for secret in ("a", "b")
        for brand_id in (1, 2, 11)
        for name in ("campaign 7", "campaign 71", "variants 7")
    }
    assert len(keys) == 18
    assert {len(key) for key in keys} == {32}


def test_places_are_spread_evenly():
    tenths = [0] * 10
    for customer_id in IDS:
        tenths[place(KEY, customer_id) * 10 // PLACES] += 1
    # Chi-squared with nine degrees of freedom, p = .001; the key is fixed, so this never wavers.
    assert sum((found - 2000) ** 2 / 2000 for found in tenths) < 27.88


def test_two_experiments_split_independently():
    other = split_key("secret", brand_id=1, name="campaign 8")
    held = [each for each in IDS if is_held_out(KEY, each, percent=20)]
    in_both = [each for each in held if is_held_out(other, each, percent=20)]
    assert abs(len(in_both) / len(held) - 0.2) < 0.03


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**63 - 1), st.integers(0, 90))
def test_a_share_that_grows_keeps_those_who_were_in(key, customer_id, percent):
    if is_held_out(key, customer_id, percent=percent):
        assert is_held_out(key, customer_id, percent=percent + 5)
    assert not is_held_out(key, customer_id, percent=0)
    assert is_held_out(key, customer_id, percent=100)


def test_arms_lie_side_by_side():
    assert bounds([5]) == [500]
    assert bounds([33, 33, 34]) == [3300, 6600, 10_000]
