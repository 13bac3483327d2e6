"""Referrals for the brand's people: the list, and each one's receipt of how it was decided."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.dateparse import parse_datetime

from accounts.selectors.members import names_of
from config.kit.paging import Page, page_of
from customers.models.customers import Customer
from referrals.models.links import ReferralCode, ShareChannel, Touch, TouchKind
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Decision, Referral
from referrals.rules.reasons import staff_words
from referrals.selectors.report import BROUGHT
from referrals.selectors.reviews import Suspect, suspects

PAGE = 50
_LOOKED_AT = (Referral.Review.OPEN, Referral.Review.ESCALATED)
# What the list can be narrowed to: key -> (label, filter).
SHOWN: dict[str, tuple[str, Q]] = {
    "": ("All", Q()),
    "known": ("Not ordered yet", Q(state=Referral.State.IDENTIFIED)),
    "ordered": ("Ordered", Q(state__in=BROUGHT)),
    "looked_at": ("Under review", Q(review__in=_LOOKED_AT)),
    "not": ("Do not count", Q(state=Referral.State.DISQUALIFIED)),
    "lapsed": ("Time ran out", Q(state=Referral.State.LAPSED)),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """`show` is a key of SHOWN; `reason` one of rules/reasons.py."""

    show: str = ""
    reason: str = ""
    programme: Programme | None = None


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One thing that tied the friend to an advocate, the winner's first."""

    kind: str
    channel: str
    at: datetime | None
    who: str
    strength: int
    # Why it did not win, in words; "" of the winner, and of what speaks for the same advocate.
    reason: str
    is_winner: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """One decision, with everything that was known then."""

    decision: Decision
    by: str
    words: str
    evidence: list[EvidenceLine]


def referrals_page(filters: Filters, *, below: int | None = None) -> Page[Referral]:
    """The newest first; as many queries for a whole page as for one row."""
    rows = Referral.objects.filter(SHOWN.get(filters.show, SHOWN[""])[1])
    if filters.reason:
        rows = rows.filter(reason=filters.reason)
    if filters.programme is not None:
        rows = rows.filter(programme=filters.programme)
    shown = rows.select_related("advocate__customer", "programme", "friend", "order")
    return page_of(shown, limit=PAGE, after=below)


def reasons_in_use() -> list[tuple[str, str]]:
    """(code, words) of what does not count, for the filter."""
    codes = Referral.objects.exclude(reason="").order_by("reason").values_list("reason", flat=True)
    return [(code, staff_words(code)) for code in codes.distinct()]


def suspect_of(referral: Referral) -> Suspect:
    """The referral with its signals and rewards."""
    return suspects(Referral.objects.filter(pk=referral.pk))[0]


def receipts_of(referral: Referral) -> list[Receipt]:
    """Every decision about it, the newest first."""
    rows = Decision.objects.filter(referral=referral).select_related("version", "order")
    decisions = list(rows.order_by("-pk"))
    evidence = [each for decision in decisions for each in decision.evidence]
    people = _people({each.get("advocate") for each in evidence})
    touches = Touch.objects.in_bulk(_numbers(each.get("touch") for each in evidence))
    names = names_of(each.actor_id for each in decisions if each.actor_kind == "user")
    return [
        Receipt(
            decision=decision,
            by=names.get(decision.actor_id or 0, "") if decision.actor_kind == "user" else "",
            words=staff_words(decision.reason) if decision.reason else "",
            evidence=[
                _line(each, touches, people, is_first=not number)
                for number, each in enumerate(decision.evidence)
            ],
        )
        for decision in decisions
    ]


def code_of(advocate: Advocate) -> str:
    """The code they share now; "" for who has none."""
    rows = ReferralCode.objects.filter(advocate=advocate)
    found = rows.order_by(F("leaked_at").asc(nulls_first=True), "-pk").first()
    return found.code if found else ""


def _line(
    evidence: Mapping[str, Any],
    touches: Mapping[int, Touch],
    people: Mapping[int, Customer],
    *,
    is_first: bool,
) -> EvidenceLine:
    touch = touches.get(evidence.get("touch") or 0)
    who = people.get(evidence.get("advocate") or 0)
    kind, said = str(evidence.get("kind", "")), str(evidence.get("at") or "")
    reason = str(evidence.get("reason", ""))
    return EvidenceLine(
        kind=str(dict(TouchKind.choices).get(kind, kind.replace("_", " ").capitalize())),
        channel=str(dict(ShareChannel.choices).get(touch.channel, "")) if touch else "",
        at=touch.at if touch else parse_datetime(said) if said else None,
        who=str(who) if who else "",
        strength=int(evidence.get("strength", 0)),
        reason=staff_words(reason) if reason else "",
        is_winner=is_first and not reason,
    )


def _people(advocate_ids: Collection[Any]) -> dict[int, Customer]:
    rows = Advocate.objects.filter(pk__in=_numbers(advocate_ids)).select_related("customer")
    return {row.pk: row.customer for row in rows}


def _numbers(values: Any) -> list[int]:
    return [value for value in values if isinstance(value, int)]
