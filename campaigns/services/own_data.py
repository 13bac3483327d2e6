"""What campaigns keep of a person: results are append-only and name nobody."""

from campaigns.models.messages import Delivery, Feedback
from campaigns.models.preferences import Preference
from customers.services.privacy import deleted, kept

_WHY = "The results of a campaign stay as they are; nothing in it names the person."

PARTICIPANTS = (
    kept("Mails", Delivery, why=_WHY),
    kept("Clicks and answers", Feedback, why=_WHY),
    deleted("How often they want mail", Preference),
)
