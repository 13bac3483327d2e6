"""Keep the proof that a brand's ledger was sound at a moment, or say which rows were not."""

import logging
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction

from accounts.models.ledger import LedgerCheck
from accounts.scope import current_brand_id
from accounts.selectors import ledger_checks
from config.kit.clock import now

logger = logging.getLogger(__name__)

MOST_FINDINGS = 1_000


def keep_check(*, settled_after: timedelta = ledger_checks.SETTLED_AFTER) -> LedgerCheck:
    """Check the whole ledger of the brand in scope, and keep what was found under a seal.

    Each journal older than `settled_after` is compared with how it read at every earlier check."""
    with transaction.atomic():
        kept = [*ledger_checks.checks()][::-1]
        settled = ledger_checks.settled_id(settled_after=settled_after)
        found = ledger_checks.fingerprints({settled, *(check.settled_id for check in kept)})
        findings = [*ledger_checks.check_ledger(), *ledger_checks.check_history(found, kept)]
        findings = findings[:MOST_FINDINGS]
        journals, postings = ledger_checks.counts()
        check = LedgerCheck(
            at=now(),
            journals=journals,
            postings=postings,
            sums=ledger_checks.sums(),
            findings=[asdict(finding) for finding in findings],
            settled_id=settled,
            fingerprint=found[settled],
        )
        check.seal = ledger_checks.seal_of(check, before=kept[-1].seal if kept else "")
        check.save()
    for finding in findings:
        logger.error("the ledger of brand %s is off: %s", current_brand_id(), finding)
    return check
