"""Mails leave signed with the key their domain has then, and name where they bounce to."""

import base64

import pytest

from accounts.scope import brand_scope
from campaigns.models.domains import SendingDomain
from campaigns.models.messages import Feedback
from campaigns.selectors.content import keyring
from campaigns.selectors.domains import SEALED_FOR
from campaigns.services import signing
from campaigns.services.inbound import take_mail
from config.kit.sealed import seal
from config.kit.tokens import Purpose, read_ticket
from tests.campaigns.channels.email.test_dkim import ED, RSA, pem, record_of, verify
from tests.campaigns.channels.email.test_reports import DSN, OURS, VERP
from tests.campaigns.mailing import customers, launched, outcomes, sender, work_off
from tests.campaigns.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def give_key(brand, key, *, state="verified", domain="floral.example", **fields):
    with brand_scope(brand):
        return SendingDomain.objects.create(
            domain=domain,
            selector="s1",
            algorithm="rsa" if key is RSA else "ed25519",
            private_key=seal(pem(key), purpose=SEALED_FOR),
            public_key=record_of(key).rpartition("p=")[2],
            state=state,
            **fields,
        )


def sent(brand, folder, *, people=2, name="Spring"):
    """The mails of a campaign, as the server took them, by address."""
    with brand_scope(brand):
        customers(people, prefix=name.lower())
    campaign = launched(brand, name=name)
    with Sink() as sink, sender(sink.url, folder) as process:
        work_off(process)
    return campaign, sink


@pytest.mark.parametrize("key", [RSA, ED], ids=["rsa", "ed25519"])
def test_each_copy_is_signed_and_verifies_as_it_arrived(cast, tmp_path, key):
    give_key(cast.floral, key)
    _, sink = sent(cast.floral, tmp_path)
    assert len(sink.contents) == 2
    for message in sink.contents.values():
        said = verify(message, record_of(key))
        assert (said["d"], said["s"]) == ("floral.example", "s1")
        assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(said["h"].split(":"))


@pytest.mark.parametrize(
    "fields", [{"state": "new"}, {"state": "failing"}, {"domain": "other.example"}]
)
def test_a_domain_that_is_not_verified_or_another_one_signs_nothing(cast, tmp_path, fields):
    give_key(cast.floral, ED, **fields)
    _, sink = sent(cast.floral, tmp_path)
    assert len(sink.contents) == 2
    assert not any(b"DKIM-Signature" in message for message in sink.contents.values())


def test_another_brands_key_signs_nothing_of_ours(cast, tmp_path):
    give_key(cast.grocer, ED)
    _, sink = sent(cast.floral, tmp_path)
    assert not any(b"DKIM-Signature" in message for message in sink.contents.values())


def test_bounces_come_back_to_an_address_that_names_the_copy(cast, tmp_path):
    give_key(cast.floral, ED, return_domain="bounce.floral.example")
    campaign, sink = sent(cast.floral, tmp_path, people=1)
    [command] = [line.decode() for line in sink.commands if line.startswith(b"MAIL")]
    local, _, domain = command.removeprefix("MAIL FROM:<").rstrip(">").partition("@")
    assert (domain, len(local) <= 64) == ("bounce.floral.example", True)
    ticket = read_ticket(keyring(), Purpose.BOUNCE, local.removeprefix("b+"))
    assert (ticket.brand_id, ticket.campaign_id) == (cast.floral.pk, campaign.pk)


def test_what_comes_back_to_that_address_is_a_bounce_of_that_copy(cast, tmp_path):
    give_key(cast.floral, ED, return_domain="bounce.floral.example")
    campaign, sink = sent(cast.floral, tmp_path, people=1)
    [command] = [line.decode() for line in sink.commands if line.startswith(b"MAIL")]
    address = command.removeprefix("MAIL FROM:<").rstrip(">")
    assert address.startswith("b+")
    # Neither a Message-ID nor an envelope: the address stands in the header alone.
    report = DSN.replace(f"bounce+{VERP}@bounce.floral.example", address).replace(OURS, "other")
    assert take_mail(report.encode()) == "bounce"
    with brand_scope(cast.floral):
        feedback = Feedback.objects.values_list("kind", "campaign_id", "customer__email")
        assert list(feedback) == [("bounce", campaign.pk, "spring0@example.com")]


def test_a_new_key_signs_once_the_old_one_has_been_looked_up_a_minute_ago(
    cast, tmp_path, monkeypatch
):
    row = give_key(cast.floral, ED)
    with brand_scope(cast.floral):
        customers(2)
    first, second = (launched(cast.floral, name=name) for name in ("One", "Two"))
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        assert process.step()
        with brand_scope(cast.floral):
            SendingDomain.objects.filter(pk=row.pk).update(selector="s2")
        process._signatures._known.clear()  # as a minute does
        assert process.step()
    assert {verify(each, record_of(ED))["s"] for each in sink.contents.values()} == {"s2"}
    assert len(outcomes(cast.floral, first)) == len(outcomes(cast.floral, second)) == 2


def test_a_key_that_cannot_be_read_sends_nothing_and_says_why(cast, tmp_path):
    row = give_key(cast.floral, ED)
    with brand_scope(cast.floral):
        spoiled = base64.urlsafe_b64encode(b"sealed under another key").decode()
        SendingDomain.objects.filter(pk=row.pk).update(private_key=spoiled)
    campaign, sink = sent(cast.floral, tmp_path)
    assert not sink.accepted
    assert outcomes(cast.floral, campaign) == {}
    with brand_scope(cast.floral):
        campaign.refresh_from_db()
    assert "Make a new one" in campaign.error


def test_keys_are_kept_for_a_minute_and_no_longer(monkeypatch):
    asked = []

    class Desk:
        def signing_key(self, brand_id, sender):
            asked.append((brand_id, sender))

    at = [1000.0]
    monkeypatch.setattr(signing.time, "monotonic", lambda: at[0])
    signatures = signing.Signatures(Desk())
    for moment in (1000.0, 1059.0, 1061.0):
        at[0] = moment
        assert signatures.of(3, "a@floral.example") == signing.Signing()
    assert asked == [(3, "a@floral.example")] * 2
