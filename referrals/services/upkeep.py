"""What becomes due by itself: holds that end, codes that were used, time that is up, old debts."""

from collections.abc import Callable, Sized

from accounts.scope import brand_scope
from referrals.services.debts import settle_debts, write_off_due
from referrals.services.redeeming import expire_due, redeem_due
from referrals.services.rewards import release_due

_STEPS: tuple[Callable[[], Sized | int], ...] = (
    release_due,
    redeem_due,
    expire_due,
    settle_debts,
    write_off_due,
)


def tend_rewards(*, brand_id: int) -> bool:
    """One turn of each, in a transaction of its own; True when there may be more to do."""
    is_more = False
    for step in _STEPS:
        with brand_scope(brand_id):
            done = step()
        is_more |= bool(done)
    return is_more
