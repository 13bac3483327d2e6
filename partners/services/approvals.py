"""What the brand says to an offer: yes to one version by its hash, no, or "please change"."""

from datetime import date

from django.db import IntegrityError, transaction

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit import formats
from config.kit.clock import now
from config.kit.errors import Conflict
from customers.services.locks import BrandLock, lock_brand
from partners.events import OfferApproved, OfferChangesRequested, OfferDeclined
from partners.models.offers import Offer, OfferStep, OfferVersion
from partners.models.partnerships import Partnership
from partners.rules.content import OfferContent
from partners.rules.offers import read_content
from partners.rules.terms import hash_of
from partners.selectors.calendar import Clash, clashes
from partners.selectors.offers import offer_day, version_of, waits
from partners.services.moves import changing, label, move, note_step, words
from partners.services.vouchers import follow_version

State = Offer.State


def approve_offer(offer: Offer, *, number: int, content_hash: str, note: str = "") -> Offer:
    """Agree to exactly this version, which the partner put their name to; it takes its days in the
    calendar. Of an offer that runs it replaces what was agreed before.

    One approval of a brand at a time, so that two never look at the same free days. Raises Conflict
    when another version was saved or submitted since (`newer_version`), when the hash is not that
    of what the partner submitted (`hash_differs`), when its days are over, the partner is not
    active, the days are taken (`calendar`), or the partner's own codes are worth something else
    (`pool_worth`)."""
    said = words(note)
    try:
        with transaction.atomic():
            lock_brand(BrandLock.OFFERS)
            with changing(offer) as row:
                content = _agreed(row, number=number, content_hash=content_hash)
                _refuse_taken_days(row, content)
                _place(row, content, number=number, content_hash=content_hash)
                follow_version(row, content)
                note_step(row, "approved", version=number, note=said, content_hash=content_hash)
                record(OfferApproved(subject_id=row.pk, number=number))
    except IntegrityError as error:
        # Somebody who did not take the lock: the database has the last word.
        if "offer_exclusive" not in str(error):
            raise
        raise Conflict("These days are taken by another offer.", code="calendar") from error
    return offer


def request_changes(offer: Offer, *, number: int, note: str) -> Offer:
    """Ask the partner for another version, and say why. Of an offer that runs only the change
    goes back. Raises Invalid without a note, Conflict when another version is in review."""
    said = words(note, needed="Say what should change.")
    with changing(offer) as row:
        _refuse_stale(row, number)
        _take_out_of_review(row, State.CHANGES_REQUESTED)
        note_step(row, "changes_requested", version=number, note=said)
        record(OfferChangesRequested(subject_id=row.pk, number=number))
    return offer


def decline_offer(offer: Offer, *, number: int, note: str) -> Offer:
    """Say no for good, and why; of an offer that runs only to the change. Raises Invalid without a
    note, Conflict when another version is in review."""
    said = words(note, needed="Say why, so that the partner can do better.")
    with changing(offer) as row:
        _refuse_stale(row, number)
        _take_out_of_review(row, State.DECLINED)
        row.decided_at = now()
        note_step(row, "declined", version=number, note=said)
        record(OfferDeclined(subject_id=row.pk, number=number))
    return offer


def _agreed(row: Offer, *, number: int, content_hash: str) -> OfferContent:
    """What both sides put their names to."""
    _refuse_stale(row, number)
    if row.saved != number:
        raise Conflict(
            f"The partner has saved version {row.saved} since: wait until it is submitted, or ask"
            " for it.",
            code="newer_version",
        )
    version = version_of(row, number)
    content = read_content(version.content)
    if not content_hash == version.content_hash == hash_of(content) == _signed(row, version):
        raise Conflict(
            "This is not what the partner submitted: look at it again.", code="hash_differs"
        )
    if row.partnership.state != Partnership.State.ACTIVE:
        raise Conflict("This partner is not active now.", code="partnership_not_active")
    if content.ends_on < offer_day():
        raise Conflict("Its days are over: ask for later ones.", code="over")
    return content


def _signed(row: Offer, version: OfferVersion) -> str:
    """The hash that the partner put their name to."""
    steps = OfferStep.objects.filter(offer=row, act="submitted", version=version.number)
    return steps.order_by("-pk").values_list("content_hash", flat=True).first() or ""


def _refuse_stale(row: Offer, number: int) -> None:
    if not waits(row):
        raise Conflict(
            f"This offer is {label(row.state)}: nothing of it waits for review.", code="state"
        )
    if number != row.submitted:
        raise Conflict(
            f"Version {row.submitted} is in review now: look at that one.", code="newer_version"
        )


def _refuse_taken_days(row: Offer, content: OfferContent) -> None:
    if found := clashes(row, content):
        locale = Brand.objects.get(pk=current_brand_id()).locale
        raise Conflict(refusal(found[0], locale), code="calendar")


def refusal(clash: Clash, locale: str) -> str:
    """Both sides may read it: it names days and category, nobody."""
    days = _days(clash.since, clash.until, locale)
    if clash.why == "exclusive":
        return f"{clash.category} is taken {days}: one of the two offers wants it for itself."
    return f"An offer that keeps this one out runs {days} ({clash.category})."


def _days(since: date, until: date, locale: str) -> str:
    if since == until:
        return f"on {formats.day(since, locale)}"
    return f"from {formats.day(since, locale)} to {formats.day(until, locale)}"


def _place(row: Offer, content: OfferContent, *, number: int, content_hash: str) -> None:
    if row.state == State.SUBMITTED:
        move(row, State.APPROVED)
    row.approved = number
    row.brand_hash = row.partner_hash = content_hash
    row.name = content.headline
    row.category_id = content.category_id
    row.is_exclusive = content.is_exclusive
    row.starts_on, row.ends_on = content.starts_on, content.ends_on
    row.decided_at = now()


def _take_out_of_review(row: Offer, to: State) -> None:
    if row.state == State.SUBMITTED:
        move(row, to)
    else:
        row.submitted = row.approved
