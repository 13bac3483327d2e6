"""Whether a voucher holds at the till, and when a pool of them runs low."""

from datetime import date, timedelta

from campaigns.rules.coupons import normal_code

# Codes for less than so many days of use are few; use is what was given out lately.
LOW_DAYS = 21
USE_DAYS = 28
LEAST_DAYS = 7
MAX_VALID_DAYS = 1_096

REASONS = {
    "used": "This voucher has been used already.",
    "expired": "The last day of this voucher is over.",
    "void": "This voucher was taken back; it holds no longer.",
    "not_given": "This voucher was not given to anybody yet.",
}
_BY_STATE = {"redeemed": "used", "void": "void", "free": "not_given", "reserved": "not_given"}


def normal(text: str) -> str:
    """As codes are compared: tills do not care for capitals and blanks."""
    return normal_code(without_blanks(text))


def without_blanks(text: str) -> str:
    return "".join(text.split())


def judge(state: str, *, last_day: date | None, day: date, is_told_late: bool = False) -> str:
    """Why a voucher cannot be used on that day: one of REASONS, or "".

    One that has expired since was good on a day before, when somebody tells of it late."""
    if state in _BY_STATE:
        return _BY_STATE[state]
    if state == "expired" and not (is_told_late and last_day):
        return "expired"
    return "expired" if last_day is not None and day > last_day else ""


def last_day_of(given: date, *, expires_on: date | None, valid_days: int | None) -> date | None:
    """The last day of a voucher that is given on that day; None: without end."""
    by_age = given + timedelta(days=valid_days) if valid_days is not None else None
    days = [day for day in (expires_on, by_age) if day is not None]
    return min(days, default=None)


def low_level(drawn: int, *, days: int, low_at: int) -> int:
    """Fewer codes than this are few: those of LOW_DAYS, by how many were drawn in so many days, or
    as many as was asked for."""
    return max(low_at, -(-drawn * LOW_DAYS // max(days, 1)))


def days_left(free: int, *, drawn: int, days: int) -> int | None:
    """How long the free codes last, at that use; None: nobody draws any."""
    return free * max(days, 1) // drawn if drawn else None
