"""What arrives from outside about a mail of ours: the token in it names brand and message."""

from accounts.scope import brand_scope
from campaigns.channels.email.reports import Report, read_report
from campaigns.selectors.content import keyring
from campaigns.services.bounces import record_bounce, record_complaint
from campaigns.services.returns import take_return
from config.kit.errors import NotFound
from config.kit.tokens import TRANSACTIONAL, Purpose, Ticket, read_ticket


def take_mail(raw: bytes, *, arrived_at: str = "") -> str:
    """What became of a mail that came back: bounce, complaint, known or ignored."""
    report = read_report(raw, arrived_at=arrived_at)
    return take_report(report) if report else "ignored"


def take_report(report: Report) -> str:
    """Store a report in its brand; what names no message of ours is ignored."""
    ticket = _ticket(report)
    if ticket is None:
        return "ignored"
    try:
        with brand_scope(ticket.brand_id):
            if ticket.campaign_id == TRANSACTIONAL:
                is_new = take_return(ticket.customer_id, report)
            elif report.kind == "complaint":
                is_new = record_complaint(ticket, words=report.words, address=report.address)
            else:
                is_new = record_bounce(
                    ticket, status=report.status, words=report.words, address=report.address
                )
    except NotFound:  # the customer is gone
        return "ignored"
    return report.kind if is_new else "known"


def _ticket(report: Report) -> Ticket | None:
    """By the return address, else by the Message-ID."""
    tokens = (
        (Purpose.BOUNCE, report.return_token),
        (Purpose.MESSAGE, report.message_token),
    )
    for purpose, token in tokens:
        try:
            return read_ticket(keyring(), purpose, token)
        except NotFound:
            continue
    return None
