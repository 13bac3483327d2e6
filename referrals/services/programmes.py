"""Setting up referral programmes, and putting their terms in force."""

import secrets

import msgspec
from django.db import IntegrityError, transaction

from accounts.models.brands import Brand
from accounts.scope import current_actor, current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.money import digits
from config.kit.text import clean_text
from referrals.events import (
    ProgrammeChanged,
    ProgrammeEnded,
    ProgrammePaused,
    ProgrammeResumed,
    ProgrammeStarted,
)
from referrals.models.programmes import Programme, ProgrammeVersion
from referrals.rules.obstacles import obstacles
from referrals.rules.terms import RewardTerms, Terms, read_terms, terms_hash
from referrals.selectors.programmes import spends

MAX_NAME = 120
State = Programme.State


def preset(currency: str) -> Terms:
    """ "Give 10, get 10": a coupon for both, the friend's at once, the advocate's two weeks after
    the order. Where money has no hundredths it is a thousand."""
    ten = 10 ** (1 + digits(currency)) if digits(currency) else 1_000
    return Terms(
        advocate=RewardTerms(kind="coupon", amount=ten),
        friend=RewardTerms(kind="coupon", amount=ten, hold_days=0, on="claim"),
    )


def create_programme(name: str, *, terms: Terms | None = None) -> Programme:
    """A draft; without terms with those of the preset. Raises Invalid, or Conflict for a name that
    is taken."""
    brand = Brand.objects.get(pk=current_brand_id())
    try:
        with transaction.atomic():
            programme = Programme.objects.create(
                name=_name(name),
                draft=msgspec.to_builtins(terms or preset(brand.currency)),
                salt=secrets.token_bytes(32),
            )
    except IntegrityError as error:
        raise _name_taken() from error
    programme.refresh_from_db(fields=["uid"])
    return programme


def rename_programme(programme: Programme, *, name: str) -> Programme:
    """Raises Invalid, or Conflict for a name that is taken."""
    programme.name = _name(name)
    try:
        with transaction.atomic():
            Programme.objects.filter(pk=programme.pk).update(name=programme.name, updated_at=now())
    except IntegrityError as error:
        raise _name_taken() from error
    return programme


def save_draft(programme: Programme, *, terms: Terms) -> Programme:
    """What the set-up pages show from now on; nobody is promised it before `go_live`.

    Raises Conflict once the programme has ended."""
    draft = msgspec.to_builtins(terms)
    saved = (
        Programme.objects.filter(pk=programme.pk)
        .exclude(state=State.ENDED)
        .update(draft=draft, updated_at=now())
    )
    if not saved:
        raise _ended()
    programme.draft = draft
    return programme


def go_live(programme: Programme) -> ProgrammeVersion:
    """Freeze the draft as the next version and put it in force; the same terms again make none.

    What was promised before keeps the version it was promised under. Raises Invalid with what is
    in the way, or Conflict once the programme has ended."""
    with transaction.atomic():
        row = _locked(programme)
        if row.state == State.ENDED:
            raise _ended()
        terms = _sound(row)
        version, is_new = _freeze(row, terms)
        was, row.state = row.state, State.LIVE
        row.started_at = row.started_at or now()
        _keep(programme, row)
        if was == State.DRAFT:
            record(ProgrammeStarted(subject_id=row.pk, number=version.number))
        elif is_new:
            record(ProgrammeChanged(subject_id=row.pk, number=version.number))
        if was == State.PAUSED:
            record(ProgrammeResumed(subject_id=row.pk))
    return version


def pause_programme(programme: Programme) -> Programme:
    """For now nobody can join or claim, and no order earns anything; what was promised stays.

    Raises Conflict for one that is not live."""
    with transaction.atomic():
        _move(programme, State.PAUSED)
        record(ProgrammePaused(subject_id=programme.pk))
    return programme


def resume_programme(programme: Programme) -> Programme:
    """Under the terms that held before. Raises Conflict for one that is not paused."""
    with transaction.atomic():
        _move(programme, State.LIVE, only_from=State.PAUSED)
        record(ProgrammeResumed(subject_id=programme.pk))
    return programme


def end_programme(programme: Programme) -> Programme:
    """For good; who claimed before may still order within the window. Raises Conflict."""
    with transaction.atomic():
        _move(programme, State.ENDED)
        record(ProgrammeEnded(subject_id=programme.pk))
    return programme


def _move(programme: Programme, to: State, *, only_from: State | None = None) -> None:
    row = _locked(programme)
    state = State(row.state)
    is_open = to in Programme.TRANSITIONS[state] and only_from in (None, state)
    if not is_open:
        raise Conflict(f"This programme is {state.label.lower()}, so that cannot be done.")
    row.state = to
    row.ended_at = now() if to == State.ENDED else None
    _keep(programme, row)


def _sound(row: Programme) -> Terms:
    with naming("draft"):
        terms = read_terms(row.draft)
    found = obstacles(terms, spends=spends())
    if found:
        raise Invalid(next(iter(found.values())), code="not_ready", fields=found)
    return terms


def _freeze(row: Programme, terms: Terms) -> tuple[ProgrammeVersion, bool]:
    digest = terms_hash(terms)
    current = ProgrammeVersion.objects.filter(programme=row, number=row.version).first()
    if current is not None and current.terms_hash == digest:
        return current, False
    row.version += 1
    actor = current_actor()
    version = ProgrammeVersion.objects.create(
        programme=row,
        number=row.version,
        terms=msgspec.to_builtins(terms),
        terms_hash=digest,
        by_id=actor.id if actor.kind == "user" else None,
    )
    return version, True


def _locked(programme: Programme) -> Programme:
    return Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _keep(programme: Programme, row: Programme) -> None:
    """Write the locked row, and show the caller's what became of it."""
    row.updated_at = now()
    row.save(update_fields=["state", "version", "started_at", "ended_at", "updated_at"])
    for field in ("state", "version", "started_at", "ended_at", "updated_at"):
        setattr(programme, field, getattr(row, field))


def _name(text: str) -> str:
    with naming("name"):
        name = clean_text(text, max_length=MAX_NAME)
    if not name:
        raise Invalid.at("name", "Give it a name.")
    return name


def _name_taken() -> Conflict:
    return Conflict.at(
        "name", "There is a referral programme of this name already.", code="name_taken"
    )


def _ended() -> Conflict:
    return Conflict("This referral programme has ended; begin a new one.", code="ended")
