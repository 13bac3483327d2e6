"""Pages of statements and payouts: the brand's, and the partner's own."""

import hashlib

import pytest
from django.test import Client

from accounts.models.members import Membership, Role
from config.kit.clock import day_in
from config.kit.csvs import BOM
from partners.models.settlements import CommissionLine, PayoutBatch, Statement
from partners.selectors.partnerships import public_id as partnership_id
from partners.selectors.payouts import payout_file
from partners.selectors.payouts import public_id as payout_id
from partners.selectors.statements import public_id, settling_day
from partners.services.statements import agree
from tests.conftest import Cast
from tests.partners.conftest import partner_path
from tests.partners.settling import due, earned, offer_of, stated, usable_account

OWED = "/b/floral/partners/statements/"
PAYOUTS = "/b/floral/partners/payouts/"


def test_the_brand_issues_a_statement_over_what_is_due(ana: Client, dinner) -> None:
    assert "Nothing to settle yet" in ana.get(OWED).content.decode()
    offer = offer_of(dinner, payer="brand", lock_days=0)
    due(offer, 45_000)
    earned(offer_of(dinner, payer="brand"), 10_000)
    page = f"/b/floral/partners/partnerships/{partnership_id(dinner)}/"
    assert "£45.00" in ana.get(f"{page}lines/").content.decode()
    sent = ana.post(f"{page}statements/issue/", {"until": settling_day().isoformat()})
    statement = Statement.objects.get()
    assert sent["Location"] == f"{OWED}{public_id(statement)}/"
    shown = ana.get(sent["Location"]).content.decode()
    assert "Statement 1 of Trattoria Lucia" in shown
    assert statement.content_hash in shown
    listed = ana.get(OWED).content.decode()
    assert "£10.00" in listed, "to come"
    assert "£45.00" in listed, "to pay"
    again = ana.post(f"{page}statements/issue/", {"until": "2026-13-01"}, follow=True)
    assert "Choose a day" in again.content.decode()
    assert Statement.objects.count() == 1


def test_files_of_a_statement_are_the_bytes_that_were_hashed(
    ana: Client, pia_client: Client, dinner
) -> None:
    statement = stated(offer_of(dinner, payer="brand", lock_days=0), 45_000)
    url = f"{OWED}{public_id(statement)}/"
    data = b"".join(ana.get(f"{url}lines.csv"))
    assert hashlib.sha256(data).hexdigest() == statement.content_hash
    own = partner_path(dinner, f"statements/{public_id(statement)}/")
    assert b"".join(pia_client.get(f"{own}lines.csv")) == data
    happened = CommissionLine.objects.get().happened_at
    page = pia_client.get(own).content.decode()
    assert f'<time datetime="{day_in("Europe/London", happened).isoformat()}">' in page
    assert happened.isoformat() not in page
    for pdf in (ana.get(f"{url}statement.pdf"), pia_client.get(f"{own}statement.pdf")):
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF-")
    owed = b"".join(ana.get(f"{OWED}owed.csv")).decode().splitlines()
    assert owed[0] == f"{BOM}partner,to_come,to_pay,owed_by_partner,balance,currency"
    assert owed[1] == "Trattoria Lucia,0.00,45.00,0.00,45.00,GBP"


def test_lines_are_held_and_released_by_who_may_pay(ana: Client, cast: Cast, dinner) -> None:
    line = due(offer_of(dinner, payer="brand", lock_days=0), 45_000)
    page = f"/b/floral/partners/partnerships/{partnership_id(dinner)}/lines/"
    held = {"line": [str(line.pk)], "reason": "One person, ten times", "act": "hold"}
    Membership.objects.create(
        user=cast.pia, organisation=cast.agency, brand=cast.floral, role=Role.VIEWER
    )
    viewer = Client()
    viewer.force_login(cast.pia)
    assert viewer.post(f"{page}hold/", held).status_code == 404
    line.refresh_from_db()
    assert line.state == CommissionLine.State.PENDING
    ana.post(f"{page}hold/", held)
    assert "One person, ten times" in ana.get(page).content.decode()
    ana.post(f"{page}hold/", {"line": [str(line.pk)], "act": "release"})
    line.refresh_from_db()
    assert line.state == CommissionLine.State.DUE


