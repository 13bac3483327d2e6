"""Django finds the models here; everyone else imports the module that defines them."""

from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.domains import SendingDomain
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.preferences import Preference
from campaigns.models.senders import Chunk, Sender
from campaigns.models.templates import EmailTemplate

__all__ = [
    "Campaign",
    "CampaignLink",
    "Chunk",
    "Delivery",
    "EmailTemplate",
    "Feedback",
    "Preference",
    "Sender",
    "SendingDomain",
]
