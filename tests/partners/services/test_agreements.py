"""Terms that both sides put their name to, under one hash."""

from dataclasses import dataclass

import pytest

from accounts.models.events import DomainEvent
from accounts.models.users import User
from accounts.scope import Actor, acting
from config.kit.errors import Conflict
from partners.models.partnerships import Partnership, PartnershipTerms
from partners.rules.revenue_share import Deal
from partners.rules.terms import PartnershipTerms as Terms
from partners.rules.terms import hash_of
from partners.selectors.partnerships import newest_terms, terms_of, versions
from partners.selectors.suggestions import terms_to_answer
from partners.selectors.terms import term_history
from partners.services.agreements import agree_terms, propose_terms
from tests.conftest import Cast

TEN = Terms(deal=Deal(share=100))
TWELVE = Terms(deal=Deal(share=120), notes="From June on.")


@dataclass
class Sides:
    brand: Actor
    partner: Actor


@pytest.fixture
def sides(cast: Cast, pia: User) -> Sides:
    return Sides(Actor("user", cast.ben.pk), Actor("partner", pia.pk))


@pytest.fixture
def approved(dinner: Partnership) -> Partnership:
    """With terms of an earlier time, which hold no more."""
    Partnership.objects.update(state="approved", terms_number=0)
    dinner.refresh_from_db()
    return dinner


def test_terms_hold_once_both_sides_named_the_same_words(
    approved: Partnership, sides: Sides, cast: Cast, pia: User
) -> None:
    with acting(sides.brand):
        row = propose_terms(approved, TEN)
    assert (row.number, row.terms_hash, row.brand_hash) == (2, hash_of(TEN), hash_of(TEN))
    assert (row.partner_hash, row.brand_agreed_by_id) == ("", cast.ben.pk)
    with pytest.raises(Conflict) as none_yet:
        terms_of(approved)
    assert none_yet.value.code == "no_terms"

    with acting(sides.partner):
        row = agree_terms(approved, number=2, terms_hash=hash_of(TEN))
    assert (row.partner_hash, row.partner_agreed_by_id) == (hash_of(TEN), pia.pk)
    assert (approved.state, approved.terms_number) == ("active", 2)
    assert terms_of(approved) == TEN
    types = list(DomainEvent.objects.order_by("pk").values_list("type", flat=True))
    assert types == [
        "partnership.terms_proposed",
        "partnership.terms_agreed",
        "partnership.moved",
    ]


def test_new_terms_leave_those_in_force_until_both_agree(dinner: Partnership, sides: Sides) -> None:
    with acting(sides.partner):
        propose_terms(dinner, TWELVE)
    assert (terms_of(dinner), newest_terms(dinner).waits_for) == (Terms(), "brand")
    with acting(sides.brand):
        agree_terms(dinner, number=2, terms_hash=hash_of(TWELVE))
    assert (dinner.state, terms_of(dinner)) == ("active", TWELVE)


def test_only_the_newest_version_as_it_was_read_can_be_agreed_to_and_once(
    dinner: Partnership, sides: Sides
) -> None:
    with acting(sides.brand):
        propose_terms(dinner, TEN.__class__(deal=Deal(share=90)))
        propose_terms(dinner, TWELVE)
        with pytest.raises(Conflict) as own:
            agree_terms(dinner, number=3, terms_hash=hash_of(TWELVE))
    codes = [own.value.code]
    with acting(sides.partner):
        for number, digest in ((2, hash_of(Terms(deal=Deal(share=90)))), (3, hash_of(TEN))):
            with pytest.raises(Conflict) as refused:
                agree_terms(dinner, number=number, terms_hash=digest)
            codes.append(refused.value.code)
    assert codes == ["agreed", "outdated", "changed"]
    dinner.refresh_from_db()
    assert dinner.terms_number == 1
    assert not PartnershipTerms.objects.filter(number__gte=2).exclude(partner_hash="").exists()


@pytest.mark.parametrize("state", ["applied", "invited", "rejected", "ended", "banned"])
def test_in_other_states_there_is_nothing_to_agree_on(
    dinner: Partnership, sides: Sides, state: str
) -> None:
    with acting(sides.brand):
        propose_terms(dinner, TWELVE)
    Partnership.objects.update(state=state)
    with acting(sides.partner):
        with pytest.raises(Conflict):
            agree_terms(dinner, number=2, terms_hash=hash_of(TWELVE))
        with pytest.raises(Conflict):
            propose_terms(dinner, TEN)
    assert PartnershipTerms.objects.count() == 2
    assert Partnership.objects.get().terms_number == 1


def test_terms_that_hold_already_are_not_proposed(dinner: Partnership, sides: Sides) -> None:
    with acting(sides.brand), pytest.raises(Conflict) as refused:
        propose_terms(dinner, Terms())
    assert refused.value.code == "same"
    assert PartnershipTerms.objects.count() == 1


def test_a_partner_answers_with_other_terms_and_only_the_newest_is_agreed_to(
    approved: Partnership, sides: Sides, cast: Cast
) -> None:
    may = frozenset({"partners.edit"})
    with acting(sides.brand):
        first = propose_terms(approved, TEN)
    with acting(sides.partner):
        with pytest.raises(Conflict) as said_already:
            propose_terms(approved, TEN, answers=first.number)
        assert terms_to_answer(cast.floral, may) == []
        counter = propose_terms(approved, TWELVE, answers=first.number)
    assert said_already.value.code == "same"
    assert (counter.number, counter.by_kind) == (first.number + 1, "partner")
    assert (counter.partner_hash, counter.brand_hash) == (hash_of(TWELVE), "")
    (asked,) = terms_to_answer(cast.floral, may)
    assert asked.title == "1 partner proposes other terms"
    with acting(sides.brand):
        for act in (
            lambda: agree_terms(approved, number=first.number, terms_hash=first.terms_hash),
            lambda: propose_terms(approved, TEN, answers=first.number),
        ):
            with pytest.raises(Conflict) as late:
                act()
            assert late.value.code == "outdated"
        agree_terms(approved, number=counter.number, terms_hash=counter.terms_hash)
    assert (approved.state, approved.terms_number) == ("active", counter.number)
    assert terms_of(approved) == TWELVE
    assert terms_to_answer(cast.floral, may) == []
    newest, *_ = term_history(versions(approved), approved)
    assert newest.by == "Trattoria Lucia"
    assert [(change.label, change.after) for change in newest.changes] == [
        ("Money", "Trattoria Lucia pays Floral: 12% of what was paid"),
        ("Besides", "From June on."),
    ]