def test_a_partner_disputes_and_the_brand_answers(ana: Client, pia_client: Client, dinner) -> None:
    line = due(offer_of(dinner, payer="brand", lock_days=0), 45_000)
    statement = stated(offer_of(dinner, payer="brand", lock_days=0), 10_000)
    own = partner_path(dinner, f"statements/{public_id(statement)}/")
    assert "Dispute it" in pia_client.get(own).content.decode()
    pia_client.post(f"{own}dispute/", {"note": "She paid 500", "line": [str(line.pk)]})
    statement.refresh_from_db()
    assert (statement.state, statement.disputed_lines) == ("disputed", [line.pk])
    assert "Dispute it" not in pia_client.get(own).content.decode()
    url = f"{OWED}{public_id(statement)}/"
    assert "She paid 500" in ana.get(url).content.decode()
    ana.post(f"{url}resolve/", {"answer": "You are right", "correction": "x"})
    statement.refresh_from_db()
    assert statement.state == "disputed"
    ana.post(f"{url}resolve/", {"answer": "You are right", "correction": "5.00"})
    assert "You are right" in pia_client.get(own).content.decode()
    assert CommissionLine.objects.get(part="correction").amount_minor == 500


def test_a_partner_agrees_and_sees_no_statement_of_another(
    pia_client: Client, otto_client: Client, dinner, wines
) -> None:
    statement = stated(offer_of(dinner, payer="brand", lock_days=0), 45_000)
    own = f"statements/{public_id(statement)}/"
    for part in ("", "lines.csv", "statement.pdf"):
        assert otto_client.get(partner_path(wines, own + part)).status_code == 404
    for part in ("agree/", "dispute/"):
        assert otto_client.post(partner_path(wines, own + part), {"note": "x"}).status_code == 404
    statement.refresh_from_db()
    assert statement.state == "issued"
    assert "Statement 1" in pia_client.get(partner_path(dinner, "statements/")).content.decode()
    pia_client.post(partner_path(dinner, f"{own}agree/"))
    statement.refresh_from_db()
    assert statement.state == "agreed"


def test_a_payout_is_made_fetched_twice_and_confirmed_once(ana: Client, dinner, wines) -> None:
    assert "Nothing to pay out" in ana.get(PAYOUTS).content.decode()
    usable_account(dinner)
    paid = stated(offer_of(dinner, payer="brand", lock_days=0), 45_000)
    waits = stated(offer_of(wines, payer="brand", lock_days=0), 60_000)
    agree(paid)
    agree(waits)
    page = ana.get(PAYOUTS).content.decode()
    assert "no bank details that can be used yet" in page
    assert "GB33" not in page
    ana.post(PAYOUTS, {"statement": [public_id(paid), public_id(waits)]})
    batch = PayoutBatch.objects.get()
    url = f"{PAYOUTS}{payout_id(batch)}/"
    assert ana.get(f"{url}file.csv").content == ana.get(f"{url}file.csv").content
    assert ana.get(f"{url}file.csv").content == payout_file(batch)
    ana.post(PAYOUTS, {"statement": [public_id(paid)]})
    assert PayoutBatch.objects.count() == 1
    assert ana.post(url).status_code == 302
    second = ana.post(url, follow=True)
    assert "confirmed before" in second.content.decode()
    paid.refresh_from_db()
    waits.refresh_from_db()
    assert (paid.state, waits.state) == ("paid", "agreed")


def test_a_partner_who_owes_has_paid(ana: Client, dinner) -> None:
    statement = stated(offer_of(dinner, lock_days=0), 45_000)
    agree(statement)
    url = f"{OWED}{public_id(statement)}/"
    assert "The partner has paid" in ana.get(url).content.decode()
    ana.post(f"{url}received/")
    statement.refresh_from_db()
    assert statement.state == "paid"


@pytest.mark.parametrize("path", [OWED, PAYOUTS])
def test_another_agency_sees_none_of_it(cleo: Client, cast: Cast, path: str) -> None:
    assert cleo.get(path).status_code == 404
