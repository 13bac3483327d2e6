"""One offer under lock: what is done to it is written at the end, with a line of its history."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.scope import current_actor
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from partners.models.offers import Offer, OfferStep

State = Offer.State
_WRITTEN = (
    *("name", "state", "saved", "submitted", "approved", "brand_hash", "partner_hash"),
    *("category_id", "is_exclusive", "starts_on", "ends_on", "control_percent"),
    *("submitted_at", "decided_at", "updated_at"),
)


@contextmanager
def changing(offer: Offer) -> Iterator[Offer]:
    """The offer's row, locked and as it is now. A refusal inside leaves it as it was; afterwards
    the caller's object shows what became of it."""
    with transaction.atomic():
        rows = Offer.objects.select_for_update(no_key=True, of=("self",))
        row = rows.select_related("partnership").get(pk=offer.pk)
        yield row
        row.updated_at = now()
        row.save(update_fields=_WRITTEN)
    for name in _WRITTEN:
        setattr(offer, name, getattr(row, name))


def move(row: Offer, to: State) -> None:
    """Raises Conflict where no way leads from its state to that one."""
    state = State(row.state)
    if to not in Offer.TRANSITIONS[state]:
        raise Conflict(
            _("This offer is %(state)s, so that cannot be done.") % {"state": label(state)},
            code="state",
        )
    row.state = to


def label(state: str) -> str:
    """A state within a sentence."""
    words = {
        State.SUBMITTED: _("waiting for review"),
        State.CHANGES_REQUESTED: _("waiting for changes"),
        State.DRAFT: _("a draft"),
        State.EXPIRED: _("over"),
    }
    return words.get(State(state)) or _(State(state).label).lower()


def note_step(
    row: Offer, act: str, *, version: int = 0, note: str = "", content_hash: str = ""
) -> None:
    actor = current_actor()
    OfferStep.objects.create(
        offer=row,
        act=act,
        version=version,
        note=note,
        content_hash=content_hash,
        by_kind=actor.kind,
        by_id=actor.id,
    )


def words(note: str, *, needed: str = "") -> str:
    """A comment of either side. Raises Invalid when it is needed, and empty."""
    with naming("note"):
        text = clean_text(note, max_length=2_000, multiline=True)
    if needed and not text:
        raise Invalid.at("note", needed)
    return text
