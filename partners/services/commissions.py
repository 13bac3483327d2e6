"""Commission lines: what an offer brought comes to by its deal, once; later, held, taken back.

Locks are taken in one order: redemptions, offers, lines, the ledger's accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import F
from msgspec import Struct

from accounts.models.ledger import Cause
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit import sql
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from partners.events import CommissionHeld, CommissionReleased
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.models.settlements import CommissionLine, CommissionRule
from partners.rules.revenue_share import Deal, Part, reckon, total, within
from partners.rules.terms import hash_of
from partners.selectors.lines import (
    CLAIM,
    REDEMPTION,
    Happened,
    by_version,
    claimed,
    deals_of,
    redeemed,
)
from partners.services.bookings import book_correction, book_due, book_held, book_lines

State = CommissionLine.State
_WORDS = 120


def accrue_for_redemptions(redemption_ids: Collection[int]) -> list[CommissionLine]:
    """The lines of these redemptions, as far as they are an offer's and within its window; of each
    once, however often it is asked for."""
    with transaction.atomic():
        return _accrue(REDEMPTION, redeemed(redemption_ids))


def accrue_for_claims(claim_ids: Collection[int]) -> list[CommissionLine]:
    """The lines of customers who took an offer that pays for that; of each once."""
    with transaction.atomic():
        return _accrue(CLAIM, claimed(claim_ids))


def add_line(
    partnership: Partnership,
    *,
    cause: Cause,
    part: str,
    amount_minor: int,
    rule: Struct,
    happened_at: datetime,
    words: str,
    basis_minor: int = 0,
    offer: Offer | None = None,
    lock_days: int = 14,
) -> CommissionLine | None:
    """A line that another part of the house has reckoned by its own rule; once for each cause and
    part, and none for nothing. Positive: the partner earns."""
    if not amount_minor:
        return None
    line = CommissionLine(
        partnership=partnership,
        offer=offer,
        cause_kind=cause.kind,
        cause_id=cause.id,
        part=part,
        basis_minor=basis_minor,
        amount_minor=amount_minor,
        words=words[:_WORDS],
        happened_at=happened_at,
        locked_until=happened_at + timedelta(days=lock_days),
    )
    with transaction.atomic():
        line.rule = snapshot(rule)
        rows = CommissionLine.objects.filter(
            cause_kind=cause.kind, cause_id=cause.id, part=part
        ).select_related("rule")
        CommissionLine.objects.bulk_create([line], ignore_conflicts=True)
        stored = rows.get()
        # Under one key the ledger posts once.
        book_lines([stored])
    return stored


def add_correction(
    partnership: Partnership,
    *,
    cause: Cause,
    amount_minor: int,
    rule: Struct,
    words: str,
    of_earned: bool,
) -> CommissionLine:
    """A line that puts right what was stated before, for the next statement."""
    moment = now()
    line = CommissionLine(
        partnership=partnership,
        rule=snapshot(rule),
        cause_kind=cause.kind,
        cause_id=cause.id,
        part="correction",
        amount_minor=amount_minor,
        state=State.DUE,
        words=words[:_WORDS],
        happened_at=moment,
        locked_until=moment,
    )
    line.save()
    book_correction(line, of_earned=of_earned)
    return line


def take_back_for_redemption(redemption_id: int) -> list[CommissionLine]:
    """Correct the lines of a redemption that was taken back, once."""
    cause = Cause(REDEMPTION, redemption_id)
    return take_back(cause, as_kind="take_back", words="Redemption taken back")


def take_back(cause: Cause, *, as_kind: str, words: str) -> list[CommissionLine]:
    """A line against each line of this cause, under the cause (`as_kind`, same id); once.

    What no statement has yet comes into the next one together with its correction; of what one
    has, the correction alone does. The limit of the offer gets its room back."""
    with transaction.atomic():
        rows = CommissionLine.objects.select_for_update(no_key=True, of=("self",))
        of_cause = rows.filter(cause_kind=cause.kind, cause_id=cause.id).select_related("rule")
        lines = list(of_cause.order_by("pk"))
        done = CommissionLine.objects.filter(cause_kind=as_kind, cause_id=cause.id)
        if not lines or done.exists():
            return list(done)
        moment = now()
        _make_due([line for line in lines if line.state in (State.PENDING, State.HELD)], moment)
        corrections = [_against(line, as_kind, words, moment) for line in lines]
        CommissionLine.objects.bulk_create(corrections)
        for line, correction in zip(lines, corrections, strict=True):
            book_correction(correction, of_earned=line.amount_minor > 0)
        _give_room_back(lines)
    return corrections


def clear_due(*, limit: int | None = 500, partnership: Partnership | None = None) -> int:
    """Lines whose time for refunds is over are for the next statement; how many there were."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                sql.load("partners", "clear_lines"),
                {
                    "brand_id": current_brand_id(),
                    "now": now(),
                    "partnership_id": partnership.pk if partnership else None,
                    "limit": limit,
                },
            )
            cleared = cursor.fetchall()
        book_due({partnership_id: earned for partnership_id, _, earned in cleared})
    return sum(count for _, count, _ in cleared)


def hold_lines(partnership: Partnership, line_ids: Collection[int], *, reason: str) -> int:
    """Keep lines out of statements until they are released; how many. Raises Conflict, Invalid."""
    with naming("reason"):
        why = clean_text(reason, max_length=200)
    if not why:
        raise Invalid.at("reason", "Say why these lines are held.")
    with transaction.atomic():
        lines = _locked(partnership, line_ids, State.PENDING, State.DUE)
        payable = sum(max(line.amount_minor, 0) for line in lines if line.state == State.DUE)
        _move(lines, State.HELD, held_reason=why)
        if payable:
            book_held(partnership.pk, payable)
        ids = [line.pk for line in lines]
        record(CommissionHeld(subject_id=partnership.pk, line_ids=ids))
    return len(lines)


