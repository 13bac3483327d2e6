"""When a voucher holds, and when a pool runs low."""

from datetime import date

import pytest

from partners.rules.vouchers import days_left, judge, last_day_of, low_level, normal

MAY_9 = date(2026, 5, 9)


@pytest.mark.parametrize(
    ("state", "last_day", "reason"),
    [
        ("assigned", None, ""),
        ("assigned", MAY_9, ""),
        ("assigned", date(2026, 5, 8), "expired"),
        ("expired", MAY_9, "expired"),
        ("expired", None, "expired"),
        ("redeemed", None, "used"),
        ("void", None, "void"),
        ("free", None, "not_given"),
        ("reserved", None, "not_given"),
    ],
)
def test_a_voucher_holds_until_its_last_day_or_says_why_not(state, last_day, reason):
    assert judge(state, last_day=last_day, day=MAY_9) == reason


def test_one_that_has_expired_since_held_on_a_day_before():
    for last_day, reason in ((MAY_9, ""), (date(2026, 5, 8), "expired"), (None, "expired")):
        assert judge("expired", last_day=last_day, day=MAY_9, is_told_late=True) == reason


def test_the_last_day_is_the_pools_or_so_many_days_after_it_was_given():
    assert last_day_of(MAY_9, expires_on=None, valid_days=None) is None
    assert last_day_of(MAY_9, expires_on=None, valid_days=30) == date(2026, 6, 8)
    assert last_day_of(MAY_9, expires_on=date(2026, 5, 31), valid_days=30) == date(2026, 5, 31)


def test_a_pool_is_low_below_three_weeks_of_use_or_as_was_asked():
    assert low_level(0, days=28, low_at=20) == 20
    assert low_level(28, days=28, low_at=20) == 21
    assert low_level(29, days=28, low_at=20) == 22
    assert days_left(42, drawn=28, days=28) == 42
    assert days_left(42, drawn=0, days=28) is None


def test_codes_are_compared_without_capitals_and_blanks():
    assert normal(" abc de\tfg ") == "ABCDEFG"
