"""What campaigns keep of a person: both tables are append-only and name nobody."""

from campaigns.models.messages import Delivery, Feedback
from customers.services.privacy import kept

_WHY = "The results of a campaign stay as they are; nothing in it names the person."

PARTICIPANTS = (
    kept("Mails", Delivery, why=_WHY),
    kept("Clicks and answers", Feedback, why=_WHY),
)
