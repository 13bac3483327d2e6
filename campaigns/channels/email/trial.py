"""One mail the way a brand's mails go, at once, with an answer that says what to mend."""

import re
import ssl
from contextlib import closing
from dataclasses import dataclass

from django.core.mail import EmailMessage

from campaigns.channels.email.endpoint import Endpoint
from campaigns.channels.email.smtp import Outcome, SmtpUnavailable, Verdict
from campaigns.channels.ways import Target, way_to
from campaigns.rules.domains import NO_SENDER
from campaigns.rules.encoding import safe_address
from campaigns.rules.merge import UnsafeValue, clean_header
from campaigns.rules.program import Mail
from config.kit.egress import EgressFailed, EgressRefused
from config.kit.errors import Invalid

# Somebody waits for the answer.
_REPLY_SECONDS = 10.0
_LONGEST_WORDS = 300
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)  # RFC 5321 section 4.5.2
_TEXT = """Hello,

this mail shows that your mail leaves the way you have set it up in Rapport.
Nobody else was sent it.
"""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of it. `code`: sent, or what stood in the way: address, connection, certificate,
    encryption, sign_in, sender, refused, later, unknown; `words` say what to do."""

    code: str
    words: str

    @property
    def is_good(self) -> bool:
        return self.code == "sent"


def trial_mail(name: str, sender: str, address: str) -> EmailMessage:
    """The mail; raises Invalid without a sender's address, or for one that is none."""
    if not sender:
        raise Invalid(NO_SENDER)
    try:
        shown, to = clean_header(name).replace('"', ""), safe_address(address)
        source = f'"{shown}" <{safe_address(sender)}>'
    except UnsafeValue as error:
        raise Invalid(error.message) from error
    return EmailMessage("A test from Rapport", _TEXT, from_email=source, to=[to])


def send_trial(target: Target, mail: EmailMessage) -> Trial:
    """Send it; call it with no transaction open."""
    sender = mail.from_email.rpartition("<")[2].rstrip(">")
    lines = mail.message().as_bytes().replace(b"\n", b"\r\n")
    content = _LEADING_DOT.sub(b"..", lines.removesuffix(b"\r\n") + b"\r\n")
    copy = Mail(0, mail.to[0], content)
    try:
        with closing(way_to(target, seconds=_REPLY_SECONDS)) as way:
            [(_, outcome)] = way.send(sender, [copy], before=lambda _: None)
    except SmtpUnavailable as error:
        return _unavailable(error, _name(target))
    return _told(outcome, mail.to[0])


def _name(target: Target) -> str:
    if isinstance(target, Endpoint):
        return f"{target.host}:{target.port}"
    return target.provider.name


def _unavailable(error: SmtpUnavailable, place: str) -> Trial:
    cause = error.__cause__
    words = str(cause or error)[:_LONGEST_WORDS].rstrip(".")
    if isinstance(cause, EgressRefused | EgressFailed):
        return Trial("address", f"{words}. Check the name of the server.")
    if isinstance(cause, ssl.SSLCertVerificationError):
        reason = cause.verify_message or words
        return Trial(
            "certificate",
            f"The certificate of {place} is not valid for that name: {reason}. Nothing was sent, "
            "the password neither. Use the name that stands in the certificate.",
        )
    if isinstance(cause, ssl.SSLError):
        return Trial(
            "encryption",
            f"{place} does not speak TLS as we asked it to. Port 587 mostly goes with STARTTLS, "
            "465 with TLS.",
        )
    if error.step == "connect":
        return Trial(
            "connection",
            f"We could not connect to {place}: {words}. Check server and port, and whether a "
            "firewall stands between.",
        )
    if error.step == "hello":
        return Trial("encryption", f"{place} does not talk to us as it should: {words}.")
    if error.step == "sign_in":
        return Trial("sign_in", f"{place} refuses the user name or the password: {words}.")
    return Trial("sender", f"{words}. The server has to allow your sender address.")


def _told(outcome: Outcome, address: str) -> Trial:
    said = outcome.said[:_LONGEST_WORDS]
    if outcome.verdict is Verdict.ACCEPTED:
        return Trial("sent", f"Sent to {address}; the server said “{said}”. Look into your inbox.")
    if outcome.verdict is Verdict.REFUSED:
        return Trial("refused", f"The server refused the mail to {address}: “{said}”.")
    if outcome.verdict is Verdict.UNKNOWN:
        return Trial(
            "unknown", f"We do not know whether the mail to {address} was taken: “{said}”."
        )
    return Trial("later", f"The server did not take the mail to {address} now: “{said}”.")
