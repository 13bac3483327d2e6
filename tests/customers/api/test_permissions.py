"""Permissions, sign-ups, the do-not-mail list and privacy requests through the API."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.scope import brand_scope
from config.kit import ids
from config.kit.clock import now
from customers.models.consents import Consent, OptInRequest, PrivacyRequest, Suppression
from customers.services.consents import record_consent, withdraw_consent
from tests.api import Api, new_key

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def api(cast) -> Api:
    with brand_scope(cast.floral):
        cast.rae.refresh_from_db()
    return Api(new_key(cast.floral, cast.ana))


def rae(cast) -> str:
    return ids.encode("cus", cast.rae.uid)


def test_an_act_is_recorded_and_the_standing_read_at_any_instant(cast, api):
    path = f"/customers/{rae(cast)}/consents"
    body = {
        "purpose": "partner:7",
        "channel": "sms",
        "status": "granted",
        "at": "2026-05-01T00:00:00Z",
        "wording": "Yes",
        "proof": {"ip": "203.0.113.9"},
    }
    answer = api.post(path, body)
    assert answer.status_code == 200
    (standing,) = answer.json()
    assert (standing["purpose"], standing["channel"], standing["allowed"]) == (
        "partner:7",
        "sms",
        True,
    )
    assert standing["proof"] == {"ip": "203.0.113.0/24"}
    assert api.get(path).json() == answer.json()
    assert api.get(path, at="2026-04-30T00:00:00Z").json() == []
    assert api.get(path, at="yesterday").status_code == 422


def test_a_weaker_ground_after_a_withdrawal_is_refused(cast, api):
    with brand_scope(cast.floral):
        withdraw_consent(customer=cast.rae, source="unsubscribe", at=MAY)
    answer = api.post(f"/customers/{rae(cast)}/consents", {"status": "granted", "basis": "claimed"})
    assert (answer.status_code, answer.json()["code"]) == (409, "consent_withdrawn")
    with brand_scope(cast.floral):
        assert Consent.objects.count() == 1


def test_a_sign_up_is_answered_alike_for_every_address(cast, api):
    with brand_scope(cast.floral):
        record_consent(customer=cast.rae, source="test")
        Suppression.objects.create(channel="email", address="stop@example.com", reason="manual")
    answers = [
        api.post("/opt-ins", {"email": address, "wording": "News please", "ip": "203.0.113.9"})
        for address in ("new@example.com", "rae@example.com", "stop@example.com", "new@example.com")
    ]
    assert {(a.status_code, a.content) for a in answers} == {(202, b'{"status":"accepted"}')}
    with brand_scope(cast.floral):
        request = OptInRequest.objects.get()
        assert request.proof == {"requested_from": "203.0.113.0/24"}
        assert request.source == "sign-up"
    assert api.post("/opt-ins", {"email": "nobody"}).status_code == 422


def test_an_address_is_suppressed_found_and_lifted(cast, api):
    assert api.get("/suppressions", address="jo@example.com").status_code == 404
    answer = api.post("/suppressions", {"address": "JO@example.com", "detail": "Wrote to us"})
    assert answer.json()["address"] == "jo@example.com"
    assert api.get("/suppressions", address="Jo@example.com").json() == answer.json()
    lift = {"address": "jo@example.com", "reason": "Wrote again"}
    assert api.post("/suppressions/lift", lift).status_code == 204
    assert api.post("/suppressions/lift", lift).status_code == 409
    assert api.get("/suppressions", address="nobody").status_code == 422


def test_a_copy_is_asked_for_and_read_for_15_minutes(cast, api):
    asked = {"customer": rae(cast), "kind": "export"}
    assert api.post("/privacy-requests", asked).status_code == 400
    answer = api.post("/privacy-requests", asked, idempotency="1")
    assert answer.status_code == 201
    path = f"/privacy-requests/{answer.json()['id']}"
    assert api.get(path).json() == answer.json()
    assert api.get(f"{path}/data").json()["Profile"][0]["email"] == "rae@example.com"
    with brand_scope(cast.floral):
        PrivacyRequest.objects.update(requested_at=MAY)
    assert api.get(f"{path}/data").status_code == 404


def test_an_erased_address_does_not_come_back_by_the_api(cast, api):
    asked = {"customer": rae(cast), "kind": "erase"}
    answer = api.post("/privacy-requests", asked, idempotency="1")
    assert answer.status_code == 201
    assert {line["what"] for line in answer.json()["report"]["lines"]} >= {"Profile"}
    refused = api.post("/customers", {"email": "RAE@example.com", "first_name": "Rae"})
    assert (refused.status_code, refused.json()["code"]) == (409, "erased")
    again = api.post("/privacy-requests", asked, idempotency="2")
    assert (again.status_code, again.json()["code"]) == (409, "erased")
    assert api.get("/customers").json()["data"] == []


def test_erasing_needs_its_own_scope(cast):
    key = new_key(cast.floral, cast.ana, "customers:read", "customers:write")
    asked = {"customer": "cus_x", "kind": "erase"}
    assert Api(key).post("/privacy-requests", asked, idempotency="1").status_code == 403


def test_marketplace_addresses_are_marked_when_a_customer_is_written(cast, api):
    api.post("/customers", {"external_id": "1", "email": "x1@marketplace.amazon.co.uk"})
    with brand_scope(cast.floral):
        customer = type(cast.rae).objects.get(email_norm="x1@marketplace.amazon.co.uk")
        assert customer.is_relay
    api.post("/customers", {"external_id": "1", "email": "x1@example.com"})
    with brand_scope(cast.floral):
        customer.refresh_from_db()
        assert not customer.is_relay


def test_timestamps_outside_the_past_are_refused(cast, api):
    soon = (now() + timedelta(days=1)).isoformat()
    answer = api.post(f"/customers/{rae(cast)}/consents", {"status": "granted", "at": soon})
    assert answer.status_code == 422
    with brand_scope(cast.floral):
        assert not Consent.objects.exists()
