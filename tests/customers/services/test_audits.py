"""The nightly audit goes through the brand a range at a time, and reaches everybody once."""

import logging
from datetime import date

import pytest

from accounts.models.brands import Brand
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from accounts.work import drain
from customers import tasks
from customers.models.credits import Credit
from customers.models.customers import CustomerFacts
from customers.services import audits
from customers.services.audits import audit_from
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _people_who_bought(cast: Cast, how_many: int) -> list[int]:
    with brand_scope(cast.floral):
        people = [factories.customer(email=f"p{number}@example.com") for number in range(how_many)]
        for person in people:
            factories.order(person, source_id=f"o{person.pk}", on=date(2026, 3, 1), minor=1000)
        refresh_facts(customer_ids=None)
        CustomerFacts.objects.update(net_minor=1)
        Credit.objects.filter(amount_minor=1000).delete()
    return [person.pk for person in people]


def _net_of(brand: Brand) -> dict[int, int]:
    with brand_scope(brand):
        return dict(CustomerFacts.objects.values_list("customer_id", "net_minor"))


def test_a_run_stops_when_its_time_is_over_and_says_how_far_it_came(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(audits, "STEP", 2)
    monkeypatch.setattr(audits, "RUN_SECONDS", 0.0)
    ids = sorted([*_people_who_bought(cast, 3), cast.rae.pk])

    with caplog.at_level(logging.ERROR):
        reached = audit_from(brand_id=cast.floral.pk, after=0)

    assert reached == ids[1]
    assert "had drifted: 2 rows" in caplog.text
    net = _net_of(cast.floral)
    assert [net[pk] == 1 for pk in ids] == [False, False, True, True]
    assert audit_from(brand_id=cast.floral.pk, after=reached) == ids[3]
    assert audit_from(brand_id=cast.floral.pk, after=ids[3]) is None
    with brand_scope(cast.floral):
        assert Credit.objects.count() == 3


def test_the_work_goes_on_where_it_stopped_until_everybody_was_looked_at(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "STEP", 1)
    monkeypatch.setattr(audits, "RUN_SECONDS", 0.0)
    ids = _people_who_bought(cast, 3)

    tasks.audit_facts()
    # Of three brands; of ours each customer is a run, and the end is one more.
    assert drain() > 3 + len(ids)

    assert {_net_of(cast.floral)[pk] for pk in ids} == {1000}
    assert not WorkItem.objects.filter(kind=tasks.audit_brand_facts.kind).exists()


def test_orders_of_nobody_are_credited_anew_too(cast: Cast) -> None:
    with brand_scope(cast.floral):
        factories.order(None, source_id="g", on=date(2026, 3, 1), minor=700)
    assert audit_from(brand_id=cast.floral.pk, after=0) is None
    with brand_scope(cast.floral):
        assert Credit.objects.get().amount_minor == 700
