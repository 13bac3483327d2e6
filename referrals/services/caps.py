"""What a programme's budget and its cap per advocate still allow."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC

from referrals.models.programmes import Advocate
from referrals.models.rewards import Reward
from referrals.rules.rewards import in_money, period_start
from referrals.rules.terms import Terms
from referrals.selectors.programmes import terms_for
from referrals.selectors.rewards import point_minor
from referrals.services import allowances
from referrals.services.allowances import Counter


def refusals(rewards: Sequence[Reward], advocates: Mapping[int, Advocate]) -> dict[int, str]:
    """The new rewards that are over a limit, and the reason; all others are counted.

    Counters are taken in one order, the budgets last: everybody waits for those."""
    refused: dict[int, str] = {}
    new = {each.pk for each in rewards}
    own: dict[int, Counter] = {}
    by_counter: defaultdict[Counter, list[Reward]] = defaultdict(list)
    for reward in rewards:
        counter = own_counter(reward, advocates[reward.advocate_id])
        if counter is not None:
            own[reward.pk] = counter
            by_counter[counter].append(reward)
    for counter in sorted(by_counter, key=_order):
        for pk in _over_cap(counter, by_counter[counter], advocates, new):
            refused[pk] = "cap_reached"
    by_programme: defaultdict[int, list[Reward]] = defaultdict(list)
    for reward in sorted(rewards, key=lambda each: each.pk):
        if reward.pk not in refused:
            by_programme[reward.programme_id].append(reward)
    for programme_id in sorted(by_programme):
        for pk in _over_budget(programme_id, by_programme[programme_id], new):
            refused[pk] = "budget_spent"
            if pk in own:
                allowances.give_back(own[pk], 1)
    return refused


def give_back(reward: Reward, amount_minor: int, *, is_gone: bool) -> None:
    """So much of a reward is no longer promised; `is_gone`: nothing of it is."""
    advocate = Advocate.objects.get(pk=reward.advocate_id)
    own = own_counter(reward, advocate)
    if is_gone and own is not None:
        allowances.give_back(own, 1)
    if _terms(reward, advocate).caps.budget is not None:
        allowances.give_back(Counter(reward.programme_id, 0), _worth(reward, amount_minor))


def take_again(reward: Reward, amount_minor: int, *, was_gone: bool) -> None:
    """What was given back is promised once more, whatever the limits: it was once."""
    advocate = Advocate.objects.get(pk=reward.advocate_id)
    own = own_counter(reward, advocate)
    if was_gone and own is not None:
        allowances.add(own, 1)
    if _terms(reward, advocate).caps.budget is not None:
        allowances.add(Counter(reward.programme_id, 0), _worth(reward, amount_minor))


def own_counter(reward: Reward, advocate: Advocate) -> Counter | None:
    """What counts this advocate's rewards in the period in which this one was granted; None where
    nothing does. Milestones are not counted: they come beside the reward for each friend."""
    caps = _terms(reward, advocate).caps
    if caps.per_advocate is None or reward.rule != "advocate":
        return None
    joined = advocate.joined_at.astimezone(UTC).date()
    today = reward.created_at.astimezone(UTC).date()
    since = period_start(joined, today, caps.period_days)
    return Counter(reward.programme_id, reward.advocate_id, since)


def _order(counter: Counter) -> tuple[int, int, str]:
    return counter.programme_id, counter.advocate_id, str(counter.since or "")


def _over_cap(
    counter: Counter,
    rewards: Sequence[Reward],
    advocates: Mapping[int, Advocate],
    new: Collection[int],
) -> list[int]:
    """All at once when the cap holds them, else one by one."""
    caps = [_terms(each, advocates[each.advocate_id]).caps.per_advocate or 0 for each in rewards]
    if allowances.take(counter, len(rewards), limit=min(caps), but=new):
        return []
    return [
        each.pk
        for each, cap in zip(rewards, caps, strict=True)
        if not allowances.take(counter, 1, limit=cap, but=new)
    ]


def _over_budget(programme_id: int, rewards: Iterable[Reward], new: Collection[int]) -> list[int]:
    """All at once when the budget holds them, else one by one for as long as it does."""
    limits = {each.pk: terms_for(each.version, None).caps.budget for each in rewards}
    limited = [(each, limit) for each in rewards if (limit := limits[each.pk]) is not None]
    if not limited:
        return []
    counter = Counter(programme_id, 0)
    amounts = [_worth(each, each.amount_minor) for each, _ in limited]
    least = min(limit for _, limit in limited)
    if allowances.take(counter, sum(amounts), limit=least, but=new):
        return []
    return [
        each.pk
        for (each, limit), amount in zip(limited, amounts, strict=True)
        if not allowances.take(counter, amount, limit=limit, but=new)
    ]


def _terms(reward: Reward, advocate: Advocate) -> Terms:
    return terms_for(reward.version, advocate.arm)


def _worth(reward: Reward, amount_minor: int) -> int:
    """In the brand's money: that is what a budget is in."""
    if reward.unit != "points":
        return amount_minor
    return in_money(amount_minor, reward.unit, point_minor=point_minor())
