"""A brand's own system issues statements, and pays them once by a file that never changes."""

import hashlib

import pytest

from accounts.models.brands import Brand
from config.kit import ids
from partners.models.partnerships import Partnership
from partners.models.settlements import PayoutBatch, Statement
from partners.selectors.names import PARTNERSHIP, STATEMENT
from partners.selectors.statements import settling_day
from partners.services.statements import agree
from tests.api import Api, new_key
from tests.partners.settling import due, offer_of, stated, usable_account


@pytest.fixture
def api(floral: Brand, cast) -> Api:
    return Api(new_key(floral, cast.ana))


def test_a_statement_is_issued_read_and_paid_once(api: Api, dinner: Partnership) -> None:
    due(offer_of(dinner, payer="brand", share=100, lock_days=0), 40_000)
    usable_account(dinner)
    asked = {"partner": ids.encode(PARTNERSHIP, dinner.uid), "until": str(settling_day())}
    issued = api.post("/partner-statements", asked)
    assert (issued.status_code, issued.json()["total_minor"]) == (201, 4_000)
    assert api.post("/partner-statements", asked).status_code == 409

    stated = f"/partner-statements/{issued.json()['id']}"
    read = api.get(f"{stated}/csv")
    assert read.headers["Content-Type"].startswith("text/csv")
    assert hashlib.sha256(read.content).hexdigest() == issued.json()["content_hash"]

    nothing = api.post("/partner-payouts", {}, idempotency="a")
    assert (nothing.status_code, PayoutBatch.objects.count()) == (409, 0)
    agree(Statement.objects.get())
    paid = api.post("/partner-payouts", {}, idempotency="b")
    assert (paid.status_code, paid.json()["left_out"]) == (201, [])
    payout = paid.json()["payout"]
    assert (payout["statements"], payout["total_minor"]) == ([issued.json()["id"]], 4_000)

    files = [api.get(f"/partner-payouts/{payout['id']}/file").content for _ in range(2)]
    assert files[0] == files[1]
    assert hashlib.sha256(files[0]).hexdigest() == payout["file_hash"]
    confirm = f"/partner-payouts/{payout['id']}/confirm"
    assert api.post(confirm).status_code == 400
    assert api.post(confirm, idempotency="c").status_code == 200
    assert api.post(confirm, idempotency="d").status_code == 409
    assert api.get(stated).json()["state"] == "paid"
    (listed,) = api.get("/partner-payouts").json()["data"]
    assert (listed["confirmed_at"] is not None, listed["failed"]) == (True, [])

    failures = f"/partner-payouts/{payout['id']}/failures"
    wrong = {"failed": [{"statement": "stm_06g3vaq4d1m8v6hk6r3q1s2t3c", "reason": "Closed"}]}
    assert api.post(failures, wrong, idempotency="e").status_code == 404
    said = {"failed": [{"statement": issued.json()["id"], "reason": "Closed"}]}
    back = api.post(failures, said, idempotency="f")
    assert (back.status_code, back.json()["failed"][0]["reason"]) == (200, "Closed")
    assert api.post(failures, said, idempotency="g").status_code == 409
    read = api.get(stated).json()
    assert (read["state"], read["failed_payments"][0]["amount_minor"]) == ("agreed", 4_000)
    again = api.post("/partner-payouts", {}, idempotency="h").json()["payout"]
    confirmed = api.post(f"/partner-payouts/{again['id']}/confirm", said, idempotency="i")
    assert (confirmed.status_code, len(confirmed.json()["failed"])) == (200, 1)
    assert api.get(stated).json()["state"] == "agreed"


def test_a_banned_partner_s_statement_is_decided_on(api: Api, dinner: Partnership) -> None:
    statement = stated(offer_of(dinner, payer="brand", lock_days=0), 10_000)
    Partnership.objects.filter(pk=dinner.pk).update(state="banned")
    path = f"/partner-statements/{ids.encode(STATEMENT, statement.uid)}"
    assert api.get(path).json()["is_held"] is True
    said = {"ground": "by_terms", "reason": "They sold codes on"}
    assert api.post(f"{path}/write_off", {"reason": "No ground"}).status_code == 422
    done = api.post(f"{path}/write_off", said).json()
    assert (done["state"], done["is_held"], done["decided_ground"]) == (
        "written",
        False,
        "by_terms",
    )
    assert api.post(f"{path}/release", said).status_code == 409


def test_a_statement_of_nobody_is_not_found_as_a_problem_document(api: Api) -> None:
    found = api.get("/partner-statements/stm_06g3vaq4d1m8v6hk6r3q1s2t3c/csv")
    assert (found.status_code, found.headers["Content-Type"]) == (404, "application/problem+json")
    assert found.json()["code"] == "not_found"
