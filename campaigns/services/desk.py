"""A sender's own connection: its lock, its claims, and results that only an owner may write.

The connection stands outside Django's pool, because a pool would keep a dead sender's lock alive.
A sender takes the advisory lock (SENDER_LOCKS, its id) before it claims anything; a chunk is an
orphan when nobody holds its owner's lock. Every change of a chunk names the owner.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg import Connection, Cursor
from psycopg.rows import TupleRow
from psycopg.sql import SQL

from campaigns.models.senders import SENDER_LOCKS
from campaigns.rules.domains import domain_of
from campaigns.rules.program import Recipient
from campaigns.selectors.arms import permission_asked
from campaigns.selectors.content import Content, fetch_recipients, in_variant
from campaigns.selectors.domains import SigningKey, kept_key
from campaigns.selectors.offers import looked_at_again
from campaigns.services.allowances import Turns, take_turns
from campaigns.services.planning import SEND_CHUNK
from campaigns.services.refusals import list_unknown
from campaigns.services.statements import ListText, Planned
from config.kit import sql
from customers.selectors.audience import judgement, judgement_params
from customers.selectors.erasure import hash_params

_HOLD_SECONDS = 60
# While a campaign goes out, tables grow: no plan is older.
_PLAN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Claim:
    """A chunk that is ours to send. `attempts` counts the passes, this one included; `is_begun`:
    somebody has had it before, so that some of its customers may have an outcome."""

    item_id: int
    brand_id: int
    chunk_id: int
    attempts: int
    campaign_id: int
    customer_ids: tuple[int, ...]
    variant: str
    is_begun: bool


@dataclass(frozen=True, slots=True)
class Orphan:
    """A chunk whose sender died on `host`."""

    item_id: int
    brand_id: int
    chunk_id: int
    attempts: int
    owner: int
    host: str


class Result(NamedTuple):
    """What became of one message, as a Delivery row says it."""

    customer_id: int
    outcome: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The last look before sending: the campaign's state, who may still be written to, and whose
    turn comes later."""

    state: str
    skipped: list[Result]
    recipients: list[Recipient]
    waiting: dict[int, datetime]


class Fenced(Exception):
    """The chunk is no longer ours: somebody took us for dead. Nothing was written."""


