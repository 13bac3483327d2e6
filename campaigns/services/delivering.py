"""Handing one transactional mail to the mail server: again until it is taken, refused, or a day
has passed.

A mail whose fate nobody knows, because the connection or this process died, goes again under the
same Message-ID: an order confirmation twice does less harm than none. A server that has left it in
doubt twice gets it no third time. Each takes its place in the brand's pace before the mails of
campaigns. A brand whose mail server does not answer rests a while, so that
its mails do not keep the workers from those of others."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.channels.email.endpoint import parse_endpoint
from campaigns.channels.email.offer import offer
from campaigns.channels.email.smtp import Outcome, Verdict
from campaigns.channels.ways import Target
from campaigns.models.transactional import UNDECIDED, TransactionalMessage
from campaigns.rules.bounces import is_hard, status_of, words_of
from campaigns.rules.letters import Envelope, letter
from campaigns.rules.messages import GIVE_UP_AFTER, wait_after
from campaigns.rules.program import Mail, mail_date
from campaigns.rules.rests import Rests
from campaigns.selectors.content import keyring
from campaigns.selectors.domains import check_sender, signing_key
from campaigns.selectors.transactional import block_on, written
from campaigns.services.pace import book_place
from campaigns.services.signing import Signing
from campaigns.services.transports import own_target
from config.kit.clock import now
from config.kit.errors import DomainError
from config.kit.sealed import Unreadable
from config.kit.tokens import TRANSACTIONAL, Purpose, Ticket, sign_ticket
from customers.models.consents import Suppression
from customers.services.suppressions import suppress_address

State = TransactionalMessage.State
MAX_DETAIL = 300
# What this worker knows of servers that did not answer, by the clock of time.monotonic. Everybody
# who waits comes by once in a rest.
_rests = Rests(first=30.0, longest=300.0)


@dataclass(frozen=True, slots=True)
class _Ready:
    target: Target
    sender: str
    mail: Mail


def deliver(*, brand_id: int, message_id: int) -> float | None:
    """Offer the mail once; in how many seconds to come again, None when it is done with.

    Opens the brand's scope by itself: nobody waits for a mail server inside of it."""
    rest = _rests.left(brand_id, at=time.monotonic())
    with brand_scope(brand_id):
        ready = _prepared(message_id, rest=rest)
    if not isinstance(ready, _Ready):
        return ready
    outcome = offer(ready.target, ready.sender, ready.mail)
    # A provider that refuses an address may give no code.
    if outcome.code or outcome.verdict is Verdict.REFUSED:
        _rests.worked(brand_id)
    else:
        _rests.failed(brand_id, at=time.monotonic())
    with brand_scope(brand_id):
        return _settled(message_id, outcome)


def _prepared(message_id: int, *, rest: float) -> _Ready | float | None:
    message = _waiting(message_id)
    if message is None:
        return None
    if (early := (message.send_at - now()).total_seconds()) > 0:
        return early
    if rest > 0:
        if now() - message.send_at <= GIVE_UP_AFTER:
            return rest
        _finish(message, State.FAILED, reason="unreachable", detail=message.detail)
        return None
    if (behind := _until_its_place(message)) is None or behind > 0:
        return behind
    reason = block_on(message.address_norm) if message.address else "erased"
    if reason:
        _finish(message, State.SUPPRESSED, reason=reason)
        return None
    try:
        ready = _ready(message, message.template.brand)
    except (DomainError, Unreadable, ValueError) as error:
        _finish(message, State.FAILED, reason="unsendable", detail=str(error))
        return None
    message.attempts += 1
    message.save(update_fields=["attempts"])
    return ready


def _until_its_place(message: TransactionalMessage) -> float | None:
    """Seconds until the brand's pace lets it leave: it books a place once, and then comes back when
    that is due. None when it was given up: its place lies too far off."""
    if message.slot_at is None:
        left = (message.send_at + GIVE_UP_AFTER - now()).total_seconds()
        wait = book_place(message.address, within=max(left, 0.0))
        if wait is None:
            _finish(message, State.FAILED, reason="over_pace")
            return None
        message.slot_at = now() + timedelta(seconds=wait)
        message.save(update_fields=["slot_at"])
        return wait
    return max(0.0, (message.slot_at - now()).total_seconds())


def _waiting(message_id: int) -> TransactionalMessage | None:
    rows = TransactionalMessage.objects.select_for_update(of=("self",), no_key=True)
    mine = rows.select_related("template__brand").filter(pk=message_id, state=State.QUEUED)
    return mine.first()


def _ready(message: TransactionalMessage, brand: Brand) -> _Ready:
    """Raises a DomainError, Unreadable or ValueError when it cannot be written or signed."""
    mail = written(message, brand)
    shown, content = mail.complete(), mail.content
    check_sender(content.sender_email)
    signing = Signing.by(signing_key(content.sender_email))
    ticket = Ticket(brand.pk, TRANSACTIONAL, message.pk)
    path = signing.return_domain
    envelope = Envelope(
        sender_name=content.sender_name,
        sender=content.sender_email,
        reply_to=content.reply_to,
        recipient=message.address,
        message_id=f"<{_token(Purpose.MESSAGE, ticket)}@{content.sender_email.rpartition('@')[2]}>",
        date=mail_date(now()),
        feedback_id=f"{message.template_id}:{brand.pk}:transactional:rapport",
        return_path=f"b+{_token(Purpose.BOUNCE, ticket)}@{path}" if path else "",
    )
    sign = signing.at(now())
    made = letter(shown, envelope, number=message.pk, sign=sign)
    target = own_target() or parse_endpoint(settings.EMAIL_URL)
    return _Ready(target, content.sender_email, made)


def _token(purpose: Purpose, ticket: Ticket) -> str:
    return sign_ticket(keyring(), purpose, ticket)


def _settled(message_id: int, outcome: Outcome) -> float | None:
    message = _waiting(message_id)
    if message is None:
        return None
    said = outcome.said
    if outcome.verdict is Verdict.ACCEPTED:
        _finish(message, State.SENT, detail=said)
    elif outcome.verdict is Verdict.REFUSED:
        _finish(message, State.FAILED, reason="refused", detail=said)
        _list_unknown(message, said)
    elif outcome.verdict is Verdict.UNKNOWN and message.reason == UNDECIDED:
        _finish(message, State.FAILED, reason=UNDECIDED, detail=said)
    elif now() - message.send_at > GIVE_UP_AFTER:
        _finish(message, State.FAILED, reason="unreachable", detail=said)
    else:
        message.detail, message.slot_at = said[:MAX_DETAIL], None
        if outcome.verdict is Verdict.UNKNOWN:
            message.reason = UNDECIDED
        message.save(update_fields=["detail", "reason", "slot_at"])
        return wait_after(message.attempts)
    return None


def _finish(
    message: TransactionalMessage, state: str, *, reason: str = "", detail: str = ""
) -> None:
    """What was sent along has done its work: links to parcels and passwords are not kept."""
    message.state, message.reason, message.detail = state, reason, detail[:MAX_DETAIL]
    message.data, message.done_at = {}, now()
    message.save(update_fields=["state", "reason", "detail", "data", "done_at"])


def _list_unknown(message: TransactionalMessage, said: str) -> None:
    """The server says that nobody lives there: no more mail of any kind."""
    if is_hard(status_of(said)):
        suppress_address(
            address=message.address_norm, reason=Suppression.Reason.BOUNCE, detail=words_of(said)
        )
