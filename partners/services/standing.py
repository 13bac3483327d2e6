"""Where a partnership stands: one step from a state to another, with its history and its event."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from partners.events import PartnershipMoved
from partners.models.partnerships import Partnership, PartnershipStep

State = Partnership.State
MAX_NOTE = 300


def move(
    partnership: Partnership,
    to: State,
    *,
    act: str,
    only_from: Collection[State] = (),
    note: str = "",
    **values: Any,
) -> Partnership:
    """Take it to a state by one conditional UPDATE, and `values` with it. Raises Conflict when it
    stands elsewhere by now: then nothing has happened."""
    sources = [
        state
        for state, ways in Partnership.TRANSITIONS.items()
        if to in ways and (not only_from or state in only_from)
    ]
    values |= {"state": to, "updated_at": now()}
    with transaction.atomic():
        rows = Partnership.objects.filter(pk=partnership.pk, state__in=sources)
        if not rows.update(**values):
            raise out_of_place(partnership)
        note_step(partnership, act, note=note)
        record(PartnershipMoved(subject_id=partnership.pk, state=to))
    for name, value in values.items():
        setattr(partnership, name, value)
    return partnership


def note_step(partnership: Partnership, act: str, *, note: str = "") -> None:
    actor = current_actor()
    PartnershipStep.objects.create(
        partnership=partnership, act=act, note=note, by_kind=actor.kind, by_id=actor.id
    )


def out_of_place(partnership: Partnership) -> Conflict:
    """What to say of an act that its state no longer allows."""
    partnership.refresh_from_db(fields=["state"])
    state = State(partnership.state).label.lower()
    return Conflict(
        f"{partnership.name} is “{state}” by now, so that cannot be done.", code="state"
    )


def words(note: str, *, field: str = "reason", needed: str = "") -> str:
    """A sentence of either side. Raises Invalid when it is `needed`, and empty."""
    with naming(field):
        text = clean_text(note, max_length=MAX_NOTE)
    if needed and not text:
        raise Invalid.at(field, needed)
    return text