def release_lines(partnership: Partnership, line_ids: Collection[int]) -> int:
    """Held lines go on as if nothing had been. Raises Conflict when none of them is held."""
    with transaction.atomic():
        lines = _locked(partnership, line_ids, State.HELD)
        _move(lines, State.PENDING)
        ids = [line.pk for line in lines]
        record(CommissionReleased(subject_id=partnership.pk, line_ids=ids))
        clear_due(limit=None, partnership=partnership)
    return len(lines)


def snapshot(rule: Struct) -> CommissionRule:
    """The rule as it is now, kept once."""
    digest = hash_of(rule)
    row = CommissionRule(rule=msgspec.to_builtins(rule), rule_hash=digest)
    kept = CommissionRule.objects.filter(rule_hash=digest)
    found = kept.first()
    if found is None:
        CommissionRule.objects.bulk_create([row], ignore_conflicts=True)
        found = kept.get()
    return found


def _accrue(kind: str, happened: Sequence[Happened]) -> list[CommissionLine]:
    causes = [each.cause_id for each in happened]
    done = set(
        CommissionLine.objects.filter(cause_kind=kind, cause_id__in=causes).values_list(
            "cause_id", flat=True
        )
    )
    groups = by_version(each for each in happened if each.cause_id not in done)
    deals = deals_of(groups.keys())
    rows = Offer.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    offers = {row.pk: row for row in rows.filter(pk__in={offer_id for offer_id, _ in deals})}
    made: list[CommissionLine] = []
    for offer_id, number in sorted(deals):
        version = (offer_id, number)
        made += _lines_of(offers[offer_id], deals[version], kind, groups[version])
    CommissionLine.objects.bulk_create(made)
    book_lines(made)
    return made


def _lines_of(
    offer: Offer, deal: Deal, kind: str, happened: Iterable[Happened]
) -> list[CommissionLine]:
    """Lines in the order in which things came, as far as the offer's limit reaches."""
    room = max(deal.most_in_all - offer.spent_minor, 0) if deal.most_in_all else None
    reckoned: list[tuple[Happened, Part]] = []
    for each in happened:
        if each.at - each.started_at > timedelta(days=deal.window_days):
            continue
        parts = within(reckon(deal, each.facts), room)
        room = None if room is None else room - abs(total(parts))
        reckoned += [(each, part) for part in parts]
    if not reckoned:
        return []
    _spend(offer, deal, sum(abs(part.amount_minor) for _, part in reckoned))
    rule = snapshot(deal)
    lock = timedelta(days=deal.lock_days)
    return [
        CommissionLine(
            partnership_id=offer.partnership_id,
            offer=offer,
            rule=rule,
            cause_kind=kind,
            cause_id=each.cause_id,
            part=part.name,
            basis_minor=part.basis_minor,
            amount_minor=part.amount_minor,
            words=", ".join(filter(None, (each.words, part.product)))[:_WORDS],
            happened_at=each.at,
            locked_until=each.at + lock,
        )
        for each, part in reckoned
    ]


def _spend(offer: Offer, deal: Deal, amount_minor: int) -> None:
    rows = Offer.objects.filter(pk=offer.pk)
    if deal.most_in_all:
        rows = rows.filter(spent_minor__lte=deal.most_in_all - amount_minor)
    if not rows.update(spent_minor=F("spent_minor") + amount_minor):
        raise Conflict("The limit of this offer was reached meanwhile; try again.", code="changed")
    offer.spent_minor += amount_minor


def _give_room_back(lines: Iterable[CommissionLine]) -> None:
    given: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.offer_id is not None and line.cause_kind in (REDEMPTION, CLAIM):
            given[line.offer_id] += abs(line.amount_minor)
    for offer_id, amount in sorted(given.items()):
        Offer.objects.filter(pk=offer_id).update(spent_minor=F("spent_minor") - amount)


def _make_due(lines: Collection[CommissionLine], moment: datetime) -> None:
    """Without waiting any longer."""
    earned: dict[int, int] = defaultdict(int)
    for line in lines:
        earned[line.partnership_id] += max(line.amount_minor, 0)
        line.locked_until = moment
    _move(lines, State.DUE, locked_until=moment)
    book_due(earned)


def _against(line: CommissionLine, as_kind: str, words: str, moment: datetime) -> CommissionLine:
    return CommissionLine(
        partnership_id=line.partnership_id,
        offer_id=line.offer_id,
        rule=line.rule,
        cause_kind=as_kind,
        cause_id=line.cause_id,
        part=line.part,
        basis_minor=-line.basis_minor,
        amount_minor=-line.amount_minor,
        state=State.DUE,
        words=": ".join(filter(None, (words, line.words)))[:_WORDS],
        happened_at=moment,
        locked_until=line.locked_until if line.state == State.DUE else moment,
    )


def _locked(
    partnership: Partnership, line_ids: Collection[int], *states: State
) -> list[CommissionLine]:
    rows = CommissionLine.objects.select_for_update(no_key=True)
    lines = rows.filter(partnership=partnership, pk__in=line_ids, state__in=states)
    found = list(lines.order_by("pk"))
    if not found:
        raise Conflict("These lines have moved on meanwhile; look at them again.", code="changed")
    return found


def _move(lines: Iterable[CommissionLine], to: State, **columns: Any) -> None:
    """They are locked."""
    ids = []
    for line in lines:
        assert to in CommissionLine.TRANSITIONS[State(line.state)], (line, to)
        line.state = to
        ids.append(line.pk)
    said = {"held_reason": "", **columns}
    CommissionLine.objects.filter(pk__in=ids).update(state=to, **said)
