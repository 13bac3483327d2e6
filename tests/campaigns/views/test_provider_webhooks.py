"""A brand's own account with a provider tells of its mails: believed by the brand's own key."""

import base64
import hashlib
import hmac
import json
from urllib.parse import urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.channels.providers.accounts import PROVIDERS
from campaigns.channels.providers.hooks import HOOKS
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Feedback
from campaigns.models.transports import Transport
from campaigns.selectors.content import keyring
from campaigns.selectors.transports import hook_address
from campaigns.services.transports import make_hook_key, set_hook_key, use_house, use_provider
from config.kit.clock import now
from config.kit.errors import Invalid
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.consents import ConsentState, Suppression
from tests import factories

WORDS = "550 5.1.1 no such user"
RAE = "rae@example.com"
SENDGRID = ec.generate_private_key(ec.SECP256R1())
PUBLIC = SENDGRID.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
KEYS = {
    "sendgrid": base64.b64encode(PUBLIC).decode(),
    "resend": "whsec_" + base64.b64encode(b"a secret of Resend").decode(),
}


@pytest.fixture
def message_id(cast):
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        campaign = Campaign.objects.create(name="May", state="done")
    return _message_id(cast.floral, campaign.pk, cast.rae.pk)


def _message_id(brand, campaign_id, customer_id):
    ticket = Ticket(brand.pk, campaign_id, customer_id)
    return f"<{sign_ticket(keyring(), Purpose.MESSAGE, ticket)}@floral.example>"


def stored(cast):
    with brand_scope(cast.floral):
        listed = Suppression.objects.values_list("address", "reason")
        return list(Feedback.objects.order_by("pk").values_list("kind", flat=True)), list(listed)


# --- What each provider's documentation shows, about one mail ---------------------------------


def brevo(what, ours):
    names = {"bounce": "hard_bounce", "complaint": "spam"}
    metadata = json.dumps({"rapport": ours})
    said = {"event": names.get(what, what), "email": RAE, "X-Mailin-custom": metadata}
    return said | {"reason": WORDS, "ts_epoch": 1700000000000}


def mailersend(what, ours):
    names = {"bounce": "hard_bounced", "complaint": "spam_complaint", "unsubscribe": "unsubscribed"}
    email = {"recipient": {"email": RAE}, "tags": [ours], "message": {"id": "62f1"}}
    data = {"type": names.get(what, what), "email": email}
    return {"type": "activity." + data["type"], "data": data | {"morph": {"reason": WORDS}}}


def mailgun(what, ours):
    names = {"bounce": "failed", "complaint": "complained", "unsubscribe": "unsubscribed"}
    event = {
        "event": names.get(what, what),
        "severity": "permanent",
        "recipient": RAE,
        "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        "user-variables": {"rapport": ours},
    }
    timestamp = str(int(now().timestamp()))
    signed = hmac.new(b"key", f"{timestamp}nonce".encode(), hashlib.sha256).hexdigest()
    signature = {"timestamp": timestamp, "token": "nonce", "signature": signed}
    return {"signature": signature, "event-data": event}


def mailjet(what, ours):
    names = {"complaint": "spam", "unsubscribe": "unsub", "delivered": "sent"}
    said = {"event": names.get(what, what), "email": RAE, "Payload": json.dumps({"rapport": ours})}
    more = {"hard_bounce": True, "error": "user unknown", "comment": WORDS}
    return [said | (more if what == "bounce" else {})]


def mandrill(what, ours):
    names = {"bounce": "hard_bounce", "complaint": "spam", "unsubscribe": "unsub"}
    mail = {"email": RAE, "metadata": {"rapport": ours}, "diag": WORDS}
    return [{"event": names.get(what, what), "msg": mail}]


