"""Referrals that look suspicious wait for a person: opened by the score, decided by staff, or by
the programme's stated policy when nobody has looked in time. Nothing is paid by forgetting."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, Subquery

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from customers.services.credits import claim_credit, withdraw_claim
from customers.services.locks import lock_buyers
from referrals.events import AppealMade, ReviewDecided, ReviewEscalated, ReviewOpened
from referrals.models.referrals import Referral, Signal
from referrals.models.rewards import Reward, RewardStep
from referrals.rules.fraud import (
    ALWAYS_LOOKED_AT,
    LARGE_REWARD,
    SIGNALS,
    Pair,
    score_of,
    signals_of,
)
from referrals.rules.rewards import in_money
from referrals.rules.terms import Review as ReviewTerms
from referrals.rules.terms import read_terms
from referrals.selectors.promises import COUNTED
from referrals.selectors.rewards import point_minor
from referrals.selectors.suspects import pairs_of
from referrals.services import reversals, rewards
from referrals.services.bookings import lock_people

State = Referral.State
Looked = Referral.Review
MAX_NOTE = 200
MAX_DECIDED = 200
WAITING = rewards.UNDER_REVIEW
_REFUSED = "fraud_refused"


def judge_referrals(referral_ids: Collection[int]) -> list[int]:
    """Score these referrals; those that look suspicious, or are worth a lot, are held for review.

    Judged again, signals are added and never taken away, and what was decided stays decided.
    Returns the ids of those opened now."""
    with transaction.atomic():
        pairs = pairs_of(referral_ids)
        rows = Referral.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
        referrals = list(rows.select_related("version").filter(pk__in=pairs))
        worth = _worth(referral_ids)
        names = {}
        for each in referrals:
            names[each.pk] = signals_of(pairs[each.pk])
            if worth[each.pk] >= read_terms(each.version.terms).review.approve_below:
                names[each.pk].append(LARGE_REWARD)
        _note(referrals, names, pairs)
        opened = [each.pk for each in referrals if _is_to_look_at(each, names[each.pk])]
        if opened:
            _open([each for each in referrals if each.pk in opened])
            _hold(opened)
            record(ReviewOpened(subject_id=opened[0], referral_ids=opened))
    return opened


def clear(referral_ids: Collection[int], *, note: str = "") -> int:
    """They are fine: what was held is released, what had been refused is promised again.

    How many; those decided meanwhile are left alone. Raises Conflict for a friend who counts for
    somebody else by now."""
    return _decide(referral_ids, Looked.CLEARED, note=note)


def refuse(referral_ids: Collection[int], *, note: str) -> int:
    """They do not count. Raises Invalid without a note: the customer may ask why."""
    if not note.strip():
        raise Invalid.at("note", "Say why: it is kept with the decision.")
    return _decide(referral_ids, Looked.REFUSED, note=note)


def decide_overdue(*, limit: int = MAX_DECIDED) -> int:
    """Follow each programme's policy for reviews whose deadline has passed; how many."""
    rows = Referral.objects.filter(review=Looked.OPEN, review_due_at__lte=now())
    by_outcome: dict[str, list[int]] = defaultdict(list)
    found = list(rows.select_related("version").order_by("review_due_at", "pk")[:limit])
    worth = _worth([each.pk for each in found])
    for referral in found:
        review = read_terms(referral.version.terms).review
        by_outcome[_policy(review, worth[referral.pk])].append(referral.pk)
    with transaction.atomic():
        _lock([each.pk for each in found])
        _decide(by_outcome["approve"], Looked.CLEARED, note="Nobody looked in time.")
        _decide(by_outcome["reject"], Looked.REFUSED, note="Nobody looked in time.")
        _escalate(by_outcome["escalate"])
    return len(found)


