"""Two people, one moment: a link, an address and a decision count once."""

from collections.abc import Callable

import pytest

from accounts.models.organisations import Organisation
from accounts.models.users import User
from accounts.scope import brand_scope
from config.kit.errors import Conflict
from partners.models.partnerships import (
    PartnerInvite,
    Partnership,
    PartnershipDoor,
    PartnershipStep,
)
from partners.services import partnerships
from partners.services.invites import use_invite
from tests.conftest import Cast
from tests.crowds import at_once
from tests.partners.conftest import make_partnership

pytestmark = pytest.mark.django_db(transaction=True)


def _outcome(cast: Cast, act: Callable[[], object]) -> str:
    try:
        with brand_scope(cast.floral):
            act()
    except Conflict as refused:
        return refused.code
    return "done"


def test_one_link_lets_one_in_however_often_it_is_pressed_at_once(cast: Cast) -> None:
    with brand_scope(cast.floral):
        partnerships.invite_partner(name="Wine Bar", email="jo@bar.example")
        link = PartnerInvite.objects.get().pk
    said = at_once(lambda pk: _outcome(cast, lambda: use_invite(pk)), [link] * 4)
    assert sorted(said) == ["done", "used", "used", "used"]
    assert User.objects.filter(email="jo@bar.example").count() == 1
    assert Organisation.objects.filter(name="Wine Bar").count() == 1
    assert PartnershipDoor.objects.count() == 1


def test_one_address_is_one_partner_however_often_it_applies_at_once(cast: Cast) -> None:
    def apply(name: str) -> str:
        return _outcome(
            cast,
            lambda: partnerships.apply_as_partner(
                name=name, contact_name="Jo", email="jo@bar.example"
            ),
        )

    assert at_once(apply, ["Bar", "The Bar", "Wine Bar"]) == ["done"] * 3
    with brand_scope(cast.floral):
        assert Partnership.objects.count() == 1
        assert PartnerInvite.objects.filter(withdrawn_at=None).count() == 1


def test_of_two_decisions_at_once_one_counts(cast: Cast, pia: User) -> None:
    with brand_scope(cast.floral):
        waits = make_partnership(pia, state=Partnership.State.APPLIED)

    def decide(act: Callable[[Partnership], Partnership]) -> str:
        return _outcome(cast, lambda: act(waits))

    said = at_once(decide, [partnerships.approve, partnerships.reject])
    assert sorted(said) == ["done", "state"]
    with brand_scope(cast.floral):
        assert PartnershipStep.objects.count() == 1
