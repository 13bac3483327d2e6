"""Mailgun's webhooks: signed with the account's key, one event each."""

import hashlib
import hmac
from datetime import datetime

import msgspec

from campaigns.channels.email.reports import Report, message_token
from campaigns.rules.bounces import status_of

# Retries go on for eight hours; an older one was written down by somebody.
_LONGEST_SECONDS = 24 * 3600


class _Signature(msgspec.Struct):
    timestamp: str
    token: str
    signature: str


class _Headers(msgspec.Struct):
    message_id: str = msgspec.field(name="message-id", default="")


class _Message(msgspec.Struct):
    headers: _Headers = msgspec.field(default_factory=_Headers)


class _Ours(msgspec.Struct):
    """What went along with a mail that was handed to Mailgun's API."""

    rapport: str = ""


class _Status(msgspec.Struct):
    code: int | str | None = None
    enhanced: str | None = msgspec.field(name="enhanced-code", default=None)
    message: str | None = None
    description: str | None = None


class _Event(msgspec.Struct):
    event: str
    severity: str = ""
    recipient: str = ""
    message: _Message = msgspec.field(default_factory=_Message)
    status: _Status = msgspec.field(name="delivery-status", default_factory=_Status)
    ours: _Ours = msgspec.field(name="user-variables", default_factory=_Ours)


class _Body(msgspec.Struct):
    signature: _Signature
    event: _Event = msgspec.field(name="event-data")


class BadWebhook(Exception):
    """Not signed by the provider, or not of the form it promises."""


def read_webhook(body: bytes, *, key: str, at: datetime) -> Report | None:
    """What Mailgun tells; None for what does not concern us, such as opens and delays.

    Raises BadWebhook."""
    try:
        told = msgspec.json.decode(body, type=_Body)
        age = abs(at.timestamp() - int(told.signature.timestamp))
    except (msgspec.DecodeError, ValueError) as error:
        raise BadWebhook("not an event") from error
    signed = told.signature.timestamp + told.signature.token
    right = hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()
    if age > _LONGEST_SECONDS or not hmac.compare_digest(
        right.encode(), told.signature.signature.encode()
    ):
        raise BadWebhook("not signed by Mailgun")
    return _report(told.event)


def _report(event: _Event) -> Report | None:
    token = message_token(event.message.headers.message_id) or message_token(event.ours.rapport)
    if event.event == "complained":
        return Report("complaint", message_token=token, words="abuse", address=event.recipient)
    if event.event == "unsubscribed":
        return Report("unsubscribe", message_token=token, address=event.recipient)
    if event.event == "delivered":
        return Report("delivered", message_token=token, address=event.recipient)
    if event.event != "failed" or event.severity != "permanent":
        return None
    status = event.status
    words = status.message or status.description or ""
    return Report(
        "bounce",
        message_token=token,
        status=status.enhanced or status_of(f"{status.code or ''} {words}"),
        words=words,
        address=event.recipient,
    )
