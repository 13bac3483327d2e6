"""One mail to one person as bytes for SMTP: what answers an act of theirs, not a campaign."""

from dataclasses import dataclass

from campaigns.rules.encoding import header, mailbox, part_head, quoted, safe_address
from campaigns.rules.program import Mail, Sign
from campaigns.rules.rendering import Preview


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom. `date` is an RFC 5322 date; `return_path` is where it goes when it cannot
    be delivered, "" for the sender."""

    sender_name: str
    sender: str
    reply_to: str
    recipient: str
    message_id: str
    date: str
    feedback_id: str
    return_path: str = ""


def letter(shown: Preview, envelope: Envelope, *, number: int, sign: Sign | None = None) -> Mail:
    """The mail, with `number` to know it by. It offers no unsubscribing (RFC 8058): it is not of a
    list. It says that nobody wrote it by hand, so that no holiday note answers (RFC 3834).

    Raises UnsafeValue for an address or subject that cannot be sent."""
    recipient = safe_address(envelope.recipient)
    # Quoted-printable writes "=" as "=3D", so no line of the body can be this.
    boundary = f"=_rapport_{number}"
    head = b"".join(_head(shown.subject, envelope, recipient, boundary))
    body = b"".join(
        (
            _part(boundary, "plain", shown.text),
            _part(boundary, "html", shown.html),
            f"--{boundary}--\r\n".encode(),
        )
    )
    if sign is not None:
        head = sign(head, body) + head
    return Mail(number, recipient, head + b"\r\n" + body, envelope.return_path)


def _head(subject: str, envelope: Envelope, recipient: str, boundary: str) -> list[bytes]:
    fields = [
        header("Subject", subject),
        mailbox("From", envelope.sender_name, safe_address(envelope.sender)),
        f"To: <{recipient}>\r\nDate: {envelope.date}\r\n".encode(),
        f"Message-ID: {envelope.message_id}\r\n".encode(),
    ]
    if envelope.reply_to:
        fields.append(f"Reply-To: <{safe_address(envelope.reply_to)}>\r\n".encode())
    fields.append(header("Feedback-ID", envelope.feedback_id))
    fields.append(b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n")
    fields.append(f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode())
    return fields


def _part(boundary: str, subtype: str, text: str) -> bytes:
    return part_head(boundary, subtype) + quoted(text.rstrip("\n") + "\n") + b"\r\n"
