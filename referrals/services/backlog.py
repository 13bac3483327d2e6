"""A whole file of orders at once: the few that something ties to an advocate, batch by batch."""

from time import monotonic

from accounts.models.ledger import Journal, LedgerAccount, Posting
from accounts.scope import brand_scope
from config.kit.sql import analyze_grown
from customers.imports.options import Options
from customers.models.credits import CreditClaim
from customers.models.imports import Import
from referrals.models.links import Touch
from referrals.models.referrals import Decision, Referral
from referrals.models.rewards import Reward, RewardStep
from referrals.selectors.programmes import has_begun
from referrals.selectors.ties import ties
from referrals.services.qualifying import BATCH, leave_code_touches, qualify_orders

# A turn of background work takes at most a minute.
_SECONDS = 40.0
# What the orders of a file add to.
_FILLED = (
    *(Touch, Referral, Decision, Reward, RewardStep, CreditClaim),
    *(LedgerAccount, Journal, Posting),
)


def qualify_import(*, brand_id: int, import_id: int) -> bool:
    """Decide on a file's orders, if it is to be taken as news; False when more is left to do.

    Opens the brand's scope by itself, one transaction for each batch. What was decided of is not
    found again, so that the next turn goes on where this one stopped."""
    ends = monotonic() + _SECONDS
    with brand_scope(brand_id):
        job = Import.objects.get(pk=import_id)
        if not Options.from_json(job.options).is_live or not has_begun():
            return True
        leave_code_touches(import_id=import_id)
        waiting = sorted({tie.order_id for tie in ties(import_id=import_id)})
    for start in range(0, len(waiting), BATCH):
        if monotonic() > ends:
            return False
        with brand_scope(brand_id):
            qualify_orders(waiting[start : start + BATCH])
        analyze_grown(*_FILLED)
    return True
