"""Amazon SES's notices through SNS, signed with a certificate of Amazon's.

The topic's SignatureVersion has to be 2: version 1 signs a SHA-1."""

import base64
import binascii
import re
from collections.abc import Callable, Collection, Iterator

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate

from campaigns.channels.email.reports import Report, message_token
from campaigns.channels.providers.mailgun import BadWebhook
from campaigns.rules.bounces import status_of

_AMAZON = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/[^\s@\\]*", re.ASCII)
_VERSION = "2"
# What is signed, in this order, as far as it is there.
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}


class Envelope(msgspec.Struct, rename="pascal"):
    """A message of SNS. `subscribe_url` is asked once, to confirm that we want them."""

    type: str
    message: str
    message_id: str
    timestamp: str
    topic_arn: str
    signature: str
    signature_version: str
    cert_url: str = msgspec.field(name="SigningCertURL", default="")
    subject: str | None = None
    subscribe_url: str = msgspec.field(name="SubscribeURL", default="")
    token: str = ""


class _Header(msgspec.Struct):
    name: str
    value: str


class _Mail(msgspec.Struct):
    headers: list[_Header] = []


class _Bounced(msgspec.Struct, rename="camel"):
    email_address: str = ""
    status: str = ""
    diagnostic_code: str = ""


class _Bounce(msgspec.Struct, rename="camel"):
    bounce_type: str = ""
    bounced_recipients: list[_Bounced] = []


class _Complained(msgspec.Struct, rename="camel"):
    email_address: str = ""


class _Complaint(msgspec.Struct, rename="camel"):
    complained_recipients: list[_Complained] = []
    complaint_feedback_type: str = "abuse"


class _Notice(msgspec.Struct, rename="camel"):
    mail: _Mail
    notification_type: str = ""
    event_type: str = ""
    bounce: _Bounce = msgspec.field(default_factory=_Bounce)
    complaint: _Complaint = msgspec.field(default_factory=_Complaint)


def open_envelope(
    body: bytes, *, topics: Collection[str], certificate: Callable[[str], bytes]
) -> Envelope:
    """A message that Amazon signed and that is of one of our topics; `certificate` fetches a PEM
    file from an address of Amazon's. Raises BadWebhook."""
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
        signature = base64.b64decode(envelope.signature, validate=True)
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise BadWebhook("not a message of SNS") from error
    if envelope.topic_arn not in topics:
        raise BadWebhook("not one of our topics")
    is_known = envelope.signature_version == _VERSION and envelope.type in _SIGNED
    if not is_known or not is_amazons(envelope.cert_url):
        raise BadWebhook("not signed in a way we know; set SignatureVersion to 2")
    key = load_pem_x509_certificate(certificate(envelope.cert_url)).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadWebhook("not signed by Amazon")
    try:
        key.verify(signature, _text_of(envelope), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise BadWebhook("not signed by Amazon") from error
    return envelope


def is_amazons(url: str) -> bool:
    """Whether an address lies at SNS itself, where only Amazon puts files."""
    return _AMAZON.fullmatch(url) is not None


def reports_in(envelope: Envelope) -> Iterator[Report]:
    """What a notification tells, one for each recipient. Raises BadWebhook."""
    try:
        notice = msgspec.json.decode(envelope.message.encode(), type=_Notice)
    except msgspec.DecodeError:
        return  # such as SES's first words on a new topic
    ids = [each.value for each in notice.mail.headers if each.name.lower() == "message-id"]
    token = message_token(ids[0]) if ids else ""
    kind = notice.notification_type or notice.event_type
    if kind == "Complaint" and notice.complaint.complaint_feedback_type != "not-spam":
        for who in notice.complaint.complained_recipients:
            yield Report("complaint", message_token=token, words="abuse", address=who.email_address)
    if kind == "Bounce" and notice.bounce.bounce_type in {"Permanent", "Transient"}:
        for one in notice.bounce.bounced_recipients:
            yield Report(
                "bounce",
                message_token=token,
                status=one.status or status_of(one.diagnostic_code),
                words=one.diagnostic_code,
                address=one.email_address,
            )


def _text_of(envelope: Envelope) -> bytes:
    told = msgspec.to_builtins(envelope)
    lines = [
        f"{name}\n{told[name]}\n" for name in _SIGNED[envelope.type] if told.get(name) is not None
    ]
    return "".join(lines).encode()
