"""How each provider proves that a webhook is its own: by a key of the brand's account, or, where it
signs nothing, by a password of ours that stands in the address it was given."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from campaigns.channels.email.reports import Report
from campaigns.channels.providers import mailgun, told
from campaigns.channels.providers.mailgun import BadWebhook

# As a name before the password in an address; providers send both along.
USER = "rapport"
# Repeated for a day by the most patient of them; what is older was written down by somebody.
_LONGEST_SECONDS = 26 * 3600


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook as it came: names of headers in any case, `url` as the provider knows it."""

    body: bytes
    headers: Mapping[str, str]
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hook:
    """`read(call, key)` gives what is reported, and raises BadWebhook for what is not proved.

    `key` says where the key comes from: the brand types what the provider shows, or we make it.
    `asks`: what the provider calls it."""

    read: Callable[[Call, str], Iterator[Report]]
    key: Literal["typed", "made"]
    asks: str = ""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _signed(call: Call, name: str, expected: str) -> None:
    if not _same(call.headers.get(name, ""), expected):
        raise BadWebhook("not signed by this provider")


def _fresh(call: Call, seconds: str) -> None:
    try:
        age = abs(call.at.timestamp() - int(seconds))
    except (ValueError, OverflowError) as error:
        raise BadWebhook("not signed at any time") from error
    if age > _LONGEST_SECONDS:
        raise BadWebhook("signed too long ago")


def _by_password(reports: told.Told) -> Callable[[Call, str], Iterator[Report]]:
    def read(call: Call, key: str) -> Iterator[Report]:
        offered = base64.b64encode(f"{USER}:{key}".encode()).decode()
        _signed(call, "Authorization", f"Basic {offered}")
        return reports(call.body)

    return read


def _mailgun(call: Call, key: str) -> Iterator[Report]:
    report = mailgun.read_webhook(call.body, key=key, at=call.at)
    return iter([report] if report else [])


def _mailersend(call: Call, key: str) -> Iterator[Report]:
    _signed(call, "Signature", hmac.new(key.encode(), call.body, hashlib.sha256).hexdigest())
    return told.MAILERSEND(call.body)


def _mandrill(call: Call, key: str) -> Iterator[Report]:
    """The address and the form's fields in their order, by HMAC-SHA-1, as Mandrill has it."""
    fields = sorted(parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True))
    text = call.url + "".join(name + value for name, value in fields)
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()
    _signed(call, "X-Mandrill-Signature", base64.b64encode(digest).decode())
    return told.MANDRILL(call.body)


def _resend(call: Call, key: str) -> Iterator[Report]:
    """Standard Webhooks 1.0: several signatures may stand there while a secret changes."""
    number, seconds = call.headers.get("svix-id", ""), call.headers.get("svix-timestamp", "")
    _fresh(call, seconds)
    try:
        secret = base64.b64decode(key.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise BadWebhook("the signing secret that was typed is none") from error
    text = f"{number}.{seconds}.".encode() + call.body
    right = base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest()).decode()
    offered = call.headers.get("svix-signature", "").split(" ")
    if not any(_same(each, f"v1,{right}") for each in offered):
        raise BadWebhook("not signed by this provider")
    return told.RESEND(call.body)


def _sendgrid(call: Call, key: str) -> Iterator[Report]:
    """ECDSA; the key is the public half, as SendGrid shows it (base64 of DER)."""
    seconds = call.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
    signature = call.headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
    _fresh(call, seconds)
    try:
        public = load_der_public_key(base64.b64decode(key))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise BadWebhook("the verification key that was typed is none")
        signed = seconds.encode() + call.body
        public.verify(base64.b64decode(signature), signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise BadWebhook("not signed by this provider") from error
    return told.SENDGRID(call.body)


_SPARKPOST = Hook(_by_password(told.SPARKPOST), "made")
_MAILGUN = Hook(_mailgun, "typed", "HTTP webhook signing key")
# By the keys of PROVIDERS.
HOOKS: dict[str, Hook] = {
    "brevo": Hook(_by_password(told.BREVO), "made"),
    "mailersend": Hook(_mailersend, "typed", "Signing secret"),
    "mailgun": _MAILGUN,
    "mailgun_eu": _MAILGUN,
    "mailjet": Hook(_by_password(told.MAILJET), "made"),
    "mandrill": Hook(_mandrill, "typed", "Webhook key"),
    "postmark": Hook(_by_password(told.POSTMARK), "made"),
    "resend": Hook(_resend, "typed", "Signing secret"),
    "sendgrid": Hook(_sendgrid, "typed", "Verification key"),
    "spark_eu": _SPARKPOST,
    "sparkpost": _SPARKPOST,
}
