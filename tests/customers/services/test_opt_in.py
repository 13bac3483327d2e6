"""Double opt-in: one mail, one click, one consent with its proof; and nothing before."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotFound
from config.kit.tokens import BadToken
from customers.models.consents import Consent, ConsentState, OptInRequest, SignUpRule, Suppression
from customers.models.customers import Customer
from customers.selectors.erasure import hash_of
from customers.services import opt_in
from customers.services.consents import Evidence, record_consent
from customers.services.customers import Details, upsert_customer
from customers.services.identities import add_identity
from customers.services.opt_in import confirm_opt_in, request_opt_in, token_of

WORDS = Evidence(wording="Yes, news please", wording_version="2", proof={"form": "footer"})


def ask(email: str = "new@example.com", **given) -> OptInRequest | None:
    return request_opt_in(email=email, source="shop", evidence=WORDS, **given)


def test_asking_makes_a_customer_without_permission_and_one_request(floral):
    request = ask(details=Details(first_name="Nia"))
    customer = Customer.objects.get(email_norm="new@example.com")
    assert (request.customer, customer.first_name) == (customer, "Nia")
    assert (request.wording, request.wording_version, request.proof) == (
        "Yes, news please",
        "2",
        {"form": "footer"},
    )
    assert not Consent.objects.exists()
    event = DomainEvent.objects.get(type="opt_in.requested")
    assert (event.subject_id, event.payload) == (request.pk, {"customer_id": customer.pk})
    assert token_of(request).encode() not in bytes(request.token_hash)


@pytest.mark.parametrize("is_double", [True, False])
def test_a_stranger_cannot_rename_a_known_customer_by_signing_them_up(floral, is_double):
    SignUpRule.objects.create(is_double=is_double)
    details = Details(first_name="Ana", country="Spain", attributes={"tier": "gold"})
    known = upsert_customer(email="Ana@example.com", details=details).customer
    add_identity(customer=known, kind="email", value="ana@work.example")
    before = Customer.objects.filter(pk=known.pk).values().get()
    told = DomainEvent.objects.filter(type__startswith="customer.").count()

    insult = Details(first_name="Rude", phone="020 7946 0958", attributes={"tier": "tin"})
    for address in ("ANA@example.com", "ana@work.example"):
        request = ask(address, details=insult)
        if request is not None:
            confirm_opt_in(token_of(request))

    assert Customer.objects.filter(pk=known.pk).values().get() == before
    assert Customer.objects.filter(email_norm__startswith="ana@").count() == 1
    assert known.identities.count() == 2
    assert DomainEvent.objects.filter(type__startswith="customer.").count() == told
    assert ConsentState.objects.get(customer=known).status == "granted"


def test_confirming_records_consent_with_its_proof_once(floral):
    request = ask()
    token = token_of(request)
    confirm_opt_in(token, ip="203.0.113.9")
    act = Consent.objects.get()
    request.refresh_from_db()
    assert (act.status, act.basis, act.source, act.wording_version) == (
        "granted",
        "consent",
        "shop",
        "2",
    )
    assert act.proof == {
        "form": "footer",
        "requested_at": request.requested_at.isoformat(timespec="seconds"),
        "confirmed_at": request.confirmed_at.isoformat(timespec="seconds"),
        "confirmed_from": "203.0.113.0/24",
    }
    with pytest.raises(Conflict) as refused:
        confirm_opt_in(token)
    assert refused.value.code == "used"
    assert Consent.objects.count() == 1
    assert DomainEvent.objects.filter(type="opt_in.confirmed").count() == 1


def test_a_link_that_is_too_old_is_refused(floral):
    request = ask()
    OptInRequest.objects.update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(Conflict) as refused:
        confirm_opt_in(token_of(request))
    assert refused.value.code == "expired"
    assert not ConsentState.objects.exists()


def test_forged_and_foreign_links_open_nothing(cast):
    with brand_scope(cast.floral):
        token = token_of(ask())
        with pytest.raises(BadToken):
            confirm_opt_in(token[:-2] + ("AA" if token[-2:] != "AA" else "BB"))
        OptInRequest.objects.update(token_hash=b"x" * 32)
        with pytest.raises(NotFound):
            confirm_opt_in(token)
        assert not Consent.objects.exists()
    with brand_scope(cast.grocer), pytest.raises(NotFound):
        confirm_opt_in(token)


def test_a_confirmation_follows_a_merge(floral, cast):
    request = ask()
    Customer.objects.filter(pk=request.customer_id).update(merged_into=cast.rae)
    confirm_opt_in(token_of(request))
    assert Consent.objects.get().customer_id == cast.rae.pk


def test_without_double_opt_in_it_counts_at_once(floral):
    SignUpRule.objects.create(is_double=False)
    assert ask() is None
    assert Consent.objects.get().source == "shop"
    assert not OptInRequest.objects.exists()


def test_nothing_is_asked_where_nothing_is_to_be_sent(floral, cast):
    record_consent(customer=cast.rae, source="test")
    Suppression.objects.create(channel="email", address="stop@example.com", reason="complaint")
    Suppression.objects.create(
        channel="email", address=hash_of("gone@example.com"), reason="erased"
    )
    for address in ("rae@example.com", "STOP@example.com", "gone@example.com"):
        assert ask(address) is None
    assert not OptInRequest.objects.exists()
    assert Customer.objects.count() == 1
    with pytest.raises(Invalid):
        ask("nobody")


def test_nobodys_inbox_is_filled_by_asking_again(floral):
    assert ask() is not None
    assert ask() is None
    for _ in range(2):
        OptInRequest.objects.update(requested_at=now() - timedelta(hours=1))
        assert ask() is not None
    OptInRequest.objects.update(requested_at=now() - timedelta(hours=1))
    assert ask() is None
    assert OptInRequest.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_mail_leads_to_a_page_where_a_button_confirms(cast, client, run_due_work):
    with brand_scope(cast.floral):
        ask()
    run_due_work()
    run_due_work()
    (sent,) = mail.outbox
    assert (sent.to, sent.from_email) == (["new@example.com"], '"Floral" <hello@floral.example>')
    assert "Yes, news please" in sent.body
    path = re.search(r"http://[^/]+(/confirm/\S+)", sent.body)[1]
    assert path in sent.alternatives[0][0]

    for look in (client.get, client.head):
        assert look(path).status_code == 200
    with brand_scope(cast.floral):
        assert not Consent.objects.exists()
    page = client.post(path)
    assert "Thank you" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    with brand_scope(cast.floral):
        assert Consent.objects.get().status == "granted"
    assert "already" in client.get(path).content.decode()
    assert "already" in client.post(path).content.decode()
    with brand_scope(cast.floral):
        assert Consent.objects.count() == 1
    assert client.get("/confirm/nonsense").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_address_put_on_the_list_meanwhile_gets_no_mail(cast, run_due_work):
    with brand_scope(cast.floral):
        ask()
        Suppression.objects.create(channel="email", address="new@example.com", reason="manual")
    run_due_work()
    assert mail.outbox == []


def test_one_use_holds_for_two_clicks_of_one_moment(floral, monkeypatch):
    token = token_of(ask())
    seen = opt_in.open_request(token)
    monkeypatch.setattr(opt_in, "open_request", lambda _: seen)
    confirm_opt_in(token)
    seen.confirmed_at = None
    with pytest.raises(Conflict):
        confirm_opt_in(token)
    assert Consent.objects.count() == 1
