"""Whom campaigns leave alone for a while."""

from campaigns.rules import reasons
from customers.selectors.audience import Reason

_CODE = "paused_by_customer"
ASKED_FOR = Reason(
    code=_CODE,
    words=reasons.WORDS[_CODE],
    ids="SELECT customer_id FROM campaigns_preference"
    " WHERE brand_id = %(brand_id)s AND paused_until > %(today)s",
)
