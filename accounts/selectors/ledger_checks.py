"""Is the ledger sound? Everything in it computed again from the postings, row by row."""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max, QuerySet, Sum
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models.ledger import (
    DEBIT_KINDS,
    SUMMED_KINDS,
    AccountKind,
    Journal,
    LedgerCheck,
    Posting,
    on_own_side,
)
from accounts.scope import current_brand_id
from config.kit import sql
from config.kit.clock import now

# Longer than any transaction: no journal with a lower id than a settled one can still appear.
SETTLED_AFTER = timedelta(hours=1)
_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is off: `expected` is what the postings say, in minor units or rows."""

    what: str
    table: str
    row_id: int
    expected: int
    found: int

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}: {self.what} ({self.found}, not {self.expected})"


# What an app above can say of the ledger: that its open rewards are what the ledger owes.
FurtherCheck = Callable[[], Sequence[Finding]]

_further: list[FurtherCheck] = []


def check_also(check: FurtherCheck) -> None:
    """Have each check of a ledger make this one too; called from the wiring only."""
    if check not in _further:
        _further.append(check)


def check_ledger() -> list[Finding]:
    """Every row of the brand in scope that is off; none when the ledger is sound."""
    with sql.joined_by_hashing() as cursor:
        cursor.execute(
            sql.load("accounts", "ledger_check"),
            {
                "brand_id": current_brand_id(),
                "debit_kinds": [kind.value for kind in DEBIT_KINDS],
                "summed_kinds": [kind.value for kind in SUMMED_KINDS],
            },
        )
        findings = [Finding(*row) for row in cursor.fetchall()]
    return [*findings, *(finding for check in _further for finding in check())]


def sums() -> dict[str, dict[str, int]]:
    """Unit to kind to the sum of its postings, on the kind's own side."""
    found: dict[str, dict[str, int]] = {}
    rows = Posting.objects.values_list("unit", "account__kind").annotate(total=Sum("amount_minor"))
    for unit, kind, total in rows.order_by("unit", "account__kind"):
        found.setdefault(unit, {})[kind] = on_own_side(AccountKind(kind), int(total))
    return found


def counts() -> tuple[int, int]:
    """How many journals and postings there are."""
    return Journal.objects.count(), Posting.objects.count()


def settled_id(*, settled_after: timedelta = SETTLED_AFTER) -> int:
    """The newest journal before which no other can appear any more; 0 when there is none."""
    old = Journal.objects.filter(recorded_at__lte=now() - settled_after)
    return int(old.aggregate(last=Max("pk", default=0))["last"])


_LINES = """
SELECT j.id, json_build_array(j.id, j.key, j.kind, j.cause_kind, j.cause_id, j.terms_hash,
                              encode(j.content_hash, 'hex'), j.actor_kind, j.actor_id, j.reason,
                              extract(epoch FROM j.at), extract(epoch FROM j.recorded_at),
                              said.postings)::text
FROM accounts_journal j
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_array(p.id, a.owner_kind, a.owner_id, a.kind, p.unit,
                                     p.amount_minor) ORDER BY p.id) AS postings
    FROM accounts_posting p
    JOIN accounts_ledgeraccount a ON a.brand_id = p.brand_id AND a.id = p.account_id
    WHERE p.brand_id = j.brand_id AND p.journal_id = j.id
) AS said
WHERE j.brand_id = %s AND j.id > %s AND j.id <= %s
ORDER BY j.id
LIMIT %s
"""


def fingerprints(until: Collection[int]) -> dict[int, str]:
    """BLAKE2b (RFC 7693) over all journals with their postings, up to each of these journals.

    The lines name columns one by one: a column that comes later changes no fingerprint."""
    found = {}
    digest = hashlib.blake2b(digest_size=32)
    after = 0
    for last in sorted(until):
        while lines := _lines(after, last):
            for line in lines:
                digest.update(line[1].encode() + b"\n")
            after = lines[-1][0]
        found[last] = digest.hexdigest()
    return found


def _lines(after: int, last: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [current_brand_id(), after, last, _PAGE])
        rows: list[tuple[int, str]] = cursor.fetchall()
    return rows


def checks() -> QuerySet[LedgerCheck]:
    """All that were kept, newest first."""
    return LedgerCheck.objects.order_by("-pk")


def seal_of(check: LedgerCheck, *, before: str, secret: str | bytes | None = None) -> str:
    """A keyed hash over the check and the seal of the one before: only we can make it."""
    said: dict[str, Any] = {
        "at": check.at.isoformat(),
        "journals": check.journals,
        "postings": check.postings,
        "sums": check.sums,
        "findings": check.findings,
        "settled_id": check.settled_id,
        "fingerprint": check.fingerprint,
        "before": before,
    }
    text = json.dumps(said, sort_keys=True)
    return salted_hmac("accounts.ledger_check", text, secret=secret, algorithm="sha256").hexdigest()


def check_history(found: dict[int, str], kept: Sequence[LedgerCheck]) -> list[Finding]:
    """Whether the checks that were kept (oldest first) bear their seals, and the journals still
    read as they did then. A change that balances shows here, and nowhere else."""
    findings = []
    before = ""
    for check in kept:
        if not _bears_its_seal(check, before):
            findings.append(Finding("check does not bear its seal", "ledger_check", check.pk, 1, 0))
        if found[check.settled_id] != check.fingerprint:
            findings.append(
                Finding("journals were changed after this check", "ledger_check", check.pk, 1, 0)
            )
        before = check.seal
    return findings


def _bears_its_seal(check: LedgerCheck, before: str) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(
        constant_time_compare(check.seal, seal_of(check, before=before, secret=secret))
        for secret in secrets
    )
