"""Referral programmes at a glance, for the brand's own pages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from config.kit import ids
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from referrals.selectors.programmes import programmes

# The beginnings of public ids.
CUSTOMER = "cus"
PROGRAMME = "prp"
ADVOCATE = "adv"
REFERRAL = "ref"
REWARD = "rwd"

# A friend of these counts as somebody who was brought.
BROUGHT = (Referral.State.QUALIFIED, Referral.State.REWARDED)


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme with the people in it; `friends` are known, `ordered` is how many of them
    placed an order that counts."""

    programme: Programme
    public_id: str
    advocates: int
    friends: int
    ordered: int


def programme_rows() -> list[ProgrammeRow]:
    """All programmes, newest first."""
    return rows_of(programmes())


def rows_of(found: Iterable[Programme]) -> list[ProgrammeRow]:
    listed = list(found)
    advocates = _advocates([row.pk for row in listed])
    friends = _friends([row.pk for row in listed])
    return [
        ProgrammeRow(
            programme,
            ids.encode(PROGRAMME, programme.uid),
            advocates.get(programme.pk, 0),
            *friends.get(programme.pk, (0, 0)),
        )
        for programme in listed
    ]


def owed(programme: Programme) -> list[tuple[str, int]]:
    """(unit, amount) of what its rewards still hold: minor units, or points."""
    rows = Reward.objects.filter(programme=programme, open_minor__gt=0).values_list("unit")
    return list(rows.annotate(amount=Sum("open_minor")).order_by("unit"))


def _advocates(programme_ids: Collection[int]) -> dict[int, int]:
    rows = Advocate.objects.filter(programme__in=programme_ids)
    counted = rows.values_list("programme_id").annotate(people=Count("id")).order_by()
    return dict(counted)


def _friends(programme_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    rows = Referral.objects.filter(programme__in=programme_ids)
    counted = (
        rows.values_list("programme_id")
        .annotate(known=Count("id"), ordered=Count("id", filter=Q(state__in=BROUGHT)))
        .order_by()
    )
    return {programme_id: (known, ordered) for programme_id, known, ordered in counted}
