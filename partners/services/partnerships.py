"""Who the brand works with: applications, invitations, and what it decides about each."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text, email_key
from partners.events import PartnerAskedAgain
from partners.models.partnerships import (
    OfferCategory,
    PartnerInvite,
    PartnerMail,
    Partnership,
)
from partners.services.invites import VALID, close_invites, issue_invite
from partners.services.standing import State, move, note_step, out_of_place, words

MAX_NAME = 120
MAX_PITCH = 2_000
# A day further away than that is a ban in other words.
FURTHEST = timedelta(days=3 * 366)
KEPT_UNCONFIRMED = VALID + timedelta(days=16)
# Who was turned down, or said no, may ask for it again.
_MAY_APPLY = (State.REJECTED, State.DECLINED)
_MAY_INVITE = (State.REJECTED, State.DECLINED, State.ENDED)


def apply_as_partner(
    *,
    name: str,
    contact_name: str,
    email: str,
    website: str = "",
    pitch: str = "",
    category_id: int | None = None,
) -> Partnership:
    """Somebody would like to work with the brand. Nothing counts before the link of one mail was
    followed; of an address that the brand knows, only a mail to it tells how things stand, so that
    whoever asks reads the same. A banned one gets no mail.

    Raises Invalid for what cannot be used."""
    said = _application(
        name=name, contact_name=contact_name, website=website, pitch=pitch, category_id=category_id
    )
    with naming("email"):
        address = email_key(email)
    with transaction.atomic():
        known = _known(address)
        if known is None:
            known = Partnership.objects.create(state=State.APPLIED, email=address, **said)
            known.refresh_from_db(fields=["uid"])
        if may_apply(known):
            Partnership.objects.filter(pk=known.pk).update(updated_at=now())
            issue_invite(known, application=said)
        else:
            record(PartnerAskedAgain(subject_id=known.pk))
    return known


def may_apply(partnership: Partnership) -> bool:
    """Whether an application of theirs would be looked at, once its address is confirmed."""
    if partnership.state == State.APPLIED:
        return partnership.organisation_id is None
    is_too_early = partnership.reapply_on is not None and partnership.reapply_on > _today()
    return partnership.state in _MAY_APPLY and not is_too_early


def invite_partner(
    *, name: str, email: str, category: OfferCategory | None = None, contact_name: str = ""
) -> Partnership:
    """The brand asks a business, by a link that lets it in once.

    Raises Invalid, or Conflict for one that is invited, waits for a decision, works with the brand
    already, or is banned."""
    with naming("name"):
        called = _one_line(name, needed="Please write what the business is called.")
        contact = clean_text(contact_name, max_length=MAX_NAME)
    with naming("email"):
        address = email_key(email)
    with transaction.atomic():
        known = _known(address)
        if known is None:
            known = Partnership.objects.create(
                state=State.INVITED,
                email=address,
                name=called,
                contact_name=contact,
                category=category,
            )
            known.refresh_from_db(fields=["uid"])
            note_step(known, "invited")
        elif known.state in _MAY_INVITE:
            move(known, State.INVITED, act="invited", only_from=_MAY_INVITE, reapply_on=None)
        else:
            state = State(known.state).label.lower()
            raise Conflict.at(
                "email", f"{known.name} has this address, and is “{state}”.", code="known"
            )
        issue_invite(known)
    return known


def approve(partnership: Partnership) -> Partnership:
    """The application is welcome; terms come next. Raises Conflict, also while its address is not
    confirmed."""
    if partnership.organisation_id is None:
        raise Conflict("They have not confirmed their e-mail address yet.", code="not_confirmed")
    return move(
        partnership,
        State.APPROVED,
        act="approved",
        only_from={State.APPLIED},
        decided_at=now(),
        reason="",
        reapply_on=None,
    )


def reject(
    partnership: Partnership, *, reason: str = "", reapply_on: date | None = None
) -> Partnership:
    """Turn an application down; they may apply again from `reapply_on` on (None: at once). The
    partner reads the reason. Raises Invalid or Conflict."""
    note = words(reason)
    if reapply_on is not None and not _today() < reapply_on <= _today() + FURTHEST:
        raise Invalid.at("reapply_on", "Choose a day from tomorrow on, within three years.")
    with transaction.atomic():
        move(
            partnership,
            State.REJECTED,
            act="rejected",
            note=note,
            reason=note,
            reapply_on=reapply_on,
            decided_at=now(),
        )
        close_invites(partnership)
    return partnership


def suspend(partnership: Partnership, *, reason: str = "") -> Partnership:
    """For now nothing of theirs runs; what is owed stays owed. Raises Conflict."""
    note = words(reason)
    return move(partnership, State.SUSPENDED, act="suspended", note=note, reason=note)


def resume(partnership: Partnership) -> Partnership:
    """On the terms that held before. Raises Conflict for one that is not suspended."""
    return move(partnership, State.ACTIVE, act="resumed", only_from={State.SUSPENDED}, reason="")


def end(partnership: Partnership, *, reason: str = "") -> Partnership:
    """For good, unless they are invited again; what is owed is settled. Raises Conflict."""
    note = words(reason)
    working = {State.APPROVED, State.ACTIVE, State.SUSPENDED}
    with transaction.atomic():
        move(partnership, State.ENDED, act="ended", only_from=working, note=note, reason=note)
        close_invites(partnership)
    return partnership


def ban(partnership: Partnership, *, reason: str) -> Partnership:
    """They come in no more, and their applications are not answered. Raises Invalid without a
    reason, or Conflict."""
    note = words(reason, needed="Please write why: they are told, and so is who asks later.")
    with transaction.atomic():
        move(partnership, State.BANNED, act="banned", note=note, reason=note, decided_at=now())
        close_invites(partnership)
    return partnership


def withdraw(partnership: Partnership) -> Partnership:
    """The partner takes the application back, or says no to what was approved. Raises Conflict."""
    open_ones = {State.APPLIED, State.APPROVED}
    return move(partnership, State.DECLINED, act="declined", only_from=open_ones)


def forget_unconfirmed(*, limit: int = 500) -> int:
    """Applications whose address nobody confirmed while a link worked: whoever typed it may not
    have been its owner, so nothing of it is kept. Returns how many."""
    rows = Partnership.objects.filter(state=State.APPLIED, organisation=None)
    old = rows.filter(updated_at__lt=now() - KEPT_UNCONFIRMED).order_by("pk")
    gone = list(old.values_list("pk", flat=True)[:limit])
    if gone:
        with transaction.atomic():
            PartnerMail.objects.filter(partnership__in=gone).delete()
            PartnerInvite.objects.filter(partnership__in=gone).delete()
            Partnership.objects.filter(pk__in=gone, organisation=None).delete()
    return len(gone)


def set_category(partnership: Partnership, *, category: OfferCategory | None) -> Partnership:
    """What they offer, as the brand sees it. Raises Conflict for one that is banned."""
    rows = Partnership.objects.filter(pk=partnership.pk).exclude(state=State.BANNED)
    if not rows.update(category=category, updated_at=now()):
        raise out_of_place(partnership)
    partnership.category = category
    return partnership


def _application(
    *, name: str, contact_name: str, website: str, pitch: str, category_id: int | None
) -> dict[str, Any]:
    with naming("name"):
        called = _one_line(name, needed="Please write what your business is called.")
    with naming("contact_name"):
        contact = _one_line(contact_name, needed="Please write your name.")
    with naming("website"):
        site = clean_text(website, max_length=300)
    with naming("pitch"):
        told = clean_text(pitch, max_length=MAX_PITCH, multiline=True)
    is_known = category_id is not None and OfferCategory.objects.filter(pk=category_id).exists()
    if site and not site.startswith(("https://", "http://")):
        raise Invalid.at("website", "Please begin with https://")
    return {
        "name": called,
        "contact_name": contact,
        "website": site,
        "pitch": told,
        "category_id": category_id if is_known else None,
    }


def _one_line(text: str, *, needed: str) -> str:
    line = clean_text(text, max_length=MAX_NAME)
    if not line:
        raise ValueError(needed)
    return line


def _known(address: str) -> Partnership | None:
    """The partnership of this address, or of a business that somebody signs in for with it; a
    banned one before all others. One asker at a time, so that two make no two of one."""
    Brand.objects.select_for_update(no_key=True).get(pk=current_brand_id())
    mine = Q(email=address) | Q(organisation__memberships__user__email=address)
    rows = Partnership.objects.filter(mine, sister_brand=None).distinct()
    found = sorted(rows, key=lambda row: (row.state != State.BANNED, -row.pk))
    return found[0] if found else None


def _today() -> date:
    return Brand.objects.get(pk=current_brand_id()).today
