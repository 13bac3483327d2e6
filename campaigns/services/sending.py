"""What a sender process does all day: take a chunk, look once more, send, write down what became
of it; and take over from senders that died.

Nothing here holds a transaction open while it talks to a mail server.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import psycopg

from campaigns.channels.email.journal import (
    Account,
    Journal,
    JournalBusy,
    drop_journal,
    open_journal,
    read_journal,
)
from campaigns.channels.email.smtp import Connection, Outcome, SmtpUnavailable, Verdict
from campaigns.rules.mailing import Mailing
from campaigns.rules.merge import UnsafeValue
from campaigns.rules.patience import Patience
from campaigns.rules.program import Mail, Recipient, mail_date
from campaigns.selectors.content import program_of
from campaigns.services.desk import Claim, Desk, Fenced, Result
from campaigns.services.pace import Allowance
from campaigns.services.parking import Parking
from campaigns.services.recovery import give_up, is_former_life
from campaigns.services.rounds import Round
from campaigns.services.routes import Routes
from campaigns.services.signing import Signatures
from campaigns.services.troubles import BROKEN, GIVEN_UP, STUCK
from campaigns.services.window import WindowJournal
from config.kit.clock import now
from config.kit.errors import DomainError

logger = logging.getLogger(__name__)

RECHECK_SECONDS = 1.0
ORPHAN_SECONDS = 2.0
IDLE_SECONDS = 0.5
UNAVAILABLE_SECONDS = 15.0
# How old the prices and the stock of a mail may be; a sender lives for months, a campaign for days.
OFFER_SECONDS = 300.0
BROKEN_SECONDS = 600.0
# Whoever waits for their turn is asked about this much after it: many turns come close together.
TURN_SECONDS = 60.0
# Passes over a chunk whose server says "later"; waits double from one minute, about 4 hours in all.
MAX_PASSES = 9
# A chunk whose sender dies each time would kill one sender after the other.
MAX_STARTS = 2 * MAX_PASSES
_FIRST_WAIT_SECONDS = 60.0
_LEFT_ALONE = Outcome(Verdict.LATER, text="The receiving domain kept putting mails off")


class SendingProcess:
    """The loop of `manage.py sender`. `connection` is for brands without a mail server of their
    own; `journal_folder` None means SEND_JOURNAL=db."""

    def __init__(self, desk: Desk, connection: Connection, *, journal_folder: Path | None) -> None:
        self._desk = desk
        self._routes = Routes(desk, connection)
        self._parking = Parking()
        self._was_parked = False
        self._folder = journal_folder
        self._last_brand_id = 0
        self._next_orphans = 0.0
        self._stopping = False
        self._signatures = Signatures(desk)
        self._patience = Patience()
        self._programs = lru_cache(maxsize=32)(self._program)

    def stop(self) -> None:
        """Finish the mail in hand, then leave. Safe to call from a signal handler."""
        self._stopping = True

    def run(self) -> None:
        """Work until `stop`."""
        with closing(self._routes):
            while not self._stopping:
                if not self.step():
                    time.sleep(IDLE_SECONDS)
            for parked in self._parking.take_all():
                self._desk.put_back(parked.claim, [], seconds=0, counted=False)

    def step(self) -> bool:
        """One chunk, a dead sender's first; False when there was nothing to do."""
        claim, turn = self._next()
        if claim is None:
            return False
        self._was_parked = turn is not None
        self._last_brand_id = claim.brand_id
        try:
            self._work(claim, turn)
        except Fenced as error:
            # What we sent stands in the journal, for whoever owns the chunk now.
            logger.warning("left chunk %s alone: %s", claim.chunk_id, error)
        except JournalBusy:
            # Its last sender has put it back but not yet closed its journal.
            self._desk.put_back(claim, [], seconds=IDLE_SECONDS, counted=False)
        except (psycopg.DataError, psycopg.IntegrityError):
            # Put back without its results, it would be sent again: it stays with us as it is, and
            # the next sender that adopts it tries once more.
            logger.exception("the database refuses the results of chunk %s", claim.chunk_id)
            self._desk.note_problem(claim, STUCK)
        return True

    def _next(self) -> tuple[Claim | None, Round | None]:
        """A chunk, and the round it was parked with; parked ones and others take turns."""
        claim = self._adopted()
        parked = self._parking.due() if claim is None and not self._was_parked else None
        if claim is None and parked is None:
            resting = [*self._routes.resting(), *self._parking.resting()]
            claim = self._desk.claim(last_brand_id=self._last_brand_id, resting=resting)
        if claim is None:
            parked = parked or self._parking.due()
        return (parked.claim, parked.turn) if parked else (claim, None)

    def _adopted(self) -> Claim | None:
        """A dead sender's chunk that can be recovered here: its journal is on this host."""
        if time.monotonic() < self._next_orphans:
            return None
        for orphan in self._desk.orphans():
            if self._folder is None or (
                orphan.host == self._desk.host and self._is_free(orphan.chunk_id)
            ):
                claim = self._desk.adopt(orphan)
            else:
                self._give_up_if_restarted(orphan.host)
                continue
            if claim is not None:
                logger.info("took over chunk %s from sender %s", orphan.chunk_id, orphan.owner)
                return claim
        self._next_orphans = time.monotonic() + ORPHAN_SECONDS
        return None

    def _give_up_if_restarted(self, host: str) -> None:
        if is_former_life(host, of=self._desk.host):
            people = give_up(self._desk, host=host)
            logger.warning("%s went down while sending: %s messages are in doubt", host, people)

    def _is_free(self, chunk_id: int) -> bool:
        """Whether the process that wrote the journal is gone, not only its database session."""
        assert self._folder is not None
        try:
            with open_journal(self._folder, chunk_id):
                return True
        except JournalBusy:
            return False
        except OSError:
            logger.exception("the journal of chunk %s cannot be opened", chunk_id)
            return False

    def _work(self, claim: Claim, turn: Round | None) -> None:
        if self._folder is None:
            self._try(
                claim,
                turn,
                lambda turn: WindowJournal(
                    self._desk, claim, take_results=turn.take_results, first_left=turn.first_left
                ),
            )
            return
        with open_journal(self._folder, claim.chunk_id) as journal:
            self._try(claim, turn, lambda turn: journal)
            # Only now: the results stand in the database.
            drop_journal(self._folder, claim.chunk_id)

    def _try(
        self, claim: Claim, turn: Round | None, journal_for: Callable[[Round], Journal]
    ) -> None:
        """One pass. What goes wrong in it is the chunk's trouble, and must not end its senders one
        after the other; without the database there is nothing left to do but end."""
        if claim.attempts > MAX_STARTS:
            logger.error("chunk %s has ended %s senders", claim.chunk_id, claim.attempts)
            self._put_aside(claim, BROKEN, is_last=True)
            return
        try:
            self._pass(claim, turn or self._round(claim), journal_for)
        except Fenced:
            raise
        except DomainError as error:
            logger.exception("campaign %s cannot be compiled", claim.campaign_id)
            self._put_aside(claim, error.message, is_last=claim.attempts >= MAX_PASSES)
        except Exception:
            if self._desk.is_lost:
                raise
            logger.exception("chunk %s cannot be sent", claim.chunk_id)
            self._routes.hang_up(claim.brand_id)  # who knows which answers are still on their way
            self._put_aside(claim, BROKEN, is_last=claim.attempts >= MAX_PASSES)

    def _decided(self, claim: Claim) -> list[Result]:
        """What the journal or the window says about those whose outcome is not written yet."""
        if self._folder is None:
            at_risk = self._desk.at_risk(claim)
            return [Result(each, "unknown", "sender_lost") for each in at_risk]
        ours = frozenset(claim.customer_ids)
        account = read_journal(self._folder, claim.chunk_id)
        return [each for each in settled(account) if each.customer_id in ours]

    def _put_aside(self, claim: Claim, problem: str, *, is_last: bool) -> None:
        """Write what is decided; the rest waits long, or has failed when this was the last pass."""
        state = self._desk.recheck(claim, (), self._decided(claim)).state
        rest = self._desk.undelivered(claim, claim.customer_ids)
        if state != "sending":
            self._settle(claim, Round(dict.fromkeys(rest), [], state=state))
            return
        if is_last or not rest:
            self._desk.finish(claim, [Result(each, "failed", "broken") for each in rest])
            if problem == BROKEN:
                problem = GIVEN_UP.format(people=len(rest))
            else:
                problem += f" After {MAX_PASSES} tries {len(rest)} people were not written to."
            problem = problem if rest else ""
        else:
            self._desk.put_back(claim, [], seconds=BROKEN_SECONDS)
        self._desk.note_problem(claim, problem)

    def _round(self, claim: Claim) -> Round:
        """A new pass, over those who have no outcome yet."""
        earlier = self._decided(claim)
        done = {result.customer_id for result in earlier}
        ids: Sequence[int] = claim.customer_ids
        if claim.is_begun:
            ids = self._desk.undelivered(claim, ids)
        return Round({each: None for each in ids if each not in done}, earlier)

    def _pass(self, claim: Claim, turn: Round, journal_for: Callable[[Round], Journal]) -> None:
        try:
            allowance = Allowance(self._desk, claim.brand_id, self._routes.route(claim.brand_id))
            with closing(allowance):
                self._send(claim, turn, journal_for(turn), allowance)
        except SmtpUnavailable as error:
            logger.warning("%s", error)
            results, advice = turn.take_results(), self._routes.failed(claim.brand_id)
            self._desk.put_back(claim, results, seconds=UNAVAILABLE_SECONDS, counted=False)
            self._desk.note_problem(claim, f"{error} {advice}")
            return
        self._routes.worked(claim.brand_id)
        if turn.state == "sending" and not self._stopping and (turn.left or turn.paced):
            self._park(claim, turn, allowance)
        else:
            self._settle(claim, turn)

    def _send(self, claim: Claim, turn: Round, journal: Journal, allowance: Allowance) -> None:
        """Send to those left, until none is or the campaign or this process is to stop."""
        age = int(time.monotonic() / OFFER_SECONDS)
        program = self._programs(claim.brand_id, claim.campaign_id, claim.variant, age)
        turn.until = self._routes.until(claim.brand_id)
        sending = self._routes.way(claim.brand_id).send(
            program.identity.address,
            self._mails(claim, turn, program, allowance),
            before=lambda mail: journal.intend(mail.customer_id),
        )
        try:
            # Closed at once after an error: later it would hang up on the next chunk's mails.
            with closing(sending) as outcomes:
                for mail, outcome in outcomes:
                    journal.answer(mail.customer_id, outcome)
                    is_later = outcome.verdict is Verdict.LATER and outcome.code != 0
                    self._patience.heard(mail.address, is_later=is_later, at=time.monotonic())
                    if outcome.verdict is Verdict.LATER:
                        turn.postpone(mail.customer_id, outcome)
                    else:
                        turn.settle(as_result(mail.customer_id, outcome, note=program.note))
        finally:
            journal.flush()

    def _mails(
        self, claim: Claim, turn: Round, program: Mailing, allowance: Allowance
    ) -> Iterator[Mail]:
        """Copies for those who may still be written to, looked up again every second."""
        held = turn.resume(claim.customer_ids)
        waiting = allowance.first(tuple(turn.left), besides=held)
        while waiting:
            results = turn.take_results()
            verdicts = self._desk.recheck(claim, waiting, results, with_lists=program.has_lists)
            turn.state = verdicts.state
            if verdicts.state != "sending":
                return
            for result in verdicts.skipped:
                turn.settle(result)
            for customer_id, until in verdicts.waiting.items():
                turn.left.pop(customer_id)
                turn.waiting[customer_id] = until
            fresh_until = time.monotonic() + RECHECK_SECONDS
            moment = now()
            signing = self._signatures.of(claim.brand_id, program.identity.address)
            date, sign = mail_date(moment), signing.at(moment)
            waiting = ()
            allowance.expect(each.address for each in verdicts.recipients)
            for place, recipient in enumerate(verdicts.recipients):
                at = time.monotonic()
                if self._stopping or (place and at > turn.until):
                    return
                if place and at > fresh_until:
                    waiting = tuple(each.customer_id for each in verdicts.recipients[place:])
                    break
                if self._is_held_back(claim, turn, recipient, allowance):
                    continue
                try:
                    yield program.render(
                        recipient, date=date, sign=sign, return_domain=signing.return_domain
                    )
                except UnsafeValue as error:
                    turn.settle(Result(recipient.customer_id, "failed", "unsafe", error.message))

    def _is_held_back(self, claim: Claim, turn: Round, to: Recipient, allowance: Allowance) -> bool:
        """Whether it has to wait: its domain puts mails off, or as many as may leave have left."""
        is_last = claim.attempts >= MAX_PASSES
        if not is_last and self._patience.waits(to.address, at=time.monotonic()):
            turn.postpone(to.customer_id, _LEFT_ALONE)
            return True
        if not allowance.lets(to.address):
            turn.pace(to.customer_id)
            return True
        return False

    def _settle(self, claim: Claim, turn: Round) -> None:
        """Every mail of the pass is decided: write it down, and say who goes on when."""
        if turn.state == "paused":
            self._desk.hold(claim, turn.take_results())
        elif turn.state != "sending":
            for customer_id in (*turn.left, *turn.paced, *turn.later, *turn.waiting):
                turn.settle(Result(customer_id, "skipped", "cancelled"))
            self._desk.finish(claim, turn.take_results())
        elif turn.left or turn.paced:
            self._desk.put_back(claim, turn.take_results(), seconds=0, counted=False)
        elif turn.later and claim.attempts < MAX_PASSES:
            wait = _FIRST_WAIT_SECONDS * 2 ** (claim.attempts - 1)
            self._desk.put_back(claim, turn.take_results(), seconds=wait, waiting=len(turn.waiting))
        else:
            for customer_id, outcome in turn.later.items():
                turn.settle(Result(customer_id, "failed", "gave_up", outcome.said))
            if turn.waiting:
                self._wait(claim, turn)
                return
            self._desk.finish(claim, turn.take_results())

    def _park(self, claim: Claim, turn: Round, allowance: Allowance) -> None:
        """The rest goes later: others have their turn now, or the mails of this moment have gone.

        One chunk of a brand is parked. Where only single domains have to wait, others of the brand
        may go meanwhile; those that cannot go on either make an appointment."""
        is_whole = bool(turn.left) or allowance.is_all_short
        if self._parking.has(claim.brand_id):
            seconds = allowance.wait
            if is_whole:
                self._routes.rest(claim.brand_id, seconds)
            else:
                rest = allowance.seconds_for_rest
                seconds = self._parking.appointment(claim.brand_id, seconds=rest)
            self._desk.put_back(claim, turn.take_results(), seconds=seconds, counted=False)
            return
        # Nobody is in doubt while it stands there.
        self._desk.advance(claim, 0, turn.take_results(), decided=0)
        self._was_parked = True
        self._parking.leave(claim, turn, seconds=allowance.wait, is_whole=is_whole)

    def _wait(self, claim: Claim, turn: Round) -> None:
        """For the first of those whose turn comes later; a little longer, for others' sake."""
        first = (min(turn.waiting.values()) - now()).total_seconds()
        self._desk.put_back(
            claim,
            turn.take_results(),
            seconds=max(first, 0) + TURN_SECONDS,
            counted=False,
            waiting=len(turn.waiting),
        )

    def _program(self, brand_id: int, campaign_id: int, variant: str, _age: int) -> Mailing:
        content = self._desk.content(brand_id, campaign_id, variant)
        return program_of(content, brand_id=brand_id, campaign_id=campaign_id)


def as_result(customer_id: int, outcome: Outcome, *, note: str = "") -> Result:
    """A decided outcome as a Delivery row says it; `note` marks a copy that was sent."""
    if outcome.verdict is Verdict.ACCEPTED:
        return Result(customer_id, "sent", note)
    if outcome.verdict is Verdict.REFUSED:
        return Result(customer_id, "failed", "refused", outcome.said)
    return Result(customer_id, "unknown", "connection_lost", outcome.said)


def settled(account: Account) -> list[Result]:
    """What a dead sender's journal decides. Marketing mail in doubt is not sent again."""
    results = [Result(each, "unknown", "sender_lost") for each in sorted(account.undecided)]
    for customer_id, outcome in account.answered.items():
        if customer_id not in account.undecided and outcome.verdict is not Verdict.LATER:
            results.append(as_result(customer_id, outcome))
    return results
