"""The ledger and where a customer stands: the later act wins, a withdrawal beats."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from customers.models.consents import Basis, Consent, ConsentState
from customers.models.customers import Customer
from customers.selectors.consents import consent_as_of
from customers.services.consents import (
    Evidence,
    record_consent,
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
