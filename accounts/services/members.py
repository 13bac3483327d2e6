"""Who works for a brand, and as what."""

from django.db import transaction
from django.db.models import F

from accounts.events import MemberChanged
from accounts.models.brands import Brand
from accounts.models.members import Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.selectors.members import may_change
from accounts.services.events import record
from config.kit.errors import Conflict, NotAllowed


def change_role(*, membership: Membership, role: Role, brand: Brand, by: User) -> None:
    """Give a member another role; they are signed out everywhere, so that it holds at once.

    Raises NotAllowed for one's own role (so an organisation always keeps an owner) and for
    memberships that `by` does not own, Conflict when it had been changed meanwhile."""
    with transaction.atomic():
        # One change at a time per organisation: two owners could else demote each other.
        Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)
        if membership.user_id == by.pk:
            raise NotAllowed("You cannot change your own role; ask another owner.")
        if not may_change(membership, brand=brand, by=by):
            raise NotAllowed("Only an owner of the same organisation can change this role.")
        changed = Membership.objects.filter(pk=membership.pk, role=membership.role).update(
            role=role
        )
        if not changed:
            raise Conflict("Somebody else has just changed this role; please look again.")
        User.objects.filter(pk=membership.user_id).update(session_epoch=F("session_epoch") + 1)
        record(MemberChanged(subject_id=membership.user_id, role=role))
