"""Domains that put mails off are left alone, a little longer each time, and alone of all."""

from campaigns.rules.patience import FIRST_SECONDS, LONGEST_SECONDS, STRIKES, Patience


def strike(patience, at, times=STRIKES):
    for _ in range(times):
        patience.heard("a@slow.example", is_later=True, at=at)


def test_a_few_refusals_begin_no_pause_and_an_answer_forgets_them():
    patience = Patience()
    strike(patience, 0, STRIKES - 1)
    patience.heard("b@SLOW.example", is_later=False, at=0)
    strike(patience, 0, STRIKES - 1)
    assert not patience.waits("a@slow.example", at=1)


def test_a_pause_is_for_one_domain_and_ends():
    patience = Patience()
    strike(patience, 100)
    assert patience.waits("c@Slow.example", at=100 + FIRST_SECONDS - 1)
    assert not patience.waits("c@slow.example", at=100 + FIRST_SECONDS)
    assert not patience.waits("c@quick.example", at=100)


def test_each_pause_is_twice_as_long_up_to_half_an_hour():
    patience, at, lengths = Patience(), 0.0, []
    for _ in range(7):
        strike(patience, at)
        length = next(n for n in range(1, 4000) if not patience.waits("a@slow.example", at=at + n))
        lengths.append(length)
        at += length
    assert lengths == [60, 120, 240, 480, 960, LONGEST_SECONDS, LONGEST_SECONDS]
