"""The ledger and where a customer stands: the later act wins, a withdrawal beats."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from customers.models.consents import Basis, Consent, ConsentState, ConsentWording, PermissionRule
from customers.models.customers import Customer
from customers.models.imports import Import
from customers.models.segments import DirtyCustomer
from customers.rules import permissions
from customers.selectors.consents import consent_as_of, permission_at, wordings
from customers.services.consents import (
    Evidence,
    record_consent,
    restate_consents,
    state_consent,
    withdraw_consent,
)
from tests import factories

MAY = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def jo(floral: Brand) -> Customer:
    return factories.customer(email="jo@example.com")


def standing(customer: Customer) -> str:
    return ConsentState.objects.get(customer=customer).status


def test_a_consent_is_kept_with_its_words_and_moves_the_state(jo: Customer) -> None:
    evidence = Evidence(wording="Send me news", wording_version="3", proof={"form": "footer"})
    act = record_consent(customer=jo, source="api", evidence=evidence, at=MAY)
    act.refresh_from_db()
    assert (act.wording, act.wording_version, act.proof) == (
        "Send me news",
        "3",
        {"form": "footer"},
    )
    assert standing(jo) == "granted"
    event = DomainEvent.objects.get(type="consent.granted")
    assert (event.subject_id, event.payload) == (jo.pk, {"consent_id": act.pk})


def test_the_later_act_wins_in_whatever_order_they_come(jo: Customer) -> None:
    withdraw_consent(customer=jo, source="unsubscribe", at=MAY + DAY)
    record_consent(customer=jo, source="api", at=MAY)
    assert standing(jo) == "withdrawn"
    record_consent(customer=jo, source="api", at=MAY + 2 * DAY)
    assert standing(jo) == "granted"
    assert Consent.objects.count() == 3


def test_at_the_same_instant_the_withdrawal_beats(jo: Customer) -> None:
    withdraw_consent(customer=jo, source="unsubscribe", at=MAY)
    record_consent(customer=jo, source="api", at=MAY)
    assert standing(jo) == "withdrawn"
    act = consent_as_of(jo, MAY)
    assert act is not None
    assert act.status == "withdrawn"


def test_the_ledger_answers_for_any_instant(jo: Customer) -> None:
    record_consent(customer=jo, source="api", at=MAY)
    withdraw_consent(customer=jo, source="unsubscribe", at=MAY + 2 * DAY)
    assert consent_as_of(jo, MAY - DAY) is None
    assert consent_as_of(jo, MAY + DAY).status == "granted"  # type: ignore[union-attr]
    assert consent_as_of(jo, MAY + 3 * DAY).status == "withdrawn"  # type: ignore[union-attr]


def test_a_consent_from_the_future_is_refused(jo: Customer) -> None:
    with pytest.raises(Invalid):
        record_consent(customer=jo, source="api", at=now() + DAY)
    assert (Consent.objects.count(), ConsentState.objects.count()) == (0, 0)


def test_a_consent_of_a_fast_clock_does_not_outlast_a_withdrawal(jo: Customer) -> None:
    record_consent(customer=jo, source="api", at=now() + timedelta(minutes=4))
    withdraw_consent(customer=jo, source="unsubscribe")
    assert standing(jo) == "withdrawn"


def test_a_permission_needs_a_legal_ground(jo: Customer) -> None:
    with pytest.raises(Invalid, match="legal ground"):
        record_consent(customer=jo, source="api", basis=Basis.NONE)
    assert (Consent.objects.count(), ConsentState.objects.count()) == (0, 0)


def test_a_program_that_repeats_an_old_yes_does_not_undo_a_withdrawal(jo: Customer) -> None:
    withdraw_consent(customer=jo, source="unsubscribe")
    with pytest.raises(Conflict, match="withdrawn"):
        state_consent(customer=jo, is_granted=True, source="api")
    assert (standing(jo), Consent.objects.count()) == ("withdrawn", 1)

    state_consent(customer=jo, is_granted=True, source="api", at=now())
    assert standing(jo) == "granted"


def held(customer: Customer) -> tuple[object, ...]:
    state = ConsentState.objects.get(customer=customer)
    return (state.status, state.basis, state.expires_on, state.at)


@pytest.mark.parametrize("seed", range(12))
def test_step_by_step_in_any_order_the_state_is_that_of_the_whole_ledger(
    jo: Customer, seed: int
) -> None:
    shuffled = random.Random(seed)
    for _ in range(12):
        at = MAY + shuffled.randint(0, 5) * DAY
        basis = shuffled.choice(["withdrawn", "consent", "consent", "soft_opt_in", "implied"])
        if basis == "withdrawn":
            withdraw_consent(customer=jo, source="test", at=at)
        else:
            record_consent(customer=jo, source="test", basis=basis, at=at)
        act = permissions.standing(Consent.objects.all())
        assert held(jo) == (act.status, act.basis, act.expires_on, act.at)
        assert consent_as_of(jo, now()) == act
    assert restate_consents([jo.pk]) == 0


def test_states_are_built_again_from_the_ledger(jo: Customer, cast) -> None:
    record_consent(customer=jo, source="test", at=MAY)
    record_consent(customer=cast.rae, source="test", at=MAY)
    before = held(jo)
    ConsentState.objects.filter(customer=jo).delete()
    ConsentState.objects.filter(customer=cast.rae).update(status="withdrawn")
    ConsentState.objects.create(
        customer=jo, purpose="surveys", channel="email", status="granted", basis="consent", at=MAY
    )
    assert restate_consents([jo.pk, cast.rae.pk]) == 3
    assert held(jo) == before
    assert standing(cast.rae) == "granted"


def test_the_acts_of_a_merged_record_count_for_the_one_that_stayed(jo: Customer, cast) -> None:
    withdraw_consent(customer=jo, source="test", at=MAY)
    record_consent(customer=cast.rae, source="test", basis=Basis.CLAIMED, at=MAY + DAY)
    Customer.objects.filter(pk=jo.pk).update(merged_into=cast.rae)
    assert restate_consents([cast.rae.pk]) == 1
    assert standing(cast.rae) == "withdrawn"
    assert consent_as_of(cast.rae, now()).customer_id == jo.pk


def acts_of_an_import(*told: Consent) -> Import:
    imported = Import.objects.create(kind="generic", file_name="a.csv", size=1)
    for act in told:
        act.import_id = imported.pk
        act.basis = "claimed" if act.status == "granted" else "none"
        act.save(force_insert=True)
    restate_consents([act.customer_id for act in told])
    return imported


def act_of(customer: Customer, status: str, at: datetime) -> Consent:
    what = {"purpose": "marketing", "channel": "email", "source": "import"}
    return Consent(customer=customer, status=status, at=at, **what)


def test_an_import_that_was_taken_back_gives_no_permission_later(jo: Customer, cast) -> None:
    imported = acts_of_an_import(act_of(jo, "granted", MAY))
    assert standing(jo) == "granted"
    Import.objects.filter(pk=imported.pk).update(undo_requested_at=now())
    # A merge, or a call of the API, works it out anew.
    restate_consents([jo.pk])
    assert not ConsentState.objects.filter(customer=jo).exists()
    assert consent_as_of(jo, now()) is None
    assert consent_as_of(jo, MAY).status == "granted"


def test_who_withdraws_after_an_import_said_so_has_withdrawn_without_it(jo: Customer) -> None:
    record_consent(customer=jo, source="till", at=MAY)
    imported = acts_of_an_import(act_of(jo, "withdrawn", MAY + DAY))
    for _ in range(2):
        state_consent(customer=jo, is_granted=False, source="unsubscribe_one_click")
    assert Consent.objects.count() == 3
    Import.objects.filter(pk=imported.pk).update(undo_requested_at=now())
    restate_consents([jo.pk])
    assert standing(jo) == "withdrawn"


def test_a_program_that_names_a_merged_record_speaks_of_the_one_that_stayed(
    jo: Customer, cast
) -> None:
    withdraw_consent(customer=cast.rae, source="unsubscribe_page")
    Customer.objects.filter(pk=jo.pk).update(merged_into=cast.rae)
    with pytest.raises(Conflict, match="withdrawn"):
        state_consent(customer=jo, is_granted=True, source="api")
    assert Consent.objects.count() == 1
    state_consent(customer=jo, is_granted=True, source="api", at=now())
    assert standing(cast.rae) == "granted"


def test_an_implied_permission_ends_as_the_rule_of_the_country_says(jo: Customer) -> None:
    Customer.objects.filter(pk=jo.pk).update(country="CA")
    jo.refresh_from_db()
    act = record_consent(customer=jo, source="test", basis=Basis.IMPLIED, at=MAY)
    assert act.expires_on == (MAY + 730 * DAY).date()
    PermissionRule.objects.create(country="", bases=["implied"], implied_days=90)
    PermissionRule.objects.create(country="CA", bases=["implied"], implied_days=30)
    act = record_consent(customer=jo, source="test", basis=Basis.IMPLIED, at=MAY)
    assert act.expires_on == (MAY + 30 * DAY).date()


def test_every_instant_of_the_past_can_be_asked(jo: Customer, cast) -> None:
    record_consent(
        customer=jo,
        source="import",
        basis=Basis.CLAIMED,
        purpose="partner:7",
        channel="sms",
        at=MAY,
        claimed_by_id=cast.ben.pk,
    )
    record_consent(customer=jo, source="form", basis=Basis.IMPLIED, at=MAY, expires_on=MAY.date())
    assert permission_at(jo, MAY - DAY) == []
    then = permission_at(jo, MAY)
    assert [(s.act.purpose, s.act.channel, s.is_allowed, s.claimed_by) for s in then] == [
        ("marketing", "email", True, ""),
        ("partner:7", "sms", True, "Ben Hale"),
    ]
    assert [(s.is_allowed, s.has_expired) for s in permission_at(jo, MAY + 2 * DAY)] == [
        (False, True),
        (True, False),
    ]


def test_a_purpose_nobody_knows_is_refused(jo: Customer) -> None:
    with pytest.raises(Invalid, match="purpose is marketing"):
        record_consent(customer=jo, source="test", purpose="everything")
    assert (Consent.objects.count(), ConsentState.objects.count()) == (0, 0)


def test_a_weaker_ground_is_refused_after_a_withdrawal_even_with_its_time(jo: Customer) -> None:
    withdraw_consent(customer=jo, source="unsubscribe", at=MAY)
    with pytest.raises(Conflict) as refused:
        state_consent(customer=jo, is_granted=True, source="api", basis=Basis.IMPLIED, at=MAY + DAY)
    assert refused.value.code == "consent_withdrawn"
    assert Consent.objects.count() == 1


def test_the_words_of_a_registered_version_are_copied_into_the_act(jo: Customer) -> None:
    ConsentWording.objects.create(purpose="marketing", version="2", text="Yes, write to me")
    ConsentWording.objects.create(purpose="surveys", version="1", text="Ask me")
    act = record_consent(customer=jo, source="test", evidence=Evidence(wording_version="2"))
    assert act.wording == "Yes, write to me"
    assert [(w.version, w.text, w.acts) for w in wordings()] == [
        ("2", "Yes, write to me", 1),
        ("1", "Ask me", 0),
    ]


def test_the_ledger_keeps_no_whole_internet_address(jo: Customer) -> None:
    act = record_consent(customer=jo, source="test", evidence=Evidence(proof={"ip": "203.0.113.9"}))
    act.refresh_from_db()
    assert act.proof == {"ip": "203.0.113.0/24"}


def test_segments_look_again_at_whoever_acted(jo: Customer) -> None:
    record_consent(customer=jo, source="test")
    assert list(DirtyCustomer.objects.values_list("customer_id", flat=True)) == [jo.pk]