def postmark(what, ours):
    metadata = {"Metadata": {"rapport": ours}}
    return (
        metadata
        | {
            "bounce": {
                "RecordType": "Bounce",
                "Type": "HardBounce",
                "Email": RAE,
                "Details": WORDS,
            },
            "complaint": {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": RAE},
            "unsubscribe": {
                "RecordType": "SubscriptionChange",
                "Recipient": RAE,
                "SuppressSending": True,
                "SuppressionReason": "ManualSuppression",
            },
            "delivered": {"RecordType": "Delivery", "Recipient": RAE, "Details": "Test"},
        }[what]
    )


def resend(what, ours):
    names = {"bounce": "email.bounced", "complaint": "email.complained"}
    headers = [{"name": "X-Metadata", "value": json.dumps({"rapport": ours})}]
    data = {"to": [RAE], "headers": headers, "bounce": {"type": "Permanent", "message": WORDS}}
    return {"type": names.get(what, f"email.{what}"), "data": data}


def sendgrid(what, ours):
    names = {"complaint": "spamreport"}
    said = {"event": names.get(what, what), "email": RAE, "rapport": ours}
    more = {"type": "bounce", "status": "5.1.1", "reason": WORDS}
    return [said | (more if what == "bounce" else {})]


def sparkpost(what, ours):
    names = {"complaint": "spam_complaint", "unsubscribe": "list_unsubscribe"}
    said = {"type": names.get(what, "delivery" if what == "delivered" else what)}
    said |= {"raw_rcpt_to": RAE, "rcpt_meta": {"rapport": ours}}
    said |= {"bounce_class": "10", "raw_reason": WORDS} if what == "bounce" else {}
    return [{"msys": {"message_event": said}}, {"msys": {}}]


TOLD = {
    "brevo": brevo,
    "mailersend": mailersend,
    "mailgun": mailgun,
    "mailjet": mailjet,
    "mandrill": mandrill,
    "postmark": postmark,
    "resend": resend,
    "sendgrid": sendgrid,
    "sparkpost": sparkpost,
}


# --- How each of them proves it -----------------------------------------------------------------


def _hmac(key, text, digest):
    return hmac.new(key, text, digest).digest()


def proved(kind, said, *, key, url):
    """The body and the headers as the provider sends them; `key` is the typed one, or the address
    with the password in it."""
    body, kinds, headers = json.dumps(said).encode(), "application/json", {}
    at = str(int(now().timestamp()))
    if kind == "mailersend":
        headers["Signature"] = _hmac(key.encode(), body, "sha256").hex()
    elif kind == "mandrill":
        fields = {"mandrill_events": body.decode()}
        body, kinds = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        text = url + "mandrill_events" + fields["mandrill_events"]
        digest = _hmac(key.encode(), text.encode(), "sha1")
        headers["X-Mandrill-Signature"] = base64.b64encode(digest).decode()
    elif kind == "resend":
        secret = base64.b64decode(key.removeprefix("whsec_"))
        digest = base64.b64encode(_hmac(secret, f"msg_1.{at}.".encode() + body, "sha256"))
        headers = {"svix-id": "msg_1", "svix-timestamp": at}
        headers["svix-signature"] = f"v1,b3RoZXI= v1,{digest.decode()}"
    elif kind == "sendgrid":
        signed = SENDGRID.sign(at.encode() + body, ec.ECDSA(hashes.SHA256()))
        named = "X-Twilio-Email-Event-Webhook"
        signature = base64.b64encode(signed).decode()
        headers = {f"{named}-Signature": signature, f"{named}-Timestamp": at}
    elif kind != "mailgun":
        password = base64.b64encode(f"rapport:{key}".encode()).decode()
        headers["Authorization"] = f"Basic {password}"
    return body, kinds, headers


def set_up(brand, kind):
    """The key by which its webhooks are believed."""
    with brand_scope(brand):
        if HOOKS[kind].key == "made":
            return make_hook_key(kind)
        key = KEYS.get(kind, "key")
        set_hook_key(kind, key=key)
        return key


def tell(brand, kind, said, *, key, **changes):
    url = hook_address(brand, kind)
    body, content_type, headers = proved(kind, said, key=key, url=url)
    return Client().post(
        urlsplit(url).path,
        data=changes.get("body", body),
        content_type=content_type,
        headers=headers | changes.get("headers", {}),
    )


def test_every_provider_has_a_webhook_that_is_proved_some_way():
    assert set(HOOKS) == set(PROVIDERS)
    assert set(PROVIDERS) - set(TOLD) == {"mailgun_eu", "spark_eu"}


@pytest.mark.parametrize("kind", TOLD)
def test_each_provider_tells_of_bounces_complaints_and_unsubscribes(cast, message_id, kind):
    key = set_up(cast.floral, kind)
    whats = ["delivered", "bounce", "bounce", "complaint"]
    whats += [] if kind == "resend" else ["unsubscribe"]
    answers = [
        tell(cast.floral, kind, TOLD[kind](what, message_id), key=key).content.decode().strip()
        for what in whats
    ]
    # After the complaint nothing is left to be withdrawn.
    assert answers == ["ignored", "bounce", "known", "complaint", "known"][: len(whats)]
    assert stored(cast) == (["bounce", "complaint"], [(RAE, "complaint")])


@pytest.mark.parametrize("kind", [kind for kind in TOLD if kind != "resend"])
def test_a_wish_through_the_providers_own_link_is_a_withdrawal(cast, message_id, kind):
    key = set_up(cast.floral, kind)
    answer = tell(cast.floral, kind, TOLD[kind]("unsubscribe", message_id), key=key)
    assert answer.content == b"unsubscribe\n"
    assert stored(cast) == (["unsubscribe"], [])
    with brand_scope(cast.floral):
        assert ConsentState.objects.get(customer=cast.rae).status == "withdrawn"


@pytest.mark.parametrize("kind", TOLD)
def test_what_is_forged_is_refused_and_changes_nothing(cast, message_id, kind):
    key = set_up(cast.floral, kind)
    said = TOLD[kind]("complaint", message_id)
    if kind == "mailgun":
        said["signature"]["signature"] = "0" * 64
        assert tell(cast.floral, kind, said, key=key).status_code == 403
    else:
        _, _, headers = proved(kind, said, key=key, url=hook_address(cast.floral, kind))
        wrong = {name: "Basic cmFwcG9ydDo=" for name in headers}
        assert tell(cast.floral, kind, said, key=key, headers=wrong).status_code == 403
        assert (
            tell(cast.floral, kind, said, key=key, headers=dict.fromkeys(headers, "é")).status_code
            == 403
        )
    assert stored(cast) == ([], [])


@pytest.mark.parametrize("kind", [kind for kind in TOLD if HOOKS[kind].key == "typed"])
def test_a_changed_body_is_refused(cast, message_id, kind):
    key = set_up(cast.floral, kind)
    said, other = TOLD[kind]("delivered", message_id), TOLD[kind]("complaint", message_id)
    if kind == "mailgun":  # signs a number used once; what it tells comes over TLS
        return
    body, _, _ = proved(kind, other, key=key, url=hook_address(cast.floral, kind))
    assert tell(cast.floral, kind, said, key=key, body=body).status_code == 403
    assert stored(cast) == ([], [])


def test_what_cannot_be_read_is_refused(cast, message_id):
    key = set_up(cast.floral, "postmark")
    for said in ([[]], "bounce", {"RecordType": "Bounce"}, 7):
        assert tell(cast.floral, "postmark", said, key=key).status_code == 403
    assert stored(cast) == ([], [])


def test_nobody_speaks_of_another_brands_mails(cast, message_id):
    key = set_up(cast.grocer, "postmark")
    answer = tell(cast.grocer, "postmark", postmark("complaint", message_id), key=key)
    assert (answer.content, stored(cast)) == (b"ignored\n", ([], []))
    # Nor does its password open another brand's door.
    set_up(cast.floral, "postmark")
    assert (
        tell(cast.floral, "postmark", postmark("complaint", message_id), key=key).status_code == 403
    )
    assert stored(cast) == ([], [])


def test_a_door_is_there_once_it_is_set_up_and_stays_when_the_way_changes(cast, message_id):
    url = urlsplit(hook_address(cast.floral, "postmark")).path
    assert (Client().head(url).status_code, Client().get(url).status_code) == (404, 405)
    key = set_up(cast.floral, "postmark")
    assert Client().head(url).status_code == 200
    with brand_scope(cast.floral):
        use_provider("postmark", key="secret")
        use_house()
        assert key not in str(Transport.objects.get().hook_keys)
        told = DomainEvent.objects.filter(type="hook_key.changed").values_list("payload", flat=True)
        assert list(told) == [{"provider": "postmark"}]
    assert (
        tell(cast.floral, "postmark", postmark("bounce", message_id), key=key).content
        == b"bounce\n"
    )
    # A new password ends the old one.
    set_up(cast.floral, "postmark")
    assert (
        tell(cast.floral, "postmark", postmark("complaint", message_id), key=key).status_code == 403
    )


def test_a_key_that_cannot_be_one_is_refused(cast):
    with brand_scope(cast.floral):
        for kind, key in (
            ("postmark", "mine"),
            ("mailgun", " "),
            ("mailgun", "a\nb"),
            ("smtp", "k"),
        ):
            with pytest.raises(Invalid):
                set_hook_key(kind, key=key)
        with pytest.raises(Invalid):
            make_hook_key("mailgun")
        assert not Transport.objects.exists()


def test_the_page_takes_a_key_or_shows_an_address_once(cast, ana):
    page = "/b/floral/settings/sending/"
    assert ana.post(f"{page}webhooks/").status_code == 404
    with brand_scope(cast.floral):
        use_provider("postmark", key="secret")
    answer = ana.post(f"{page}webhooks/")
    assert "no-store" in answer["Cache-Control"]
    made = answer.content.decode()
    assert "//rapport:" in made
    assert "/postmark" in made
    again = ana.get(page).content.decode()
    assert ("//rapport:" in again, "Set up" in again) == (False, True)
    with brand_scope(cast.floral):
        use_provider("mailgun", key="secret")
    assert "HTTP webhook signing key" in ana.get(page).content.decode()
    assert ana.post(f"{page}webhooks/", {"key": "key"}).status_code == 302
    with brand_scope(cast.floral):
        assert set(Transport.objects.get().hook_keys) == {"postmark", "mailgun"}