def appeal(referral: Referral, *, customer_id: int) -> bool:
    """The customer asks for another look, once: it goes before a manager. False when it is neither
    held nor refused, or they have asked before."""
    with transaction.atomic():
        rows = Referral.objects.filter(
            pk=referral.pk, review__in=(*WAITING, Looked.REFUSED), appealed_at=None
        )
        moment = now()
        asked = rows.update(appealed_at=moment, review=Looked.ESCALATED, updated_at=moment)
        if asked:
            record(AppealMade(subject_id=referral.pk, customer_id=customer_id))
    return bool(asked)


def _policy(review: ReviewTerms, worth: int) -> str:
    if review.when_overdue != "by_value":
        return review.when_overdue
    return "approve" if worth < review.approve_below else "escalate"


def _worth(referral_ids: Collection[int]) -> dict[int, int]:
    """The largest reward that hangs on each, in the brand's money."""
    worth: dict[int, int] = defaultdict(int)
    rows = Reward.objects.filter(referral__in=referral_ids).exclude(state=Reward.State.REJECTED)
    point = point_minor()
    for referral_id, amount, unit in rows.values_list("referral_id", "amount_minor", "unit"):
        money = in_money(amount, unit, point_minor=point)
        worth[referral_id or 0] = max(worth[referral_id or 0], money)
    return worth


def _note(
    referrals: Sequence[Referral],
    names: Mapping[int, Collection[str]],
    pairs: Mapping[int, Pair],
) -> None:
    """Write down what was seen, and the score of all that ever was."""
    found = [
        Signal(referral=each, name=name, weight=SIGNALS[name].weight, evidence=seen)
        for each in referrals
        for seen in [_seen(pairs[each.pk])]
        for name in names[each.pk]
    ]
    Signal.objects.bulk_create(found, ignore_conflicts=True)
    noted: dict[int, list[str]] = defaultdict(list)
    rows = Signal.objects.filter(referral__in=referrals, name__in=SIGNALS)
    for referral_id, name in rows.values_list("referral_id", "name"):
        noted[referral_id].append(name)
    for each in referrals:
        each.score = score_of(noted[each.pk])
    Referral.objects.bulk_update(referrals, ["score"])


def _seen(pair: Pair) -> dict[str, int]:
    return {"hour": pair.friends_last_hour, "day": pair.friends_last_day}


def _is_to_look_at(referral: Referral, names: Collection[str]) -> bool:
    if referral.review != Looked.NONE:
        return False
    least = read_terms(referral.version.terms).review.hold_score
    return referral.score >= least or not ALWAYS_LOOKED_AT.isdisjoint(names)


def _open(referrals: Sequence[Referral]) -> None:
    moment = now()
    for each in referrals:
        days = read_terms(each.version.terms).review.deadline_days
        each.review, each.updated_at = Looked.OPEN, moment
        each.review_due_at = moment + timedelta(days=days)
    Referral.objects.bulk_update(referrals, ["review", "review_due_at", "updated_at"])


def _hold(referral_ids: Collection[int]) -> None:
    """Their rewards, and milestones of the same advocates that may rest on them."""
    rows = Reward.objects.filter(
        Q(referral__in=referral_ids)
        | Q(referral=None, advocate__referrals__in=referral_ids, state=Reward.State.PENDING)
    )
    found = list(rows.order_by("pk").distinct())
    lock_people([each.pk for each in found])
    for reward in found:
        rewards.hold_reward(reward, reason="review")


def _release_milestones(advocate_ids: Collection[int]) -> None:
    """Once nothing of the advocate is under review any more; not what staff held."""
    busy = Referral.objects.filter(advocate__in=advocate_ids, review__in=WAITING)
    free = set(advocate_ids) - set(busy.values_list("advocate_id", flat=True))
    holds = RewardStep.objects.filter(reward=OuterRef("pk"), what="held").order_by("-pk")
    held = Reward.objects.filter(referral=None, advocate__in=free, is_held=True)
    by_review = held.annotate(why=Subquery(holds.values("reason")[:1])).filter(why="review")
    for reward in by_review.order_by("pk"):
        rewards.release_hold(reward)


