"""What becomes due by itself: holds that end, codes that were used, time that is up, old debts."""

from collections.abc import Callable, Collection, Sized

from accounts.scope import brand_scope
from config.kit.clock import now
from referrals.services.debts import settle_debts, write_off_due
from referrals.services.redeeming import expire_due, redeem_due
from referrals.services.reviews import judge_referrals
from referrals.services.rewards import release_due, waiting


def look_and_release(reward_ids: Collection[int] = (), *, limit: int = 200) -> list[int]:
    """Release what is due, of these rewards or of all; nothing that was not looked at before, with
    what is known by now. Returns the rewards that can be had now."""
    rows = waiting()
    if reward_ids:
        rows = rows.filter(pk__in=reward_ids)
    else:
        rows = rows.filter(available_at__lte=now()).order_by("available_at")[:limit]
    found = dict(rows.values_list("pk", "referral"))
    referrals = {referral_id for referral_id in found.values() if referral_id is not None}
    if referrals:
        judge_referrals(referrals)
    return release_due(only=list(found), limit=limit)


_STEPS: tuple[Callable[[], Sized | int], ...] = (
    look_and_release,
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