class Desk:
    """One sender's place of work. Not shared between threads."""

    def __init__(self, conninfo: str, *, host: str, pid: int) -> None:
        self.host = host
        self._connection: Connection[TupleRow] = psycopg.connect(
            conninfo,
            autocommit=True,
            prepare_threshold=sys.maxsize,
            cursor_factory=Planned,
            application_name="rapport sender",
        )
        self._connection.adapters.register_dumper(list, ListText)
        self._planned_until = 0.0
        recheck = SQL(sql.load("campaigns", "recheck")).format(permission=judgement())
        self._recheck = recheck.as_bytes(self._connection)
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(sql.load("campaigns", "forget_senders"), {"lock": SENDER_LOCKS})
            cursor.execute(sql.load("campaigns", "new_sender"), {"host": host, "pid": pid})
            self.sender_id: int = _one(cursor)[0]
            # Inside the transaction: nobody may see the row before its lock is held.
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [SENDER_LOCKS, self.sender_id])

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone, and the lock with it."""
        return self._connection.closed

    def close(self) -> None:
        """Let go of the lock, and with it of everything claimed."""
        self._connection.close()

    def claim(self, *, last_brand_id: int, resting: Sequence[int] = ()) -> Claim | None:
        """The next waiting chunk of a brand that is not `resting`, or None when nothing is due."""
        if time.monotonic() >= self._planned_until:
            self._connection.execute("DISCARD PLANS")
            self._planned_until = time.monotonic() + _PLAN_SECONDS
        with self._connection.transaction(), self._connection.cursor() as cursor:
            keys = {"kind": SEND_CHUNK, "owner": self.sender_id, "last_brand_id": last_brand_id}
            given = {**keys, "resting": list(resting)}
            cursor.execute(sql.load("campaigns", "claim_work"), given)
            work = cursor.fetchone()
            if work is None:
                return None
            item_id, brand_id, chunk_id, _attempts = work
            _enter(cursor, brand_id)
            cursor.execute(
                sql.load("campaigns", "claim_chunk"),
                {
                    "brand_id": brand_id,
                    "chunk_id": chunk_id,
                    "owner": self.sender_id,
                    "host": self.host,
                },
            )
            chunk = cursor.fetchone()
            if chunk is None:
                cursor.execute(sql.load("campaigns", "drop_work"), {"item_id": item_id})
                return None
        return _claim(work, chunk)

    def orphans(self) -> list[Orphan]:
        """Chunks of dead senders, on any host."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                sql.load("campaigns", "orphans"), {"kind": SEND_CHUNK, "lock": SENDER_LOCKS}
            )
            return [Orphan(*row) for row in cursor.fetchall()]

    def adopt(self, orphan: Orphan) -> Claim | None:
        """Take a dead sender's chunk over, or None when another was quicker."""
        with self.scope(orphan.brand_id) as cursor:
            cursor.execute(
                sql.load("campaigns", "adopt_chunk"),
                {
                    "brand_id": orphan.brand_id,
                    "item_id": orphan.item_id,
                    "former_owner": orphan.owner,
                    "owner": self.sender_id,
                    "host": self.host,
                },
            )
            chunk = cursor.fetchone()
        work = (orphan.item_id, orphan.brand_id, orphan.chunk_id, orphan.attempts + 1)
        return _claim(work, chunk) if chunk else None

    def content(self, brand_id: int, campaign_id: int, variant: str) -> Content:
        """What the campaign says in a variant, as frozen at launch, at the prices of now."""
        with self.scope(brand_id) as cursor:
            keys = {"brand_id": brand_id, "campaign_id": campaign_id}
            cursor.execute(sql.load("campaigns", "frozen"), keys)
            content = in_variant(msgspec.convert(_one(cursor)[0], Content), variant)
            offers = looked_at_again(cursor, brand_id, content.offers)
        return msgspec.structs.replace(content, offers=offers)

    def signing_key(self, brand_id: int, sender: str) -> SigningKey | None:
        """The key for mails from this address, as campaigns.selectors.domains finds it too.

        Raises Unreadable when SECRET_KEY was changed since the key was made."""
        with self.scope(brand_id) as cursor:
            keys = {"brand_id": brand_id, "host": domain_of(sender)}
            cursor.execute(sql.load("campaigns", "signing_key"), keys)
            row = cursor.fetchone()
        return kept_key(*row) if row else None

    def recheck(
        self,
        claim: Claim,
        customer_ids: Sequence[int],
        results: Sequence[Result] = (),
        *,
        with_lists: bool = False,
    ) -> Verdicts:
        """Write `results` so far, then look again: state, consent, do-not-mail list, values."""
        with self.scope(claim.brand_id) as cursor:
            self._write(cursor, claim, results)
            keys = _keys(claim)
            cursor.execute(sql.load("campaigns", "campaign_state"), keys)
            state, today, batch_id, *kind_and_refused = _one(cursor)
            permission = judgement_params(on=today, **permission_asked(*kind_and_refused))
            asked = {**keys, "customer_ids": list(customer_ids)}
            cursor.execute(
                self._recheck,
                {**asked, **permission, **hash_params(claim.brand_id)},
            )
            judged = cursor.fetchall()
            reachable = [customer_id for customer_id, reason in judged if not reason]
            turns = take_turns(cursor, keys, reachable) if state == "sending" else Turns(reachable)
            if batch_id is not None and state == "sending":
                given = {**keys, "customer_ids": turns.now, "batch_id": batch_id}
                cursor.execute(sql.load("campaigns", "draw_coupons"), given)
            found = fetch_recipients(
                cursor,
                claim.brand_id,
                turns.now,
                with_lists=with_lists,
                campaign_id=0 if batch_id is None else claim.campaign_id,
            )
        known = {each.customer_id: each for each in found}
        late = {} if batch_id is None else _without_code(found)
        # Whoever the second query does not know any more was erased between the two.
        late |= {each: "erased" for each in turns.now if each not in known} | turns.expired
        reasons = [(each, reason or late.get(each, "")) for each, reason in judged]
        return Verdicts(
            state=state,
            skipped=[Result(each, "skipped", reason) for each, reason in reasons if reason],
            recipients=[
                known[each] for each, reason in reasons if not (reason or each in turns.waiting)
            ],
            waiting=turns.waiting,
        )

    def advance(
        self, claim: Claim, intent: int, results: Sequence[Result], *, decided: int
    ) -> None:
        """SEND_JOURNAL=db: recipients before position `intent` may be sent to from now on; those
        before `decided` have an outcome, in `results` too, or have not been sent to."""
        with self.scope(claim.brand_id) as cursor:
            self._write(cursor, claim, results)
            cursor.execute(
                sql.load("campaigns", "advance_chunk"),
                {**self._owned(claim), "intent": intent, "decided": decided},
            )

    def undelivered(self, claim: Claim, customer_ids: Sequence[int]) -> list[int]:
        """Those of these customers that have no outcome yet, in the same order."""
        with self.scope(claim.brand_id) as cursor:
            return _undelivered(cursor, claim, customer_ids)

    def at_risk(self, claim: Claim) -> list[int]:
        """SEND_JOURNAL=db: those who may have been sent to and have no outcome.

        The row is asked: the window may have moved since the chunk was claimed."""
        with self.scope(claim.brand_id) as cursor:
            decided, intent = self._hold(cursor, claim)
            at_risk = claim.customer_ids[decided:intent]
            return _undelivered(cursor, claim, at_risk) if at_risk else []

    def finish(self, claim: Claim, results: Sequence[Result]) -> None:
        """The last results; the chunk is done, and with the last chunk the campaign."""
        with self.scope(claim.brand_id) as cursor:
            cursor.execute(sql.load("campaigns", "lock_campaign"), _keys(claim))
            self._write(cursor, claim, results)
            cursor.execute(sql.load("campaigns", "finish_chunk"), self._owned(claim))
            cursor.execute(sql.load("campaigns", "finish_campaign"), _keys(claim))
            self._note(cursor, claim, "")

    def put_back(
        self,
        claim: Claim,
        results: Sequence[Result],
        *,
        seconds: float,
        counted: bool = True,
        waiting: int = 0,
    ) -> None:
        """Results so far; somebody goes on after `seconds`. `counted`: this pass was an attempt;
        `waiting`: so many wait for their turn under the contact rules."""
        with self.scope(claim.brand_id) as cursor:
            self._write(cursor, claim, results)
            cursor.execute(
                sql.load("campaigns", "put_back_chunk"),
                {
                    **self._owned(claim),
                    "seconds": seconds,
                    "uncounted": 0 if counted else 1,
                    "waiting": waiting,
                },
            )

    def note_problem(self, claim: Claim, problem: str) -> None:
        """Say on the campaign's page why it does not go on; the next finished chunk clears it."""
        with self.scope(claim.brand_id) as cursor:
            self._note(cursor, claim, problem)

    def hold(self, claim: Claim, results: Sequence[Result]) -> None:
        """The campaign is paused: put this chunk and all its waiting ones aside for a while."""
        self.put_back(claim, results, seconds=_HOLD_SECONDS, counted=False)
        with self.scope(claim.brand_id) as cursor:
            keys = {**_keys(claim), "kind": SEND_CHUNK, "seconds": _HOLD_SECONDS}
            cursor.execute(sql.load("campaigns", "hold_campaign"), keys)

    @contextmanager
    def scope(self, brand_id: int) -> Iterator[Cursor[TupleRow]]:
        """A transaction in the brand's scope."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            _enter(cursor, brand_id)
            yield cursor

    def _note(self, cursor: Cursor[TupleRow], claim: Claim, problem: str) -> None:
        cursor.execute(sql.load("campaigns", "note_problem"), {**_keys(claim), "problem": problem})

    def _owned(self, claim: Claim) -> dict[str, Any]:
        return {**_keys(claim), "item_id": claim.item_id, "owner": self.sender_id}

    def _hold(self, cursor: Cursor[TupleRow], claim: Claim) -> tuple[int, int]:
        """Lock the chunk's row and return its window, from `decided` up to `intent`; raises Fenced
        when it is no longer ours."""
        cursor.execute(sql.load("campaigns", "hold_chunk"), self._owned(claim))
        row = cursor.fetchone()
        if row is None:
            raise Fenced(f"chunk {claim.chunk_id} is no longer ours")
        return row[0], row[1]

    def _write(self, cursor: Cursor[TupleRow], claim: Claim, results: Sequence[Result]) -> None:
        """Make sure the chunk is ours, then add the results in one statement."""
        self._hold(cursor, claim)
        if results:
            cursor.execute(
                sql.load("campaigns", "results"),
                {
                    **_keys(claim),
                    "customer_ids": [result.customer_id for result in results],
                    "outcomes": [result.outcome for result in results],
                    "reasons": [result.reason for result in results],
                    "details": [result.detail[:300] for result in results],
                },
            )
            refused = [each for each in results if each.reason == "refused"]
            answers = [(each.customer_id, each.detail) for each in refused]
            list_unknown(cursor, _keys(claim), answers)


def _without_code(recipients: Sequence[Recipient]) -> dict[int, str]:
    """Those for whom no coupon code was left, with the reason."""
    return {each.customer_id: "no_coupon" for each in recipients if not each.values["coupon"]}


def _undelivered(cursor: Cursor[TupleRow], claim: Claim, customer_ids: Sequence[int]) -> list[int]:
    keys = {**_keys(claim), "customer_ids": list(customer_ids)}
    cursor.execute(sql.load("campaigns", "undelivered"), keys)
    return [row[0] for row in cursor.fetchall()]


def _enter(cursor: Cursor[TupleRow], brand_id: int) -> None:
    cursor.execute("SELECT set_config('app.brands', %s, true)", [str(brand_id)])


def _keys(claim: Claim) -> dict[str, Any]:
    return {
        "brand_id": claim.brand_id,
        "campaign_id": claim.campaign_id,
        "chunk_id": claim.chunk_id,
    }


def _claim(work: Sequence[Any], chunk: Sequence[Any]) -> Claim:
    item_id, brand_id, chunk_id, attempts = work
    campaign_id, customer_ids, variant, is_begun = chunk
    return Claim(
        item_id,
        brand_id,
        chunk_id,
        attempts,
        campaign_id,
        tuple(customer_ids),
        variant=variant,
        is_begun=is_begun,
    )


def _one(cursor: Cursor[TupleRow]) -> TupleRow:
    row = cursor.fetchone()
    assert row is not None
    return row
