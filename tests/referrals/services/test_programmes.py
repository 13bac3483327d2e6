"""A programme promises nothing before it is live, and what it promised is frozen."""

import msgspec
import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.errors import Conflict, Invalid
from referrals.models.programmes import Programme, ProgrammeVersion, RewardSettings
from referrals.rules.terms import Arm, RewardTerms, Terms, Texts, terms_hash
from referrals.selectors.programmes import (
    current_version,
    draft_of,
    has_begun,
    live_programmes,
    terms_for,
    terms_of,
)
from referrals.services.programmes import (
    create_programme,
    end_programme,
    go_live,
    pause_programme,
    preset,
    rename_programme,
    resume_programme,
    save_draft,
)

pytestmark = pytest.mark.django_db


def _events() -> list[str]:
    rows = DomainEvent.objects.filter(type__startswith="programme.").order_by("id")
    return list(rows.values_list("type", flat=True))


def test_the_preset_gives_ten_to_both_and_starts_as_it_is(floral: Brand) -> None:
    programme = create_programme("Give 10, get 10")

    assert not has_begun()
    version = go_live(programme)

    terms = terms_of(version)
    assert terms.advocate == RewardTerms(kind="coupon", amount=1_000, hold_days=14, on="order")
    assert terms.friend == RewardTerms(kind="coupon", amount=1_000, hold_days=0, on="claim")
    assert (version.number, version.terms_hash) == (1, terms_hash(terms))
    assert list(live_programmes()) == [programme]
    assert has_begun()
    assert _events() == ["programme.started"]


@pytest.mark.parametrize(("currency", "ten"), [("GBP", 1_000), ("JPY", 1_000), ("KWD", 10_000)])
def test_ten_is_ten_in_every_currency_but_those_without_hundredths(currency: str, ten: int) -> None:
    terms = preset(currency)
    assert terms.advocate is not None
    assert terms.advocate.amount == ten


def test_the_same_terms_again_make_no_version_and_others_do(programme: Programme) -> None:
    first = current_version(programme)
    assert go_live(programme) == first

    changed = msgspec.structs.replace(draft_of(programme), texts=Texts(headline="Share"))
    save_draft(programme, terms=changed)
    assert terms_of(current_version(programme)) == terms_of(first)
    second = go_live(programme)

    assert second.number == 2
    assert terms_of(second) == changed
    assert terms_of(ProgrammeVersion.objects.get(pk=first.pk)).texts == Texts()
    assert _events() == ["programme.started", "programme.changed"]


@pytest.mark.parametrize("kind", ["store_credit", "points", "gift_card"])
def test_what_the_shop_cannot_take_is_not_promised(floral: Brand, kind: str) -> None:
    offered = msgspec.structs.replace(RewardTerms(kind="coupon", amount=500), kind=kind)
    programme = create_programme("Credit", terms=Terms(advocate=offered))

    with pytest.raises(Invalid) as refusal:
        go_live(programme)

    assert list(refusal.value.fields) == ["advocate"]
    programme.refresh_from_db()
    assert (programme.state, programme.version) == ("draft", 0)
    assert not ProgrammeVersion.objects.exists()
    assert _events() == []

    RewardSettings.objects.create(spends=[kind])
    assert go_live(programme).number == 1


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(advocate=None, friend=None), "advocate"),
        (Terms(advocate=RewardTerms(kind="coupon", amount=0)), "advocate"),
        (Terms(advocate=RewardTerms(kind="coupon", amount=1, on="claim")), "advocate"),
        (Terms(friend=RewardTerms(kind="cash", amount=1, on="claim")), "friend"),
        (Terms(friend=RewardTerms(kind="cash", amount=1, percent=10)), "friend"),
        (Terms(arms=[Arm(name="A", percent=60), Arm(name="B", percent=50)]), "arms"),
        (Terms(arms=[Arm(name="A", percent=10), Arm(name="A", percent=10)]), "arms"),
        (Terms(texts=Texts(shop_address="javascript:alert(1)")), "shop_address"),
        (Terms(texts=Texts(shop_address="http://[")), "shop_address"),
    ],
)
def test_each_obstacle_is_named_by_its_place(floral: Brand, terms: Terms, field: str) -> None:
    programme = create_programme("Unsound", terms=terms)
    with pytest.raises(Invalid) as refusal:
        go_live(programme)
    assert list(refusal.value.fields) == [field]
    assert not ProgrammeVersion.objects.exists()


def test_pausing_resuming_and_ending_follow_the_states(programme: Programme) -> None:
    with pytest.raises(Conflict):
        resume_programme(programme)
    pause_programme(programme)
    with pytest.raises(Conflict):
        pause_programme(programme)
    assert not live_programmes().exists()
    resume_programme(programme)
    end_programme(programme)
    assert programme.ended_at is not None
    for act in (pause_programme, resume_programme, end_programme, go_live):
        with pytest.raises(Conflict):
            act(programme)
    with pytest.raises(Conflict):
        save_draft(programme, terms=Terms())

    assert _events() == [
        "programme.started",
        "programme.paused",
        "programme.resumed",
        "programme.ended",
    ]


def test_two_programmes_have_two_names(programme: Programme) -> None:
    with pytest.raises(Conflict):
        create_programme(programme.name)
    other = create_programme("Friends of friends")
    with pytest.raises(Conflict):
        rename_programme(other, name=programme.name)
    with pytest.raises(Invalid):
        create_programme("  ")
    assert Programme.objects.count() == 2


def test_an_offer_of_the_experiment_changes_only_what_it_says(floral: Brand) -> None:
    fifteen = RewardTerms(kind="coupon", amount=1_500)
    terms = Terms(arms=[Arm(name="More", percent=50, advocate=fifteen, headline="Get 15")])
    version = go_live(create_programme("Experiment", terms=terms))

    offered = terms_for(version, 0)
    assert (offered.advocate, offered.friend) == (fifteen, terms.friend)
    assert (offered.texts.headline, offered.texts.share) == ("Get 15", terms.texts.share)
    assert terms_for(version, None) == terms_for(version, 7) == terms
