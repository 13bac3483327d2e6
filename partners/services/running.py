"""An offer's run by the calendar: scheduled, live, ended; paused and resumed by hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.events import Event
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from partners.events import (
    OfferEnded,
    OfferExpired,
    OfferPaused,
    OfferResumed,
    OfferScheduled,
    OfferStarted,
    OfferWithdrawn,
)
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.selectors.offers import offer_day
from partners.services.moves import changing, label, move, note_step, words

State = Offer.State
# Of a brand in one turn.
SLICE = 200
_ACTIVE = Q(partnership__state=Partnership.State.ACTIVE)
_OPEN = [State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED]


@dataclass(frozen=True)
class _Move:
    """A step that nobody takes by hand."""

    to: Offer.State
    act: str
    event: Callable[..., Event]


_SCHEDULE = _Move(State.SCHEDULED, "scheduled", OfferScheduled)
_START = _Move(State.LIVE, "started", OfferStarted)
_PAUSE = _Move(State.PAUSED, "paused", OfferPaused)
_END = _Move(State.ENDED, "ended", OfferEnded)
_EXPIRE = _Move(State.EXPIRED, "expired", OfferExpired)
_WITHDRAW = _Move(State.WITHDRAWN, "withdrawn", OfferWithdrawn)


def tend_offers(limit: int = SLICE) -> int:
    """What the day brings for the brand's offers; how many were moved."""
    return start_due(limit) + end_due(limit) + expire_due(limit)


def start_due(limit: int = SLICE, *, only: int | None = None) -> int:
    """Approved offers of active partners, or one of them: live once their day has come, scheduled
    before."""
    today = offer_day()
    rows = Offer.objects.filter(_ACTIVE, **({} if only is None else {"pk": only}))
    begun = rows.filter(
        state__in=[State.APPROVED, State.SCHEDULED], starts_on__lte=today, ends_on__gte=today
    )
    ahead = rows.filter(state=State.APPROVED, starts_on__gt=today)
    return _each(begun[:limit], _START) + _each(ahead[:limit], _SCHEDULE)


def end_due(limit: int = SLICE) -> int:
    """Offers whose last day is over."""
    running = [State.SCHEDULED, State.LIVE, State.PAUSED]
    return _each(_over(running)[:limit], _END)


def expire_due(limit: int = SLICE) -> int:
    """Offers whose days were over before they could begin."""
    return _each(_over([*_OPEN, State.APPROVED])[:limit], _EXPIRE)


def _over(states: list[Offer.State]) -> QuerySet[Offer]:
    return Offer.objects.filter(state__in=states, ends_on__lt=offer_day())


def pause_offer(offer: Offer, *, note: str = "") -> Offer:
    """For now nobody sees it or takes it; vouchers that were given stay good. Raises Conflict."""
    said = words(note)
    with changing(offer) as row:
        move(row, State.PAUSED)
        note_step(row, "paused", version=row.approved, note=said)
        record(OfferPaused(subject_id=row.pk))
    return offer


def resume_offer(offer: Offer) -> Offer:
    """Raises Conflict for one that is not paused, is over, or whose partner is not active."""
    with changing(offer) as row:
        today = offer_day()
        if row.state != State.PAUSED:
            raise Conflict(f"This offer is {label(row.state)}, not paused.", code="state")
        if row.partnership.state != Partnership.State.ACTIVE:
            raise Conflict("This partner is not active now.", code="partnership_not_active")
        if row.ends_on is None or row.ends_on < today:
            raise Conflict("Its days are over.", code="over")
        begins_later = row.starts_on is not None and row.starts_on > today
        move(row, State.SCHEDULED if begins_later else State.LIVE)
        note_step(row, "resumed", version=row.approved)
        record(OfferResumed(subject_id=row.pk))
    return offer


def end_offer(offer: Offer, *, note: str = "") -> Offer:
    """For good, before its last day; vouchers that were given stay good. Raises Conflict."""
    said = words(note)
    with changing(offer) as row:
        move(row, State.ENDED)
        note_step(row, "ended", version=row.approved, note=said)
        record(OfferEnded(subject_id=row.pk))
    return offer


def set_control(offer: Offer, *, percent: int) -> Offer:
    """How many of those who could get it do not, so that its effect can be measured.

    Raises Invalid, or Conflict once it was sent."""
    if not 0 <= percent <= 50:
        raise Invalid.at("percent", "Between 0 and 50 per cent.")
    with changing(offer) as row:
        if row.campaign_id is not None:
            raise Conflict("It was sent: the control group stays as it is.", code="state")
        row.control_percent = percent
    return offer


def reopen_settled(offer_ids: Iterable[int]) -> None:
    """Settled ones of these wait again: what had been paid of them came back from the bank."""
    rows = Offer.objects.filter(pk__in=offer_ids, state=State.SETTLED)
    for offer in rows.order_by("pk"):
        with changing(offer) as row:
            if row.state == State.SETTLED:
                move(row, State.ENDED)
                note_step(row, "reopened")


def follow_partnership(partnership_id: int) -> None:
    """A partner who is suspended, or with whom it is over, has no offers that run."""
    partnership = Partnership.objects.get(pk=partnership_id)
    offers = Offer.objects.filter(partnership=partnership)
    if partnership.state == Partnership.State.SUSPENDED:
        _each(offers.filter(state=State.LIVE), _PAUSE)
    elif partnership.state in {Partnership.State.ENDED, Partnership.State.BANNED}:
        _each(offers.filter(state__in=[State.LIVE, State.PAUSED, State.SCHEDULED]), _END)
        _each(offers.filter(state__in=[*_OPEN, State.APPROVED]), _WITHDRAW)


def _each(rows: Iterable[Offer], move_: _Move) -> int:
    return sum(_step(offer, move_) for offer in rows)


def _step(offer: Offer, move_: _Move) -> bool:
    """Whether it was still as it was found: then it is in the new state."""
    with transaction.atomic():
        as_found = {name: getattr(offer, name) for name in ("state", "starts_on", "ends_on")}
        rows = Offer.objects.filter(pk=offer.pk, **as_found)
        moved = rows.update(state=move_.to, updated_at=now())
        if moved:
            note_step(offer, move_.act, version=offer.approved)
            record(move_.event(subject_id=offer.pk))
    return bool(moved)
