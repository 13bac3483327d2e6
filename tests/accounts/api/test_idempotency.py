"""Idempotency-Key, case by case (trust rule 15)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from accounts.api.idempotency import ABANDONED_AFTER
from accounts.models.api_keys import IdempotencyKey, KeptAnswer
from accounts.scope import brand_scope
from accounts.services.api_keys import ANSWERS_KEPT_FOR
from accounts.tasks import forget_answers
from customers.models.customers import Customer
from customers.services import customers as service
from tests.api import Api, new_key
from tests.conftest import Cast
from tests.crowds import at_once

JO = {"email": "jo@example.com", "attributes": {"tier": "gold"}}


def customers(cast: Cast) -> int:
    """Besides Rae of the cast."""
    with brand_scope(cast.floral):
        return Customer.objects.count() - 1


def age(by: timedelta, **changes: Any) -> None:
    IdempotencyKey.objects.update(claimed_at=F("claimed_at") - by, **changes)


def test_a_repeat_gets_the_first_answer_and_changes_nothing(cast: Cast, api: Api) -> None:
    first = api.post("/customers", JO, idempotency="k1")
    again = api.post("/customers", JO, idempotency="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first["Content-Type"] == again["Content-Type"] == "application/json"
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert customers(cast) == 1


def test_another_body_is_refused(cast: Cast, api: Api) -> None:
    api.post("/customers", JO, idempotency="k1")
    other = api.post("/customers", {"email": "ann@example.com"}, idempotency="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert customers(cast) == 1


def test_while_the_first_is_in_flight_a_second_is_refused(cast: Cast, api: Api) -> None:
    api.post("/customers", JO, idempotency="k1")
    IdempotencyKey.objects.update(status=None)
    second = api.post("/customers", JO, idempotency="k1")
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_in_flight")


def test_a_failure_of_ours_is_not_kept_and_can_be_tried_again(
    cast: Cast, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        service.upsert_customer(email="jo@example.com")
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("customers.api.customers.upsert_customer", fail)
        assert api.post("/customers", JO, idempotency="k1").status_code == 500
    assert (IdempotencyKey.objects.count(), customers(cast)) == (0, 0)
    assert api.post("/customers", JO, idempotency="k1").status_code == 201
    assert customers(cast) == 1


def test_a_refusal_is_kept(cast: Cast, api: Api) -> None:
    refused = api.post("/orders", {"source_id": "1"}, idempotency="k1")
    again = api.post("/orders", {"source_id": "1"}, idempotency="k1")
    assert (refused.status_code, again.status_code) == (422, 422)
    assert refused.content == again.content
    assert again["Content-Type"] == "application/problem+json"
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", ["x" * 256, "a\x07b", "é\u0301\u200b"])
def test_a_key_that_is_too_long_or_not_printable_is_refused(cast: Cast, api: Api, key: str) -> None:
    response = api.post("/customers", JO, idempotency=key)
    assert (response.status_code, response.json()["code"]) == (400, "bad_idempotency_key")
    assert customers(cast) == 0


def test_a_key_of_255_characters_is_fine(cast: Cast, api: Api) -> None:
    assert api.post("/customers", JO, idempotency="x" * 255).status_code == 201


def test_keys_of_two_brands_two_programs_and_two_routes_are_apart(cast: Cast, api: Api) -> None:
    for other in (
        Api(new_key(cast.other_brand, cast.cleo)),
        Api(new_key(cast.floral, cast.ana)),
        api,
    ):
        response = other.post("/customers", JO, idempotency="k1")
        assert response.status_code in {200, 201}
        assert "Idempotent-Replayed" not in response
    order = {"source_id": "1", "placed_at": "2026-01-01T00:00:00Z", "currency": "GBP", "total": 1}
    assert api.post("/orders", order, idempotency="k1").status_code == 201
    assert IdempotencyKey.objects.count() == 4


def test_an_expired_key_runs_anew(cast: Cast, api: Api) -> None:
    api.post("/customers", JO, idempotency="k1")
    age(ANSWERS_KEPT_FOR + timedelta(seconds=1))
    anew = api.post("/customers", {"email": "ann@example.com"}, idempotency="k1")
    assert anew.status_code == 201
    assert "Idempotent-Replayed" not in anew
    assert customers(cast) == 2


def test_a_claim_whose_process_died_is_taken_over(cast: Cast, api: Api) -> None:
    api.post("/customers", JO, idempotency="k1")
    age(ABANDONED_AFTER + timedelta(seconds=1), status=None)
    taken = api.post("/customers", JO, idempotency="k1")
    assert taken.status_code == 200
    assert "Idempotent-Replayed" not in taken


def test_who_lost_the_claim_meanwhile_leaves_no_trace(
    cast: Cast, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(**values: Any) -> Any:
        result = service.upsert_customer(**values)
        age(timedelta(seconds=1))  # somebody else holds the claim now
        return result

    monkeypatch.setattr("customers.api.customers.upsert_customer", slow)
    response = api.post("/customers", JO, idempotency="k1")
    assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_in_flight")
    assert customers(cast) == 0


def test_a_launch_needs_a_key(cast: Cast, api: Api) -> None:
    response = api.post("/campaigns/cmp_x/launch")
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_missing")


def test_old_answers_are_forgotten_and_newer_ones_kept(cast: Cast, api: Api) -> None:
    api.post("/customers", JO, idempotency="old")
    age(ANSWERS_KEPT_FOR + timedelta(seconds=1))
    with brand_scope(cast.floral):
        KeptAnswer.objects.update(kept_at=F("kept_at") - ANSWERS_KEPT_FOR - timedelta(seconds=1))
    api.post("/customers", JO, idempotency="new")
    forget_answers()
    assert IdempotencyKey.objects.count() == 1
    with brand_scope(cast.floral):
        assert KeptAnswer.objects.count() == 1
    assert api.post("/customers", JO, idempotency="new")["Idempotent-Replayed"] == "true"


def test_an_answer_stands_behind_row_security(cast: Cast, api: Api) -> None:
    api.post("/customers", JO, idempotency="k1")
    with brand_scope(cast.grocer):
        assert KeptAnswer.objects.count() == 0
    with brand_scope(cast.floral):
        assert b"jo@example.com" in bytes(KeptAnswer.objects.get().body)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_requests_at_once_have_one_effect(cast: Cast, api: Api) -> None:
    order = {
        "source_id": "1",
        "placed_at": "2026-01-01T00:00:00Z",
        "currency": "GBP",
        "total": 100,
        "customer": {"email": "jo@example.com"},
    }
    answers = at_once(lambda _: api.post("/orders", order, idempotency="k1"), range(100))
    statuses = sorted(answer.status_code for answer in answers)
    assert len(statuses) == 100
    assert set(statuses) <= {201, 409}
    fresh = [a for a in answers if a.status_code == 201 and "Idempotent-Replayed" not in a]
    assert len(fresh) == 1
    assert {a.content for a in answers if a.status_code == 201} == {fresh[0].content}
    assert customers(cast) == 1
