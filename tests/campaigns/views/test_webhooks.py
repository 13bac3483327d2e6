"""Providers are believed by their signature only, and say what a returned mail would have said."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.test import Client

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Feedback
from campaigns.selectors.content import keyring
from campaigns.views import webhooks
from config.kit.clock import now
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.consents import Suppression
from tests import factories

TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
PAGE = "/inbound/ses"


@pytest.fixture
def message_id(cast):
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        campaign = Campaign.objects.create(name="May", state="done")
    ticket = Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)
    return f"{sign_ticket(keyring(), Purpose.MESSAGE, ticket)}@floral.example"


def stored(cast):
    with brand_scope(cast.floral):
        listed = Suppression.objects.values_list("address", "reason")
        return list(Feedback.objects.values_list("kind", "detail")), list(listed)


def post(path, body):
    return Client().post(path, data=json.dumps(body), content_type="application/json")


def mailgun(message_id, *, key="key", at=None, **event):
    timestamp = str(int((at or now()).timestamp()))
    signed = hmac.new(key.encode(), f"{timestamp}nonce".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": "nonce", "signature": signed},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "recipient": "rae@example.com",
            "message": {"headers": {"message-id": message_id, "to": "rae@example.com"}},
            "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
            **event,
        },
    }


def test_mailgun_tells_of_a_bounce_and_of_a_complaint(cast, message_id, settings):
    settings.MAILGUN_SIGNING_KEY = "key"
    assert post("/inbound/mailgun", mailgun(message_id)).content == b"bounce\n"
    assert post("/inbound/mailgun", mailgun(message_id)).content == b"known\n"
    complained = mailgun(message_id, event="complained")
    assert post("/inbound/mailgun", complained).content == b"complaint\n"
    assert stored(cast) == (
        [("bounce", "5.1.1 5.1.1 no such user"), ("complaint", "abuse")],
        [("rae@example.com", "complaint")],
    )


def test_mailgun_knows_a_mail_again_that_it_was_handed_by_its_api(cast, message_id, settings):
    settings.MAILGUN_SIGNING_KEY = "key"
    told = mailgun(
        "its-own-id@mailgun.example", **{"user-variables": {"rapport": f"<{message_id}>"}}
    )
    assert post("/inbound/mailgun", told).content == b"bounce\n"
    assert stored(cast)[0] == [("bounce", "5.1.1 5.1.1 no such user")]


@pytest.mark.parametrize(
    "event", [{"severity": "temporary"}, {"event": "delivered"}, {"event": "opened"}]
)
def test_what_mailgun_tells_beside_is_ignored(cast, message_id, settings, event):
    settings.MAILGUN_SIGNING_KEY = "key"
    assert post("/inbound/mailgun", mailgun(message_id, **event)).content == b"ignored\n"
    assert stored(cast) == ([], [])


def test_what_mailgun_did_not_sign_today_is_refused(cast, message_id, settings):
    settings.MAILGUN_SIGNING_KEY = "key"
    old = mailgun(message_id, at=now() - timedelta(days=2))
    odd = mailgun(message_id)
    odd["signature"]["signature"] = "é"
    for body in (mailgun(message_id, key="other"), old, odd, {}, []):
        assert post("/inbound/mailgun", body).status_code == 403
    settings.MAILGUN_SIGNING_KEY = ""
    assert post("/inbound/mailgun", mailgun(message_id)).status_code == 404
    assert stored(cast) == ([], [])


@pytest.fixture(scope="module")
def amazon():
    """A key, and the certificate that an address of Amazon's would hold."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=3650))
    certificate = builder.sign(key, hashes.SHA256())
    return key, certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def topic(settings, amazon, monkeypatch):
    settings.SES_TOPICS = [TOPIC]
    asked = []

    def certificate(url):
        asked.append(url)
        return amazon[1]

    monkeypatch.setattr(webhooks, "_certificate", certificate)
    return asked


def ses(key, notice, **changes):
    body = {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": TOPIC,
        "Message": json.dumps(notice),
        "Timestamp": "2026-05-01T12:00:00.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
        **changes,
    }
    names = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
    text = "".join(f"{name}\n{body[name]}\n" for name in names if name in body)
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return {**body, "Signature": base64.b64encode(signature).decode()}


def bounced(message_id, status="5.1.1"):
    recipient = {
        "emailAddress": "rae@example.com",
        "status": status,
        "diagnosticCode": "smtp; 550 no such user",
    }
    return {
        "notificationType": "Bounce",
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [recipient]},
        "mail": {"headers": [{"name": "Message-ID", "value": f"<{message_id}>"}]},
    }


def complained(message_id):
    return {
        "eventType": "Complaint",
        "complaint": {"complainedRecipients": [{"emailAddress": "rae@example.com"}]},
        "mail": {"headers": [{"name": "Message-ID", "value": f"<{message_id}>"}]},
    }


def test_amazon_tells_of_a_bounce_and_of_a_complaint(cast, message_id, topic, amazon):
    assert post(PAGE, ses(amazon[0], bounced(message_id))).content == b"bounce\n"
    told = ses(amazon[0], complained(message_id), Subject="Amazon SES")
    assert post(PAGE, told).content == b"complaint\n"
    assert topic == [CERTIFICATE_URL] * 2
    assert [kind for kind, _ in stored(cast)[0]] == ["bounce", "complaint"]


def test_what_amazon_says_beside_is_ignored(cast, message_id, topic, amazon):
    hello = ses(amazon[0], {}, Message="Successfully validated SNS topic")
    assert post(PAGE, hello).content == b"ignored\n"
    undetermined = bounced(message_id)
    undetermined["bounce"]["bounceType"] = "Undetermined"
    assert post(PAGE, ses(amazon[0], undetermined)).content == b"ignored\n"
    assert stored(cast) == ([], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"TopicArn": "arn:aws:sns:eu-west-1:999999999999:others"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/x.pem"},
        {"SignatureVersion": "1"},
        {"Type": "UnsubscribeConfirmation"},
    ],
)
def test_what_is_not_amazons_is_refused_before_anything_is_fetched(
    cast, message_id, topic, amazon, changes
):
    assert post(PAGE, ses(amazon[0], bounced(message_id), **changes)).status_code == 403
    assert (topic, stored(cast)) == ([], ([], []))


def test_a_changed_message_is_refused(cast, message_id, topic, amazon):
    told = ses(amazon[0], bounced(message_id))
    for name, value in [("Message", "{}"), ("Signature", "AAAA"), ("Signature", "é")]:
        assert post(PAGE, {**told, name: value}).status_code == 403
    assert stored(cast) == ([], [])


def test_without_a_topic_there_is_nothing_here(cast, message_id, settings, amazon):
    settings.SES_TOPICS = []
    assert post(PAGE, ses(amazon[0], bounced(message_id))).status_code == 404
