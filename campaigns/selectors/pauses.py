"""Whom campaigns leave alone for a while."""

from campaigns.rules import reasons
from customers.selectors.audience import Reason

_CODE = "paused_by_customer"
# A pause asked for by a record merged since holds until the one that is kept says otherwise.
ASKED_FOR = Reason(
    code=_CODE,
    words=reasons.WORDS[_CODE],
    ids="SELECT wish.customer_id FROM campaigns_preference AS wish"
    " WHERE wish.brand_id = %(brand_id)s AND wish.paused_until > %(today)s"
    " UNION ALL"
    " SELECT gone.merged_into_id FROM campaigns_preference AS wish"
    " JOIN customers_customer AS gone"
    " ON gone.brand_id = wish.brand_id AND gone.id = wish.customer_id"
    " WHERE wish.brand_id = %(brand_id)s AND wish.paused_until > %(today)s"
    " AND gone.merged_into_id IS NOT NULL AND NOT EXISTS ("
    " SELECT FROM campaigns_preference AS own WHERE own.brand_id = wish.brand_id"
    " AND own.customer_id = gone.merged_into_id AND own.updated_at >= wish.updated_at)",
)
