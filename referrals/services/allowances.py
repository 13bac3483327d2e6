"""Guarded counters of programmes: budgets, and how many rewards one advocate may get.

A counter that nobody limits is not kept: where a limit is set later, it begins with what was
promised until then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Greatest

from referrals.models.programmes import Allowance
from referrals.models.rewards import Reward
from referrals.rules.rewards import in_money
from referrals.selectors.rewards import point_minor


@dataclass(frozen=True, slots=True, order=True)
class Counter:
    """One advocate's rewards since a day (None: ever); advocate 0: the programme's budget."""

    programme_id: int
    advocate_id: int
    since: date | None = None


def take(counter: Counter, amount: int, *, limit: int, but: Collection[int]) -> bool:
    """Use so much of it, unless that would be more than the limit; the row stays locked. `but` are
    the rewards that are about to be counted."""
    if _take(counter, amount, limit):
        return True
    if amount > limit or _rows(counter).exists():
        return False
    _begin(counter, but)
    return _take(counter, amount, limit)


def _take(counter: Counter, amount: int, limit: int) -> bool:
    room = _rows(counter).filter(used__lte=limit - amount)
    return bool(room.update(used=F("used") + amount))


def _begin(counter: Counter, but: Collection[int]) -> None:
    """Make the counter, with what was promised until now."""
    promised = Reward.objects.filter(programme_id=counter.programme_id).exclude(pk__in=but)
    promised = promised.exclude(state__in=[Reward.State.REJECTED, Reward.State.REVERSED])
    if counter.advocate_id:
        promised = promised.filter(advocate_id=counter.advocate_id, rule="advocate")
        if counter.since is not None:
            promised = promised.filter(created_at__date__gte=counter.since)
        used = promised.count()
    else:
        left = Sum(F("amount_minor") - F("reversed_minor"))
        sums = promised.values_list("unit").annotate(left=left)
        worth = point_minor()
        used = sum(in_money(total, unit, point_minor=worth) for unit, total in sums)
    Allowance.objects.bulk_create(
        [
            Allowance(
                programme_id=counter.programme_id,
                advocate_id=counter.advocate_id or None,
                since=counter.since,
                used=used,
            )
        ],
        ignore_conflicts=True,
    )


def add(counter: Counter, amount: int) -> None:
    """Used again, over the limit too."""
    _rows(counter).update(used=F("used") + amount)


def give_back(counter: Counter, amount: int) -> None:
    """What was taken is free again; nothing where it is not counted."""
    _rows(counter).update(used=Greatest(F("used") - amount, 0))


def _rows(counter: Counter) -> QuerySet[Allowance]:
    return Allowance.objects.filter(
        programme_id=counter.programme_id,
        advocate_id=counter.advocate_id or None,
        since=counter.since,
    )
