"""Several whole mails in one request: where it goes, how they are laid out, and what the answer
says of each. Pure, on JSON as the providers document it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from campaigns.channels.email.smtp import Outcome, Verdict

# Postmark's codes that are about the mail; others, such as an account without credit, pass.
_POSTMARK_REFUSES = {300, 406}


@dataclass(frozen=True, slots=True)
class Joint:
    """`path` follows the API's address; `join` makes one body of the mails' own; `outcomes` reads
    the answer, one for each mail in their order, and gives None when it speaks of none."""

    path: str
    join: Callable[[Sequence[Any]], Any]
    outcomes: Callable[[Any], list[Outcome] | None]


def _taken(reference: Any) -> Outcome:
    return Outcome(Verdict.ACCEPTED, int(HTTPStatus.OK), str(reference or ""))


def _postmark_outcomes(said: Any) -> list[Outcome] | None:
    if not isinstance(said, list):
        return None
    return [_postmark_outcome(each) for each in said]


def _postmark_outcome(each: Any) -> Outcome:
    code, words = each.get("ErrorCode", 0), str(each.get("Message", ""))
    if code == 0:
        return _taken(each.get("MessageID"))
    verdict = Verdict.REFUSED if code in _POSTMARK_REFUSES else Verdict.LATER
    return Outcome(verdict, text=f"{code} {words}")


def _mailjet_join(bodies: Sequence[Any]) -> Any:
    return {"Messages": [{**each["Globals"], **each["Messages"][0]} for each in bodies]}


def _mailjet_outcomes(said: Any) -> list[Outcome] | None:
    if not isinstance(said, dict) or not isinstance(said.get("Messages"), list):
        return None
    return [_mailjet_outcome(each) for each in said["Messages"]]


def _mailjet_outcome(each: Any) -> Outcome:
    if each.get("Status") == "success":
        return _taken(each["To"][0].get("MessageID"))
    first = (each.get("Errors") or [{}])[0]
    is_refusal = first.get("StatusCode") == HTTPStatus.BAD_REQUEST
    words = f"{first.get('ErrorCode', '')} {first.get('ErrorMessage', '')}".strip()
    return Outcome(Verdict.REFUSED if is_refusal else Verdict.LATER, text=words)


def _brevo_join(bodies: Sequence[Any]) -> Any:
    """Versions of one mail, each with all that is its own."""
    shared = {"sender", "subject", "htmlContent", "textContent"}
    base = {name: value for name, value in bodies[0].items() if name in shared}
    versions = [
        {name: value for name, value in each.items() if name != "sender"} for each in bodies
    ]
    return {**base, "messageVersions": versions}


def _brevo_outcomes(said: Any) -> list[Outcome] | None:
    if not isinstance(said, dict):
        return None
    ids = said.get("messageIds") or [said[name] for name in ("messageId",) if name in said]
    return [_taken(each) for each in ids] or None


def _resend_outcomes(said: Any) -> list[Outcome] | None:
    if not isinstance(said, dict) or not isinstance(said.get("data"), list):
        return None
    return [_taken(each.get("id")) for each in said["data"]]


BREVO = Joint("smtp/email", _brevo_join, _brevo_outcomes)
MAILJET = Joint("send", _mailjet_join, _mailjet_outcomes)
POSTMARK = Joint("email/batch", list, _postmark_outcomes)
RESEND = Joint("emails/batch", list, _resend_outcomes)
