"""Links that let somebody in as a partner, once: invitations, and addresses to be confirmed."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models.members import Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.scope import Actor, acting
from accounts.services.events import record
from accounts.services.people import person_at
from config.kit.clock import now
from config.kit.errors import Conflict
from partners.events import PartnerApplied, PartnerInvited
from partners.models.partnerships import (
    OfferCategory,
    PartnerInvite,
    Partnership,
    PartnershipDoor,
)
from partners.services.standing import State, move, note_step, out_of_place

VALID = timedelta(days=14)


def issue_invite(
    partnership: Partnership, *, application: dict[str, Any] | None = None
) -> PartnerInvite:
    """A new link, mailed to the partner's address; those before it open nothing any more."""
    with transaction.atomic():
        close_invites(partnership)
        invite = PartnerInvite.objects.create(
            partnership=partnership,
            email=partnership.email,
            application=application or {},
            expires_at=now() + VALID,
        )
        record(PartnerInvited(subject_id=partnership.pk, invite_id=invite.pk))
    return invite


def send_again(partnership: Partnership) -> PartnerInvite:
    """The invitation once more, under a new link. Raises Conflict for one that is not waiting."""
    with transaction.atomic():
        row = Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        if row.state != State.INVITED:
            raise out_of_place(partnership)
        note_step(partnership, "invited_again")
        return issue_invite(partnership)


def withdraw_invite(partnership: Partnership) -> Partnership:
    """Nobody can accept it any more. Raises Conflict for one that is not waiting."""
    with transaction.atomic():
        move(partnership, State.ENDED, act="withdrawn", only_from={State.INVITED})
        close_invites(partnership)
    return partnership


def close_invites(partnership: Partnership) -> None:
    """No link that was mailed before opens anything any more."""
    PartnerInvite.objects.filter(partnership=partnership, used_at=None, withdrawn_at=None).update(
        withdrawn_at=now()
    )


def use_invite(invite_id: int, *, user: User | None = None) -> tuple[Partnership, User]:
    """Accept an invitation, or confirm an application, once: as `user`, who is signed in, else as
    whoever has the mailbox that the link went to.

    Raises Conflict with nothing done: used (code used), too old or withdrawn (code expired), of a
    business that this person is not of (code not_theirs), or that works with the brand already
    (code works_with_it)."""
    with transaction.atomic():
        partnership, invite = _claim(invite_id)
        person = user or person_at(invite.email, name=_contact(partnership, invite))
        with acting(Actor("partner", person.pk)):
            _open_door(partnership, _business(partnership, person))
            if invite.application:
                _confirm(partnership, invite.application)
            else:
                move(partnership, State.APPROVED, act="accepted", only_from={State.INVITED})
    partnership.refresh_from_db()
    return partnership, person


def decline_invite(invite_id: int) -> Partnership:
    """ "No, thank you" to an invitation, by who holds its link. Raises Conflict like use_invite."""
    with transaction.atomic():
        partnership, _ = _claim(invite_id)
        with acting(Actor("partner")):
            return move(partnership, State.DECLINED, act="declined", only_from={State.INVITED})


def _claim(invite_id: int) -> tuple[Partnership, PartnerInvite]:
    """The link is used up; its partnership is locked first, as everywhere."""
    invite = PartnerInvite.objects.get(pk=invite_id)
    rows = Partnership.objects.select_for_update(no_key=True, of=("self",))
    partnership = rows.select_related("brand").get(pk=invite.partnership_id)
    open_ones = PartnerInvite.objects.filter(
        pk=invite_id, used_at=None, withdrawn_at=None, expires_at__gt=now()
    )
    if not open_ones.update(used_at=now()):
        invite.refresh_from_db()
        raise Conflict(
            "This link was used already. You can sign in with your e-mail address."
            if invite.used_at
            else "This link opens nothing any more. Please ask for a new one.",
            code="used" if invite.used_at else "expired",
        )
    return partnership, invite


def _contact(partnership: Partnership, invite: PartnerInvite) -> str:
    return str(invite.application.get("contact_name") or partnership.contact_name)


def _business(partnership: Partnership, person: User) -> Organisation:
    """That of the partnership, once it has one; else the person's own, else a new one."""
    theirs = Organisation.objects.filter(
        kind=Organisation.Kind.PARTNER, memberships__user=person
    ).order_by("pk")
    if partnership.organisation_id is not None:
        known = theirs.filter(pk=partnership.organisation_id).first()
        if known is None:
            raise Conflict(
                f"{partnership.name} has people of its own here. Please sign in as one of them.",
                code="not_theirs",
            )
        return known
    own = theirs.first()
    if own is not None:
        return own
    made = Organisation.objects.create(kind=Organisation.Kind.PARTNER, name=partnership.name)
    Membership.objects.create(user=person, organisation=made, role=Role.OWNER)
    return made


def _confirm(partnership: Partnership, application: dict[str, Any]) -> None:
    """The application counts from now on, and waits for the brand."""
    category = OfferCategory.objects.filter(pk=application["category_id"]).first()
    said = {name: application[name] for name in ("name", "contact_name", "website", "pitch")}
    if partnership.state == State.APPLIED:
        Partnership.objects.filter(pk=partnership.pk).update(
            **said, category=category, updated_at=now()
        )
        note_step(partnership, "applied")
    else:
        again = {State.REJECTED, State.DECLINED}
        said |= {"reason": "", "category": category}
        move(partnership, State.APPLIED, act="applied", only_from=again, **said)
    record(PartnerApplied(subject_id=partnership.pk))


def _open_door(partnership: Partnership, organisation: Organisation) -> None:
    """Partners come in by it; a business has one at each brand."""
    try:
        with transaction.atomic():
            Partnership.objects.filter(pk=partnership.pk).update(organisation=organisation)
    except IntegrityError as error:
        raise Conflict(
            f"{organisation.name} works with {partnership.brand.name} already. Please sign in.",
            code="works_with_it",
        ) from error
    PartnershipDoor.objects.get_or_create(
        uid=partnership.uid,
        defaults={"brand": partnership.brand, "organisation": organisation},
    )
