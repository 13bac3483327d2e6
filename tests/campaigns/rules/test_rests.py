"""A brand rests for longer each time its mail server fails, and never for ever."""

from campaigns.rules.rests import Rests


def test_rests_double_up_to_the_longest_and_begin_anew_after_a_success():
    rests, lengths = Rests(first=15.0, longest=120.0), []
    for _ in range(5):
        rests.failed(7, at=1000.0)
        lengths.append(rests.left(7, at=1000.0))
    assert lengths == [15.0, 30.0, 60.0, 120.0, 120.0]
    rests.worked(7)
    rests.failed(7, at=1000.0)
    assert rests.left(7, at=1010.0) == 5.0
    assert rests.resting(at=1010.0) == [7]
    assert (rests.resting(at=1015.0), rests.left(7, at=1015.0), rests.left(8, at=0.0)) == ([], 0, 0)


def test_a_server_that_fails_for_weeks_rests_as_long_as_one_that_fails_for_hours():
    rests = Rests(first=15.0, longest=120.0)
    for _ in range(5000):
        rests.failed(7, at=0.0)
    assert rests.left(7, at=0.0) == 120.0