def _decide(referral_ids: Collection[int], outcome: Looked, *, note: str) -> int:
    with naming("note"):
        words = clean_text(note, max_length=MAX_NOTE)
    with transaction.atomic():
        _lock(referral_ids)
        since = (*WAITING, Looked.CLEARED if outcome == Looked.REFUSED else Looked.REFUSED)
        rows = Referral.objects.filter(pk__in=referral_ids, review__in=since).order_by("pk")
        found = list(rows.select_related("order"))
        for referral in found:
            _settle(referral, outcome, words, now())
        if found:
            # Milestones go and come with the friends who count; only what is left is released.
            reversals.reverse_for_orders([each.order_id for each in found if each.order_id])
            _release_milestones({each.advocate_id for each in found})
            ids = [each.pk for each in found]
            record(ReviewDecided(subject_id=ids[0], referral_ids=ids, outcome=outcome.value))
    return len(found)


def _lock(referral_ids: Collection[int]) -> None:
    """Buyers first, as whoever looks at their orders does; then all that follows a decision."""
    of_orders = Referral.objects.filter(pk__in=referral_ids, order__isnull=False)
    orders = list(of_orders.values_list("order", flat=True))
    lock_buyers(orders)
    reversals.lock_behind(Q(pk__in=referral_ids) | Q(order__in=orders))


def _settle(referral: Referral, outcome: Looked, note: str, moment: datetime) -> None:
    actor = current_actor()
    said = {
        "review": outcome,
        "review_due_at": None,
        "reviewed_at": moment,
        "reviewed_by_id": actor.id if actor.kind == "user" else None,
        "review_note": note,
        "updated_at": moment,
    }
    if outcome == Looked.REFUSED:
        said |= {"state": State.DISQUALIFIED, "reason": _REFUSED}
    elif referral.state == State.DISQUALIFIED and referral.reason == _REFUSED:
        said |= _as_before(referral)
    try:
        with transaction.atomic():
            Referral.objects.filter(pk=referral.pk).update(**said)
    except IntegrityError as error:
        raise Conflict(
            "This friend counts for somebody else by now, so it cannot be brought back.",
            code="already_referred",
        ) from error
    referral.refresh_from_db(fields=["state"])
    _follow(referral, outcome)


def _as_before(referral: Referral) -> dict[str, str]:
    """It counts again, unless its order does not any more."""
    order = referral.order
    if order is None:
        return {"state": State.IDENTIFIED, "reason": ""}
    if order.cancelled_at is not None:
        return {"state": State.DISQUALIFIED, "reason": "order_cancelled"}
    if not order.is_counted:
        return {"state": State.DISQUALIFIED, "reason": "not_counted"}
    return {"state": State.QUALIFIED, "reason": ""}


def _follow(referral: Referral, outcome: Looked) -> None:
    """Rewards and the credit of the order go with the decision."""
    for reward in Reward.objects.filter(referral=referral).order_by("pk"):
        if outcome == Looked.REFUSED:
            rewards.refuse_if_open(reward, reason=_REFUSED)
        elif reward.state == Reward.State.REJECTED and reward.reason == _REFUSED:
            rewards.undo_reject(reward)
        else:
            rewards.release_hold(reward)
    if referral.order is None:
        return
    claimant = f"referral:{referral.pk}"
    change = claim_credit if referral.state in COUNTED else withdraw_claim
    change(order=referral.order, source="referral", claimant=claimant)


def _escalate(referral_ids: Collection[int]) -> None:
    rows = Referral.objects.filter(pk__in=referral_ids, review=Looked.OPEN)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids:
        rows.update(review=Looked.ESCALATED, review_due_at=None, updated_at=now())
        record(ReviewEscalated(subject_id=ids[0], referral_ids=ids))
