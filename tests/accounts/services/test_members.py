"""Roles are changed by owners only, never one's own, and hold at once."""

import pytest
from django.test import Client

from accounts.models.events import DomainEvent
from accounts.models.members import Membership, Role
from accounts.models.users import User
from accounts.scope import brand_scope
from accounts.services.members import change_role
from config.kit.errors import Conflict, NotAllowed
from tests.conftest import Cast


def role_of(user: User) -> str:
    return Membership.objects.get(user=user).role


def test_an_owner_gives_another_role_and_the_member_signs_in_anew(cast: Cast, ben: Client) -> None:
    assert ben.get("/b/floral/customers/").status_code == 200
    with brand_scope(cast.floral):
        change_role(
            membership=Membership.objects.get(user=cast.ben),
            role=Role.VIEWER,
            brand=cast.floral,
            by=cast.ana,
        )
        assert DomainEvent.objects.get().payload == {"role": "viewer"}
    assert role_of(cast.ben) == Role.VIEWER
    assert ben.get("/b/floral/customers/").status_code == 302


def test_nobody_changes_their_own_role(cast: Cast) -> None:
    with brand_scope(cast.floral), pytest.raises(NotAllowed, match="your own"):
        change_role(
            membership=Membership.objects.get(user=cast.ana),
            role=Role.VIEWER,
            brand=cast.floral,
            by=cast.ana,
        )
    assert role_of(cast.ana) == Role.OWNER


@pytest.mark.parametrize("who", ["ben", "cleo", "pia"])
def test_others_change_no_role(cast: Cast, who: str) -> None:
    with brand_scope(cast.floral), pytest.raises(NotAllowed):
        change_role(
            membership=Membership.objects.get(user=cast.ana),
            role=Role.VIEWER,
            brand=cast.floral,
            by=getattr(cast, who),
        )
    assert role_of(cast.ana) == Role.OWNER
    with brand_scope(cast.floral):
        assert not DomainEvent.objects.exists()


def test_an_owner_of_one_brand_changes_nothing_in_the_agency(cast: Cast) -> None:
    Membership.objects.filter(user=cast.ben).update(role=Role.OWNER)
    zed = User.objects.create_user("zed@northlight.example", "a long enough password")
    wide = Membership.objects.create(user=zed, organisation=cast.agency, role=Role.VIEWER)
    with brand_scope(cast.floral), pytest.raises(NotAllowed):
        change_role(membership=wide, role=Role.OWNER, brand=cast.floral, by=cast.ben)
    assert role_of(zed) == Role.VIEWER


def test_a_change_that_was_overtaken_is_refused(cast: Cast) -> None:
    seen = Membership.objects.get(user=cast.ben)
    Membership.objects.filter(pk=seen.pk).update(role=Role.ANALYST)
    with brand_scope(cast.floral), pytest.raises(Conflict):
        change_role(membership=seen, role=Role.VIEWER, brand=cast.floral, by=cast.ana)
    assert role_of(cast.ben) == Role.ANALYST
