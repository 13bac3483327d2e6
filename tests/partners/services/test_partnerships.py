"""Applications, and what a brand decides about each."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from partners.models.partnerships import (
    OfferCategory,
    PartnerInvite,
    PartnerMail,
    Partnership,
    PartnershipStep,
)
from partners.selectors import partnerships as selectors
from partners.services import partnerships as services
from partners.services.invites import use_invite
from partners.services.mails import mail_link
from tests.partners.conftest import make_partner, make_partnership

State = Partnership.State
SAID = {
    "name": "Trattoria Lucia",
    "contact_name": "Pia Roth",
    "email": "Pia@Lucia.example",
    "website": "https://lucia.example",
    "pitch": "Dinner for two.",
}


def _applied(**other: Any) -> Partnership:
    return services.apply_as_partner(**{**SAID, **other})


def _confirmed() -> Partnership:
    partnership, _ = use_invite(_newest_invite().pk)
    return partnership


def _newest_invite() -> PartnerInvite:
    return PartnerInvite.objects.order_by("-pk")[0]


def _events() -> list[str]:
    return list(DomainEvent.objects.order_by("pk").values_list("type", flat=True))


def test_an_application_reaches_the_brand_once_its_address_is_confirmed(
    floral: Brand, category: OfferCategory
) -> None:
    made = _applied(category_id=category.pk)
    assert (made.state, made.email, made.organisation_id) == ("applied", "pia@lucia.example", None)
    assert list(selectors.listed()) == list(selectors.waiting()) == []
    assert _events() == ["partnership.invited"]

    partnership = _confirmed()
    assert list(selectors.waiting()) == [made]
    assert partnership.organisation.name == "Trattoria Lucia"
    assert Partnership.objects.get().category == category
    assert _events() == ["partnership.invited", "partnership.applied"]


def test_asking_again_before_the_address_is_confirmed_makes_one_partner_and_closes_old_links(
    floral: Brand,
) -> None:
    _applied()
    first = _newest_invite()
    _applied(name="Lucia's", pitch="Supper.")
    with pytest.raises(Conflict) as refused:
        use_invite(first.pk)
    assert refused.value.code == "expired"
    _confirmed()
    assert [(p.name, p.pitch) for p in Partnership.objects.all()] == [("Lucia's", "Supper.")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("contact_name", ""),
        ("email", "pia"),
        ("website", "ftp://x"),
        ("pitch", "\0"),
    ],
)
def test_an_application_that_cannot_be_used_is_refused(
    floral: Brand, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _applied(**{field: value})
    assert list(refused.value.fields) == [field]
    assert not Partnership.objects.exists()


def test_who_was_turned_down_applies_again_from_the_day_on_and_not_before(floral: Brand) -> None:
    _applied()
    partnership = _confirmed()
    services.reject(partnership, reason="Full for now", reapply_on=floral.today + timedelta(days=1))
    links = PartnerInvite.objects.count()

    _applied(pitch="Please!")
    assert PartnerInvite.objects.count() == links
    assert _events()[-1] == "partnership.asked_again"

    Partnership.objects.update(reapply_on=floral.today)
    _applied(pitch="Please!")
    again = _confirmed()
    again.refresh_from_db()
    assert (again.pk, again.state, again.pitch) == (partnership.pk, "applied", "Please!")
    acts = PartnershipStep.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["applied", "rejected", "applied"]


def test_a_known_address_of_a_partners_people_is_answered_by_mail_alone(
    dinner: Partnership,
) -> None:
    assert _applied(email="pia@lucia.example") == dinner
    assert not PartnerInvite.objects.exists()
    assert Partnership.objects.get().state == "active"


def test_a_day_to_apply_again_lies_ahead_and_within_three_years(floral: Brand) -> None:
    _applied()
    partnership = _confirmed()
    for days in (0, -1, 4_000):
        with pytest.raises(Invalid):
            services.reject(partnership, reapply_on=floral.today + timedelta(days=days))
    assert Partnership.objects.get().state == "applied"


def test_an_application_is_not_decided_on_before_its_address_is_confirmed(floral: Brand) -> None:
    made = _applied()
    with pytest.raises(Conflict):
        services.approve(made)
    assert Partnership.objects.get().state == "applied"
    assert not PartnershipStep.objects.exists()


ACTS: dict[str, tuple[Any, set[State]]] = {
    "approve": (services.approve, {State.APPLIED}),
    "reject": (services.reject, {State.APPLIED}),
    "suspend": (services.suspend, {State.ACTIVE}),
    "resume": (services.resume, {State.SUSPENDED}),
    "end": (services.end, {State.APPROVED, State.ACTIVE, State.SUSPENDED}),
    "ban": (
        lambda row: services.ban(row, reason="Spam"),
        {s for s in State if State.BANNED in Partnership.TRANSITIONS[s]},
    ),
    "withdraw": (services.withdraw, {State.APPLIED, State.APPROVED}),
}


@pytest.mark.parametrize("name", ACTS)
def test_each_act_goes_from_its_states_and_from_no_other(dinner: Partnership, name: str) -> None:
    act, sources = ACTS[name]
    for state in State:
        Partnership.objects.filter(pk=dinner.pk).update(state=state)
        steps, events = PartnershipStep.objects.count(), len(_events())
        row = Partnership.objects.get()
        if state in sources:
            act(row)
            assert Partnership.objects.get().state == row.state != state
            assert PartnershipStep.objects.count() == steps + 1
            assert _events()[events:] == ["partnership.moved"]
        else:
            with pytest.raises(Conflict):
                act(row)
            assert Partnership.objects.get().state == state
            assert (PartnershipStep.objects.count(), len(_events())) == (steps, events)


def test_a_stale_page_decides_nothing(floral: Brand) -> None:
    _applied()
    partnership = _confirmed()
    stale = Partnership.objects.get()
    services.approve(partnership)
    with pytest.raises(Conflict):
        services.reject(stale)
    assert Partnership.objects.get().state == "approved"


def test_a_ban_needs_a_reason(dinner: Partnership) -> None:
    with pytest.raises(Invalid):
        services.ban(dinner, reason=" ")
    assert Partnership.objects.get().state == "active"


def test_the_brand_invites_whom_it_does_not_know_or_has_parted_with(floral: Brand) -> None:
    made = services.invite_partner(name="Wine Bar", email="jo@bar.example")
    assert (made.state, _newest_invite().email) == ("invited", "jo@bar.example")
    with pytest.raises(Conflict) as refused:
        services.invite_partner(name="Wine Bar", email="JO@bar.example")
    assert list(refused.value.fields) == ["email"]

    Partnership.objects.update(state=State.ENDED)
    assert services.invite_partner(name="Other name", email="jo@bar.example") == made
    again = Partnership.objects.get()
    assert (again.state, again.name) == ("invited", "Wine Bar")


def test_lists_show_what_waits_first(floral: Brand, dinner: Partnership) -> None:
    other = make_partner("jo@bar.example", name="Jo", business="Bar")
    waits = make_partnership(other, state=State.APPLIED)
    third = make_partner("al@x.example", name="Al", business="Aa")
    ended = make_partnership(third, state=State.ENDED)
    assert list(selectors.listed()) == [waits, dinner, ended]
    assert list(selectors.active_partnerships()) == [dinner]


def test_what_nobody_confirms_is_forgotten_a_month_later(
    floral: Brand, dinner: Partnership
) -> None:
    made = _applied(email="jo@bar.example")
    mail_link(_newest_invite().pk)
    assert services.forget_unconfirmed() == 0
    Partnership.objects.filter(pk=made.pk).update(updated_at=now() - services.KEPT_UNCONFIRMED)
    assert services.forget_unconfirmed() == 1
    assert list(Partnership.objects.all()) == [dinner]
    assert not PartnerInvite.objects.exists()
    assert not PartnerMail.objects.exists()
