"""Arms of an experiment: by the key and the id alone, fairly."""

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


def test_a_share_that_grows_keeps_those_who_were_in():
    for customer_id in range(1, 2001):
        held = [is_held_out(KEY, customer_id, percent=percent) for percent in range(101)]
        assert held == sorted(held)
        assert (held[0], held[100]) == (False, True)


def test_arms_lie_side_by_side():
    assert bounds([5]) == [500]
    assert bounds([33, 33, 34]) == [3300, 6600, 10_000]
