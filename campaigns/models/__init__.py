"""Django finds the models here; everyone else imports the module that defines them."""

from campaigns.models.attribution import AttributionRule
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.coupons import CampaignCoupons, Coupon, CouponBatch
from campaigns.models.domains import SendingDomain
from campaigns.models.editor import ContentVersion, MailImage, Preflight, SavedBlock
from campaigns.models.lists import CampaignList
from campaigns.models.messages import Delivery, Feedback
from campaigns.models.policy import ContactPolicy
from campaigns.models.preferences import Preference
from campaigns.models.senders import Chunk, Sender
from campaigns.models.shops import Shop, ShopBatch
from campaigns.models.templates import EmailTemplate
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.models.transports import Pace, Transport
from campaigns.models.variants import CampaignVariant

__all__ = [
    "AttributionRule",
    "Campaign",
    "CampaignCoupons",
    "CampaignLink",
    "CampaignList",
    "CampaignVariant",
    "Chunk",
    "ContactPolicy",
    "ContentVersion",
    "Coupon",
    "CouponBatch",
    "Delivery",
    "EmailTemplate",
    "Feedback",
    "MailImage",
    "Pace",
    "Preference",
    "Preflight",
    "SavedBlock",
    "Sender",
    "SendingDomain",
    "Shop",
    "ShopBatch",
    "TransactionalMessage",
    "TransactionalTemplate",
    "Transport",
]
