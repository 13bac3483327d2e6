"""What arrives from outside about a mail of ours: the token in it names brand and message."""

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.channels.email.reports import Report, read_report
from campaigns.channels.providers.hooks import HOOKS, Call
from campaigns.selectors.content import keyring
from campaigns.selectors.transports import hook_key
from campaigns.services.bounces import record_bounce, record_complaint
from campaigns.services.feedback import unsubscribe
from campaigns.services.returns import take_return
from config.kit.errors import NotFound
from config.kit.tokens import TRANSACTIONAL, Purpose, Ticket, read_ticket


def take_mail(raw: bytes, *, arrived_at: str = "") -> str:
    """What became of a mail that came back: bounce, complaint, known or ignored."""
    report = read_report(raw, arrived_at=arrived_at)
    return take_report(report) if report else "ignored"


def take_hook(brand: Brand, kind: str, call: Call | None) -> str:
    """What became of each thing that a provider tells about a brand's mails; of a look whether
    anybody is there (None), nothing.

    Raises NotFound where nothing is set up, BadWebhook for what is not proved."""
    with brand_scope(brand):
        key = hook_key(kind)
    if kind not in HOOKS or not key:
        raise NotFound("Nobody is here.")
    reports = [*HOOKS[kind].read(call, key)] if call is not None else []
    became = [take_report(report, brand_id=brand.pk) for report in reports]
    return " ".join(became) or "ignored"


def take_report(report: Report, *, brand_id: int | None = None) -> str:
    """Store a report in its brand; what names no message of ours, or of another brand than who
    reports it may speak of (`brand_id`), is ignored."""
    ticket = _ticket(report)
    if ticket is None or brand_id not in (None, ticket.brand_id):
        return "ignored"
    try:
        with brand_scope(ticket.brand_id):
            is_new = _taken(ticket, report)
    except NotFound:  # the customer is gone
        return "ignored"
    if report.kind == "delivered" and not is_new:
        return "ignored"
    return report.kind if is_new else "known"


def _taken(ticket: Ticket, report: Report) -> bool:
    """Whether it was news. That a campaign's mail arrived is what everybody took for granted."""
    if ticket.campaign_id == TRANSACTIONAL:
        return take_return(ticket.customer_id, report)
    if report.kind == "complaint":
        return record_complaint(ticket, words=report.words, address=report.address)
    if report.kind == "bounce":
        return record_bounce(
            ticket, status=report.status, words=report.words, address=report.address
        )
    if report.kind == "unsubscribe":
        return unsubscribe(ticket, source="provider")
    return False


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
