"""A domain gets a key, its records are looked at by a real look-up, and only then it signs."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from accounts.models.events import DomainEvent
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.channels import dns as look_up
from campaigns.models.domains import SendingDomain
from campaigns.rules.rendering import Unsendable
from campaigns.selectors.content import content_of
from campaigns.selectors.domains import check_sender, rows_of, signing_key
from campaigns.services import domains, drafts
from campaigns.services.domains import add_domain, change_key, check_domain, delete_domain
from campaigns.services.testsend import build_test
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from customers.services.consents import Evidence
from customers.services.opt_in import request_opt_in
from tests.campaigns.nameserver import SILENT, NameServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def names(settings):
    with NameServer({}) as server:
        settings.DNS_SERVER = server.address
        settings.SENDING_SPF = "include:spf.rapport.example"
        yield server


def publish(names, row):
    names.records |= {each.record.name: [each.record.value] for each in rows_of(row)}


def added(cast, domain="floral.example", **options):
    with brand_scope(cast.floral):
        return add_domain(domain=domain, **options)


def checked(cast, row):
    check_domain(brand_id=cast.floral.pk, domain_id=row.pk)
    with brand_scope(cast.floral):
        return SendingDomain.objects.get(pk=row.pk)


def verdicts(row):
    return {kind: finding["verdict"] for kind, finding in row.findings.items()}


def test_a_domain_is_verified_when_its_records_are_published(cast, names):
    row = added(cast, "Shop@Floral.example")
    assert (row.domain, row.state) == ("floral.example", "new")
    row = checked(cast, row)
    assert (row.state, verdicts(row)) == (
        "new",
        {"spf": "missing", "dkim": "missing", "dmarc": "missing"},
    )
    publish(names, row)
    row = checked(cast, row)
    assert (row.state, verdicts(row)) == ("verified", {"spf": "ok", "dkim": "ok", "dmarc": "weak"})
    assert row.verified_at is not None
    names.records.pop(f"_dmarc.{row.domain}")
    assert checked(cast, row).state == "failing"


def test_whatever_stands_in_a_record_the_look_comes_to_its_end(cast, names):
    row = added(cast)
    names.records["floral.example"] = ["v=spf1 \\000\\255 -all"]
    found = checked(cast, row).findings["spf"]
    assert (found["verdict"], "\0" in found["found"]) == ("wrong", False)


def test_silence_of_the_name_servers_changes_nothing(cast, names, monkeypatch):
    row = added(cast)
    publish(names, row)
    assert checked(cast, row).state == "verified"
    monkeypatch.setattr(look_up, "_SECONDS", 0.2)
    names.records[row.domain] = [SILENT]
    row = checked(cast, row)
    assert (row.state, verdicts(row)["spf"]) == ("verified", "unknown")


def test_the_look_is_work_of_the_background(cast, names, run_due_work):
    row = added(cast)
    assert row.findings == {"is_coming": True}
    publish(names, row)
    run_due_work()
    with brand_scope(cast.floral):
        row.refresh_from_db()
    assert (row.state, "is_coming" in row.findings) == ("verified", False)


@pytest.mark.parametrize("algorithm", ["rsa", "ed25519"])
def test_the_published_key_verifies_what_the_kept_one_signs(cast, names, algorithm):
    row = added(cast, algorithm=algorithm)
    publish(names, row)
    checked(cast, row)
    with brand_scope(cast.floral):
        key = signing_key("news@mail.floral.example")
    assert (key.domain, key.selector, key.algorithm) == ("floral.example", row.selector, algorithm)
    private = serialization.load_pem_private_key(key.private_pem.encode(), None)
    published = base64.b64decode(row.public_key)
    if algorithm == "ed25519":
        Ed25519PublicKey.from_public_bytes(published).verify(private.sign(b"mail"), b"mail")
        return
    public = serialization.load_der_public_key(published)
    assert public.key_size == 2048
    signature = private.sign(b"mail", padding.PKCS1v15(), hashes.SHA256())
    public.verify(signature, b"mail", padding.PKCS1v15(), hashes.SHA256())


def test_the_private_key_is_sealed_in_the_database(cast):
    row = added(cast)
    assert "PRIVATE" not in row.private_key
    with brand_scope(cast.floral):
        assert signing_key("shop@floral.example") is None  # not verified yet


def test_the_nearest_domain_signs(cast, names):
    for domain in ("floral.example", "news.floral.example"):
        row = added(cast, domain)
        publish(names, row)
        checked(cast, row)
    with brand_scope(cast.floral):
        assert signing_key("a@news.floral.example").domain == "news.floral.example"
        assert signing_key("a@floral.example").domain == "floral.example"
        assert signing_key("a@notfloral.example") is None
    with brand_scope(cast.grocer):
        assert signing_key("a@floral.example") is None


def test_a_new_key_has_a_new_name_and_is_not_used_before_it_is_found(cast, names):
    row = added(cast)
    publish(names, row)
    row = checked(cast, row)
    former = row.selector
    with brand_scope(cast.floral):
        change_key(row)
        assert signing_key("a@floral.example") is None
    assert row.selector != former
    assert checked(cast, row).state == "new"
    publish(names, row)
    assert checked(cast, row).state == "verified"


def test_a_look_at_a_key_that_was_changed_meanwhile_says_nothing(cast, names, monkeypatch):
    row = added(cast)
    publish(names, row)
    real = domains.look_at

    def slow(looked_at):
        found = real(looked_at)
        with brand_scope(cast.floral):
            change_key(SendingDomain.objects.get(pk=row.pk))
        return found

    monkeypatch.setattr(domains, "look_at", slow)
    row = checked(cast, row)
    assert (row.state, row.findings) == ("new", {})


@pytest.mark.parametrize("domain", ["", "floral", "1.2.3.4"])
def test_what_is_no_domain_is_refused(cast, domain):
    with pytest.raises(Invalid) as refusal:
        added(cast, domain)
    assert list(refusal.value.fields) == ["domain"]
    with brand_scope(cast.floral):
        assert (SendingDomain.objects.count(), DomainEvent.objects.count()) == (0, 0)


def test_a_domain_is_in_the_list_once_and_may_be_in_another_brands(cast):
    added(cast)
    with pytest.raises(Conflict):
        added(cast, "FLORAL.example")
    with brand_scope(cast.grocer):
        add_domain(domain="floral.example")
    with brand_scope(cast.floral):
        assert SendingDomain.objects.count() == 1


def test_a_domain_can_go(cast, names):
    row = added(cast)
    with brand_scope(cast.floral):
        delete_domain(row)
        assert list(DomainEvent.objects.order_by("pk").values_list("type", flat=True)) == [
            "sending_domain.added",
            "sending_domain.check_requested",
            "sending_domain.deleted",
        ]
    check_domain(brand_id=cast.floral.pk, domain_id=row.pk or 0)


def test_an_installation_may_ask_for_verified_domains(cast, names, settings):
    row = added(cast)
    with brand_scope(cast.floral):
        check_sender("a@elsewhere.example")
        settings.REQUIRE_VERIFIED_DOMAINS = True
        with pytest.raises(Unsendable, match=r"floral\.example is not verified yet"):
            check_sender("a@floral.example")
    publish(names, row)
    checked(cast, row)
    with brand_scope(cast.floral):
        check_sender("a@floral.example")
        with pytest.raises(Unsendable, match=r"elsewhere\.example"):
            check_sender("a@elsewhere.example")


def test_tests_and_opt_in_mails_wait_for_a_verified_domain_too(
    cast, names, settings, run_due_work, mailoutbox
):
    settings.REQUIRE_VERIFIED_DOMAINS = True
    row = added(cast)
    with brand_scope(cast.floral):
        request_opt_in(email="new@example.com", source="shop", evidence=Evidence(wording="Yes"))
        blocks = [{"kind": "heading", "text": "Tulips"}, {"kind": "footer"}]
        draft = drafts.create_campaign(name="May", subject="Hi", blocks=blocks)
        content = content_of(draft, cast.floral)
        with pytest.raises(Unsendable, match=r"floral\.example is not verified yet"):
            build_test(content, recipient=None, address="ben@floral.example")
    run_due_work()
    assert not mailoutbox
    publish(names, row)
    checked(cast, row)
    waiting = WorkItem.objects.filter(kind="campaigns.tasks.send_confirmation")
    assert waiting.update(due_at=now()) == 1
    run_due_work()
    assert [mail.to for mail in mailoutbox] == [["new@example.com"]]
    with brand_scope(cast.floral):
        assert build_test(content, recipient=None, address="ben@floral.example")
