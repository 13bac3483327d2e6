"""Statements of partners who are banned: they wait, since such a partner can neither agree nor
object, until somebody of the brand says that they are owed, or why they are not."""

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from partners.events import StatementReleased, StatementWrittenOff
from partners.models.settlements import Statement
from partners.services.statements import changing, close, set_agreed

State = Statement.State
_MAX_REASON = 300


def release_statement(statement: Statement, *, reason: str) -> None:
    """What it says is owed all the same: it is agreed, and is paid or received like any other,
    however small. Raises Conflict for one that is not held, or disputed; Invalid."""
    why = _words(reason)
    with changing(statement) as row:
        _check_held(row)
        if row.state == State.DISPUTED:
            raise Conflict("Answer what the partner disputes first.", code="disputed")
        _decide(row, reason=why)
        if row.state == State.ISSUED:
            set_agreed(row)
        record(StatementReleased(subject_id=row.pk))


def write_off_statement(statement: Statement, *, ground: str, reason: str) -> None:
    """What it says is not owed, on one of the stated grounds: a journal takes all of it out of the
    books, and nothing of it is ever paid. Raises Conflict for one that is not held, or whose
    payment is with the bank; Invalid."""
    why = _words(reason)
    if ground not in Statement.Ground.values:
        raise Invalid.at("ground", "Choose why it is not owed.")
    with changing(statement) as row:
        _check_held(row)
        if row.payouts.filter(failed_at=None).exists():
            raise Conflict(
                "It is in a payout: say first how that went at the bank.", code="in_payout"
            )
        _decide(row, ground=ground, reason=why)
        close(row, written_off=f"{ground}: {why}"[:200])
        record(StatementWrittenOff(subject_id=row.pk, amount_minor=row.total_minor))


def _words(reason: str) -> str:
    with naming("reason"):
        why = clean_text(reason, max_length=_MAX_REASON)
    if not why:
        raise Invalid.at("reason", "Please write why, for your books.")
    return why


def _check_held(row: Statement) -> None:
    if not row.is_held:
        raise Conflict("This statement is not held.", code="state")


def _decide(row: Statement, *, reason: str, ground: str = "") -> None:
    row.decided_at = now()
    row.decided_by_id = current_actor().id
    row.decided_ground = ground
    row.decided_reason = reason
