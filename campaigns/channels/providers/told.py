"""What providers' webhooks tell, in each one's own words: bounces, complaints, people who want no
more, and deliveries. Whether they may be believed is judged before (hooks.py)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec

from campaigns.channels.email.reports import Kind, Report, message_token
from campaigns.channels.providers.mailgun import BadWebhook
from campaigns.rules.bounces import status_of

# The name under which our Message-ID went along (sending.py).
_OURS = "rapport"
_NOBODY, _TRANSIENT = "5.1.1", "4.0.0"
_MOST = 5_000

Told = Callable[[bytes], Iterator[Report]]
# What an event is by its provider's name for it: a report's kind, and of a bounce whether the
# provider calls it lasting.
Sort = tuple[Kind, bool]
Kinds = Mapping[str, Sort]
_BOUNCE: Sort = ("bounce", True)
_SOFT: Sort = ("bounce", False)
_COMPLAINT: Sort = ("complaint", False)
_ENOUGH: Sort = ("unsubscribe", False)
_ARRIVED: Sort = ("delivered", False)


def _reader(parse: Callable[[Any], Iterator[Report | None]], *, form: str = "") -> Told:
    """From the body as it came, JSON or a form with JSON in one field. Raises BadWebhook."""

    def read(body: bytes) -> Iterator[Report]:
        try:
            text = parse_qs(body.decode())[form][0].encode() if form else body
            said = msgspec.json.decode(text)
            events = said if isinstance(said, list) else [said]
            if len(events) > _MOST:
                raise BadWebhook("too many events at once")
            found = [report for event in events for report in parse(event)]
        except (msgspec.DecodeError, UnicodeError, LookupError, TypeError, AttributeError) as error:
            raise BadWebhook("not of the form this provider promises") from error
        yield from filter(None, found)

    return read


def _report(
    kinds: Kinds, name: Any, *, ours: Any, address: Any, words: Any = "", status: Any = ""
) -> Report | None:
    """None for what does not concern us, such as opens."""
    if name not in kinds:
        return None
    kind, is_lasting = kinds[name]
    said = words if isinstance(words, str) else ""
    found = status if isinstance(status, str) and status else status_of(said)
    if kind == "bounce" and not found:
        found = _NOBODY if is_lasting else _TRANSIENT
    return Report(
        kind,
        message_token=message_token(ours if isinstance(ours, str) else ""),
        status=found if kind == "bounce" else "",
        words="abuse" if kind == "complaint" else said,
        address=address if isinstance(address, str) else "",
    )


def _ours(metadata: Any) -> Any:
    """Our Message-ID in what went along, which comes back as an object or as text."""
    if isinstance(metadata, str):
        metadata = msgspec.json.decode(metadata) if metadata else {}
    return metadata.get(_OURS) if isinstance(metadata, dict) else None


_BREVO: Kinds = {
    "hard_bounce": _BOUNCE,
    "invalid_email": _BOUNCE,
    "soft_bounce": _SOFT,
    "spam": _COMPLAINT,
    "complaint": _COMPLAINT,
    "unsubscribe": _ENOUGH,
    "delivered": _ARRIVED,
}


def _brevo(event: Any) -> Iterator[Report | None]:
    ours, words = _ours(event.get("X-Mailin-custom")), event.get("reason")
    yield _report(_BREVO, event["event"], ours=ours, address=event.get("email"), words=words)


_MAILERSEND: Kinds = {
    "hard_bounced": _BOUNCE,
    "soft_bounced": _SOFT,
    "spam_complaint": _COMPLAINT,
    "unsubscribed": _ENOUGH,
    "delivered": _ARRIVED,
}


def _mailersend(event: Any) -> Iterator[Report | None]:
    data = event["data"]
    email, more = data["email"], data.get("morph") or {}
    tags = [*(email.get("tags") or []), ""]
    address = (email.get("recipient") or {}).get("email")
    words = more.get("reason") or more.get("readable_reason")
    yield _report(_MAILERSEND, data["type"], ours=tags[0], address=address, words=words)


_MAILJET: Kinds = {
    "bounce": _SOFT,
    "hard bounce": _BOUNCE,
    "spam": _COMPLAINT,
    "unsub": _ENOUGH,
    "sent": _ARRIVED,
}


def _mailjet(event: Any) -> Iterator[Report | None]:
    name = "hard bounce" if event.get("hard_bounce") else event["event"]
    words = " ".join(str(event[each]) for each in ("comment", "error") if event.get(each))
    yield _report(
        _MAILJET, name, ours=_ours(event.get("Payload")), address=event.get("email"), words=words
    )


_MANDRILL: Kinds = {
    "hard_bounce": _BOUNCE,
    "soft_bounce": _SOFT,
    "spam": _COMPLAINT,
    "unsub": _ENOUGH,
    "delivered": _ARRIVED,
}


def _mandrill(event: Any) -> Iterator[Report | None]:
    mail = event.get("msg") or {}
    ours, words = _ours(mail.get("metadata")), mail.get("diag")
    yield _report(_MANDRILL, event.get("event"), ours=ours, address=mail.get("email"), words=words)


_POSTMARK: Kinds = {
    "HardBounce": _BOUNCE,
    "BadEmailAddress": _BOUNCE,
    "SoftBounce": _SOFT,
    "Blocked": _SOFT,
    "SpamNotification": _COMPLAINT,
    "SpamComplaint": _COMPLAINT,
    "ManualSuppression": _ENOUGH,
    "Delivery": _ARRIVED,
}


def _postmark(event: Any) -> Iterator[Report | None]:
    name = event["RecordType"]
    if name == "Bounce":
        name = event["Type"]
    elif name == "SubscriptionChange" and event.get("SuppressSending"):
        # Bounces and complaints are told once more by this; only a person's own wish counts.
        name = event.get("SuppressionReason")
        name = name if name == "ManualSuppression" else None
    address = event.get("Email") or event.get("Recipient")
    words = event.get("Details") if name in _POSTMARK else ""
    yield _report(_POSTMARK, name, ours=_ours(event.get("Metadata")), address=address, words=words)


_RESEND: Kinds = {
    "email.bounced Permanent": _BOUNCE,
    "email.bounced Transient": _SOFT,
    "email.complained": _COMPLAINT,
    "email.delivered": _ARRIVED,
}


def _resend(event: Any) -> Iterator[Report | None]:
    data = event["data"]
    name, bounce = event["type"], data.get("bounce") or {}
    if name == "email.bounced":
        name = f"{name} {bounce.get('type')}"
    headers = {each["name"].lower(): each["value"] for each in data.get("headers") or []}
    ours = _ours(headers.get("x-metadata")) or headers.get("message-id")
    for address in data.get("to") or [""]:
        yield _report(_RESEND, name, ours=ours, address=address, words=bounce.get("message"))


_SENDGRID: Kinds = {
    "bounce": _BOUNCE,
    "blocked": _SOFT,
    "spamreport": _COMPLAINT,
    "unsubscribe": _ENOUGH,
    "group_unsubscribe": _ENOUGH,
    "delivered": _ARRIVED,
}


def _sendgrid(event: Any) -> Iterator[Report | None]:
    name = event["event"]
    if name == "bounce":
        name = event.get("type") or name
    yield _report(
        _SENDGRID,
        name,
        ours=event.get(_OURS),
        address=event.get("email"),
        words=event.get("reason"),
        status=event.get("status"),
    )


_SPARKPOST: Kinds = {
    "bounce": _SOFT,
    "out_of_band": _SOFT,
    "hard bounce": _BOUNCE,
    "spam_complaint": _COMPLAINT,
    "list_unsubscribe": _ENOUGH,
    "link_unsubscribe": _ENOUGH,
    "delivery": _ARRIVED,
}
# Its classes for an address that does not exist.
_SPARKPOST_NOBODY = {"10", "30"}
# Delays that it has given up are bounces too; answers of programs are not.
_SPARKPOST_ANSWERS = {"60", "80", "90", "100"}


def _sparkpost(event: Any) -> Iterator[Report | None]:
    for said in event["msys"].values():  # empty when it only looks whether we are there
        name, sort = said["type"], str(said.get("bounce_class", ""))
        if sort in _SPARKPOST_ANSWERS:
            continue
        if name in {"bounce", "out_of_band"} and sort in _SPARKPOST_NOBODY:
            name = "hard bounce"
        address = said.get("raw_rcpt_to") or said.get("rcpt_to")
        words, ours = said.get("raw_reason"), _ours(said.get("rcpt_meta"))
        yield _report(_SPARKPOST, name, ours=ours, address=address, words=words)


BREVO = _reader(_brevo)
MAILERSEND = _reader(_mailersend)
MAILJET = _reader(_mailjet)
MANDRILL = _reader(_mandrill, form="mandrill_events")
POSTMARK = _reader(_postmark)
RESEND = _reader(_resend)
SENDGRID = _reader(_sendgrid)
SPARKPOST = _reader(_sparkpost)
