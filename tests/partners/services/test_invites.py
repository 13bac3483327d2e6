"""Links that let a partner in, once."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from accounts.models.brands import Brand
from accounts.models.members import Membership
from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.selectors.brands import is_only_partner, reachable_brands
from config.kit.clock import now
from config.kit.errors import Conflict
from partners.models.partnerships import (
    PartnerInvite,
    Partnership,
    PartnershipDoor,
    PartnershipStep,
)
from partners.services import invites
from partners.services.partnerships import invite_partner
from tests.conftest import Cast
from tests.partners.conftest import make_partner


@pytest.fixture
def bar(floral: Brand) -> Partnership:
    return invite_partner(name="Wine Bar", email="jo@bar.example", contact_name="Jo Lind")


def _link() -> int:
    return PartnerInvite.objects.order_by("-pk")[0].pk


def test_an_accepted_invitation_makes_a_person_a_business_and_a_door(bar: Partnership) -> None:
    partnership, jo = invites.use_invite(_link())

    assert (jo.email, jo.name, jo.has_usable_password()) == ("jo@bar.example", "Jo Lind", False)
    assert EmailAddress.objects.get(user=jo).verified
    business = jo.memberships.get().organisation
    assert (business.kind, business.name) == (Organisation.Kind.PARTNER, "Wine Bar")
    assert (partnership.state, partnership.organisation) == ("approved", business)
    door = PartnershipDoor.objects.get()
    assert (door.uid, door.brand_id, door.organisation) == (bar.uid, bar.brand_id, business)
    assert reachable_brands(jo) == []
    assert is_only_partner(jo)
    step = PartnershipStep.objects.order_by("-pk")[0]
    assert (step.act, step.by_kind, step.by_id) == ("accepted", "partner", jo.pk)


def test_a_link_works_once(bar: Partnership) -> None:
    link = _link()
    invites.use_invite(link)
    with pytest.raises(Conflict) as refused:
        invites.use_invite(link)
    assert refused.value.code == "used"
    assert Membership.objects.filter(organisation__kind="partner").count() == 2  # with cast's Pia


@pytest.mark.parametrize("how", ["too old", "taken back", "sent again"])
def test_a_link_that_is_closed_lets_nobody_in(bar: Partnership, how: str) -> None:
    link = _link()
    if how == "too old":
        PartnerInvite.objects.update(expires_at=now() - timedelta(seconds=1))
    elif how == "taken back":
        invites.withdraw_invite(bar)
        assert Partnership.objects.get().state == "ended"
    else:
        invites.send_again(bar)
    with pytest.raises(Conflict) as refused:
        invites.use_invite(link)
    assert refused.value.code == "expired"
    assert not PartnershipDoor.objects.exists()
    assert not User.objects.filter(email="jo@bar.example").exists()


def test_an_invitation_is_sent_again_or_taken_back_only_while_it_waits(bar: Partnership) -> None:
    invites.use_invite(_link())
    for act in (invites.send_again, invites.withdraw_invite):
        with pytest.raises(Conflict):
            act(bar)
    assert PartnerInvite.objects.count() == 1
    assert Partnership.objects.get().state == "approved"


def test_somebody_who_is_signed_in_accepts_for_their_own_business(
    bar: Partnership, otto: User
) -> None:
    partnership, person = invites.use_invite(_link(), user=otto)
    assert person == otto
    assert partnership.organisation == otto.memberships.get().organisation
    assert not User.objects.filter(email="jo@bar.example").exists()


def test_a_business_works_with_a_brand_once(bar: Partnership, wines: Partnership) -> None:
    with pytest.raises(Conflict) as refused:
        invites.use_invite(_link(), user=wines.organisation.memberships.get().user)
    assert refused.value.code == "works_with_it"
    assert Partnership.objects.get(pk=bar.pk).state == "invited"
    assert PartnerInvite.objects.get().used_at is None


def test_a_stranger_does_not_join_a_business_that_has_people(bar: Partnership) -> None:
    invites.use_invite(_link())
    Partnership.objects.update(state="ended")
    invite_partner(name="Wine Bar", email="jo@bar.example")
    stranger = make_partner("al@x.example", name="Al", business="Other")
    with pytest.raises(Conflict) as refused:
        invites.use_invite(_link(), user=stranger)
    assert refused.value.code == "not_theirs"
    assert stranger.memberships.count() == 1
    assert Partnership.objects.get().state == "invited"


def test_no_thank_you_ends_it_and_uses_the_link(bar: Partnership) -> None:
    invites.decline_invite(_link())
    assert Partnership.objects.get().state == "declined"
    with pytest.raises(Conflict):
        invites.use_invite(_link())
    assert not PartnershipDoor.objects.exists()


def test_a_password_set_by_whoever_never_proved_the_mailbox_is_worth_nothing(
    bar: Partnership,
) -> None:
    squatter = User.objects.create_user("jo@bar.example", "a long enough password")
    _, jo = invites.use_invite(_link())
    assert jo == squatter
    assert not jo.has_usable_password()
    assert jo.session_epoch == 1


def test_people_with_a_proven_address_keep_their_password_and_their_brands(
    bar: Partnership, cast: Cast
) -> None:
    User.objects.filter(pk=cast.ben.pk).update(email="jo@bar.example")
    ben = User.objects.get(pk=cast.ben.pk)
    EmailAddress.objects.create(user=ben, email=ben.email, verified=True, primary=True)
    _, person = invites.use_invite(_link())
    assert person == ben
    assert person.has_usable_password()
    assert [access.brand for access in reachable_brands(person)] == [cast.floral]
    assert not is_only_partner(person)
