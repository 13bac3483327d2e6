"""Mail that comes back: delivery reports (RFC 3464), complaints (RFC 5965), and answers of programs
(RFC 3834), which say nothing.

A report names its message twice: by the address it came back to, which holds a token (VERP), and by
the Message-ID of the mail it returns. Either will do; neither can be forged."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32
from typing import Literal

from campaigns.rules.bounces import status_of

MAX_BYTES = 1_000_000
# Of one header, and of parts in each other: no report needs more, and reading takes ever longer.
_MAX_HEADER = 2_000
_MOST_PARTS = 100
_MOST_WORDS = 20_000
_PART = re.compile(rb"(?:^|[\r\n])content-type:", re.IGNORECASE)
_RETURN_ADDRESS = re.compile(r"\bb(?:ounce)?\+([A-Za-z0-9_-]{20,100})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<?([A-Za-z0-9_-]{20,100})@")
_ARRIVED_AT = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_HEADER = re.compile(r"(?im)^Message-ID:\s*(\S+)")


class _Plain(Compat32):
    """Headers as they were written, cut short. Anybody can write to a return address, and the
    newer policies take headers apart: odd ones made them fail, long ones kept them busy."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_HEADER]


_POLICY = _Plain()


Kind = Literal["bounce", "complaint", "unsubscribe", "delivered"]


@dataclass(frozen=True, slots=True)
class Report:
    """What came back, about which message: tokens of the return address and of the Message-ID, each
    "" when missing. `address` is where the mail did not arrive, as far as it is told."""

    kind: Kind
    return_token: str = ""
    message_token: str = ""
    status: str = ""
    words: str = ""
    address: str = ""


def read_report(raw: bytes, *, arrived_at: str = "") -> Report | None:
    """What a mail reports; None when it reports nothing that counts: an answer of a person or a
    program, a delay, a success. `arrived_at` is the envelope's recipient, if it is known."""
    raw = raw[:MAX_BYTES]
    if sum(1 for _ in _PART.finditer(raw)) > _MOST_PARTS:
        return None
    message = message_from_bytes(raw, policy=_POLICY)
    token = _return_token(message, arrived_at)
    parts = list(message.walk())
    if _has(parts, "message/feedback-report"):
        return _complaint(parts, token)
    if _has(parts, "message/delivery-status"):
        return _bounce(parts, token)
    if token and not _is_automatic_answer(message):
        return _old_bounce(message, token)
    return None


def message_token(message_id: str) -> str:
    """The token in one of our Message-IDs; "" in another's."""
    found = _MESSAGE_ID.match(message_id.strip())
    return found[1] if found else ""


def _return_token(message: Message, arrived_at: str) -> str:
    places = [arrived_at, *(_text(message.get(name)) for name in _ARRIVED_AT)]
    for place in places:
        found = _RETURN_ADDRESS.search(place)
        if found:
            return found[1]
    return ""


def _has(parts: Sequence[Message], kind: str) -> bool:
    return any(part.get_content_type() == kind for part in parts)


def _bounce(parts: Sequence[Message], token: str) -> Report | None:
    for fields in _fields(parts, "message/delivery-status"):
        if _text(fields.get("Action")).lower() != "failed":
            continue
        words = _text(fields.get("Diagnostic-Code")).partition(";")[2]
        return Report(
            kind="bounce",
            return_token=token,
            message_token=_returned_token(parts),
            status=status_of(_text(fields.get("Status")) or words),
            words=words.strip(),
            address=_named(fields, "Original-Recipient") or _named(fields, "Final-Recipient"),
        )
    return None


def _complaint(parts: Sequence[Message], token: str) -> Report | None:
    for fields in _fields(parts, "message/feedback-report"):
        kind = _text(fields.get("Feedback-Type")).lower()
        if kind in {"abuse", "fraud", "opt-out", "complaint"}:
            named = _text(fields.get("Original-Rcpt-To")).strip("<> ")
            returned = _returned_token(parts)
            return Report("complaint", token, returned, words=kind, address=named)
    return None


def _old_bounce(message: Message, token: str) -> Report | None:
    """Servers older than the standard write to the return address in words of their own."""
    if _text(message.get("Return-Path")).strip() not in {"", "<>"}:
        return None
    body = next((each for each in message.walk() if each.get_content_type() == "text/plain"), None)
    words = _body_text(body)[:_MOST_WORDS] if body is not None else ""
    status = status_of(words)
    return Report("bounce", token, status=status, words=words[:_MAX_HEADER]) if status else None


def _is_automatic_answer(message: Message) -> bool:
    """RFC 3834: out of office and the like; those of before it had headers of their own."""
    told = _text(message.get("Auto-Submitted"), "no").lower()
    older = any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response"))
    return told.startswith("auto-replied") or older or "vacation" in told


def _fields(parts: Sequence[Message], kind: str) -> Iterator[Message]:
    """The groups of fields of a report's machine-readable part."""
    for part in parts:
        if part.get_content_type() == kind:
            groups = part.get_payload()
            if isinstance(groups, list):
                yield from (group for group in groups if isinstance(group, Message))
            else:
                text = _body_text(part)
                yield message_from_bytes(text.encode(), policy=_POLICY)


def _returned_token(parts: Sequence[Message]) -> str:
    """Of the mail that is returned, whole or its headers only."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, Message) and (found := message_token(_text(inner["Message-ID"]))):
                return found
        elif part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            header = _HEADER.search(_body_text(part))
            if header:
                return message_token(header[1])
    return ""


def _named(fields: Message, name: str) -> str:
    """`rfc822; rae@example.com` without its type."""
    return _text(fields.get(name)).rpartition(";")[2].strip().strip("<>")


def _body_text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _text(value: object, default: str = "") -> str:
    """A header on one line."""
    return default if value is None else " ".join(str(value).split())
