"""Which lots of an available balance an amount is taken from. Whoever holds an account's lock holds
its lots."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from accounts.models.ledger import Cause, Lot

# Taken from a lot; negative: put back.
Use = tuple[Lot, int]


class LotPool:
    """The open lots of these accounts; what is taken is remembered here, and written by others."""

    def __init__(self, account_ids: Collection[int]) -> None:
        # Soonest to expire first, those that never do last, then the oldest.
        order = (F("expires_at").asc(nulls_last=True), "pk")
        lots = Lot.objects.filter(account_id__in=account_ids, left_minor__gt=0)
        self._lots = list(lots.order_by(*order)) if account_ids else []

    def take(
        self,
        account_ids: Collection[int],
        amount: int,
        *,
        at: datetime,
        own: Cause | None = None,
        only_own: bool = False,
    ) -> list[Use]:
        """Up to so much, over all these accounts in the one order; `own` lots before all others.

        An expired lot is out of reach but for its own cause: what is taken back from it was never
        there to be lost."""
        reachable = [
            (not is_own, lot)
            for lot in self._lots
            if lot.left_minor and lot.account_id in account_ids
            for is_own in [own == Cause(lot.origin_kind, lot.origin_id)]
            if is_own or not (only_own or _is_over(lot, at))
        ]
        uses: list[Use] = []
        for _, lot in sorted(reachable, key=lambda row: row[0]):
            taken = min(lot.left_minor, amount)
            if not taken:
                break
            lot.left_minor -= taken
            amount -= taken
            uses.append((lot, taken))
        return uses


def _is_over(lot: Lot, at: datetime) -> bool:
    return lot.expires_at is not None and lot.expires_at <= at
