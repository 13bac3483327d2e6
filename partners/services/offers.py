"""What a partner does with an offer: saves versions, puts their name to one, takes it back."""

from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from accounts.scope import current_actor
from accounts.services.events import record
from campaigns.models.editor import MailImage
from config.kit import egress
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from partners.events import OfferSubmitted, OfferWithdrawn
from partners.models.offers import Offer, OfferVersion
from partners.models.partnerships import OfferCategory, Partnership
from partners.rules import links
from partners.rules.content import OfferContent
from partners.rules.offers import cleaned, faults, read_content
from partners.rules.terms import hash_of
from partners.selectors.offers import (
    can_edit,
    offer_day,
    version_content,
    version_of,
    waits,
)
from partners.services.moves import changing, label, move, note_step, words

State = Offer.State
MOST_VERSIONS = 500
MOST_OFFERS = 2_000


def save_offer(
    partnership: Partnership,
    content: OfferContent,
    *,
    offer: Offer | None = None,
    base: int = 0,
) -> Offer:
    """Keep the content as the next version of `offer`, or of a new one; the same again makes none.

    `base` is the version that was edited: raises Conflict (`saved_since`) when somebody has saved
    another one since, Conflict for an offer that is over, or a partner who is not active, and
    Invalid with the fields that cannot stay so."""
    _refuse_inactive(partnership)
    sound = _sound(content)
    if offer is None:
        offer = _new(partnership, sound)
    with changing(offer) as row:
        if not can_edit(row):
            raise Conflict(
                _("This offer is %(state)s; begin a new one.") % {"state": label(row.state)},
                code="state",
            )
        if row.saved != base:
            raise Conflict(
                _(
                    "Version %(n)s was saved while you were writing. Yours is not lost: look at"
                    " both, and save again what should hold."
                )
                % {"n": row.saved},
                code="saved_since",
            )
        _refuse_new_beginning(row, sound)
        _add_version(row, sound)
        if not row.approved:
            _show_days(row, sound)
    return offer


def submit_offer(offer: Offer, *, number: int) -> Offer:
    """The partner puts their name to the version saved last; of an offer that runs it is a change
    that waits, while what was agreed runs on.

    Raises Conflict when another version was saved since, or this one is in review already, and
    Invalid for what cannot be offered (any more)."""
    with changing(offer) as row:
        _refuse_inactive(row.partnership)
        _refuse_stale(row, number)
        version = version_of(row, number)
        content = version_content(row, number)
        _sound(content)
        _refuse_new_beginning(row, content)
        if row.state != State.SUBMITTED and row.state not in Offer.PLACED:
            move(row, State.SUBMITTED)
        if not row.approved:
            row.partner_hash = version.content_hash
        row.submitted = number
        row.submitted_at = now()
        note_step(row, "submitted", version=number, content_hash=version.content_hash)
        record(OfferSubmitted(subject_id=row.pk, number=number))
    return offer


def withdraw_offer(offer: Offer, *, note: str = "") -> Offer:
    """The partner takes it back, for good, before it is live. Raises Conflict."""
    said = words(note)
    with changing(offer) as row:
        move(row, State.WITHDRAWN)
        row.decided_at = now()
        note_step(row, "withdrawn", version=row.saved, note=said)
        record(OfferWithdrawn(subject_id=row.pk))
    return offer


def withdraw_change(offer: Offer) -> Offer:
    """Of an offer that runs: the change that waits is taken back. Raises Conflict."""
    with changing(offer) as row:
        if row.state not in Offer.PLACED or not waits(row):
            raise Conflict(_("No change of this offer waits for review."), code="state")
        note_step(row, "change_withdrawn", version=row.submitted)
        row.submitted = row.approved
    return offer


def _new(partnership: Partnership, content: OfferContent) -> Offer:
    if Offer.objects.filter(partnership=partnership).count() >= MOST_OFFERS:
        raise Conflict(_("There are %(n)s offers already; that is the most.") % {"n": MOST_OFFERS})
    offer = Offer(partnership=partnership, name=content.headline)
    offer.save()
    offer.refresh_from_db(fields=["uid"])
    return offer


def _add_version(row: Offer, content: OfferContent) -> None:
    digest = hash_of(content)
    if row.saved and version_of(row, row.saved).content_hash == digest:
        return
    if row.saved >= MOST_VERSIONS:
        raise Conflict(_("This offer has too many versions; begin a new one."))
    row.saved += 1
    actor = current_actor()
    OfferVersion.objects.create(
        offer=row,
        number=row.saved,
        content=msgspec.to_builtins(content),
        content_hash=digest,
        by_kind=actor.kind,
        by_id=actor.id,
    )


def _show_days(row: Offer, content: OfferContent) -> None:
    row.name = content.headline
    row.category_id = content.category_id
    row.is_exclusive = content.is_exclusive
    row.starts_on = content.starts_on
    row.ends_on = content.ends_on


def _sound(content: OfferContent) -> OfferContent:
    try:
        content = cleaned(content)
    except ValueError as error:
        raise Invalid(str(error)) from error
    found = {field: _(words) for field, words in faults(content, today=offer_day()).items()}
    if content.link and (trouble := link_trouble(content.link)):
        found["link"] = trouble
    if content.image and not MailImage.objects.filter(name=content.image).exists():
        found["image"] = _("This picture is not there any more; upload it again.")
    if not OfferCategory.objects.filter(pk=content.category_id).exists():
        found["category_id"] = _("Choose what kind of offer it is.")
    if found:
        raise Invalid(next(iter(found.values())), fields=found)
    return _within_bounds(content)


def _within_bounds(content: OfferContent) -> OfferContent:
    """As it is read back later: bounds that a form or the API let through are refused here."""
    try:
        return read_content(msgspec.to_builtins(content))
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from error


def link_trouble(url: str) -> str:
    """Why customers cannot be sent to this address; "" when they can."""
    hosts = Brand.objects.filter(host__isnull=False).values_list("host", flat=True)
    ours = {urlsplit(settings.BASE_URL).hostname or "", *(host or "" for host in hosts)}
    if trouble := links.problem(url, ours=ours):
        return _(trouble)
    try:
        egress.check_url(url)
    except egress.EgressRefused as error:
        return error.message
    return ""


def _refuse_inactive(partnership: Partnership) -> None:
    state = Partnership.objects.values_list("state", flat=True).get(pk=partnership.pk)
    if state != Partnership.State.ACTIVE:
        raise Conflict(
            _(
                "Offers can be made once both sides have agreed on terms, and while the"
                " partnership is active."
            ),
            code="partnership_not_active",
        )


def _refuse_stale(row: Offer, number: int) -> None:
    if number != row.saved or not number:
        raise Conflict(
            _("Version %(n)s was saved since: look at it, and submit that one.") % {"n": row.saved},
            code="saved_since",
        )
    if number == row.submitted and waits(row):
        raise Conflict(_("Version %(n)s waits for review already.") % {"n": number}, code="state")
    if number in {row.approved, row.submitted}:
        raise Conflict(_("Nothing has changed since the last word on it."), code="state")


def _refuse_new_beginning(row: Offer, content: OfferContent) -> None:
    has_begun = row.state in {State.LIVE, State.PAUSED}
    if has_begun and content.starts_on != row.starts_on:
        raise Invalid.at("starts_on", _("It has begun: its first day stays as it is."))
