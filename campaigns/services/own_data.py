"""What campaigns keep of a person: results are append-only and name nobody, wishes can go."""

from campaigns.models.coupons import Coupon
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.policy import Reservation
from campaigns.models.preferences import Preference
from customers.services.merges import Participant
from customers.services.privacy import deleted, kept

_WHY = "The results of a campaign stay as they are; nothing in it names the person."

PARTICIPANTS = (
    kept("Mails", Delivery, why=_WHY),
    kept("Clicks and answers", Feedback, why=_WHY),
    kept("Coupons", Coupon, by="customer_id__in", why=_WHY),
    deleted("How often they want mail", Preference),
    deleted("Mails about to leave", Reservation),
)

# What the record that is kept says itself holds.
PREFERENCES = Participant(
    "campaigns_preference",
    """NOT EXISTS (
        SELECT FROM campaigns_preference AS k
        WHERE k.brand_id = t.brand_id AND k.customer_id = %(kept)s
    )""",
)

# Codes follow the person; of two codes of one campaign each record keeps its own.
COUPONS = Participant(
    "campaigns_coupon",
    """NOT EXISTS (
        SELECT FROM campaigns_coupon AS k
        WHERE k.brand_id = t.brand_id AND k.campaign_id = t.campaign_id
          AND k.customer_id = %(kept)s
    )""",
)
